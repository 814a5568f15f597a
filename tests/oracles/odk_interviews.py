"""An interview held as a client of ODK holds it, and what of it can be compared."""

import re
from collections.abc import Iterator
from typing import Any

from schemas.forms.flow import Interview
from schemas.forms.offers import is_offered
from schemas.forms.questionnaire import Frame, Item, Questionnaire
from schemas.forms.row_keys import ROW_KEY
from schemas.forms.validation import advise

NOT_OFFERED = "an answer is no longer offered"
FEWER_ROWS = "a count goes down"
"""Rules of the table in README.md."""

_HIDING_ROUNDS = 10
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]+)?")
Seen = dict[str, tuple[str, str | None]]
"""Path of a relevant node → its value and what is wrong with it."""


def as_odk(interview: Interview) -> tuple[Interview, Interview, set[str]]:
    """What ODK keeps, what it shows, and the rules of the table that make the difference.

    Rows beyond a count are deleted. An answer that is not offered is hidden until it is.
    """
    kept = interview
    while _without_rows(draft := kept.draft(), kept):
        kept = _resumed(kept, draft)
    shown = kept
    # What is hidden can decide what is offered elsewhere; each round begins with all answers.
    for _ in range(_HIDING_ROUNDS):
        _hide(draft := kept.draft(), shown)
        if draft == shown.draft():
            break
        shown = _resumed(kept, draft)
    fewer = {FEWER_ROWS} if kept is not interview else set()
    return kept, shown, fewer | ({NOT_OFFERED} if shown.draft() != kept.draft() else set())


def _resumed(interview: Interview, draft: dict[str, Any]) -> Interview:
    return Interview(interview.questionnaire, draft, now=interview.now, draft=True)


def _without_rows(draft: dict[str, Any], interview: Interview) -> bool:
    """Delete rows beyond their count; say whether there were any."""
    found = False
    for item in interview.questionnaire.items.values():
        if item.row_count and interview.is_relevant(item.name):
            rows = draft.get(item.name, [])
            found = found or len(rows) > interview.rows(item.name)
            del rows[interview.rows(item.name) :]
    return found


def _hide(draft: dict[str, Any], shown: Interview) -> None:
    """Take out of all answers those that are not offered as things are shown."""
    for item in shown.questionnaire.items.values():
        for answers, frame in _places(item, draft, shown) if item.offer else ():
            if answers.get(item.name) and frame.relevance[item.name]:
                answers[item.name] = _kept(item, answers[item.name], frame)


def _places(
    item: Item, draft: dict[str, Any], interview: Interview
) -> Iterator[tuple[dict[str, Any], Frame]]:
    if item.repeat is None:
        yield draft, interview.frame
    else:
        yield from zip(draft.get(item.repeat, []), interview.frame.rows(item.repeat), strict=False)


def _kept(item: Item, answer: str, frame: Frame) -> str:
    tokens = answer.split(" ")
    return " ".join(
        token for token in tokens if item.offer and is_offered(item.offer, frame, token)
    )


def ours(interview: Interview) -> Seen:
    """What we say of every node that is relevant."""
    wrong = {violation.path: violation.code for violation in advise(interview)}
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
    """What an engine says of the same; a reason still asked for is our ``soft``."""
    seen: Seen = {}
    doubted = set()
    for node in look:
        if node["name"] == ROW_KEY:
            continue
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
