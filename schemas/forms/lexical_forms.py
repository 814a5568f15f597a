"""The form an answer must have, by question type; what a choice question accepts."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from schemas.expressions.values import LEXICAL_FORM, is_decimal
from schemas.forms.definition import Node
from schemas.forms.offers import Offer, is_offered, offered

Fault = Literal["type", "option"]
Judge = Callable[[str, Any], Fault | None]
"""Takes a non-blank answer and the frame it stands in; gives what is wrong with it."""

_NEARLY: Final = 1e-6


def judge_of(node: Node, offer: Offer | None) -> Judge:
    """The judge of one question's answers."""
    if offer is not None:
        return _CHOICE_JUDGES[str(node.type)](offer)
    if node.type == "range":
        return _range_judge(node)
    has_form = LEXICAL_FORM[str(node.type)]
    return lambda answer, _frame: None if has_form(answer) else "type"


def _one_judge(offer: Offer) -> Judge:
    names = frozenset(offer.places)

    def judge(answer: str, frame: Any) -> Fault | None:
        if answer in names and (offer.keeps is None or is_offered(offer, frame, answer)):
            return None
        return "type" if " " in answer else "option"

    return judge


def _several_judge(offer: Offer) -> Judge:
    def judge(answer: str, frame: Any) -> Fault | None:
        tokens = answer.split(" ")
        known = [offer.places[token] for token in tokens if token in offer.places]
        if "" in tokens or len(set(tokens)) < len(tokens) or known != sorted(known):
            return "type"
        fits = len(known) == len(tokens) and all(
            is_offered(offer, frame, token) for token in tokens
        )
        return None if fits else "option"

    return judge


def _rank_judge(offer: Offer) -> Judge:
    def judge(answer: str, frame: Any) -> Fault | None:
        tokens = answer.split(" ")
        if "" in tokens or len(set(tokens)) < len(tokens):
            return "type"
        return (
            None if set(tokens) == {choice.name for choice in offered(offer, frame)} else "option"
        )

    return judge


def is_on_scale(answer: str, parameters: Mapping[str, str]) -> bool:
    """Ask for a decimal that is ``start`` or whole steps above it, up to ``end``."""
    if not is_decimal(answer):
        return False
    start, end, step = (float(parameters[key]) for key in ("start", "end", "step"))
    steps = (float(answer) - start) / step
    # Steps such as 0.1 are not exact in binary.
    return start <= float(answer) <= end and abs(steps - math.floor(steps + 0.5)) < _NEARLY


def _range_judge(node: Node) -> Judge:
    parameters = node.parameters
    return lambda answer, _frame: None if is_on_scale(answer, parameters) else "type"


_CHOICE_JUDGES: dict[str, Callable[[Offer], Judge]] = {
    "select_one": _one_judge,
    "select_multiple": _several_judge,
    "rank": _rank_judge,
}
