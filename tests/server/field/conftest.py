"""A real Chromium in front of the real application, and a hostile network between them."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Playwright
from werkzeug.serving import make_server

from server import create_app
from server.config import Config
from tests.browser import FLAGS, PATIENCE, chromium

PORTAL = b"<h1>Otel internetine hos geldiniz</h1>"


@dataclass
class Network:
    """What lies between tablet and server. It can go away, or answer in the server's place."""

    app: Any
    port: int = 0
    asked: list[str] = field(default_factory=list)
    in_between: Callable[[str], bytes | None] = lambda _path: None
    is_down: bool = False

    @property
    def origin(self) -> str:
        """Where the browser finds the server; only localhost is trusted without TLS."""
        return f"http://localhost:{self.port}"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass a request on, or not."""
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if self.is_down:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError
        if (page := self.in_between(path)) is not None:
            start_response("200 OK", [("Content-Type", "text/html")])
            return [page]
        answer: Iterable[bytes] = self.app(environ, start_response)
        return answer


@pytest.fixture
def network(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Network]:
    """The application on a port of its own, with its network."""
    file = shutil.copy(migrated_sqlite, tmp_path / "izdes.sqlite3")
    app = create_app(Config(data_dir=tmp_path, database_url=f"sqlite:///{file}", threads=2))
    network = Network(app)
    server = make_server("127.0.0.1", 0, network, threaded=True)
    network.port = server.port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield network
    server.shutdown()
    server.server_close()
    app.extensions["izdes.database"].close()


@pytest.fixture
def tablet(driver: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser with a profile of its own."""
    context = driver.chromium.launch_persistent_context(
        tmp_path / "profile",
        executable_path=chromium(),
        headless=True,
        args=list(FLAGS),
        viewport={"width": 820, "height": 1180},
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()
