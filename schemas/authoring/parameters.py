"""The column ``parameters``: what a question type may be given there."""

import re
from typing import Final

from schemas.authoring.sheets import Report, Row
from schemas.authoring.survey_rows import Draft
from schemas.forms.definition import ONCE, QuestionType
from schemas.forms.lexical_forms import is_on_scale

THRESHOLD: Final = "body::accuracyThreshold"
"""The older spelling of ``capture-accuracy``, a column of its own."""
KNOWN: Final[dict[QuestionType, frozenset[str]]] = {
    "range": frozenset({"start", "end", "step"}),
    "select_one": frozenset({ONCE}),
    "image": frozenset({"max-pixels"}),
    "geopoint": frozenset({"capture-accuracy", "warning-accuracy"}),
}
_RANGE: Final = {"start": "1", "end": "10", "step": "1"}
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_PARAMETER: Final = re.compile(r"([A-Za-z_-]+)\s*=\s*([^\s;,]+)")


def parameters_of(draft: Draft, report: Report) -> dict[str, str]:
    """Read the parameters of one question; those of a range are complete afterwards."""
    text = draft.row["parameters"]
    given = dict(_PARAMETER.findall(text))
    if _PARAMETER.sub("", text).strip(" ;,"):
        report.error(draft.row, "parameters", "parameters_form", text=text)
    if draft.type is None:
        return given
    if draft.type == "geopoint" and draft.row[THRESHOLD]:
        given.setdefault("capture-accuracy", draft.row[THRESHOLD])
    for name in given.keys() - KNOWN.get(draft.type, frozenset()):
        report.warn(draft.row, "parameters", "parameter_unknown", name=name, type=draft.type)
    if draft.type == "range":
        return _scale(draft.row, given, report)
    for name in sorted(given.keys() & KNOWN.get(draft.type, frozenset())):
        if not _NUMBER.fullmatch(given[name]) or float(given[name]) <= 0:
            report.error(draft.row, "parameters", "parameter_number", name=name, text=given[name])
    return given


def accuracy_rule(parameters: dict[str, str]) -> str:
    """The soft constraint that a place's accuracy in metres sets, or nothing.

    ODK warns above ``warning-accuracy`` and otherwise takes a place at once below
    ``capture-accuracy``; an officer who takes a coarser one by hand says why.
    """
    limit = parameters.get("warning-accuracy") or parameters.get("capture-accuracy")
    return f"selected-at(., 3) <= {limit}" if limit and _NUMBER.fullmatch(limit) else ""


def _scale(row: Row, given: dict[str, str], report: Report) -> dict[str, str]:
    if not row["parameters"]:
        report.warn(row, "parameters", "range_default")
    given = {**_RANGE, **given}
    if not all(_NUMBER.fullmatch(given[key]) for key in _RANGE):
        report.error(row, "parameters", "parameters_form", text=row["parameters"])
        return _RANGE
    if float(given["end"]) <= float(given["start"]) or float(given["step"]) <= 0:
        report.error(row, "parameters", "range_empty")
        return _RANGE
    if not is_on_scale(given["end"], given):
        report.error(row, "parameters", "range_uneven", end=given["end"], step=given["step"])
    return given
