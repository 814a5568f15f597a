"""Reads the reference cases and the data sets they are about."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from analysis.sampling.design import Design, design_of

FOLDER = Path(__file__).parent / "data"
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case for case in json.loads((FOLDER / "cases.json").read_text("utf-8"))
}


def columns(name: str) -> dict[str, list[str]]:
    """Read a CSV file as columns of text."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {key: [row[key] for row in rows] for key in rows[0]}


def numbers(texts: list[str]) -> Any:
    """Read numbers; NA and blanks are missing."""
    return np.array([float(text) if text not in {"", "NA"} else np.nan for text in texts])


def sample(case: dict[str, Any]) -> tuple[dict[str, list[str]], Design, Any, Any]:
    """A case's columns, design, PSU code and weight of every record."""
    data, design = columns(case["data"]), case["design"]
    records = range(len(data[design["weights"]]))
    strata = data[design["strata"]] if design.get("strata") else [""] * len(records)
    psus = data[design["psu"]] if design.get("psu") else list(records)
    frame = numbers(data[design["fpc"]]) if design.get("fpc") else None
    drawn, psu = design_of(strata, psus, frame=frame)
    return data, drawn, psu, numbers(data[design["weights"]])
