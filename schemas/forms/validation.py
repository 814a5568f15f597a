"""Judging answers: violations are values, never exceptions (twin: pwa/form/validation.ts).

The server is the judge, the tablet the adviser. Nothing is ever refused here: what is found is
stored beside the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from schemas.expressions.values import clean_text
from schemas.forms.definition import Node
from schemas.forms.flow import Interview
from schemas.forms.questionnaire import MAX_ROWS, Frame, Item, Questionnaire, wanted_rows
from schemas.forms.row_keys import ROW_KEY

MAX_PATH: Final = 128
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_TABLET_CODES: Final = frozenset({"required", "type", "option", "constraint", "soft"})


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with one answer: its path (``field`` or ``repeat[i].field``) and a code.

    Codes: required, type, option, constraint, soft (a soft constraint nobody confirmed); on the
    server also irrelevant, calculation, unknown, rows.
    """

    path: str
    code: str


def check(
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
    *,
    now: str,
    confirmations: Mapping[str, str] = _NOTHING,
) -> list[Violation]:
    """Judge a sent interview as the server does, ``now`` being its recorded end.

    ``confirmations`` are the officer's reasons, by path, for what a soft constraint doubts.
    """
    found: list[Violation] = []
    root = questionnaire.start(answers, now)
    _judge_all(questionnaire.definition.body, root, "", found)
    _report_unknown(answers, questionnaire.names, "", found)
    return _without(found, confirmations)


def advise(interview: Interview) -> list[Violation]:
    """Judge an interview being held, as the tablet does."""
    judged: list[Violation] = []
    _judge_all(interview.questionnaire.definition.body, interview.frame, "", judged)
    asked = [violation for violation in judged if violation.code in _TABLET_CODES]
    return _without(asked, interview.confirmed())


def confirmations(interview: Interview) -> dict[str, str]:
    """The reasons that are sent: those for what a soft constraint doubts as it stands."""
    judged: list[Violation] = []
    _judge_all(interview.questionnaire.definition.body, interview.frame, "", judged)
    reasons = interview.confirmed()
    doubted = (violation.path for violation in judged if violation.code == "soft")
    return {path: reasons[path] for path in doubted if path in reasons}


def _without(found: list[Violation], confirmations: Mapping[str, str]) -> list[Violation]:
    """Drop what was confirmed."""
    if not confirmations:
        return found
    return [
        violation
        for violation in found
        if violation.code != "soft" or not clean_text(confirmations.get(violation.path, ""))
    ]


def _judge_all(nodes: tuple[Node, ...], frame: Frame, prefix: str, found: list[Violation]) -> None:
    """Judge nodes whose group, if any, is relevant."""
    items, relevance = frame.items, frame.relevance
    for node in nodes:
        item = items[node.name]
        if item.relevant is not None and not relevance[node.name]:
            _report_irrelevant(item, frame, prefix, found)
        elif node.kind == "field":
            code = _fault(item, frame)
            if code is not None:
                found.append(Violation(prefix + node.name, code))
        elif node.kind == "group":
            _judge_all(node.children, frame, prefix, found)
        else:
            _judge_rows(item, frame, found)


def _fault(item: Item, frame: Frame) -> str | None:
    """The first thing wrong with a relevant question, in the order of the rules."""
    raw = frame.answers.get(item.name, "")
    if item.calculate is not None:
        return None if raw == frame.values[item.name] else "calculation"
    if raw == "":
        return _missing(item, frame)
    if item.judge is None:
        return None
    if type(raw) is not str:
        return "type"
    return item.judge(raw, frame) or _broken_rule(item, frame)


def _broken_rule(item: Item, frame: Frame) -> str | None:
    if item.constraint is not None and not item.constraint(frame):
        return "constraint"
    if item.is_once and frame.members(item.name).count(frame.values[item.name]) > 1:
        return "constraint"
    return None if item.soft is None or item.soft(frame) else "soft"


def _missing(item: Item, frame: Frame) -> str | None:
    required = item.required
    if required is False:
        return None
    return "required" if required is True or required(frame) else None


def _judge_rows(repeat: Item, root: Frame, found: list[Violation]) -> None:
    sent = root.answers.get(repeat.name, [])
    if not isinstance(sent, list):
        found.append(Violation(repeat.name, "type"))
        return
    wanted = len(sent) if repeat.row_count is None else wanted_rows(root, repeat)
    if len(sent) != wanted or len(sent) > MAX_ROWS:
        found.append(Violation(repeat.name, "rows"))
    names = {**repeat.names, ROW_KEY: None}
    for place, frame in enumerate(root.rows(repeat.name)):
        path = f"{repeat.name}[{place}]"
        if not isinstance(sent[place], dict):
            found.append(Violation(path, "type"))
            continue
        _judge_all(repeat.node.children, frame, path + ".", found)
        _report_unknown(frame.answers, names, path + ".", found)


def _report_irrelevant(item: Item, frame: Frame, prefix: str, found: list[Violation]) -> None:
    """Report what was answered although it, or the group around it, is not asked."""
    answers = frame.answers
    if item.node.kind == "field":
        if item.is_answerable and answers.get(item.name, "") != "":
            found.append(Violation(prefix + item.name, "irrelevant"))
    elif item.node.kind == "repeat":
        _report_rows(item, answers.get(item.name), found)
    elif not answers.keys().isdisjoint(item.names):
        for child in item.node.children:
            _report_irrelevant(frame.items[child.name], frame, prefix, found)


def _report_rows(repeat: Item, sent: object, found: list[Violation]) -> None:
    if sent is None or not isinstance(sent, list):
        if sent not in (None, ""):
            found.append(Violation(repeat.name, "irrelevant"))
        return
    for place, row in enumerate(sent):
        if isinstance(row, dict):
            found += [
                Violation(f"{repeat.name}[{place}].{name}", "irrelevant")
                for name in repeat.names
                if row.get(name, "") != ""
            ]


def _report_unknown(
    answers: Mapping[str, Any], names: Mapping[str, None], prefix: str, found: list[Violation]
) -> None:
    if not answers.keys() <= names.keys():
        found += [
            Violation((prefix + str(name))[:MAX_PATH], "unknown")
            for name in answers
            if name not in names
        ]
