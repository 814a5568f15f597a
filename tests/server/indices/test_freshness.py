"""Whoever looks while records stream in sees each exactly once, and soon."""

import threading

from server.observations.observations import refresh
from server.store.database import Database
from tests.server.indices.survey import ROUND, Survey, answers

WRITERS, RECORDS = 4, 15


def test_records_that_commit_while_others_look_are_not_skipped(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    done = threading.Event()
    looks: list[int] = []

    def write(number: int) -> None:
        for position in range(RECORDS):
            survey.bring(visit, answers("emn"), instance=number * RECORDS + position)

    def look() -> None:
        while not done.is_set():
            looks.append(survey.refresh().through)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    readers = [threading.Thread(target=look) for _ in range(2)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    rows = survey.rows(survey.refresh())
    assert len({row["instance_id"] for row in rows}) == len(rows) == WRITERS * RECORDS
    assert max(looks) <= WRITERS * RECORDS


def test_another_process_sees_what_this_one_took_in(survey: Survey, database_url: str) -> None:
    survey.bring(survey.plan("V1", "06"), answers("emn"), times=3)
    first = survey.refresh()
    other = Database(database_url)
    try:
        assert refresh(other, survey.folder) == first
    finally:
        other.close()
    assert sum(segment.people for segment in first.rounds[ROUND]) == 3
