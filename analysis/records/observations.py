"""From one interview to its observations: a row for the person, a row per rated service."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from schemas.forms.definition import FormDefinition, Node
from schemas.reference.services import dimensions
from schemas.rules.measurement import Measurement

CELL_SEPARATOR = "|"
_PROBABILITY = re.compile(r"[01](\.[0-9]{1,17})?")
_WHOLE = re.compile(r"[0-9]{1,9}")
_MOST_VISITS = 365
DIMENSIONS = tuple(dimension.code for dimension in dimensions())


class Facts(NamedTuple):
    """What the server knows of a submission beside its answers."""

    sequence: int
    instance_id: str
    round: str
    form_version: str
    province: str | None
    district: str | None
    stratum: str
    psu: str
    interviewer: str
    started_at: datetime | None
    finished_at: datetime | None
    violations: int


@dataclass(frozen=True)
class Module:
    """The questions about one service, and which of them count for its index."""

    service: str
    items: tuple[tuple[str, str, bool], ...]
    """(question name, dimension, is an index item)"""
    least_answered: float


@dataclass(frozen=True)
class Extraction:
    """What to take out of the answers of one form version."""

    form_version: str
    modules: tuple[Module, ...]
    asks: frozenset[str]
    """Names of all questions of the form."""
    rules: Measurement


@dataclass(frozen=True)
class Observations:
    """One interview, flat. The person's ``excluded`` says why nothing counts, or is None."""

    person: dict[str, Any]
    ratings: tuple[dict[str, Any], ...]


def extraction_of(definition: FormDefinition, rules: Measurement) -> Extraction:
    """Find the rating items of a form.

    Parameters
    ----------
    definition
        A compiled form version.
    rules
        Question names and index rules.

    Returns
    -------
    Extraction
        Index items are those marked core whose dimension is not the overall verdict: in form A
        seven per service, six for 112 and the coast guard.
    """
    fields = list(_fields(definition.body))
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for node in fields:
        if node.service and node.dimension and node.scale:
            counts = bool(node.core) and node.dimension != rules.overall_dimension
            found.setdefault(node.service, []).append((node.name, node.dimension, counts))
    return Extraction(
        form_version=f"{definition.id}/{definition.version}",
        modules=tuple(
            Module(service, tuple(items), rules.least_answered_share * sum(i[2] for i in items))
            for service, items in found.items()
        ),
        asks=frozenset(node.name for node in fields),
        rules=rules,
    )


def observations(extraction: Extraction, answers: Mapping[str, Any], facts: Facts) -> Observations:
    """Take the observations out of one interview.

    Parameters
    ----------
    extraction
        What to take, from :func:`extraction_of`.
    answers
        Question name → answer as text.
    facts
        What the server knows of the submission.

    Returns
    -------
    Observations
        The person's row, and one row per service rated. Answers outside 1 to 5 are missing, and
        services that were answered but not chosen for rating are left out. A rating's
        ``selection_factor`` is used / rated services, the inverse of the probability the form drew
        the service with; 1 where the form records none, as before services were drawn by lot.
    """
    rules = extraction.rules
    excluded = _exclusion(extraction, answers)
    modules = () if excluded else _rated_modules(extraction, answers)
    person = {
        **facts._asdict(),
        "duration_s": _duration(facts),
        "sex": _known(rules, answers, rules.sex),
        "age_group": _known(rules, answers, rules.age_group),
        "settlement": _known(rules, answers, rules.settlement),
        "alone": _yes(answers.get(rules.alone)),
    }
    person["cell"] = _cell(person)
    del person["finished_at"]
    drawn = {"selection_factor": _selection_factor(rules, answers)}
    ratings = tuple(person | _rating(module, rules, answers) | drawn for module in modules)
    own = {name: None if excluded else _score(rules, answers, name) for name in rules.person_items}
    outcome = _known(rules, answers, rules.outcome)
    about = {"excluded": excluded, "rated": len(ratings), "outcome": outcome}
    return Observations(person | about | own, ratings)


def _rating(module: Module, rules: Measurement, answers: Mapping[str, Any]) -> dict[str, Any]:
    scores: dict[str, int | None] = dict.fromkeys(DIMENSIONS)
    index_items: list[int] = []
    for name, dimension, counts in module.items:
        score = _score(rules, answers, name)
        scores[dimension] = score
        if counts and score is not None:
            index_items.append(score)
    overall = scores.pop(rules.overall_dimension, None)
    enough = index_items and len(index_items) >= module.least_answered
    return {
        "service": module.service,
        **scores,
        "overall": overall,
        "respondent_index": (25 * (sum(index_items) / len(index_items) - 1) if enough else None),
        "problem": _yes(answers.get(rules.problem.format(service=module.service))),
        "wait_minutes": _whole(
            answers, rules.wait_minutes.format(service=module.service), rules.longest_wait_minutes
        ),
        "visits": _whole(answers, rules.visits.format(service=module.service), _MOST_VISITS),
    }


def _selection_factor(rules: Measurement, answers: Mapping[str, Any]) -> float:
    recorded = _text(answers, rules.selection_probability)
    probability = float(recorded) if _PROBABILITY.fullmatch(recorded) else 1.0
    return 1 / probability if 0 < probability <= 1 else 1.0


def _rated_modules(extraction: Extraction, answers: Mapping[str, Any]) -> tuple[Module, ...]:
    if extraction.rules.rated_services not in extraction.asks:
        return extraction.modules
    chosen = _text(answers, extraction.rules.rated_services).split()
    return tuple(module for module in extraction.modules if module.service in chosen)


def _exclusion(extraction: Extraction, answers: Mapping[str, Any]) -> str | None:
    rules = extraction.rules
    if rules.agreed in extraction.asks and answers.get(rules.agreed) != "1":
        return "not_agreed"
    if rules.adult in extraction.asks and answers.get(rules.adult) != "1":
        return "not_adult"
    return None


def _score(rules: Measurement, answers: Mapping[str, Any], name: str) -> int | None:
    text = _text(answers, name)
    return int(text) if text in {"1", "2", "3", "4", "5"} and text not in rules.unknown else None


def _known(rules: Measurement, answers: Mapping[str, Any], name: str) -> str | None:
    text = _text(answers, name)
    return None if text in rules.unknown else text


def _text(answers: Mapping[str, Any], name: str) -> str:
    answer = answers.get(name)
    return answer if isinstance(answer, str) else ""


def _yes(answer: object) -> bool | None:
    return {"1": True, "0": False}.get(answer) if isinstance(answer, str) else None


def _whole(answers: Mapping[str, Any], name: str, most: int) -> int | None:
    answer = _text(answers, name)
    return int(answer) if _WHOLE.fullmatch(answer) and int(answer) <= most else None


def _cell(person: Mapping[str, Any]) -> str | None:
    """Name the weighting cell, so that weighting joins on one column; none without a province."""
    if person["province"] is None:
        return None
    return CELL_SEPARATOR.join((person["province"], person["sex"] or "", person["age_group"] or ""))


def _duration(facts: Facts) -> int | None:
    if facts.started_at is None or facts.finished_at is None:
        return None
    seconds = (facts.finished_at - facts.started_at).total_seconds()
    return int(seconds) if abs(seconds) < 2**31 else None


def _fields(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        if node.kind == "field":
            yield node
        else:
            yield from _fields(node.children)
