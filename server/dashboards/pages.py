"""The dashboard page, and the parts of it that are renewed while somebody looks at it."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from flask import render_template

from schemas.reference.geography import provinces_alphabetical, region
from schemas.reference.services import services
from server.dashboards import captions
from server.dashboards.filters import Filters, regions_shown
from server.dashboards.queries import Dashboard
from server.rounds.queries import RoundSummary
from server.web import formats

Options = list[tuple[str, str]]

PARTS: Final = (
    "view",
    "updated",
    "notice",
    "headline",
    "services",
    "service",
    "map-key",
    "map-basis",
    "ranking-heading",
    "ranking-help",
    "ranking",
    "table",
)
"""Templates in ``dashboards/parts``; the page includes each in an element of that ``data-part``."""


@dataclass(frozen=True)
class Choices:
    """What the filters offer: codes and their names."""

    rounds: Options
    services: Options
    regions: Options
    provinces: Options


def choices(rounds: tuple[RoundSummary, ...], filters: Filters, *, language: str) -> Choices:
    """List what this reader can choose, provinces in the order of the Turkish alphabet."""
    within = filters.within
    return Choices(
        rounds=[(summary.id, summary.name(language)) for summary in rounds],
        services=[(service.code, service.name[language]) for service in services()],
        regions=[(code, region(code).name[language]) for code in regions_shown(within)],
        provinces=[
            (province.plate, province.name)
            for province in provinces_alphabetical()
            if within is None or province.plate in within
        ],
    )


def page(board: Dashboard, offered: Choices, *, language: str) -> str:
    """Draw the page as it is meaningful before any script runs."""
    template = "dashboards/dashboard.html"
    return render_template(template, choices=offered, **_words(board, offered, language))


def parts(board: Dashboard, offered: Choices, *, language: str) -> dict[str, str]:
    """Draw the pieces that change with the data, by the name the page knows them by."""
    words = _words(board, offered, language)
    return {name: render_template(f"dashboards/parts/{name}.html", **words) for name in PARTS}


def _words(board: Dashboard, offered: Choices, language: str) -> dict[str, Any]:
    return {
        "board": board,
        "round_name": dict(offered.rounds)[board.filters.round],
        "numbers": formats,
        "place_name": captions.place_name(board.filters, language),
        "service_name": captions.service_name(board.filters, language),
        "rests_on": partial(captions.what_this_rests_on, language=language),
        "change_since": partial(captions.change_since, language=language),
        "kept_back": captions.kept_back_names,
        "without": captions.without_answers,
    }
