"""A load generator that costs little: prepared bytes on keep-alive sockets, one event loop."""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Run:
    """What a run measured: seconds per request, and what the server answered."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[bytes, int] = field(default_factory=dict)
    refused: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency that ``share`` of the requests stayed under, in milliseconds."""
        return sorted(self.latencies)[int(share * (len(self.latencies) - 1))] * 1000


@dataclass
class _Connection:
    socket: socket.socket
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)


def hammer(port: int, requests: Iterator[bytes], *, connections: int) -> Run:
    """Send all requests, each connection waiting for its answer before it sends the next."""
    run, selector = Run(), selectors.DefaultSelector()
    started = time.perf_counter()
    for _ in range(connections):
        connection = _Connection(socket.create_connection(("127.0.0.1", port)))
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        _send_next(connection, requests, selector)
    while selector.get_map():
        for key, _ in selector.select():
            connection = key.data
            connection.received += connection.socket.recv(1 << 20)
            if (answer := _complete(connection.received)) is not None:
                run.latencies.append(time.perf_counter() - connection.sent_at)
                _note(run, answer)
                connection.received.clear()
                _send_next(connection, requests, selector)
    run.seconds = time.perf_counter() - started
    return run


def post(path: str, token: str, body: bytes) -> bytes:
    """Spell an HTTP request."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def _send_next(
    connection: _Connection, requests: Iterator[bytes], selector: selectors.BaseSelector
) -> None:
    request = next(requests, None)
    if request is None:
        selector.unregister(connection.socket)
        connection.socket.close()
        return
    connection.sent_at = time.perf_counter()
    connection.socket.sendall(request)


def _complete(received: bytearray) -> bytes | None:
    head, separator, body = bytes(received).partition(b"\r\n\r\n")
    if not separator:
        return None
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    return bytes(received) if len(body) >= length else None


def _note(run: Run, answer: bytes) -> None:
    for status in (b"accepted", b"duplicate", b"conflict", b"quarantined", b"damaged"):
        # A result names its status before its receipt, which holds one of its own.
        found = answer.count(b'","status":"' + status + b'","receipt"')
        run.statuses[status] = run.statuses.get(status, 0) + found
    if not answer.startswith(b"HTTP/1.1 200"):
        run.refused.append(answer)
