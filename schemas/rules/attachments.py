"""What may be attached to a record: kinds of files, known by how they begin, and their size."""

from functools import cache

from schemas.reference.files import FOLDER
from schemas.wire import Wire


class FileKind(Wire):
    """A kind of file; ``begins`` are its first bytes in hex."""

    media_type: str
    extension: str
    begins: str


class UnfinishedRules(Wire):
    """How many files an officer may have begun, and how long one that does not go on is kept.

    ``days`` is how long it is kept at all, ``idle_hours`` where the officer has begun too many.
    """

    files: int
    idle_hours: int
    days: int


class AttachmentRules(Wire):
    """``schemas/reference/attachments.json``: sizes in bytes, ``photo_side`` in pixels."""

    largest: int
    chunk: int
    photo_side: int
    largest_pixels: int
    files_per_record: int
    unfinished: UnfinishedRules
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
