"""Submissions become observations, exactly once each, whatever comes in whichever order."""

import multiprocessing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.observations import segments
from tests.server.indices.survey import OTHER_ROUND, ROUND, Survey, answers
from tests.waiting import PATIENCE


def test_an_interview_gives_a_person_and_a_row_per_rated_service(survey: Survey) -> None:
    survey.bring(survey.plan("V1", "06"), answers("emn", "acm", score=5))
    manifest = survey.refresh()
    (person,) = survey.people(manifest)
    ratings = survey.rows(manifest)
    assert [row["service"] for row in ratings] == ["acm", "emn"]
    assert {row["psu"] for row in ratings} == {"V1"}
    assert [row["respondent_index"] for row in ratings] == [100.0, 100.0]
    assert (person["rated"], person["province"], person["duration_s"]) == (2, "06", 600)


def test_what_was_taken_in_is_not_taken_in_again(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn"))
    first = survey.refresh()
    assert survey.refresh() == first
    survey.bring(visit, answers("emn"))
    second = survey.refresh()
    assert len(second.rounds[ROUND]) == 2
    assert len(survey.rows(second)) == 2


def test_an_edit_takes_the_place_of_what_it_edits(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn", score=1), instance=7)
    survey.refresh()
    survey.bring(visit, answers("acm", score=5), instance=7, revision=2)
    (row,) = survey.rows(survey.refresh())
    assert (row["service"], row["respondent_index"]) == ("acm", 100.0)


def test_a_revision_that_arrives_late_changes_nothing(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn", score=5), instance=7, revision=2)
    survey.refresh()
    survey.bring(visit, answers("emn", score=1), instance=7, revision=1)
    (row,) = survey.rows(survey.refresh())
    assert row["respondent_index"] == 100.0


def test_the_other_text_of_a_conflict_does_not_count(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn", score=5), instance=7)
    survey.bring(visit, answers("emn", score=1), instance=7)
    (row,) = survey.rows(survey.refresh())
    assert row["respondent_index"] == 100.0


def test_an_edit_can_move_an_interview_to_another_round(survey: Survey) -> None:
    here, there = survey.plan("V1", "06"), survey.plan("V2", "06", round_id=OTHER_ROUND)
    survey.bring(here, answers("emn"), instance=7)
    survey.refresh()
    survey.bring(there, answers("emn"), instance=7, revision=2)
    manifest = survey.refresh()
    assert survey.rows(manifest) == []
    assert len(survey.rows(manifest, OTHER_ROUND)) == 1


def test_without_a_visit_a_day_of_one_officer_is_the_sampling_unit(survey: Survey) -> None:
    survey.bring(None, answers("emn"), province="34")
    (row,) = survey.rows(survey.refresh())
    assert row["psu"].startswith(":2026-11-20:")
    assert row["stratum"] == "34"


def test_somebody_who_does_not_take_part_gives_no_rating(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn", katilim="0"))
    survey.bring(visit, answers("emn", on8="0"))
    manifest = survey.refresh()
    assert survey.rows(manifest) == []
    assert [person["excluded"] for person in survey.people(manifest)] == ["not_agreed", "not_adult"]


def test_many_small_segments_are_put_together(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "COMPACT_FROM", 4)
    visit = survey.plan("V1", "06")
    for number in range(4):
        survey.bring(visit, answers("emn", score=number + 1), instance=number)
        if number == 2:
            survey.bring(visit, answers("emn", score=5), instance=0, revision=2)
        manifest = survey.refresh()
    assert len(manifest.rounds[ROUND]) == 1
    assert manifest.replaced[ROUND] == []
    assert sorted(row["respondent_index"] for row in survey.rows(manifest)) == [25, 50, 75, 100]


def test_what_was_replaced_in_a_large_segment_stays_replaced(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "COMPACT_FROM", 3)
    monkeypatch.setattr(segments, "SMALL", 3)
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn", score=1), instance=0)
    survey.bring(visit, answers("emn", score=2), times=2)
    survey.refresh()
    survey.bring(visit, answers("emn", score=5), instance=0, revision=2)
    survey.refresh()
    survey.bring(visit, answers("emn", score=4))
    manifest = survey.refresh()
    assert [segment.people for segment in manifest.rounds[ROUND]] == [3, 2]
    assert sorted(row["respondent_index"] for row in survey.rows(manifest)) == [25, 25, 75, 100]


def test_files_stay_for_those_who_still_read_them(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn"))
    before = survey.refresh()
    survey.rebuild()
    assert len(survey.rows(before)) == 1
    monkeypatch.setattr(segments, "KEPT_SECONDS", -1)
    after = survey.rebuild()
    assert len(list(survey.folder.glob("*/*.parquet"))) == 2
    assert len(survey.rows(after)) == 1


def test_segments_of_another_database_are_not_believed(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn", score=5))
    manifest = survey.refresh()
    segments.write_manifest(survey.folder, manifest.model_copy(update={"anchor": "somebody else"}))
    survey.bring(visit, answers("emn", score=1))
    assert len(survey.rows(survey.refresh())) == 2


def test_segments_made_by_older_rules_are_made_again(survey: Survey) -> None:
    survey.bring(survey.plan("V1", "06"), answers("emn"))
    manifest = survey.refresh()
    segments.write_manifest(survey.folder, manifest.model_copy(update={"format": "older"}))
    again = survey.refresh()
    assert again.format == segments.FORMAT
    assert len(survey.rows(again)) == 1


def test_a_damaged_manifest_only_costs_time(survey: Survey) -> None:
    survey.bring(survey.plan("V1", "06"), answers("emn"))
    survey.refresh()
    (survey.folder / "manifest.json").write_text("{")
    assert len(survey.rows(survey.refresh())) == 1


def _look(survey: Survey, seen: Any) -> None:
    survey.app.extensions["izdes.database"].engine.dispose(close=False)
    seen.put(survey.refresh().through)


def test_several_processes_take_everything_in_once(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn"), times=30)
    forked = multiprocessing.get_context("fork")
    seen = forked.Queue()
    processes = [forked.Process(target=_look, args=(survey, seen)) for _ in range(4)]
    for process in processes:
        process.start()
    reached = {seen.get(timeout=PATIENCE) for _ in processes}
    for process in processes:
        process.join(PATIENCE)
    manifest = segments.read_manifest(survey.folder)
    assert reached == {manifest.through}
    assert len(manifest.rounds[ROUND]) == 1
    assert len(survey.rows(manifest)) == 30


ARRIVALS = st.lists(
    st.tuples(
        st.integers(0, 4),  # which interview
        st.integers(1, 3),  # which revision
        st.sampled_from(["V1", "V2", "W1", None]),
        st.sampled_from(["emn", "acm", "emn acm", ""]),
        st.integers(1, 5),
        st.booleans(),  # somebody looks afterwards
    ),
    max_size=12,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(arrivals=ARRIVALS)
def test_looking_now_and_then_gives_what_rebuilding_gives(
    survey: Survey, arrivals: list[tuple[Any, ...]]
) -> None:
    if not survey.visits:
        for code, province in (("V1", "06"), ("V2", "34")):
            survey.plan(code, province)
        survey.plan("W1", "06", round_id=OTHER_ROUND)
    # Every example adds to what the earlier ones left behind.
    start = 10 * survey.brought
    for instance, revision, visit, services, score, looks in arrivals:
        given_answers = answers(*services.split(), score=score)
        survey.bring(visit, given_answers, instance=start + instance, revision=revision)
        if looks:
            survey.refresh()
    followed = survey.refresh()
    seen = {name: (survey.people(followed, name), survey.rows(followed, name)) for name in ROUNDS}
    for remade in (survey.rebuild(ROUND), survey.rebuild()):
        for name in ROUNDS:
            assert (survey.people(remade, name), survey.rows(remade, name)) == seen[name]


ROUNDS = (ROUND, OTHER_ROUND)
