"""The real server as a process, for tests and benchmarks that need no browser."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.waiting import PATIENCE, wait_until

SERVE = "from server.shell.commands import main; main()"


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
        process.wait(timeout=PATIENCE)


def kill_server(process: "subprocess.Popen[bytes]") -> None:
    """Kill the server and all its workers at once, as a power cut does."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=PATIENCE)


def wait_until_served(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers at ``port``."""
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    def answers() -> bool:
        assert process.poll() is None, f"the server ended before it answered at port {port}"
        try:
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
                connection.sendall(request)
                return b" 200 " in connection.recv(4096)
        except OSError:
            return False

    wait_until(answers, f"something answers at port {port}")


def wait_until_listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a program takes connections at ``port``."""

    def listens() -> bool:
        assert process.poll() is None, f"the program ended before it listened at port {port}"
        try:
            socket.create_connection(("127.0.0.1", port), PATIENCE).close()
        except OSError:
            return False
        return True

    wait_until(listens, f"something listens at port {port}")


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
