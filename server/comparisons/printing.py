"""Comparisons as records for machines, and as text for people."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from schemas.reference.geography import province, region
from schemas.reference.services import service
from schemas.rules.thresholds import thresholds
from schemas.wording import say
from server.comparisons.ranks import Ranking, RankRow
from server.comparisons.rounds import ChangeRow, Comparison
from server.comparisons.sensitivity import SensitivityView, ServiceView
from server.comparisons.similar import Similar
from server.indices.index_rows import IndexRow
from server.terminal.tables import aligned
from server.web.formats import NOTHING, decimal, figure, interval

CHANGE_HEADINGS = (
    *("place", "service", "measure", "first", "second", "change", "interval"),
    *("p", "q", "contribution", "note"),
)
RANK_HEADINGS = ("place", "value", "interval", "band", "alone", "note")
SENSITIVITY_HEADINGS = ("place", "published", "range", "by_users", "geometric", "rank_range")
VIEW_HEADINGS = ("service", "published", "interval", "acsi", "difference")
PEER_HEADINGS = ("place", "measure", "value", "interval", "note")


def changes_as_records(compared: Comparison) -> list[dict[str, Any]]:
    """A record per figure, both rounds and their weights named."""
    first, second = compared.first.basis, compared.second.basis
    origin = {
        "first_round": first.round,
        "second_round": second.round,
        "first_weight_version": first.weight_version,
        "second_weight_version": second.weight_version,
        "first_release": first.release,
        "second_release": second.release,
    }
    return [asdict(row) | origin for row in compared.rows]


def ranks_as_records(ranked: Ranking) -> list[dict[str, Any]]:
    """A record per province: its figure, and both bands of its rank."""
    return [
        asdict(row.row)
        | {
            "rank_alone_low": row.alone[0] if row.alone else None,
            "rank_alone_high": row.alone[1] if row.alone else None,
            "round": ranked.table.basis.round,
            "weight_version": ranked.table.basis.weight_version,
        }
        for row in ranked.rows
    ]


def peers_as_records(similar: Similar) -> list[dict[str, Any]]:
    """A record per figure of the province and its peers, the most similar first."""
    basis = similar.table.basis
    origin = {"round": basis.round, "weight_version": basis.weight_version}
    return [asdict(row) | {"peer": _order(similar, row), **origin} for row in similar.rows]


def changes_as_text(compared: Comparison, language: str) -> Iterator[str]:
    """Write the changes for people, and below them how to read them."""
    yield from _aligned(
        CHANGE_HEADINGS, [_change_cells(row, language) for row in compared.rows], language
    )
    yield ""
    yield say(
        "comparisons.changes_help",
        language,
        first=compared.first.basis.round,
        second=compared.second.basis.round,
        rate=decimal(100 * thresholds().change_false_discovery_rate, language, digits=0),
    )
    for table in (compared.first, compared.second):
        said = say(f"indices.selection_{table.basis.selection_mode}", language)
        yield f"{table.basis.round}: {said}"


def ranks_as_text(ranked: Ranking, language: str) -> Iterator[str]:
    """Write the ranking for people."""
    yield from _aligned(
        RANK_HEADINGS, [_rank_cells(row, language) for row in ranked.rows], language
    )
    yield ""
    confidence = decimal(100 * thresholds().rank_confidence, language, digits=0)
    yield say("comparisons.ranks_help", language, ranked=len(ranked.rows), confidence=confidence)
    yield say(f"indices.selection_{ranked.table.basis.selection_mode}", language)


def peers_as_text(similar: Similar, language: str) -> Iterator[str]:
    """Write the figures of a province and its peers for people."""
    yield from _aligned(
        PEER_HEADINGS, [_peer_cells(row, language) for row in similar.rows], language
    )
    yield ""
    names = ", ".join(province(plate).name for plate in similar.peers)
    yield say("comparisons.peers_help", language, place=province(similar.plate).name, peers=names)


def sensitivity_as_records(view: SensitivityView) -> list[dict[str, Any]]:
    """A record per province and one per service."""
    basis = view.table.basis
    origin = {"round": basis.round, "weight_version": basis.weight_version}
    shift = view.composites.shift
    composites = {
        name: column.tolist() for name, column in vars(view.composites).items() if name != "shift"
    }
    places = [
        {"province": plate, "service": None, "mean_shift": shift}
        | {name: column[number] for name, column in composites.items()}
        for number, plate in enumerate(view.plates)
    ]
    services: list[dict[str, Any]] = [
        {"province": None, "service": service.row.service, "published": service.row.value}
        | {"acsi": service.acsi, "acsi_weights": service.weights}
        for service in view.services
    ]
    return [line | origin for line in (*places, *services)]


def sensitivity_as_text(view: SensitivityView, language: str) -> Iterator[str]:
    """Write how else the composites and the indices might have come out, and how to read it."""
    found = view.composites
    order = sorted(range(len(view.plates)), key=lambda number: -found.published[number])
    lines = [_composite_cells(view, number, language) for number in order]
    yield from _aligned(SENSITIVITY_HEADINGS, lines, language)
    yield ""
    shift = decimal(found.shift, language)
    yield say("comparisons.sensitivity_help", language, shift=shift)
    yield ""
    yield from _aligned(
        VIEW_HEADINGS, [_view_cells(service, language) for service in view.services], language
    )
    yield ""
    yield say("comparisons.acsi_help", language)
    yield say(f"indices.selection_{view.table.basis.selection_mode}", language)


def _composite_cells(view: SensitivityView, number: int, language: str) -> list[str]:
    found = view.composites
    return [
        province(view.plates[number]).name,
        decimal(found.published[number], language),
        interval(found.low[number], found.high[number], language),
        decimal(found.by_users[number], language),
        decimal(found.geometric[number], language),
        f"{found.rank_low[number]}–{found.rank_high[number]}",
    ]


def _view_cells(view: ServiceView, language: str) -> list[str]:
    row = view.row
    moved = None if view.acsi is None or row.value is None else view.acsi - row.value
    return [
        service(row.service or "").name[language],
        decimal(row.value, language),
        interval(row.low, row.high, language),
        decimal(view.acsi, language),
        _signed(moved, language),
    ]


def _change_cells(row: ChangeRow, language: str) -> list[str]:
    note = [say(f"indices.{row.suppressed}", language)] if row.suppressed else []
    note += [say(f"comparisons.moved_{row.moved}", language)] if row.moved else []
    note += [say("indices.model_based", language)] if row.model_based else []
    return [
        _place(row.province, row.region, language),
        service(row.service).name[language] if row.service else "",
        say(f"indices.measure_{row.measure}", language),
        decimal(row.first, language),
        decimal(row.second, language),
        _signed(row.change, language),
        interval(row.low, row.high, language),
        decimal(row.p, language, digits=3),
        decimal(row.q, language, digits=3),
        _signed(row.contribution, language, digits=2),
        ", ".join(note),
    ]


def _rank_cells(view: RankRow, language: str) -> list[str]:
    row = view.row
    alone = f"{view.alone[0]}–{view.alone[1]}" if view.alone else NOTHING
    return [
        _place(row.province, row.region, language),
        figure(row.value, row.bound, language),
        interval(row.low, row.high, language),
        f"{row.rank_low}–{row.rank_high}",
        alone,
        _note(row, language),
    ]


def _peer_cells(row: IndexRow, language: str) -> list[str]:
    return [
        _place(row.province, row.region, language),
        say(f"indices.measure_{row.measure}", language),
        figure(row.value, row.bound, language),
        interval(row.low, row.high, language),
        _note(row, language),
    ]


def _note(row: IndexRow, language: str) -> str:
    note = say(f"indices.{row.suppressed or row.precision}", language)
    return f"{note}, {say('indices.model_based', language)}" if row.model_based else note


def _place(plate: str | None, code: str | None, language: str) -> str:
    if plate:
        return province(plate).name
    return region(code).name[language] if code else say("indices.country", language)


def _signed(value: float | None, language: str, *, digits: int = 1) -> str:
    text = decimal(value, language, digits=digits)
    return f"+{text}" if value is not None and value > 0 else text


def _order(similar: Similar, row: IndexRow) -> int:
    return (similar.plate, *similar.peers).index(row.province or "")


def _aligned(headings: Iterable[str], rows: Sequence[list[str]], language: str) -> Iterator[str]:
    return aligned([[say(f"comparisons.{name}", language) for name in headings], *rows])
