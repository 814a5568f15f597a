"""The population that interviews are weighted to: province × sex × age group."""

import csv
from functools import cache
from pathlib import Path

from schemas.reference.files import FOLDER
from schemas.reference.geography import provinces

Margins = dict[tuple[str, str, str], float]
"""Population per province (plate), sex and age group."""


@cache
def population_margins(path: Path | None = None, _changed_at: int = 0) -> Margins:
    """Read the margins; a file is read again when it was changed.

    A table with a ``population`` column (plate, sex, age_group, population) is taken as it stands.
    Without ``path`` the built-in estimate is used: the province's population of 2025 in the
    proportions of its voters of 2018 (citizens of 18 and over, TÜİK).
    """
    with (path or FOLDER / "adult_composition_2018.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and "population" in rows[0]:
        return {_cell(row): float(row["population"]) for row in rows}
    voters: dict[str, int] = {}
    for row in rows:
        voters[row["plate"]] = voters.get(row["plate"], 0) + int(row["voters_2018"])
    residents = {province.plate: province.population for province in provinces()}
    return {
        _cell(row): residents[row["plate"]] * int(row["voters_2018"]) / voters[row["plate"]]
        for row in rows
    }


def _cell(row: dict[str, str]) -> tuple[str, str, str]:
    return row["plate"], row["sex"], row["age_group"]
