"""The questionnaires we ship pass ODK Validate and mean to both engines what they mean to us."""

import random
from pathlib import Path
from typing import Any

import pytest

from schemas.authoring.compiler import compile_form
from schemas.forms.definition import Expression, FormDefinition
from schemas.forms.dependencies import references, standings
from schemas.forms.flow import Interview
from schemas.forms.questionnaire import Questionnaire
from server.forms.importing import read_xlsform
from server.forms.publishing import shipped_forms
from server.forms.xform.form import export_xform
from tests.oracles.differences import differences
from tests.oracles.engines import DRAW, NOW, Ask, started, validate
from tests.oracles.odk_forms import is_asked, odk_answer, odk_step
from tests.oracles.odk_interviews import as_odk, ours, played, theirs

FORMS = {form.id: form for form in shipped_forms()}
FACTS = ("start", "end", "deviceid")
KEPT_OTHERWISE = differences("answer")
"""Question types whose answers are not compared here: test_answers.py says how they are kept."""
INTERVIEWS = 3
CHANGES = 25


def test_all_pass_odk_validate(tmp_path: Path) -> None:
    for form in FORMS.values():
        path = tmp_path / f"{form.id}.xml"
        path.write_text(export_xform(form), "utf-8")
        said = validate(path)
        assert said.returncode == 0, said.stderr
        assert "Xform is valid" in said.stdout


def test_validate_refuses_a_form_that_is_broken(tmp_path: Path) -> None:
    form = next(iter(FORMS.values()))
    path = tmp_path / "broken.xml"
    path.write_text(export_xform(form).replace("selected(", "no-such("), "utf-8")
    assert validate(path).returncode != 0


@pytest.mark.parametrize("engine", ["javarosa", "xforms-engine"])
def test_they_mean_the_same_to_an_engine_of_odk(engine: str) -> None:
    with started(engine) as ask:
        for form in FORMS.values():
            answered = [compare(form, seed, ask) for seed in range(INTERVIEWS)]
            assert max(answered) > CHANGES, form.id


@pytest.mark.parametrize("engine", ["javarosa", "xforms-engine"])
def test_a_good_form_begins_in_an_engine_of_odk(engine: str) -> None:
    with started(engine) as ask:
        for file in sorted((Path(__file__).parents[1] / "schemas" / "good_forms").glob("*.md")):
            form, _ = compile_form(read_xlsform(file))
            assert form is not None
            looks = ask(export_xform(form), [["look"]])
            assert isinstance(looks, list), f"{file.name}: {looks}"


def compare(form: FormDefinition, seed: int, ask: Ask) -> int:
    """Fill the form, change some answers; give how many answers that were."""
    rng = random.Random(f"{form.id} {seed}")
    form = prefilled(form)
    questionnaire, hidden = Questionnaire(form), told_by_client(form)
    interview = Interview(questionnaire, {}, now=NOW, draw=lambda: DRAW)
    steps = filled(rng, interview)
    for _ in range(CHANGES):
        step = odk_step(rng, questionnaire, interview)
        if step is not None:
            interview = changed(questionnaire, interview, step, steps)
    answer = ask(export_xform(form), [*steps, ["look"]])
    assert isinstance(answer, list), f"{form.id}: {answer}"
    said, seen = theirs(questionnaire, answer[0]), ours(interview)
    assert visible(said, hidden) == visible(seen, hidden), f"{form.id}, seed {seed}, after {steps}"
    return len(steps)


def filled(rng: random.Random, interview: Interview) -> list[list[Any]]:
    """Answer what is asked, in order; a question that answers itself is left alone."""
    steps: list[list[Any]] = []
    for _, node, row in interview.fields():
        item = interview.questionnaire.items[node.name]
        if is_asked(item) and not interview.value(node.name, row):
            steps.append(["set", node.name, row, odk_answer(rng, interview, item, row)])
            played(interview, steps[-1])
    return steps


def changed(
    questionnaire: Questionnaire, interview: Interview, step: list[Any], steps: list[list[Any]]
) -> Interview:
    """Do one more step, unless ODK would then forget an answer."""
    before = interview.draft()
    played(interview, step)
    if as_odk(interview)[2]:
        return Interview(questionnaire, before, now=NOW, draft=True)
    steps.append(step)
    return interview


def prefilled(form: FormDefinition) -> FormDefinition:
    """A form that begins with what the server would tell: two topics of an earlier visit."""
    told = {"onceki_konu_sayisi": "2"}
    return FormDefinition.model_validate_json(
        form.model_copy(
            update={"body": tuple(_told(node, told) for node in form.body)}
        ).model_dump_json()
    )


def _told(node: Any, told: dict[str, str]) -> Any:
    changes: dict[str, Any] = {"children": tuple(_told(child, told) for child in node.children)}
    if node.name in told:
        changes["default"] = told[node.name]
    return node.model_copy(update=changes)


def told_by_client(form: FormDefinition) -> set[str]:
    """Name what a client fills or keeps in its own way, and what depends on it."""
    nodes = {name: standing.node for name, standing in standings(form.body).items()}
    found = {name for name, node in nodes.items() if node.type in (*FACTS, *KEPT_OTHERWISE)}
    while True:
        more = {
            name
            for name, node in nodes.items()
            for _, each in node
            if isinstance(each, Expression) and found & set(references(each.tree))
        }
        if more <= found:
            return found
        found |= more


def visible(seen: dict[str, Any], hidden: set[str]) -> dict[str, Any]:
    return {path: said for path, said in seen.items() if path.rpartition(".")[2] not in hidden}
