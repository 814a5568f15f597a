"""The index table: what dashboards, exports and the command line show."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flask import current_app

from schemas.problems import Problem
from schemas.reference.geography import provinces as all_provinces
from schemas.reference.geography import regions as all_regions
from schemas.reference.services import services as all_services
from server.indices.index_rows import GROUPINGS, IndexTable
from server.observations.areas import Wanted
from server.store.database import current_database

if TYPE_CHECKING:
    from server.config import Config
    from server.indices.tables import View


def index_table(
    round_id: str,
    *,
    by: tuple[str, ...] = ("province", "service"),
    services: tuple[str, ...] = (),
    provinces: tuple[str, ...] = (),
    regions: tuple[str, ...] = (),
) -> IndexTable:
    """The released figures of a round; every submission committed before is considered."""
    wanted = known(Wanted(by, services, provinces, regions))
    (table,) = index_tables(current_view(round_id), (wanted,))
    return table


def index_tables(view: "View", wanted: Sequence[Wanted]) -> tuple[IndexTable, ...]:
    """Several tables of one release."""
    from server.indices import tables  # noqa: PLC0415

    return tuple(tables.table_of(view, known(table)) for table in wanted)


def known(wanted: Wanted) -> Wanted:
    """Refuse what asks for a code that nobody knows."""
    _require_known(wanted.by, GROUPINGS)
    _require_known(wanted.services, (one.code for one in all_services()))
    _require_known(wanted.provinces, (one.plate for one in all_provinces()))
    _require_known(wanted.regions, (one.code for one in all_regions()))
    return wanted


def current_view(round_id: str) -> "View":
    """Look at a round as it is released at this moment; a page looks once and hands it on."""
    # NumPy, DuckDB and pyarrow load with the first figure, not with the server.
    from server.indices import tables  # noqa: PLC0415

    config: Config = current_app.extensions["izdes.config"]
    return tables.view_of(current_database(), config.data_dir, round_id, waits=config.releases_wait)


def views_of_both(first: str, second: str) -> tuple["View", "View"]:
    """Look at two rounds at one moment."""
    from server.indices import tables  # noqa: PLC0415

    view = current_view(first)
    config: Config = current_app.extensions["izdes.config"]
    other = tables.view_of(
        current_database(),
        config.data_dir,
        second,
        waits=config.releases_wait,
        manifest=view.state.manifest,
    )
    return view, other


def table_state(round_id: str) -> tuple[str, int]:
    """Name the state of a round's tables, every submission committed before this call included.

    As long as the name is the same, so are the tables. The number is the last record taken in.
    """
    from server.observations import sources  # noqa: PLC0415

    config: Config = current_app.extensions["izdes.config"]
    found = sources.sources_of(current_database(), config.data_dir, round_id)
    return found.name, found.manifest.through


def _require_known(codes: Iterable[str], known: Iterable[str]) -> None:
    listed = tuple(known)
    for code in codes:
        if code not in listed:
            raise Problem("unknown_code", code=code, known=", ".join(listed))
