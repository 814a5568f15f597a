"""The drivers of a round on a terminal: for people, as CSV, or as JSON."""

from collections.abc import Iterator
from dataclasses import asdict

from schemas.reference.services import dimensions, service
from schemas.wording import say
from server.drivers.queries import DriverRow, RoundDrivers, ServiceDrivers
from server.terminal import tables
from server.terminal.tables import aligned, comma_separated
from server.web.formats import decimal, interval, people, percent

HEADINGS = (
    *("dimension", "importance", "interval", "performance", "quadrant"),
    *("odds", "odds_interval", "effect"),
)


def as_json(found: RoundDrivers, _language: str) -> Iterator[str]:
    """Write one JSON object."""
    yield tables.as_json(asdict(found))


def as_csv(found: RoundDrivers, _language: str) -> Iterator[str]:
    """Write comma-separated values for machines, a line per service and dimension."""
    rows = (asdict(row) | {"n": service.n} for service in found.services for row in service.rows)
    yield comma_separated([*DriverRow.__dataclass_fields__, "n"], rows)


def as_text(found: RoundDrivers, language: str) -> Iterator[str]:
    """Write a table a service, where to act first, and how to read both."""
    for drivers in found.services:
        yield from _table(drivers, language)
        yield ""
    if found.too_few:
        names = ", ".join(service(code).name[language] for code in found.too_few)
        yield say("drivers.too_few", language, services=names)
    if not found.services:
        yield say("drivers.nothing", language)
        return
    yield say("drivers.help", language)


def _table(drivers: ServiceDrivers, language: str) -> Iterator[str]:
    yield say(
        "drivers.service",
        language,
        service=service(drivers.service).name[language],
        n=people(drivers.n, language),
        r=percent(100 * drivers.r_squared, language),
    )
    headings = [say(f"drivers.{name}", language) for name in HEADINGS]
    yield from aligned([headings, *(_cells(row, language) for row in drivers.rows)])


def _cells(row: DriverRow, language: str) -> list[str]:
    names = {dimension.code: dimension.name[language] for dimension in dimensions()}
    odds = "–".join(decimal(end, language, digits=2) for end in (row.odds_low, row.odds_high))
    return [
        names[row.dimension],
        decimal(row.importance, language),
        interval(row.low, row.high, language),
        decimal(row.performance, language),
        say(f"drivers.{row.quadrant}", language) if row.quadrant else "",
        decimal(row.odds_ratio, language, digits=2),
        "" if row.odds_ratio is None else odds,
        decimal(row.effect, language),
    ]
