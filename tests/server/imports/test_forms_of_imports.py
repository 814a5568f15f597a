"""A form made of a mapping takes records and is no form that anybody is asked by."""

from schemas.forms.packing import unpack
from server.forms.publishing import publish, publish_shipped_forms
from server.forms.queries import forms_in_use
from tests.server.imports.shell import Shell
from tests.server.imports.test_import_command import HEADER, ROWS, mapping, table


def imported(shell: Shell) -> None:
    file = shell.file("a.csv", table(ROWS, HEADER))
    shell.done("import", "R", file, "--mapping", shell.file("m.json", mapping()))


def offered(shell: Shell) -> list[str]:
    with shell.app.extensions["izdes.database"].read() as connection:
        return [form.id for form in forms_in_use(connection)]


def catalogued(shell: Shell) -> list[str]:
    answer = shell.app.test_client().get("/api/v1/catalogue")
    assert answer.json is not None
    return [form["id"] for form in answer.json["forms"]]


def test_tablets_are_not_offered_it_and_the_own_forms_are_still_published(shell: Shell) -> None:
    imported(shell)
    assert offered(shell) == catalogued(shell) == []
    own = [form.id for form in publish_shipped_forms(shell.app.extensions["izdes.database"])]
    assert len(own) == 5
    assert offered(shell) == catalogued(shell) == own


def test_records_of_another_file_may_answer_it_without_a_mapping(shell: Shell) -> None:
    imported(shell)
    said = shell.done("import", "R", shell.file("b.csv", "speed,care\n5,5\n"), "--dry-run")
    assert "Form: sehir/1" in said


def test_a_form_that_is_published_on_purpose_is_offered(shell: Shell) -> None:
    imported(shell)
    ((packed,),) = shell.rows("SELECT definition FROM form_versions")
    definition = unpack(bytes(packed))
    database = shell.app.extensions["izdes.database"]
    for _ in range(2):
        again = database.write(lambda connection: publish(connection, definition, actor=None))
        assert not again.is_new
    assert offered(shell) == ["sehir"]
    assert shell.count("audit_entries WHERE action = 'form.offered'") == 1
    imported(shell)
    assert offered(shell) == ["sehir"]
