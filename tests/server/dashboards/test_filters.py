"""The filters in the address."""

import pytest

from schemas.problems import Problem
from server.accounts.scopes import EVERYTHING, Scope
from server.dashboards.filters import Filters, filters_from, regions_shown


def read(**query: str) -> Filters:
    return filters_from(query, rounds=["2026-1", "2026-2"], default="2026-2", scope=EVERYTHING)


def test_an_empty_address_shows_the_whole_country() -> None:
    assert read() == Filters(round="2026-2")
    assert read(round="", service="", province="", region="") == Filters(round="2026-2")


def test_a_view_can_be_sent_to_a_colleague() -> None:
    chosen = read(round="2026-1", service="trf", region="TR1")
    assert read(**chosen.as_query()) == chosen


def test_a_province_goes_before_a_region() -> None:
    assert read(province="06", region="TR1") == Filters(round="2026-2", province="06")


@pytest.mark.parametrize(
    "query", [{"round": "2025-1"}, {"service": "xyz"}, {"province": "82"}, {"region": "TR"}]
)
def test_what_does_not_exist_is_not_found(query: dict[str, str]) -> None:
    with pytest.raises(Problem) as raised:
        read(**query)
    assert raised.value.code == "not_found"


def test_a_province_outside_the_scope_does_not_exist() -> None:
    van = Scope("province", frozenset({"65"}))
    rounds = ["2026-2"]
    chosen = filters_from({"province": "65"}, rounds=rounds, default="2026-2", scope=van)
    assert (chosen.province, chosen.within) == ("65", frozenset({"65"}))
    assert chosen.as_query() == {"round": "2026-2", "province": "65"}
    with pytest.raises(Problem) as problem:
        filters_from({"province": "13"}, rounds=rounds, default="2026-2", scope=van)
    assert problem.value.code == "not_found"


def test_a_region_that_tells_of_one_province_outside_the_scope_does_not_exist() -> None:
    van = Scope("province", frozenset({"65"}))
    thrace = Scope("province", frozenset({"10", "17", "22", "39"}))
    for scope, hidden in ((van, "TR1"), (thrace, "TR2")):
        with pytest.raises(Problem) as problem:
            filters_from({"region": hidden}, rounds=["1"], default="1", scope=scope)
        assert problem.value.code == "not_found"
        assert hidden not in regions_shown(scope.provinces)
    assert filters_from({"region": "TRB"}, rounds=["1"], default="1", scope=van).region == "TRB"
    assert len(regions_shown(None)) == 12
    assert "TR1" in regions_shown(frozenset({"34"}))
