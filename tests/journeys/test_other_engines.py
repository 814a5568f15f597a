"""The main journey in Firefox and in WebKit: offline, killed, reviewed, finished, arrived."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import Centre
from tests.journeys.engines import Engine, Firefox, WebKit
from tests.people import GOVERNOR

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="both run on Linux only"),
]

REVIEWS = 40 if os.environ.get("IZDES_SOAK") else 3
SETTLEMENTS = ("belde", "il_merkezi")


@pytest.fixture(params=[Firefox, WebKit], ids=["firefox", "webkit"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A browser that was never used."""
    profile = tmp_path / "profile"
    profile.mkdir()
    engine: Engine = request.param(profile)
    yield engine
    engine.switch_off()


def unlock(engine: Engine) -> None:
    """Sign in, or unlock where the officer is known."""
    engine.wait_for("!!document.querySelector('input[name=password]')")
    if engine.ask("!!document.querySelector('input[name=username]')"):
        engine.write("input[name=username]", GOVERNOR.username)
    engine.write("input[name=password]", GOVERNOR.password)
    engine.tap("form .button--primary")
    engine.wait_for("!!document.querySelector('.page__link')")


def answer(engine: Engine, value: str) -> None:
    """Tap where the respondent lives."""
    engine.tap(f'[id="q-yerlesim"] input[value={value}]')


def go(engine: Engine, address: str) -> None:
    """Go to a screen by its address."""
    engine.ask(f"void (location.hash = {json.dumps(address)})")


def wait_until_saved(engine: Engine) -> None:
    """Wait until the screen says that every answer is on the disk."""
    engine.wait_for("document.querySelector('.saved-mark')?.innerText.includes('Kaydedildi')")


def test_an_interview_made_offline_survives_a_kill_and_arrives_once(
    engine: Engine, centre: Centre
) -> None:
    app = f"{centre.origin}/field/"
    engine.switch_on(app)
    engine.wait_for_text("Çevrimdışı hazır")
    unlock(engine)
    engine.wait_for_text("Iğdır Emniyet Müdürlüğü")
    assert not engine.ask("document.body.innerText.includes('Gizli pencere:')")
    centre.stop()
    engine.tap(".start__button")
    answer(engine, "koy")
    wait_until_saved(engine)

    engine.kill()
    engine.switch_on(app)
    unlock(engine)
    engine.tap("li.draft .button--primary")
    engine.wait_for("!!document.querySelector('[id=q-yerlesim]')")
    checked = "document.querySelector('[id=q-yerlesim] input:checked')?.value"
    assert engine.ask(checked) == "koy"

    # A save that ends while the review is being drawn must not leave it saving for good.
    interview = engine.ask("location.hash.split('/')[2]")
    for turn in range(REVIEWS):
        go(engine, f"#/interview/{interview}")
        answer(engine, SETTLEMENTS[turn % 2])
        go(engine, f"#/review/{interview}")
        engine.wait_for("!!document.querySelector('.sections')")
        wait_until_saved(engine)

    engine.tap_button("Görüşme yarıda kaldı")
    engine.tap_button("Evet, eksik bitir")
    engine.wait_for("!!document.querySelector('.code__figures')")
    code = engine.ask("document.querySelector('.code__figures').innerText")
    engine.tap_button("Giden kutusunu aç")
    engine.wait_for_text("Gönderilmeyi bekliyor")

    centre.start()
    engine.tap_button("Gönder")
    engine.wait_for_text("Merkeze ulaştı")
    engine.wait_for_text("sıra no 1")
    (arrived,) = centre.interviews()
    assert arrived.answers["yerlesim"] == SETTLEMENTS[(REVIEWS - 1) % 2]
    ((instance_id,),) = centre.rows("SELECT instance_id FROM submissions")
    assert instance_id.replace("-", "").upper().endswith(code.replace("-", ""))
    assert engine.ask("document.querySelector('.connection').innerText").strip() == "Çevrimiçi"


def test_a_private_window_says_that_closing_it_deletes_everything(
    centre: Centre, tmp_path: Path
) -> None:
    firefox = Firefox(tmp_path, is_private=True)
    try:
        firefox.switch_on(f"{centre.origin}/field/")
        firefox.wait_for_text("Gizli pencere: kapanınca bütün kayıtlar silinir")
    finally:
        firefox.switch_off()
