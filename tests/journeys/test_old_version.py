"""A new version of the questionnaire is published while an interview is open on a tablet."""

import re

import pytest
from playwright.sync_api import expect

from schemas.forms.definition import FormDefinition, Node
from server.forms.checking import compile_file
from server.forms.publishing import publish
from server.store.database import Database
from tests.journeys.conftest import FORM, Centre
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NEWER, NEW_WORDS = "2099010101", "Burası nasıl bir yerleşim yeri?"


def reworded(node: Node) -> Node:
    """Ask for the kind of settlement in other words."""
    label = {"tr": NEW_WORDS, "en": NEW_WORDS} if node.name == "yerlesim" else node.label
    children = tuple(reworded(child) for child in node.children)
    return node.model_copy(update={"label": label, "children": children})


def publish_newer(centre: Centre) -> FormDefinition:
    """Publish the citizen interview again; give the version before."""
    older, _ = compile_file(FORM)
    assert older
    body = tuple(reworded(node) for node in older.body)
    newer = older.model_copy(update={"version": NEWER, "body": body})
    database = Database(f"sqlite:///{centre.database}")
    database.write(lambda connection: publish(connection, newer, actor=None))
    database.close()
    return older


def test_an_interview_is_finished_and_taken_under_the_version_it_was_begun_with(
    tablet: Tablet, centre: Centre
) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.start_interview()
    old_words = tablet.words(tablet.question("yerlesim"))
    tablet.tap("yerlesim", "belde")
    tablet.wait_until_saved()
    tablet.button("Ara ver").click()
    tablet.page.locator("li.draft").wait_for()

    older = publish_newer(centre)
    with tablet.page.expect_response(re.compile(f"/api/v1/forms/{older.id}/{NEWER}")):
        tablet.page.reload()
        tablet.sign_in(GOVERNOR)
    tablet.set_offline(offline=True)
    tablet.button(re.compile("Merkez, Iğdır.+devam et")).click()
    tablet.question("yerlesim").wait_for()
    assert tablet.words(tablet.question("yerlesim")) == old_words
    assert NEW_WORDS not in old_words

    tablet.skip_to_review()
    tablet.button("Görüşme yarıda kaldı, bu hâliyle bitir").click()
    tablet.button("Evet, eksik bitir").click()
    tablet.set_offline(offline=False)
    tablet.page.get_by_text("Merkeze ulaştı", exact=True).wait_for()
    (interview,) = centre.interviews()
    assert (interview.form_version, interview.answers["yerlesim"]) == (older.version, "belde")
    kept = (
        "SELECT version FROM submissions JOIN form_versions ON form_versions.id = form_version_id"
    )
    assert centre.rows(kept) == [(older.version,)]

    tablet.page.goto(f"{centre.origin}/field/")
    tablet.sign_in(GOVERNOR)
    tablet.start_interview()
    expect(tablet.question("yerlesim")).to_contain_text(NEW_WORDS)
