"""A tablet whose clock is three hours fast: it says so, and its records do not suffer."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.tablet import Tablet
from tests.journeys.test_signing_in import finish_refusal
from tests.people import GOVERNOR
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AHEAD = timedelta(hours=3)
FAST = """(() => {
  const Real = Date, ahead = %d;
  globalThis.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
})()"""


def test_a_wrong_clock_is_told_and_records_are_dated_by_the_centres(
    tablet: Tablet, centre: Centre
) -> None:
    tablet.page.add_init_script(FAST % (AHEAD.total_seconds() * 1000))
    tablet.page.reload()
    tablet.sign_in(GOVERNOR)
    told = tablet.page.get_by_text("Tabletin saati 3 saat ileri")
    expect(told).to_be_visible()
    expect(tablet.page.get_by_text("Kayıtlarınız bundan etkilenmez")).to_be_visible()
    # Known at the next start too, before anybody answered.
    centre.stop()
    tablet.page.reload()
    tablet.sign_in(GOVERNOR)
    expect(told).to_be_visible()
    tablet.page.get_by_text("Ziyaret dışında").click()
    finish_refusal(tablet)
    centre.start()
    tablet.run_in_page("window.dispatchEvent(new Event('online'))")
    (interview,) = wait_until(centre.interviews, "the interview arrived")
    now = datetime.now(UTC)
    assert interview.clock == "centre"
    assert now - timedelta(hours=1) < datetime.fromisoformat(interview.started_at) <= now
    ((finished, flags),) = centre.rows("SELECT finished_at, flags FROM submissions")
    assert datetime.fromisoformat(finished).replace(tzinfo=UTC) <= now
    assert not flags or "clock" not in json.dumps(json.loads(flags))
