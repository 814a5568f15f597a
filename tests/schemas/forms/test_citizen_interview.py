"""The citizen interview as a whole: what it asks, and that it can be held in every way."""

import random
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import schemas
from schemas.authoring.compiler import compile_form
from schemas.forms.definition import FormDefinition, Node
from schemas.forms.dependencies import standings
from schemas.forms.flow import Interview, Questionnaire
from schemas.forms.question_kinds import UNSEEN
from schemas.forms.validation import advise, check, confirmations
from schemas.reference.services import services
from server.forms.importing import read_xlsform
from tests.schemas.vectors import NOW

SURVEY = Path(schemas.__file__).parent / "definitions" / "A_vatandas_gorusme" / "survey.csv"


@cache
def form() -> FormDefinition:
    definition, remarks = compile_form(read_xlsform(SURVEY))
    assert definition is not None
    assert remarks == []
    return definition


@cache
def questionnaire() -> Questionnaire:
    return Questionnaire(form())


def nodes() -> list[Node]:
    return [standing.node for standing in standings(form().body).values()]


def test_it_asks_157_questions() -> None:
    fields = [node for node in nodes() if node.kind == "field"]
    assert sum(node.type not in UNSEEN | {"note"} for node in fields) == 157


def test_every_service_has_its_module_with_the_overall_question_last() -> None:
    modules = [node for node in form().body if node.service]
    assert [module.service for module in modules] == [service.code for service in services()]
    for module in modules:
        ratings = [node for node in module.children if node.scale == "memnun5"]
        assert len(ratings) == (8 if module.service in ("acm", "shl") else 9)
        assert ratings[-1].dimension == "genel"
        assert {node.service for node in module.children} == {module.service}


def test_all_ratings_are_on_one_scale() -> None:
    rated = [node for node in nodes() if node.service and node.scale]
    assert len(rated) == 70
    assert {node.scale for node in rated} == {"memnun5"}
    assert [choice.name for choice in form().lists["memnun5"]] == [*"12345", "97", "98", "99"]


def test_the_index_rests_on_54_items() -> None:
    core = [node for node in nodes() if node.core and node.dimension != "genel"]
    assert len(core) == 54
    assert "yetkinlik" not in {node.dimension for node in core}


def test_81_provinces_lead_to_973_districts() -> None:
    interview = Interview(questionnaire(), {}, now=NOW)
    districts: Counter[str] = Counter()
    for province in form().lists["il"]:
        interview.set("il", province.name)
        offered = interview.choices("ilce")
        assert offered, province.name
        districts.update(choice.name for choice in offered)
    assert len(form().lists["il"]) == 81
    assert len(districts) == 973
    assert set(districts.values()) == {1}


def test_every_word_is_there_in_turkish_and_english() -> None:
    texts = [node.label for node in nodes() if node.kind == "group" or node.type not in UNSEEN]
    texts += [choice.label for choices in form().lists.values() for choice in choices]
    texts += [node.constraint_message for node in nodes() if node.constraint]
    assert all(text["tr"] and text["en"] for text in texts)
    hints = [node.hint for node in nodes() if node.hint]
    assert hints
    assert all(set(hint) == {"tr", "en"} for hint in hints)


def held(seed: int) -> Interview:
    """Hold one interview, answering every question in one of the ways it offers."""
    chance = random.Random(seed)
    interview = Interview(questionnaire(), {"cihaz_no": "tablet-1"}, now=NOW)
    for name, node, _ in interview.fields():
        answer = _answer(interview, name, node, chance)
        if answer:
            interview.set(name, answer)
        if node.soft_constraint:
            interview.confirm(name, "İki kez soruldu.")
    return interview


def _answer(interview: Interview, name: str, node: Node, chance: random.Random) -> str:
    choices = [choice.name for choice in interview.choices(name)]
    if node.type == "select_one":
        return chance.choice(choices)
    if node.type == "select_multiple":
        several = [choice for choice in choices if choice != "yok"]
        taken = chance.sample(several, chance.randint(1, min(2, len(several))))
        return "yok" if "yok" in choices and chance.random() < 0.1 else " ".join(taken)
    if node.type == "integer":
        return chance.choice(["", "0", "50"])
    return chance.choice(["", "Daha hızlı olmalı."]) if node.type == "text" else ""


@pytest.mark.parametrize("block", range(4))
def test_an_interview_that_answers_what_is_asked_is_never_at_fault(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        interview = held(seed)
        assert advise(interview) == [], seed
        given, reasons = interview.output(), confirmations(interview)
        assert check(questionnaire(), given, now=NOW, confirmations=reasons) == [], seed


def test_held_interviews_reach_every_module_and_every_end() -> None:
    outputs = [held(seed).output() for seed in range(200)]
    rated = {code for output in outputs for code in output.get("degerlendirilen", "").split()}
    assert rated == {service.code for service in services()}
    assert {output["katilim"] for output in outputs} == {"0", "1"}
    assert {output.get("on8") for output in outputs} == {None, "0", "1"}


def test_about_45_questions_are_shown_with_one_service_and_60_with_two() -> None:
    shown: dict[int, int] = {}
    for seed in range(200):
        interview = held(seed)
        rated = len(str(interview.value("degerlendirilen")).split())
        asked = [name for name, node, _ in interview.fields() if node.type not in UNSEEN | {"note"}]
        shown[rated] = max(shown.get(rated, 0), len(asked))
    assert 40 <= shown[1] <= 50
    assert 55 <= shown[2] <= 68
