"""An interview held as a client of ODK holds it, and what of it can be compared."""

import re
from collections.abc import Iterator
from typing import Any

from schemas.flow import Interview
from schemas.offers import is_offered
from schemas.questionnaire import Frame, Item, Questionnaire
from schemas.validation import advise

NOT_OFFERED = "an answer is no longer offered"
FEWER_ROWS = "a count goes down"
"""Rules of the table in README.md."""

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]+)?")
Seen = dict[str, tuple[str, str | None]]
"""Path of a relevant node → its value and what is wrong with it."""


def as_odk(questionnaire: Questionnaire, interview: Interview) -> tuple[Interview, set[str]]:
    """Forget what ODK forgets, and say by which rules of the table."""
    fired: set[str] = set()
    while rules := _forget(draft := interview.draft(), interview):
        interview = Interview(questionnaire, draft, now=interview.now, draft=True)
        fired |= rules
    return interview, fired


def _forget(draft: dict[str, Any], interview: Interview) -> set[str]:
    rules: set[str] = set()
    for item in interview.questionnaire.items.values():
        if item.row_count and interview.is_relevant(item.name):
            rows = draft.get(item.name, [])
            rules |= {FEWER_ROWS} if len(rows) > interview.rows(item.name) else set()
            del rows[interview.rows(item.name) :]
        for answers, frame in _places(item, draft, interview) if item.offer else ():
            kept = _kept(item, frame)
            if frame.relevance[item.name] and answers.get(item.name, "") != kept:
                answers[item.name] = kept
                rules.add(NOT_OFFERED)
    return rules


def _places(
    item: Item, draft: dict[str, Any], interview: Interview
) -> Iterator[tuple[dict[str, Any], Frame]]:
    if item.repeat is None:
        yield draft, interview.frame
    else:
        yield from zip(draft.get(item.repeat, []), interview.frame.rows(item.repeat), strict=False)


def _kept(item: Item, frame: Frame) -> str:
    tokens = frame.values[item.name].split(" ")
    return " ".join(each for each in tokens if item.offer and is_offered(item.offer, frame, each))


def ours(interview: Interview) -> Seen:
    """Give what we say of every node that is relevant."""
    wrong = {each.path: each.code for each in advise(interview)}
    seen: Seen = {}
    for item in interview.questionnaire.items.values():
        rows = [None] if item.repeat is None else range(interview.rows(item.repeat))
        for row in rows:
            if interview.is_relevant(item.name, row) and item.node.kind != "repeat":
                path = item.name if row is None else f"{item.repeat}[{row}].{item.name}"
                seen[path] = _value(interview, item, row), wrong.get(path)
    return seen


def _value(interview: Interview, item: Item, row: int | None) -> str:
    if item.node.kind == "group" or item.node.type == "note":
        return ""
    return normal(str(interview.value(item.name, row)))


def theirs(questionnaire: Questionnaire, look: list[dict[str, Any]]) -> Seen:
    """Give what an engine says of the same; a reason still asked for is our ``soft``."""
    seen: Seen = {}
    doubted = set()
    for node in look:
        name, _, added = node["name"].partition(".")
        item = questionnaire.items.get(name)
        if item is None or not node["relevant"] or item.node.kind == "repeat":
            continue
        path = name if item.repeat is None else f"{item.repeat}[{node['row']}].{name}"
        if added:
            doubted |= {path} if node["violation"] else set()
        else:
            seen[path] = normal(node.get("value", "")), node.get("violation")
    return seen | {path: (seen[path][0], "soft") for path in doubted}


def normal(text: str) -> str:
    """Write every number in a text alike: engines differ in 5 and 5.0, in 1e22 and its zeros."""
    return _NUMBER.sub(lambda match: f"{float(match[0]) + 0:.12g}", text)


def played(interview: Interview, step: list[Any]) -> None:
    """Do one step, in the words that the engines take."""
    match step:
        case ["set", name, row, value]:
            interview.set(name, value, row)
        case ["add", repeat]:
            interview.add_row(repeat)
        case ["remove", repeat, row]:
            interview.remove_row(repeat, row)
