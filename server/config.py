"""Every setting, read once from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

SETTINGS = {
    "IZDES_DATA_DIR": "Folder for everything an embedded instance keeps. Default: ./data",
    "IZDES_DATABASE_URL": "SQLAlchemy URL. Default: SQLite in the data folder",
    "IZDES_WORKERS": "Server processes; more than one needs PostgreSQL. Default: 1, PostgreSQL: 2",
    "IZDES_THREADS": "Request threads per process. Default: 8",
    "IZDES_CORRECTION_DAYS": "Days in which an officer may correct a delivered record. Default: 7",
    "IZDES_TRUSTED_PROXIES": "Number of reverse proxies whose X-Forwarded-* counts. Default: 0",
    "IZDES_LANGUAGE": "Language of the terminal: tr or en. Default: tr",
    "IZDES_TRACEBACK": "1 prints the whole traceback when a command fails. Default: one line",
}
"""Name and meaning of each setting; docs/guide prints this table."""


@dataclass(frozen=True)
class Config:
    """Settings of one running instance."""

    data_dir: Path
    database_url: str
    workers: int = 1
    threads: int = 8
    trusted_proxies: int = 0
    correction_days: int = 7

    @classmethod
    def from_environment(cls) -> "Config":
        """Read the settings from the environment."""
        data_dir = Path(os.environ.get("IZDES_DATA_DIR", "data")).resolve()
        url = os.environ.get("IZDES_DATABASE_URL") or f"sqlite:///{data_dir / 'izdes.sqlite3'}"
        embedded = url.startswith("sqlite")
        return cls(
            data_dir=data_dir,
            database_url=url,
            workers=1 if embedded else int(os.environ.get("IZDES_WORKERS", "2")),
            threads=int(os.environ.get("IZDES_THREADS", "8")),
            correction_days=int(os.environ.get("IZDES_CORRECTION_DAYS", "7")),
            trusted_proxies=int(os.environ.get("IZDES_TRUSTED_PROXIES", "0")),
        )
