"""The information notice: whole, in both languages, and of the version the forms record."""

import pytest

from schemas.dependencies import standings
from schemas.notice import notices
from tests.schemas.test_questionnaires import form


def test_citizens_and_staff_have_a_notice_in_both_languages() -> None:
    assert set(notices().notices) == {"A_vatandas_gorusme", "B2_personel_gorusme"}
    for notice in notices().notices.values():
        texts = [notice.title, *(point.heading for point in notice.points)]
        texts += [point.text for point in notice.points]
        assert all(text["tr"] and text["en"] for text in texts)


@pytest.mark.parametrize("name", ["A_vatandas_gorusme", "B2_personel_gorusme"])
def test_a_form_records_the_version_of_the_notice_it_shows(name: str) -> None:
    nodes = {each: standing.node for each, standing in standings(form(name).body).items()}
    calculated = nodes["aydinlatma_surumu"].calculate
    assert calculated is not None
    assert f"'{notices().version}'" in calculated.source
    assert [each for each, node in nodes.items() if "notice" in node.appearance] != []


def test_it_does_not_promise_that_the_tablet_forgets_at_once() -> None:
    for notice in notices().notices.values():
        (keeping,) = [each.text for each in notice.points if each.heading["en"] == "Keeping"]
        assert "en az 30 gün" in keeping["tr"]
        assert "at least 30 more days" in keeping["en"]
