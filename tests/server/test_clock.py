"""The one clock: it stands where a test puts it, and its days are those of Türkiye."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.accounts.mandates import NewMandate, give_mandate, mandates_of
from server.store.audit import AUDIT_ENTRIES
from tests.people import ANALYST
from tests.server.accounts.test_people import id_of


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-30T20:59:59+00:00", date(2026, 11, 30)),
        ("2026-11-30T21:00:00+00:00", date(2026, 12, 1)),
        ("2026-12-01T00:00:00+03:00", date(2026, 12, 1)),
        ("2015-10-25T21:30:00+00:00", date(2015, 10, 26)),
        ("2015-11-08T21:30:00+00:00", date(2015, 11, 8)),
    ],
)
def test_a_day_begins_at_midnight_in_turkiye(moment: str, day: date) -> None:
    with clock.standing_at(datetime.fromisoformat(moment)):
        assert clock.today() == day


def test_the_clock_stands_where_it_is_put_and_goes_on_afterwards() -> None:
    there, later = datetime(2027, 3, 1, 9, tzinfo=UTC), datetime(2027, 3, 2, 9, tzinfo=UTC)
    with clock.standing_at(there):
        assert clock.now() == there
        with clock.standing_at(later):
            assert clock.now() == later
        assert clock.now() == there
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_mandate_ends_at_midnight_in_turkiye_and_the_audit_names_the_moment(app: Flask) -> None:
    database, user_id = app.extensions["izdes.database"], id_of(app, ANALYST.username)
    given = datetime(2026, 11, 30, 20, 59, tzinfo=UTC)
    new = NewMandate("auditor", (), date(2026, 11, 30), date(2026, 11, 30))

    def roles() -> list[str]:
        with database.read() as connection:
            return [mandate.role for mandate in mandates_of(connection, user_id).now]

    with clock.standing_at(given):
        database.write(lambda connection: give_mandate(connection, user_id, new))
        assert "auditor" in roles()
    with clock.standing_at(given + timedelta(minutes=1)):
        assert "auditor" not in roles()
    with database.read() as connection:
        last = select(func.max(AUDIT_ENTRIES.c.at)).where(AUDIT_ENTRIES.c.action == "mandate.give")
        assert connection.scalar(last) >= given
        entry = select(AUDIT_ENTRIES.c.at).where(AUDIT_ENTRIES.c.at == given)
        assert connection.scalar(entry) == given
