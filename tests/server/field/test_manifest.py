"""``/field/manifest.webmanifest``: what makes the app installable."""

from flask.testing import FlaskClient

from server.assets import tablet_page
from server.assets.built_files import PWA


def test_it_names_the_app_in_turkish_and_starts_it_at_field(client: FlaskClient) -> None:
    answer = client.get("/field/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    assert answer.headers["Cache-Control"] == "no-cache"
    manifest = answer.get_json(force=True)
    assert (manifest["short_name"], manifest["lang"]) == ("İZDES", "tr")
    assert manifest["start_url"] == manifest["scope"] == manifest["id"] == "/field/"
    assert manifest["display"] == "standalone"


def test_every_icon_is_served_and_one_may_be_masked(client: FlaskClient) -> None:
    icons = client.get("/field/manifest.webmanifest").get_json(force=True)["icons"]
    assert {(icon["sizes"], icon["purpose"]) for icon in icons} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in icons:
        answer = client.get(icon["src"])
        assert (answer.status_code, answer.content_type) == (200, icon["type"])


def test_its_colours_are_those_of_the_tokens() -> None:
    tokens = (PWA / "css" / "tokens.css").read_text("utf-8")
    assert f"--petrol-5: {tablet_page.BAR};" in tokens
    assert f"--grey-1: {tablet_page.PAPER};" in tokens
