"""Files as tablets attach them, and the requests that carry them."""

from base64 import b64encode
from hashlib import sha256
from random import Random
from typing import Any

from werkzeug.test import TestResponse

from tests.records import Field, envelope

PIECE = 262_144


def photo(size: int = 600_000, seed: int = 1, pixels: tuple[int, int] = (1600, 1200)) -> bytes:
    """Make bytes that begin as a JPEG of that size does; what follows is nothing in particular."""
    width, height = (pixel.to_bytes(2, "big") for pixel in pixels)
    head = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    head += b"\xff\xc0\0\x0b\x08" + height + width + b"\1\1\x11\0"
    head += b"\xff\xda\0\x08\1\1\0\0\x3f\0"
    return (head + Random(seed).randbytes(size))[:size]


def digest_of(content: bytes) -> str:
    """The digest as the protocol spells it."""
    return f"sha256:{sha256(content).hexdigest()}"


def reference(content: bytes) -> dict[str, Any]:
    """Name a photo in an envelope."""
    digest = digest_of(content)
    return {
        "name": f"{digest.removeprefix('sha256:')}.jpg",
        "digest": digest,
        "size": len(content),
        "media_type": "image/jpeg",
    }


def send_naming(field: Field, *contents: bytes) -> dict[str, Any]:
    """Send a record that names these files; gives its envelope."""
    sent = envelope(attachments=[reference(content) for content in contents])
    assert field.send(sent).status_code == 200
    return sent


def missing_of(field: Field, sent: dict[str, Any]) -> list[str]:
    """Send a record again; gives what its receipt still misses."""
    (result,) = field.send(sent).json["results"]
    missing: list[str] = result["receipt"]["missing_attachments"]
    return missing


def put(
    field: Field,
    content: bytes,
    start: int | None = None,
    *,
    headers: dict[str, str] | None = None,
    **changes: Any,
) -> TestResponse:
    """Send a piece of a file, or all of it; ``changes`` falsify what it says about itself."""
    data = content if start is None else content[start : start + PIECE]
    given = dict(field.officer if headers is None else headers)
    if start is not None:
        given["Content-Range"] = f"bytes {start}-{start + len(data) - 1}/{len(content)}"
        given["Content-Digest"] = f"sha-256=:{b64encode(sha256(data).digest()).decode()}:"
    given |= changes.get("also", {})
    digest = changes.get("digest", digest_of(content))
    data = changes.get("data", data)
    return field.client.put(f"/api/v1/attachments/{digest}", data=data, headers=given)


def held(field: Field, content: bytes) -> tuple[int, str]:
    """Ask how much of a file is there."""
    answer = field.client.head(f"/api/v1/attachments/{digest_of(content)}", headers=field.officer)
    assert (answer.status_code, answer.data) == (200, b"")
    return int(answer.headers["Upload-Offset"]), answer.headers["Upload-Complete"]
