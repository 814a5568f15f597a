"""Numbers and times as a reader in each language expects them."""

from datetime import date, datetime
from math import isfinite

from schemas.rules.thresholds import thresholds
from schemas.turkish import TURKISH_TIME

NOTHING = "–"
SEPARATORS = {"tr": ",.", "en": ".,"}
"""Decimal and thousands sign of each language, as Plotly takes them."""
_SWAPPED = str.maketrans(",.", ".,")


def decimal(value: float | None, language: str, *, digits: int = 1) -> str:
    """Write 72.34 as 72,3 in Turkish."""
    if value is None or not isfinite(value):
        return NOTHING
    text = f"{value:,.{digits}f}"
    return text.translate(_SWAPPED) if language == "tr" else text


def whole(value: float | None, language: str) -> str:
    """Write 12345 as 12.345 in Turkish."""
    return decimal(value, language, digits=0)


def about(people: int | None, language: str) -> str:
    """Write a number of people that is told to the nearest five: ≈ 35."""
    if not people:
        return NOTHING if people is None else "0"
    return f"≈ {whole(people, language)}"


def people(number: int | None, language: str) -> str:
    """Write a number of people that is known, though it may be too few to be told."""
    return f"< {thresholds().suppress_below_answers}" if number is None else about(number, language)


def figure(value: float | None, bound: str | None, language: str) -> str:
    """Write a figure, or the end it lies beyond."""
    sign = {"at_least": "≥ ", "at_most": "≤ "}.get(bound or "", "")
    return sign + decimal(value, language)


def percent(value: float | None, language: str) -> str:
    """Write 77.4 as %77,4 in Turkish, where the sign stands first."""
    number = decimal(value, language)
    if number == NOTHING:
        return NOTHING
    return f"%{number}" if language == "tr" else f"{number}%"


def interval(low: float | None, high: float | None, language: str) -> str:
    """Write both ends of an interval."""
    if low is None or high is None:
        return NOTHING
    return f"{decimal(low, language)} – {decimal(high, language)}"


def moment(iso: str, language: str) -> str:
    """Write a recorded time as the clock in Türkiye showed it."""
    local = datetime.fromisoformat(iso).astimezone(TURKISH_TIME)
    return f"{local:%d.%m.%Y %H:%M:%S}" if language == "tr" else f"{local:%d %b %Y %H:%M:%S}"


def day(iso: str, language: str) -> str:
    """Write a date as people do; what is no date is left as it is."""
    try:
        found = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{found:%d.%m.%Y}" if language == "tr" else f"{found:%d %b %Y}"
