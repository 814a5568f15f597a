"""Dashboards made by hand, for tests of what is drawn from them."""

from dataclasses import replace
from typing import Any

from server.dashboards.filters import Filters
from server.dashboards.queries import NOTHING_YET, Dashboard, Line
from server.indices.index_rows import Basis, IndexRow


def figure(value: float = 70.0, **changes: Any) -> IndexRow:
    """Make a published figure with an interval of ±4."""
    return IndexRow(
        **{
            "province": None,
            "region": None,
            "service": None,
            "measure": "index",
            "value": value,
            "low": value - 4,
            "high": value + 4,
            "n": 1235,
            "suppressed": None,
            "precision": "good",
            **changes,
        }
    )


def kept_back(reason: str = "too_few_answers") -> IndexRow:
    """Make a figure that the disclosure gate keeps back."""
    return replace(NOTHING_YET, suppressed=reason)


def line(code: str, name: str, index: IndexRow | None, *, order: int = 0) -> Line:
    """Make a line of a table."""
    return Line(code, name, order, index, index)


def basis(**changes: Any) -> Basis:
    """Say what the figures rest on."""
    return Basis(
        **{
            "round": "2026-2",
            "interviews": 1500,
            "ratings": 2400,
            "weight_version": "poststrat-1",
            "margins_version": "adults_2025",
            "form_versions": ("A/1",),
            "selection_mode": "systematic_exit",
            "excluded": {},
            "imputed": 0,
            "through_sequence": 1500,
            "computed_at": "2026-11-21T20:00:00+00:00",
            "release": "7-0123abcd",
            **changes,
        }
    )


def board(*provinces: Line, **changes: Any) -> Dashboard:
    """Make a dashboard of these provinces."""
    given: dict[str, Any] = {
        "filters": Filters(round="2026-2"),
        "overall": line("", "", figure(71.5)),
        "services": (),
        "provinces": provinces,
        "basis": basis(),
        "services_basis": basis(),
        "provinces_basis": basis(),
        "country": line("", "", figure(71.5)),
        "country_services": (),
        **changes,
    }
    return Dashboard(**given)
