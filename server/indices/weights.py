"""The weighting report of a round: what was weighted to what, and how far weights differ."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from flask import current_app

from analysis.disclosure.rules import released_count
from analysis.weighting.weighting_report import (
    MarginLine,
    ProvinceLine,
    WeightingReport,
    weighting_report,
)
from schemas.reference.geography import province
from schemas.rules.thresholds import thresholds
from schemas.wording import say
from server.observations.round_totals import totals_of
from server.rounds.margins import table_name
from server.store.database import current_database
from server.terminal import tables
from server.terminal.tables import aligned
from server.web.formats import about, decimal, people

HEADINGS = ("variable", "category", "n", "before", "after", "target")
SPREAD = ("kish_effect", "cv", "largest", "extreme_share")
"""What a handful of people would tell of themselves."""
PROVINCE_HEADINGS = ("province", "n", "population", "kish", "g_low", "g_high")


@dataclass(frozen=True)
class RoundWeights:
    """The report of a round, and the population table it was weighted to."""

    round: str
    margins: str
    report: WeightingReport


def round_weights(round_id: str) -> RoundWeights:
    """Describe the weights every figure of a round is made with."""
    totals = totals_of(
        current_database(), current_app.extensions["izdes.config"].data_dir, round_id
    )
    report = weighting_report(totals.weighting, totals.respondents, totals.margins)
    return RoundWeights(round_id, totals.margins_version, report)


def as_json(weights: RoundWeights) -> Iterator[str]:
    """Write one JSON object; small numbers of people are null."""
    report = weights.report
    shown = asdict(report) | {
        "round": weights.round,
        "population_table": weights.margins,
        "respondents": released_count(report.respondents, thresholds()),
        "margins": [_gated(margin) for margin in report.margins],
        "provinces": [_gated(province) for province in report.provinces],
    }
    shown |= dict.fromkeys(SPREAD) if shown["respondents"] is None else {}
    del shown["n_effective"]
    yield tables.as_json(shown)


def as_text(weights: RoundWeights, language: str) -> Iterator[str]:
    """Write the report for people."""
    report = weights.report
    table = table_name(weights.margins, language)
    yield say("weights.about", language, round=weights.round, version=report.version, margins=table)
    respondents = released_count(report.respondents, thresholds())
    if respondents is None:
        yield say("weights.too_few", language)
        return
    yield say(
        "weights.spread",
        language,
        n=about(respondents, language),
        kish=decimal(report.kish_effect, language, digits=2),
        cv=decimal(report.cv, language, digits=2),
        largest=decimal(report.largest, language, digits=1),
        extreme=decimal(100 * report.extreme_share, language, digits=1),
    )
    yield ""
    yield from _aligned(
        HEADINGS, [_margin(margin, language) for margin in report.margins], language
    )
    yield ""
    rows = [_province(province, language) for province in report.provinces]
    yield from _aligned(PROVINCE_HEADINGS, rows, language)
    yield ""
    for merge in report.merges:
        cells = ", ".join(f"{sex} {age}" for sex, age in merge.cells)
        yield say("weights.merged", language, province=_place(merge.province), cells=cells)
    for key, plates in (("uncovered", report.uncovered), ("unmatched", report.unmatched)):
        if plates:
            yield say(f"weights.{key}", language, provinces=", ".join(map(_place, plates)))


def _gated(line: MarginLine | ProvinceLine) -> dict[str, object]:
    """A line with its people to the nearest five; of a few, nothing but what is known."""
    kept = {"province", "population", "variable", "category", "target"}
    n = released_count(line.n, thresholds())
    return {
        name: n if name == "n" else value if name in kept or n is not None else None
        for name, value in asdict(line).items()
    }


def _margin(line: MarginLine, language: str) -> list[str]:
    category = _place(line.category) if line.variable == "province" else line.category
    shown = _gated(line)
    return [
        say(f"weights.{line.variable}", language),
        category or say("weights.not_known", language),
        people(released_count(line.n, thresholds()), language),
        *(_number(shown[name], language, 2, 100) for name in ("before", "after", "target")),
    ]


def _province(line: ProvinceLine, language: str) -> list[str]:
    shown = _gated(line)
    return [
        _place(line.province),
        people(released_count(line.n, thresholds()), language),
        _number(shown["population"], language, 0),
        *(_number(shown[name], language, 2) for name in ("kish_effect", "g_low", "g_high")),
    ]


def _number(value: object, language: str, digits: int, times: float = 1) -> str:
    return decimal(times * value, language, digits=digits) if isinstance(value, int | float) else ""


def _place(plate: str) -> str:
    try:
        return province(plate).name
    except KeyError:
        return plate


def _aligned(headings: tuple[str, ...], rows: list[list[str]], language: str) -> Iterator[str]:
    return aligned([[say(f"weights.{name}", language) for name in headings], *rows])
