"""Releases: figures move by ten people, the same for every door, worker and moment."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, update

from schemas.turkish import TURKISH_TIME
from server.indicators.queries import indicator_figures
from server.indices import index_releases, printing
from server.indices.index_rows import IndexRow, IndexTable
from server.indices.tables import View, view_of
from server.observations.round_totals import round_state
from server.releases.releases import folder_of, read_release
from server.rounds.models import ROUNDS, VISITS
from server.store.database import Database
from tests.forgetting import forget
from tests.server.indices.survey import ROUND, Survey, answers

SERVICES = ("emn", "acm")


def bring(survey: Survey, province: str, people: int, *services: str, score: int = 4) -> None:
    """Bring people from two visits of a province."""
    for unit, times in enumerate((people - people // 2, people // 2)):
        code = f"{province}-{unit}"
        visit = code if code in survey.visits else survey.plan(code, province)
        survey.bring(visit, answers(*(services or ("emn",)), score=score), times=times)


def close(survey: Survey, status: str = "closed") -> None:
    survey.database.write(
        lambda connection: connection.execute(
            update(ROUNDS).where(ROUNDS.c.id == ROUND).values(status=status)
        )
    )


def figures(table: IndexTable) -> dict[Any, Any]:
    """What is printed, but for which release and record it was."""
    return {
        (row.province, row.region, row.service, row.measure): replace(row, release=None)
        for row in table.rows
    }


def test_a_figure_stays_to_the_digit_until_ten_are_new(survey: Survey) -> None:
    bring(survey, "06", 40, score=3)
    bring(survey, "34", 40, score=4)
    before = survey.table()
    for more in range(9):
        bring(survey, "06", 1, score=5)
        table = survey.table()
        assert figures(table) == figures(before)
        assert table.basis.release == before.basis.release
        # The counter of interviews is live all the same.
        assert table.basis.interviews == 5 * ((80 + more + 1 + 2) // 5)
    bring(survey, "06", 1, score=5)
    after = survey.row(by=("province", "service"), provinces=("06",))
    assert (after.value, after.n) == (60.0, 50)
    assert survey.row(by=("service",)).n == 90


def test_corrections_move_a_figure_when_there_are_ten(survey: Survey) -> None:
    bring(survey, "06", 20, score=3)
    visits = [survey.plan("again", "06"), "06-0"]
    for number in range(10):
        survey.bring(visits[number % 2], answers("emn", score=3), instance=number)
    assert survey.row(by=("service",)).value == 50.0
    for number in range(10):
        survey.bring(visits[number % 2], answers("emn", score=5), instance=number, revision=2)
        moved = survey.row(by=("service",)).value
        assert (moved == 50.0) == (number < 9)


def test_people_who_leave_take_nothing_back_until_ten_changed(survey: Survey) -> None:
    bring(survey, "06", 30, score=3)
    for number in range(3):
        survey.bring("06-0", answers("emn", score=5), instance=number)
    before = survey.row(by=("service",))
    for number in range(3):
        refused = answers("emn", katilim="0")
        survey.bring("06-0", refused, instance=number, revision=2)
    assert survey.row(by=("service",)) == before


def test_small_cells_count_with_their_like_when_the_round_is_closed(survey: Survey) -> None:
    bring(survey, "06", 30, score=4)
    # Karaman and Konya are one small region, Ankara another.
    bring(survey, "70", 4, score=2)
    bring(survey, "42", 6, score=2)
    open_round = survey.table(by=("service",))
    assert next(row for row in open_round.rows if row.measure == "index").n == 30
    close(survey)
    country = survey.row(by=("service",))
    assert country.n == 40
    assert 50 < (country.value or 0) < 75
    small = [row for row in survey.table().rows if row.province in {"70", "42"}]
    assert {(row.value, row.n, row.suppressed) for row in small} == {
        (None, None, "too_few_answers")
    }
    # For good: who grows later is not told apart from the others.
    close(survey, "open")
    bring(survey, "70", 20, score=2)
    karaman = next(row for row in survey.table().rows if row.province == "70")
    assert karaman.suppressed == "counts_with_others"
    assert survey.row(by=("service",)).n == 60


def doors(survey: Survey) -> None:
    for number, plate in enumerate(("06", "34", "70", "42")):
        bring(survey, plate, (40, 25, 4, 12)[number], "emn", "acm", score=2 + number % 3)
    bring(survey, "06", 60, "emn", score=5)


def test_an_indicator_never_counts_people_the_index_does_not(survey: Survey) -> None:
    bring(survey, "06", 16, score=4)
    bring(survey, "06", 14, score=2)
    survey.table()
    bring(survey, "06", 5, score=1)
    with survey.app.app_context():
        for code in ("ME_ort", "BOY_d", "ME_genel", "ME_alt"):
            assert {row.n for row in indicator_figures(code, ROUND).rows if row.n} == {30}, code


def test_an_extreme_mean_of_few_is_told_as_a_bound(survey: Survey) -> None:
    bring(survey, "06", 40, score=5)
    row = survey.row(by=("province", "service"))
    assert (row.value, row.bound) == (95.0, "at_least")
    (shown,) = [
        line for line in printing.as_text(survey.table(), "en") if "Satisfaction index" in line
    ]
    assert "≥ 95.0" in shown


def test_a_group_waits_for_a_rest_that_could_not_move_alone(survey: Survey) -> None:
    bring(survey, "06", 20)
    later = survey.plan("later", "06")

    def plan(connection: Connection) -> None:
        chosen = update(VISITS).where(VISITS.c.code == later)
        connection.execute(
            chosen.values(
                planned_on=datetime.now(TURKISH_TIME).date() + timedelta(days=3), target=8
            )
        )

    survey.database.write(plan)
    assert {row.suppressed for row in survey.table().rows} == {"waits_for_others"}
    impatient = view_of(survey.database, survey.data_dir, ROUND, waits=False)
    assert impatient.groups.release.ledger.shown.any()


def as_printed(view: View) -> bytes:
    return orjson.dumps(view.groups.release.printed)


def test_a_second_worker_reads_what_the_first_decided(survey: Survey, database_url: str) -> None:
    doors(survey)
    first = view_of(survey.database, survey.data_dir, ROUND, waits=True)
    bring(survey, "06", 3, "emn")
    forget(vars(index_releases)["_known"])  # another process knows nothing
    other = Database(database_url)
    try:
        second = view_of(other, survey.data_dir, ROUND, waits=True)
    finally:
        other.close()
    assert second.groups.release.name == first.groups.release.name
    assert as_printed(second) == as_printed(first)


def test_who_saw_less_does_not_take_a_release_back(survey: Survey) -> None:
    bring(survey, "06", 20)
    old = round_state(survey.database, survey.data_dir, ROUND)
    bring(survey, "06", 20)
    new = view_of(survey.database, survey.data_dir, ROUND, waits=True)
    forget(vars(index_releases)["_known"])  # the slower worker knows nothing of it
    late = index_releases.index_release(survey.database, survey.data_dir, ROUND, old, waits=True)
    assert late.release.name == new.groups.release.name


def test_a_writer_that_died_leaves_the_release_before(survey: Survey) -> None:
    bring(survey, "06", 20)
    survey.table()
    before = read_release(survey.data_dir, ROUND, "index")
    file = folder_of(survey.data_dir, ROUND) / "index.npz"
    file.with_name("index.npz.died").write_bytes(file.read_bytes()[:500])
    forget(vars(index_releases)["_known"])  # it starts again
    assert survey.table().basis.release == before.name


def test_a_damaged_release_is_an_error_and_no_new_start(survey: Survey) -> None:
    bring(survey, "06", 20)
    survey.table()
    file = folder_of(survey.data_dir, ROUND) / "index.npz"
    file.write_bytes(file.read_bytes()[:500])
    forget(vars(index_releases)["_known"])  # it starts again
    with pytest.raises(Exception, match="zip"):
        survey.table()


def test_rows_of_one_table_are_of_one_release(survey: Survey) -> None:
    doors(survey)
    rows: list[IndexRow] = [
        row for by in ((), ("province",), ("service",)) for row in survey.table(by=by).rows
    ]
    assert {row.release for row in rows} == {survey.table().basis.release}
