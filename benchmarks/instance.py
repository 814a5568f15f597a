"""A real İZDES to measure: its own PostgreSQL with fsync, `izdes serve` as a process, real forms."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from server.database import Database
from server.migrations import migrate
from tests.postgresql import running_postgresql

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
CLOCK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Instance:
    """A served instance; ``roots`` are the process ids whose whole trees do its work."""

    url: str
    port: int
    data_dir: Path
    server: int
    postmaster: int

    def cpu_seconds(self) -> dict[str, float]:
        """Give the CPU seconds server and database have used so far."""
        return {
            "server": sum(map(_cpu_seconds, tree(self.server))),
            "database": sum(map(_cpu_seconds, tree(self.postmaster))),
        }

    def memory(self) -> dict[str, float]:
        """Give the proportional memory of server and database, in MB."""
        return {
            "server": memory_of_tree(self.server),
            "database": memory_of_tree(self.postmaster),
        }


@contextmanager
def running_instance(*, workers: int = 2) -> Iterator[Instance]:
    """Start PostgreSQL and an empty instance on it; both are gone afterwards."""
    with running_postgresql(**DURABLE) as url, TemporaryDirectory() as folder:
        database = Database(url)
        migrate(database)
        database.close()
        port = free_port()
        environment = os.environ | {
            "IZDES_DATABASE_URL": url,
            "IZDES_DATA_DIR": folder,
            "IZDES_WORKERS": str(workers),
        }
        with serving(port, environment) as process:
            yield Instance(url, port, Path(folder), process.pid, _postmaster(url))


@contextmanager
def serving(port: int, environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run ``izdes serve`` until the block ends."""
    command = "from server.commands import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", command, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_served(port)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def wait_until_served(port: int, *, seconds: float = 60) -> None:
    """Wait until something answers at ``port``."""
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                connection.sendall(request)
                if b" 200 " in connection.recv(4096):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers at port {port}")


def free_port() -> int:
    """Give a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def tree(root: int) -> list[int]:
    """Give a process and all its descendants."""
    found = [root]
    for process in found:
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def memory_of_tree(root: int) -> float:
    """Give the proportional memory of a process and all its descendants, in MB."""
    return sum(map(_megabytes, tree(root)))


def _postmaster(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
    parent = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    engine.dispose()
    return parent


def _cpu_seconds(process: int) -> float:
    # utime, stime and what children that have ended used: fields 14 to 17 of proc(5).
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / CLOCK


def _megabytes(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
