"""What is measured over all answers of a service moves by ten people, and never back."""

from pathlib import Path
from typing import Any

from server.releases.kept_results import Measurable, kept_results


def measured(folder: Path, people: int, through: int) -> dict[str, Any]:
    """Ask as somebody who has seen so many people, and the records up to one."""
    found = [Measurable("emn", people, lambda: f"of {people}")]
    return kept_results(folder, "R", "importance", found, through=through)


def test_it_moves_when_ten_people_are_new(tmp_path: Path) -> None:
    assert measured(tmp_path, 9, 9) == {}
    assert measured(tmp_path, 20, 20) == {"emn": "of 20"}
    assert measured(tmp_path, 29, 29) == {"emn": "of 20"}
    assert measured(tmp_path, 30, 30) == {"emn": "of 30"}


def test_who_saw_less_does_not_take_it_back(tmp_path: Path) -> None:
    measured(tmp_path, 40, 40)
    assert measured(tmp_path, 20, 20) == {"emn": "of 40"}
    # Ten of them withdrew since: that is news.
    assert measured(tmp_path, 30, 50) == {"emn": "of 30"}


def test_what_a_version_before_kept_goes_on(tmp_path: Path) -> None:
    measured(tmp_path, 20, 20)
    (file,) = (tmp_path / "releases" / "R").glob("*.json")
    file.write_text(file.read_text().replace(', "through": 20', ""))
    assert "through" not in file.read_text()
    assert measured(tmp_path, 25, 25) == {"emn": "of 20"}
    assert measured(tmp_path, 30, 30) == {"emn": "of 30"}
