"""The way numbers of a column are written is decided by proof, and never guessed."""

import pytest

from schemas.tables.number_styles import number_in, style_of


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["1", "20", ""], "whole"),
        (["2,5", "3"], "comma"),
        (["2.5", "3"], "point"),
        (["1.500", "2.000"], "either"),
        (["1,500"], "either"),
        (["1.500", "2,5"], "comma"),
        (["1,500", "2.5"], "point"),
        (["0.667"], "point"),
        (["0,667"], "comma"),
        (["1.234,5"], "comma"),
        (["1,234.5"], "point"),
        (["1,234,567"], "point"),
        (["1\u00a0234,5"], "comma"),
        (["2,5", "2.5"], "text"),
        (["12 Nisan"], "text"),
        (["-", "."], "text"),
    ],
)
def test_the_cells_of_a_column_decide(cells: list[str], style: str) -> None:
    assert style_of(cells) == style


@pytest.mark.parametrize(
    ("cell", "style", "number"),
    [
        ("1.234,5", "comma", 1234.5),
        ("1,234.5", "point", 1234.5),
        ("-2,5", "comma", -2.5),
        ("1.5", "comma", None),
        ("1,5", "point", None),
        ("", "point", None),
    ],
)
def test_a_number_is_read_in_its_style_or_not_at_all(
    cell: str, style: str, number: float | None
) -> None:
    assert number_in(cell, style) == number
