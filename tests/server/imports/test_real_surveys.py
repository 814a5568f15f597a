"""Two real surveys, imported and compared with plain numpy over the very files."""

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.server.imports.shell import Shell
from tests.server.imports.surveys import (
    AGREEMENT,
    CORE,
    SOMERVILLE,
    STATEMENTS,
    TORONTO,
    somerville,
    toronto,
)

pytestmark = pytest.mark.skipif(
    not SOMERVILLE.parent.exists(), reason="the surveys are no part of the project"
)
Reals = NDArray[np.float64]


def read(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def respondent_index(items: Reals) -> Reals:
    """Average a person's answered items if at least half are answered, on 0 to 100."""
    answered = (~np.isnan(items)).sum(axis=1)
    enough = answered >= items.shape[1] / 2
    index: Reals = 25 * (np.nanmean(items[enough], axis=1) - 1)
    return index


def row_of(rows: list[dict[str, Any]], measure: str) -> dict[str, Any]:
    (row,) = [row for row in rows if row["measure"] == measure]
    return row


def agree(row: dict[str, Any], values: Reals) -> None:
    assert row["n"] == 5 * ((len(values) + 2) // 5)
    assert row["value"] == pytest.approx(float(values.mean()), abs=0.05)
    assert row["low"] < row["value"] < row["high"]


def test_somerville(shell: Shell) -> None:
    mapping = shell.file("somerville.json", somerville())
    shell.done("import", "R", SOMERVILLE, "--mapping", mapping)
    records = read(SOMERVILLE, "utf-8-sig")
    items = np.array([[float(record[name]) for name in CORE] for record in records])
    overall = np.array([float(record["X6"]) for record in records])
    rows = shell.json("index", "R", "--by", "province,service")
    assert {(row["province"], row["service"]) for row in rows} == {("34", "nuf")}
    agree(row_of(rows, "index"), respondent_index(items))
    agree(row_of(rows, "satisfied"), 100.0 * (overall >= 4))
    (net,) = shell.json("indicator", "NET", "R", "--by", "province,service")
    agree(net, 100.0 * (overall >= 4) - 100.0 * (overall <= 2))


def test_somerville_estimated_from_its_export(shell: Shell) -> None:
    mapping = shell.file("somerville.json", somerville())
    shell.done("import", "R", SOMERVILLE, "--mapping", mapping)
    out = shell.folder / "export.csv"
    shell.done("export", "R", "--out", out)
    estimate = {"kind": "mean", "y": "x4", "by": "happy"}
    asked = shell.file("mean.json", {"design": {"psu": "meta_visit"}, "estimate": estimate})
    shell.done("estimate", "--data", out, "--design", asked, "--out", shell.folder / "o.json")
    records = read(SOMERVILLE, "utf-8-sig")
    rows = json.loads((shell.folder / "o.json").read_bytes())
    for row in rows:
        values = [
            float(record["X4"]) for record in records if int(record["D"]) == int(row["happy"])
        ]
        assert row["est"] == pytest.approx(sum(values) / len(values), abs=1e-9)
        assert row["n"] == len(values)
    assert len(rows) == 2


def test_toronto(shell: Shell) -> None:
    records = read(TORONTO, "utf-8-sig")
    header = list(records[0])
    mapping = shell.file("toronto.json", toronto(header))
    said = shell.done("import", "R", TORONTO, "--mapping", mapping)
    assert "792 rows, UTF-8, separated by comma" in said
    assert "Every value was understood." in said
    code = {text.casefold(): number for number, text in enumerate(AGREEMENT, start=1)}
    columns = {key: next(name for name in header if name.startswith(key)) for key in STATEMENTS}
    answers = {
        dimension: np.array([
            math.nan if record[columns[key]] == "NA" else
            (6 - code[record[columns[key]].casefold()] if turned else
             code[record[columns[key]].casefold()])
            for record in records
        ])
        for key, (_, dimension, turned) in STATEMENTS.items()
    }  # fmt: skip
    overall = answers.pop("genel")
    rows = shell.json("index", "R", "--by", "province,service")
    agree(
        row_of(rows, "index"),
        respondent_index(np.column_stack(list(answers.values()))),
    )
    known = overall[~np.isnan(overall)]
    agree(row_of(rows, "satisfied"), 100.0 * (known >= 4))
    (dissatisfied,) = shell.json("indicator", "ME_alt", "R", "--by", "province,service")
    agree(dissatisfied, 100.0 * (known <= 2))


def test_the_same_survey_twice_is_stored_once(shell: Shell) -> None:
    mapping = shell.file("somerville.json", somerville())
    for _ in range(2):
        said = shell.done("import", "R", SOMERVILLE, "--mapping", mapping)
    assert "Stored before, the same: 143" in said
    assert shell.count("submissions") == 143
    assert shell.count("visits") == 143
