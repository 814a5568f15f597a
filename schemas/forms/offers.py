"""Which choices a question offers: its list, narrowed by its ``choice_filter``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.expressions.calls import Condition, Text
from schemas.expressions.evaluation import condition, text
from schemas.expressions.static_types import Scope, type_of
from schemas.forms.definition import Choice, Expression

_NO_COLUMNS: dict[str, str] = {}


@dataclass(frozen=True)
class Offer:
    """A question's choices, ready to be asked for."""

    choices: tuple[Choice, ...]
    places: Mapping[str, int]
    columns: tuple[dict[str, str], ...]
    keeps: Condition | None
    key: Text | None
    by_key: Mapping[str, tuple[Choice, ...]]


def make_offer(
    choices: tuple[Choice, ...], choice_filter: Expression | None, scope: Scope
) -> Offer:
    """Prepare a list for one question. ``column = something`` is looked up, not searched.

    973 districts are filtered at every change of the province; an index makes that one look-up.
    """
    columns = tuple({"name": choice.name, **choice.columns} for choice in choices)
    places = {choice.name: place for place, choice in enumerate(choices)}
    tree = choice_filter.tree if choice_filter else None
    keyed = _keyed(tree, scope) if tree else None
    return Offer(
        choices=choices,
        places=places,
        columns=columns,
        keeps=condition(tree, scope) if tree else None,
        key=text(keyed[1], scope) if keyed else None,
        by_key=_grouped(choices, columns, keyed[0]) if keyed else {},
    )


def _keyed(tree: Any, scope: Scope) -> tuple[str, Any] | None:
    """Recognise ``column = text that asks no column``."""
    if tree[:2] != ["bin", "="]:
        return None
    for column, other in ((tree[2], tree[3]), (tree[3], tree[2])):
        asks_columns = any(True for _ in _columns(other))
        if column[0] == "col" and not asks_columns and type_of(other, scope) != "number":
            return column[1], other
    return None


def _columns(tree: Any) -> Any:
    if isinstance(tree, list) and tree:
        if tree[0] == "col":
            yield tree[1]
        for part in tree[1:]:
            yield from _columns(part)


def _grouped(
    choices: tuple[Choice, ...], columns: tuple[dict[str, str], ...], column: str
) -> dict[str, tuple[Choice, ...]]:
    groups: dict[str, list[Choice]] = {}
    for choice, row in zip(choices, columns, strict=True):
        groups.setdefault(row.get(column, ""), []).append(choice)
    return {key: tuple(group) for key, group in groups.items()}


def offered(offer: Offer, place: Any) -> tuple[Choice, ...]:
    """The choices offered at a place, in list order."""
    if offer.key:
        return offer.by_key.get(offer.key(place), ())
    if offer.keeps is None:
        return offer.choices
    return tuple(
        choice
        for choice, columns in zip(offer.choices, offer.columns, strict=True)
        if _keeps(offer.keeps, place, columns)
    )


def is_offered(offer: Offer, place: Any, token: str) -> bool:
    """Ask for one choice; the others are not looked at."""
    index = offer.places.get(token)
    if index is None:
        return False
    return offer.keeps is None or _keeps(offer.keeps, place, offer.columns[index])


def _keeps(keeps: Condition, place: Any, columns: dict[str, str]) -> bool:
    place.columns = columns
    kept = keeps(place)
    place.columns = _NO_COLUMNS
    return kept


def in_list_order(offer: Offer, answer: str) -> str:
    """A choice answer as it is stored: each token once, in the order of the list."""
    tokens = dict.fromkeys(token for token in answer.split(" ") if token)
    last = len(offer.places)
    return " ".join(sorted(tokens, key=lambda token: offer.places.get(token, last)))
