"""Random forms, exported, mean to both engines of ODK what they mean to us."""

import os
import random
from typing import Any

import pytest

from schemas.forms.flow import Interview
from schemas.forms.questionnaire import Questionnaire
from server.forms.xform.form import export_xform
from tests.oracles.differences import UNSTEADY, differences
from tests.oracles.engines import NOW, Ask, started
from tests.oracles.odk_forms import odk_form, odk_step
from tests.oracles.odk_interviews import Seen, as_odk, ours, played, theirs

CASES = 3000 if os.environ.get("IZDES_SOAK") else 300
STEPS = 8


@pytest.mark.parametrize("engine", ["javarosa", "xforms-engine"])
def test_an_engine_of_odk_agrees_on_random_forms(engine: str) -> None:
    first = random.SystemRandom().randrange(10**9) if os.environ.get("IZDES_SOAK") else 0
    fired: set[str] = set()
    compared = 0
    with started(engine) as ask:
        for seed in range(first, first + CASES):
            compared += len(compare(seed, engine, ask, fired))
    assert compared > 5 * CASES
    # What stands in the table must still be so.
    assert fired == differences("form").keys()


def compare(seed: int, engine: str, ask: Ask, fired: set[str]) -> list[Seen]:
    """Hold one random interview with us and with the engine; give what we saw, look by look."""
    rng = random.Random(seed)
    form = odk_form(rng)
    questionnaire = Questionnaire(form)
    steps, looks = interviewed(rng, questionnaire, engine, fired)
    answer = ask(export_xform(form), steps)
    assert isinstance(answer, list), f"seed {seed}: {answer}"
    for at, (seen, look) in enumerate(zip(looks, answer, strict=True)):
        said = theirs(questionnaire, look)
        assert said == seen, f"seed {seed}, {engine}, after {steps[: 2 * at + 1]}"
    return looks


def interviewed(
    rng: random.Random, questionnaire: Questionnaire, engine: str, fired: set[str]
) -> tuple[list[list[Any]], list[Seen]]:
    """Answer at random. What ODK forgets we forget too; where JavaRosa only may, we stop."""
    interview, shown, _ = as_odk(Interview(questionnaire, {}, now=NOW))
    table = differences("form")
    steps: list[list[Any]] = [["look"]]
    looks = [ours(shown)]
    for _ in range(STEPS):
        step = odk_step(rng, questionnaire, shown)
        if step is None:
            continue
        played(interview, step)
        interview, shown, rules = as_odk(interview)
        fired |= rules
        if any(table[rule].said_by(engine) == UNSTEADY for rule in rules):
            break
        steps += [step, ["look"]]
        looks.append(ours(shown))
    return steps, looks
