"""Filling ``forms/her_tur.md`` by hand: every type of question, by touch and by keyboard."""

import re
import struct
import zlib
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from random import Random

from playwright.sync_api import expect
from sqlalchemy import Connection

from server.forms.checking import compile_file
from server.forms.publishing import publish
from server.store.database import Database
from tests.journeys.tablet import Tablet

FORM = Path(__file__).parent / "forms" / "her_tur.md"
TITLE = re.compile("Her tür soru|Every type of question")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
IGDIR = {"latitude": 39.92371, "longitude": 44.04503}

WRITTEN_BY_CAMERA = b"SM-T500 N39.92371 E44.04503 2026:11:21 09:41"
CAMERA = """() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 2400, height: 1800 });
  const context = canvas.getContext('2d');
  for (let column = 0; column < 12; column += 1) {
    context.fillStyle = column % 2 ? 'teal' : 'tan';
    context.fillRect(200 * column, 0, 200, 1800);
  }
  return canvas.toDataURL('image/jpeg');
}"""

Look = Callable[[str], None]


def add_form(file: Path) -> None:
    """Publish the form into a centre's database file."""
    definition, remarks = compile_file(FORM)
    assert definition, remarks
    form = definition

    def add(connection: Connection) -> None:
        publish(connection, form, actor=None)

    database = Database(f"sqlite:///{file}")
    database.write(add)
    database.close()


def begin(tablet: Tablet) -> None:
    """Begin the form outside a visit."""
    tablet.page.get_by_text(re.compile("Ziyaret dışında|Outside a visit")).click()
    tablet.button(TITLE).click()
    tablet.question("bekleyen").wait_for()


def picture(width: int = 2400, height: int = 1800, *, noise: int | None = None) -> bytes:
    """Make a PNG larger than a photo may be, in stripes; with a seed, of noise nobody can press."""
    row = b"\0" + b"".join(
        bytes((40 + 180 * (column // 200 % 2), 120, 140)) for column in range(width)
    )
    if noise is None:
        return _png(width, height, row * height)
    source = Random(noise)
    return _png(width, height, b"".join(b"\0" + source.randbytes(3 * width) for _ in range(height)))


def _png(width: int, height: int, rows: bytes) -> bytes:
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 1)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def taken_by_camera(tablet: Tablet) -> bytes:
    """Make a JPEG as a tablet's camera does, with place and device written into it."""
    drawn = tablet.page.evaluate(CAMERA)
    jpeg = b64decode(drawn.partition(",")[2])
    written = b"Exif\0\0II*\0" + WRITTEN_BY_CAMERA
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(written) + 2) + written + jpeg[2:]


def attach(tablet: Tablet, question: str, content: bytes, name: str = "IMG_0001.png") -> None:
    """Choose a file, as the camera or the gallery hands it over."""
    kinds = {"png": "image/png", "pdf": "application/pdf", "jpg": "image/jpeg"}
    mime = kinds.get(name.rpartition(".")[2], "application/octet-stream")
    tablet.question(question).locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": mime, "buffer": content}
    )


def sign(tablet: Tablet, question: str) -> None:
    """Draw a signature."""
    pad = tablet.question(question).locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    mouse = tablet.page.mouse
    mouse.move(box["x"] + 40, box["y"] + 120)
    mouse.down()
    for step in range(1, 12):
        mouse.move(box["x"] + 40 + 18 * step, box["y"] + 120 - 60 * (step % 3))
    mouse.up()
    kept = tablet.question(question).get_by_text(re.compile("İmza kaydedildi|Signature kept"))
    expect(kept).to_be_visible()


def stand_at(tablet: Tablet, accuracy: float) -> None:
    """Let the tablet know where it is, that exactly."""
    context = tablet.page.context
    context.grant_permissions(["geolocation"], origin=tablet.origin)
    context.set_geolocation({**IGDIR, "accuracy": accuracy})


def fill_numbers(tablet: Tablet, look: Look) -> None:
    """Fill the first section: numbers, a doubt, scales, an order."""
    look("numbers, empty")
    waiting = tablet.question("bekleyen")
    waiting.get_by_role("textbox").fill("72")
    waiting.get_by_role("textbox").blur()
    expect(waiting).to_contain_text(re.compile("50 kişiden fazlası|More than 50"))
    look("numbers, an unusual answer")
    waiting.get_by_role("button", name=re.compile("Yine de doğru|right all the same")).click()
    look("numbers, asking for a reason")
    waiting.get_by_label(re.compile("Neden doğru|Say briefly")).fill("Kimlik yenileme günü")
    waiting.get_by_role("button", name=re.compile("Gerekçeyi kaydet|Keep the reason")).click()
    expect(waiting).to_contain_text("Kimlik yenileme günü")
    tablet.question("alan").get_by_role("textbox").fill("64,5")
    progress = tablet.question("ilerleme")
    progress.get_by_role("textbox").fill("40")
    progress.get_by_role("button", name=re.compile("5 artır|5 more")).click()
    expect(progress.get_by_role("slider")).to_have_value("45")
    slider = tablet.question("puan").get_by_role("slider")
    slider.focus()
    for _ in range(5):
        tablet.page.keyboard.press("ArrowRight")
    expect(tablet.question("puan").get_by_role("textbox")).to_have_value(re.compile("^3[,.]5$"))
    order = tablet.question("oncelik")
    for problem in ("arac", "personel", "yazilim", "bina"):
        order.locator(f'[id="q-oncelik-{problem}"]').click()
    order.locator('[id="q-oncelik-bina-up"]').click()
    expect(order.locator('[id="q-oncelik-bina-up"]')).to_be_focused()
    expect(order.locator(".rank__label").nth(2)).to_have_text(re.compile("Bina|building"))
    tablet.tap("genel", "4")
    tablet.tap("gorulen", "bina")
    tablet.tap("gorulen", "arac")
    look("numbers, filled")


def fill_time_and_place(tablet: Tablet, look: Look) -> None:
    """Fill the second section: a date, a time, a moment, a place."""
    day = tablet.question("gun")
    day.get_by_label(re.compile("^(Gün|Day)$")).fill("21")
    day.locator("select").select_option("11")
    day.get_by_label(re.compile("^(Yıl|Year)$")).fill("2026")
    hour = tablet.question("saat")
    hour.get_by_label(re.compile("^(Saat|Hour)$")).fill("9")
    hour.get_by_label(re.compile("^(Dakika|Minute)$")).fill("5")
    called = tablet.question("cagri")
    called.get_by_role("button", name=re.compile("Şimdi|Now")).click()
    called.get_by_label(re.compile("^(Gün|Day)$")).fill("21")
    called.locator("select").select_option("11")
    called.get_by_label(re.compile("^(Yıl|Year)$")).fill("2026")
    called.get_by_label(re.compile("^(Saat|Hour)$")).fill("09")
    called.get_by_label(re.compile("^(Dakika|Minute)$")).fill("41")
    stand_at(tablet, accuracy=120)
    place = tablet.question("yer")
    place.get_by_role("button", name=re.compile("Konumu al|Get the location")).click()
    expect(place).to_contain_text("± 120 m")
    look("place, not exact enough")
    stand_at(tablet, accuracy=8)
    expect(place).to_contain_text(re.compile("Konum alındı: ± 8 m|Location taken: ± 8 m"))
    look("place and time, filled")


def fill_files(tablet: Tablet, look: Look) -> None:
    """Fill the third section: a photo, a signature, a document."""
    look("files, empty")
    attach(tablet, "foto", taken_by_camera(tablet), "IMG_0001.jpg")
    expect(tablet.question("foto").locator("img")).to_be_visible()
    sign(tablet, "imza")
    attach(tablet, "belge", b"PK\x03\x04 an archive", "arsiv.zip")
    expect(tablet.question("belge").locator(".field__error")).to_be_visible()
    look("files, one refused")
    attach(tablet, "belge", PDF, "talep.pdf")
    expect(tablet.question("belge").get_by_role("link")).to_be_visible()
    look("files, filled")


def fill_topics(tablet: Tablet, look: Look) -> None:
    """Fill the fourth section: rows that are added and removed, rows that are counted."""
    tablet.tap("konu_var", "1")
    names = ["Personel eksikliği", "Silinecek konu", "Bekleme salonu dar"]
    add = tablet.page.get_by_role("button", name=re.compile("Yeni ekle: Konular|Add: Topics"))
    rows = tablet.page.locator(".repeat").first.locator(".repeat__row")
    for number, name in enumerate(names):
        if number > 0:
            add.click()
        expect(rows).to_have_count(number + 1)
        rows.nth(number).get_by_role("textbox").fill(name)
    rows.nth(1).locator(".rowcard__line").click()
    look("topics, one open between two folded")
    rows.nth(1).get_by_role("button", name=re.compile("Sil: 2. satır|Remove: Entry 2")).click()
    expect(rows).to_have_count(2)
    look("topics, one just removed")
    rows.nth(1).locator(".rowcard__line").click()
    expect(rows.nth(1)).to_contain_text("Bekleme salonu dar")
    rows.nth(1).locator("input[type=file]").first.set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture(300, 200)}
    )
    expect(rows.nth(1).locator("img")).to_be_visible()
    tablet.question("kac_birim").get_by_role("textbox").fill("2")
    counted = tablet.page.locator(".repeat").nth(1).locator(".repeat__row")
    expect(counted).to_have_count(2)
    counted.first.locator(".rowcard__line").click()
    counted.first.get_by_role("textbox").fill("Pasaport")
    tablet.question("not_metni").get_by_role("textbox").fill("Teşekkürler")
    look("topics, filled")


SECTIONS: tuple[Callable[[Tablet, Look], None], ...] = (
    fill_numbers,
    fill_time_and_place,
    fill_files,
    fill_topics,
)


def fill_all(tablet: Tablet, look: Look) -> None:
    """Fill every section and stand at the review."""
    for section in SECTIONS:
        section(tablet, look)
        tablet.go_on()
