"""Taking rating rows out of an interview of the citizen form."""

from datetime import UTC, datetime, timedelta

import pytest

from analysis.records.observations import Facts, Observations, extraction_of, observations
from schemas.rules.measurement import measurement
from tests.server.indices.survey import CORE, FORM, answers

STARTED = datetime(2026, 11, 20, 9, tzinfo=UTC)
FACTS = Facts(
    sequence=1,
    instance_id="i",
    round="2026-2",
    form_version="anket/1",
    province="06",
    district=None,
    stratum="06",
    psu="V1",
    interviewer="nevzat.ergun",
    started_at=STARTED,
    finished_at=STARTED + timedelta(seconds=90),
    violations=0,
)
EXTRACTION = extraction_of(FORM, measurement())


def take(given: dict[str, str], **facts: object) -> Observations:
    return observations(EXTRACTION, given, FACTS._replace(**facts))


def test_seven_items_count_for_the_police_and_six_for_112() -> None:
    counted = {
        module.service: sum(item[2] for item in module.items) for module in EXTRACTION.modules
    }
    assert counted == {"emn": 7, "acm": 6, "jan": 7}


def test_the_index_is_the_mean_of_the_answered_items_on_0_to_100() -> None:
    given = answers("emn", score=4) | {"emn_hiz": "1", "emn_adil": "97"}
    (row,) = take(given).ratings
    assert row["respondent_index"] == pytest.approx((5 * 75 + 0) / 6)
    assert (row["hiz"], row["adil"]) == (1, None)


def test_overall_and_staff_knowledge_do_not_count_for_the_index() -> None:
    given = answers("emn", score=3, overall=5, emn_yetkinlik="1")
    (row,) = take(given).ratings
    assert (row["respondent_index"], row["overall"], row["yetkinlik"]) == (50.0, 5, 1)


@pytest.mark.parametrize(("answered", "counts"), [(3, False), (4, True), (0, False)])
def test_fewer_than_half_of_the_items_give_no_index(*, answered: int, counts: bool) -> None:
    given = answers("emn", score=99, overall=4)
    given |= {f"emn_{dimension}": "5" for dimension in CORE[:answered]}
    (row,) = take(given).ratings
    assert row["respondent_index"] == (100.0 if counts else None)


def test_half_of_six_items_are_three() -> None:
    given = answers("acm", score=98) | {f"acm_{each}": "3" for each in ("erisim", "hiz", "ilgi")}
    (row,) = take(given).ratings
    assert row["respondent_index"] == 50.0


@pytest.mark.parametrize("odd", ["0", "6", "97", "98", "99", "", " 4", "4.0", "x", "²"])
def test_what_is_not_on_the_scale_is_missing(odd: str) -> None:
    (row,) = take(answers("emn", score=4, emn_genel=odd, emn_hiz=odd)).ratings
    assert (row["overall"], row["hiz"], row["respondent_index"]) == (None, None, 75.0)


def test_answers_about_a_service_that_was_not_chosen_are_left_out() -> None:
    given = answers("emn") | answers("acm") | {"degerlendirilen": "acm"}
    assert [row["service"] for row in take(given).ratings] == ["acm"]


@pytest.mark.parametrize(
    ("probability", "factor"),
    [("1", 1.0), ("0.6666666666666666", 1.5), ("0.25", 4.0), ("", 1.0), ("0", 1.0), ("2", 1.0)],
)
def test_a_service_drawn_among_several_stands_for_those_passed_over(
    probability: str, factor: float
) -> None:
    found = take(answers("emn", "acm", secilme_olasiligi=probability))
    assert [row["selection_factor"] for row in found.ratings] == [pytest.approx(factor)] * 2


def test_a_form_that_lets_nobody_choose_rates_all_its_services() -> None:
    group = FORM.body[3]
    extraction = extraction_of(FORM.model_copy(update={"body": (group,)}), measurement())
    found = observations(extraction, {"emn_genel": "4"}, FACTS)
    assert [row["service"] for row in found.ratings] == ["emn"]
    assert found.person["excluded"] is None


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"katilim": "0"}, "not_agreed"),
        ({"katilim": ""}, "not_agreed"),
        ({"on8": "0"}, "not_adult"),
        ({}, None),
    ],
)
def test_only_adults_who_agreed_count(given: dict[str, str], reason: str | None) -> None:
    found = take(answers("emn", **given))
    assert found.person["excluded"] == reason
    assert len(found.ratings) == (0 if reason else 1)


def test_a_person_who_rated_nothing_still_stands_for_others() -> None:
    found = take(answers())
    assert (found.person["excluded"], found.person["rated"], found.ratings) == (None, 0, ())


def test_undisclosed_sex_is_unknown() -> None:
    found = take(answers("emn", cinsiyet="99"))
    assert (found.person["sex"], found.person["age_group"]) == (None, "35-44")
    assert found.person["cell"] == "06||35-44"
    assert take(answers("emn"), province=None).person["cell"] is None


def test_lengths_that_cannot_be_told_are_missing() -> None:
    assert take(answers()).person["duration_s"] == 90
    assert take(answers(), finished_at=None).person["duration_s"] is None
    far = STARTED + timedelta(days=40_000)
    assert take(answers(), finished_at=far).person["duration_s"] is None


@pytest.mark.parametrize(
    ("answer", "minutes"),
    [("15", 15), ("0", 0), ("-3", None), ("10080", 10080), ("10081", None), ("x", None)],
)
def test_waiting_minutes_are_whole_and_within_a_week(answer: str, minutes: int | None) -> None:
    (row,) = take(answers("emn", emn_bekleme=answer)).ratings
    assert row["wait_minutes"] == minutes


def test_answers_of_a_wrong_kind_are_missing() -> None:
    broken = answers("emn") | {"emn_genel": ["4"], "emn_sorun": 1, "cinsiyet": {"a": "b"}}
    found = take(broken)  # type: ignore[arg-type]
    assert (found.ratings[0]["overall"], found.ratings[0]["problem"]) == (None, None)
    assert found.person["sex"] is None


def test_what_is_asked_about_no_single_service_stands_with_the_person() -> None:
    found = take(answers("emn", sonuc_kodu="tam", guven_gece="4", pol_okul="98"))
    assert (found.person["outcome"], found.person["guven_gece"]) == ("tam", 4)
    assert (found.person["pol_okul"], found.person["pol_goc"]) == (None, None)
    refused = take(answers("emn", katilim="0", sonuc_kodu="ret", guven_gece="4"))
    assert (refused.person["outcome"], refused.person["guven_gece"]) == ("ret", None)


@pytest.mark.parametrize(("said", "taken"), [("2", 2), ("0", 0), ("9999", None), ("iki", None)])
def test_how_often_one_had_to_come_is_a_number(*, said: str, taken: int | None) -> None:
    (row,) = take(answers("emn", emn_tekrar=said)).ratings
    assert row["visits"] == taken
