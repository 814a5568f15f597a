"""The tablet's twin of the form engine says what the server's says, on random forms and answers."""

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from schemas.forms.flow import Interview, Wording
from schemas.forms.packing import pack, unpack
from schemas.forms.questionnaire import Item, Questionnaire
from schemas.forms.validation import advise, check, confirmations
from server.assets.bundling import ESBUILD, node, run_node
from tests.pwa.random_forms import random_form
from tests.pwa.random_officers import NOW, do_step, random_prefill, random_steps

TREE = Path(__file__).parents[2]
TWIN = TREE / "tests" / "pwa" / "form" / "twin.ts"
CASES = 20_000 if os.environ.get("IZDES_SOAK") else 2_000
STEPS = 14
TEXTS: tuple[Wording, ...] = ("label", "hint")
DRAWS = 100


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bundle = tmp_path_factory.mktemp("twin") / "twin.mjs"
    options = ("--bundle", "--platform=node", "--format=esm", "--log-level=warning")
    bundle.write_text(run_node(ESBUILD, str(TWIN), *options), "utf-8")
    return bundle


@pytest.mark.parametrize("block", range(4))
def test_the_twins_agree_on_random_forms_and_answers(twin: Path, block: int) -> None:
    first = random.SystemRandom().randrange(10**9) if os.environ.get("IZDES_SOAK") else 0
    seeds = range(first + block * CASES // 4, first + (block + 1) * CASES // 4)
    cases = [case_of(seed) for seed in seeds]
    lines = "\n".join(json.dumps(case) for case in cases)
    run = subprocess.run(
        [node(), str(twin)], input=lines, capture_output=True, encoding="utf-8", check=True
    )
    answers = run.stdout.removesuffix("\n").split("\n")
    assert len(answers) == len(cases)
    for seed, case, answer in zip(seeds, cases, answers, strict=True):
        compare(seed, case, json.loads(answer))


def case_of(seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    definition = random_form(rng)
    questionnaire = Questionnaire(definition)
    drawn = [rng.random() for _ in range(DRAWS)]
    prefilled = random_prefill(rng, questionnaire) if rng.random() < 0.4 else {}
    begin = {"now": NOW, "random": drawn, "prefilled": prefilled}
    steps = random_steps(rng, questionnaire, begun(questionnaire, begin), STEPS)
    text = pack(definition).decode()
    return {"definition": text, **begin, "steps": steps}


def begun(questionnaire: Questionnaire, begin: dict[str, Any]) -> Interview:
    draw = iter(begin["random"]).__next__
    return Interview(questionnaire, begin["prefilled"], now=begin["now"], draw=draw)


def compare(seed: int, case: dict[str, Any], answers: list[dict[str, Any]]) -> None:
    """Play the case here and compare every look; a difference shows seed, steps and the two."""
    questionnaire = Questionnaire(unpack(case["definition"]))
    interview = begun(questionnaire, case)
    looks = iter(answers)
    for at, step in enumerate(case["steps"]):
        if step == ["reload"]:
            draft = json.loads(json.dumps(interview.draft()))
            interview = Interview(
                questionnaire,
                draft,
                now=interview.now,
                draft=True,
                confirmed=interview.confirmed(),
            )
        elif step == ["look"]:
            ours, theirs = look(interview), next(looks)
            assert ours == theirs, f"seed {seed}, after {json.dumps(case['steps'][:at])}"
        else:
            do_step(interview, step)
    judge_output(seed, questionnaire, interview)


def judge_output(seed: int, questionnaire: Questionnaire, interview: Interview) -> None:
    """The server finds in what is sent what the tablet has said before."""
    reasons = confirmations(interview)
    found = check(questionnaire, interview.output(), now=interview.now, confirmations=reasons)
    assert found == advise(interview), f"seed {seed}"


def look(interview: Interview) -> dict[str, Any]:
    seen = {}
    for item in interview.questionnaire.items.values():
        rows = [None] if item.repeat is None else list(range(interview.rows(item.repeat)))
        for row in rows:
            path = item.name if row is None else f"{item.repeat}[{row}].{item.name}"
            seen[path] = seen_at(interview, item, row)
    violations = [[violation.path, violation.code] for violation in advise(interview)]
    return {
        "seen": seen,
        "violations": violations,
        "confirmations": confirmations(interview),
        "output": interview.output(),
    }


def seen_at(interview: Interview, item: Item, row: int | None) -> dict[str, Any]:
    relevant = interview.is_relevant(item.name, row)
    if item.node.kind == "group":
        return {"relevant": relevant}
    if item.node.kind == "repeat":
        return {"relevant": relevant, "rows": interview.rows(item.name)}
    languages = interview.questionnaire.definition.languages
    seen = {
        "relevant": relevant,
        "value": interview.value(item.name, row),
        "texts": [
            interview.said(part, item.name, language, row)
            for language in languages
            for part in TEXTS
        ],
    }
    if item.node.list:
        seen["choices"] = [choice.name for choice in interview.choices(item.name, row)]
    return seen
