"""GET /dashboards/provinces.geojson: the outlines a map is drawn from."""

from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient

from schemas.reference.geography import provinces


def rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    parts = (
        geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    )
    return [part[0] for part in parts]


def doubled_area(ring: list[list[float]]) -> float:
    return sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in pairwise(ring))


@pytest.fixture
def outlines(analyst: FlaskClient) -> dict[str, Any]:
    answer = analyst.get("/dashboards/provinces.geojson")
    assert answer.mimetype == "application/geo+json"
    return dict(answer.get_json(force=True))


def test_there_are_all_81_provinces_by_plate(outlines: dict[str, Any]) -> None:
    assert [feature["id"] for feature in outlines["features"]] == [
        province.plate for province in provinces()
    ]


def test_rings_run_clockwise_or_plotly_would_paint_the_rest_of_the_world(
    outlines: dict[str, Any],
) -> None:
    for feature in outlines["features"]:
        assert all(doubled_area(ring) > 0 for ring in rings(feature["geometry"])), feature["id"]


def test_it_is_fetched_once_a_day(analyst: FlaskClient) -> None:
    first = analyst.get("/dashboards/provinces.geojson")
    assert first.headers["Cache-Control"] == "private, max-age=86400"
    tag = {"If-None-Match": first.headers["ETag"]}
    assert analyst.get("/dashboards/provinces.geojson", headers=tag).status_code == 304


def test_who_is_not_signed_in_gets_nothing(client: FlaskClient) -> None:
    assert client.get("/dashboards/provinces.geojson").status_code == 401
