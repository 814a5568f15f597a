"""``izdes form publish FILE``."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.forms.queries import forms_in_use
from server.shell.commands import izdes
from server.store.database import Database

SURVEY = """\
| survey |      |          |                     |                     |
|        | type | name     | label::Türkçe (tr)  | label::English (en) |
|        | text | gorus    | {label}             | Your opinion?       |
| settings |
|          | form_id | version | form_title::Türkçe (tr) | form_title::English (en) |
|          | kisa    | 1       | Kısa form               | Short form               |
"""


@pytest.fixture(autouse=True)
def instance(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance without forms, named by the environment."""
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(tmp_path))


def publish(folder: Path, *, label: str) -> Result:
    file = folder / "form.md"
    file.write_text(SURVEY.format(label=label), "utf-8")
    return CliRunner().invoke(izdes, ["--language", "en", "form", "publish", str(file)])


def published(database_url: str) -> list[tuple[str, str]]:
    database = Database(database_url)
    with database.read() as connection:
        forms = [(form.id, form.version) for form in forms_in_use(connection)]
    database.close()
    return forms


def test_a_form_is_published_once(tmp_path: Path, database_url: str) -> None:
    first, second = (publish(tmp_path, label="Görüşünüz?") for _ in range(2))
    assert first.output.startswith("Version 1 of form “kisa” is published (sha256:")
    assert "nothing changed" in second.output
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert published(database_url) == [("kisa", "1")]


def test_a_changed_form_needs_a_new_version(tmp_path: Path, database_url: str) -> None:
    publish(tmp_path, label="Görüşünüz?")
    refused = publish(tmp_path, label="Düşünceniz?")
    assert refused.exit_code != 0
    assert published(database_url) == [("kisa", "1")]


def test_a_form_with_errors_is_not_published(tmp_path: Path, database_url: str) -> None:
    refused = publish(tmp_path, label="${olmayan}")
    assert refused.exit_code == 1
    assert "olmayan" in refused.output
    assert published(database_url) == []
