"""How both engines keep an answer of every question type, against how our tablets keep it."""

from uuid import UUID

import pytest

from schemas.authoring.compiler import compile_form
from schemas.forms.row_keys import ROW_KEY
from server.forms.importing import read_xlsform
from server.forms.xform.form import export_xform
from tests.oracles.differences import SAME, differences
from tests.oracles.engines import started
from tests.vectors.refresh import HERE as VECTORS

GIVEN = {
    "metin": "Iğdır, “ı” & <b>",
    "tam": "7",
    "ondalik": "7.5",
    "gun": "2026-11-21",
    "saat": "09:30",
    "an": "2026-11-21T10:00:00.000+03:00",
    "tek": "1",
    "cok": "k m",
    "oran": "55",
    "yer": "41.5 29.25 120.5 5.5",
    "kod": "8690000",
}
NAMED = {"tam": "integer", "ondalik": "decimal", "gun": "date", "saat": "time", "an": "dateTime"}
NAMED |= {"metin": "text", "tek": "select_one", "cok": "select_multiple", "oran": "range"}
NAMED |= {"yer": "geopoint", "kod": "barcode"}


@pytest.mark.parametrize("engine", ["javarosa", "xforms-engine"])
def test_an_engine_of_odk_keeps_answers_as_we_do(engine: str) -> None:
    form, _ = compile_form(read_xlsform(VECTORS / "sources" / "alanlar.md"))
    assert form is not None
    steps = [["set", name, None, answer] for name, answer in GIVEN.items()]
    with started(engine) as ask:
        (look,) = ask(export_xform(form), [*steps, ["look"]])
    kept = {node["name"]: node.get("value", "") for node in look}
    table = {case: row.said_by(engine) for case, row in differences("answer").items()}
    assert {NAMED[name]: kept[name] for name in GIVEN if kept[name] != GIVEN[name]} == {
        case: said.replace("nothing", "") for case, said in table.items() if said != SAME
    }


@pytest.mark.parametrize("engine", ["javarosa", "xforms-engine"])
@pytest.mark.parametrize(
    ("source", "made", "gone"),
    [
        ("hane", [["set", "var", None, "1"], ["add", "kisi"], ["add", "kisi"]], "kisi"),
        ("konular", [["set", "adet", None, "3"]], ""),
    ],
    ids=["rows that are added", "rows that are counted"],
)
def test_an_engine_of_odk_gives_every_row_a_key_that_stays(
    engine: str, source: str, made: list[list[str | None]], gone: str
) -> None:
    form, _ = compile_form(read_xlsform(VECTORS / "sources" / f"{source}.md"))
    assert form is not None
    steps = [*made, ["look"], *([["remove", gone, 0]] if gone else []), ["look"]]
    with started(engine) as ask:
        first, then = (
            [node["value"] for node in look if node["name"] == ROW_KEY]
            for look in ask(export_xform(form), steps)
        )
    assert len({UUID(key) for key in first}) == len(first) == 3
    assert then == (first[1:] if gone else first)
