"""The quality report on a terminal: for people, or as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from analysis.disclosure.rules import released_count
from analysis.fieldwork.assessment import SIGNS
from analysis.fieldwork.signs import InterviewerRate
from schemas.reference.services import service
from schemas.rules.quality import quality_rules
from schemas.rules.thresholds import thresholds
from schemas.wording import say
from server.indices.index_rows import IndexRow
from server.quality.queries import QualityReport
from server.terminal import tables
from server.web.formats import about, figure, interval, people, percent, whole


def as_json(report: QualityReport, _language: str) -> Iterator[str]:
    """Write one JSON object."""
    found = {
        "round": report.round,
        "interviews": released_count(report.interviews, thresholds()),
        "flagged": released_count(report.flagged, thresholds()),
        "signs": {name: int(signs.sum()) for name, signs in report.assessment.signs.items()},
        "interviewers": [
            {"sign": sign, **asdict(rate), "interviewer": report.interviewers[rate.interviewer]}
            for sign, rate in _standing_out(report)
        ],
        "index": [_pair(*rows) for rows in _pairs(report)],
    }
    yield tables.as_json(found)


def as_text(report: QualityReport, language: str) -> Iterator[str]:
    """Write what was found, whose records stand out, and the index with and without."""
    yield say(
        "quality.found",
        language,
        interviews=people(released_count(report.interviews, thresholds()), language),
        flagged=people(released_count(report.flagged, thresholds()), language),
    )
    for name in SIGNS:
        number = int(report.assessment.signs[name].sum())
        yield f"  {say(f'quality.sign_{name}', language)}: {whole(number, language)}"
    yield ""
    yield from _people(report, language)
    yield ""
    yield say("quality.index", language)
    for first, second in _pairs(report):
        yield f"  {_name(first, language)}: {_shown(first, language)} → {_shown(second, language)}"
    yield ""
    yield say("quality.nothing_removed", language)


def _people(report: QualityReport, language: str) -> Iterator[str]:
    found = _standing_out(report)
    limit = percent(100 * quality_rules().stands_out_below, language)
    if not found:
        yield say("quality.nobody", language, limit=limit)
        return
    yield say("quality.interviewers", language, limit=limit)
    for sign, rate in found:
        yield "  " + say(
            "quality.interviewer",
            language,
            name=report.interviewers[rate.interviewer],
            sign=say(f"quality.sign_{sign}", language),
            flagged=rate.flagged,
            n=rate.n,
            share=percent(100 * rate.share, language),
            others=percent(None if rate.others is None else 100 * rate.others, language),
        )


def _standing_out(report: QualityReport) -> list[tuple[str, InterviewerRate]]:
    limit = quality_rules().stands_out_below
    return [
        (sign, rate)
        for sign, rates in report.assessment.rates.items()
        for rate in rates
        if rate.q_value < limit
    ]


def _pairs(report: QualityReport) -> Iterator[tuple[IndexRow, IndexRow | None]]:
    cleaned = {(row.service, row.measure): row for row in report.without_flagged}
    for row in report.with_flagged:
        yield row, cleaned.get((row.service, row.measure))


def _pair(first: IndexRow, second: IndexRow | None) -> dict[str, Any]:
    names = ("value", "low", "high", "n", "suppressed")
    return {
        "service": first.service,
        "measure": first.measure,
        "with": {name: getattr(first, name) for name in names},
        "without": second and {name: getattr(second, name) for name in names},
    }


def _name(row: IndexRow, language: str) -> str:
    measure = say(f"indices.measure_{row.measure}", language)
    return f"{service(row.service).name[language] if row.service else ''}, {measure}"


def _shown(row: IndexRow | None, language: str) -> str:
    if row is None or row.value is None:
        return "–"
    ends = interval(row.low, row.high, language)
    return f"{figure(row.value, row.bound, language)} [{ends}] (n {about(row.n, language)})"
