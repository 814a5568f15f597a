"""A walk that stands once on every screen of the tablet."""

import re
from collections.abc import Callable
from dataclasses import replace

from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

SAYS = {
    "gorusme_dili": "tr",
    "katilim": "1",
    "on8": "1",
    "kullanilan": "emn",
    "emn_sorun": "1",
    "sikayet": "yok",
}
LATER = re.compile("Sonra tamamlarım, devam et|I will complete it later, go on")


def visit_every_screen(tablet: Tablet, look: Callable[[str], None]) -> None:
    """Go through the app, ``look`` at every screen and at its states with errors and lists open."""
    look("sign-in")
    tablet.type_credentials(replace(GOVERNOR, password="bambaşka bir parola"))
    tablet.page.locator(".field__error").wait_for()
    look("wrong password")
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text(re.compile("Iğdır Emniyet|Iğdır Police")).wait_for()
    look("home, empty")
    tablet.set_offline(offline=True)
    _interview(tablet, look)
    tablet.button(re.compile("Giden kutusunu aç|Open the outbox")).click()
    tablet.page.locator("li.card").wait_for()
    look("outbox, waiting")
    tablet.button(re.compile("Ana sayfa|Home")).click()
    tablet.start_interview()
    tablet.button(re.compile("Ara ver|Pause")).click()
    tablet.page.locator("li.draft").wait_for()
    look("home, with a draft and a waiting record")
    tablet.button(re.compile(" sil$|Delete the")).click()
    look("home, asking before a draft is deleted")
    _look_aside(tablet, look)
    tablet.set_offline(offline=False)
    tablet.page.get_by_text(
        re.compile("Gönderilmeyi bekleyen kayıt yok|Nothing is waiting")
    ).wait_for()
    tablet.button(re.compile("Giden kutusunu aç|Open the outbox")).click()
    tablet.page.locator("li.card").wait_for()
    look("outbox, delivered")
    tablet.button(re.compile("Kilitle|Lock")).click()
    tablet.page.locator(".entrance__ready").wait_for()
    look("locked")


def _look_aside(tablet: Tablet, look: Callable[[str], None]) -> None:
    """Look at the screens beside home, and come back."""
    for words in ("Yarım kalan$|Unfinished$", "Yazı boyu ve kontrast|Letters and contrast"):
        tablet.button(re.compile(words)).click()
        tablet.page.locator(".start__button").wait_for(state="detached")
        look(tablet.words(tablet.title))
        tablet.button(re.compile("Ana sayfa|Home")).click()
        tablet.page.locator(".start__button").wait_for()
    tablet.button(re.compile("devam et$|^Continue the")).click()
    tablet.page.get_by_text(re.compile("Kaldığınız yerdesiniz|You are where")).wait_for()
    look("an interview, taken up again")
    tablet.button(re.compile("Ara ver|Pause")).click()
    tablet.page.locator("li.draft").wait_for()


def visit_first_time(tablet: Tablet, look: Callable[[str], None]) -> None:
    """Look at what an officer meets who starts without a connection, and is refused later."""
    tablet.set_offline(offline=True)
    look("sign-in, offline")
    officer = replace(GOVERNOR, password="yanlış hatırlanan parola")
    tablet.type_credentials(officer)
    tablet.page.locator("form h1").wait_for()
    look("first time offline")
    tablet.sign_in(officer)
    tablet.page.locator(".start__button").wait_for()
    look("home, identity to be confirmed")
    tablet.set_offline(offline=False)
    tablet.page.locator("form").wait_for()
    look("home, identity refused")


def _interview(tablet: Tablet, look: Callable[[str], None]) -> None:
    tablet.start_interview()
    look("first section")
    tablet.question("il").get_by_text(re.compile("Değiştir|Change")).click()
    tablet.question("il").get_by_role("combobox").fill("an")
    look("a long list, searched")
    tablet.question("il").get_by_role("combobox").fill("xyz")
    look("a long list, nothing found")
    tablet.page.keyboard.press("Tab")
    tablet.page.locator(".steps__on").click()
    look("first section, with errors")
    respondent = Respondent(SAYS, answers={"il": "76", "ilce": "1398"})
    while not tablet.is_at_review():
        if "sonuc_kodu" in _names(tablet):
            _look_at_missing(tablet, look)
        respondent.fill_section(tablet)
        if "gorevli_notu" in _names(tablet):
            _look_at_personal_data(tablet, look)
        look(tablet.words(tablet.title))
        tablet.go_on()
    look("review, complete")
    tablet.go_on()
    tablet.page.locator(".code").wait_for()
    look("finished")


def _look_at_personal_data(tablet: Tablet, look: Callable[[str], None]) -> None:
    note = tablet.question("gorevli_notu")
    note.get_by_role("textbox").fill("Sonra arayınız: 0532 123 45 67")
    note.locator(".message").wait_for()
    look("a text that names somebody")
    note.get_by_role("button").click()


def _look_at_missing(tablet: Tablet, look: Callable[[str], None]) -> None:
    tablet.page.locator(".steps__on").click()
    tablet.button(LATER).click()
    tablet.page.locator(".missing").wait_for()
    look("review, with a missing answer")
    tablet.page.locator(".missing").click()
    tablet.question("sonuc_kodu").wait_for()


def _names(tablet: Tablet) -> list[str]:
    names = tablet.page.locator(".question").evaluate_all("all => all.map(one => one.id)")
    return [name.removeprefix("q-") for name in names]
