"""What the database holds of a record, and how the audit trail tells of it."""

from dataclasses import dataclass
from datetime import datetime

from schemas.protocol.sync import Stored
from server.store.audit import Event

Key = tuple[str, int, bytes]
"""Instance id, revision and digest: what makes two messages the same message."""


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
