"""The sync protocol: a batch of envelopes up, a signed receipt per record down.

The digest is SHA-256 over the UTF-8 bytes of ``body`` exactly as sent, so no two programs have to
agree on how JSON is spelled. A sealed record will travel in the same envelope with
``encoding="sealed"`` and its ciphertext as ``body``; attachments are named here by digest and
uploaded apart; an edit is the same ``instance_id`` with the next ``revision``.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.wire import Text, Wire

Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
InstanceId = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
]
Encoding = Literal["plain", "sealed"]
Stored = Literal["accepted", "conflict", "quarantined"]
Status = Literal["accepted", "duplicate", "conflict", "quarantined", "damaged"]

MAX_BATCH = 200
MAX_BODY_CHARACTERS = 1_000_000
TIMELESS = "1970-01-01T00:00:00.000Z"
"""The time on receipts that tell none; long ago, so that a tablet which keeps delivered records for
a while removes such a one at once."""


class AttachmentReference(Wire):
    """A photo or document that belongs to a record and is uploaded on its own."""

    name: str = Field(max_length=128)
    digest: Digest
    size: int = Field(ge=0)
    media_type: str = Field(max_length=64)


class Envelope(Wire):
    """One revision of one record, exactly as the tablet keeps it."""

    instance_id: InstanceId
    revision: int = Field(ge=1, le=1_000_000)
    form_id: str = Field(max_length=64)
    form_version: str = Field(max_length=32)
    encoding: Encoding = "plain"
    digest: Digest
    body: str = Field(max_length=MAX_BODY_CHARACTERS)
    attachments: tuple[AttachmentReference, ...] = ()


class SubmissionBatch(Wire):
    """What ``POST /api/v1/submissions`` takes.

    Only a tablet that says it reads ``receipt_format`` 2 gets receipts with an epoch: an app from
    before would not find the signature valid.
    """

    receipt_format: int = Field(default=1, ge=1, le=2)
    device_id: str = Field(max_length=64)
    sent_at: str = Field(max_length=32)
    submissions: Annotated[tuple[Envelope, ...], Field(min_length=1, max_length=MAX_BATCH)]


class AnonymousBatch(Wire):
    """What ``POST /api/v1/anonymous-records`` takes: records, and no word of tablet or time."""

    submissions: Annotated[tuple[Envelope, ...], Field(min_length=1, max_length=MAX_BATCH)]


class Receipt(Wire):
    """The server's signed word that it holds these bytes; only this lets a tablet forget them.

    A repeat gets the receipt of the first time again, byte for byte, so ``status`` says how the
    record was stored then; only ``missing_attachments`` tells how things stand now.
    ``sequence`` counts what was accepted or kept as a conflict; what is quarantined is counted
    apart. Both are of one ``epoch``, the database's life that gave the number; it is blank on
    receipts from before epochs were counted. The receipt of an anonymous record has the sequence 0,
    no epoch and the time ``TIMELESS``: it is the same whenever it is given. ``signature`` is ECDSA
    P-256 over :func:`receipt_text`, as 64 raw bytes (r‖s) in base64url.
    """

    instance_id: InstanceId
    revision: int
    digest: Digest
    status: Stored
    sequence: int
    epoch: str = Field(default="", max_length=32)
    received_at: str
    missing_attachments: tuple[Digest, ...] = ()
    key_id: str
    signature: str


class SubmissionResult(Wire):
    """One record's fate.

    ``damaged``: what arrived is not what the digest says; nothing was stored, there is no receipt,
    and the tablet sends it again. ``problem`` is a code: why a record is damaged or quarantined.
    """

    instance_id: str | None
    status: Status
    receipt: Receipt | None
    problem: str | None = None


class BatchResult(Wire):
    """What ``POST /api/v1/submissions`` answers: one result per envelope, in the order sent."""

    server_time: str
    results: tuple[SubmissionResult, ...]


class AttachmentState(Wire):
    """How much of an attachment the server holds: all of it once ``complete``."""

    digest: Digest
    received: int
    complete: bool


class FormSummary(Wire):
    """A published form version as the catalogue lists it."""

    id: str
    version: str
    title: Text
    digest: Digest
    url: str


class ReceiptKey(Wire):
    """The public half of the key that signs receipts: SPKI, base64url."""

    key_id: str
    public_key: str


Prefill = dict[str, str | list[dict[str, str]]]
"""Answers an interview begins with: by question, and by repeat a list of rows."""


class VisitSummary(Wire):
    """A visit the signed-in officer may work in.

    ``forms`` are the ids of what can be begun in it; ``prefill`` has the answers each of them
    begins with there, so that nobody copies a code or an earlier topic by hand.
    """

    code: str
    round: str
    title: Text
    province: str
    district: str | None
    team: str
    planned_on: str
    target: int
    forms: tuple[str, ...] = ()
    prefill: dict[str, Prefill] = Field(default_factory=dict)


class Officer(Wire):
    """Who is signed in."""

    username: str
    full_name: str
    role: str
    language: str


class Catalogue(Wire):
    """What ``GET /api/v1/catalogue`` answers: everything a tablet keeps for working offline.

    Forms and keys are public; ``officer`` and ``visits`` come only with a session. For
    ``correction_days`` after its receipt a delivered record can be corrected.
    """

    server_time: str
    forms: tuple[FormSummary, ...]
    receipt_key: ReceiptKey
    correction_days: int = 7
    officer: Officer | None = None
    visits: tuple[VisitSummary, ...] = ()


def receipt_text(receipt: Receipt) -> bytes:
    """The bytes a receipt's signature covers: its fields, one a line, in a fixed order."""
    lines = (
        "izdes-receipt-2" if receipt.epoch else "izdes-receipt-1",
        receipt.instance_id,
        str(receipt.revision),
        receipt.digest,
        receipt.status,
        str(receipt.sequence),
        receipt.received_at,
        ",".join(receipt.missing_attachments),
        *((receipt.epoch,) if receipt.epoch else ()),
    )
    return "\n".join(lines).encode()
