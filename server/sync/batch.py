"""Reading a batch off the wire: all of it, or at least every record in it that can be read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from flask import request
from pydantic import BaseModel, ConfigDict, Field

from schemas.problems import Problem
from schemas.protocol.sent_text import read_json
from schemas.protocol.sync import (
    MAX_BATCH,
    AnonymousBatch,
    Digest,
    Envelope,
    InstanceId,
    SubmissionBatch,
)
from server.web.api import read_body

WITH_EPOCHS = 2
"""The format of receipts that name their epoch."""


class OddEnvelope(BaseModel):
    """An envelope with something unknown in it, but with all that a receipt needs."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    instance_id: InstanceId
    revision: int = Field(ge=1, lt=2**31)
    digest: Digest
    body: str


Item = Annotated[Envelope | OddEnvelope | Any, Field(union_mode="left_to_right")]


class _LooseBatch(BaseModel):
    model_config = ConfigDict(strict=True)

    receipt_format: int = 1
    device_id: str = ""
    sent_at: str = ""
    submissions: Annotated[list[Item], Field(min_length=1, max_length=MAX_BATCH)]


@dataclass(frozen=True)
class Batch:
    """A batch as read; what could not be read at all is None, in its place."""

    device_id: str
    sent_at: str
    envelopes: Sequence[Envelope | OddEnvelope | None]
    has_epochs: bool = False
    """Whether receipts may name their epoch."""


def read_batch(shape: type[SubmissionBatch] | type[AnonymousBatch] = SubmissionBatch) -> Batch:
    """Read the request's batch; one record that cannot be read does not keep out the others.

    Raises a problem if there is no batch, or nothing readable in it.
    """
    try:
        batch = read_body(shape)
    except Problem as problem:
        if problem.code not in {"invalid_request", "malformed_json"}:
            raise
        if (loose := _read_loosely()) is None:
            raise
        return loose
    if isinstance(batch, AnonymousBatch):
        return Batch("", "", batch.submissions)
    has_epochs = batch.receipt_format >= WITH_EPOCHS
    return Batch(_clean(batch.device_id), batch.sent_at, batch.submissions, has_epochs)


def _read_loosely() -> Batch | None:
    try:
        said, _ = read_json(request.get_data())
        # Half a character pair in the envelope: browsers made the digest of what is read now.
        batch = _LooseBatch.model_validate_json(json.dumps(said))
    except (ValueError, RecursionError):
        return None
    envelopes = [
        item if isinstance(item, Envelope | OddEnvelope) else None for item in batch.submissions
    ]
    if not any(envelopes):
        return None
    has_epochs = batch.receipt_format >= WITH_EPOCHS
    return Batch(_clean(batch.device_id), batch.sent_at, envelopes, has_epochs)


def _clean(device_id: str) -> str:
    # PostgreSQL takes no NUL in a text.
    return device_id.replace("\0", "\N{REPLACEMENT CHARACTER}")[:64]
