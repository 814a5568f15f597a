"""Figures of an indicator on a terminal: aligned text, CSV, or JSON."""

from collections.abc import Iterator
from dataclasses import asdict, fields

from schemas.reference.geography import province, region
from schemas.reference.services import dimensions, service
from schemas.rules.indicators import indicators
from schemas.wording import say
from server.indicators.indicator_rows import IndicatorRow
from server.indicators.queries import IndicatorFigures
from server.terminal import tables
from server.terminal.tables import aligned, comma_separated
from server.web.formats import about, decimal

NUMBERS = tuple(field.name for field in fields(IndicatorRow) if field.name != "splits")
HEADINGS = ("value", "interval", "n", "units", "precision")
WITHOUT_DECIMALS = ("count", "minutes", "days")


def as_json(figures: IndicatorFigures, _language: str) -> Iterator[str]:
    """Write a JSON array with an object per row."""
    yield tables.as_json([_flat(row, figures) for row in figures.rows])


def as_csv(figures: IndicatorFigures, _language: str) -> Iterator[str]:
    """Write comma-separated values for machines: codes, decimal points, blank where suppressed."""
    names = [
        "indicator",
        *figures.by,
        *NUMBERS,
        "round",
        "selection_mode",
        "weight_version",
        "release",
    ]
    yield comma_separated(names, (_flat(row, figures) for row in figures.rows))


def as_text(figures: IndicatorFigures, language: str) -> Iterator[str]:
    """Write an aligned table for people, and below it what it is and rests on."""
    chosen = figures.indicator
    yield f"{chosen.code}: {chosen.name[language]}"
    if not figures.rows:
        yield say("indicators.nothing_yet", language, round=figures.round)
    else:
        head = [say(f"indicators.{name}", language) for name in (*figures.by, *HEADINGS)]
        yield from aligned([head, *(_cells(row, figures, language) for row in figures.rows)])
    yield ""
    yield say("indicators.formula", language, formula=chosen.formula[language])
    yield say(
        "indicators.basis",
        language,
        forms=", ".join(figures.form_versions) or chosen.form,
        weights=figures.weight_version or say("indicators.unweighted", language),
    )
    yield say(f"indices.selection_{figures.selection_mode}", language)


def listing(language: str) -> Iterator[str]:
    """List the indicators there are."""
    width = max(len(indicator.code) for indicator in indicators())
    for indicator in indicators():
        yield f"{indicator.code.ljust(width)}  {indicator.name[language]}"


def _flat(row: IndicatorRow, figures: IndicatorFigures) -> dict[str, object]:
    shown = asdict(row)
    return {
        "indicator": figures.indicator.code,
        **shown.pop("splits"),
        **shown,
        "round": figures.round,
        "selection_mode": figures.selection_mode,
        "weight_version": figures.weight_version,
        "release": figures.release,
    }


def _cells(row: IndicatorRow, figures: IndicatorFigures, language: str) -> list[str]:
    unit = figures.indicator.unit
    digits = 0 if unit in WITHOUT_DECIMALS else 1
    ends = [decimal(end, language, digits=digits) for end in (row.low, row.high)]
    note = row.suppressed or row.precision
    sign = {"at_least": "≥ ", "at_most": "≤ "}.get(row.bound or "", "")
    return [
        *(_named(name, row.splits[name], language) for name in figures.by),
        "" if row.value is None else sign + decimal(row.value, language, digits=digits),
        " – ".join(ends) if row.low is not None else "",
        "" if row.n is None else str(row.n) if row.units else about(row.n, language),
        "" if row.units is None else str(row.units),
        say(f"indices.{note}", language) if note else "",
    ]


def _named(split: str, code: str, language: str) -> str:
    """Name what is known by a name; codes of answers stay as the forms have them."""
    if not code:
        return say("indicators.not_told", language)
    match split:
        case "province":
            return province(code).name
        case "region":
            return region(code).name[language]
        case "service":
            return service(code).name[language]
        case "dimension":
            names = {dimension.code: dimension.name[language] for dimension in dimensions()}
            return names[code]
    return code
