"""Every door figures leave by, and what it tells, in a form that two processes can compare.

``python -m tests.server.indices.all_doors ROUND BEFORE`` is a worker of its own: it tells once for
every line that comes in.
"""

import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import orjson
from flask import Flask

from schemas.rules.indicators import indicators
from server import create_app
from server.accounts.scopes import EVERYTHING
from server.comparisons.ranks import ranking
from server.comparisons.rounds import comparison
from server.comparisons.sensitivity import sensitivity_of
from server.comparisons.similar import beside_peers
from server.config import Config
from server.dashboards.filters import Filters
from server.dashboards.queries import dashboard
from server.drivers.queries import drivers_of
from server.exports.indices import rows_of, table_of
from server.exports.orders import Order
from server.indicators.queries import indicator_figures
from server.indices.queries import index_table
from server.quality.queries import quality_report
from server.rounds.queries import all_rounds, round_before

Door = Callable[[Flask, str, str], Any]


def _dashboard(app: Flask, round_id: str, service: str | None) -> Any:
    with app.extensions["izdes.database"].read() as connection:
        rounds = all_rounds(connection)
    filters = Filters(round_id, service=service)
    return dashboard(filters, language="en", before=round_before(rounds, round_id))


def _export(round_id: str) -> list[list[str]]:
    order = Order(round_id, "index")
    return list(rows_of(table_of(order, EVERYTHING), order))


def _quality(app: Flask, round_id: str) -> Any:
    database, config = (app.extensions[f"izdes.{name}"] for name in ("database", "config"))
    return quality_report(database, config.data_dir, round_id, waits=config.releases_wait)


DOORS: dict[str, Door] = {
    "dashboard": lambda app, now, _: _dashboard(app, now, None),
    "dashboard of a service": lambda app, now, _: _dashboard(app, now, "emn"),
    "index": lambda _, now, __: index_table(now),
    "export": lambda _, now, __: _export(now),
    "comparison": lambda _, now, before: comparison(before, now),
    "ranks": lambda _, now, __: ranking(now, service="emn", scale="index"),
    "peers": lambda _, now, __: beside_peers(now, "06", service="emn"),
    "sensitivity": lambda _, now, __: sensitivity_of(now),
    "drivers": lambda _, now, __: drivers_of(now),
    "quality": lambda app, now, _: _quality(app, now),
    **{
        f"indicator {one.code}": lambda _, now, __, code=one.code: indicator_figures(code, now)
        for one in indicators()
    },
}


def told(app: Flask, door: str, now: str, before: str) -> bytes:
    """What a door tells, but for the minute of figures that are made anew each time."""
    with app.app_context():
        return orjson.dumps(_plain(DOORS[door](app, now, before)), option=orjson.OPT_SORT_KEYS)


def _plain(value: Any) -> Any:
    match value:
        case _ if is_dataclass(value):
            shown = [field.name for field in fields(value) if field.name != "computed_at"]
            plain: Any = {name: _plain(getattr(value, name)) for name in shown}
        case dict():
            plain = {str(key): _plain(inner) for key, inner in value.items()}
        case frozenset() | set():
            plain = sorted(map(str, value))
        case tuple() | list():
            plain = [_plain(inner) for inner in value]
        case np.ndarray() | np.generic():
            plain = value.tolist()
        case str() | int() | float() | None:
            plain = value
        case _:
            plain = str(value)
    return plain


def main() -> None:
    """Tell whenever asked."""
    app = create_app(Config.from_environment())
    now, before = sys.argv[1:]
    for _ in sys.stdin:
        said = {door: told(app, door, now, before).decode() for door in DOORS}
        print(orjson.dumps(said).decode(), flush=True)  # noqa: T201  what the test reads
    app.extensions["izdes.database"].close()


if __name__ == "__main__":
    main()
