"""The map and the ranking: who is drawn where, and what a reader hears of it."""

from typing import Any

import pytest

from server.dashboards.figures import map_of_provinces, ranking_of_provinces
from server.dashboards.filters import Filters
from tests.server.dashboards.boards import basis, board, figure, kept_back, line

ANKARA = line("06", "Ankara", figure(72.34), order=2)
IZMIR = line("35", "İzmir", figure(80.0), order=3)
BAYBURT = line("69", "Bayburt", figure(60.0, precision="wide"), order=1)
TUNCELI = line("62", "Tunceli", kept_back(), order=4)
HAKKARI = line("30", "Hakkari", None, order=5)
ALL = (ANKARA, IZMIR, BAYBURT, TUNCELI, HAKKARI)


def role(drawn: dict[str, Any], name: str) -> dict[str, Any]:
    (trace,) = [trace for trace in drawn["data"] if trace["meta"]["role"] == name]
    return dict(trace)


def test_every_province_is_on_the_map_once_and_in_its_place() -> None:
    drawn = map_of_provinces(board(*ALL), language="tr")
    places = {trace["meta"]["role"]: list(trace["locations"]) for trace in drawn["data"]}
    assert places == {
        "published": ["06", "35"],
        "imprecise": ["69"],
        "suppressed": ["62"],
        "empty": ["30"],
        "chosen": [],
    }


def test_a_region_fills_the_map() -> None:
    aegean = board(IZMIR, filters=Filters(round="2026-2", region="TR3"))
    assert map_of_provinces(aegean, language="tr")["layout"]["geo"]["fitbounds"] == "locations"
    assert "fitbounds" not in map_of_provinces(board(*ALL), language="tr")["layout"]["geo"]


def test_the_map_is_drawn_from_our_own_outlines() -> None:
    for trace in map_of_provinces(board(*ALL), language="tr")["data"]:
        assert trace["geojson"] == "/dashboards/provinces.geojson"
        assert trace["featureidkey"] == "id"


def test_colours_are_left_to_the_page() -> None:
    drawn = map_of_provinces(board(*ALL), language="tr")
    assert "template" not in drawn["layout"]
    assert "colorscale" not in drawn["layout"]["coloraxis"]
    assert (drawn["layout"]["coloraxis"]["cmin"], drawn["layout"]["coloraxis"]["cmax"]) == (60, 80)


def test_a_suppressed_value_is_nowhere_in_the_figure() -> None:
    trace = role(map_of_provinces(board(*ALL), language="tr"), "suppressed")
    assert list(trace["z"]) == [0]
    assert trace["text"] == ["Tunceli<br>yeterli cevap yok"]


@pytest.mark.parametrize(
    ("language", "heard"),
    [
        ("tr", "Ankara<br>Endeks: 72,3<br>%95 aralık: 68,3 – 76,3<br>Cevap sayısı: ≈ 1.235"),
        ("en", "Ankara<br>Index: 72.3<br>95% interval: 68.3 – 76.3<br>Answers: ≈ 1,235"),
    ],
)
def test_a_province_says_its_value_interval_and_number(language: str, heard: str) -> None:
    drawn = map_of_provinces(board(*ALL), language=language)
    assert role(drawn, "published")["text"][0] == heard
    assert drawn["layout"]["separators"] == (",." if language == "tr" else ".,")


def test_the_ranking_goes_from_high_to_low_and_names_no_ranks() -> None:
    drawn = ranking_of_provinces(board(*ALL), language="tr")
    assert list(drawn["layout"]["yaxis"]["categoryarray"]) == ["İzmir", "Ankara", "Bayburt"]
    assert list(role(drawn, "imprecise")["y"]) == ["Bayburt"]


def test_the_ranking_draws_each_interval() -> None:
    whiskers = role(ranking_of_provinces(board(ANKARA), language="tr"), "published")["error_x"]
    assert list(whiskers["array"]) == list(whiskers["arrayminus"]) == [pytest.approx(4)]


def test_a_purposive_round_claims_no_interval() -> None:
    purposive = board(*ALL, basis=basis(selection_mode="purposive"))
    drawn = ranking_of_provinces(purposive, language="tr")
    assert "error_x" not in role(drawn, "published")
    assert [shape["name"] for shape in drawn["layout"]["shapes"]] == ["country"]
    assert "aralık" not in str(map_of_provinces(purposive, language="tr"))


def test_the_country_stands_in_the_ranking_as_a_line_with_its_band() -> None:
    drawn = ranking_of_provinces(board(*ALL), language="tr")
    assert [shape["name"] for shape in drawn["layout"]["shapes"]] == ["country-band", "country"]
    assert drawn["layout"]["annotations"][0]["text"] == "Türkiye 71,5"


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"service": "emn"},
        {"province": "35"},
        {"province": "62"},
        {"province": "06", "service": "emn"},
    ],
)
def test_the_country_stays_to_compare_with_whatever_is_chosen(chosen: dict[str, str]) -> None:
    # The place's own figure is kept back: the country's is not.
    view = board(*ALL, filters=Filters(round="2026-2", **chosen), overall=line("", "", kept_back()))
    drawn = ranking_of_provinces(view, language="tr")
    assert [shape["name"] for shape in drawn["layout"]["shapes"]] == ["country-band", "country"]
    assert [annotation["text"] for annotation in drawn["layout"]["annotations"]] == ["Türkiye 71,5"]


def test_a_region_has_a_line_of_its_own_beside_that_of_the_country() -> None:
    view = board(
        *ALL, filters=Filters(round="2026-2", region="TR5"), overall=line("", "", figure(75.0))
    )
    drawn = ranking_of_provinces(view, language="tr")
    assert [shape["name"] for shape in drawn["layout"]["shapes"]] == [
        "country-band",
        "country",
        "place",
    ]
    names = drawn["layout"]["annotations"]
    assert [name["text"] for name in names] == ["Türkiye 71,5", "Batı Anadolu 75,0"]
    # Lines that lie close together must not have their names on each other.
    assert names[0]["yshift"] != names[1]["yshift"]


def test_a_chosen_province_is_marked_among_the_others() -> None:
    chosen = board(*ALL, filters=Filters(round="2026-2", province="35"))
    assert list(role(map_of_provinces(chosen, language="tr"), "chosen")["locations"]) == ["35"]
    drawn = ranking_of_provinces(chosen, language="tr")
    assert list(role(drawn, "chosen")["y"]) == ["İzmir"]
    assert list(role(drawn, "published")["y"]) == ["Ankara"]


def test_names_cannot_bring_markup_into_a_figure() -> None:
    wicked = line("06", '<img src=x onerror="alert(1)">', figure())
    drawn = map_of_provinces(board(wicked), language="tr")
    assert "<img" not in role(drawn, "published")["text"][0]


def test_nothing_to_rank_is_drawn_as_nothing() -> None:
    drawn = ranking_of_provinces(board(TUNCELI, country=line("", "", kept_back())), language="tr")
    assert all(len(trace["x"]) == 0 for trace in drawn["data"])
    assert "shapes" not in drawn["layout"]
