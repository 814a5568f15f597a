"""The real server as a process, for tests and benchmarks that need no browser."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

SERVE = "from server.commands import main; main()"


def start_server(port: int, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start ``izdes serve``, in a process group of its own, and wait until it answers."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--port", str(port)],
        env=os.environ | dict(settings),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until_served(port, process)
    except BaseException:
        kill_server(process)
        raise
    return process


@contextmanager
def serving(port: int, settings: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run ``izdes serve`` until the block ends."""
    process = start_server(port, settings)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def kill_server(process: "subprocess.Popen[bytes]") -> None:
    """Kill the server and all its workers at once, as a power cut does."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


def wait_until_served(
    port: int, process: "subprocess.Popen[bytes]", *, seconds: float = 90
) -> None:
    """Wait until the server answers at ``port``."""
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                connection.sendall(request)
                if b" 200 " in connection.recv(4096):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers at port {port}")


def wait_until_listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a program takes connections at ``port``."""
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the program ended before it listened at port {port}")


def free_port() -> int:
    """Give a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
