"""Signs kept up to date, record by record, are those of all records looked at together."""

from dataclasses import dataclass, fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.arrays import IntArray
from analysis.fieldwork.assessment import SIGNS, Fieldwork, assessed
from analysis.fieldwork.growing import KnownSigns, continued, nothing_known
from schemas.rules.quality import quality_rules

ITEMS = 24
RULES = quality_rules()
PLACES = ((39.93, 32.86), (38.49, 43.38))


@dataclass(frozen=True)
class Step:
    """How many records come, and which of those that are there go."""

    comes: int
    goes: int


steps = st.lists(
    st.builds(Step, comes=st.integers(0, 40), goes=st.integers(0, 25)), min_size=1, max_size=6
)


def field(random: np.random.Generator, sequence: IntArray) -> Fieldwork:
    """Make interviews as careless as can be: every sign is common."""
    number = sequence.size
    bases = np.random.default_rng(1).integers(1, 6, (3, ITEMS)) * 1.0
    answers = bases[random.integers(0, 3, number)]
    answers = np.where(random.random((number, ITEMS)) < 0.03, random.integers(1, 6), answers)
    answers[random.random(number) < 0.1] = 3.0
    answers = np.where(random.random((number, ITEMS)) < 0.02, np.nan, answers)
    where = random.integers(0, 2, number)
    return Fieldwork(
        sequence=sequence,
        interviewer=random.integers(0, 3, number),
        start=np.where(random.random(number) < 0.1, np.nan, random.integers(0, 40, number) * 600.0),
        duration=np.where(
            random.random(number) < 0.1, np.nan, random.lognormal(6.5, 0.7, number).round()
        ),
        local_hour=random.integers(0, 24, number) * 1.0,
        variant=random.integers(0, 2, number),
        answers=answers,
        latitude=np.where(random.random(number) < 0.1, np.nan, np.array(PLACES)[where, 0]),
        longitude=np.array(PLACES)[where, 1],
    )


def rows(fieldwork: Fieldwork, chosen: IntArray) -> Fieldwork:
    taken = {each.name: getattr(fieldwork, each.name)[chosen] for each in fields(fieldwork)}
    return Fieldwork(**taken)


def fresh(every: Fieldwork, counting: IntArray) -> dict[str, list[int]]:
    fieldwork = rows(every, np.flatnonzero(np.isin(every.sequence, counting)))
    signs = assessed(fieldwork, RULES).signs
    return {name: fieldwork.sequence[signs[name]].tolist() for name in SIGNS}


def kept(known: KnownSigns) -> dict[str, list[int]]:
    return {name: known.fieldwork.sequence[known.signs[name]].tolist() for name in SIGNS}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), steps)
def test_whatever_comes_and_goes(seed: int, history: list[Step]) -> None:
    random = np.random.default_rng(seed)
    every = field(random, np.arange(1, 1 + sum(each.comes for each in history)))
    # Numbers do not come in their order everywhere.
    waiting = random.permutation(every.sequence)
    counting = np.zeros(0, dtype=np.int64)
    known = nothing_known(ITEMS)
    for step in history:
        come, waiting = np.sort(waiting[: step.comes]), waiting[step.comes :]
        gone = random.permutation(counting)[: step.goes]
        known = continued(known, rows(every, come - 1), gone=gone, rules=RULES)
        counting = np.sort(np.concatenate([np.setdiff1d(counting, gone), come]))
        assert known.fieldwork.sequence.tolist() == counting.tolist()
        assert kept(known) == fresh(every, counting)


def test_every_sign_occurs_among_the_random_records() -> None:
    """What never occurs would be compared with nothing."""
    every = field(np.random.default_rng(1), np.arange(1, 200))
    assert all(fresh(every, every.sequence).values())


def test_one_record_names_its_signs_and_an_unknown_one_none() -> None:
    every = field(np.random.default_rng(2), np.arange(1, 40))
    known = continued(nothing_known(ITEMS), every, gone=np.zeros(0, dtype=np.int64), rules=RULES)
    found = fresh(every, every.sequence)
    for sequence in every.sequence.tolist():
        assert known.of(sequence) == tuple(name for name in SIGNS if sequence in found[name])
    assert known.of(0) == known.of(40) == ()
