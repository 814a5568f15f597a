"""From a batch to its answer: judge, store in one transaction, sign."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from schemas.sync import BatchResult, Envelope, Receipt, SubmissionResult
from server.database import Database
from server.forms.queries import PublishedForms
from server.rounds.plan import FieldPlan
from server.sync.assessment import Arrival, Knowledge, Sender, assess, is_whole
from server.sync.attachments import missing
from server.sync.holdings import Holding
from server.sync.operations import store
from server.sync.reading import Batch, OddEnvelope
from server.sync.receipts import Signer, load_signer, spell_time
from server.sync.unseen import store_unseen


@dataclass(frozen=True)
class Reception:
    """What receiving needs: where to store, what to judge by, what to sign with."""

    database: Database
    known: Knowledge
    signer: Signer
    attachments: Path


def open_reception(database: Database, data_dir: Path) -> Reception:
    """Make ready to receive records into ``database``."""
    known = Knowledge(PublishedForms(database), FieldPlan(database))
    signer = load_signer(data_dir / "keys")
    return Reception(database, known, signer, data_dir / "attachments")


def receive(reception: Reception, batch: Batch, officer_id: int) -> BatchResult:
    """Receive a batch; when this returns, everything it has a receipt for is durable."""
    sender = Sender(officer_id, batch.device_id, batch.sent_at, datetime.now(UTC))
    whole = {
        place: each
        for place, each in enumerate(batch.envelopes)
        if each is not None and is_whole(each)
    }
    results: dict[int, SubmissionResult] = {}
    # All judging happens here, so that the transaction only inserts.
    arrivals = assess(list(whole.values()), sender, reception.known)
    if arrivals:
        holdings = store_unseen(
            reception.database, arrivals, actor=officer_id
        ) or reception.database.write(
            lambda connection: store(connection, arrivals, actor=officer_id)
        )
        named = {digest for each in arrivals for digest in each.attached}
        absent = missing(reception.database, reception.attachments, named)
        for place, arrival, holding in zip(whole, arrivals, holdings, strict=True):
            results[place] = _result(arrival, holding, absent, reception.signer)
    return BatchResult(
        server_time=spell_time(datetime.now(UTC)),
        results=tuple(
            results.get(place) or _damaged(each) for place, each in enumerate(batch.envelopes)
        ),
    )


def _result(
    arrival: Arrival, holding: Holding, absent: set[bytes], signer: Signer
) -> SubmissionResult:
    receipt = Receipt(
        instance_id=arrival.instance_id,
        revision=arrival.revision,
        digest=f"sha256:{arrival.digest.hex()}",
        status=holding.status,
        sequence=holding.sequence,
        received_at=spell_time(holding.received_at),
        missing_attachments=tuple(
            f"sha256:{each.hex()}" for each in arrival.attached if each in absent
        ),
        key_id=signer.public.key_id,
        signature="",
    )
    return SubmissionResult(
        instance_id=arrival.instance_id,
        status="duplicate" if holding.is_repeat else holding.status,
        receipt=signer.sign(receipt),
        problem=arrival.reason,
    )


def _damaged(envelope: Envelope | OddEnvelope | None) -> SubmissionResult:
    return SubmissionResult(
        instance_id=envelope.instance_id if envelope else None,
        status="damaged",
        receipt=None,
        problem="digest_mismatch" if envelope else "unreadable",
    )
