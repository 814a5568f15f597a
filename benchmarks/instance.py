"""A real İZDES to measure: its own PostgreSQL with fsync, and ``izdes serve`` as a process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from server.migrations import migrate
from server.store.database import Database
from tests.postgresql import running_postgresql
from tests.serving import free_port, serving

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
        """The CPU seconds server and database have used so far."""
        return {
            "server": sum(map(_cpu_seconds, tree(self.server))),
            "database": sum(map(_cpu_seconds, tree(self.postmaster))),
        }

    def memory(self) -> dict[str, float]:
        """The proportional memory of server and database, in MB."""
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
        settings = {
            "IZDES_DATABASE_URL": url,
            "IZDES_DATA_DIR": folder,
            "IZDES_WORKERS": str(workers),
        }
        with serving(port, settings) as process:
            yield Instance(url, port, Path(folder), process.pid, _postmaster(url))


def tree(root: int) -> list[int]:
    """A process and all its descendants."""
    found = [root]
    for process in found:
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):
                found += map(int, task.read_text().split())
    return found


def memory_of_tree(root: int) -> float:
    """The proportional memory of a process and all its descendants, in MB."""
    return sum(map(_megabytes, tree(root)))


def _postmaster(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
    parent = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    engine.dispose()
    return parent


def _cpu_seconds(process: int) -> float:
    try:
        line = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it has just ended; its parent's figures hold what it used
    # utime, stime and what children that have ended used: fields 14 to 17 of proc(5).
    return sum(map(int, line.rpartition(")")[2].split()[11:15])) / CLOCK


def _megabytes(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it has just ended
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
