"""The order of day and month is decided by proof, and never guessed."""

from datetime import datetime

import pytest

from schemas.tables.date_orders import moments_in, order_of


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/04/2026", "11/25/2026"], "month-first"),
        (["03/04/2026", "25/11/2026"], "day-first"),
        (["03/04/2026", "6/7/2026"], "either"),
        (["03-04-2026 12:30"], "either"),
        (["3.4.2026"], "day-first"),
        (["3.4.2026", "4.13.2026"], "month-first"),
        (["25/11/2026", "11/25/2026"], "mixed"),
        (["5/5/2026", "2026-01-02", "dün", ""], "plain"),
        (["31/02/2026", "45/45/2026"], "plain"),
    ],
)
def test_the_cells_of_a_column_decide(cells: list[str], order: str) -> None:
    assert order_of(cells) == order


def test_a_cell_of_an_unknown_order_may_be_two_days() -> None:
    assert moments_in("03/04/2026", "mixed") == {
        datetime.fromisoformat("2026-04-03"),
        datetime.fromisoformat("2026-03-04"),
    }
    assert moments_in("03/04/2026", "month-first") == {datetime.fromisoformat("2026-03-04")}
    assert moments_in("25/11/2026", "mixed") == {datetime.fromisoformat("2026-11-25")}
    assert moments_in("31/02/2026", "mixed") == set()
