"""Slow senders: two hundred bodies that do not end stop nobody, with and without a proxy."""

import http.client
import json
import os
import select
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.assets.built_files import built_files
from server.web.front import JOINED
from tests.serving import free_port, serving, wait_until_listening
from tests.waiting import PATIENCE

SLOW = 200
DOCKER = Path(__file__).parents[2] / "docker"
OLD_CADDY = "buffer_requests\nmax_buffer_size 16MB"


@dataclass(frozen=True)
class Door:
    """Where a tablet connects: the server itself, or a proxy that speaks TLS."""

    port: int
    is_proxy: bool = False

    def connect(self) -> socket.socket:
        """Open a connection; whoever is not answered for a minute fails."""
        connection = socket.create_connection(("127.0.0.1", self.port), 60)
        if not self.is_proxy:
            return connection
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(connection, server_hostname="localhost")

    def begin(self, *, size: int = 1000) -> socket.socket:
        """Send the head of a request and the first byte of its body, signed in nowhere."""
        connection = self.connect()
        connection.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Accept: application/json\r\nContent-Length: %d\r\n\r\na" % size
        )
        return connection

    def ask(self, method: str, path: str, body: bytes = b"") -> http.client.HTTPResponse:
        """Ask as somebody does who is in no hurry to annoy."""
        connection = self.connect()
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-Izdes: 1\r\n"
        head += "Sec-Fetch-Site: same-origin\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        return answer_of(connection)


def answer_of(connection: socket.socket) -> http.client.HTTPResponse:
    """Read an answer, its body included."""
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    answer.body = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


@contextmanager
def server(folder: Path, **changes: str) -> Iterator[Door]:
    """A server of two threads on SQLite."""
    port = free_port()
    settings = {
        "IZDES_DATA_DIR": str(folder / "data"),
        "IZDES_DATABASE_URL": "",
        "IZDES_THREADS": "2",
        **changes,
    }
    with serving(port, settings):
        yield Door(port)


def program(name: str) -> str:
    """A proxy's program."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not installed: run tests/needs")
        pytest.skip(f"{name} is not installed: run tests/needs")
    return found


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "site.pem", folder / "site.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


@contextmanager
def running(command: list[str], port: int, settings: dict[str, str]) -> Iterator[Door]:
    """Run a proxy until the block ends."""
    process = subprocess.Popen(command, env=os.environ | settings, stderr=subprocess.DEVNULL)
    try:
        wait_until_listening(port, process)
        yield Door(port, is_proxy=True)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@contextmanager
def caddy(folder: Path, upstream: Door, *, buffering: bool) -> Iterator[Door]:
    """The Caddyfile of docker/, only that it keeps its hands off port 80."""
    binary, port = program("caddy"), free_port()
    version = subprocess.run([binary, "version"], capture_output=True, text=True, check=True).stdout
    is_old = tuple(map(int, version.lstrip("v").split()[0].split(".")[:2])) < (2, 7)
    shipped = (DOCKER / "Caddyfile").read_text("utf-8")
    assert "admin off" in shipped
    file = folder / "Caddyfile"
    file.write_text(shipped.replace("admin off", f"admin off\n\thttp_port {free_port()}", 1))
    wanted = OLD_CADDY if is_old else shipped_buffering()
    settings = {
        "IZDES_SITE": f"localhost:{port}",
        "IZDES_TLS": " ".join(map(str, certificate(folder))),
        "IZDES_UPSTREAM": f"127.0.0.1:{upstream.port}",
        "IZDES_BUFFERING": wanted if buffering else "",
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = [binary, "run", "--adapter", "caddyfile", "--config", str(file)]
    with running(command, port, settings) as door:
        yield door


def shipped_buffering() -> str:
    """What docker/compose.yaml tells Caddy."""
    lines = (DOCKER / "compose.yaml").read_text("utf-8").splitlines()
    (line,) = [line for line in lines if "IZDES_BUFFERING:" in line]
    return line.partition(":")[2].strip()


@contextmanager
def nginx(folder: Path, upstream: Door) -> Iterator[Door]:
    """The example of docker/, its places filled in, as a process of our own."""
    port, (pem, key) = free_port(), certificate(folder)
    site = (DOCKER / "nginx.conf").read_text("utf-8")
    for placed, meant in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("/etc/ssl/izdes/site.pem", str(pem)),
        ("/etc/ssl/izdes/site.key", str(key)),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream.port}"),
    ):
        assert placed in site
        site = site.replace(placed, meant)
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{name}_temp_path {folder}/{name};\n" for name in names)
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 2048; }}\nhttp {{\naccess_log off;\n{places}{site}}}\n"
    )
    binary = program("nginx")
    command = [binary, "-p", str(folder), "-e", "error.log", "-c", str(folder / "nginx.conf")]
    with running(command, port, {}) as door:
        yield door


DOORS: dict[str, Callable[[Path, Door], "contextmanager[Door]"] | None] = {  # type: ignore[valid-type]
    "the server alone": None,
    "caddy as shipped": lambda folder, door: caddy(folder, door, buffering=True),
    "caddy that does not buffer": lambda folder, door: caddy(folder, door, buffering=False),
    "nginx": nginx,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", DOORS)
def test_two_hundred_slow_bodies_stop_nobody(tmp_path: Path, kind: str) -> None:
    proxy = DOORS[kind]
    with ExitStack() as stack:
        door = stack.enter_context(server(tmp_path, IZDES_TRUSTED_PROXIES="1" if proxy else "0"))
        if proxy:
            door = stack.enter_context(proxy(tmp_path, door))
        slow = [door.begin() for _ in range(SLOW)]
        for connection in slow:
            stack.callback(connection.close)
        for _ in range(5):
            for connection in slow:
                with suppress(OSError):  # given up meanwhile, which is as good
                    connection.sendall(b"b")
            assert door.ask("GET", "/healthz").status == 200
        wrong = {"username": "nobody", "password": "no such password"}
        assert door.ask("POST", "/api/v1/session", json.dumps(wrong).encode()).status == 401


@pytest.mark.slow
def test_a_body_and_a_header_that_do_not_end_are_given_up(tmp_path: Path) -> None:
    with server(tmp_path, IZDES_BODY_SECONDS="1") as door:
        answer = answer_of(door.begin())
        assert (answer.status, json.loads(answer.body)["code"]) == (408, "too_slow")  # type: ignore[attr-defined]
        half = door.connect()
        half.sendall(b"GET /healthz HTTP/1.1\r\nHost: loc")
        # Whatever is said, the connection ends.
        while half.recv(1000):
            pass
        half.close()


@pytest.mark.slow
def test_one_address_has_so_many_bodies_under_way_and_not_more(tmp_path: Path) -> None:
    with server(tmp_path, IZDES_BODIES_PER_ADDRESS="3") as door:
        slow = [door.begin() for _ in range(6)]
        refused = [answer_of(connection) for connection in await_answers(slow, 3)]
        assert {answer.status for answer in refused} == {429}
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
        assert door.ask("GET", "/healthz").status == 200
        waiting = [connection for connection in slow if connection.fileno() >= 0]
        waiting[0].sendall(b"b" * 999)
        assert answer_of(waiting[0]).status == 403
        again = door.begin(size=1)
        assert answer_of(again).status == 403
        for connection in waiting[1:]:
            connection.close()


def await_answers(connections: list[socket.socket], wanted: int) -> list[socket.socket]:
    """Wait until so many have been answered."""
    answered: set[socket.socket] = set()
    while len(answered) < wanted:
        open_ones = [connection for connection in connections if connection not in answered]
        answered |= set(select.select(open_ones, [], [], 60)[0])
    return list(answered)


@pytest.mark.slow
def test_a_large_body_arrives_and_a_large_answer_leaves(tmp_path: Path) -> None:
    with server(tmp_path) as door:
        answer = door.ask("POST", "/api/v1/session", b"[" + b" " * 900_000 + b"]")
        assert answer.status == 422
        assert answer_of(door.begin(size=17_000_000)).status == 413
        largest = max(built_files().values(), key=lambda file: file["size"])
        assert largest["size"] > JOINED
        answer = door.ask("GET", largest["url"])
        assert sha256(answer.body).hexdigest() == largest["digest"]  # type: ignore[attr-defined]
