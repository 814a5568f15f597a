"""A form reads the same from a workbook, Markdown and CSV; hostile files are refused unopened."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import Workbook

import schemas
from schemas.authoring.compiler import compile_form
from schemas.forms.definition import FormDefinition
from schemas.problems import Problem
from server.forms import importing
from server.forms.importing import cross_check, read_xlsform
from server.forms.workbooks import MAX_MEMBERS, MAX_UNPACKED

SHIPPED = Path(schemas.__file__).parent / "definitions"
CITIZEN = SHIPPED / "A_vatandas_gorusme" / "survey.csv"
Table = list[list[str]]

SMALL: dict[str, Table] = {
    "survey": [
        ["Type", "name", "label::Türkçe (tr)", "label::English (en)", "relevance"],
        ["integer", "yas", "Yaş | kaç?", "Age | how old?", ""],
        ["", "", "", "", ""],
        ["select_one eh", "okul", "Okul?", "School?", "${yas} > 5"],
    ],
    "choices": [
        ["list name", "name", "label::Türkçe (tr)", "label::English (en)"],
        ["eh", "1", "Evet", "Yes"],
    ],
    "settings": [
        ["form_id", "version", "form_title::Türkçe (tr)", "form_title::English (en)"],
        ["kucuk", "7", "Küçük", "Small"],
    ],
}


def as_workbook(tables: dict[str, Table], path: Path) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, table in tables.items():
        sheet = workbook.create_sheet(name)
        for row in table:
            sheet.append([cell or None for cell in row])
    workbook.save(path)
    return path


def as_markdown(tables: dict[str, Table], path: Path) -> Path:
    lines = ["# A form", ""]
    for name, (head, *rows) in tables.items():
        lines += [f"| {name} |", _line(head), "|---|" + "---|" * len(head), *map(_line, rows), ""]
    path.write_text("\n".join(lines), "utf-8")
    return path


def _line(cells: list[str]) -> str:
    return "| | " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def as_one_csv(tables: dict[str, Table], path: Path) -> Path:
    rows = [row for name, table in tables.items() for row in ([name], *(["", *r] for r in table))]
    path.write_text(_csv_text(rows), "utf-8-sig")
    return path


def as_many_csv(tables: dict[str, Table], path: Path) -> Path:
    for name, table in tables.items():
        path.with_name(f"{name}.csv").write_text(_csv_text(table), "utf-8")
    return path.with_name("survey.csv")


def _csv_text(rows: Table) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


WRITERS: dict[str, Callable[[dict[str, Table], Path], Path]] = {
    ".xlsx": as_workbook,
    ".md": as_markdown,
    ".csv": as_one_csv,
    "s.csv": as_many_csv,
}


def compiled(path: Path) -> FormDefinition:
    definition, remarks = compile_form(read_xlsform(path))
    assert definition is not None, [remark.said("en") for remark in remarks]
    return definition


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_format_gives_the_same_form(suffix: str, tmp_path: Path) -> None:
    form = compiled(WRITERS[suffix](SMALL, tmp_path / f"form{suffix}"))
    assert (form.id, form.version, form.title) == ("kucuk", "7", {"tr": "Küçük", "en": "Small"})
    age, school = form.body
    assert age.label == {"tr": "Yaş | kaç?", "en": "Age | how old?"}
    assert school.relevant is not None
    assert school.relevant.source == "${yas} > 5"


@pytest.mark.parametrize(
    ("suffix", "row", "column"),
    [
        (".xlsx", 4, "E (relevant)"),
        ("s.csv", 4, "E (relevant)"),
        (".csv", 5, "F (relevant)"),
        (".md", 8, "relevant"),
    ],
)
def test_a_finding_names_the_cell_its_author_sees(
    suffix: str, row: int, column: str, tmp_path: Path
) -> None:
    survey = [*SMALL["survey"][:3], ["text", "okul", "Okul?", "School?", "${yok} = 1"]]
    path = WRITERS[suffix](SMALL | {"survey": survey}, tmp_path / f"form{suffix}")
    _, found = compile_form(read_xlsform(path))
    (remark,) = (each for each in found if each.is_error)
    assert (remark.row, remark.column, remark.code) == (row, column, "reference_unknown")


def test_the_citizen_interview_is_the_same_as_a_workbook(tmp_path: Path) -> None:
    tables = {
        "survey": list(csv.reader(CITIZEN.open(encoding="utf-8", newline=""))),
        "settings": list(csv.reader(CITIZEN.with_name("settings.csv").open(encoding="utf-8"))),
        "choices": [
            row
            for at, name in enumerate(("choices.csv", "choices_geo.csv"))
            for row in list(csv.reader((SHIPPED / name).open(encoding="utf-8", newline="")))[at:]
        ],
    }
    assert compiled(as_workbook(tables, tmp_path / "a.xlsx")) == compiled(CITIZEN)


def test_numbers_and_flags_of_a_workbook_become_text(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "survey"
    sheet.append([*SMALL["survey"][0][:4], "required", "default"])
    sheet.append(["integer", "yas", "Yaş", "Age", True, 18.0])
    workbook.save(tmp_path / "form.xlsx")
    sheets = read_xlsform(tmp_path / "form.xlsx")
    assert (sheets.survey[0]["required"], sheets.survey[0]["default"]) == ("true", "18")


def test_lists_may_be_given_apart(tmp_path: Path) -> None:
    survey = as_many_csv(SMALL, tmp_path / "x")
    lists = tmp_path / "lists"
    lists.mkdir()
    moved = (tmp_path / "choices.csv").rename(lists / "eh.csv")
    sheets = read_xlsform(survey, choices=[moved])
    assert [row.sheet for row in sheets.choices] == ["eh.csv"]
    assert compile_form(sheets)[0] is not None
    assert read_xlsform(survey).choices == ()


def test_a_survey_in_a_folder_is_named_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "K_kontrol"
    folder.mkdir()
    survey = as_many_csv({"survey": SMALL["survey"]}, folder / "x")
    assert read_xlsform(survey).name == "K_kontrol"


def test_pyxform_has_no_objection_to_what_ships() -> None:
    assert cross_check(read_xlsform(CITIZEN)) == []


def test_pyxforms_objection_names_the_row(tmp_path: Path) -> None:
    survey = [*SMALL["survey"], ["text", "yas", "Yaş", "Age", ""]]
    (objection,) = cross_check(
        read_xlsform(as_workbook(SMALL | {"survey": survey}, tmp_path / "form.xlsx"))
    )
    assert (objection.sheet, objection.row, objection.code) == ("survey", 5, "pyxform")
    assert objection.is_error
    assert "pyxform" in objection.said("tr")
    assert "yas" in objection.sentence("en")


def refused(path: Path) -> str:
    with pytest.raises(Problem) as problem:
        read_xlsform(path)
    assert problem.value.said("tr")
    assert problem.value.said("en")
    return problem.value.code


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "form.docx"
    path.write_bytes(b"x")
    assert refused(path) == "form_file_kind"


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_bytes(b"a" * (importing.MAX_MEGABYTES * 1_000_000 + 1))
    assert refused(path) == "form_file_too_large"


@pytest.mark.parametrize("before", [b"", b"sep=;\r\n"])
def test_a_form_saved_by_a_turkish_excel_is_read(tmp_path: Path, before: bytes) -> None:
    path = tmp_path / "form.csv"
    path.write_bytes(before + "type;name;label\r\ntext;gorus;Görüşünüz, şimdi".encode("cp1254"))
    (row,) = read_xlsform(path).survey
    assert (row["name"], row["label"]) == ("gorus", "Görüşünüz, şimdi")
    assert row.number == (3 if before else 2)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_bytes(b"type,name\ntext,\0")
    assert refused(path) == "form_file_unreadable"


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    assert refused(path) == "form_file_unreadable"


def hostile(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_small_file_that_unpacks_into_gigabytes_is_not_opened(tmp_path: Path) -> None:
    bomb = {"xl/workbook.xml": b" " * (MAX_UNPACKED + 1)}
    assert refused(hostile(tmp_path / "form.xlsx", bomb)) == "form_file_suspicious"


def with_rows(path: Path, rows: str, survey: Table | None = None) -> Path:
    """Add rows, as XML, below those of the survey."""
    small = as_workbook(
        SMALL | ({"survey": survey} if survey else {}), path.with_suffix(".small.xlsx")
    )
    with zipfile.ZipFile(small) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    (sheet,) = (name for name in members if name.endswith("sheet1.xml"))
    members[sheet] = members[sheet].replace(b"</sheetData>", f"{rows}</sheetData>".encode())
    return hostile(path, members)


FORMATTED = "".join(f'<row r="{row}"><c r="B{row}" s="0"/></row>' for row in range(10, 30_000))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1000000000"></row>',
        '<row r="1000000000"><c r="A1000000000" s="0"/></row>',
        '<row r="1048576"><c r="XFD1048576" s="0"/></row>',
        '<row r="9"><c r="XFD9"/></row>',
        FORMATTED,
    ],
    ids=["row", "row with a format", "last cell", "last column", "formatted columns"],
)
def test_empty_rows_and_formats_far_away_are_passed_over(tmp_path: Path, rows: str) -> None:
    path = with_rows(tmp_path / "form.xlsx", rows)
    assert read_xlsform(path).survey == read_xlsform(tmp_path / "form.small.xlsx").survey


@pytest.mark.parametrize("cell", ["A1000000", "XFD9"])
def test_something_written_far_away_is_named(tmp_path: Path, cell: str) -> None:
    row = re.sub("[A-Z]+", "", cell)
    rows = f'<row r="{row}"><c r="{cell}" t="str"><v>x</v></c></row>'
    with pytest.raises(Problem) as problem:
        read_xlsform(with_rows(tmp_path / "form.xlsx", rows))
    assert problem.value.code == "form_file_far_cell"
    assert problem.value.details == {"sheet": "survey", "cell": cell}


def test_a_workbook_that_needs_more_memory_than_any_form_is_given_up(tmp_path: Path) -> None:
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="str"><v>{"x" * 30_000}</v></c></row>'
        for row in range(10, 1_500)
    )
    path = with_rows(tmp_path / "form.xlsx", cells)
    assert refused(path) == "form_file_suspicious"


def test_codes_that_excel_took_for_dates_are_named(tmp_path: Path) -> None:
    workbook = Workbook()
    survey, choices = workbook.worksheets[0], workbook.create_sheet("choices")
    survey.title = "survey"
    for line in (
        ["type", "name", "label::Türkçe (tr)", "label::English (en)", "default"],
        ["select_one kac", "kac", "Kaç kez?", "How often?", None],
        ["date", "gun", "Hangi gün?", "Which day?", date(2026, 5, 1)],
    ):
        survey.append(line)
    for line in (
        ["list_name", "name", "label::Türkçe (tr)", "label::English (en)"],
        ["kac", date(2026, 5, 1), "1-5", "1-5"],
        ["kac", "6-10", date(2026, 10, 6), time(6, 10)],
    ):
        choices.append(line)
    workbook.save(tmp_path / "form.xlsx")
    remarks = read_xlsform(tmp_path / "form.xlsx").remarks
    assert [(remark.sheet, remark.row, remark.column[0], remark.code) for remark in remarks] == [
        ("choices", 2, "B", "date_in_cell"),
        ("choices", 3, "C", "date_in_cell"),
        ("choices", 3, "D", "date_in_cell"),
    ]
    assert all(remark.is_error for remark in remarks)
    assert "2026-05-01" in remarks[0].said("tr")


def test_a_workbook_of_too_many_parts_is_not_opened(tmp_path: Path) -> None:
    parts = {f"part{number}": b"x" for number in range(MAX_MEMBERS + 1)}
    assert refused(hostile(tmp_path / "form.xlsx", parts)) == "form_file_suspicious"


def test_a_part_that_climbs_out_of_the_archive_is_not_opened(tmp_path: Path) -> None:
    assert refused(hostile(tmp_path / "form.xlsx", {"../x": b"x"})) == "form_file_suspicious"


def test_an_archive_without_a_workbook_is_refused(tmp_path: Path) -> None:
    assert refused(hostile(tmp_path / "form.xlsx", {"a.txt": b"x"})) == "form_file_unreadable"


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    path = as_workbook(SMALL, tmp_path / "form.xlsx")
    entities = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 9))
    xml = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><workbook>&e8;</workbook>'
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/workbook.xml"] = xml.encode()
    assert refused(hostile(path, members)) == "form_file_unreadable"


def test_an_empty_workbook_has_no_questions(tmp_path: Path) -> None:
    _, remarks = compile_form(read_xlsform(as_workbook({"survey": []}, tmp_path / "form.xlsx")))
    assert "empty_form" in [remark.code for remark in remarks]


def codes(path: Path) -> list[tuple[str, int | None, str, str]]:
    _, found = compile_form(read_xlsform(path))
    return [(each.sheet, each.row, each.column, each.code) for each in found]


def test_sheets_may_be_named_in_capitals(tmp_path: Path) -> None:
    named = {name.upper() + " ": table for name, table in SMALL.items()}
    assert codes(as_workbook(named, tmp_path / "form.xlsx")) == []


def test_a_formula_that_was_never_worked_out_is_no_blank_cell(tmp_path: Path) -> None:
    survey = [*SMALL["survey"], ["text", "gorus", "Görüş", "Opinion", "=CONCAT(A1, B1)"]]
    path = as_workbook(SMALL | {"survey": survey}, tmp_path / "form.xlsx")
    assert codes(path) == [("survey", 5, "E", "formula_unread")]


def test_a_day_typed_into_a_spreadsheet_is_a_day(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "survey"
    sheet.append([*SMALL["survey"][0][:4], "default"])
    sheet.append(["date", "gun", "Gün", "Day", date(2026, 11, 21)])
    sheet.append(["time", "saat", "Saat", "Hour", time(9, 30)])
    workbook.save(tmp_path / "form.xlsx")
    sheets = read_xlsform(tmp_path / "form.xlsx")
    assert [row["default"] for row in sheets.survey] == ["2026-11-21", "09:30:00"]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_csv_may_be_separated_as_a_spreadsheet_likes(separator: str, tmp_path: Path) -> None:
    text = io.StringIO()
    rows = [row for name, table in SMALL.items() for row in ([name], *(["", *r] for r in table))]
    csv.writer(text, delimiter=separator).writerows(rows)
    path = tmp_path / "form.csv"
    path.write_text(text.getvalue(), "utf-8-sig")
    if separator == ";":
        path.write_text(";;;\n" + text.getvalue(), "utf-8-sig")
    assert codes(path) == []


def test_shared_lists_may_hold_more_than_a_form_uses(tmp_path: Path) -> None:
    lists = [*SMALL["choices"], ["renk", "k", "Kırmızı", "Red"]]
    apart = as_many_csv(SMALL | {"choices": lists}, tmp_path / "x")
    assert codes(apart) == []
    assert codes(as_markdown(SMALL | {"choices": lists}, tmp_path / "form.md")) == [
        ("choices", 14, "list_name", "list_unused")
    ]


def test_a_breakdown_of_pyxform_is_an_objection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyxform.xls2xform  # noqa: PLC0415

    def broken(*_arguments: object, **_options: object) -> None:
        raise KeyError("type")

    monkeypatch.setattr(pyxform.xls2xform, "convert", broken)
    (objection,) = cross_check(read_xlsform(as_workbook(SMALL, tmp_path / "form.xlsx")))
    assert "KeyError" in objection.sentence("en")
