"""What provinces are compared by when similar ones are looked for: facts from outside the survey.

``schemas/reference/similarity.json`` names the facts and how much each counts. Province figures are
TÜİK's (see SOURCES.md); the share of villages is 0 in the thirty metropolitan provinces by law.
"""

import json
from dataclasses import dataclass
from functools import cache
from math import log

from schemas.reference.files import FOLDER, reference_rows
from schemas.reference.geography import regions

OLDEST = "65+"


@dataclass(frozen=True)
class Similarity:
    """Facts about every province, in the order of the plates.

    Attributes
    ----------
    plates
        The provinces.
    facts
        Provinces × columns; a category is a column of 0 and 1 per value.
    weights
        How much each column counts.
    peers
        How many similar provinces to name.
    """

    plates: tuple[str, ...]
    facts: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]
    peers: int


@cache
def similarity() -> Similarity:
    """Read the facts and how much they count."""
    rules = json.loads((FOLDER / "similarity.json").read_text("utf-8"))
    known = _known()
    plates = tuple(sorted(known))
    columns: list[list[float]] = []
    weights: list[float] = []
    for feature in rules["features"]:
        added = _columns([known[plate][feature["name"]] for plate in plates], feature["scale"])
        columns += added
        weights += [feature["weight"]] * len(added)
    facts = tuple(tuple(row) for row in zip(*columns, strict=True))
    return Similarity(plates, facts, tuple(weights), rules["peers"])


def _columns(values: list[float | str], scale: str) -> list[list[float]]:
    if scale == "category":
        codes = [region.code for region in regions()]
        return [[float(value == code) for value in values] for code in codes]
    numbers = [float(value) for value in values]
    return [[log(value) for value in numbers] if scale == "logarithm" else numbers]


def _known() -> dict[str, dict[str, float | str]]:
    elderly: dict[str, float] = {}
    for row in reference_rows("adult_composition_2018.csv"):
        if row["age_group"] == OLDEST:
            elderly[row["plate"]] = elderly.get(row["plate"], 0) + float(row["share_in_province"])
    return {
        row["plate"]: {
            "population": float(row["population_2025"]),
            "density": float(row["population_2025"]) / float(row["area_km2"]),
            "village_share": float(row["villages"]) / float(row["muhtarlik"]),
            "elderly_share": elderly[row["plate"]],
            "is_metropolitan": float(row["is_metropolitan"]),
            "is_coastal": float(row["is_coastal"]),
            "region": row["nuts1"],
        }
        for row in reference_rows("provinces.csv")
    }
