"""What the closed grammar does not allow is refused, with a code at the character."""

from collections.abc import Callable
from typing import Any

import pytest

from schemas.expressions.grammar import ExpressionError, parse
from schemas.expressions.static_types import Scope, require_condition, require_value
from schemas.wording import LANGUAGES, catalogue
from tests.schemas.vectors import vectors

KEYS = {"name", "expr", "place", "types", "lists", "columns", "code", "column"}
REFUSED = vectors("refused", KEYS)
CHECKS: dict[str, Callable[[Any, Scope], Any]] = {
    "condition": require_condition,
    "constraint": require_condition,
    "choice_filter": require_condition,
    "calculate": require_value,
    "repeat": require_value,
}


@pytest.mark.parametrize("vector", [each for _, each in REFUSED], ids=[name for name, _ in REFUSED])
def test_an_expression_is_refused_at_its_character(vector: dict[str, Any]) -> None:
    place = vector["place"]
    scope = Scope(
        types=vector.get("types", {}),
        own="text" if place == "constraint" else None,
        choices={name: frozenset(each) for name, each in vector.get("lists", {}).items()},
        columns=frozenset(vector.get("columns", ())) if place == "choice_filter" else None,
        in_repeat=place == "repeat",
    )
    with pytest.raises(ExpressionError) as refusal:
        CHECKS[place](parse(vector["expr"]), scope)
    assert (refusal.value.code, refusal.value.column) == (vector["code"], vector["column"])


@pytest.mark.parametrize("code", sorted({vector["code"] for _, vector in REFUSED}))
def test_every_refusal_has_a_sentence_in_every_language(code: str) -> None:
    text = catalogue()[f"forms.{code}"]
    assert all(text[language] for language in LANGUAGES)
