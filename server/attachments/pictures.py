"""How large a picture is when it is shown: read in its head, nothing of it is unpacked.

A file of a few kilobytes can be a picture of a thousand million pixels, and stop whoever opens it.
"""

import struct
from typing import BinaryIO

from schemas.rules.attachments import attachment_rules

UNREADABLE = (
    SyntaxError,
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    struct.error,
)
"""What Pillow raises for a head it cannot read."""


def pixels_of(file: BinaryIO) -> int | None:
    """Tell how many pixels a picture says it has; nothing where its head cannot be read.

    The file is left at its beginning.
    """
    # Imported late: only who attaches or opens a picture needs it.
    from PIL.JpegImagePlugin import JpegImageFile  # noqa: PLC0415
    from PIL.PngImagePlugin import PngImageFile  # noqa: PLC0415

    for reader in (JpegImageFile, PngImageFile):
        file.seek(0)
        try:
            width, height = reader(file).size
        except UNREADABLE:
            continue
        finally:
            file.seek(0)
        return int(width * height)
    return None


def is_bomb(file: BinaryIO) -> bool:
    """Tell whether a picture says it is larger than anybody should unpack."""
    return (pixels_of(file) or 0) > attachment_rules().largest_pixels


def may_be_shown(file: BinaryIO) -> bool:
    """Tell whether a browser may show this: a picture whose size is known and bounded."""
    return 0 < (pixels_of(file) or 0) <= attachment_rules().largest_pixels
