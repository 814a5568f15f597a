"""The map and the ranking, as Plotly figures without colours.

Colours come from the page's own tokens: a trace says by ``meta.role`` what it shows, a shape by its
``name``, and the script in the page paints them, also when the reader turns the lights off.
"""

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from plotly.graph_objects import Choropleth, Figure, Layout, Scatter

from schemas.wording import say
from server.dashboards.captions import place_name
from server.dashboards.queries import Dashboard, Line
from server.indices.index_rows import IndexRow
from server.web.formats import SEPARATORS, about, figure, interval

GEOJSON = "/dashboards/provinces.geojson"
ROW = 18
"""Height of a province in the ranking, in pixels."""
ABOVE_TICKS, NAME = 26, 20
"""Where the names of lines begin above the frame, and the height of one, in pixels."""
Reference = tuple[str, str, IndexRow]
"""A line that provinces are compared with: its role, its name, its figure."""
_TRANSPARENT = "rgba(0,0,0,0)"


def map_of_provinces(board: Dashboard, *, language: str) -> dict[str, Any]:
    """Draw every province in the view: coloured by its index, or hatched, or empty."""
    spoken = _speaker(board, language)
    groups: dict[str, Callable[[Line], bool]] = {
        "published": lambda line: line.has_index and not line.is_imprecise,
        "imprecise": lambda line: line.is_imprecise,
        "suppressed": lambda line: line.is_suppressed,
        "empty": lambda line: line.index is None,
    }
    traces = [
        _provinces(role, list(filter(belongs, board.provinces)), spoken)
        for role, belongs in groups.items()
    ]
    chosen = [line for line in board.provinces if line.code == board.filters.province]
    traces.append(_provinces("chosen", chosen, spoken))
    layout = Layout(
        **_common(language),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        dragmode=False,
        geo={
            "visible": False,
            "bgcolor": _TRANSPARENT,
            "projection": {"type": "mercator"},
            **_frame_of(board),
        },
        # Its key stands in the page, where it is text that everybody can read.
        coloraxis={"cmin": board.scale[0], "cmax": board.scale[1], "showscale": False},
    )
    return _wire(Figure(traces, layout))


def _frame_of(board: Dashboard) -> dict[str, Any]:
    """Frame the country, or as little of it as a region needs."""
    if board.filters.region:
        return {"fitbounds": "locations"}
    return {"lonaxis": {"range": [25.5, 45.0]}, "lataxis": {"range": [35.7, 42.2]}}


def ranking_of_provinces(board: Dashboard, *, language: str) -> dict[str, Any]:
    """Draw the published provinces from high to low, each with its interval."""
    spoken = _speaker(board, language)
    ranked = sorted((line for line in board.provinces if line.has_index), key=_from_high_to_low)
    groups: dict[str, Callable[[Line], bool]] = {
        "published": lambda line: not line.is_imprecise and line.code != board.filters.province,
        "imprecise": lambda line: line.is_imprecise and line.code != board.filters.province,
        "chosen": lambda line: line.code == board.filters.province,
    }
    traces = [
        _dots(role, list(filter(belongs, ranked)), spoken, intervals=board.claims_intervals)
        for role, belongs in groups.items()
    ]
    references = _references(board, language)
    top = ABOVE_TICKS + NAME * max(1, len(references))
    layout = Layout(
        **_common(language),
        height=ROW * len(ranked) + top + 8,
        margin={"l": 8, "r": 12, "t": top, "b": 8},
        dragmode=False,
        hovermode="closest",
        plot_bgcolor=_TRANSPARENT,
        **_ranking_axes(ranked),
        shapes=_reference_lines(references, intervals=board.claims_intervals),
        annotations=_reference_names(references, language),
    )
    return _wire(Figure(traces, layout))


def _ranking_axes(ranked: list[Line]) -> dict[str, Any]:
    return {
        "xaxis": {"side": "top", "fixedrange": True, "zeroline": False},
        "yaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": [line.name for line in ranked],
            "range": [len(ranked) - 0.5, -0.5],
            "fixedrange": True,
            "automargin": True,
            "tickmode": "linear",
            "showgrid": False,
            "ticks": "",
        },
    }


def _common(language: str) -> dict[str, Any]:
    return {
        "template": None,
        "paper_bgcolor": _TRANSPARENT,
        "separators": SEPARATORS[language],
        "showlegend": False,
        "autosize": True,
        # The reader's zoom and selection survive an update of the data.
        "uirevision": "kept",
    }


def _provinces(role: str, lines: list[Line], spoken: Callable[[Line], str]) -> Choropleth:
    coloured = role in ("published", "imprecise")
    shades: dict[str, Any] = {"coloraxis": "coloraxis"} if coloured else {"showscale": False}
    return Choropleth(
        geojson=GEOJSON,
        featureidkey="id",
        locations=[line.code for line in lines],
        z=[line.index.value if coloured and line.index else 0 for line in lines],
        text=[spoken(line) for line in lines],
        hovertemplate="%{text}<extra></extra>",
        meta={"role": role},
        **shades,
    )


def _dots(
    role: str, lines: list[Line], spoken: Callable[[Line], str], *, intervals: bool
) -> Scatter:
    figures = [line.index for line in lines if line.index]
    return Scatter(
        mode="markers",
        x=[figure.value for figure in figures],
        y=[line.name for line in lines],
        customdata=[line.code for line in lines],
        text=[spoken(line) for line in lines],
        hovertemplate="%{text}<extra></extra>",
        error_x=_whiskers(figures) if intervals else None,
        meta={"role": role},
    )


def _whiskers(figures: list[IndexRow]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [_apart(figure.high, figure.value) for figure in figures],
        "arrayminus": [_apart(figure.value, figure.low) for figure in figures],
        "thickness": 1.5,
        "width": 3,
    }


def _apart(upper: float | None, lower: float | None) -> float | None:
    # Both ends have one decimal; their difference must not show what floats make of it.
    return None if upper is None or lower is None else round(upper - lower, 1)


def _references(board: Dashboard, language: str) -> list[Reference]:
    """What provinces are compared with: always the country, and a region among its own.

    A chosen province is no line: it stands among the others, marked.
    """
    lines = [("country", say("dashboards.country", language), board.country)]
    if board.filters.region:
        lines.append(("place", place_name(board.filters, language), board.overall))
    return [(role, name, line.index) for role, name, line in lines if line.index and line.has_index]


def _reference_lines(references: Iterable[Reference], *, intervals: bool) -> list[dict[str, Any]]:
    tall = {"yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    shapes = []
    for role, _, row in references:
        # One band only: two would lie on each other.
        if intervals and row.low is not None and role == "country":
            ends = {"x0": row.low, "x1": row.high}
            shapes.append({"type": "rect", "name": "country-band", **ends, **tall})
        shapes.append({"type": "line", "name": role, "x0": row.value, "x1": row.value, **tall})
    return shapes


def _reference_names(references: Iterable[Reference], language: str) -> list[dict[str, Any]]:
    return [
        {
            "text": f"{escape(name)} {figure(row.value, row.bound, language)}",
            "x": row.value,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": ABOVE_TICKS + NAME * number,
            "showarrow": False,
        }
        for number, (_, name, row) in enumerate(references)
    ]


def _speaker(board: Dashboard, language: str) -> Callable[[Line], str]:
    def spoken(line: Line) -> str:
        # Plain: Plotly makes bold by a style attribute, which the page does not allow.
        name = escape(line.name)
        if line.index is None:
            return f"{name}<br>{say('dashboards.no_answers_yet', language)}"
        if line.index.value is None:
            return f"{name}<br>{say(f'indices.{line.index.suppressed}', language)}"
        parts = [
            name,
            say(
                "dashboards.hover_value",
                language,
                value=figure(line.index.value, line.index.bound, language),
            ),
        ]
        if board.claims_intervals:
            ends = interval(line.index.low, line.index.high, language)
            parts.append(say("dashboards.hover_interval", language, interval=ends))
        parts.append(say("dashboards.hover_answers", language, n=about(line.index.n, language)))
        if line.index.rank_low is not None:
            low, high = line.index.rank_low, line.index.rank_high
            parts.append(say("dashboards.hover_rank", language, low=low, high=high))
        # What allows no interval is not called wide either.
        if line.is_imprecise and board.claims_intervals:
            parts.append(say(f"indices.{line.index.precision}", language))
        if line.is_model_based:
            parts.append(say("indices.model_based", language))
        return "<br>".join(parts)

    return spoken


def _from_high_to_low(line: Line) -> tuple[float, int]:
    value = line.index.value if line.index and line.index.value is not None else 0.0
    return -value, line.order


def _wire(figure: Figure) -> dict[str, Any]:
    wire: dict[str, Any] = figure.to_plotly_json()
    wire["layout"].pop("template", None)
    return wire
