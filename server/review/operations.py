"""Settling a conflict: a person says which text of a record counts, and nothing is deleted."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from schemas.problems import Problem
from server.store import audit
from server.submissions.conflicts import is_open_conflict
from server.submissions.locks import take_turn
from server.submissions.models import SETTLEMENTS, SUBMISSIONS
from server.sync.operations import AFTER_SETTLING, OF_ANOTHER

LONGEST_REASON: Final = 500

Text = Row[*tuple[Any, ...]]


def settle(
    connection: Connection, instance_id: str, *, kept: int, seen: int, reason: str, actor: int
) -> None:
    """Let the text ``kept`` count, as the person decided who had seen all texts up to ``seen``.

    The text is repeated in a row of its own; all that were sent stay as they came, with their
    receipts.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise Problem("reason_missing")
    take_turn(connection, {instance_id})
    texts = _texts(connection, instance_id)
    _require_open(texts, kept=kept, seen=seen)
    chosen = next(text for text in texts if text.sequence == kept)
    connection.execute(
        update(SUBMISSIONS)
        .where(SUBMISSIONS.c.instance_id == instance_id, SUBMISSIONS.c.is_current)
        .values(is_current=False)
    )
    sequence = connection.execute(
        insert(SUBMISSIONS).returning(SUBMISSIONS.c.sequence), _repeated(chosen, texts)
    ).scalar_one()
    connection.execute(
        insert(SETTLEMENTS),
        {
            "sequence": sequence,
            "instance_id": instance_id,
            "kept": kept,
            "settled_at": datetime.now(UTC),
            "settled_by": actor,
            "reason": reason,
        },
    )
    audit.write(
        connection,
        actor=actor,
        action="record.settled",
        object=instance_id,
        details={"kept": kept, "counts_as": sequence, "reason": reason},
    )


def _texts(connection: Connection, instance_id: str) -> Sequence[Text]:
    return connection.execute(
        select(SUBMISSIONS, is_open_conflict().label("is_open"))
        .where(SUBMISSIONS.c.instance_id == instance_id)
        .order_by(SUBMISSIONS.c.sequence)
    ).all()


def _require_open(texts: Sequence[Text], *, kept: int, seen: int) -> None:
    if not texts:
        raise Problem("not_found")
    if texts[-1].sequence != seen:
        raise Problem("record_moved_on")
    if not any(text.is_open for text in texts):
        raise Problem("nothing_to_settle")
    if kept not in {text.sequence for text in texts if text.is_open or text.is_current}:
        raise Problem("not_found")


def _repeated(chosen: Text, texts: Sequence[Text]) -> dict[str, Any]:
    """Make the row that counts: the chosen text, above every revision there is."""
    revision = max(text.revision for text in texts)
    copies = [text.copy_number for text in texts if text.revision == revision]
    row = {column.name: getattr(chosen, column.name) for column in SUBMISSIONS.c}
    del row["sequence"]
    settled = (OF_ANOTHER, AFTER_SETTLING)
    flags = [flag for flag in chosen.flags or () if flag not in settled]
    return row | {
        "revision": revision,
        "copy_number": max(copies) + 1,
        "is_current": True,
        "flags": flags or None,
    }
