"""What stands between the network and the application's threads: bodies are collected here.

A thread that reads a body itself waits for whoever sends it: eight senders of a byte a second would
hold eight threads, and nobody else was answered. Here a request reaches a thread once its body is
whole; until then it costs memory that is counted, per address and in all, and time that ends.
Granian's interface RSGI calls this; any other WSGI server needs a proxy before it that buffers.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from typing import Any, Final

from flask import Flask, request

from schemas.problems import Problem
from server.config import Config

LARGEST: Final = 16_000_000
"""No route takes more; each says itself how much less it takes."""
OF_ADDRESS: Final = 64_000_000
OF_ALL: Final = 256_000_000
"""Bytes of unfinished bodies that a process holds."""
SMALL: Final = 65_536
"""A body up to this size is asked for in one piece, which costs less."""
JOINED: Final = 1_000_000
"""An answer up to this size leaves at once; what is larger, as it is read."""
SECONDS_TO_READ: Final = 120
"""How long a piece of a large answer waits for its reader."""

REFUSED: Final = "izdes.refused"
"""Key of a request's environment: the problem of a body that was not waited for."""

Application = Callable[..., Iterable[bytes]]
Environment = dict[str, Any]


def register_front(app: Flask) -> None:
    """Answer what the front refused as every problem is answered."""
    app.before_request(_refuse)


def _refuse() -> None:
    if code := request.environ.get(REFUSED):
        raise Problem(code)


@dataclass(frozen=True)
class Answer:
    """What the application said; ``more`` is what has not been read of it yet."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    more: Iterator[bytes] | None = None


class Front:
    """The application as granian calls it."""

    def __init__(self, application: Application, config: Config) -> None:
        self._application = application
        self._config = config
        self._threads = ThreadPoolExecutor(config.threads, "izdes-request")
        self._bodies: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._held_in_all = 0

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        address = _address(scope, self._config.trusted_proxies)
        body = await self._collected(scope, protocol, address)
        environment = _environment(scope)
        if isinstance(body, Problem):
            environment[REFUSED] = body.code
            environment["wsgi.input"] = BytesIO()
            environment["CONTENT_LENGTH"] = "0"
        else:
            environment["wsgi.input"] = BytesIO(body)
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._threads, _ask, self._application, environment)
        if isinstance(body, Problem) and scope.http_version.startswith("1"):
            answer.headers.append(("Connection", "close"))
        if answer.more is None:
            protocol.response_bytes(answer.status, answer.headers, answer.body)
        else:
            await self._stream(answer, answer.more, protocol)

    async def _collected(self, scope: Any, protocol: Any, address: str) -> bytes | Problem:
        """Wait for a body, but not for ever, and not for too many of one address."""
        expected = _expected(scope)
        if expected == 0:
            return b""
        if expected is not None and expected > LARGEST:
            return Problem("too_large")
        if self._bodies[address] >= self._config.bodies_per_address:
            return Problem("too_many_at_once")
        self._bodies[address] += 1
        try:
            async with asyncio.timeout(self._config.body_seconds):
                body = await self._read(protocol, address, expected)
        except TimeoutError:
            return Problem("too_slow")
        finally:
            self._bodies[address] -= 1
            if not self._bodies[address]:
                del self._bodies[address]
        if isinstance(body, Problem) or expected in {None, len(body)}:
            return body
        # Whoever left in the middle does not hear this, and a part is not taken for the whole.
        return Problem("bad_request")

    async def _read(self, protocol: Any, address: str, expected: int | None) -> bytes | Problem:
        """Read a body to its end; what is held of it is counted until then."""
        counted = expected if expected is not None and expected <= SMALL else 0
        pieces: list[bytes] = []
        self._count(address, counted)
        try:
            if counted:
                return await protocol()  # type: ignore[no-any-return]
            async for piece in protocol:
                pieces.append(piece)
                counted += len(piece)
                self._count(address, len(piece))
                if fault := self._fault(counted, address):
                    return fault
            return b"".join(pieces)
        finally:
            self._count(address, -counted)

    def _count(self, address: str, size: int) -> None:
        self._held[address] += size
        self._held_in_all += size
        if not self._held[address]:
            del self._held[address]

    def _fault(self, size: int, address: str) -> Problem | None:
        if size > LARGEST:
            return Problem("too_large")
        if self._held[address] > OF_ADDRESS:
            return Problem("too_many_at_once")
        return Problem("busy") if self._held_in_all > OF_ALL else None

    async def _stream(self, answer: Answer, more: Iterator[bytes], protocol: Any) -> None:
        """Send a large answer piece by piece; each is made once the one before it is on its way."""
        loop = asyncio.get_running_loop()
        transport = protocol.response_stream(answer.status, answer.headers)
        piece: bytes | None = answer.body
        try:
            while piece is not None:
                async with asyncio.timeout(SECONDS_TO_READ):
                    await transport.send_bytes(piece)
                piece = await loop.run_in_executor(self._threads, next, more, None)
        finally:
            await loop.run_in_executor(self._threads, more.close)  # type: ignore[attr-defined]


def _ask(application: Application, environment: Environment) -> Answer:
    status = 0
    headers: list[tuple[str, str]] = []

    def start(line: str, given: list[tuple[str, str]], _error: object = None) -> None:
        nonlocal status, headers
        status, headers = int(line[:3]), list(given)

    pieces = _closing(application(environment, start))
    beginning, size = [], 0
    for piece in pieces:
        beginning.append(piece)
        size += len(piece)
        if size > JOINED:
            return Answer(status, headers, b"".join(beginning), pieces)
    return Answer(status, headers, b"".join(beginning))


def _closing(answer: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from answer
    finally:
        if close := getattr(answer, "close", None):
            close()


def _expected(scope: Any) -> int | None:
    """Tell how long the body will be; nothing where that is not said."""
    length = scope.headers.get("content-length")
    if length is not None:
        return int(length) if length.isdecimal() else LARGEST + 1
    is_open = "transfer-encoding" in scope.headers or not scope.http_version.startswith("1")
    return None if is_open and scope.method not in {"GET", "HEAD"} else 0


def _address(scope: Any, proxies: int) -> str:
    """Tell who sends: what the outermost of our own proxies saw."""
    client: str = scope.client.rpartition(":")[0].strip("[]")
    if not proxies:
        return client
    named = (value for name, value in scope.headers.items() if name == "x-forwarded-for")
    seen = list(chain.from_iterable(value.split(",") for value in named))
    return seen[-proxies].strip() if len(seen) >= proxies else client


def _environment(scope: Any) -> Environment:
    """Say a request in the words of WSGI (PEP 3333)."""
    host, _, port = scope.server.rpartition(":")
    environment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # WSGI carries bytes as Latin-1.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.authority:
        environment["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        # A name with an underscore would pass for one with a hyphen that a proxy has set.
        if "_" not in name:
            _add_header(environment, name.upper().replace("-", "_"), value)
    return environment


def _add_header(environment: Environment, name: str, value: str) -> None:
    key = name if name in {"CONTENT_LENGTH", "CONTENT_TYPE"} else f"HTTP_{name}"
    joint = "; " if key == "HTTP_COOKIE" else ","
    environment[key] = f"{environment[key]}{joint}{value}" if key in environment else value
