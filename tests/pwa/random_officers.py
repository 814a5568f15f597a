"""Random officers who fill a form: mostly well, sometimes not."""

import random
from typing import Any

from schemas.forms.confirmations import split_path
from schemas.forms.definition import FormDefinition, Node
from schemas.forms.flow import Interview
from schemas.forms.questionnaire import Questionnaire
from schemas.forms.validation import advise
from tests.pwa.random_forms import ASKED

NOW = "2026-11-21T10:00:00.000+03:00"
LATER = (
    "2026-11-21T23:59:59.999+03:00",
    "2026-11-22T00:30:00.001+03:00",
    "1969-12-31T23:00:00.500-05:00",
)

REASONS = ("doğru", " iki kez soruldu ", "a", "")

ANSWERS: dict[str, tuple[str, ...]] = {
    "text": (
        *("", "a", "ab", " a ", "e\u0301", "é", "😀x", "5", "007", "\u2028", "a\u00a0"),
        *("c1", "c1 c2", "x\ty"),
    ),
    "integer": (
        *("", "0", "5", "-3", "007", "98", "999999999", "1234567890", "1.5", "1e3", "abc", "+1"),
        *(" 12 ", "1 2", "\t5"),
        "\u0663",  # an Arabic three: a digit for Python's \d
    ),
    "decimal": (
        *("", "0", "1.5", "1.50", "-0.000001", "123456789012345.5", ".5", "5.", "abc", "0.1"),
        *("1,5", " 2,50 ", "1,5,5", "1.234,5", ","),
    ),
    "range": (
        *("", "0", "1", "5", "7.5", "10", "11", "-1", "a", "0,3", "-0.7", "0.30000000000000004"),
        *("20", "95", "96", "1.0", "0.05"),
    ),
    "image": ("", "a.jpg", f"{'0a' * 32}.jpg", f"{'0A' * 32}.jpg", f"{'0a' * 32}.", "x"),
    "date": (
        *("", "2026-11-21", "2024-02-29", "0001-01-01", "1999-12-31"),
        *("2026-02-30", "2025-02-29", "0000-01-01", "21.11.2026", "2026-13-01"),
    ),
    "time": ("", "10:00", "23:59", "24:00", "7:00", "10:00:00"),
    "dateTime": (
        *("", "2026-11-21T10:00:00.000+03:00", "2026-11-21T10:00:00.123-09:30"),
        *("1960-01-01T00:00:00.001+00:00", "2026-11-21T10:00:00Z"),
        *("2026-02-30T10:00:00.000+03:00", "2026-11-21T24:00:00.000+03:00"),
    ),
    "geopoint": ("", "41.0 29.0 0 5", "91 0 0 0", "41 29", "41.0 181 0 0", "41.0  29.0 0 5"),
}
"""Answers by question type, right and wrong ones."""
ANSWERS["file"] = ANSWERS["image"]


def random_steps(
    rng: random.Random, questionnaire: Questionnaire, interview: Interview, steps: int
) -> "list[list[Any]]":
    """Fill the form at random: the steps done, with a look after every few."""
    done: list[list[Any]] = []
    for count in range(steps):
        step = _random_step(rng, questionnaire, interview)
        if step is not None:
            done.append(step)
            do_step(interview, step)
        if count % 4 == 3:
            done.append(["look"])
    return [*done, ["reload"], ["look"]]


def do_step(interview: Interview, step: "list[Any]") -> None:
    """Do one step, as the other twin does from the same words."""
    match step:
        case ["set", path, value]:
            name, at = split_path(path)
            interview.set(name, value, at)
        case ["confirm", path, reason]:
            name, at = split_path(path)
            interview.confirm(name, reason, at)
        case ["add", repeat]:
            interview.add_row(repeat)
        case ["remove", repeat, row]:
            interview.remove_row(repeat, row)
        case ["clock", now]:
            interview.clock(now)


def random_prefill(rng: random.Random, questionnaire: Questionnaire) -> dict[str, Any]:
    """Answer a few questions, and some rows, before the interview begins."""
    definition = questionnaire.definition
    found: dict[str, Any] = {}
    for item in questionnaire.items.values():
        if item.node.kind == "repeat" and rng.random() < 0.3:
            inside = [questionnaire.items[name].node for name in item.names]
            found[item.name] = [
                _some_answers(rng, inside, definition) for _ in range(rng.randint(0, 3))
            ]
    outside = [item.node for item in questionnaire.items.values() if item.repeat is None]
    return found | _some_answers(rng, outside, definition)


def _some_answers(
    rng: random.Random, nodes: "list[Node]", definition: FormDefinition
) -> dict[str, str]:
    return {
        node.name: random_value(rng, node, definition)
        for node in nodes
        if node.type in ASKED and rng.random() < 0.2
    }


def _random_step(
    rng: random.Random, questionnaire: Questionnaire, interview: Interview
) -> "list[Any] | None":
    chance = rng.random()
    repeats = [item for item in questionnaire.items.values() if item.node.kind == "repeat"]
    if chance < 0.05:
        return ["clock", rng.choice(LATER)]
    if repeats and chance < 0.25:
        repeat = rng.choice(repeats)
        rows = interview.rows(repeat.name)
        if repeat.row_count is None and rows and rng.random() < 0.4:
            return ["remove", repeat.name, rng.randrange(rows)]
        return ["add", repeat.name] if repeat.row_count is None and rows < 4 else None
    if chance > 0.85:
        return _random_confirmation(rng, interview)
    return _random_answer(rng, questionnaire, interview)


def _random_confirmation(rng: random.Random, interview: Interview) -> "list[Any] | None":
    doubted = [violation.path for violation in advise(interview) if violation.code == "soft"]
    paths = doubted or list(interview.confirmed())
    return ["confirm", rng.choice(paths), rng.choice(REASONS)] if paths else None


def _random_answer(
    rng: random.Random, questionnaire: Questionnaire, interview: Interview
) -> "list[Any] | None":
    asked = [item for item in questionnaire.items.values() if item.node.type in ASKED]
    if not asked:
        return None
    item = rng.choice(asked)
    path = item.name
    if item.repeat:
        rows = interview.rows(item.repeat)
        if not rows:
            return None
        path = f"{item.repeat}[{rng.randrange(rows)}].{item.name}"
    return ["set", path, random_value(rng, item.node, questionnaire.definition)]


def random_value(rng: random.Random, node: Node, definition: FormDefinition) -> str:
    """Answer a question: mostly well, sometimes blank, sometimes in a wrong form."""
    if not node.list:
        return rng.choice(ANSWERS.get(str(node.type), ANSWERS["text"]))
    names = [choice.name for choice in definition.lists[node.list]] + ["zz"]
    if node.type == "select_one":
        return rng.choice((*names, "", "a b"))
    if node.type == "rank":
        return " ".join(rng.sample(names[:-1], len(names) - 1 - rng.randint(0, 1)))
    return " ".join(rng.choices(names, k=rng.randint(0, 4)))
