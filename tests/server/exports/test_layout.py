"""Which columns an export of several form versions has."""

from pathlib import Path

from schemas.forms.definition import FormDefinition, Node
from server.exports.interviews import layout, reader, repeats
from server.forms.checking import compile_file

CITIZENS = Path("schemas/definitions/A_vatandas_gorusme/survey.csv")


def form(version: str, *nodes: Node) -> FormDefinition:
    return FormDefinition(
        id="f",
        version=version,
        title={"tr": "F", "en": "F"},
        languages=("tr", "en"),
        lists={},
        body=nodes,
    )


def text(name: str, pii: str | None = None) -> Node:
    return Node(name=name, type="text", value_type="text", pii=pii)


def names(*definitions: FormDefinition) -> list[str]:
    found = layout(definitions, values="codes", language="tr")
    return [question.column.name for question in found.questions]


def test_columns_stand_in_the_order_of_the_form() -> None:
    inner = Node(name="g", kind="group", children=(text("b"), text("a")))
    assert names(form("1", text("z"), inner, text("y"))) == ["z", "b", "a", "y"]


def test_questions_of_older_versions_come_last() -> None:
    newest, older = form("2", text("a"), text("c")), form("1", text("a"), text("b"))
    assert names(newest, older) == ["a", "c", "b"]


def test_what_one_version_withholds_none_gives_away() -> None:
    newest, older = form("2", text("a", "staff")), form("1", text("a"), text("b"))
    assert names(newest, older) == ["b"]


def test_a_repeat_has_columns_of_its_own() -> None:
    repeat = Node(name="kadro", kind="repeat", children=(text("unvan"), text("ad", "staff")))
    newest = form("2", text("a"), Node(name="g", kind="group", children=(repeat,)))
    assert names(newest) == ["a"]
    found = layout([newest, form("1", text("a"))], values="codes", language="tr", repeat="kadro")
    assert [question.column.name for question in found.questions] == ["unvan"]
    assert found.withheld == {"staff": ("ad",)}
    assert repeats([newest], "tr") == {"kadro": "kadro"}


def test_the_citizen_interview_keeps_its_free_texts_in_the_house() -> None:
    definition, remarks = compile_file(CITIZENS)
    assert definition, remarks
    found = layout([definition], values="codes", language="tr")
    assert set(found.withheld) == {"device", "staff", "free_text"}
    assert len(found.withheld["free_text"]) == 10
    columns = {question.column.name for question in found.questions}
    assert {"il", "ilce", "emn_genel", "kullanilan", "kullanilan/emn", "cinsiyet"} <= columns
    assert columns.isdisjoint({"cihaz_no", "gorevli_no", "emn_oneri", "gorevli_notu", "n_son"})


def test_a_person_named_in_a_text_is_masked_and_the_rest_of_the_text_stays() -> None:
    count = Node(name="n", type="integer", value_type="number")
    found = layout([form("1", text("a"), text("b"), count)], values="codes", language="tr")
    cells = reader(found.questions)
    answers = {"a": "0532 123 45 67 arasın", "b": "45 dakika bekledim", "n": "10000000146"}
    assert cells(answers) == ["[TELEFON] arasın", "45 dakika bekledim", "10000000146"]
