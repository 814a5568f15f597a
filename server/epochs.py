"""Lives of a database: which receipts were given out in which, and whether this one is older.

Whoever copies an older database back makes it give out sequence numbers again that stand on
receipts. So it is kept beside the key, not in the database, how far receipts have been signed; a
database that has not come that far is an older one, and begins a new epoch. A record keeps the
epoch its number was given in, so that a repeat gets the receipt of the first time.
"""

import fcntl
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from sqlalchemy import text

from schemas.forms import Wire
from server import audit
from server.database import Database

log = logging.getLogger("izdes")

WIDTH: Final = 20
_HELD = text(
    "SELECT (SELECT coalesce(max(sequence), 0) FROM submissions),"
    " (SELECT coalesce(max(sequence), 0) FROM quarantine)"
)


class Numbers(Wire):
    """Numbers of the two shelves; what is quarantined is counted apart."""

    submissions: int = 0
    quarantine: int = 0

    def exceeds(self, other: "Numbers") -> bool:
        """Tell whether any of them is higher."""
        return self.submissions > other.submissions or self.quarantine > other.quarantine

    def joined(self, other: "Numbers") -> "Numbers":
        """Give the higher of each."""
        return Numbers(
            submissions=max(self.submissions, other.submissions),
            quarantine=max(self.quarantine, other.quarantine),
        )


class Epoch(Wire):
    """A life of the database; it gave the numbers above ``after``.

    ``lost`` tells how far receipts had been signed when an older database began it.
    """

    id: str
    after: Numbers
    began_at: str
    lost: Numbers | None = None


class _Lives(Wire):
    epochs: tuple[Epoch, ...] = ()


class Epochs:
    """The epochs of an instance, shared by its processes."""

    def __init__(self, folder: Path, epochs: tuple[Epoch, ...], signed: Numbers) -> None:
        self._folder = folder
        self._epochs = epochs
        self._signed = signed

    def of(self, sequence: int, *, quarantined: bool) -> str:
        """Give the epoch a number was given in; blank for those before epochs were counted."""
        shelf = "quarantine" if quarantined else "submissions"
        for epoch in reversed(self._epochs):
            if sequence > getattr(epoch.after, shelf):
                return epoch.id
        return ""

    def note(self, signed: Numbers) -> None:
        """Note, before receipts leave, how far they go; one file of fixed size, no new room."""
        if not signed.exceeds(self._signed):
            return
        with _alone(self._folder):
            self._signed = signed.joined(_signed(self._folder))
            _write_signed(self._folder, self._signed)


def open_epochs(database: Database, folder: Path) -> Epochs:
    """Give the epochs; an older database than receipts tell of begins a new one, and it is told."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        # In this order: nobody notes a number before its record is committed.
        epochs, signed, held = _epochs(folder), _signed(folder), held_by(database)
        if not epochs or signed.exceeds(held):
            lost = signed if epochs else None
            new = Epoch(
                id=secrets.token_hex(8),
                after=held,
                began_at=datetime.now(UTC).isoformat(timespec="seconds"),
                lost=lost,
            )
            if lost is not None:
                _tell(database, new, epochs[-1].id)
            epochs, signed = (*epochs, new), held
            _write_signed(folder, signed)
            _write_whole(folder / "epochs.json", _Lives(epochs=epochs).model_dump_json())
    return Epochs(folder, epochs, signed)


def is_older(database: Database, folder: Path) -> bool:
    """Tell whether the database is, or once was found to be, older than receipts given out."""
    epochs = _epochs(folder)
    return bool(epochs) and (
        epochs[-1].lost is not None or _signed(folder).exceeds(held_by(database))
    )


def held_by(database: Database) -> Numbers:
    """Give the highest numbers the database holds."""
    with database.read() as connection:
        submissions, quarantine = connection.execute(_HELD).one()
    return Numbers(submissions=submissions, quarantine=quarantine)


def _tell(database: Database, epoch: Epoch, before: str) -> None:
    details = epoch.model_dump(exclude={"id"}) | {"before": before}
    log.error("the database is older than receipts that were given out: %s", details)
    database.write(
        lambda connection: audit.record(
            connection,
            actor=None,
            action="receipts.database_older",
            object=f"epoch:{epoch.id}",
            details=details,
        )
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with os.fdopen(os.open(folder / "signed", os.O_RDWR | os.O_CREAT, 0o600)) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _epochs(folder: Path) -> tuple[Epoch, ...]:
    try:
        return _Lives.model_validate_json((folder / "epochs.json").read_bytes()).epochs
    except FileNotFoundError:
        return ()


def _signed(folder: Path) -> Numbers:
    try:
        words = (folder / "signed").read_text("ascii").split()
    except FileNotFoundError:
        words = []
    submissions, quarantine = map(int, words or ("0", "0"))
    return Numbers(submissions=submissions, quarantine=quarantine)


def _write_signed(folder: Path, signed: Numbers) -> None:
    # Left to the system's cache: it outlives this process. After a power cut the number may be too
    # low, never too high, and records are durable: a healthy database is never called older.
    line = f"{signed.submissions:0{WIDTH}} {signed.quarantine:0{WIDTH}}\n"
    with (folder / "signed").open("r+", encoding="ascii") as file:
        file.write(line)


def _write_whole(file: Path, content: str) -> None:
    with NamedTemporaryFile("w", dir=file.parent, delete=False) as draft:
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).replace(file)
