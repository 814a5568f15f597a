"""Settling a conflict: a person says which text of a record counts, and nothing is deleted."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from schemas.problems import Problem
from server import clock
from server.accounts.scopes import Scope
from server.store import audit
from server.submissions.conflicts import is_open_conflict
from server.submissions.copies import repeated
from server.submissions.derivations import Derivations
from server.submissions.locks import take_turn
from server.submissions.models import SETTLEMENTS, SUBMISSIONS
from server.submissions.storing import store_kept
from server.submissions.within import records_within

LONGEST_REASON: Final = 500

Text = Row[*tuple[Any, ...]]


def settle(
    connection: Connection,
    instance_id: str,
    *,
    scope: Scope,
    kept: int,
    seen: int,
    reason: str,
    actor: int,
    derivations: Derivations,
) -> None:
    """Let the text ``kept`` count, as the person decided who had seen all texts up to ``seen``.

    The text is repeated in a row of its own; all that were sent stay as they came, with their
    receipts.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise Problem("reason_missing")
    take_turn(connection, {instance_id})
    texts = _texts(connection, instance_id, scope)
    _require_open(texts, kept=kept, seen=seen)
    chosen = next(text for text in texts if text.sequence == kept)
    sequence = store_kept(
        connection,
        _row(chosen) | repeated(chosen, texts),
        replaced=[text.sequence for text in texts if text.is_current],
        derivations=derivations,
    )
    connection.execute(
        insert(SETTLEMENTS),
        {
            "sequence": sequence,
            "instance_id": instance_id,
            "kept": kept,
            "settled_at": clock.now(),
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


def _texts(connection: Connection, instance_id: str, scope: Scope) -> Sequence[Text]:
    return connection.execute(
        select(
            SUBMISSIONS,
            is_open_conflict().label("is_open"),
            records_within(scope).label("is_within"),
        )
        .where(SUBMISSIONS.c.instance_id == instance_id)
        .order_by(SUBMISSIONS.c.sequence)
    ).all()


def _require_open(texts: Sequence[Text], *, kept: int, seen: int) -> None:
    if not any(text.is_current and text.is_within for text in texts):
        raise Problem("not_found")
    if texts[-1].sequence != seen:
        raise Problem("record_moved_on")
    if not any(text.is_open for text in texts):
        raise Problem("nothing_to_settle")
    if kept not in {text.sequence for text in texts if text.is_open or text.is_current}:
        raise Problem("not_found")


def _row(text: Text) -> dict[str, Any]:
    row = {column.name: getattr(text, column.name) for column in SUBMISSIONS.c}
    del row["sequence"]
    return row
