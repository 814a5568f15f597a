"""A network that puts its own sign-in page between the tablet and the centre."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE = "<!doctype html><title>Otel</title><h1>Otel internetine hoş geldiniz</h1>".encode()


@contextmanager
def portal(centre: Centre, status: int) -> Iterator[None]:
    """Answer in the centre's place, as such networks do."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/giris" else status)
            self.send_header("Location", "/giris")
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    host, _, port = centre.origin.removeprefix("http://").partition(":")
    server = ThreadingHTTPServer((host, int(port)), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def look_again(tablet: Tablet) -> None:
    """Do what a browser does when the network changes."""
    tablet.run_in_page("window.dispatchEvent(new Event('online'))")


def test_a_portal_is_named_however_it_answers_until_the_centre_is_reached(
    tablet: Tablet, centre: Centre
) -> None:
    tablet.sign_in(GOVERNOR)
    mark = tablet.page.locator(".connection")
    expect(mark).to_have_text("Çevrimiçi")
    centre.stop()
    for status in (302, 200, 511):
        with portal(centre, status):
            look_again(tablet)
            expect(mark).to_have_text("Ağ giriş istiyor")
            notice = tablet.page.get_by_text("Bu ağ önce bir giriş sayfası istiyor.")
            expect(notice).to_be_visible()
            link = tablet.page.get_by_role("link", name="Ağın giriş sayfasını aç")
            with tablet.page.context.expect_page() as opened:
                link.click()
            expect(opened.value.get_by_text("Otel internetine hoş geldiniz")).to_be_visible()
            opened.value.close()
        look_again(tablet)
        expect(mark).to_have_text("Merkeze ulaşılamıyor")
    centre.start()
    look_again(tablet)
    expect(mark).to_have_text("Çevrimiçi")
    expect(notice).to_have_count(0)


def test_a_new_officer_behind_a_portal_is_told_why_and_may_begin(
    tablet: Tablet, centre: Centre
) -> None:
    centre.stop()
    with portal(centre, 302):
        tablet.type_credentials(GOVERNOR)
        first = tablet.page.get_by_text(
            "Bu ağ önce bir giriş sayfası istiyor. Bu yüzden kimliğiniz"
        )
        expect(first).to_be_visible()
        tablet.sign_in(GOVERNOR)
        expect(tablet.page.get_by_text("Kimliğiniz doğrulanacak")).to_be_visible()
    centre.start()
    look_again(tablet)
    expect(tablet.page.get_by_text("Kimliğiniz doğrulanacak")).to_have_count(0)
