"""Requests about batteries of items: reliability, drivers of satisfaction, patterns of answers."""

import re
from typing import Any

import numpy as np

from analysis.arrays import FloatArray
from analysis.fieldwork.answer_patterns import long_strings, percent_match, within_person_sd
from analysis.requests.given.designs import sample_of
from analysis.requests.given.domains import names
from analysis.requests.given.request import Kind, Request, RequestError, Row
from analysis.requests.given.tables import Table
from analysis.scales.drivers import drivers
from analysis.scales.one_factor import one_factor
from analysis.scales.polychoric import polychoric_matrix
from analysis.scales.reliability import alpha, eigenvalues, keyed
from schemas.protocol.estimate_designs import Undesigned
from schemas.protocol.estimate_requests import Battery, KeyedBattery, Polychoric, Shares

_RANGE = re.compile(r"(?P<first>[\w.]+)\s*(?:-|–|\.\.)\s*(?P<last>[\w.]+)")
_REVERSED = re.compile(r"(?P<item>[\w.]+)\s+reversed")


def cronbach_alpha(request: Request) -> list[Row]:
    """Alpha, raw and standardised, and the eigenvalues of a battery."""
    items, answers, weight = _battery(request)
    answers, turned = _keyed(request, items, answers, weight)
    pairwise = alpha(answers, pairwise=True, weight=weight)
    listwise = alpha(answers, weight=weight)
    return [
        {
            "items": items,
            "reversed": turned,
            "alpha_pairwise": pairwise.raw,
            "std_alpha": pairwise.standardised,
            "average_r": pairwise.average_r,
            "alpha_listwise": listwise.raw,
            "n_listwise": listwise.n,
            "item_rest": listwise.item_rest.tolist(),
            "eigen_listwise": eigenvalues(answers, weight=weight).tolist(),
        }
    ]


def omega(request: Request) -> list[Row]:
    """McDonald's omega from one factor."""
    items, answers, weight = _battery(request)
    _take_only(request, "missing", ("listwise",))
    fitted = one_factor(_keyed(request, items, answers, weight)[0], weight=weight)
    return [
        {
            "n": fitted.n,
            "loadings": fitted.loadings.tolist(),
            "residuals": fitted.residuals.tolist(),
            "omega_total": fitted.omega,
            "chisq": fitted.chi_square,
            "df": fitted.df,
            "cfi": fitted.cfi,
            "rmsea": fitted.rmsea,
        }
    ]


def polychoric(request: Request) -> list[Row]:
    """Polychoric correlations of a battery, as it is answered."""
    _, answers, weight = _battery(request)
    way = _take_only(request, "missing", ("listwise", "pairwise"))
    _take_only(request, "method", ("two-step",))
    rho = polychoric_matrix(answers, pairwise=way == "pairwise", weight=weight)
    complete = int((~np.isnan(answers).any(axis=1)).sum())
    return [{"n": complete, "rho": rho.tolist()}]


def lmg(request: Request) -> list[Row]:
    """LMG shares of R²."""
    items = names(request.wanted("x"))
    answers = np.column_stack([request.table.numbers(name) for name in items])
    outcome = request.table.numbers(str(request.wanted("y")))
    found = drivers(outcome, answers, sample_of(request).weight)
    shares = dict(zip(items, found.shares.tolist(), strict=True))
    return [{"lmg": shares, "R2": found.r_squared, "n": found.n}]


def matches(request: Request) -> list[Row]:
    """Largest share of equal answers with another record."""
    _take_only(request, "missing", ("pairwise",))
    _, answers, _ = _battery(request)
    share = percent_match(answers)
    return [
        {
            "mean": _number(np.nanmean(share)) if (~np.isnan(share)).any() else None,
            "n_ge_85": int((share >= 0.85).sum()),
            "n_ge_80": int((share >= 0.80).sum()),
            "first10": [_number(value) for value in share[:10]],
            "max": _number(np.nanmax(share)) if (~np.isnan(share)).any() else None,
        }
    ]


def strings(request: Request) -> list[Row]:
    """Longest runs and spreads within persons."""
    _, answers, _ = _battery(request)
    runs, spread = long_strings(answers), within_person_sd(answers)
    return [
        {
            "longstring_mean": float(runs.mean()) if len(runs) else None,
            "longstring_max": int(runs.max(initial=0)),
            "n_ge_8": int((runs >= 8).sum()),
            "within_sd_mean": _number(np.nanmean(spread)) if (~np.isnan(spread)).any() else None,
            "n_zero_sd": int((spread == 0).sum()),
        }
    ]


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


def _battery(request: Request) -> tuple[list[str], FloatArray, FloatArray]:
    """Read the items of ``items`` or ``scale``, and the records of ``rows`` with their weights."""
    said = request.estimate.get("items")
    if said:
        items = _listed_items(said, request.table)
    else:
        items = _described_items(str(request.wanted("scale")), request.table)
    answers = np.column_stack([request.table.numbers(name) for name in items])
    first = _first_rows(request)
    return items, answers[:first], sample_of(request).weight[:first]


def _first_rows(request: Request) -> int | None:
    said = request.estimate.get("rows")
    if said is None:
        return None
    match = re.fullmatch(r"first (\d+)", str(said).strip())
    if match is None:
        raise RequestError("rows_unread", given=said)
    return int(match[1])


def _take_only(request: Request, entry: str, ways: tuple[str, ...]) -> str:
    """Read how something is done, refusing ways that are not; remarks may follow the word."""
    said = str(request.estimate.get(entry) or ways[0])
    found = next((way for way in ways if said.lower().startswith(way)), None)
    if found is None:
        known = ", ".join(ways)
        raise RequestError("not_one_of", place=f"estimate.{entry}", given=said, known=known)
    return found


def _listed_items(said: Any, table: Table) -> list[str]:
    """Read a list, "A1; A2", or "A1..O5 (25)": a range is in the order of the file."""
    text = re.sub(r"\s*\([^()]*\)$", "", said) if isinstance(said, str) else said
    items: list[str] = []
    whole = isinstance(text, str) and text in table.columns
    for part in [str(text)] if whole else names(text):
        found = _RANGE.fullmatch(part)
        items += _between(found, table) if found and part not in table.columns else [part]
    for name in items:
        table.column(name)
    return items


def _between(found: re.Match[str], table: Table) -> list[str]:
    known = list(table.columns)
    for name in found.groups():
        table.column(name)
    return known[known.index(found["first"]) : known.index(found["last"]) + 1]


def _described_items(said: str, table: Table) -> list[str]:
    """Find items in words: "Agreeableness A1-A5, A1 reversed"."""
    for found in _RANGE.finditer(said):
        if found["first"] in table.columns and found["last"] in table.columns:
            return _between(found, table)
    items = [name for name in re.split(r"[;,\s]+", said) if name in table.columns]
    if not items:
        raise RequestError("no_items", given=said)
    return list(dict.fromkeys(items))


def _keyed(
    request: Request, items: list[str], answers: FloatArray, weight: FloatArray
) -> tuple[FloatArray, list[str]]:
    """Reverse the items that are said to be, or that run against the others."""
    scale = request.estimate.get("scale")
    said = [found["item"] for found in _REVERSED.finditer(str(scale or ""))]
    said += names(request.estimate.get("reversed"))
    if not said:
        answers, turned = keyed(answers, weight=weight)
        return answers, [items[item] for item in turned]
    for name in said:
        if name not in items:
            known = ", ".join(items)
            raise RequestError("not_one_of", place="estimate.reversed", given=name, known=known)
    low, high = np.nanmin(answers), np.nanmax(answers)
    return np.where(np.isin(items, said), low + high - answers, answers), said


KINDS: dict[str, Kind] = {
    "cronbach_alpha": Kind(cronbach_alpha, KeyedBattery, samples=False),
    "omega_one_factor_ML": Kind(omega, KeyedBattery, samples=False),
    "polychoric": Kind(polychoric, Polychoric, samples=False),
    "lmg_shapley_R2": Kind(lmg, Shares, samples=False),
    "percent_match": Kind(matches, Battery, Undesigned, samples=False),
    "longstring_and_within_sd": Kind(strings, Battery, Undesigned, samples=False),
}
"""The kinds of estimates answered here."""
