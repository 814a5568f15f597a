"""A private PostgreSQL, started from the installed binaries and gone afterwards."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path

from tests.waiting import PATIENCE, wait_until

ADVICE = "PostgreSQL is not installed: install Debian's package postgresql (or put initdb in PATH)"


def binaries() -> Path | None:
    """The folder that holds initdb and postgres, if there is one."""
    candidates = [shutil.which("initdb")]
    if pg_config := shutil.which("pg_config"):
        found = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(f"{found.stdout.strip()}/initdb")
    candidates += sorted(glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)  # noqa: PTH207
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return Path(candidate).resolve().parent
    return None


@contextmanager
def running_postgresql(**settings: str) -> Iterator[str]:
    """Start a server with its own folder and port; give the URL of its database ``postgres``."""
    folder = binaries()
    if folder is None:
        raise FileNotFoundError(ADVICE)
    with tempfile.TemporaryDirectory(prefix="izdes-postgresql-") as home:
        owner = _unprivileged_owner(Path(home))
        data, port = Path(home) / "data", _free_port()
        log = Path(home) / "log"
        subprocess.run(
            [folder / "initdb", "-D", data, "-U", "izdes", "-A", "trust", "--no-sync",
             "-E", "UTF8", "--locale=C.UTF-8"],
            check=True, stdout=subprocess.DEVNULL, cwd=home, user=owner,
        )  # fmt: skip
        options = {"fsync": "off", "unix_socket_directories": "", "max_connections": "100"}
        flags = [f"-c{name}={value}" for name, value in (options | settings).items()]
        with log.open("w") as output:
            process = subprocess.Popen(
                [folder / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), *flags],
                stdout=output, stderr=output, cwd=home, user=owner,
            )  # fmt: skip
        try:
            _wait_until_ready(folder, port, process, log)
            yield f"postgresql+psycopg://izdes@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGINT)  # at once, whoever is still connected
            process.wait(timeout=PATIENCE)


def _unprivileged_owner(home: Path) -> str | None:
    # PostgreSQL refuses to run as root; the package's own user, or any other, will do.
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    owner = "postgres" if "postgres" in known else "nobody"
    shutil.chown(home, owner)
    return owner


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(folder: Path, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    asked = [folder / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]

    def is_ready() -> bool:
        assert process.poll() is None, f"PostgreSQL did not start:\n{log.read_text()}"
        return subprocess.run(asked, check=False).returncode == 0

    wait_until(is_ready, "PostgreSQL takes connections")
