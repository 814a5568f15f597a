"""What a round claims follows from how its respondents were chosen, and its captions say so."""

from typing import get_args

import pytest

from schemas.reference.rounds import SelectionMode
from schemas.rules.claims import claims
from schemas.wording import LANGUAGES, say

MARGIN = {"tr": "hata payı", "en": "margin of error"}


@pytest.mark.parametrize("mode", get_args(SelectionMode))
def test_only_selection_by_chance_has_a_margin_of_error(mode: str) -> None:
    by_chance = mode in {"probability", "systematic_exit"}
    assert claims(mode).margin_of_error == by_chance
    assert (claims(mode).interval == "sampling") == by_chance


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", get_args(SelectionMode))
def test_captions_deny_a_margin_of_error_where_there_is_none(mode: str, language: str) -> None:
    for room in ("dashboards", "indices"):
        denied = MARGIN[language] in say(f"{room}.selection_{mode}", language)
        assert denied != claims(mode).margin_of_error
