"""The line under a figure says what it rests on and what may be claimed."""

import pytest

from server.dashboards.captions import what_this_rests_on
from tests.server.dashboards.boards import basis, figure, kept_back, line

SHOWN = line("06", "Ankara", figure())
HIDDEN = line("62", "Tunceli", kept_back())


def said(language: str = "tr", **changes: object) -> str:
    return what_this_rests_on((SHOWN, HIDDEN), basis(**changes), language=language)


def test_it_names_numbers_versions_and_the_moment() -> None:
    sentence = said()
    for part in ("1.500 görüşmeye", "2.400 hizmet", "poststrat-1", "A/1", "21.11.2026 23:00:00"):
        assert part in sentence


def test_it_says_how_many_rows_are_kept_back() -> None:
    assert "1 satırda değer gösterilmiyor" in said()
    assert "Rows without a value: 1; the table says why." in said("en")


def test_it_says_what_was_left_out_and_why() -> None:
    assert "katılmak istemedi ≈ 30" in said(excluded={"not_agreed": 30})


def test_it_says_how_many_visits_had_no_weight_of_their_own() -> None:
    assert "tasarım ağırlığı yazılmamış ≈ 40 görüşme" in said(imputed=40)
    assert "< 10 interviews in visits without a design weight" in said("en", imputed=None)
    assert "tasarım ağırlığı" not in said()


def test_too_few_interviews_are_not_counted_in_public() -> None:
    assert "< 10 görüşmeye" in said(interviews=None)


@pytest.mark.parametrize(
    ("mode", "claim"),
    [
        ("probability", "aralıklar yetişkin nüfus için geçerlidir"),
        ("systematic_exit", "bütün nüfus için değil"),
        ("quota", "hata payı olarak okunmamalıdır"),
        ("purposive", "hata payı verilmez"),
    ],
)
def test_the_selection_decides_what_may_be_claimed(mode: str, claim: str) -> None:
    assert claim in said(selection_mode=mode)
    assert said("en", selection_mode=mode)
