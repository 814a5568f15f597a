"""Every sentence a user reads, in every language: ``schemas/messages/*.json``.

A file is one room of the product (``problems.json``, ``accounts.json``, …); its keys are prefixed
with the file's name. Texts hold ``{name}`` places. The tablet bundles the files it needs.
"""

import json
from functools import cache
from pathlib import Path

LANGUAGES = ("tr", "en")
FOLDER = Path(__file__).parent / "messages"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All texts: ``{"problems.malformed_json": {"tr": …, "en": …}}``."""
    return {
        f"{file.stem}.{key}": text
        for file in sorted(FOLDER.glob("*.json"))
        for key, text in json.loads(file.read_text("utf-8")).items()
    }


def say(key: str, language: str, /, **values: object) -> str:
    """The text of ``key`` in ``language``, its places filled."""
    return catalogue()[key][language].format(**values)
