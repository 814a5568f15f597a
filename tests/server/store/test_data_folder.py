"""The data folder: nobody but the server's account may look into it, whatever existed before."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.store.data_folder import make_folder, tighten, tighten_database
from tests.serving import free_port, serving


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    """As an administrator's terminal may be set."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """What everybody may do with everything in a folder that others may touch."""
    found = {path: stat.S_IMODE(path.lstat().st_mode) for path in [folder, *folder.rglob("*")]}
    return {str(path): oct(mode) for path, mode in found.items() if mode & 0o077}


def loosened(folder: Path) -> None:
    for name in ("keys", "attachments/ab", "observations/2026-2"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file").write_bytes(b"x")
    (folder / "izdes.sqlite3-wal").touch()


def test_what_others_could_read_they_cannot_any_more(tmp_path: Path) -> None:
    loosened(tmp_path / "data")
    assert modes(tmp_path / "data")
    tighten(tmp_path / "data")
    assert modes(tmp_path / "data") == {}


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link").symlink_to(outside)
    before = modes(outside)
    tighten(tmp_path / "data")
    assert modes(outside) == before != {}


def test_a_database_that_lies_elsewhere_is_private_too(tmp_path: Path) -> None:
    for name in ("izdes.sqlite3", "izdes.sqlite3-wal", "of-others.sqlite3"):
        (tmp_path / name).touch()
    tighten_database(f"sqlite:///{tmp_path / 'izdes.sqlite3'}")
    tighten_database("postgresql+psycopg://izdes@localhost/izdes")
    tmp_path.chmod(0o700)
    assert set(modes(tmp_path)) == {str(tmp_path / "of-others.sqlite3")}


def test_a_home_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "file").touch()
    before = modes(tmp_path)
    tighten(tmp_path)
    assert modes(tmp_path) == before


def test_a_folder_is_made_with_those_above_it_and_for_nobody_else(tmp_path: Path) -> None:
    made = tmp_path / "a" / "b" / "c"
    make_folder(made)
    make_folder(made)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (made, made.parent)] == [0o700, 0o700]


@pytest.mark.slow
def test_a_server_leaves_nothing_in_its_folder_that_others_may_read(tmp_path: Path) -> None:
    data = tmp_path / "data"
    loosened(data)
    port = free_port()
    with serving(port, {"IZDES_DATA_DIR": str(data), "IZDES_DATABASE_URL": ""}):
        assert modes(data) == {}
    assert (data / "izdes.sqlite3").exists()
    assert modes(data) == {}
