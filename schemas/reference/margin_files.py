"""Population tables that institutions bring: read with understanding, refused in words.

A table has the columns ``plate``, ``sex``, ``age_group`` and ``population``. A blank sex and age,
or the word for total, makes a row the total of its province, which its cells must add up to.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from math import isfinite

from schemas.reference.geography import find_province, province, provinces
from schemas.reference.population import Margins, built_in_margins
from schemas.tables.text_files import named_separator, without_separator_line
from schemas.turkish import lower_turkish
from schemas.wording import say

COLUMNS = ("plate", "sex", "age_group", "population")
HEADINGS = {
    "plaka": "plate", "il": "plate", "province": "plate", "cinsiyet": "sex",
    "yas_grubu": "age_group", "yaş grubu": "age_group", "yas": "age_group", "age": "age_group",
    "nufus": "population", "nüfus": "population",
}  # fmt: skip
SEXES = {"erkek": "erkek", "e": "erkek", "male": "erkek", "kadın": "kadin", "kadin": "kadin",
         "k": "kadin", "female": "kadin"}  # fmt: skip
AGES = {"65 ve üzeri": "65+", "65 and over": "65+", "65-": "65+", "65": "65+"}
TOTALS = {"", "toplam", "total"}
LARGEST_ROUNDING = 0.005
"""How far cells may be from their printed total, relative to it: tables are rounded."""
USUAL = (0.5, 1.05)
"""A province's table relative to its residents of 2025: adults or all, not something else."""


@dataclass(frozen=True)
class Remark:
    """Something about a table, as a key of the room ``margins`` and what it is about."""

    key: str
    details: Mapping[str, object]

    def said(self, language: str) -> str:
        """Say it."""
        return say(f"margins.{self.key}", language, **self.details)


@dataclass(frozen=True)
class MarginTable:
    """A table as read. With ``faults`` it must not be used; ``notes`` are worth knowing."""

    margins: Margins
    faults: tuple[Remark, ...]
    notes: tuple[Remark, ...]

    @property
    def version(self) -> str:
        """Name the table: equal tables have equal names."""
        return margins_version(self.margins)


def margins_version(margins: Margins) -> str:
    """Name a table of margins by what it holds."""
    lines = "\n".join(f"{'|'.join(cell)} {size:.12g}" for cell, size in sorted(margins.items()))
    return f"pop-{blake2b(lines.encode(), digest_size=4).hexdigest()}"


def margin_text(margins: Margins) -> str:
    """Write margins as the table they can be read from."""
    rows = [",".join(COLUMNS)]
    rows += [f"{','.join(cell)},{size:.15g}" for cell, size in sorted(margins.items())]
    return "\n".join(rows) + "\n"


def read_margin_table(text: str) -> MarginTable:
    """Read a table; every fault is found, not only the first.

    Separators are comma, semicolon or tab; a semicolon table may have decimal commas and points
    between thousands. Provinces may be named or numbered, with or without the leading zero.
    """
    rows = list(_rows(text))
    if not rows:
        return MarginTable({}, (Remark("empty", {}),), ())
    missing = [name for name in COLUMNS if name not in rows[0]]
    if missing:
        faults = tuple(Remark("no_column", {"column": name}) for name in missing)
        return MarginTable({}, faults, ())
    table = _Table()
    for number, row in enumerate(rows, start=2):
        table.take(number, row)
    return table.judged()


class _Table:
    """Takes rows in and remembers what is wrong."""

    def __init__(self) -> None:
        self.margins: Margins = {}
        self.totals: dict[str, float] = {}
        self.faults: list[Remark] = []
        self.ages = sorted({age for _, _, age in built_in_margins()})

    def take(self, number: int, row: Mapping[str, str]) -> None:
        """Read one row into a cell or a total."""
        place = find_province(row["plate"].zfill(2))
        size = _number(row["population"])
        sex, age = lower_turkish(row["sex"]), lower_turkish(row["age_group"])
        is_total = sex in TOTALS and age in TOTALS
        known_age = AGES.get(age, age.replace("–", "-").replace(" ", ""))
        if place is None:
            self._fault("unknown_province", number, "plate", row)
        if not is_total and sex not in SEXES:
            self._fault("unknown_sex", number, "sex", row)
        if not is_total and known_age not in self.ages:
            self._fault("unknown_age", number, "age_group", row, known=", ".join(self.ages))
        if size is None:
            self._fault("no_number", number, "population", row)
        if place is None or size is None:
            return
        if is_total:
            self.totals[place.plate] = size
        elif sex in SEXES and known_age in self.ages:
            cell = place.plate, SEXES[sex], known_age
            if cell in self.margins:
                self._fault("twice", number, "plate", row, province=place.name)
            self.margins[cell] = size

    def judged(self) -> MarginTable:
        """Look at the table as a whole."""
        sums: dict[str, float] = {}
        for (plate, _, _), size in self.margins.items():
            sums[plate] = sums.get(plate, 0.0) + size
        if not sums and not self.faults:
            self.faults.append(Remark("empty", {}))
        for plate, held in sums.items():
            self._judge_province(plate, held)
        for plate in self.totals.keys() - sums.keys():
            self.faults.append(Remark("only_total", {"province": province(plate).name}))
        return MarginTable(self.margins, tuple(self.faults), tuple(_notes(sums)))

    def _judge_province(self, plate: str, held: float) -> None:
        name = province(plate).name
        absent = [
            f"{sex} {age}"
            for sex in sorted(set(SEXES.values()))
            for age in self.ages
            if (plate, sex, age) not in self.margins
        ]
        if absent:
            cells = {"province": name, "cells": ", ".join(absent)}
            self.faults.append(Remark("missing_cells", cells))
        if held <= 0:
            self.faults.append(Remark("nobody", {"province": name}))
        total = self.totals.get(plate)
        if total is not None and abs(held - total) > max(1.0, LARGEST_ROUNDING * total):
            sums = {"province": name, "cells": f"{held:.0f}", "total": f"{total:.0f}"}
            self.faults.append(Remark("sums_differ", sums))

    def _fault(
        self, key: str, number: int, column: str, row: Mapping[str, str], **more: object
    ) -> None:
        details = {"row": number, "column": column, "value": row[column], **more}
        self.faults.append(Remark(key, details))


def _rows(text: str) -> Iterator[dict[str, str]]:
    plain = text.removeprefix("\ufeff")
    named, plain = named_separator(plain), without_separator_line(plain).lstrip("\n")
    delimiter = named or max(";\t,", key=plain.partition("\n")[0].count)
    for row in csv.DictReader(plain.splitlines(), delimiter=delimiter):
        yield {
            _heading(name): (value or "").strip()
            for name, value in row.items()
            if isinstance(name, str) and not isinstance(value, list)
        }


def _heading(name: str) -> str:
    plain = lower_turkish(name.strip())
    return HEADINGS.get(plain, plain)


def _number(text: str) -> float | None:
    plain = text.replace(" ", "").replace("\u00a0", "")
    if "," in plain or plain.count(".") > 1 or _groups_thousands(plain):
        plain = plain.replace(".", "").replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if isfinite(value) and value >= 0 else None


def _groups_thousands(text: str) -> bool:
    """Tell 12.345 persons from 12.3: nobody counts persons in thousandths."""
    return re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", text) is not None


def _notes(sums: Mapping[str, float]) -> Iterator[Remark]:
    for plate, held in sums.items():
        residents = province(plate).population
        if held > 0 and not USUAL[0] <= held / residents <= USUAL[1]:
            sizes = {"cells": f"{held:.0f}", "residents": residents}
            yield Remark("unusual", {"province": province(plate).name, **sizes})
    absent = [province.name for province in provinces() if province.plate not in sums]
    if sums and absent:
        yield Remark("without", {"provinces": ", ".join(absent), "n": len(absent)})
