"""A revision that has been judged and is ready to be stored, and what is held of it afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.protocol.sync import Stored
from server.store.audit import Event

Key = tuple[str, int, bytes]
"""Instance id, revision and digest: what makes two messages the same message."""


@dataclass(frozen=True)
class Arrival:
    """A whole record, ready to be stored. An odd one has a ``reason`` and goes to quarantine."""

    instance_id: str
    revision: int
    digest: bytes
    columns: dict[str, Any]
    attached: tuple[bytes, ...]
    reason: str | None = None
    keeps_times: bool = False
    """A correction by a tablet's own clock: it repeats the times of its record, which are known."""

    @property
    def key(self) -> Key:
        """What makes two messages the same message."""
        return self.instance_id, self.revision, self.digest

    @property
    def row(self) -> dict[str, Any]:
        """What its row holds wherever it is stored."""
        return {
            **self.columns,
            "instance_id": self.instance_id,
            "revision": self.revision,
            "digest": self.digest,
        }


@dataclass(frozen=True)
class StoredRecord:
    """A record the database holds, and how it came to hold it."""

    sequence: int
    received_at: datetime
    status: Stored
    is_repeat: bool


def event_of(key: Key, status: Stored, actor: int) -> Event:
    """The audit entry of a record that is stored now."""
    instance_id, revision, digest = key
    return Event(
        actor,
        f"submission.{status}",
        f"{instance_id}/{revision}",
        {"digest": f"sha256:{digest.hex()}"},
    )
