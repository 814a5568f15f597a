"""Every setting, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from schemas.problems import Problem

SETTINGS = {
    "IZDES_DATA_DIR": "Folder for everything an embedded instance keeps. Default: ./data",
    "IZDES_DATABASE_URL": "SQLAlchemy URL. Default: SQLite in the data folder",
    "IZDES_WORKERS": "Server processes; more than one needs PostgreSQL. Default: 1, PostgreSQL: 2",
    "IZDES_THREADS": "Request threads per process. Default: 8",
    "IZDES_BODY_SECONDS": "How long the body of a request may take to arrive. Default: 120",
    "IZDES_BODIES_PER_ADDRESS": "Requests of one address that may arrive at once. Default: 256",
    "IZDES_RECORDS_PER_MINUTE": "Records a tablet may send per minute; 0: any. Default: 60000",
    "IZDES_CORRECTION_DAYS": "Days in which an officer may correct a delivered record. Default: 7",
    "IZDES_RELEASES_WAIT": (
        "1: a figure waits while the plan promises fewer than 15 more answers, which could never"
        " count alone; 0: it moves with every ten. Default: 1"
    ),
    "IZDES_SECOND_FACTOR": (
        "offered: whoever has set up a second factor is asked for it; required: the office opens"
        " only with one. Default: offered"
    ),
    "IZDES_TRUSTED_PROXIES": "Number of reverse proxies whose X-Forwarded-* counts. Default: 0",
    "IZDES_LANGUAGE": "Language of the terminal: tr or en. Default: tr",
    "IZDES_TRACEBACK": "1 prints the whole traceback when a command fails. Default: one line",
}
"""Name and meaning of each setting; docs/guide prints this table."""

OF_OTHERS = (
    "IZDES_SITE",
    "IZDES_TLS",
    "IZDES_UPSTREAM",
    "IZDES_BUFFERING",
    "IZDES_DATABASE_PASSWORD",
    "IZDES_SOAK",
    "IZDES_CHROMIUM",
)
"""What the proxy, the composition of containers and the tests read."""


@dataclass(frozen=True)
class Config:
    """Settings of one running instance."""

    data_dir: Path
    database_url: str
    workers: int = 1
    threads: int = 8
    body_seconds: int = 120
    bodies_per_address: int = 256
    records_per_minute: int = 60_000
    trusted_proxies: int = 0
    correction_days: int = 7
    releases_wait: bool = True
    second_factor: str = "offered"

    @classmethod
    def from_environment(cls) -> "Config":
        """Read the settings from the environment."""
        data_dir = Path(os.environ.get("IZDES_DATA_DIR", "data")).resolve()
        url = os.environ.get("IZDES_DATABASE_URL") or f"sqlite:///{data_dir / 'izdes.sqlite3'}"
        embedded = url.startswith("sqlite")
        return cls(
            data_dir=data_dir,
            database_url=url,
            workers=1 if embedded else _whole("IZDES_WORKERS", 2, least=1),
            threads=_whole("IZDES_THREADS", 8, least=1),
            body_seconds=_whole("IZDES_BODY_SECONDS", 120, least=1),
            bodies_per_address=_whole("IZDES_BODIES_PER_ADDRESS", 256, least=1),
            records_per_minute=_whole("IZDES_RECORDS_PER_MINUTE", 60_000),
            correction_days=_whole("IZDES_CORRECTION_DAYS", 7),
            releases_wait=_whole("IZDES_RELEASES_WAIT", 1) != 0,
            second_factor=_one_of("IZDES_SECOND_FACTOR", "offered", "required"),
            trusted_proxies=_whole("IZDES_TRUSTED_PROXIES", 0),
        )


def misspelt_settings(environment: Mapping[str, str]) -> dict[str, str | None]:
    """Every IZDES_… variable that is no setting, and the setting that may be meant."""
    known = (*SETTINGS, *OF_OTHERS)
    return {
        name: next(iter(get_close_matches(name, SETTINGS, n=1)), None)
        for name in sorted(environment)
        if name.startswith("IZDES_") and name not in known
    }


def _whole(name: str, default: int, *, least: int = 0) -> int:
    written = os.environ.get(name, "").strip() or str(default)
    if not (written.isascii() and written.isdigit() and int(written) >= least):
        raise Problem("setting_no_number", name=name, written=written, least=least)
    return int(written)


def _one_of(name: str, default: str, *others: str) -> str:
    written = os.environ.get(name, "").strip() or default
    if written not in (default, *others):
        choices = ", ".join((default, *others))
        raise Problem("setting_no_choice", name=name, written=written, choices=choices)
    return written
