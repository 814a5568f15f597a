"""Values of an indicator as a release keeps them, and back."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array

from analysis.arrays import IntArray
from analysis.estimation.residuals import Calibrators
from analysis.figures.indicator_figures import CrossValues, Values
from server.releases.releases import Columns, Release


def numbers_of(found: Sequence[str], leaves: Sequence[str]) -> IntArray:
    """Leaves the numbers they have in a release."""
    number = {leaf: place for place, leaf in enumerate(leaves)}
    return np.array([number[leaf] for leaf in found], dtype=np.int64)


def columns_of_values(
    values: Values, found: Sequence[str], leaves: Sequence[str]
) -> tuple[dict[str, Columns], dict[str, Columns]]:
    """Lay values out as rows of leaves, and what belongs to no leaf."""
    number = numbers_of(found, leaves)
    parts: dict[str, Columns] = {
        "values": {
            "group": number[values.domain],
            "unit": values.unit,
            "value": values.value,
            "n": values.n,
            "w": values.w,
            "ww": values.ww,
        }
    }
    if values.cross is None:
        return parts, {}
    cross = values.cross
    parts["cross"] = {
        "group": number[cross.domain],
        "cell": cross.variable,
        "value": cross.value,
        "x": cross.x,
    }
    sums, solve = coo_array(cross.calibrators.sums), coo_array(cross.calibrators.solve)
    return parts, {
        "sums": {"unit": sums.coords[0], "cell": sums.coords[1], "value": sums.data},
        "solve": {"cell": solve.coords[0], "by": solve.coords[1], "value": solve.data},
    }


def values_in(release: Release, domain_of: IntArray) -> Values:
    """The rows of a release in domains; those of no domain are left out."""
    rows = release.parts["values"]
    domain, inside = _coded(rows, domain_of, len(release.leaves))
    columns = {name: rows[name][inside] for name in ("unit", "value", "n", "w", "ww")}
    return Values(domain[inside], **columns, cross=_cross(release, domain_of))


def _coded(rows: Columns, domain_of: IntArray, leaves: int) -> tuple[IntArray, Any]:
    group = rows["group"]
    domain = domain_of[np.where(group >= 0, group, leaves - 1 - group)]
    return domain, domain >= 0


def _cross(release: Release, domain_of: IntArray) -> CrossValues | None:
    if "cross" not in release.parts:
        return None
    rows = release.parts["cross"]
    domain, inside = _coded(rows, domain_of, len(release.leaves))
    return CrossValues(
        _calibrators(release),
        domain=domain[inside],
        variable=rows["cell"][inside],
        value=rows["value"][inside],
        x=rows["x"][inside],
    )


def _calibrators(release: Release) -> Calibrators:
    sums, solve = release.parts["sums"], release.parts["solve"]
    units, cells = len(release.units), len(release.cells)
    return Calibrators(
        csr_array((sums["value"], (sums["unit"], sums["cell"])), shape=(units, cells)),
        csr_array((solve["value"], (solve["cell"], solve["by"])), shape=(cells, cells)),
    )
