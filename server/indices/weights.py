"""The weighting report of a round: what was weighted to what, and how far weights differ."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from flask import current_app

from analysis.disclosure import released_count
from analysis.weighting_report import (
    VARIABLES,
    MarginLine,
    ProvinceLine,
    WeightingReport,
    weighting_report,
)
from schemas.geography import province
from schemas.thresholds import thresholds
from schemas.wording import say
from server import printed
from server.database import current_database
from server.indices.tables import totals_of
from server.numbers import decimal
from server.printed import aligned

HEADINGS = ("variable", "category", "n", "before", "after", "target")
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
    return RoundWeights(round_id, totals.margins_version or "built-in", report)


def as_json(weights: RoundWeights) -> Iterator[str]:
    """Write one JSON object; small numbers of people are null."""
    report, hidden = weights.report, _hidden(weights.report)
    shown = asdict(report) | {
        "round": weights.round,
        "population_table": weights.margins,
        "margins": [_gated(each, hidden) for each in report.margins],
        "provinces": [_gated(each, hidden) for each in report.provinces],
    }
    yield printed.as_json(shown)


def as_text(weights: RoundWeights, language: str) -> Iterator[str]:
    """Write the report for people."""
    report, hidden = weights.report, _hidden(weights.report)
    own = weights.margins if weights.margins != "built-in" else say("margins.built_in", language)
    yield say("weights.about", language, round=weights.round, version=report.version, margins=own)
    yield say(
        "weights.spread",
        language,
        n=report.respondents,
        effective=decimal(report.n_effective, language, digits=0),
        kish=decimal(report.kish_effect, language, digits=2),
        cv=decimal(report.cv, language, digits=2),
        largest=decimal(report.largest, language, digits=1),
        extreme=decimal(100 * report.extreme_share, language, digits=1),
    )
    yield ""
    yield from _aligned(
        HEADINGS, [_margin(each, hidden, language) for each in report.margins], language
    )
    yield ""
    rows = [_province(each, hidden, language) for each in report.provinces]
    yield from _aligned(PROVINCE_HEADINGS, rows, language)
    yield ""
    for merge in report.merges:
        cells = ", ".join(f"{sex} {age}" for sex, age in merge.cells)
        yield say("weights.merged", language, province=_place(merge.province), cells=cells)
    for key, plates in (("uncovered", report.uncovered), ("unmatched", report.unmatched)):
        if plates:
            yield say(f"weights.{key}", language, provinces=", ".join(map(_place, plates)))


def _hidden(report: WeightingReport) -> set[tuple[str, str]]:
    """Tell which categories have too few people; a single one takes the next smallest along.

    Otherwise the total would tell its number.
    """
    hidden: set[tuple[str, str]] = set()
    for variable in VARIABLES:
        lines = [each for each in report.margins if each.variable == variable and each.n]
        small = [each for each in lines if released_count(each.n, thresholds()) is None]
        if len(small) == 1:
            others = sorted((each for each in lines if each not in small), key=lambda each: each.n)
            small += others[:1]
        hidden |= {(variable, each.category) for each in small}
    return hidden


def _gated(line: MarginLine | ProvinceLine, hidden: set[tuple[str, str]]) -> dict[str, object]:
    """Give a line without what would tell a small number of people."""
    if isinstance(line, ProvinceLine):
        is_hidden, kept = ("province", line.province) in hidden, {"province", "population"}
    else:
        is_hidden = (line.variable, line.category) in hidden
        kept = {"variable", "category", "target"}
    return {
        name: None if is_hidden and name not in kept else value
        for name, value in asdict(line).items()
    }


def _margin(line: MarginLine, hidden: set[tuple[str, str]], language: str) -> list[str]:
    category = _place(line.category) if line.variable == "province" else line.category
    shown = _gated(line, hidden)
    return [
        say(f"weights.{line.variable}", language),
        category or say("weights.not_known", language),
        _number(shown["n"], language, 0) or say("indices.too_few_to_tell", language),
        *(_number(shown[name], language, 2, 100) for name in ("before", "after", "target")),
    ]


def _province(line: ProvinceLine, hidden: set[tuple[str, str]], language: str) -> list[str]:
    shown = _gated(line, hidden)
    return [
        _place(line.province),
        _number(shown["n"], language, 0) or say("indices.too_few_to_tell", language),
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
