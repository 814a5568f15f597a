"""Reads a request's entries against the model of its kind; what is not written there is refused."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from analysis.requests.given.errors import RequestError, nearest
from schemas.protocol.estimate_designs import ALSO_CALLED, Undesigned
from schemas.wire import Wire

TOP = {"design", "estimate", "data", "decimal"} | {
    "id", "set", "expected", "source", "rel_tol", "note",
}  # fmt: skip
"""What a request may hold: design, estimate, and what a reference case says about itself."""
MEANT = {
    "subset": "where",
    "filter": "where",
    "condition": "where",
    "domain": "by",
    "domains": "by",
    "group": "by",
    "groups": "by",
    "group_by": "by",
    "conf": "level",
    "confidence": "level",
    "conf_level": "level",
    "alpha": "level",
    "x": "y",
    "variable": "y",
    "variables": "y",
    "vars": "y",
    "weight": "weights",
    "stratum": "strata",
    "cluster": "psu",
    "rows": "where",
    "na.rm": "na_rm",
    "standardised": "scaled",
    "scale": "scaled",
}
"""What the entry is called that other programs call otherwise; said, not taken."""
_BOUNDS = {
    "greater_than": "gt",
    "greater_than_equal": "ge",
    "less_than": "lt",
    "less_than_equal": "le",
}
_TYPES = {"bool", "str", "float", "int", "none"}


def read_entries(model: type[Wire], given: Any, place: str) -> dict[str, Any]:
    """Check the entries of a ``place`` (design or estimate), and give them as the model has them.

    Raises
    ------
    RequestError
        With the first entry that is unknown, missing or of a wrong value, and where it stands.
    """
    entries = {} if given in (None, []) else given
    if not isinstance(entries, Mapping):
        raise RequestError("not_entries", place=place)
    try:
        read = model.model_validate(dict(entries))
    except ValidationError as error:
        raise _said(model, error, place) from None
    return read.model_dump(exclude_unset=True)


def refuse_unknown(names: Mapping[str, Any]) -> None:
    """Refuse entries beside ``design`` and ``estimate`` that nothing would read."""
    for name in names:
        if name not in TOP:
            raise _unknown(name, TOP, "the request")
    if (sign := names.get("decimal")) not in {None, ".", ","}:
        raise RequestError("not_one_of", place="decimal", given=sign, known="'.' ','")


def _said(model: type[Wire], error: ValidationError, place: str) -> RequestError:
    # An unknown entry explains a missing one: it comes first.
    faults = sorted(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    fault = faults[0]
    name, *inner = map(str, fault["loc"])
    where = ".".join([place, name, *_plain(inner)])
    if fault["type"] == "extra_forbidden":
        if issubclass(model, Undesigned):
            return RequestError("no_design", entry=name)
        return _unknown(name, {*model.model_fields, *_also(model)}, place)
    if fault["type"] == "missing":
        return RequestError("missing_entry", place=where)
    if fault["type"] in _BOUNDS:
        return RequestError("out_of_range", place=where, given=fault["input"], range=_range(fault))
    same = [details for details in faults if details["loc"][:1] == fault["loc"][:1]]
    if fault["type"] == "literal_error":
        known = ", ".join(_choices(same))
        return RequestError("not_one_of", place=where, given=fault["input"], known=known)
    return RequestError("wrong_value", place=where, given=fault["input"])


def _also(model: type[Wire]) -> Iterator[str]:
    return (name for name, ours in ALSO_CALLED.items() if ours in model.model_fields)


def _unknown(name: str, known: set[str], place: str) -> RequestError:
    meant = MEANT.get(name.lower())
    near = meant if meant in known else nearest(name, known)
    return RequestError("unknown_entry", near=near, place=place, entry=name)


def _plain(inner: list[str]) -> list[str]:
    """Leave out what pydantic calls the branches of a union."""
    tagged = ("list[", "dict[", "literal[", "constrained-")
    return [part for part in inner if part not in _TYPES and not part.startswith(tagged)]


def _range(fault: ErrorDetails) -> str:
    signs = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
    short = _BOUNDS[fault["type"]]
    return f"{signs[short]} {fault['ctx'][short]:g}"


def _choices(faults: list[ErrorDetails]) -> list[str]:
    said = [fault["ctx"]["expected"] for fault in faults if fault["type"] == "literal_error"]
    return [text.replace("'", "") for text in said]
