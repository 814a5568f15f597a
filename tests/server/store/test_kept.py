"""What takes long is worked out once, by one, while nobody waits for anybody else's."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.store.kept import Kept
from tests.waiting import PATIENCE, wait_until


def test_a_value_is_made_once_and_found_again() -> None:
    kept: Kept[int] = Kept(2)
    made: list[str] = []

    def make(name: str) -> int:
        made.append(name)
        return len(made)

    assert [kept.of(name, lambda name=name: make(name)) for name in "aba"] == [1, 2, 1]
    assert made == ["a", "b"]


def test_the_one_that_was_not_asked_for_longest_goes() -> None:
    kept: Kept[str] = Kept(2)
    for name in ("a", "b", "a", "c"):
        kept.of(name, lambda name=name: name)
    assert len(kept) == 2
    assert kept.of("a", lambda: "again") == "a"
    assert kept.of("b", lambda: "again") == "again"


def test_whoever_asks_for_the_same_waits_and_for_another_does_not() -> None:
    kept: Kept[str] = Kept(2)
    begun, go_on = threading.Event(), threading.Event()
    made: list[str] = []

    def slowly() -> str:
        made.append("slow")
        begun.set()
        assert go_on.wait(PATIENCE)
        return "slow"

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(kept.of, "slow", slowly)
        assert begun.wait(PATIENCE)
        second = threads.submit(kept.of, "slow", slowly)
        other = threads.submit(kept.of, "quick", lambda: "quick")
        assert other.result(PATIENCE) == "quick"
        wait_until(lambda: _users(kept, "slow") == 2, "the second one waits")
        assert not second.done()
        go_on.set()
        assert first.result(PATIENCE) == second.result(PATIENCE) == "slow"
    assert made == ["slow"]


def test_what_somebody_works_on_never_goes() -> None:
    kept: Kept[str] = Kept(1)
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> str:
        begun.set()
        assert go_on.wait(PATIENCE)
        return "slow"

    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(kept.of, "slow", slowly)
        assert begun.wait(PATIENCE)
        for number in range(5):
            kept.of(number, lambda: "quick")
        again = threads.submit(kept.of, "slow", lambda: "made twice")
        wait_until(lambda: _users(kept, "slow") == 2, "the second one waits")
        go_on.set()
        assert slow.result(PATIENCE) == again.result(PATIENCE) == "slow"
    assert len(kept) == 1


def test_where_it_fails_the_next_one_tries_and_nothing_is_left_behind() -> None:
    kept: Kept[str] = Kept(2)

    def fail() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        kept.of("a", fail)
    assert len(kept) == 0
    assert kept.of("a", lambda: "made") == "made"


def test_what_grows_takes_one_step_at_a_time_and_loses_none() -> None:
    kept: Kept[int] = Kept(2)

    def grow(_: int) -> int:
        return kept.continued("a", lambda before: (before or 0) + 1)

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(grow, range(200))) == list(range(1, 201))


def test_threads_that_ask_for_many_all_get_theirs() -> None:
    kept: Kept[int] = Kept(3)
    with ThreadPoolExecutor(8) as threads:
        asked = [number % 7 for number in range(500)]
        assert list(threads.map(lambda key: kept.of(key, lambda: key + 1), asked)) == [
            key + 1 for key in asked
        ]
    assert len(kept) <= 3


def _users(kept: Kept[Any], key: str) -> int:
    return int(vars(kept)["_places"][key].users)
