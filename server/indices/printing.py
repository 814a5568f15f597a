"""The index table on a terminal: aligned text, CSV, or JSON."""

from collections.abc import Iterator
from dataclasses import asdict, fields

from schemas.reference.geography import province, region
from schemas.reference.services import service
from schemas.rules.thresholds import thresholds
from schemas.wording import say
from server.indices.index_rows import IndexRow, IndexTable
from server.rounds.margins import table_name
from server.terminal import tables
from server.terminal.tables import aligned, comma_separated
from server.web.formats import about, decimal, figure, interval, people, percent

NAMED_PROVINCES = 8

HEADINGS = (
    "province",
    "service",
    "measure",
    "value",
    "interval",
    "n",
    "precision",
)


def as_json(table: IndexTable, _language: str) -> Iterator[str]:
    """Write a JSON array with an object per row."""
    yield tables.as_json([asdict(row) | _origin(table) for row in table.rows])


def as_csv(table: IndexTable, _language: str) -> Iterator[str]:
    """Write comma-separated values for machines: codes, decimal points, empty where suppressed."""
    names = [field.name for field in fields(IndexRow)] + list(_origin(table))
    yield comma_separated(names, (asdict(row) | _origin(table) for row in table.rows))


def as_text(table: IndexTable, language: str) -> Iterator[str]:
    """Write an aligned table for people, and below it what it rests on."""
    if not table.rows:
        yield say("indices.no_answers_yet", language, round=table.basis.round)
    else:
        head = [say(f"indices.{name}", language) for name in HEADINGS]
        yield from aligned([head, *(_cells(row, language) for row in table.rows)])
    yield ""
    yield from _footnotes(table, language)


def _cells(row: IndexRow, language: str) -> list[str]:
    return [
        _place(row, language),
        service(row.service).name[language] if row.service else "",
        say(f"indices.measure_{row.measure}", language),
        "" if row.value is None else figure(row.value, row.bound, language),
        "" if row.low is None else interval(row.low, row.high, language),
        "" if row.n is None else about(row.n, language),
        _note(row, language),
    ]


def _note(row: IndexRow, language: str) -> str:
    note = say(f"indices.{row.suppressed or row.precision}", language)
    return f"{note}, {say('indices.model_based', language)}" if row.model_based else note


def _place(row: IndexRow, language: str) -> str:
    if row.province:
        return province(row.province).name
    return region(row.region).name[language] if row.region else say("indices.country", language)


def _footnotes(table: IndexTable, language: str) -> Iterator[str]:
    basis, weighting = table.basis, table.weighting
    yield say(
        "indices.basis",
        language,
        interviews=people(basis.interviews, language),
        ratings=people(basis.ratings, language),
        forms=", ".join(basis.form_versions),
        weights=basis.weight_version,
        through=basis.through_sequence,
    )
    yield say(f"indices.selection_{basis.selection_mode}", language)
    yield say(
        "indices.weighting_own" if basis.has_own_margins else "indices.weighting",
        language,
        kish=decimal(weighting.kish_effect, language),
        largest=decimal(weighting.largest, language),
        extreme=percent(100 * weighting.extreme_share, language),
        merges=len(weighting.merges),
        uncovered=_named(weighting.uncovered),
        margins=table_name(basis.margins_version, language),
    )
    known = table.clustering
    yield say(
        "indices.pooled_assumed" if known.assumed else "indices.pooled",
        language,
        within=decimal(known.within, language, digits=2),
        effect=decimal(known.weight_effect, language),
    )
    if any(row.model_based for row in table.rows):
        yield say(
            "indices.model_based_means", language, below=thresholds().model_based_below_answers
        )
    if basis.excluded:
        reasons = [
            say(f"indices.excluded_{reason}", language, n=people(n, language))
            for reason, n in basis.excluded.items()
        ]
        yield say("indices.excluded", language, reasons=", ".join(reasons))
    if basis.imputed != 0:
        yield say("indices.imputed", language, n=people(basis.imputed, language))


def _named(plates: tuple[str, ...]) -> str:
    """Name a few provinces, count many."""
    if 0 < len(plates) <= NAMED_PROVINCES:
        return ", ".join(province(plate).name for plate in plates)
    return str(len(plates))


def _origin(table: IndexTable) -> dict[str, str]:
    basis = table.basis
    return {
        "round": basis.round,
        "weight_version": basis.weight_version,
        "margins": basis.margins_version,
    }
