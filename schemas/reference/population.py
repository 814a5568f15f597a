"""The population that interviews are weighted to: province × sex × age group."""

import csv
from functools import cache
from pathlib import Path
from typing import Final

from schemas.reference.files import FOLDER
from schemas.reference.geography import provinces

Margins = dict[tuple[str, str, str], float]
"""Population per province (plate), sex and age group."""

VOTERS_2018: Final = "voters_2018"
"""The province's residents of 2025 in the proportions of its voters of 2018: what was built in
first. It counts children by their province's adults: Şanlıurfa 32 % too much, Tunceli 11 % too
little. Rounds that were shown with it keep it."""
ADULTS_2025: Final = "adults_2025"
"""Residents of 18 and over on 31 December 2025 (TÜİK, ADNKS)."""
EDITIONS: Final = (VOTERS_2018, ADULTS_2025)
"""The built-in tables, the newest last: rounds are opened with that one."""
NEWEST: Final = EDITIONS[-1]


@cache
def built_in_margins(edition: str = NEWEST) -> Margins:
    """The built-in table of this edition."""
    if edition == ADULTS_2025:
        return population_margins(FOLDER / "adult_population_2025.csv")
    with (FOLDER / "adult_composition_2018.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    voters: dict[str, int] = {}
    for row in rows:
        voters[row["plate"]] = voters.get(row["plate"], 0) + int(row["voters_2018"])
    residents = {province.plate: province.population for province in provinces()}
    return {
        _cell(row): residents[row["plate"]] * int(row["voters_2018"]) / voters[row["plate"]]
        for row in rows
    }


@cache
def population_margins(path: Path, _changed_at: int = 0) -> Margins:
    """Read a table (plate, sex, age_group, population); one that was changed is read again."""
    with path.open(encoding="utf-8", newline="") as file:
        return {_cell(row): float(row["population"]) for row in csv.DictReader(file)}


def _cell(row: dict[str, str]) -> tuple[str, str, str]:
    return row["plate"], row["sex"], row["age_group"]
