"""Both dialects of CSV: one gives every value back, the other is safe in a spreadsheet."""

import csv
import io
import itertools
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from schemas.tables.spreadsheet_cells import as_written
from server.exports.dialects import DIALECTS, Column, Kind, encoded

SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BEFORE = ("", " ", "   ", '"', "'", "\ufeff", "\u00a0", "\u200b", ' "', "\t ")
UNSEEN = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in {"Cc", "Cf", "Zs", "Zl", "Zp"}
]
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
    """How the Turkish dialect writes one cell."""
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
    assert [[as_written(given) for given in row] for row in read] == [
        [as_written(given) for given in row] for row in expected
    ]


@pytest.mark.parametrize("formula", FORMULAS)
def test_nothing_a_spreadsheet_could_run_leaves_in_the_turkish_dialect(formula: str) -> None:
    assert cell(formula) == "\"'" + formula.replace('"', '""') + '"'


@pytest.mark.parametrize("kind", ["number", "date", "moment"])
@pytest.mark.parametrize("formula", ["=1+1", "-1+cmd|x", "+905321234567", "@SUM(A1)"])
def test_a_formula_is_safe_in_every_kind_of_column(kind: Kind, formula: str) -> None:
    assert cell(formula, kind) == f'"\'{formula}"'


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_nothing_unseen_hides_a_formula(sign: str) -> None:
    assert len(UNSEEN) > 200
    for unseen in UNSEEN:
        formula = f"{unseen}{sign}1+1"
        assert cell(formula) == f'"\'{formula.replace(chr(34), chr(34) * 2)}"', hex(ord(unseen))


RISKY = (
    *("1-3", "3-6", "6-12", "5-9", "1/2", "1.3", "01", "06", "1,5", "0.6667", "10:30", "1e5", "5%"),
    *("%5", "12.500", "1 Mart", "Mar 5", "5 Ekim 2026", "TRUE", "doğru", "3 AM", "123456789012"),
    *("2026-11-30", "5321234567890", "₺5", "5 TL", "00", "1 234", "(5)", "1/2/26"),
)
CALM = ("1", "30", "97", "12345", "5-9 kez", "Evet", "18-24 yaş arası", "B-30-2026-00123", "A1")


@pytest.mark.parametrize("text", RISKY)
def test_a_text_that_a_spreadsheet_would_change_is_kept_by_a_formula(text: str) -> None:
    assert cell(text) == '"=""' + text + '"""'
    assert as_written(f'="{text}"') == text


@pytest.mark.parametrize("text", CALM)
def test_other_texts_are_written_plainly(text: str) -> None:
    assert cell(text) == f'"{text}"'


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not on this machine")
def test_a_turkish_spreadsheet_shows_what_was_stored(tmp_path: Path) -> None:
    texts = [*RISKY, *CALM, 'Iğdır; "1-3"']
    (tmp_path / "a.csv").write_bytes(
        written([[text, "0.5"] for text in texts], "csv-tr", "text", "number").encode()
    )
    # Turkish, quoted cells not forced to text, as a double click opens it.
    read = "Text - txt - csv (StarCalc):59,34,76,1,,1055,false,true,false,false,false,-1,true"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "xlsx", f"--infilter={read}", "--outdir", str(tmp_path),
         str(tmp_path / "a.csv")],
        check=True, capture_output=True,
    )  # fmt: skip
    sheet = load_workbook(tmp_path / "a.xlsx", data_only=True).active
    shown = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [str(text) for text, _ in shown] == texts
    assert {number for _, number in shown} == {0.5}


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
        ("2026-02-30", "date", '"=""2026-02-30"""'),
        ("2026-11-21T22:30:00.000+00:00", "moment", "22.11.2026 01:30"),
        ("2026-11-21T10:00:00.000+03:00", "moment", "21.11.2026 10:00"),
        ("9999-12-31T23:59:59.000-12:00", "moment", '"9999-12-31T23:59:59.000-12:00"'),
        ("7", "text", '"7"'),
        ("06", "text", '"=""06"""'),
        ("1-3", "text", '"=""1-3"""'),
        ("0.6667", "text", '"=""0.6667"""'),
        ("yes", "text", '"yes"'),
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
