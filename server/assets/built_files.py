"""What a browser loads: files built once by ``izdes assets build``, each named by its content.

A served İZDES needs no Node: it reads ``pwa/built/manifest.json`` and the files beside it.
"""

import json
import mimetypes
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypedDict

from flask import Blueprint, Flask, Response, request, send_from_directory
from flask_assets import Environment as FlaskEnvironment
from webassets import Bundle
from webassets.exceptions import BundleError
from webassets.version import Manifest
from werkzeug.exceptions import NotFound

from server.web.access import allow_public

PWA: Final = Path(__file__).parents[2] / "pwa"
BUILT: Final = PWA / "built"
MANIFEST: Final = BUILT / "manifest.json"
URL: Final = "/assets"
YEAR: Final = 365 * 24 * 3600
ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
"""Compressed neighbours of a built file, best first."""


class BundlePlan(NamedTuple):
    """A file to build: esbuild follows the imports of an entry, parts are put one after another."""

    kind: str
    sources: tuple[str, ...]
    format: str | None = None
    """Of a script: ``esm`` or ``iife``."""
    language: str = ""
    """The only one whose sentences it carries; blank: it carries none."""
    is_bundled: bool = True
    has_parts: bool = False
    """Cut at ``import()``: what is seldom needed lies in files beside it (ADR 0037)."""


BUNDLES: Final = {
    "field_js": BundlePlan("js", ("main.tsx",), "esm", "tr", has_parts=True),
    "field_english_js": BundlePlan("js", ("texts.ts",), "esm", "en"),
    "field_css": BundlePlan("css", ("css/field.css",)),
    "service_worker_js": BundlePlan("js", ("service-worker.ts",), "iife"),
    "dashboard_js": BundlePlan("js", ("dashboard/main.ts",), "esm"),
    "pages_css": BundlePlan("css", ("css/pages.css",)),
    # The stub must be there before Plotly starts: see pwa/dashboard/plotly-offline.js.
    "plotly_js": BundlePlan(
        "js",
        (
            "dashboard/plotly-offline.js",
            "../node_modules/plotly.js-geo-dist-min/plotly-geo.min.js",
        ),
        is_bundled=False,
    ),
}
"""Every bundle by the name templates use."""

COPIES: Final = "icons/*"
"""Files of ``pwa/`` that are only renamed by content; known by their path."""

TABLET: Final = ("field_js", "field_english_js", "field_css", "icons/")
"""What the tablet loads, by name or by the beginning of a name: it must work offline.

A part of a script is known by the script's name, a slash, and its file.
"""


class BuiltFile(TypedDict):
    """A line of the manifest. ``digest`` is SHA-256 in hex, ``integrity`` the same for browsers."""

    url: str
    version: str
    size: int
    digest: str
    integrity: str


blueprint = Blueprint("assets", __name__)


def register_assets(app: Flask) -> None:
    """Templates the Flask-Assets tag and ``asset_url``."""
    environment = FlaskEnvironment(app)
    define_bundles(environment)
    app.jinja_env.globals["asset_url"] = asset_url


def define_bundles(environment: Any, folder: Path = BUILT) -> None:
    """Tell a webassets environment where sources and results lie and which bundles there are."""
    environment.directory = str(folder)
    environment.url = URL
    environment.load_path = [str(PWA)]
    environment.auto_build = False
    environment.debug = False
    # Left on, webassets would keep its cache where browsers can read it.
    environment.cache = False
    environment.versions = "hash:16"
    environment.manifest = BuiltManifest()
    for name, plan in BUNDLES.items():
        output = f"{name.replace('_', '-')}.%(version)s.{plan.kind}"
        environment.register(name, Bundle(*plan.sources, output=output, extra={"name": name}))


class BuiltManifest(Manifest):  # type: ignore[misc]  # webassets carries no types
    """Tells webassets the version of a built bundle, so that no source is needed to serve it."""

    def query(self, bundle: Any, _context: object) -> str:
        """The version."""
        return built_file(bundle.extra["name"])["version"]

    def remember(self, bundle: object, context: object, version: str) -> None:
        """Leave it to the build, which writes the manifest once everything is built."""


@cache
def built_files() -> dict[str, BuiltFile]:
    """The manifest: name → file."""
    try:
        return dict(json.loads(MANIFEST.read_text("utf-8")))
    except FileNotFoundError:
        return {}


def built_file(name: str) -> BuiltFile:
    """One built file."""
    try:
        return built_files()[name]
    except KeyError:
        raise BundleError(f"{name} is not built: run `izdes assets build`") from None


def asset_url(name: str) -> str:
    """The address of a bundle or of a copied file such as ``icons/icon.svg``."""
    return built_file(name)["url"]


def asset_text(name: str) -> str:
    """The content of a built text file."""
    return (BUILT / built_file(name)["url"].removeprefix(f"{URL}/")).read_text("utf-8")


def precached_files() -> Iterator[dict[str, str]]:
    """Address and digest of all that the tablet ever loads: the service worker's list."""
    for name, file in built_files().items():
        if name.startswith(TABLET):
            yield {"url": file["url"], "digest": file["digest"]}


@blueprint.get(f"{URL}/<path:name>")
@allow_public
def asset(name: str) -> Response:
    """Serve a built file: its name changes with its content, so it may be kept for good."""
    if name not in served_names():
        raise NotFound
    response = _best_encoding(name)
    response.content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if response.content_type.startswith("text/"):
        response.content_type += "; charset=utf-8"
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    del response.headers["Content-Disposition"]  # it would name the compressed neighbour
    response.headers.add("Vary", "Accept-Encoding")
    return response


@cache
def served_names() -> frozenset[str]:
    """The files a browser may ask for: those of the manifest, nothing else in the folder."""
    return frozenset(file["url"].removeprefix(f"{URL}/") for file in built_files().values())


def _best_encoding(name: str) -> Response:
    for encoding, suffix in ENCODINGS:
        if request.accept_encodings[encoding]:
            # Not every file has a packed neighbour, and a new build takes old ones away.
            with suppress(NotFound):
                response = send_from_directory(BUILT, name + suffix)
                response.headers["Content-Encoding"] = encoding
                return response
    return send_from_directory(BUILT, name)
