"""The five questionnaires: faultless, in both languages, and fillable in every way they offer."""

import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import schemas
from schemas.authoring.compiler import compile_form
from schemas.authoring.sheets import Sheets
from schemas.forms.definition import FormDefinition, Node
from schemas.forms.dependencies import standings
from schemas.forms.flow import Interview, Questionnaire
from schemas.forms.question_kinds import UNSEEN
from schemas.forms.validation import advise, check, confirmations
from schemas.reference.geography import provinces
from schemas.reference.services import dimensions
from server.forms.importing import read_xlsform
from tests.schemas.vectors import NOW

SHIPPED = Path(schemas.__file__).parent / "definitions"
FORMS = tuple(sorted(file.parent.name for file in SHIPPED.glob("*/survey.csv")))
MEETINGS = 10


@cache
def form(name: str) -> FormDefinition:
    definition, remarks = compile_form(read_xlsform(SHIPPED / name / "survey.csv"))
    assert definition is not None
    assert remarks == []
    return definition


def nodes(name: str) -> dict[str, Node]:
    return {each: standing.node for each, standing in standings(form(name).body).items()}


def test_there_are_five() -> None:
    assert (
        *("A_vatandas_gorusme", "B1_birim_ziyaret", "B2_personel_gorusme"),
        *("C_tekrar_ziyaret", "D_toplanti_tutanagi"),
    ) == FORMS
    assert all(len(form(name).version) == 10 and form(name).version.isdigit() for name in FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_every_word_is_there_in_turkish_and_english(name: str) -> None:
    texts = [form(name).title]
    for node in nodes(name).values():
        texts += [node.label] if node.kind != "field" or node.type not in UNSEEN else []
        texts += [node.constraint_message] if node.constraint else []
        texts += [node.soft_constraint_message] if node.soft_constraint else []
        texts += [node.hint] if node.hint else []
    texts += [choice.label for choices in form(name).lists.values() for choice in choices]
    assert [text for text in texts if not (text.get("tr") and text.get("en"))] == []


@pytest.mark.parametrize("name", FORMS)
def test_where_something_is_written_freely_names_are_asked_not_to_be(name: str) -> None:
    for node in nodes(name).values():
        if node.type == "text" and not node.read_only:
            assert re.search(r"\bad(ı)?\b.* yazmayınız", node.hint.get("tr", "")), node.name
            assert "name" in node.hint.get("en", "").lower(), node.name


def test_a_core_item_is_one_whose_dimension_is_in_the_index() -> None:
    in_index = {dimension.code: dimension.in_index for dimension in dimensions()}
    for node in nodes("A_vatandas_gorusme").values():
        if node.core is not None:
            assert node.core == in_index[node.dimension or ""], node.name


def test_the_coast_guard_is_offered_where_there_is_a_coast() -> None:
    interview = Interview(Questionnaire(form("A_vatandas_gorusme")), {}, now=NOW)
    interview.set("katilim", "1")
    interview.set("on8", "1")
    for province in provinces():
        interview.set("il", province.plate)
        names = {choice.name for choice in interview.choices("kullanilan")}
        assert ("shl" in names) == province.is_coastal, province.name


def test_a_meeting_is_of_one_of_ten_kinds() -> None:
    assert len(form("D_toplanti_tutanagi").lists["toplanti_tur"]) == MEETINGS


def test_progress_is_a_percentage() -> None:
    progress = nodes("C_tekrar_ziyaret")["t_ilerleme"]
    assert progress.parameters == {"start": "0", "end": "100", "step": "5"}


def test_the_staff_interview_names_neither_staff_nor_tablet_nor_time() -> None:
    assert [name for name in FORMS if form(name).anonymous] == ["B2_personel_gorusme"]
    kinds = {node.type for node in nodes("B2_personel_gorusme").values()}
    assert not kinds & {"start", "end", "today", "deviceid", "date", "dateTime", "hidden", "image"}


@pytest.mark.parametrize("telling", ["start", "deviceid", "geopoint", "hidden"])
def test_an_anonymous_form_that_tells_who_answered_is_refused(telling: str) -> None:
    sheets = read_xlsform(SHIPPED / "B2_personel_gorusme" / "survey.csv")
    pii = "staff" if telling == "hidden" else ""
    asked = {"type": telling, "name": "iz", "label::Türkçe (tr)": "İz", "label::English (en)": "T"}
    first = sheets.survey[0]
    row = type(first)(first.sheet, first.number, {**asked, "pii": pii}, first.letters)
    spied = Sheets(**{**vars(sheets), "survey": (row, *sheets.survey)})
    definition, remarks = compile_form(spied)
    assert definition is None
    assert [remark.code for remark in remarks if remark.is_error] == ["anonymous_tells"]


TOPICS = [
    {
        "t_konu_no": f"0A1B2C3D-{number}",
        "t_baslik": f"Konu {number}",
        "t_rapor_tarihi": "2026-03-02",
    }
    for number in (1, 2, 3)
]
PREFILLED: dict[str, dict[str, Any]] = {
    "C_tekrar_ziyaret": {"onceki_konu_sayisi": "3", "r_tekrar": TOPICS}
}


def held(name: str, seed: int) -> Interview:
    """Fill a form, answering every question in one of the ways it offers."""
    chance = random.Random(seed)
    prefilled = PREFILLED.get(name, {}) if seed % 5 else {}
    interview = Interview(questionnaire(name), prefilled, now=NOW, draw=chance.random)
    for _, node, row in interview.fields():
        if node.read_only or node.type in UNSEEN | {"note", "image"} or node.default_expression:
            continue
        if answer := _answer(interview, node, row, chance):
            interview.set(node.name, answer, row)
        if node.soft_constraint:
            interview.confirm(node.name, "Yerinde soruldu, doğru.", row)
    return interview


@cache
def questionnaire(name: str) -> Questionnaire:
    return Questionnaire(form(name))


def _answer(interview: Interview, node: Node, row: int | None, chance: random.Random) -> str:
    if node.list:
        names = [choice.name for choice in interview.choices(node.name, row)]
        several = [name for name in names if name != "yok"]
        if node.type == "select_multiple" and chance.random() < 0.9:
            return " ".join(chance.sample(several, min(3, len(several))))
        return chance.choice(names)
    if node.type == "integer":
        return "5"
    written = {"text": "Kısa bir not.", "date": NOW[:10], "time": "14:30", "range": "35"}
    return written.get(node.type or "", "")


@pytest.mark.parametrize("name", FORMS)
def test_who_answers_what_is_asked_is_never_at_fault(name: str) -> None:
    for seed in range(60):
        interview = held(name, seed)
        assert advise(interview) == [], seed
        given, reasons = interview.output(), confirmations(interview)
        assert check(questionnaire(name), given, now=NOW, confirmations=reasons) == [], seed


@pytest.mark.parametrize("name", FORMS)
def test_every_question_is_asked_of_somebody(name: str) -> None:
    asked = {node.name for seed in range(120) for _, node, _ in held(name, seed).fields()}
    assert {name for name, node in nodes(name).items() if node.kind == "field"} - asked == set()


def test_earlier_topics_are_asked_one_by_one_and_cannot_be_changed() -> None:
    interview = held("C_tekrar_ziyaret", 1)
    rows = interview.output()["r_tekrar"]
    assert [row["t_baslik"] for row in rows] == ["Konu 1", "Konu 2", "Konu 3"]
    assert nodes("C_tekrar_ziyaret")["t_baslik"].read_only
    assert held("C_tekrar_ziyaret", 5).output().get("r_tekrar") is None


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        ("", set()),
        ("cozuldu", {"t_kanit"}),
        ("gecersiz", {"t_kanit"}),
        ("dogrulanamadi", set()),
        ("degismedi", {"t_kanit", "t_darbogaz", "t_oncelik", "t_oneri", "t_yetki", "t_merkeze"}),
    ],
)
def test_what_is_asked_of_a_topic_follows_from_its_status(status: str, asked: set[str]) -> None:
    interview = Interview(questionnaire("C_tekrar_ziyaret"), PREFILLED["C_tekrar_ziyaret"], now=NOW)
    interview.set("t_durum", status, 0)
    conditional = ("t_kanit", "t_darbogaz", "t_oncelik", "t_oneri", "t_yetki", "t_merkeze")
    assert {each for each in conditional if interview.is_relevant(each, 0)} == asked


def test_a_unit_without_shortages_needs_no_row_of_them() -> None:
    interview = Interview(questionnaire("B1_birim_ziyaret"), {}, now=NOW)
    for gate, repeat in (("arac_var", "r_arac"), ("konu_var", "r_konu"), ("iyi_var", "r_iyi")):
        interview.set(gate, "0")
        assert not interview.is_relevant(repeat)
        interview.set(gate, "1")
        assert interview.rows(repeat) == 1


def test_an_unlikely_number_is_asked_about_and_an_impossible_one_refused() -> None:
    interview = held("A_vatandas_gorusme", 3)
    interview.set("kullanilan", "emn")
    for minutes, code in (("300", None), ("301", "soft"), ("1441", "constraint")):
        interview.set("emn_bekleme", minutes)
        codes = {
            violation.code for violation in advise(interview) if violation.path == "emn_bekleme"
        }
        assert codes == ({code} if code else set())
    interview.set("emn_bekleme", "700")
    interview.confirm("emn_bekleme", "Gece getirilmiş, sabah ifadesi alınmış.")
    assert [violation for violation in advise(interview) if violation.path == "emn_bekleme"] == []
