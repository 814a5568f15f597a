"""The built-in population tables: adults of 2025, and what rounds before it were weighted to."""

import pytest

from schemas.reference.geography import provinces
from schemas.reference.margin_files import margins_version
from schemas.reference.population import ADULTS_2025, EDITIONS, VOTERS_2018, built_in_margins


def share(edition: str, place: int, value: str) -> float:
    margins = built_in_margins(edition)
    chosen = sum(size for cell, size in margins.items() if cell[place] == value)
    return chosen / sum(margins.values())


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_has_the_same_cells(edition: str) -> None:
    cells = built_in_margins(edition)
    assert cells.keys() == built_in_margins(VOTERS_2018).keys()
    assert len(cells) == 81 * 2 * 6
    assert min(cells.values()) > 0


def test_adults_are_the_adults_of_2025() -> None:
    margins = built_in_margins(ADULTS_2025)
    assert sum(margins.values()) == 64_716_238
    for province in provinces():
        adults = sum(size for cell, size in margins.items() if cell[0] == province.plate)
        assert 0.5 * province.population < adults < 0.9 * province.population


def test_what_the_first_edition_counted_wrongly() -> None:
    assert share(VOTERS_2018, 0, "63") / share(ADULTS_2025, 0, "63") == pytest.approx(
        1.325, abs=1e-3
    )
    assert share(VOTERS_2018, 0, "62") / share(ADULTS_2025, 0, "62") == pytest.approx(
        0.894, abs=1e-3
    )
    assert share(VOTERS_2018, 2, "65+") == pytest.approx(0.121, abs=5e-4)
    assert share(ADULTS_2025, 2, "65+") == pytest.approx(0.148, abs=5e-4)


def test_no_edition_ever_changes() -> None:
    """Rounds keep the table they were shown with: another one is another edition."""
    versions = {edition: margins_version(built_in_margins(edition)) for edition in EDITIONS}
    assert versions == {VOTERS_2018: "pop-9962c727", ADULTS_2025: "pop-482ef0a0"}
