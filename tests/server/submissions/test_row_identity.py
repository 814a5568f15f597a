"""Rows stay the rows they are, whatever corrections do to those around them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.forms.row_keys import ROW_KEY
from server.submissions.row_identity import NAMESPACE, KeptRow, Row, derived_key, follow

RECORD = "0199d2a0-0000-7000-8000-000000000001"
TITLES = (
    "Bekleme salonu çok dar",
    "Araç sayısı yetersiz",
    "Telsizler eskidi",
    "Nezarethane için yer ayrılmalı",
    "Personel eksikliği var",
    "Kimlik basım makinesi bozuk",
    "Otopark yok",
    "Tercüman bulunamıyor",
    "Isıtma sistemi çalışmıyor",
    "Engelli rampası yapılmadı",
    "İnternet sık sık kesiliyor",
    "Arşiv odasını su basıyor",
)
CATEGORIES = ("bina", "arac", "personel")


@dataclass(frozen=True)
class Issue:
    """A row as it is: which one, and what it says now."""

    number: int
    category: str
    more: str = ""

    def sent(self, *, with_key: bool) -> Row:
        content = {"baslik": f"{TITLES[self.number]}{self.more}", "kat": self.category}
        key = str(uuid5(NAMESPACE, f"tablet {self.number}"))
        return {ROW_KEY: key, **content} if with_key else content


@st.composite
def histories(draw: st.DrawFn) -> list[list[Issue]]:
    """Revisions of a record: rows are taken out, put in, written anew in part, and moved."""
    numbers = iter(range(len(TITLES)))
    categories = st.sampled_from(CATEGORIES)
    rows = [Issue(next(numbers), draw(categories)) for _ in range(draw(st.integers(1, 5)))]
    revisions = [rows]
    for _ in range(draw(st.integers(1, 3))):
        rows = [row for row in rows if draw(st.integers(0, 3))]
        rows = [_edited(row, draw(st.sampled_from(("", "kat", "baslik")))) for row in rows]
        added = islice(numbers, draw(st.integers(0, 2)))
        rows += [Issue(number, draw(categories)) for number in added]
        revisions.append(draw(st.permutations(rows)))
    return revisions


def _edited(row: Issue, what: str) -> Issue:
    if what == "kat":
        return replace(row, category=CATEGORIES[(CATEGORIES.index(row.category) + 1) % 3])
    return replace(row, more=f"{row.more}!") if what == "baslik" else row


def named(revisions: Sequence[Sequence[Issue]], *, keyed_from: int) -> list[list[KeptRow]]:
    sent = [
        [row.sent(with_key=at >= keyed_from) for row in rows] for at, rows in enumerate(revisions)
    ]
    return follow(RECORD, "konu", sent)


def stay_themselves(revisions: Sequence[Sequence[Issue]], found: list[list[KeptRow]]) -> None:
    """Each row has one key from its first revision to its last, and shares it with none beside."""
    for rows, kept in zip(revisions, found, strict=True):
        assert len({row.key for row in kept}) == len(rows)
        assert len({row.number for row in kept}) == len(rows)
    for (rows, kept), (later, kept_later) in pairwise(zip(revisions, found, strict=True)):
        before = {row.number: kept_row for row, kept_row in zip(rows, kept, strict=True)}
        for row, kept_row in zip(later, kept_later, strict=True):
            if row.number in before:
                assert kept_row.key == before[row.number].key
                assert kept_row.number == before[row.number].number


@given(histories())
def test_rows_sent_with_keys_are_always_themselves(revisions: list[list[Issue]]) -> None:
    found = named(revisions, keyed_from=0)
    stay_themselves(revisions, found)
    said = {row.sent(with_key=True)[ROW_KEY] for rows in revisions for row in rows}
    assert {row.key for kept in found for row in kept} == said


@given(histories())
def test_rows_that_say_the_same_are_told_apart_by_their_keys(
    revisions: list[list[Issue]],
) -> None:
    sent = [[{ROW_KEY: row.sent(with_key=True)[ROW_KEY]} for row in rows] for rows in revisions]
    stay_themselves(revisions, follow(RECORD, "konu", sent))


@given(histories())
def test_rows_without_keys_are_known_by_what_they_say(revisions: list[list[Issue]]) -> None:
    stay_themselves(revisions, named(revisions, keyed_from=len(revisions)))


@given(histories())
def test_rows_keep_their_identity_when_a_newer_tablet_begins_to_send_keys(
    revisions: list[list[Issue]],
) -> None:
    found = named(revisions, keyed_from=1)
    stay_themselves(revisions, found)
    first = {derived_key(RECORD, "konu", at) for at in range(1, len(revisions[0]) + 1)}
    assert {row.key for row in found[0]} == first


@given(histories())
def test_the_same_history_always_gives_the_same_names(revisions: list[list[Issue]]) -> None:
    found = [named(revisions, keyed_from=len(revisions)) for _ in range(2)]
    assert found[0] == found[1]
    # What comes later changes nothing about what was before.
    assert named(revisions[:-1], keyed_from=len(revisions)) == found[0][:-1]


def keys(*revisions: list[Row]) -> list[list[str]]:
    return [[row.key for row in rows] for rows in follow(RECORD, "konu", revisions)]


def test_a_row_that_is_taken_out_and_put_back_is_the_same() -> None:
    one, two = {"baslik": TITLES[0]}, {"baslik": TITLES[1]}
    first, second, third = keys([one, two], [two], [two, one])
    assert second == first[1:]
    assert third == [first[1], first[0]]


def test_the_only_row_written_anew_at_its_place_is_the_same() -> None:
    rest = {"baslik": TITLES[0]}
    first, second = keys([rest, {"baslik": TITLES[1]}], [rest, {"baslik": TITLES[2]}])
    assert first == second


def test_a_row_of_which_nobody_can_say_which_it_was_is_a_new_one() -> None:
    first, second = keys(
        [{"baslik": TITLES[0]}, {"baslik": TITLES[1]}],
        [{"baslik": TITLES[2]}, {"baslik": TITLES[3]}],
    )
    assert not set(first) & set(second)


def test_two_rows_sent_with_different_keys_are_two_though_they_say_the_same() -> None:
    one, two = (str(UUID(int=number)) for number in (1, 2))
    first, second = keys([{ROW_KEY: one, "baslik": "x"}], [{ROW_KEY: two, "baslik": "x"}])
    assert (first, second) == ([one], [two])


def test_a_garbled_record_holds_nobody_up() -> None:
    """A thousand rows, all different from those before: too many to compare each with each."""
    revisions: list[list[Row]] = [
        [{"baslik": f"{half}-{number}"} for number in range(1000)] for half in "xy"
    ]
    first, second = keys(*revisions)
    assert len({*first, *second}) == 2000


@pytest.mark.parametrize("is_keyed", [False, True])
def test_a_hostile_record_of_very_many_rows_holds_nobody_up(*, is_keyed: bool) -> None:
    """So many that looking at each pair once would take hours, and all memory."""
    number = 60_000
    revisions: list[list[Row]] = [
        [
            {"baslik": "x" if is_keyed else f"{half}-{row}"}
            | ({ROW_KEY: str(UUID(int=half * number + row))} if is_keyed else {})
            for row in range(number)
        ]
        for half in (1, 2)
    ]
    first, second = keys(*revisions)
    assert len({*first, *second}) == 2 * number


def test_a_key_that_could_be_worked_out_is_no_second_rows_key() -> None:
    stolen = derived_key(RECORD, "konu", 2)
    one, two = {"baslik": TITLES[0], ROW_KEY: stolen}, {"baslik": TITLES[1]}
    ((key, other),) = keys([one, two])
    assert key == stolen
    assert other != stolen
    assert keys([two, one])[0][0] == derived_key(RECORD, "konu", 1)
    for revision in keys([one, two], [two, one], [one]):
        assert len(set(revision)) == len(revision)
