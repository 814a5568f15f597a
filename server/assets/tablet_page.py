"""The tablet app's door: ``/field/``, its manifest, the notice for respondents, the service worker.

All are the same bytes for everybody, whoever is signed in and whatever language is chosen, so that
the worker, which keeps the app offline, can check what it keeps against the digests it was built
with.
"""

import hashlib
import json
from typing import Final

from flask import Blueprint, Response, render_template, request

from schemas.rules.notice import notice_text
from schemas.wording import LANGUAGES, say
from server.assets.built_files import asset_text, asset_url, precached_files
from server.version import VERSION
from server.web.access import allow_public

blueprint = Blueprint("field", __name__, url_prefix="/field")

SHELL: Final = "/field/"
MANIFEST: Final = "/field/manifest.webmanifest"
NOTICE: Final = "/field/notice.json"
LANGUAGE: Final = "tr"
"""The shell's own language; the app speaks the one the officer chose."""
BAR: Final = "#083b45"
PAPER: Final = "#f4f6f5"
"""--petrol-5 and --grey-1 of pwa/css/tokens.css, where no style sheet reaches."""


@blueprint.get("/")
@allow_public
def shell() -> Response:
    """Serve the page that loads the app."""
    return _revalidated(_shell_text(), "text/html; charset=utf-8")


@blueprint.get("/manifest.webmanifest")
@allow_public
def manifest() -> Response:
    """Serve what a browser needs to install the app on the home screen."""
    return _revalidated(_manifest_text(), "application/manifest+json")


@blueprint.get("/notice.json")
@allow_public
def notice() -> Response:
    """Serve what respondents are told about their data, so that it can be shown without network."""
    return _revalidated(notice_text(), "application/json")


@blueprint.get("/service-worker.js")
@allow_public
def service_worker() -> Response:
    """Serve the worker with the list of what it keeps in front of it."""
    precache = json.dumps(precache_list(), separators=(",", ":"))
    script = f"self.precache={precache};\n{asset_text('service_worker_js')}"
    return _revalidated(script, "text/javascript; charset=utf-8")


def precache_list() -> dict[str, object]:
    """Address and digest of every file the app needs, under a version made of them."""
    files = [
        {"url": SHELL, "digest": _digest(_shell_text())},
        {"url": MANIFEST, "digest": _digest(_manifest_text())},
        {"url": NOTICE, "digest": _digest(notice_text())},
        *precached_files(),
    ]
    return {"version": _digest(json.dumps(files))[:16], "shell": SHELL, "files": files}


def _shell_text() -> str:
    return render_template(
        "field/index.html",
        title=say("field.title", LANGUAGE),
        shell_language=LANGUAGE,
        needs_script={language: say("field.needs_script", language) for language in LANGUAGES},
        bar=BAR,
        manifest=MANIFEST,
        version=VERSION,
    )


def _manifest_text() -> str:
    content = {
        "id": SHELL,
        "name": say("field.title", LANGUAGE),
        "short_name": say("field.name", LANGUAGE),
        "description": say("field.description", LANGUAGE),
        "lang": LANGUAGE,
        "start_url": SHELL,
        "scope": SHELL,
        "display": "standalone",
        "theme_color": BAR,
        "background_color": PAPER,
        "icons": [
            _icon("icon-192.png", "192x192", "any"),
            _icon("icon-512.png", "512x512", "any"),
            _icon("maskable-512.png", "512x512", "maskable"),
        ],
    }
    return json.dumps(content, ensure_ascii=False)


def _icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    source = asset_url(f"icons/{name}")
    return {"src": source, "sizes": sizes, "type": "image/png", "purpose": purpose}


def _revalidated(text: str, content_type: str) -> Response:
    response = Response(text, content_type=content_type)
    # A new version must be seen at the next load; between versions the answer is 304.
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]  # typed as the base


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
