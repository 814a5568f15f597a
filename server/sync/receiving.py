"""From a batch to its answer: judge, store in one transaction, sign."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from schemas.protocol.sync import TIMELESS, BatchResult, Envelope, Receipt, SubmissionResult
from server import clock
from server.attachments.operations import missing
from server.attachments.unfinished import sweep
from server.forms.queries import PublishedForms
from server.rounds.field_plan import FieldPlan
from server.store.database import Database
from server.store.epochs import Epochs, Numbers, open_epochs
from server.submissions.arrivals import Arrival, StoredRecord
from server.submissions.derivations import Derivations
from server.submissions.storing import store, store_unseen
from server.sync.anonymous import Kept, Testimony, assess_anonymous, is_anonymous
from server.sync.anonymous_store import store_anonymous
from server.sync.assessment import Knowledge, Sender, assess, is_whole
from server.sync.batch import Batch, OddEnvelope
from server.sync.receipts import Signer, load_signer, spell_time

Envelopes = dict[int, Envelope | OddEnvelope]
"""Whole envelopes by their places in a batch."""


@dataclass(frozen=True)
class Reception:
    """What receiving needs: where to store, what to judge by, what to sign with."""

    database: Database
    known: Knowledge
    signer: Signer
    epochs: Epochs
    attachments: Path
    derivations: Derivations


def open_reception(database: Database, data_dir: Path, derivations: Derivations) -> Reception:
    """Make ready to receive records into ``database``."""
    sweep(data_dir / "attachments")
    known = Knowledge(PublishedForms(database), FieldPlan(database))
    signer = load_signer(data_dir / "keys")
    epochs = open_epochs(database, data_dir / "keys")
    return Reception(database, known, signer, epochs, data_dir / "attachments", derivations)


def receive(reception: Reception, batch: Batch, officer_id: int) -> BatchResult:
    """Receive a batch; when this returns, everything it has a receipt for is durable."""
    sender = Sender(officer_id, batch.device_id, batch.sent_at, clock.now())
    whole = _whole(batch)
    # Tablets of before ADR 0030 send the records of anonymous forms among the others.
    anonymous = {
        place: envelope
        for place, envelope in whole.items()
        if is_anonymous(envelope, reception.known.forms)
    }
    ordinary = {place: envelope for place, envelope in whole.items() if place not in anonymous}
    received = _received(reception, ordinary, sender, has_epochs=batch.has_epochs)
    results = received | _anonymously_received(reception, anonymous)
    return _answer(batch, results)


def receive_anonymously(reception: Reception, batch: Batch) -> BatchResult:
    """Receive records of anonymous forms; who sends them is not known from here on."""
    return _answer(batch, _anonymously_received(reception, _whole(batch)))


def _whole(batch: Batch) -> Envelopes:
    return {
        place: envelope
        for place, envelope in enumerate(batch.envelopes)
        if envelope is not None and is_whole(envelope)
    }


def _answer(batch: Batch, results: dict[int, SubmissionResult]) -> BatchResult:
    return BatchResult(
        server_time=spell_time(clock.now()),
        results=tuple(
            results.get(place) or _damaged(envelope)
            for place, envelope in enumerate(batch.envelopes)
        ),
    )


def _received(
    reception: Reception, envelopes: Envelopes, sender: Sender, *, has_epochs: bool
) -> dict[int, SubmissionResult]:
    if not envelopes:
        return {}
    # All judging happens here, so that the transaction only inserts.
    arrivals = assess(list(envelopes.values()), sender, reception.known)
    actor = sender.officer_id
    database, derivations = reception.database, reception.derivations
    holdings = store_unseen(
        database, arrivals, actor=actor, derivations=derivations
    ) or database.write(
        lambda connection: store(connection, arrivals, actor=actor, derivations=derivations)
    )
    named = {digest for arrival in arrivals for digest in arrival.attached}
    absent = missing(reception.database, reception.attachments, named)
    reception.epochs.note(_numbers(holdings))
    return {
        place: _result(
            arrival,
            holding,
            absent,
            (reception.signer, _epoch(reception, holding) if has_epochs else ""),
        )
        for place, arrival, holding in zip(envelopes, arrivals, holdings, strict=True)
    }


def _anonymously_received(
    reception: Reception, envelopes: Envelopes
) -> dict[int, SubmissionResult]:
    """Store in a transaction of their own: one shared with others would lead to those."""
    if not envelopes:
        return {}
    today = clock.today()
    arrivals = assess_anonymous(list(envelopes.values()), reception.known, today=today)
    kept = reception.database.write(
        lambda connection: store_anonymous(connection, arrivals, day=today)
    )
    return {
        place: _anonymous_result(arrival, held, reception.signer)
        for place, arrival, held in zip(envelopes, arrivals, kept, strict=True)
    }


def _anonymous_result(arrival: Testimony, held: Kept, signer: Signer) -> SubmissionResult:
    receipt = Receipt(
        instance_id=arrival.instance_id,
        revision=arrival.revision,
        digest=arrival.digest,
        status=held.status,
        sequence=0,
        received_at=TIMELESS,
        key_id=signer.public.key_id,
        signature="",
    )
    return SubmissionResult(
        instance_id=arrival.instance_id,
        status="duplicate" if held.is_repeat else held.status,
        receipt=signer.sign(receipt),
        problem=arrival.reason,
    )


def _epoch(reception: Reception, holding: StoredRecord) -> str:
    return reception.epochs.of(holding.sequence, quarantined=holding.status == "quarantined")


def _numbers(holdings: Iterable[StoredRecord]) -> Numbers:
    """How far these records' numbers go."""
    highest = {"quarantined": 0, "stored": 0}
    for holding in holdings:
        shelf = holding.status if holding.status == "quarantined" else "stored"
        highest[shelf] = max(highest[shelf], holding.sequence)
    return Numbers(submissions=highest["stored"], quarantine=highest["quarantined"])


def _result(
    arrival: Arrival, holding: StoredRecord, absent: set[bytes], by: tuple[Signer, str]
) -> SubmissionResult:
    signer, epoch = by
    receipt = Receipt(
        instance_id=arrival.instance_id,
        revision=arrival.revision,
        digest=f"sha256:{arrival.digest.hex()}",
        status=holding.status,
        sequence=holding.sequence,
        epoch=epoch,
        received_at=spell_time(holding.received_at),
        missing_attachments=tuple(
            f"sha256:{digest.hex()}" for digest in arrival.attached if digest in absent
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
