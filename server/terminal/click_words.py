"""The words click itself says, in the language of the terminal.

Click asks gettext, whose catalogues are compiled files beside the system's own. Ours are the texts
of ``schemas/messages/click.json``, found by the English sentence click asks for.
"""

import sys
from functools import cache
from gettext import gettext, ngettext

from schemas.wording import catalogue
from server.terminal.application import terminal_language

ROOM = "click."


def translate_click() -> None:
    """Let every module of click ask here instead of gettext."""
    modules = [module for name, module in sys.modules.items() if name.startswith("click.")]
    for module in modules:
        if getattr(module, "_", None) is gettext:
            module._ = _said  # type: ignore[attr-defined]
        if getattr(module, "ngettext", None) is ngettext:
            module.ngettext = _said_of  # type: ignore[attr-defined]


def _said(english: str) -> str:
    text = _by_english().get(english)
    return text[terminal_language()] if text else english


def _said_of(one: str, many: str, number: int) -> str:
    return _said(one if number == 1 else many)


@cache
def _by_english() -> dict[str, dict[str, str]]:
    return {text["en"]: text for key, text in catalogue().items() if key.startswith(ROOM)}
