"""Files that have only half arrived: how many an officer may have, and how long they are kept.

What goes here was begun and not gone on with; nothing is lost, the tablet begins it anew.
"""

import fcntl
from contextlib import suppress
from pathlib import Path
from typing import Final

from schemas.problems import Problem
from schemas.rules.attachments import attachment_rules
from server import clock

HOUR: Final = 3600
WAIT: Final = 900
"""Seconds after which a tablet asks again whether there is room."""


def unfinished(folder: Path) -> Path:
    """Where the pieces of attachments gather."""
    return folder / "unfinished"


def make_room(folder: Path, owner: int) -> None:
    """Let an officer begin another file, at the cost of old ones; a problem if too many are new."""
    rules = attachment_rules().unfinished
    begun = _idle(folder, f"*-{owner}")
    if len(begun) < rules.files:
        return
    left = [
        path for path, idle in begun.items() if not (idle > rules.idle_hours * HOUR and _drop(path))
    ]
    if len(left) >= rules.files:
        raise Problem("too_many_unfinished", files=len(left), seconds=WAIT)


def sweep(folder: Path) -> None:
    """Remove what nobody has gone on with for very long."""
    for path, idle in _idle(folder, "*").items():
        if idle > attachment_rules().unfinished.days * 24 * HOUR:
            _drop(path)


def _idle(folder: Path, pattern: str) -> dict[Path, float]:
    """What has been begun, and for how many seconds it has not gone on."""
    now, found = clock.now().timestamp(), {}
    for path in unfinished(folder).glob(pattern):
        with suppress(FileNotFoundError):
            found[path] = now - path.stat().st_mtime
    return found


def _drop(path: Path) -> bool:
    """Remove a file unless somebody is adding to it this moment; tell whether it is gone."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True
