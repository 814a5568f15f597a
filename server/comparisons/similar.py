"""A province beside those most like it."""

from dataclasses import dataclass

from analysis.figures.peers import peers
from schemas.problems import Problem
from schemas.reference.geography import find_province
from schemas.reference.similarity import similarity
from server.indices.index_rows import IndexRow, IndexTable
from server.indices.queries import index_table


@dataclass(frozen=True)
class Similar:
    """A province and its peers, the most similar first, each with its figures."""

    plate: str
    peers: tuple[str, ...]
    rows: tuple[IndexRow, ...]
    table: IndexTable


def peers_of(plate: str) -> tuple[str, ...]:
    """Name the provinces most like one, by facts from outside the survey."""
    known = similarity()
    found = peers(known.facts, weights=known.weights, count=known.peers)
    return tuple(known.plates[position] for position in found.nearest[known.plates.index(plate)])


def beside_peers(round_id: str, place: str, *, service: str | None) -> Similar:
    """The figures of a province and of its peers."""
    province = find_province(place)
    if province is None:
        raise Problem("unknown_province", text=place)
    similar = peers_of(province.plate)
    by = ("province", "service") if service else ("province",)
    plates = province.plate, *similar
    table = index_table(round_id, by=by, services=(service,) if service else (), provinces=plates)
    order = {plate: position for position, plate in enumerate(plates)}
    rows = sorted(table.rows, key=lambda row: (row.measure, order[row.province or ""]))
    return Similar(province.plate, similar, tuple(rows), table)
