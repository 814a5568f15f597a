"""``/field/service-worker.js``: the worker and the list of what it keeps."""

import hashlib
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.assets import tablet_page
from server.assets.built_files import built_files

WORKER = "/field/service-worker.js"


def precache(client: FlaskClient) -> dict[str, Any]:
    first, _, rest = client.get(WORKER).text.partition("\n")
    match = re.fullmatch(r"self\.precache=(\{.*\});", first)
    assert match
    assert rest.strip()
    return dict(json.loads(match[1]))


def test_it_is_a_script_that_every_start_asks_for_anew(client: FlaskClient) -> None:
    answer = client.get(WORKER)
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get(WORKER, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_every_file_on_its_list_is_served_with_exactly_that_digest(client: FlaskClient) -> None:
    files = precache(client)["files"]
    for file in files:
        answer = client.get(file["url"])
        assert answer.status_code == 200
        assert hashlib.sha256(answer.data).hexdigest() == file["digest"], file["url"]


def test_the_list_holds_everything_the_page_loads_and_nothing_of_the_desk(
    client: FlaskClient,
) -> None:
    urls = {file["url"] for file in precache(client)["files"]}
    loaded = set(re.findall(r'(?:src|href)="([^"]*)"', client.get("/field/").text))
    icons = {icon["src"] for icon in client.get(tablet_page.MANIFEST).get_json(force=True)["icons"]}
    assert loaded | icons | {"/field/"} <= urls
    desk = {built_files()[name]["url"] for name in ("plotly_js", "dashboard_js", "pages_css")}
    assert not desk & urls
    assert not any(url.startswith("/api/") for url in urls)


def test_any_change_of_a_file_is_a_new_version(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, script = precache(client), client.get(WORKER).data
    assert client.get(WORKER).data == script
    monkeypatch.setattr(tablet_page, "VERSION", "of tomorrow")
    assert precache(client)["version"] != before["version"]


def test_it_never_takes_over_by_itself(client: FlaskClient) -> None:
    script = client.get(WORKER).text
    assert script.count("skipWaiting") == 1
    assert re.search(r'"take-over"[^;]{0,40}skipWaiting\(\)', script)
