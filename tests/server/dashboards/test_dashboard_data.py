"""GET /dashboards/data: figures and texts of one view, sent only when they are news."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from schemas.reference.margin_files import margin_text, read_margin_table
from schemas.reference.population import built_in_margins
from server.dashboards.pages import PARTS
from server.observations import round_totals, sources
from server.rounds.margins import set_margins
from tests.forgetting import forget
from tests.people import GOVERNOR, sign_in
from tests.server.indices.survey import ROUND, Survey, answers

ADDRESS = f"/dashboards/data?round={ROUND}"


@pytest.fixture
def ankara(survey: Survey) -> Survey:
    """Forty people asked about the police in Ankara, all of them fairly satisfied."""
    for number, score in enumerate((4, 4, 4, 4, 4, 4, 4, 5)):
        visit = survey.plan(f"06-{number}", "06")
        survey.bring(visit, answers("emn", score=score), times=5)
    return survey


def placed(state: dict[str, Any], role: str) -> list[str]:
    (trace,) = [trace for trace in state["map"]["data"] if trace["meta"]["role"] == role]
    return list(trace["locations"])


def test_a_view_is_whole(ankara: Survey, analyst: FlaskClient) -> None:
    state = analyst.get(f"{ADDRESS}&service=emn").json
    assert set(state["parts"]) == set(PARTS)
    assert state["through_sequence"] == ankara.brought == 40
    assert placed(state, "published") == ["06"]
    assert len(placed(state, "empty")) == 80
    assert "78,1" in state["parts"]["headline"]


def test_nothing_new_is_not_sent_again(ankara: Survey, analyst: FlaskClient) -> None:
    first = analyst.get(ADDRESS)
    again = analyst.get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["ETag"].startswith('"40-')
    assert ankara.brought == 40


def test_nothing_is_computed_for_a_reader_who_knows_it(
    ankara: Survey, analyst: FlaskClient
) -> None:
    tag = analyst.get(ADDRESS).headers["ETag"]
    computed = forget(vars(round_totals)["_recent"])
    assert analyst.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 304
    assert not computed
    assert ankara.brought


def test_a_record_that_comes_while_the_view_is_made_is_in_the_tag_of_what_shows_it(
    ankara: Survey, analyst: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh = sources.refresh

    def look(*where: Any) -> Any:
        found = refresh(*where)
        if found.through == 40:
            ankara.bring("06-0", answers("emn", score=5), times=5)
        return found

    monkeypatch.setattr(sources, "refresh", look)
    shown = analyst.get(ADDRESS)
    assert shown.json["through_sequence"] == 45
    again = analyst.get(ADDRESS, headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304


def test_another_population_table_is_news(ankara: Survey, analyst: FlaskClient) -> None:
    tag = analyst.get(ADDRESS).headers["ETag"]
    margins = {cell: size // 2 + 1 for cell, size in built_in_margins().items()}
    table = read_margin_table(margin_text(margins))
    ankara.database.write(lambda connection: set_margins(connection, ROUND, table, actor=None))
    assert analyst.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 200


def test_a_submission_is_news(ankara: Survey, analyst: FlaskClient) -> None:
    first = analyst.get(ADDRESS)
    ankara.bring("06-0", answers("emn", score=5), times=5)
    tag = {"If-None-Match": first.headers["ETag"]}
    second = analyst.get(ADDRESS, headers=tag)
    assert second.status_code == 200
    assert second.json["through_sequence"] == 45
    # The counter is live; figures stay until ten are new.
    assert "≈ 45" in second.json["parts"]["headline"]


@pytest.mark.parametrize("other", ["&service=emn", "&province=06", "&region=TR5", "&language="])
def test_another_view_has_another_tag(ankara: Survey, analyst: FlaskClient, other: str) -> None:
    tag = analyst.get(f"{ADDRESS}&service=acm").headers["ETag"]
    assert ankara.brought
    assert analyst.get(ADDRESS + other, headers={"If-None-Match": tag}).status_code == 200


def test_few_answers_are_kept_back_everywhere(survey: Survey, analyst: FlaskClient) -> None:
    for number in range(3):
        survey.bring(survey.plan(f"06-{number}", "06"), answers("emn", score=2), times=3)
    state = analyst.get(f"{ADDRESS}&service=emn").json
    assert placed(state, "suppressed") == ["06"]
    shown = json.dumps(state, ensure_ascii=False)
    assert "25,0" not in shown
    assert "Değeri gösterilmeyen (1): Ankara." in state["parts"]["ranking"]


def test_a_region_shows_only_its_provinces(ankara: Survey, analyst: FlaskClient) -> None:
    state = analyst.get(f"{ADDRESS}&region=TR5").json
    shown = [plate for trace in state["map"]["data"] for plate in trace["locations"]]
    assert sorted(shown) == ["06", "42", "70"]
    assert "Batı Anadolu" in state["parts"]["headline"]
    assert ankara.brought


def test_a_province_shows_its_services(ankara: Survey, analyst: FlaskClient) -> None:
    state = analyst.get(f"{ADDRESS}&province=06").json
    assert placed(state, "chosen") == ["06"]
    assert "Emniyet (polis)" in state["parts"]["table"]
    # There is no coast guard in Ankara.
    assert "Sahil güvenlik" not in state["parts"]["table"]
    assert ankara.brought


def test_each_figure_names_what_it_rests_on_itself(ankara: Survey, analyst: FlaskClient) -> None:
    ankara.bring(ankara.plan("34-0", "34"), answers("acm"), times=20, province="34")
    parts = analyst.get(f"{ADDRESS}&province=06&service=emn").json["parts"]
    assert "≈ 60 görüşmeye ve ≈ 40 hizmet" in parts["map-basis"]
    assert "≈ 40 görüşmeye ve ≈ 40 hizmet" in parts["services"]


def test_a_caption_counts_what_was_left_out_in_its_own_places(
    ankara: Survey, analyst: FlaskClient
) -> None:
    istanbul = ankara.plan("34-0", "34")
    ankara.bring(istanbul, answers("emn", katilim="0"), times=60, province="34")
    ankara.bring(istanbul, answers("acm", score=98), times=30, province="34")
    ankara.bring("06-0", answers("emn", katilim="0"), times=12)
    everywhere = analyst.get(ADDRESS).json["parts"]
    assert "katılmak istemedi ≈ 70" in everywhere["table"]
    assert "(değerlendirme) ≈ 30" in everywhere["table"]
    police = analyst.get(f"{ADDRESS}&service=emn").json["parts"]
    assert "(değerlendirme)" not in police["table"]
    there = analyst.get(f"{ADDRESS}&province=06").json["parts"]
    assert "katılmak istemedi ≈ 10" in there["services"]
    assert "(değerlendirme)" not in there["services"]
    # The map shows the other provinces as well.
    assert "katılmak istemedi ≈ 70" in there["map-basis"]


def test_a_view_says_what_it_shows(ankara: Survey, analyst: FlaskClient) -> None:
    state = analyst.get(f"{ADDRESS}&province=06&service=emn").json
    assert state["view"] == {"round": ROUND, "service": "emn", "province": "06"}
    assert (
        state["parts"]["view"].strip() == f"Gösterilen: {ROUND} · Emniyet (polis) – asayiş · Ankara"
    )
    assert ankara.brought


def test_a_place_is_compared_with_the_country(ankara: Survey, analyst: FlaskClient) -> None:
    for number, score in enumerate((2, 3, 3, 3, 3, 3, 3, 3)):
        visit = ankara.plan(f"34-{number}", "34")
        ankara.bring(visit, answers("emn", score=score), times=5, province="34")
    state = analyst.get(f"{ADDRESS}&province=06&service=emn").json
    country = analyst.get(f"{ADDRESS}&service=emn").json
    (line,) = [annotation["text"] for annotation in country["ranking"]["layout"]["annotations"]]
    assert line.startswith("Türkiye ")
    assert [annotation["text"] for annotation in state["ranking"]["layout"]["annotations"]] == [
        line
    ]
    assert "Karşılaştırma: Türkiye" in state["parts"]["headline"]
    assert line.removeprefix("Türkiye ") in state["parts"]["headline"]
    assert line in state["parts"]["services"]
    assert "<tfoot>" in country["parts"]["table"]


def test_the_coast_guard_is_not_expected_inland(ankara: Survey, analyst: FlaskClient) -> None:
    state = analyst.get(f"{ADDRESS}&service=shl").json
    shown = [plate for trace in state["map"]["data"] for plate in trace["locations"]]
    assert len(shown) == 28
    assert ankara.brought


def test_without_a_round_there_is_nothing(analyst: FlaskClient) -> None:
    assert analyst.get("/dashboards/data").json["code"] == "not_found"


def test_an_officer_may_not_look(survey: Survey, client: FlaskClient) -> None:
    sign_in(client, GOVERNOR)
    assert client.get(ADDRESS).json["code"] == "not_allowed"
    assert survey.brought == 0


def test_who_is_not_signed_in_gets_nothing(client: FlaskClient) -> None:
    assert client.get(ADDRESS).json["code"] == "not_signed_in"
