"""A joint attack on everything printed of seeded rounds wins nothing."""

import os

import pytest

from analysis.disclosure.groups import Least
from benchmarks import disclosure

SOAK = os.environ.get("IZDES_SOAK") == "1"
ROUNDS, ATTACKS = 20, 1_000
AUDITED, ATOMS = (20, 50) if SOAK else (4, 3)


def test_no_attack_proves_the_answers_of_fewer_than_ten() -> None:
    made, won = disclosure.attack(ROUNDS, ATTACKS)
    assert (won, made) == (0, ATTACKS)


def test_nothing_computed_from_a_round_speaks_of_fewer_than_ten() -> None:
    assert disclosure.fewest_people(AUDITED, ATOMS) >= 10


def test_the_attack_would_win_where_small_cells_count_in_their_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The audit can fail: pools of five are found out."""
    small = disclosure.released(disclosure.synthetic_round(0, 3_000), least=Least(5, 1))
    monkeypatch.setattr(disclosure, "released", lambda held: small)  # noqa: ARG005
    assert disclosure.fewest_people(1, 12) < 10
