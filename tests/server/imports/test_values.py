"""Cells → answers; what is not understood is nobody's guess."""

import pytest

from schemas.forms.definition import Choice, FormDefinition, Node
from server.imports.values import day, mirrored, moment, number, province_code, reader_of
from server.imports.writing import Writing

SCALE = (
    Choice(name="1", label={"tr": "Hiç memnun değilim", "en": "Not at all"}),
    Choice(name="2", label={"tr": "Orta", "en": "So-so"}),
    Choice(name="3", label={"tr": "Çok memnunum", "en": "Very"}),
    Choice(name="99", label={"tr": "Cevap yok", "en": "No answer"}),
)
SERVICES = (
    Choice(name="emn", label={"tr": "Polis", "en": "Police"}),
    Choice(name="trf", label={"tr": "Trafik", "en": "Traffic"}),
)
FORM = FormDefinition(
    id="f",
    version="1",
    title={"tr": "f"},
    languages=("tr", "en"),
    lists={"scale": SCALE, "services": SERVICES, "il": (Choice(name="01", label={"tr": "Adana"}),)},
    body=(),
)


@pytest.mark.parametrize(
    ("kind", "of_list", "cell", "answer"),
    [
        ("select_one", "scale", "3", "3"),
        ("select_one", "scale", "3,0", "3"),
        ("select_one", "scale", "ÇOK MEMNUNUM", "3"),
        ("select_one", "scale", "not  At All", "1"),
        ("select_one", "scale", "cok memnunum", "3"),
        ("select_one", "scale", "7", None),
        ("select_one", "scale", "2.5", None),
        ("select_one", "il", "1", "01"),
        ("select_multiple", "services", "trf emn", "emn trf"),
        ("select_multiple", "services", "Trafik; Police", "emn trf"),
        ("select_multiple", "services", "Trafik; Tapu", None),
        ("rank", "services", "trf emn", "trf emn"),
        ("integer", None, "12,0", "12"),
        ("integer", None, "12,5", None),
        ("integer", None, "on iki", None),
        ("decimal", None, "1.234,5", "1234.5"),
        ("decimal", None, "0.250000000", "0.250000000"),
        ("date", None, "5.1.2026", "2026-01-05"),
        ("date", None, "2026-01-05", "2026-01-05"),
        ("date", None, "31.02.2026", None),
        ("dateTime", None, "05.01.2026 09:30", "2026-01-05T09:30:00.000+03:00"),
        ("text", None, "'=1+1", "=1+1"),
        ("text", None, "'tırnak", "'tırnak"),
        ("time", None, "25:00", None),
    ],
)
def test_a_cell_means(kind: str, of_list: str | None, cell: str, answer: str | None) -> None:
    node = Node.model_validate({"name": "q", "type": kind, "list": of_list})
    writing = Writing(dates="day-first")
    assert reader_of(node, FORM, writing=writing)(cell) == answer


def test_words_of_the_mapping_are_understood_too() -> None:
    node = Node(name="q", type="select_one", list="scale")
    assert reader_of(node, FORM, [("berbat", "1")])("Berbat") == "1"


def test_a_label_of_two_choices_is_not_chosen_between() -> None:
    districts = (
        Choice(name="1", label={"tr": "Merkez"}),
        Choice(name="2", label={"tr": "Merkez"}),
        Choice(name="3", label={"tr": "Merkez"}),
    )
    form = FORM.model_copy(update={"lists": {"ilce": districts}})
    assert reader_of(Node(name="q", type="select_one", list="ilce"), form)("Merkez") is None


def test_a_scale_turned_round_keeps_its_code_of_no_answer() -> None:
    assert mirrored(SCALE) == {"1": "3", "2": "2", "3": "1"}


def test_numbers_days_times_and_provinces() -> None:
    assert number("1e3") == 1000
    assert number("inf") is None
    assert number("1.2.3") is None
    assert day("dün") is None
    assert moment("2026-01-05T09:30:00Z") == "2026-01-05T09:30:00.000+00:00"
    assert (province_code("6"), province_code("IĞDIR"), province_code("Atlantis")) == (
        "06",
        "76",
        None,
    )
