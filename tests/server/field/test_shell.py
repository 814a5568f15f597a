"""``/field/``: the page that loads the tablet app."""

import re

from flask.testing import FlaskClient

from server.assets.built_files import built_file
from tests.people import GOVERNOR, sign_in


def test_anybody_gets_the_app_without_signing_in(client: FlaskClient) -> None:
    answer = client.get("/field/")
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    for name in ("field_js", "field_css", "icons/icon.svg", "icons/apple-touch-icon.png"):
        assert built_file(name)["url"] in answer.text
    assert '<link rel="manifest" href="/field/manifest.webmanifest">' in answer.text


def test_it_is_the_same_bytes_for_everybody_in_every_language(client: FlaskClient) -> None:
    before = client.get("/field/")
    sign_in(client, GOVERNOR)
    client.set_cookie("lang", "en")
    after = client.get("/field/", headers={"Accept-Language": "en"})
    assert after.data == before.data
    assert "Set-Cookie" not in before.headers


def test_a_browser_asks_again_each_time_and_hears_when_nothing_changed(
    client: FlaskClient,
) -> None:
    answer = client.get("/field/")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get("/field/", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_nothing_on_it_is_inline_or_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/field/").text
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", page) == []
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(addresses) >= 5
    assert all(address.startswith("/") and address[1] != "/" for address in addresses)
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page) == [""]


def test_who_has_no_javascript_is_told_in_both_languages(client: FlaskClient) -> None:
    page = client.get("/field/").text
    assert '<p lang="tr">Bu uygulama için' in page
    assert '<p lang="en">This app needs JavaScript' in page


def test_the_address_without_the_slash_leads_here(client: FlaskClient) -> None:
    assert client.get("/field").headers["Location"].endswith("/field/")
