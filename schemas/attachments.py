"""What may be attached to a record: kinds of files, known by how they begin, and their size."""

from functools import cache

from schemas.forms import Wire
from schemas.geography import FOLDER


class FileKind(Wire):
    """A kind of file; ``begins`` are its first bytes in hex."""

    media_type: str
    extension: str
    begins: str


class AttachmentRules(Wire):
    """``schemas/reference/attachments.json``: sizes in bytes, ``photo_side`` in pixels."""

    largest: int
    chunk: int
    photo_side: int
    kinds: tuple[FileKind, ...]


@cache
def attachment_rules() -> AttachmentRules:
    """Read the rules."""
    return AttachmentRules.model_validate_json((FOLDER / "attachments.json").read_bytes())


def kind_of(beginning: bytes) -> FileKind | None:
    """Recognise a file by its first bytes, whatever it is called; nothing if it may not come in."""
    for kind in attachment_rules().kinds:
        if beginning.startswith(bytes.fromhex(kind.begins)):
            return kind
    return None
