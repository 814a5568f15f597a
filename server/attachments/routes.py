"""Photos, signatures and documents: up from the tablet piece by piece, down to who may see them."""

import os
import re
from base64 import b64decode
from binascii import Error as NotBase64
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, request, send_file

from schemas.problems import Problem
from schemas.protocol.sync import AttachmentState
from schemas.rules.attachments import attachment_rules
from server.accounts.permissions import current_scope, signed_in_user
from server.attachments.files import Piece
from server.attachments.operations import open_attachment, receive_piece, state_of
from server.attachments.pictures import may_be_shown
from server.store.database import current_database
from server.web.access import allow
from server.web.api import operation, raw_body

blueprint = Blueprint("attachments", __name__)

ADDRESS: Final = "/api/v1/attachments/<digest>"
LARGEST: Final = attachment_rules().largest
NAME: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})(?:\.[a-z0-9]{1,5})?")
RANGE: Final = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")
PIECE_DIGEST: Final = re.compile(r"sha-256=:([A-Za-z0-9+/]+=*):")
NOTHING_RUNS: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""For a file from outside: whatever is in it, it is only looked at."""


@blueprint.route(ADDRESS, methods=["HEAD"])
@operation(problems=("attachment_unknown",))
@allow("record.write")
def show_attachment_state(digest: str) -> Response:
    """Tell in headers how many bytes of an attachment are held, and whether that is all of it."""
    state = state_of(current_database(), _folder(), _digest_in(digest), owner=_user_id())
    response = Response()
    response.headers["Upload-Offset"] = str(state.received)
    response.headers["Upload-Complete"] = "?1" if state.complete else "?0"
    return response


@blueprint.put(ADDRESS)
@operation(
    response=AttachmentState,
    largest_body=LARGEST,
    takes="application/octet-stream",
    problems=(
        "invalid_request",
        "too_large",
        "attachment_unknown",
        "attachment_gap",
        "attachment_damaged",
        "attachment_kind",
        "attachment_too_large",
        "attachment_too_many_pixels",
        "too_many_unfinished",
    ),
)
@allow("record.write")
def receive_attachment(digest: str) -> AttachmentState:
    """Take an attachment that a stored record names: whole, or by ``Content-Range`` in pieces."""
    return receive_piece(current_database(), _folder(), _piece(_digest_in(digest)))


@blueprint.get(ADDRESS)
@operation(media_type="application/octet-stream")
@allow("attachment.read")
def open_stored_attachment(digest: str) -> Response:
    """A stored attachment."""
    wanted = _digest_in(digest)
    opened = open_attachment(
        current_database(), _folder(), wanted, scope=current_scope(), reader=_user_id()
    )
    kind = opened.kind
    response = send_file(
        opened.file,
        mimetype=kind.media_type,
        # What a browser unpacks by itself must be a picture of a size that is known.
        as_attachment=not may_be_shown(opened.file),
        download_name=f"{wanted.hex()}.{kind.extension}",
        conditional=False,
        etag=False,
        last_modified=None,
    )
    response.content_length = os.fstat(opened.file.fileno()).st_size
    response.headers["Content-Security-Policy"] = NOTHING_RUNS
    response.headers["Cache-Control"] = "no-store"
    return response


def _piece(digest: bytes) -> Piece:
    data = raw_body()
    if (given := request.headers.get("Content-Digest")) and not _is_whole(data, given):
        raise Problem("attachment_damaged")
    if (spelled := request.headers.get("Content-Range")) is None:
        return Piece(digest, _user_id(), 0, len(data), data)
    found = RANGE.fullmatch(spelled)
    if found is None:
        raise Problem("invalid_request", detail="Content-Range")
    start, end, total = map(int, found.groups())
    # Nothing behind the last byte: tablets that hear they have sent all of it ask so for the end.
    if end - start + 1 != len(data) or end >= total or not (data or start == total):
        raise Problem("invalid_request", detail="Content-Range")
    return Piece(digest, _user_id(), start, total, data)


def _is_whole(data: bytes, given: str) -> bool:
    found = PIECE_DIGEST.fullmatch(given)
    try:
        return found is not None and b64decode(found[1]) == sha256(data).digest()
    except NotBase64:
        return False


def _digest_in(name: str) -> bytes:
    """Read ``sha256:<hex>``, or the name that an answer gives a file: ``<hex>.jpg``."""
    if found := NAME.fullmatch(name):
        return bytes.fromhex(found[1])
    raise Problem("not_found")


def _user_id() -> int:
    return signed_in_user().id


def _folder() -> Path:
    data_dir: Path = current_app.extensions["izdes.config"].data_dir
    return data_dir / "attachments"
