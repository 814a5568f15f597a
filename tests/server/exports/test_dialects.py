"""Both dialects of CSV: one gives every value back, the other is safe in a spreadsheet."""

import csv
import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.exports.dialects import DIALECTS, Column, Kind, encoded

SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BEFORE = ("", " ", "   ", '"', "'", "\ufeff", "\u00a0", "\u200b", ' "', "\t ")
TAILS = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://example.org";"tık")',
    "SUM(A1:A9)",
)
FORMULAS = ["".join(parts) for parts in itertools.product(BEFORE, SIGNS, TAILS)]

texts = st.text(st.characters(exclude_categories=["Cs"]))
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), max_size=8)
)


def written(rows: list[list[str]], dialect: str, *kinds: Kind) -> str:
    width = len(rows[0]) if rows else 1
    columns = [
        Column(f"c{number}", kind)
        for number, kind in enumerate(kinds or itertools.repeat("text", width))
    ]
    return b"".join(encoded(columns, rows, DIALECTS[dialect])).decode()


def cell(value: str, kind: Kind = "text") -> str:
    """Give how the Turkish dialect writes one cell."""
    return written([[value]], "csv-tr", kind).split("\r\n", 1)[1].removesuffix("\r\n")


@given(tables)
def test_the_machine_dialect_gives_every_table_back(rows: list[list[str]]) -> None:
    file = io.StringIO(written(rows, "csv"), newline="")
    assert list(csv.reader(file))[1:] == rows


@given(tables)
def test_the_turkish_dialect_keeps_every_row_and_column(rows: list[list[str]]) -> None:
    file = io.StringIO(written(rows, "csv-tr").removeprefix("\ufeff"), newline="")
    read = list(csv.reader(file, delimiter=";"))[1:]
    expected = [row if row != [""] else [] for row in rows]
    assert [[given.removeprefix("'") for given in row] for row in read] == [
        [given.removeprefix("'") for given in row] for row in expected
    ]


@pytest.mark.parametrize("formula", FORMULAS)
def test_nothing_a_spreadsheet_could_run_leaves_in_the_turkish_dialect(formula: str) -> None:
    assert cell(formula) == "\"'" + formula.replace('"', '""') + '"'


@pytest.mark.parametrize("kind", ["number", "date", "moment"])
@pytest.mark.parametrize("formula", ["=1+1", "-1+cmd|x", "+905321234567", "@SUM(A1)"])
def test_a_formula_is_safe_in_every_kind_of_column(kind: Kind, formula: str) -> None:
    assert cell(formula, kind) == f'"\'{formula}"'


def test_a_formula_in_a_heading_is_safe_too() -> None:
    columns = [Column("=1+1")]
    assert b"".join(encoded(columns, [], DIALECTS["csv-tr"])) == b'\xef\xbb\xbf"\'=1+1"\r\n'


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("12.5", "number", "12,5"),
        ("-3", "number", "-3"),
        ("on beş", "number", '"on beş"'),
        ("2026-11-21", "date", "21.11.2026"),
        ("2026-02-30", "date", '"2026-02-30"'),
        ("2026-11-21T22:30:00.000+00:00", "moment", "22.11.2026 01:30"),
        ("2026-11-21T10:00:00.000+03:00", "moment", "21.11.2026 10:00"),
        ("9999-12-31T23:59:59.000-12:00", "moment", '"9999-12-31T23:59:59.000-12:00"'),
        ("01", "text", '"01"'),
        ("Iğdır; İzmir", "text", '"Iğdır; İzmir"'),
        ("", "text", ""),
    ],
)
def test_values_are_written_as_people_in_turkiye_write_them(
    value: str, kind: Kind, shown: str
) -> None:
    assert cell(value, kind) == shown


def test_the_turkish_file_says_that_it_is_utf_8() -> None:
    assert written([["a"]], "csv-tr").startswith("\ufeff")
    assert not written([["a"]], "csv").startswith("\ufeff")


def test_a_large_file_comes_in_pieces() -> None:
    rows = ([str(number), "x" * 1000] for number in range(1000))
    pieces = list(encoded([Column("a"), Column("b")], rows, DIALECTS["csv"]))
    assert len(pieces) > 10
    assert b"".join(pieces).count(b"\n") == 1001
