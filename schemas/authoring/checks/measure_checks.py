"""Checks of the columns that carry measurement: scale, core, service, dimension."""

from collections.abc import Mapping
from typing import Final

from schemas.authoring.node_rows import Reading
from schemas.forms.definition import Node
from schemas.forms.dependencies import Standing
from schemas.reference.services import dimensions, services
from schemas.rules.measurement import measurement

_NEEDED: Final = ("service", "dimension", "scale")


def check_measures(nodes: Mapping[str, Standing], reading: Reading) -> None:
    """Report ratings that the analysis could not read."""
    for standing in nodes.values():
        node = standing.node
        if node.scale is not None and node.scale == node.list:
            _check_scale(node, reading)
        if node.core:
            _check_core(node, reading)
        if node.service is not None:
            _check_codes(node, reading)


def _check_scale(node: Node, reading: Reading) -> None:
    codes = [choice.name for choice in reading.lists.get(str(node.scale), ())]
    row, unknown = reading.rows[node.name], measurement().unknown
    words = [code for code in codes if not code.isdecimal() or not code.isascii()]
    if words:
        reading.report.error(row, "scale", "scale_code", scale=node.scale, code=words[0])
    elif codes and not set(codes) & set(unknown):
        reading.report.error(
            row,
            "scale",
            "scale_no_unknown",
            scale=node.scale,
            codes=", ".join(filter(None, unknown)),
        )


def _check_core(node: Node, reading: Reading) -> None:
    for column in _NEEDED:
        if getattr(node, column) is None:
            reading.report.error(reading.rows[node.name], "core", "core_incomplete", column=column)


def _check_codes(node: Node, reading: Reading) -> None:
    row = reading.rows[node.name]
    if node.service not in {service.code for service in services()}:
        known = ", ".join(service.code for service in services())
        reading.report.error(row, "service", "service_unknown", code=node.service, known=known)
    if (
        node.core
        and node.dimension
        and node.dimension not in {dimension.code for dimension in dimensions()}
    ):
        known = ", ".join(dimension.code for dimension in dimensions())
        reading.report.error(
            row, "dimension", "dimension_unknown", code=node.dimension, known=known
        )
