"""How the days of a column are written: day or month first, decided by proof.

``03/04/2026`` is the third of April or the fourth of March; only another cell of the same column
tells which. A cell with points is read day first where nothing speaks against it: 3.4.2026 is how
one writes in Türkiye, and nobody who writes the month first uses points.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

Order = Literal["day-first", "month-first", "either", "mixed", "plain"]
"""``either``: every cell fits both; ``mixed``: cells prove both; ``plain``: no cell needs to be
asked, for all begin with the year or are no days at all."""

ORDERS: Final = ("day-first", "month-first")
_LOCAL: Final = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?:[ T]+(.+))?")


def order_of(cells: Iterable[str]) -> Order:
    """Decide in which order the days of a column are written; cells that are no days say nothing.

    A cell whose day and month are alike fits both orders and is no reason to ask.
    """
    proofs: set[str] = set()
    doubtful, points = False, False
    for cell in cells:
        found = {order for order in ORDERS if moment_in(cell, order) is not None}
        local = _LOCAL.fullmatch(cell.strip())
        if local is None or not found:
            continue
        if len(found) == 1:
            proofs |= found
        else:
            doubtful = doubtful or int(local[1]) != int(local[3])
            points = points or local[2] == "."
    if len(proofs) == 1:
        return "day-first" if "day-first" in proofs else "month-first"
    if proofs:
        return "mixed"
    if points:
        return "day-first"
    return "either" if doubtful else "plain"


def moment_in(cell: str, order: str) -> datetime | None:
    """Read a day, with or without a time of day, that is written in an order or year first."""
    text = cell.strip()
    if local := _LOCAL.fullmatch(text):
        first, _, second, year, clock = local.groups()
        day, month = (second, first) if order == "month-first" else (first, second)
        text = f"{year}-{month:0>2}-{day:0>2}" + (f"T{clock}" if clock else "")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def moments_in(cell: str, order: str) -> set[datetime]:
    """What a cell can mean: in its order if that is known and fits, else in both."""
    if order in ORDERS and (found := moment_in(cell, order)) is not None:
        return {found}
    return {found for order in ORDERS if (found := moment_in(cell, order)) is not None}
