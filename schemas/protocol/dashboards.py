"""What a dashboard page asks for every few seconds: figures as Plotly takes them, texts as HTML."""

from typing import Any

from schemas.wire import Wire


class Figure(Wire):
    """A Plotly figure without colours: ``meta.role`` of a trace says how the page paints it."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]


class DashboardState(Wire):
    """One view at one moment; everything in it comes from the same state of the data.

    ``view`` are the parameters of the address that show this view: what the figures hold for,
    whatever was chosen meanwhile. ``parts`` are pieces of the page by the name in their
    ``data-part``, rendered by the templates that drew the page first, so that nothing is worded
    twice.
    """

    through_sequence: int
    view: dict[str, str]
    map: Figure
    ranking: Figure
    parts: dict[str, str]
