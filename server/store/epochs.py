"""Lives of a database: which receipts were given out in which, and whether this one is older.

Whoever copies an older database back makes it give out sequence numbers again that stand on
receipts. So it is kept beside the key, not in the database, how far receipts have been signed; a
database that has not come that far is an older one, and begins a new epoch. A record keeps the
epoch its number was given in, so that a repeat gets the receipt of the first time. Where what lies
beside the key was copied back as well, tablets tell of it (server/sync/newest_receipts.py).
"""

import fcntl
import logging
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final
from weakref import finalize

from sqlalchemy import text

from schemas.wire import Wire
from server import clock
from server.store import audit
from server.store.database import Database

log = logging.getLogger("izdes")

WIDTH: Final = 20
LENGTH: Final = 2 * WIDTH + 2
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
        """The higher of each."""
        return Numbers(
            submissions=max(self.submissions, other.submissions),
            quarantine=max(self.quarantine, other.quarantine),
        )


class Epoch(Wire):
    """A life of the database; it gave the numbers above ``after``.

    ``lost`` tells how far receipts had been signed when an older database began it; ``forgotten``
    is the younger life of which only a tablet's receipt told. ``accepted_at`` is when an
    administrator said that nothing more can be done about the loss.
    """

    id: str
    after: Numbers
    began_at: str
    lost: Numbers | None = None
    forgotten: str | None = None
    accepted_at: str | None = None

    @property
    def is_missed(self) -> bool:
        """Whether somebody still has to look after what it lost."""
        return self.lost is not None and self.accepted_at is None


class _Lives(Wire):
    epochs: tuple[Epoch, ...] = ()


class Epochs:
    """The epochs of an instance, shared by its processes."""

    def __init__(self, folder: Path, epochs: tuple[Epoch, ...], signed: Numbers) -> None:
        self._folder = folder
        self._epochs, self._known = epochs, _state_of(folder)
        self._signed = signed
        # Kept open: it is written before every answer to a tablet.
        self._file = os.open(folder / "signed", os.O_RDWR)
        self._turn = threading.Lock()
        finalize(self, os.close, self._file)

    def of(self, sequence: int, *, quarantined: bool) -> str:
        """The epoch a number was given in; blank for those before epochs were counted."""
        self._look_again()
        shelf = "quarantine" if quarantined else "submissions"
        for epoch in reversed(self._epochs):
            if sequence > getattr(epoch.after, shelf):
                return epoch.id
        return ""

    def lose(self, database: Database, epoch: str, lost: Numbers) -> None:
        """Begin a new epoch: a receipt of ``epoch`` is for a record that the database lost."""
        with _alone(self._folder):
            epochs = _epochs(self._folder)
            if not _has_told(epochs, epoch):
                signed = _signed(self._folder).joined(lost)
                forgotten = epoch if epoch != epochs[-1].id else None
                _begin(database, self._folder, epochs, lost=signed, forgotten=forgotten)
        self._look_again()

    def _look_again(self) -> None:
        """Take up an epoch that another process has begun."""
        state = _state_of(self._folder)
        if state != self._known:
            self._epochs, self._known = _epochs(self._folder), state
            self._signed = _signed(self._folder)

    def note(self, signed: Numbers) -> None:
        """Note, before receipts leave, how far they go; one file of fixed size, no new room."""
        if not signed.exceeds(self._signed):
            return
        with self._turn:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                self._signed = signed.joined(_read(os.pread(self._file, LENGTH, 0)))
                os.pwrite(self._file, _spelled(self._signed), 0)
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)


def open_epochs(database: Database, folder: Path) -> Epochs:
    """The epochs; an older database than receipts tell of begins a new one, and it is told."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        # In this order: nobody notes a number before its record is committed.
        epochs, signed, held = _epochs(folder), _signed(folder), held_by(database)
        if not epochs or signed.exceeds(held):
            epochs = _begin(database, folder, epochs, lost=signed if epochs else None)
            signed = epochs[-1].after
    return Epochs(folder, epochs, signed)


def _begin(
    database: Database,
    folder: Path,
    epochs: tuple[Epoch, ...],
    *,
    lost: Numbers | None,
    forgotten: str | None = None,
) -> tuple[Epoch, ...]:
    new = Epoch(
        id=secrets.token_hex(8),
        after=held_by(database),
        began_at=_now(),
        lost=lost,
        forgotten=forgotten,
    )
    if lost is not None:
        _tell(database, new, epochs[-1].id)
    _write_signed(folder, new.after)
    _write_epochs(folder, (*epochs, new))
    return (*epochs, new)


def _has_told(epochs: tuple[Epoch, ...], epoch: str) -> bool:
    """Tell whether a loss of that epoch is known: it is over, or it is one that was forgotten."""
    over = {epoch.id for epoch in epochs[:-1]} | {epoch.forgotten for epoch in epochs}
    return epoch in over


def is_older(database: Database, folder: Path) -> bool:
    """Tell whether the database is older than receipts given out, and nobody has accepted it."""
    epochs = _epochs(folder)
    return bool(epochs) and (epochs[-1].is_missed or _signed(folder).exceeds(held_by(database)))


def has_lost(folder: Path) -> bool:
    """Tell whether the database was found to be older and nobody has accepted it, unasked."""
    epochs = _epochs(folder)
    return bool(epochs) and epochs[-1].is_missed


def has_accepted(folder: Path) -> bool:
    """Tell whether a loss belongs to the history: an administrator has accepted it."""
    return any(epoch.accepted_at for epoch in _epochs(folder))


def accept_loss(database: Database, folder: Path) -> bool:
    """Note that the loss is known and final; False where nothing is missed.

    It stays in the audit trail; another older database begins another life, which is told anew.
    """
    if not is_older(database, folder):
        return False
    # One that no tablet has met yet begins its life first, so that the trail tells what was lost.
    open_epochs(database, folder)
    with _alone(folder):
        *before, last = _epochs(folder)
        accepted = last.model_copy(update={"accepted_at": _now()})
        _tell_acceptance(database, accepted)
        _write_epochs(folder, (*before, accepted))
    return True


def held_by(database: Database) -> Numbers:
    """The highest numbers the database holds."""
    with database.read() as connection:
        submissions, quarantine = connection.execute(_HELD).one()
    return Numbers(submissions=submissions, quarantine=quarantine)


def _tell(database: Database, epoch: Epoch, before: str) -> None:
    details = epoch.model_dump(exclude={"id", "accepted_at"}) | {"before": before}
    log.error("the database is older than receipts that were given out: %s", details)
    database.write(
        lambda connection: audit.write(
            connection,
            actor=None,
            action="receipts.database_older",
            object=f"epoch:{epoch.id}",
            details=details,
        )
    )


def _tell_acceptance(database: Database, epoch: Epoch) -> None:
    database.write(
        lambda connection: audit.write(
            connection,
            actor=None,
            action="receipts.loss_accepted",
            object=f"epoch:{epoch.id}",
            details=epoch.model_dump(include={"lost", "began_at"}),
        )
    )


def _now() -> str:
    return clock.now().isoformat(timespec="seconds")


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


def _state_of(folder: Path) -> tuple[int, int]:
    """What changes whenever the list of epochs does: each is a file of its own."""
    try:
        state = (folder / "epochs.json").stat()
    except FileNotFoundError:
        return 0, 0
    return state.st_ino, state.st_mtime_ns


def _signed(folder: Path) -> Numbers:
    try:
        return _read((folder / "signed").read_bytes())
    except FileNotFoundError:
        return Numbers()


def _read(line: bytes) -> Numbers:
    submissions, quarantine = map(int, line.split() or (b"0", b"0"))
    return Numbers(submissions=submissions, quarantine=quarantine)


def _spelled(signed: Numbers) -> bytes:
    # Always as long: what is written over needs no room on a full disk.
    return b"%0*d %0*d\n" % (WIDTH, signed.submissions, WIDTH, signed.quarantine)


def _write_signed(folder: Path, signed: Numbers) -> None:
    # Left to the system's cache: it outlives this process. After a power cut the number may be too
    # low, never too high, and records are durable: a healthy database is never called older.
    with (folder / "signed").open("r+b") as file:
        file.write(_spelled(signed))


def _write_epochs(folder: Path, epochs: tuple[Epoch, ...]) -> None:
    _write_whole(folder / "epochs.json", _Lives(epochs=epochs).model_dump_json())


def _write_whole(file: Path, content: str) -> None:
    with NamedTemporaryFile("w", dir=file.parent, delete=False) as draft:
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).replace(file)
