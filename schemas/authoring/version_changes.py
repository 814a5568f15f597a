"""What a new version of a form changes in questions that were asked before.

Answers of two versions are compared under one name: it keeps its question, or there is a new name.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.forms.definition import FormDefinition, Node
from schemas.forms.dependencies import standings
from schemas.turkish import lower_turkish

_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")
_UNWORDED: Final = frozenset({"note", "calculate"})


@dataclass(frozen=True)
class Change:
    """A change of one question: its name, the column it stands in, and a remark's code."""

    name: str
    what: str
    code: str
    values: dict[str, Any] = field(default_factory=dict)
    is_error: bool = True


def changes(new: FormDefinition, old: FormDefinition) -> Iterator[Change]:
    """What answers of the old version would no longer mean the same under."""
    before = {name: standing.node for name, standing in standings(old.body).items()}
    for name, standing in standings(new.body).items():
        node, known = standing.node, before.get(name)
        if known is None or node.kind != "field" or node.type in _UNWORDED:
            continue
        if node.type != known.type:
            yield Change(name, "type", "published_type", {"old": known.type, "new": node.type})
        else:
            yield from _changed_choices(node, known, new, old)
        yield from _changed_wording(node, known)


def _changed_wording(node: Node, known: Node) -> Iterator[Change]:
    for language, text in node.label.items():
        before = known.label.get(language, "")
        if normal(text, language) != normal(before, language):
            yield Change(
                node.name,
                f"label::{language}",
                "published_wording",
                {"name": node.name, "old": before},
                is_error=is_rating(known),
            )
            return


def _changed_choices(
    node: Node, known: Node, new: FormDefinition, old: FormDefinition
) -> Iterator[Change]:
    if not node.list or not known.list:
        return
    now, then = (
        {choice.name: choice.label for choice in form.lists[question.list or ""]}
        for form, question in ((new, node), (old, known))
    )
    if is_rating(known) and list(now) != list(then):
        codes = {"old": ", ".join(then), "new": ", ".join(now)}
        yield Change(node.name, "scale", "published_scale", {"name": node.name} | codes)
    elif gone := [code for code in then if code not in now]:
        values = {"name": node.name, "code": gone[0]}
        yield Change(node.name, "type", "published_choice_gone", values, is_error=False)
    for code in now.keys() & then.keys():
        if _differ(now[code], then[code]):
            values = {"name": node.name, "code": code, "old": next(iter(then[code].values()), "")}
            yield Change(node.name, "type", "published_choice", values, is_error=is_rating(known))


def _differ(label: dict[str, str], before: dict[str, str]) -> bool:
    return any(normal(text, key) != normal(before.get(key, ""), key) for key, text in label.items())


def is_rating(node: Node) -> bool:
    """Ask for a question whose answers are averaged, so that its scale must stay."""
    return node.scale is not None or bool(node.core)


def normal(text: str, language: str) -> str:
    """A wording without case, punctuation and blanks: what may change unnoticed."""
    composed = unicodedata.normalize("NFKC", text)
    lower = lower_turkish(composed) if language == "tr" else composed.lower()
    return _BETWEEN_WORDS.sub(" ", lower).strip()
