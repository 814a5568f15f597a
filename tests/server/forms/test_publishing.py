"""Publishing a form version: once, for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import insert

from schemas.forms.definition import FormDefinition
from schemas.forms.packing import pack
from schemas.problems import Problem
from server.forms.models import FORM_VERSIONS
from server.forms.publishing import Publication, publish, publish_shipped_forms
from server.forms.queries import DefinitionText, PublishedForms, definition_text, forms_in_use
from server.store.database import Database
from tests.records import FORM

FIVE = (
    *("A_vatandas_gorusme", "B1_birim_ziyaret", "B2_personel_gorusme"),
    *("C_tekrar_ziyaret", "D_toplanti_tutanagi"),
)


@pytest.fixture
def database(app: Flask) -> Database:
    """A database without forms."""
    return app.extensions["izdes.database"]


def put(database: Database, definition: FormDefinition) -> Publication:
    return database.write(lambda connection: publish(connection, definition, actor=1))


def audited(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        found = connection.exec_driver_sql(
            "SELECT action, object FROM audit_entries WHERE action = 'form.published'"
        )
        return [tuple(row) for row in found]


def test_a_published_form_is_kept_with_its_digest_and_audited(database: Database) -> None:
    published = put(database, FORM)
    with database.read() as connection:
        text = definition_text(connection, FORM.id, FORM.version)
    assert text is not None
    assert published.is_new
    assert text.digest == published.digest == f"sha256:{sha256(text.text).hexdigest()}"
    assert text.text == pack(FORM)
    assert audited(database) == [("form.published", "gorusme/1")]


def test_publishing_the_same_again_changes_nothing(database: Database) -> None:
    first, second = put(database, FORM), put(database, FORM)
    assert (first.digest, second.is_new) == (second.digest, False)
    assert len(audited(database)) == 1


def test_a_version_published_before_texts_were_packed_is_read_and_served_as_it_was(
    database: Database,
) -> None:
    before = FORM.model_dump_json(exclude_defaults=True).encode()
    digest = f"sha256:{sha256(before).hexdigest()}"
    row = {
        "form_id": FORM.id,
        "version": FORM.version,
        "title": FORM.title,
        "digest": digest,
        "definition": before,
        "published_at": datetime.now(UTC),
    }
    database.write(lambda connection: connection.execute(insert(FORM_VERSIONS), row))
    again = put(database, FORM)
    assert (again.digest, again.is_new) == (digest, False)
    with database.read() as connection:
        text = definition_text(connection, FORM.id, FORM.version)
    assert text == DefinitionText(before, digest)
    published = PublishedForms(database).find(FORM.id, FORM.version)
    assert published is not None
    assert published.definition == FORM
    changed = FORM.model_copy(update={"title": {"tr": "Başka", "en": "Other"}})
    with pytest.raises(Problem):
        put(database, changed)


def test_another_text_under_a_published_version_is_refused(database: Database) -> None:
    put(database, FORM)
    changed = FORM.model_copy(update={"title": {"tr": "Başka", "en": "Other"}})
    with pytest.raises(Problem) as refused:
        put(database, changed)
    assert refused.value.code == "form_version_taken"
    assert "“gorusme”" in refused.value.said("tr")
    with database.read() as connection:
        (form,) = forms_in_use(connection)
    assert form.title == FORM.title


def test_a_new_version_stands_beside_the_old_one(database: Database) -> None:
    put(database, FORM)
    put(database, FORM.model_copy(update={"version": "2"}))
    with database.read() as connection:
        assert [form.version for form in forms_in_use(connection)] == ["2"]
    forms = PublishedForms(database)
    assert forms.find("gorusme", "1") is not None
    assert forms.find("gorusme", "2") is not None


def test_a_version_published_later_is_found_without_a_restart(database: Database) -> None:
    forms = PublishedForms(database)
    assert forms.find(FORM.id, FORM.version) is None
    put(database, FORM)
    assert forms.find(FORM.id, FORM.version) is not None


def test_many_at_once_publish_one_version(database: Database) -> None:
    with ThreadPoolExecutor(8) as publishers:
        publications = list(publishers.map(lambda _: put(database, FORM), range(8)))
    assert len({publication.digest for publication in publications}) == 1
    assert [publication.is_new for publication in publications].count(True) == 1
    assert len(audited(database)) == 1


def test_the_five_questionnaires_are_published_on_an_empty_database(database: Database) -> None:
    forms = publish_shipped_forms(database)
    assert [form.id for form in forms] == list(FIVE)
    versions = [form.version for form in forms]
    assert versions == ["2026113002", "2026113001", "2026113003", "2026112201", "2026113001"]
    with database.read() as connection:
        assert [form.id for form in forms_in_use(connection)] == list(FIVE)
    assert publish_shipped_forms(database) == forms
    assert len(audited(database)) == 5


def test_a_later_release_brings_its_newer_versions_and_questionnaires(database: Database) -> None:
    earlier = FORM.model_copy(update={"id": FIVE[0], "version": "2026112101"})
    put(database, earlier)
    citizen, *others = publish_shipped_forms(database)
    assert (citizen.id, citizen.version, len(others)) == (FIVE[0], "2026113002", 4)
    with database.read() as connection:
        assert definition_text(connection, FIVE[0], "2026112101") is not None


@pytest.mark.parametrize("own", ["2099010101", "il-denemesi"])
def test_an_institutions_own_version_stays_in_use(database: Database, own: str) -> None:
    put(database, FORM.model_copy(update={"id": FIVE[0], "version": own}))
    citizen, *_ = publish_shipped_forms(database)
    assert citizen.version == own


def test_a_database_with_other_forms_only_is_left_as_it_is(database: Database) -> None:
    put(database, FORM)
    assert publish_shipped_forms(database) == ()
    assert len(audited(database)) == 1
