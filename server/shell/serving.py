"""``izdes serve``: migrate, then serve with granian; the application itself is plain WSGI."""

import errno
import gc
import multiprocessing
import resource
import socket
import subprocess
import sys
import threading
import time
from importlib import import_module
from ipaddress import ip_address
from typing import Any

import click
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from schemas.wording import say
from server import BLUEPRINTS
from server.assets.built_files import MANIFEST
from server.config import Config
from server.store.data_folder import keep_private, make_folder

SECONDS_TO_FINISH = 20
SECONDS_FOR_HEADERS = 15
CONNECTIONS = 65_536


def serve(
    host: str, port: int, *, language: str, welcome: str = "commands.serving", **said: object
) -> None:
    """Serve until a signal says to stop; requests under way are finished first.

    ``welcome`` is the text printed once the address answers; ``said`` fills its other places.
    """
    config = Config.from_environment()
    keep_private()
    make_folder(config.data_dir)
    if not MANIFEST.exists():
        raise click.ClickException(say("commands.assets_missing", language))
    free = _free_port(host, port)
    if free is None:
        raise click.ClickException(say("commands.port_taken", language, port=port))
    if not _prepared_apart():
        raise click.ClickException(say("commands.database_unreachable", language))
    if config.workers > 1 and multiprocessing.get_start_method() == "fork":
        _load_before_forking()
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    shown = "localhost" if reached in {"127.0.0.1", "::1"} else host
    text = say(welcome, language, address=f"http://{shown}:{free}", **said)
    if is_open_without_encryption(host, config):
        click.echo(say("commands.open_without_encryption", language, host=host), err=True)
    _allow_connections()
    _Announced(
        "server.wsgi:front",
        address=host,
        port=free,
        interface=Interfaces.RSGI,
        workers=config.workers,
        # The front counts what is under way, per address; granian would stop listening instead.
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(
            header_read_timeout=1000 * min(SECONDS_FOR_HEADERS, config.body_seconds)
        ),
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_FINISH,
    ).serve_and_say(text, reached)


def is_open_without_encryption(host: str, config: Config) -> bool:
    """Tell whether others on the network reach us with nothing before us that encrypts."""
    return not config.trusted_proxies and not _is_of_this_machine(host)


def _is_of_this_machine(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class _Announced(Granian):  # type: ignore[misc, valid-type]  # chosen at run time
    """Granian that says where it listens once it does."""

    def serve_and_say(self, text: str, reached: str) -> None:
        self._announcement = threading.Thread(
            target=_say_when_reached, args=(text, reached, self.bind_port), daemon=True
        )
        self.serve()

    def _spawn_workers(self, *arguments: Any) -> None:
        super()._spawn_workers(*arguments)
        # Only now: a thread that runs while workers are forked could leave them a held lock.
        self._announcement.start()


def _say_when_reached(text: str, host: str, port: int) -> None:
    while True:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            print(text, flush=True)  # noqa: T201
            return


def _allow_connections() -> None:
    """Take as many files and connections as the system lets us, not the thousand of a terminal."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS if most == resource.RLIM_INFINITY else min(CONNECTIONS, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _load_before_forking() -> None:
    """Load the code once for all workers: what is loaded here they share."""
    for module in (
        *BLUEPRINTS,
        "server.assets.built_files",
        "server.web.front",
        "sqlalchemy.dialects.postgresql.psycopg",
        "psycopg",
    ):
        import_module(module)
    gc.freeze()


def _free_port(host: str, port: int) -> int | None:
    """The port to listen on (any free one for 0), or nothing if another program has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return None
            raise
        free: int = probe.getsockname()[1]
    return free


def _prepared_apart() -> bool:
    # In a process of its own: Alembic and SQLAlchemy would stay in this one's memory for ever.
    prepare = [sys.executable, "-m", "server.shell.preparing"]
    return subprocess.run(prepare, check=False).returncode == 0  # noqa: S603  our own module
