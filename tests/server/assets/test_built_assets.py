"""What browsers load is built completely, named by content, and served for good."""

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from webassets.exceptions import BundleError

from server.assets.built_files import (
    BUNDLES,
    asset_text,
    asset_url,
    built_file,
    built_files,
    precached_files,
)
from server.assets.bundling import build_assets, generated_types

TREE = Path(__file__).parents[3]
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build_assets(folder)
    return folder


def test_a_build_makes_every_bundle_and_copies_every_icon(built: Path) -> None:
    manifest = build_assets(built)
    icons = {f"icons/{icon.name}" for icon in (TREE / "pwa" / "icons").iterdir()}
    parts = {f"field_js/{file.name}" for file in built.glob("field-js.later-*.js")}
    assert len(parts) == 2
    assert set(manifest) == {*BUNDLES, *icons, *parts}
    for file in manifest.values():
        content = (built / file["url"].removeprefix("/assets/")).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["digest"]
        assert len(content) == file["size"] > 0


def test_building_again_gives_the_same_files_and_leaves_no_old_ones(built: Path) -> None:
    before = sorted(file.name for file in built.iterdir())
    (built / "field-js.0123456789abcdef.js").write_text("of an earlier build")
    build_assets(built)
    assert sorted(file.name for file in built.iterdir()) == before


def test_what_is_served_was_built_from_these_sources(built: Path) -> None:
    assert (built / "manifest.json").read_text() == (
        TREE / "pwa" / "built" / "manifest.json"
    ).read_text(), "pwa/built is stale: run `make assets`"


def test_a_built_file_is_served_for_good_under_the_name_of_its_content(
    client: FlaskClient,
) -> None:
    answer = client.get(asset_url("field_js"))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert hashlib.sha256(answer.data).hexdigest() == built_file("field_js")["digest"]


def test_a_browser_gets_the_compressed_neighbour_it_can_read(client: FlaskClient) -> None:
    url = asset_url("pages_css")
    plain = client.get(url)
    packed = client.get(url, headers={"Accept-Encoding": "gzip"})
    best = client.get(url, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert best.headers["Content-Encoding"] == "br"
    assert {answer.headers["Vary"] for answer in (plain, packed, best)} == {"Accept-Encoding"}
    assert {answer.content_type for answer in (plain, packed, best)} == {"text/css; charset=utf-8"}


@pytest.mark.parametrize("name", ["manifest.json", "../../pyproject.toml", "field-js.js", "a/b"])
def test_nothing_but_built_files_can_be_asked_for(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code == 404


def test_a_missing_bundle_says_what_to_run() -> None:
    with pytest.raises(BundleError, match="izdes assets build"):
        asset_url("never_built")


def test_the_service_worker_keeps_everything_the_tablet_page_loads(client: FlaskClient) -> None:
    kept = {file["url"] for file in kept_files(client)}
    page = client.get("/field/").text
    manifest = client.get("/field/manifest.webmanifest").json
    loaded = set(re.findall(r'(?:src|href)="([^"]+)"', page))
    assert loaded >= {asset_url("field_js"), asset_url("field_css")}
    assert loaded | {icon["src"] for icon in manifest["icons"]} <= kept
    for url in kept:
        assert client.get(url).status_code == 200


def test_style_sheets_and_scripts_of_the_tablet_load_nothing_that_is_not_kept() -> None:
    kept = {file["url"] for file in precached_files()}
    for name in tablet_texts():
        text = asset_text(name)
        assert set(re.findall(r"/assets/[\w./-]+", text)) <= kept
        beside = re.findall(r"""(?:import|from)\s*\(?["']\./([\w.-]+)["']""", text)
        assert {f"/assets/{file}" for file in beside} <= kept
        assert not re.search(r"\burl\((?!['\"]?(?:data:|#))", text)
        assert "@import" not in text


def test_the_script_that_starts_needs_no_other_file_to_start_and_names_every_part() -> None:
    parts = [name for name in built_files() if name.startswith("field_js/")]
    start = asset_text("field_js")
    assert sorted(parts) == sorted(
        f"field_js/{file}" for file in set(re.findall(r"""import\(["']\./([^"']+)""", start))
    )
    assert not re.search(r"""(?:from|import)\s*["']""", start)
    # Otherwise a part would start the app a second time.
    own = built_file("field_js")["url"].split("/")[-1]
    for part in parts:
        assert re.findall(r"""(?:from|import)\s*["']\./([^"']+)""", asset_text(part)) == [own]


def test_the_worker_keeps_every_part_in_the_version_of_its_script(client: FlaskClient) -> None:
    kept = {file["url"]: file["digest"] for file in kept_files(client)}
    parts = [file for name, file in built_files().items() if name.startswith("field_js/")]
    assert len(parts) == 2
    for part in parts:
        assert kept[part["url"]] == part["digest"]
        answer = client.get(part["url"])
        assert answer.headers["Cache-Control"] == IMMUTABLE
        assert answer.content_type == "text/javascript; charset=utf-8"


def test_the_worker_finds_every_file_as_its_digest_says(client: FlaskClient) -> None:
    for file in kept_files(client):
        assert hashlib.sha256(client.get(file["url"]).data).hexdigest() == file["digest"]


def test_a_wheel_serves_without_node_and_without_sources(tmp_path: Path) -> None:
    wheel = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path)]
    subprocess.run([sys.executable, *wheel], cwd=TREE, check=True, capture_output=True)
    installed = tmp_path / "installed"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as archive:
        archive.extractall(installed)
    program = """
from pathlib import Path
from flask import render_template_string
import server
from server.config import Config
assert "installed" in server.__file__
app = server.create_app(Config(data_dir=Path("."), database_url="sqlite:///:memory:"))
with app.test_request_context():
    tag = "{% assets 'field_js' %}{{ ASSET_URL }}{% endassets %}"
    print(app.test_client().get(render_template_string(tag)).status_code)
"""
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PATH": str(tmp_path), "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.strip() == "200", run.stderr


def test_every_file_of_the_manifest_lies_beside_it() -> None:
    for file in built_files().values():
        assert (TREE / "pwa" / "built" / file["url"].split("/")[-1]).exists()


def test_the_types_of_the_tablet_are_those_of_the_models() -> None:
    committed = (TREE / "pwa" / "generated" / "schemas.ts").read_text("utf-8")
    assert generated_types() == committed, "run `izdes assets types`"


def tablet_texts() -> list[str]:
    """The names of the tablet's scripts and styles."""
    return [name for name in built_files() if re.match(r"field_\w*(js|css)\b", name)]


def kept_files(client: FlaskClient) -> list[dict[str, str]]:
    """The list the service worker comes with."""
    first_line = client.get("/field/service-worker.js").text.split("\n")[0]
    precache = json.loads(first_line.removeprefix("self.precache=").removesuffix(";"))
    return list(precache["files"])


def test_the_script_speaks_turkish_and_english_lies_beside_it(client: FlaskClient) -> None:
    texts = json.loads((TREE / "schemas/messages/interview.json").read_text("utf-8"))
    script, english = asset_text("field_js"), asset_text("field_english_js")
    said = [key for key, text in texts.items() if text["tr"] not in text["en"]]
    assert [key for key in said if texts[key]["tr"] not in script] == []
    assert [key for key in said if texts[key]["en"] not in english] == []
    assert not any(
        texts[key]["en"] in script for key in ("resumed", "review_ready", "break_off_ask")
    )
    assert f'data-english="{asset_url("field_english_js")}"' in client.get("/field/").text
    assert asset_url("field_english_js") in {file["url"] for file in precached_files()}
