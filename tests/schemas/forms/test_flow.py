"""Every scenario goes as its rules say; node plays the same files on the tablet's twin."""

import copy
import json
import re
from typing import Any

import pytest

from schemas.forms.definition import FormDefinition
from schemas.forms.flow import Interview, Questionnaire, Wording
from schemas.forms.row_keys import ROW_KEY
from schemas.forms.validation import Violation, advise, check, confirmations
from tests.schemas.vectors import FOLDER, vectors

KEYS = {
    *("name", "form", "now", "language", "prefilled", "steps", "output", "violations"),
    *("random", "submissions", "keys"),
}
TEXTS: dict[str, Wording] = {
    "labels": "label",
    "hints": "hint",
    "messages": "constraint_message",
    "soft_messages": "soft_constraint_message",
}
EXPECTED_KEYS = {
    *("relevant", "values", "choices", "choice_labels", "rows", "violations", "confirmations"),
    *TEXTS,
}
SUBMISSION_KEYS = {"name", "change", "answers", "confirmations", "now", "violations"}
SCENARIOS = vectors("forms", KEYS)
PATH = re.compile(r"(\w+)\[(\d+)\](?:\.(\w+))?")


class Scenario:
    """An interview with a clock set by hand."""

    def __init__(self, vector: dict[str, Any]) -> None:
        self.questionnaire = questionnaire(vector["form"])
        self.now = vector["now"]
        self.language = vector.get("language", "tr")
        self.is_finished = False
        self.draw = iter(vector.get("random", ())).__next__
        self.interview = Interview(
            self.questionnaire, vector.get("prefilled", {}), now=self.now, draw=self.draw
        )

    def do(self, what: str, *details: Any) -> None:
        if what == "set":
            name, row = place(details[0])
            self.interview.set(name, details[1], row)
        elif what == "confirm":
            name, row = place(details[0])
            self.interview.confirm(name, details[1], row)
        elif what == "add":
            self.interview.add_row(details[0])
        elif what == "remove":
            self.interview.remove_row(*details)
        elif what == "language":
            (self.language,) = details
        elif what == "clock":
            self.clock(details[0])
        elif what == "reload":
            self.reload()
        elif what == "finalise":
            assert advise(self.interview) == []
            self.is_finished = True
        else:
            assert what == "expect"
            self.compare(details[0])

    def clock(self, now: str) -> None:
        if not self.is_finished:
            self.now = now
            self.interview.clock(now)

    def reload(self) -> None:
        draft = json.loads(json.dumps(self.interview.draft()))
        reasons = self.interview.confirmed()
        self.interview = Interview(
            self.questionnaire, draft, now=self.now, draw=self.draw, draft=True, confirmed=reasons
        )

    def compare(self, expected: dict[str, Any]) -> None:
        assert expected.keys() <= EXPECTED_KEYS
        found = {part: self.found(part, paths) for part, paths in expected.items()}
        assert found == expected

    def found(self, part: str, paths: dict[str, Any]) -> dict[str, Any]:
        held = self.interview
        if part == "violations":
            return {violation.path: violation.code for violation in advise(held)}
        if part == "confirmations":
            return confirmations(held)
        if part in TEXTS:
            return {
                path: held.said(TEXTS[part], name, self.language, row)
                for path in paths
                for name, row in [place(path)]
            }
        ask = {
            "relevant": held.is_relevant,
            "values": held.value,
            "choices": lambda name, row: [choice.name for choice in held.choices(name, row)],
            "rows": lambda name, _row: held.rows(name),
            "choice_labels": lambda name, row: held.choice_labels(name, self.language, row),
        }[part]
        return {path: ask(*place(path)) for path in paths}


def questionnaire(form: str) -> Questionnaire:
    text = (FOLDER / "definitions" / f"{form}.json").read_text("utf-8")
    return Questionnaire(FormDefinition.model_validate_json(text))


def place(path: str) -> tuple[str, int | None]:
    match = PATH.fullmatch(path)
    return (match[3], int(match[2])) if match else (path, None)


def changed(output: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The output with paths set, or with None left out."""
    answers = copy.deepcopy(output)
    for path, value in change.items():
        match = PATH.fullmatch(path)
        target, name = (answers[match[1]][int(match[2])], match[3]) if match else (answers, path)
        target[name] = value
        if value is None:
            del target[name]
    return answers


def codes(violations: list[Violation]) -> dict[str, str]:
    assert len({violation.path for violation in violations}) == len(violations), (
        "one violation a field"
    )
    return {violation.path: violation.code for violation in violations}


@pytest.mark.parametrize(
    "vector", [scenario for _, scenario in SCENARIOS], ids=[name for name, _ in SCENARIOS]
)
def test_an_interview_goes_as_the_rules_say(vector: dict[str, Any]) -> None:
    scenario = Scenario(vector)
    for at, step in enumerate(vector["steps"], 1):
        try:
            scenario.do(*step)
        except AssertionError as error:
            error.add_note(f"step {at}: {json.dumps(step, ensure_ascii=False)[:300]}")
            raise
    assert scenario.interview.output() == vector["output"]
    if "keys" in vector:
        sent = scenario.interview.sent()
        rows = {name: answer for name, answer in sent.items() if isinstance(answer, list)}
        assert {
            name: [row.get(ROW_KEY) for row in answer] for name, answer in rows.items()
        } == vector["keys"]
    judged = check(
        scenario.questionnaire,
        vector["output"],
        now=scenario.now,
        confirmations=confirmations(scenario.interview),
    )
    assert codes(judged) == vector["violations"]


@pytest.mark.parametrize(
    ("vector", "submission"),
    [
        pytest.param(vector, submission, id=f"{name} / {submission['name']}")
        for name, vector in SCENARIOS
        for submission in vector.get("submissions", ())
    ],
)
def test_a_tampered_submission_is_judged_as_the_rules_say(
    vector: dict[str, Any], submission: dict[str, Any]
) -> None:
    assert submission.keys() <= SUBMISSION_KEYS
    clocks = [step[1] for step in vector["steps"] if step[0] == "clock"]
    now = submission.get("now", clocks[-1] if clocks else vector["now"])
    answers = submission.get("answers", changed(vector["output"], submission.get("change", {})))
    judged = check(
        questionnaire(vector["form"]),
        answers,
        now=now,
        confirmations=submission.get("confirmations", {}),
    )
    assert codes(judged) == submission["violations"]


def test_there_are_scenarios_enough() -> None:
    assert len(SCENARIOS) >= 15
    assert sum(len(vector.get("submissions", ())) for _, vector in SCENARIOS) >= 40
