"""Signs of poor fieldwork stand on the records that carry them, for those who may read records."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from tests.server.indices.survey import DAY, ROUND, Survey, answers, prepare_survey

FLAT = "Bütün maddelere aynı cevap"


@pytest.fixture
def survey(app: Flask) -> Survey:
    """A published form and two open rounds without interviews."""
    return prepare_survey(app)


def bring_one_of_each(survey: Survey) -> tuple[str, str]:
    """Bring a careful interview and a flat one; give their addresses."""
    visit = survey.plan("A1", "06")
    survey.bring(visit, answers("emn", score=3, emn_hiz="5", emn_ilgi="2"), start=DAY, instance=1)
    survey.bring(visit, answers("emn", score=5), start=DAY + timedelta(hours=1), instance=2)
    return tuple(f"/records/00000000-0000-0000-0000-00000000000{n}" for n in (1, 2))  # type: ignore[return-value]


def test_the_list_and_the_record_name_its_signs_and_no_others(
    survey: Survey,
    analyst: FlaskClient,
) -> None:
    careful, flat = bring_one_of_each(survey)
    listed = analyst.get(f"/records/?round={ROUND}").text
    assert listed.count(FLAT) == 1
    assert listed.index(flat) < listed.index(FLAT) < listed.index(careful)
    opened = analyst.get(flat).text
    assert FLAT in opened
    assert "Belirti kanıt değildir" in opened
    assert "Belirti kanıt değildir" not in analyst.get(careful).text


def test_a_record_that_comes_later_has_its_signs_at_once(
    survey: Survey,
    analyst: FlaskClient,
) -> None:
    bring_one_of_each(survey)
    assert analyst.get(f"/records/?round={ROUND}").text.count(FLAT) == 1
    survey.bring("A1", answers("emn", score=4), start=DAY + timedelta(hours=3))
    assert analyst.get(f"/records/?round={ROUND}").text.count(FLAT) == 2


def test_the_list_read_again_reads_no_form_again(survey: Survey, analyst: FlaskClient) -> None:
    """Unpacking a form costs more than the whole list; a version never changes."""
    bring_one_of_each(survey)
    analyst.get(f"/records/?round={ROUND}")
    read: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        read.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert analyst.get(f"/records/?round={ROUND}").status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert any("form_versions" in each for each in read)
    assert not any("definition" in each for each in read)
