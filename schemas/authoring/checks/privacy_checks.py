"""Labels that ask who somebody is: forms of İZDES ask for no names, numbers or addresses of people.

Written for labels, not answers: what an officer types is looked at by
schemas/rules/personal_data.py.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from schemas.authoring.node_rows import Reading
from schemas.forms.definition import Node
from schemas.forms.dependencies import Standing
from schemas.reference.files import FOLDER
from schemas.turkish import search_word
from schemas.wire import Wire

_CODES: Final = {
    "name": "asks_name",
    "identity_number": "asks_identity_number",
    "phone": "asks_phone",
    "iban": "asks_iban",
    "email": "asks_email",
    "plate": "asks_plate",
    "address": "asks_address",
}
"""What is asked for → the remark's code."""
_WRITTEN: Final = frozenset({"text", "integer", "decimal", "barcode"})
_SHOWN: Final = frozenset({"image", "file"})
_INSERTED: Final = re.compile(r"\$\{[^{}]*\}")
_SENTENCE: Final = re.compile(r"(?<!T\.C\.)(?<=[.!?;])\s+|\n+")


class PersonalPrompts(Wire):
    """``schemas/reference/personal_prompts.json``: patterns over lower-case ASCII sentences.

    ``denied`` is how a sentence says that something must not be written.
    """

    denied: str
    asked: dict[str, list[str]]
    photographed: str


@cache
def prompts() -> PersonalPrompts:
    """Read the patterns."""
    return PersonalPrompts.model_validate_json((FOLDER / "personal_prompts.json").read_bytes())


def check_privacy(nodes: Mapping[str, Standing], reading: Reading) -> None:
    """Report every question whose label or hint, in any language, asks who somebody is."""
    for name, standing in nodes.items():
        row = reading.rows[name]
        said: dict[str, str] = {}
        for header in reading.headers:
            if header.partition("::")[0].strip() in ("label", "hint"):
                for code in prompted(standing.node, row[header]):
                    said.setdefault(code, header)
        for code, header in said.items():
            reading.report.error(row, header, code, name=name)


def prompted(node: Node, text: str) -> Iterator[str]:
    """The codes of what a text asks for, each as a remark's code."""
    # An inserted answer asks for nothing, whatever its question is called.
    for sentence in _SENTENCE.split(_INSERTED.sub(" ", text)):
        word = search_word(sentence).strip(" .:?!*")
        if re.search(prompts().denied, word):
            continue
        if node.type in _WRITTEN:
            asked = (
                what
                for what, patterns in prompts().asked.items()
                if any(re.search(pattern, word) for pattern in patterns)
            )
            # An e-mail address is no address of a house: the first that fits is meant.
            yield from (_CODES[what] for what in list(asked)[:1])
        elif node.type in _SHOWN and re.search(prompts().photographed, word):
            yield _CODES["identity_number"]
