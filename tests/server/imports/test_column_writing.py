"""Numbers and days of a column are read as the column proves, or asked for; weights are never 1."""

import json
from typing import Any

import pytest

from schemas.tables.text_tables import text_table
from server.imports.drafts import Drafting, Target
from server.imports.mapping import Mapping, NewForm
from server.imports.own_form import form_of_mapping
from tests.server.imports.shell import Shell
from tests.server.imports.test_import_command import HEADER, ROWS, index, mapping, table
from tests.server.imports.test_published_form import exported


def asking(column: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "form": {"id": "deneme", "title": {"tr": "D", "en": "T"}},
        "questions": {"soru": {"column": column, "type": kind}},
        "province": {"column": "il"},
        **more,
    }


def answers(text: str, asked: dict[str, Any]) -> list[str]:
    """What the rows of a file would be stored as."""
    read = Mapping.model_validate_json(json.dumps(asked))
    assert isinstance(read.form, NewForm)
    form = form_of_mapping(read, read.form)
    target = Target("R", form, {form.version: form}, is_new=True)
    drafting = Drafting(text_table(text.encode()), target, read)
    return [draft.answers.get("soru", "") for draft in drafting.drafts()]


@pytest.mark.parametrize(
    ("cells", "more", "stored"),
    [
        (["1,234.5", "12,345.67", "1.234,5"], {}, ["1234.5", "12345.67", "1234.5"]),
        (["1,234.5", "1,500", "2"], {}, ["1234.5", "1500", "2"]),
        (["2,5", "1.500"], {}, ["2.5", "1500"]),
        (["2.5", "1.500"], {}, ["2.5", "1.500"]),
        (["1.500", "1"], {"decimals": "comma"}, ["1500", "1"]),
        (["1.500", "bilmem"], {"decimals": "point"}, ["1.500", "bilmem"]),
        (["2,5", "2.5"], {}, ["2.5", "2.5"]),
        (["2,5", "2.5", "1.500"], {"decimals": "comma"}, ["2.5", "2.5", "1500"]),
        (["9.999", "2,5"], {"missing": ["9.999"]}, ["", "2.5"]),
    ],
)
def test_a_number_is_never_another_one(
    cells: list[str], more: dict[str, Any], stored: list[str]
) -> None:
    text = "il;x\n" + "".join(f"06;{cell}\n" for cell in cells)
    assert answers(text, asking("x", "decimal", **more)) == stored


@pytest.mark.parametrize(
    ("cells", "more", "stored"),
    [
        (["03/04/2026", "11/25/2026", "6/7/2026"], {}, ["2026-03-04", "2026-11-25", "2026-06-07"]),
        (["03/04/2026", "25/11/2026"], {}, ["2026-04-03", "2026-11-25"]),
        (["3.4.2026"], {}, ["2026-04-03"]),
        (["3.4.2026", "4.13.2026"], {}, ["2026-03-04", "2026-04-13"]),
        (["05/05/2026", "2026-01-02"], {}, ["2026-05-05", "2026-01-02"]),
        (["03/04/2026"], {"dates": "month-first"}, ["2026-03-04"]),
        (["03-04-2026"], {"dates": "day-first"}, ["2026-04-03"]),
        (["25/11/2026", "11/25/2026"], {}, ["2026-11-25", "2026-11-25"]),
    ],
)  # fmt: skip
def test_a_day_is_never_another_one(
    cells: list[str], more: dict[str, Any], stored: list[str]
) -> None:
    text = "il,x\n" + "".join(f"06,{cell}\n" for cell in cells)
    assert answers(text, asking("x", "date", **more)) == stored


@pytest.mark.parametrize(
    ("kind", "cell", "more", "sentence"),
    [
        ("date", "03/04/2026", {}, 'Write "dates": "day-first" or "dates": "month-first"'),
        ("date", "25/11/2026", {"dates": "month-first"}, "in the other order"),
        ("decimal", '"1,500"', {}, 'Write "decimals": "point" (1.5) or'),
        ("integer", "1.500", {}, 'Write "decimals": "point" (1.5) or'),
        ("decimal", "2.5", {"decimals": "comma"}, "are written otherwise"),
        ("decimal", '1.5\n06,"2,5"\n06,"1,500"', {}, 'Write "decimals": "point" (1.5) or'),
        ("date", "25/11/2026\n06,11/25/2026\n06,3/4/2026", {}, 'Write "dates": "day-first"'),
    ],
)
def test_what_the_column_does_not_prove_is_asked(
    shell: Shell, kind: str, cell: str, more: dict[str, Any], sentence: str
) -> None:
    file = shell.file("a.csv", f"il,x\n06,{cell}\n")
    asked = shell.file("m.json", asking("x", kind, **more))
    rehearsed = shell.refused("import", "R", file, "--mapping", asked, "--dry-run")
    assert "rows, UTF-8" in rehearsed
    for said in (rehearsed, shell.refused("import", "R", file, "--mapping", asked)):
        assert "Column “x”" in said
        assert sentence in said
    assert shell.refused("import", "R", file, "--mapping", asked, language="tr")
    assert shell.count("submissions") == shell.count("visits") == 0


def test_the_dry_run_says_how_columns_were_read(shell: Shell) -> None:
    asked = asking("x", "decimal", date={"column": "gün"})
    file = shell.file("a.csv", "il;x;gün\n06;1,5;11/25/2026\n")
    said = shell.done("import", "R", file, "--mapping", shell.file("m.json", asked), "--dry-run")
    assert "Column “x”: decimals are written with a comma" in said
    assert "Column “gün”: dates are read month first" in said


def test_thousands_in_weights_count_as_thousands(shell: Shell) -> None:
    rows = [(*row[:-1], '"1,000.5"' if row[-1] == 1 else 2.5) for row in ROWS]
    asked = shell.file("m.json", mapping(weight={"column": "w"}))
    shell.done("import", "R", shell.file("a.csv", table(list(rows), HEADER)), "--mapping", asked)
    assert {weight for (weight,) in shell.rows("SELECT design_weight FROM visits")} == {1000.5, 2.5}


@pytest.mark.parametrize(
    ("cell", "more", "sentence"),
    [
        ("", {}, "Row 2, column “w”: the weight is blank"),
        ("-9", {"missing": ["-9"]}, "Row 2, column “w”: the weight is blank"),
        ("x", {"weight": {"column": "w", "recode": {"x": ""}}}, "the weight is blank"),
        ("nan", {}, "“nan” is no weight above zero"),
        ("inf", {}, "“inf” is no weight above zero"),
    ],
)
def test_a_weight_that_is_none_is_named_and_never_one(
    shell: Shell, cell: str, more: dict[str, Any], sentence: str
) -> None:
    rows = [(*ROWS[0][:-1], cell), *ROWS[1:-1], (*ROWS[-1][:-1], cell)]
    asked = shell.file("m.json", mapping(**{"weight": {"column": "w"}, **more}))
    file = shell.file("a.csv", table(list(rows), HEADER))
    for words in ([], ["--dry-run"]):
        said = shell.refused("import", "R", file, "--mapping", asked, *words)
        assert sentence in said
        assert "Row 41" in said
    assert shell.count("submissions") == shell.count("visits") == 0


def test_a_mapping_of_a_mac_names_its_columns(shell: Shell) -> None:
    decomposed = (
        '{"form": {"id": "mac", "title": {"tr": "M", "en": "M"}},'
        ' "questions": {"soru": {"column": "So\\u0308z", "type": "integer"}},'
        ' "province": {"column": "I\\u0307l"}}'
    )
    file = shell.file("a.csv", "Söz;İl\n7;I\u0307stanbul\n")
    shell.done("import", "R", file, "--mapping", shell.file("m.json", decomposed))
    assert [row["soru"] for row in exported(shell)] == ["7"]
    assert shell.rows("SELECT province FROM visits")[0][0] == "34"


def test_weights_and_their_absence_are_not_mixed_by_an_export_of_ours(shell: Shell) -> None:
    asked = shell.file("m.json", mapping(weight={"column": "w"}))
    shell.done("import", "R", shell.file("a.csv", table(ROWS, HEADER)), "--mapping", asked)
    weighted = index(shell)["value"]
    out = shell.folder / "out.csv"
    shell.done("export", "R", "--out", out)
    head, first, *rest = out.read_text("utf-8").splitlines()
    place = head.split(",").index("meta_design_weight")
    cells = first.split(",")
    cells[place] = ""
    file = shell.file("b.csv", "\n".join([head, ",".join(cells), *rest]) + "\n")
    said = shell.refused("import", "R", file)
    assert "Row 2: it has no weight, and row 3 of the same province (06) has one" in said
    assert index(shell)["value"] == weighted


def test_an_import_without_weights_does_not_join_visits_that_have_them(shell: Shell) -> None:
    asked = shell.file("m.json", mapping(weight={"column": "w"}))
    shell.done("import", "R", shell.file("a.csv", table(ROWS, HEADER)), "--mapping", asked)
    before = [shell.count(table) for table in ("submissions", "visits", "audit_entries")]
    other = shell.file("n.json", mapping())
    file = shell.file("b.csv", table([(99, *ROWS[0][1:])], HEADER))
    for words in ([], ["--dry-run"]):
        said = shell.refused("import", "R", file, "--mapping", other, *words)
        assert "In province 06 visit “R:06:" in said
        assert "has a weight and visit “R:06:" in said
    assert [shell.count(table) for table in ("submissions", "visits", "audit_entries")] == before
