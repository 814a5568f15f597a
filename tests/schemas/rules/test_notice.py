"""The information notice: whole, in both languages, and of the version the forms record."""

import pytest

from schemas.forms.dependencies import standings
from schemas.forms.flow import Interview
from schemas.forms.questionnaire import Questionnaire
from schemas.forms.validation import advise
from schemas.rules.notice import notices
from tests.schemas.forms.test_questionnaires import form

NOW = "2026-11-21T10:00:00.000+03:00"


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
    assert f"'{notices().version_of(name)}'" in calculated.source
    assert [each for each, node in nodes.items() if "notice" in node.appearance] != []


@pytest.mark.parametrize("name", ["A_vatandas_gorusme", "B2_personel_gorusme"])
def test_the_notice_is_required_of_everybody_but_who_refuses(name: str) -> None:
    interview = Interview(Questionnaire(form(name)), {}, now=NOW)

    def wrong() -> dict[str, str]:
        found = {violation.path: violation.code for violation in advise(interview)}
        return {path: found[path] for path in ("aydinlatma", "katilim") if path in found}

    assert wrong() == {"aydinlatma": "required", "katilim": "required"}
    interview.set("katilim", "0")
    assert wrong() == {}
    interview.set("katilim", "1")
    assert wrong() == {"aydinlatma": "required", "katilim": "constraint"}
    interview.set("aydinlatma", "1")
    assert wrong() == {}


def keeping_of(name: str) -> dict[str, str]:
    points = notices().notices[name].points
    (keeping,) = [point.text for point in points if point.heading["en"] == "Keeping"]
    return keeping


def test_it_does_not_promise_citizens_that_the_tablet_forgets_at_once() -> None:
    keeping = keeping_of("A_vatandas_gorusme")
    assert "en az 30 gün" in keeping["tr"]
    assert "at least 30 more days" in keeping["en"]


def test_it_tells_staff_what_is_forgotten_and_what_alone_may_still_tell() -> None:
    keeping = keeping_of("B2_personel_gorusme")
    for promised in ("alındısı", "silinir", "ağ kayıtları", "yedekler"):
        assert promised in keeping["tr"]
    for promised in ("receipt", "deleted", "network logs", "backups"):
        assert promised in keeping["en"]
    assert "30" not in keeping["tr"] + keeping["en"]
