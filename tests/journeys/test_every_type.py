"""Every type of question by hand: filled without network, killed, resumed, finished, arrived."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from schemas.forms.row_keys import ROW_KEY
from tests.journeys.conftest import Centre
from tests.journeys.every_type import (
    PDF,
    SECTIONS,
    WRITTEN_BY_CAMERA,
    add_form,
    attach,
    begin,
    fill_all,
    picture,
    sign,
)
from tests.journeys.tablet import PHONE, Tablet
from tests.journeys.test_accessibility import TOO_SMALL, WIDTHS, look_with_axe
from tests.journeys.test_saving import SECONDS_OF_CREDIT
from tests.people import GOVERNOR
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = re.compile(r"[0-9a-f]{64}\.(jpg|png|pdf)")
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG"


@pytest.fixture(scope="module")
def prepared(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual database, and the form with every type of question published in it."""
    file = tmp_path_factory.mktemp("every-type") / "izdes.sqlite3"
    shutil.copy(prepared, file)
    add_form(file)
    return file


@pytest.fixture
def interview(tablet: Tablet) -> Tablet:
    """A tablet without network, before the first question."""
    tablet.sign_in(GOVERNOR)
    begin(tablet)
    tablet.set_offline(offline=True)
    return tablet


def nothing(_screen: str) -> None:
    """Look at nothing."""


STROKES = """(pad, moves) => {
  // Nothing is captured for a pen that is not there.
  pad.setPointerCapture = () => undefined;
  pad.hasPointerCapture = () => true;
  const { left, top } = pad.getBoundingClientRect();
  for (const [kind, x, y] of moves) {
    const at = { clientX: left + x, clientY: top + y, bubbles: true };
    pad.dispatchEvent(new PointerEvent(kind, { ...at, pointerId: 7, pointerType: "pen" }));
  }
}"""
INK = """pad => {
  const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
  let ink = 0;
  for (let at = 0; at < data.length; at += 4) ink += data[at] + data[at + 1] + data[at + 2] < 600;
  return ink;
}"""


def go_to(tablet: Tablet, section: int) -> None:
    """Go on to a section, answered or not."""
    for _ in range(section - 1):
        tablet.go_on_anyway()


def finish_and_open_outbox(tablet: Tablet) -> None:
    """Finish at the review and look into the outbox."""
    tablet.page.locator(".sections").wait_for()
    tablet.go_on()
    tablet.page.locator(".code").wait_for()
    tablet.button("Giden kutusunu aç").click()
    tablet.page.locator("li.card").wait_for()


def stored_files(centre: Centre) -> dict[str, bytes]:
    """What the centre holds, by digest."""
    folder = centre.data / "attachments"
    return {file.name: file.read_bytes() for file in folder.glob("??/*")}


def size_of_jpeg(content: bytes) -> tuple[int, int]:
    """Read width and height from the frame header."""
    found = re.search(rb"\xff[\xc0\xc2]..\x08(..)(..)", content, re.DOTALL)
    assert found
    return int.from_bytes(found[2]), int.from_bytes(found[1])


def test_every_type_filled_offline_survives_a_kill_and_arrives_with_its_files(
    interview: Tablet, centre: Centre
) -> None:
    for section in SECTIONS[:3]:
        section(interview, nothing)
        interview.go_on()
    interview.tap("konu_var", "1")
    interview.wait_until_saved()
    interview.kill()
    interview.switch_on(offline=True)
    interview.sign_in(GOVERNOR)
    interview.page.locator("li.draft").get_by_text("Devam et").click()
    interview.question("konu_var").wait_for()
    interview.page.locator(".steps").get_by_role("button", name="Geri", exact=True).click()
    expect(interview.question("foto").locator("img")).to_be_visible()
    expect(interview.question("imza").locator("img")).to_be_visible()
    interview.go_on()
    SECTIONS[3](interview, nothing)
    interview.go_on()
    finish_and_open_outbox(interview)
    card = interview.page.locator("li.card")
    expect(card).to_contain_text("Gönderilmeyi bekliyor")
    assert stored_files(centre) == {}

    interview.set_offline(offline=False)
    expect(card).to_contain_text("Merkeze ulaştı")
    (sent,) = centre.interviews()
    answers = dict(sent.answers)
    photo, signature, letter = (answers.pop(name) for name in ("foto", "imza", "belge"))
    topics, below = answers.pop("konu"), answers.pop("alt")
    keys = [row.pop(ROW_KEY) for row in (*topics, *below)]
    assert len({UUID(key) for key in keys}) == len(keys) == 4
    assert below == [{"alt_ad": "Pasaport"}, {}]
    assert [topic["konu_ad"] for topic in topics] == ["Personel eksikliği", "Bekleme salonu dar"]
    named = [photo, signature, letter, topics[1]["konu_foto"]]
    assert all(NAME.fullmatch(name) for name in named)
    files = stored_files(centre)
    assert files.keys() == {name.partition(".")[0] for name in named}
    content = {name: files[name.partition(".")[0]] for name in named}
    assert content[photo].startswith(JPEG)
    assert size_of_jpeg(content[photo]) == (1600, 1200)
    assert WRITTEN_BY_CAMERA not in content[photo]
    assert b"Exif" not in content[photo]
    assert content[signature].startswith(PNG)
    assert content[letter] == PDF
    for taken in ("basladi", "bitti"):
        answers.pop(taken)
    assert answers == {
        "onceki": "Geçen yıl iki eksik yazıldı.",
        "bekleyen": "72",
        "alan": "64.5",
        "ilerleme": "45",
        "puan": "3.5",
        "oncelik": "arac personel bina yazilim",
        "genel": "4",
        "gorulen": "bina arac",
        "gun": "2026-11-21",
        "saat": "09:05",
        "cagri": answers["cagri"],
        "yer": "39.923710 44.045030 0.0 8.0",
        "konu_var": "1",
        "kac_birim": "2",
        "not_metni": "Teşekkürler",
    }
    assert re.fullmatch(r"2026-11-21T09:41:00\.000[+-]\d\d:\d\d", answers["cagri"])
    assert sent.confirmations == {"bekleyen": "Kimlik yenileme günü"}
    assert centre.rows("SELECT flags FROM submissions") in ([(None,)], [("null",)])


def test_a_record_waits_until_the_last_photo_has_arrived(interview: Tablet, centre: Centre) -> None:
    # A disk that takes no files: the record itself arrives, its photos cannot.
    (centre.data / "attachments").write_text("not a folder")
    fill_all(interview, nothing)
    finish_and_open_outbox(interview)
    interview.set_offline(offline=False)
    expect(interview.page.get_by_text("Merkez şu anda yoğun.")).to_be_visible()
    assert len(centre.interviews()) == 1
    expect(interview.page.locator("li.card")).not_to_contain_text("Merkeze ulaştı")
    interview.kill()
    (centre.data / "attachments").unlink()
    interview.switch_on()
    interview.sign_in(GOVERNOR)
    interview.button("Giden kutusunu aç").click()
    expect(interview.page.locator("li.card")).to_contain_text("Merkeze ulaştı")
    assert len(stored_files(centre)) == 4
    assert centre.rows("SELECT count(*) FROM submissions") == [(1,)]


def test_nothing_is_chosen_before_somebody_chose(interview: Tablet) -> None:
    slider = interview.question("ilerleme").get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "Henüz seçilmedi")
    expect(interview.question("ilerleme").get_by_role("textbox")).to_have_value("")
    interview.page.locator(".steps__on").click()
    for name in ("bekleyen", "ilerleme", "oncelik"):
        expect(interview.question(name).locator(".field__error")).to_be_visible()
    expect(interview.question("puan").locator(".field__error")).to_have_count(0)


def test_a_range_is_answered_with_the_keyboard_and_keeps_to_its_steps(interview: Tablet) -> None:
    progress = interview.question("ilerleme")
    keyboard = interview.page.keyboard
    progress.get_by_role("slider").focus()
    keyboard.press("ArrowRight")
    expect(progress.get_by_role("textbox")).to_have_value("5")
    keyboard.press("End")
    expect(progress.get_by_role("textbox")).to_have_value("100")
    progress.get_by_role("textbox").fill("43")
    progress.get_by_role("textbox").blur()
    expect(progress).to_contain_text("0 ile 100 arasında, 5 adımlarla")
    progress.get_by_role("button", name="5 azalt").click()
    expect(progress.get_by_role("textbox")).to_have_value("40")
    expect(progress.locator(".field__error")).to_have_count(0)


def test_an_order_is_made_with_the_keyboard_and_told_to_who_cannot_see(interview: Tablet) -> None:
    order = interview.question("oncelik")
    keyboard = interview.page.keyboard
    order.get_by_role("button", name="Personel eksikliği: 1. sıraya koy").focus()
    for _ in range(4):
        keyboard.press("Enter")
    expect(order.get_by_role("status")).to_have_text("Yazılımın yavaşlığı: 4. sırada")
    expect(order.get_by_role("button", name="Yazılımın yavaşlığı: yukarı al")).to_be_focused()
    for _ in range(3):
        keyboard.press("Enter")
    expect(order.get_by_role("listitem").first).to_contain_text("Yazılımın yavaşlığı")
    expect(order.get_by_role("button", name="Yazılımın yavaşlığı: yukarı al")).to_be_focused()
    order.get_by_role("button", name="Binanın yetersizliği: sıradan çıkar").press("Enter")
    expect(order.get_by_role("button", name="Binanın yetersizliği: 4. sıraya koy")).to_be_focused()


def test_an_unusual_answer_holds_until_it_is_confirmed_with_a_reason_or_corrected(
    interview: Tablet,
) -> None:
    waiting = interview.question("bekleyen")
    waiting.get_by_role("textbox").fill("400")
    waiting.get_by_role("textbox").blur()
    expect(waiting).to_contain_text("50 kişiden fazlası alışılmadık.")
    waiting.get_by_role("button", name="Yine de doğru").click()
    expect(waiting.get_by_label("Neden doğru olduğunu kısaca yazınız")).to_be_focused()
    interview.page.keyboard.press("Enter")
    expect(waiting.get_by_role("alert")).to_have_text("Önce gerekçeyi yazınız.")
    interview.page.keyboard.type("Bayram öncesi")
    interview.page.keyboard.press("Enter")
    expect(waiting).to_contain_text("“Yine de doğru” dediniz: Bayram öncesi")
    waiting.get_by_role("textbox").fill("40")
    expect(waiting.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("denied", "Bu sayfanın konum izni yok"), ("nowhere", "Tablet konumunu bulamadı")],
)
def test_a_place_that_cannot_be_had_is_said_plainly_and_can_be_tried_again(
    interview: Tablet, state: str, sentence: str
) -> None:
    go_to(interview, 2)
    context = interview.page.context
    if state == "nowhere":
        context.grant_permissions(["geolocation"], origin=interview.origin)
        session = context.new_cdp_session(interview.page)
        session.send("Emulation.setGeolocationOverride", {})
    else:
        context.grant_permissions([], origin=interview.origin)
    place = interview.question("yer")
    place.get_by_role("button", name="Konumu al").click()
    expect(place.get_by_role("status")).to_contain_text(sentence)
    context.grant_permissions(["geolocation"], origin=interview.origin)
    context.set_geolocation({"latitude": 41.0, "longitude": 29.0, "accuracy": 5})
    place.get_by_role("button", name="Yeniden al").click()
    expect(place.get_by_role("status")).to_contain_text("Konum alındı: ± 5 m")


def test_a_place_not_exact_enough_is_taken_when_the_officer_says_so(interview: Tablet) -> None:
    go_to(interview, 2)
    context = interview.page.context
    context.grant_permissions(["geolocation"], origin=interview.origin)
    context.set_geolocation({"latitude": 41.0, "longitude": 29.0, "accuracy": 85})
    place = interview.question("yer")
    place.get_by_role("button", name="Konumu al").click()
    place.get_by_role("button", name="Bu doğruluk yeter, kullan").click()
    expect(place.get_by_role("status")).to_contain_text("Konum alındı: ± 85 m")
    place.get_by_role("button", name="Konumu sil").click()
    expect(place.get_by_role("button", name="Konumu al")).to_be_visible()


def test_what_is_no_picture_is_not_taken_for_a_photo(interview: Tablet) -> None:
    go_to(interview, 3)
    attach(interview, "foto", b"hello", "not.png")
    expect(interview.question("foto")).to_contain_text("Bu dosya fotoğraf olarak açılamadı")
    attach(interview, "foto", picture(40, 30))
    expect(interview.question("foto").locator("img")).to_be_visible()
    expect(interview.question("foto").locator(".field__error")).to_have_count(0)


def test_a_removed_photo_can_be_taken_back(interview: Tablet) -> None:
    go_to(interview, 3)
    photo = interview.question("foto")
    attach(interview, "foto", picture(40, 30))
    expect(photo.locator("img")).to_be_visible()
    interview.wait_until_saved()
    photo.get_by_role("button", name="Fotoğrafı kaldır").click()
    expect(photo.locator("img")).to_have_count(0)
    expect(photo.locator("input:focus")).to_have_count(1)
    interview.wait_until_saved()
    interview.button(re.compile("^Geri al")).click()
    expect(photo.locator("img")).to_be_visible()


def test_a_photo_for_which_there_is_no_room_is_told_and_not_taken_for_kept(
    interview: Tablet,
) -> None:
    go_to(interview, 3)
    interview.wait_until_saved()
    interview.leave_room_for(1)
    photo = interview.question("foto")
    # The browser looks at the room that is left only every half minute.
    numbers = iter(range(10_000))

    def is_full() -> bool:
        attach(interview, "foto", picture(1200, 900, noise=next(numbers)))
        expect(photo.locator(".attach__working")).to_have_count(0)
        interview.wait_for_frames()
        return bool(photo.evaluate("it => it.querySelector('.field__error') !== null"))

    wait_until(is_full, "the tablet is full", seconds=SECONDS_OF_CREDIT)
    expect(photo).to_contain_text("Dosya tablete yazılamadı")
    interview.leave_room_for(None)
    attach(interview, "foto", picture())
    expect(photo.locator(".field__error")).to_have_count(0)
    expect(photo.locator("img")).to_be_visible()


def test_strokes_that_the_system_takes_away_are_kept_as_they_stand(interview: Tablet) -> None:
    go_to(interview, 3)
    pad = interview.question("imza").locator("canvas")
    pad.scroll_into_view_if_needed()
    blank = pad.evaluate(INK)
    pad.evaluate(STROKES, [["pointerdown", 40, 60], ["pointermove", 90, 90]])
    drawn = pad.evaluate(INK)
    assert drawn > blank
    expect(interview.question("imza").get_by_role("status")).not_to_contain_text("İmza kaydedildi")
    pad.evaluate(STROKES, [["pointercancel", 90, 90]])
    expect(interview.question("imza").get_by_role("status")).to_contain_text("İmza kaydedildi")
    # The next stroke is one of its own, beside the first.
    pad.evaluate(
        STROKES, [["pointerdown", 200, 60], ["pointermove", 240, 90], ["pointerup", 240, 90]]
    )
    assert pad.evaluate(INK) > drawn
    style = pad.evaluate(
        "it => [getComputedStyle(it).touchAction, getComputedStyle(it).userSelect]"
    )
    assert style == ["none", "none"]


def test_who_cannot_draw_signs_with_the_keyboard(interview: Tablet) -> None:
    go_to(interview, 3)
    signature = interview.question("imza")
    signature.get_by_label("İmzalayamıyorsanız adınızı yazınız").fill("Nevzat Ergün")
    signature.get_by_role("button", name="Adı imza olarak kullan").press("Enter")
    expect(signature.get_by_role("status")).to_contain_text("İmza kaydedildi")
    signature.get_by_role("button", name="Temizle").press("Enter")
    expect(signature.get_by_role("status")).not_to_contain_text("İmza kaydedildi")
    sign(interview, "imza")


def test_a_row_is_removed_at_once_and_can_be_had_back_as_it_was(interview: Tablet) -> None:
    go_to(interview, 4)
    interview.tap("konu_var", "1")
    rows = interview.page.locator(".repeat").first.locator(".repeat__row")
    add = interview.button("Yeni ekle: Konular ve öneriler")
    add.click()
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_be_focused()
    rows.nth(1).get_by_role("textbox").fill("Yol")
    rows.first.locator(".rowcard__line").click()
    expect(rows.nth(1).get_by_role("textbox")).to_have_count(0)
    expect(rows.nth(1)).to_contain_text("Yol")
    rows.nth(1).locator(".rowcard__line").click()
    rows.nth(1).get_by_role("button", name="Sil: 2. satır").click()
    expect(rows).to_have_count(1)
    expect(interview.button("Geri al: Silindi: Yol")).to_be_focused()
    interview.page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Yol")
    interview.wait_until_saved()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_control(tablet: Tablet, scheme: str) -> None:
    tablet.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    tablet.sign_in(GOVERNOR)
    begin(tablet)
    found: dict[str, list[str]] = {}
    fill_all(tablet, look_with_axe(tablet, found))
    assert found == {}


def test_every_control_is_big_enough_for_a_thumb(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    begin(tablet)
    small: dict[str, list[str]] = {}

    def look(screen: str) -> None:
        if targets := tablet.page.evaluate(TOO_SMALL):
            small[screen] = targets

    fill_all(tablet, look)
    assert small == {}


@pytest.mark.parametrize("letters", [16, 32])
def test_no_control_scrolls_sideways_on_a_phone(
    tablets: Callable[..., Tablet], letters: int
) -> None:
    tablet = tablets(size=dict(PHONE))
    tablet.switch_on()
    tablet.set_letter_size(letters)
    tablet.wait_until_ready()
    tablet.sign_in(GOVERNOR)
    begin(tablet)
    wide: dict[str, list[int]] = {}

    def look(screen: str) -> None:
        scrolled, shown = tablet.page.evaluate(WIDTHS)
        if scrolled > shown:
            wide[screen] = [scrolled, shown]

    fill_all(tablet, look)
    assert wide == {}
