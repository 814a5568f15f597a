"""Population tables of institutions are read with understanding and refused in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.reference.margin_files import margin_text, read_margin_table
from schemas.reference.population import built_in_margins

AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")


def table(
    *, head: str = "plate,sex,age_group,population", drop: int | None = None, **more: str
) -> str:
    """Write a table of Ankara with a million people in each cell."""
    rows = [f"06,{sex},{age},1000000" for sex in ("erkek", "kadin") for age in AGES]
    rows = [row for number, row in enumerate(rows) if number != drop]
    return "\n".join([head, *rows, *more.values()])


def faults(text: str) -> list[tuple[str, dict[str, Any]]]:
    return [(fault.key, dict(fault.details)) for fault in read_margin_table(text).faults]


def test_a_complete_table_is_taken_and_named() -> None:
    read = read_margin_table(table())
    assert (len(read.margins), read.faults) == (12, ())
    assert read.margins["06", "kadin", "65+"] == 1_000_000
    assert read.version == read_margin_table(table(more="06,,,12000000")).version
    assert read.version != read_margin_table(table().replace("06", "07")).version
    assert [note.key for note in read.notes] == ["unusual", "without"]


@given(st.floats(0.5, 1.0))
def test_what_is_written_is_read_back(share: float) -> None:
    margins = {cell: size * share for cell, size in built_in_margins().items()}
    read = read_margin_table(margin_text(margins))
    assert read.faults == ()
    assert read.margins == pytest.approx(margins, rel=1e-12)


def test_a_turkish_spreadsheet_is_understood() -> None:
    rows = [
        f"{place};{sex};{age};1.234.567,5"
        for place, sex, age in [
            ("6", "Erkek", "18-24"), ("06", "ERKEK", "25 – 34"), ("Ankara", "E", "35-44"),
            ("ankara", "erkek", "45-54"), ("6", "Erkek", "55-64"), ("6", "Erkek", "65 ve üzeri"),
            *(("ANKARA", "KADIN", age) for age in AGES),
        ]
    ]  # fmt: skip
    read = read_margin_table("\ufeff" + "\n".join(["İl;Cinsiyet;Yaş grubu;Nüfus", *rows]))
    assert read.faults == ()
    assert set(read.margins.values()) == {1234567.5}
    assert {plate for plate, _, _ in read.margins} == {"06"}


@pytest.mark.parametrize(
    ("row", "key", "about"),
    [
        ("99,erkek,18-24,5", "unknown_province", {"row": 14, "column": "plate", "value": "99"}),
        ("06,x,18-24,5", "unknown_sex", {"row": 14, "column": "sex", "value": "x"}),
        ("06,erkek,18-20,5", "unknown_age", {"row": 14, "column": "age_group", "value": "18-20"}),
        ("06,erkek,18-24,-5", "no_number", {"row": 14, "column": "population", "value": "-5"}),
        ("06,erkek,18-24,çok", "no_number", {"row": 14, "column": "population", "value": "çok"}),
        ("06,erkek,18-24,5", "twice", {"row": 14, "province": "Ankara"}),
        ("01,,,500", "only_total", {"province": "Adana"}),
    ],
)
def test_a_row_that_cannot_be_meant_is_named(row: str, key: str, about: dict[str, Any]) -> None:
    ((found, details),) = faults(table(more=row))
    assert found == key
    assert about.items() <= details.items()


def test_a_missing_cell_is_named() -> None:
    assert faults(table(drop=7)) == [
        ("missing_cells", {"province": "Ankara", "cells": "kadin 25-34"})
    ]


def test_cells_must_add_up_to_their_total_row() -> None:
    assert faults(table(more="06,toplam,toplam,12000001")) == []
    assert faults(table(more="06,,,13000000")) == [
        ("sums_differ", {"province": "Ankara", "cells": "12000000", "total": "13000000"})
    ]


def test_a_missing_column_or_an_empty_table_is_said() -> None:
    assert faults("plate,sex,population\n06,erkek,5") == [("no_column", {"column": "age_group"})]
    assert faults("plate,sex,age_group,population\n") == [("empty", {})]
    assert faults("") == [("empty", {})]
    assert faults(table().replace("1000000", "0")) == [("nobody", {"province": "Ankara"})]


def test_every_remark_can_be_said() -> None:
    text = table(more="99,x,y,z", drop=3)
    read = read_margin_table(text)
    assert len(read.faults) == 5
    for remark in (*read.faults, *read.notes):
        assert "{" not in remark.said("tr") + remark.said("en")
