"""Requests about batteries of items: reliability, drivers, ordered answers, paths, patterns."""

import re
from itertools import pairwise
from typing import Any

import numpy as np

from analysis.answer_patterns import long_strings, percent_match, within_person_sd
from analysis.arrays import FloatArray, IntArray
from analysis.drivers import drivers
from analysis.interviewers import interviewer_effect
from analysis.one_factor import one_factor
from analysis.ordinal import ordinal_logit
from analysis.pls import path_model
from analysis.polychoric import polychoric_matrix
from analysis.reliability import alpha, eigenvalues, keyed
from analysis.requests.request import Kind, Request, RequestError, Row, listed
from analysis.requests.tables import Table, levels, missing, plain

_RANGE = re.compile(r"(?P<first>[\w.]+)\s*(?:-|–|\.\.)\s*(?P<last>[\w.]+)")
_REVERSED = re.compile(r"(?P<item>[\w.]+)\s+reversed")


def cronbach_alpha(request: Request) -> list[Row]:
    """Alpha, raw and standardised, and the eigenvalues of a battery."""
    names, answers = _battery(request)
    answers, turned = _keyed(request, names, answers)
    pairwise, listwise = alpha(answers, pairwise=True), alpha(answers)
    return [
        {
            "items": names,
            "reversed": turned,
            "alpha_pairwise": pairwise.raw,
            "std_alpha": pairwise.standardised,
            "average_r": pairwise.average_r,
            "alpha_listwise": listwise.raw,
            "n_listwise": listwise.n,
            "item_rest": listwise.item_rest.tolist(),
            "eigen_listwise": eigenvalues(answers).tolist(),
        }
    ]


def omega(request: Request) -> list[Row]:
    """McDonald's omega from one factor."""
    names, answers = _battery(request)
    fitted = one_factor(_keyed(request, names, answers)[0])
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
    _, answers = _battery(request)
    complete = int((~np.isnan(answers).any(axis=1)).sum())
    return [{"n": complete, "rho": polychoric_matrix(answers).tolist()}]


def ordinal(request: Request) -> list[Row]:
    """Proportional-odds model; ``freq`` or ``weights`` of the design weigh the records."""
    outcome, terms = _formula(request)
    column = request.design.get("freq") or request.design.get("weights")
    weight = request.table.numbers(column) if column else np.ones(request.table.rows)
    answers, names = _ordered(request, outcome)
    covariates, labels = _covariates(request.table, terms)
    used = (answers >= 0) & ~np.isnan(covariates).any(axis=1) & ~np.isnan(weight)
    fitted = ordinal_logit(answers[used], covariates[used], weight[used])
    labels += [f"{low}|{high}" for low, high in pairwise(names)]
    values = np.concatenate((fitted.coefficients, fitted.thresholds))
    return [
        {
            "coef": dict(zip(labels, values.tolist(), strict=True)),
            "se": dict(zip(labels, fitted.standard_errors.tolist(), strict=True)),
            "deviance": fitted.deviance,
        }
    ]


def icc(request: Request) -> list[Row]:
    """Variance between and within groups."""
    group = levels(request.table.column(request.wanted("group")))
    answers = np.where(group.code < 0, np.nan, request.table.numbers(request.wanted("y")))
    effect = interviewer_effect(answers, group.code)
    return [{"var_group": effect.between, "var_resid": effect.within, "icc": effect.icc}]


def lmg(request: Request) -> list[Row]:
    """LMG shares of R²."""
    names = listed(request.wanted("x"))
    items = np.column_stack([request.table.numbers(name) for name in names])
    outcome = request.table.numbers(request.wanted("y"))
    column = request.design.get("weights")
    weight = request.table.numbers(column) if column else np.ones(request.table.rows)
    found = drivers(outcome, items, weight)
    return [{"lmg": dict(zip(names, found.shares.tolist(), strict=True)), "R2": found.r_squared}]


def pls_path(request: Request) -> list[Row]:
    """PLS path model; a block names the beginning of its items' names, and its mode."""
    blocks: dict[str, Any] = {
        construct: (_items_of(request.table, prefix), mode)
        for construct, (prefix, mode) in request.wanted("blocks").items()
    }
    items = {name: request.table.numbers(name) for names, _ in blocks.values() for name in names}
    arrows = [(start, end) for start, end in request.wanted("paths")]
    model = path_model(items, blocks, arrows, scheme=request.estimate.get("scheme", "path"))
    outer = {
        name: {"weight": weight, "loading": model.loadings[name]}
        for name, weight in model.weights.items()
    }
    paths = {f"{start}->{end}": value for (start, end), value in model.paths.items()}
    return [{"outer": outer, "paths": paths, "r_squared": model.r_squared}]


def matches(request: Request) -> list[Row]:
    """Largest share of equal answers with another record."""
    _, answers = _battery(request)
    share = percent_match(answers)
    return [
        {
            "mean": float(np.nanmean(share)),
            "n_ge_85": int((share >= 0.85).sum()),
            "n_ge_80": int((share >= 0.80).sum()),
            "first10": share[:10].tolist(),
            "max": float(np.nanmax(share)),
        }
    ]


def strings(request: Request) -> list[Row]:
    """Longest runs and spreads within persons."""
    _, answers = _battery(request)
    runs, spread = long_strings(answers), within_person_sd(answers)
    return [
        {
            "longstring_mean": float(runs.mean()),
            "longstring_max": int(runs.max()),
            "n_ge_8": int((runs >= 8).sum()),
            "within_sd_mean": float(np.nanmean(spread)),
            "n_zero_sd": int((spread == 0).sum()),
        }
    ]


def _battery(request: Request) -> tuple[list[str], FloatArray]:
    """Read the items of ``items`` or ``scale`` and the records of ``rows``."""
    said = request.estimate.get("items") or request.wanted("scale")
    names = list(said) if isinstance(said, list) else _spelled_out(str(said), request.table)
    answers = np.column_stack([request.table.numbers(name) for name in names])
    first = re.match(r"first (\d+)$", str(request.estimate.get("rows") or ""))
    return names, answers[: int(first[1])] if first else answers


def _spelled_out(said: str, table: Table) -> list[str]:
    """Read "A1-A5", "A1..O5 (25)" or "a; b; c": a range is in the order of the file."""
    known = list(table.columns)
    for found in _RANGE.finditer(said):
        first, last = found["first"], found["last"]
        if first in known and last in known:
            return known[known.index(first) : known.index(last) + 1]
    names = [name for name in re.split(r"[;,\s]+", said) if name in known]
    if not names:
        raise RequestError(f"no items are found in {said!r}")
    return names


def _keyed(request: Request, names: list[str], answers: FloatArray) -> tuple[FloatArray, list[str]]:
    """Reverse the items that are said to be, or that run against the others."""
    said = [found["item"] for found in _REVERSED.finditer(str(request.estimate.get("scale") or ""))]
    said += listed(request.estimate.get("reversed"))
    if not said:
        answers, turned = keyed(answers)
        return answers, [names[item] for item in turned]
    low, high = np.nanmin(answers), np.nanmax(answers)
    return np.where(np.isin(names, said), low + high - answers, answers), said


def _formula(request: Request) -> tuple[str, list[str]]:
    outcome, _, right = str(request.wanted("formula")).partition("~")
    terms = [term.strip() for term in right.split("+") if term.strip()]
    if not outcome.strip() or not terms:
        raise RequestError(
            f"the formula {request.wanted('formula')!r} is not of the form y ~ a + b"
        )
    return outcome.strip(), terms


def _ordered(request: Request, name: str) -> tuple[IntArray, list[str]]:
    column = request.table.column(name)
    order = listed(request.estimate.get("order")) or list(levels(column).labels)
    place = {plain(label): code for code, label in enumerate(order)}
    gaps = missing(column).tolist()
    codes = [
        -1 if gap else place.get(plain(v), -1) for v, gap in zip(column.tolist(), gaps, strict=True)
    ]
    return np.array(codes, dtype=np.int64), [str(label) for label in order]


def _covariates(table: Table, terms: list[str]) -> tuple[FloatArray, list[str]]:
    """Numbers as they are; texts as 0/1 columns against the category that comes first."""
    columns: list[FloatArray] = []
    names: list[str] = []
    for term in terms:
        column = table.column(term)
        if column.dtype != object:
            columns.append(column)
            names.append(term)
            continue
        for label in list(dict.fromkeys(v for v in column.tolist() if v is not None))[1:]:
            columns.append(np.where(missing(column), np.nan, column == label).astype(np.float64))
            names.append(f"{term}{label}")
    return np.column_stack(columns), names


def _items_of(table: Table, prefix: str) -> list[str]:
    names = [name for name in table.columns if re.fullmatch(re.escape(prefix) + r"\d*", name)]
    if not names:
        raise RequestError(f"no items begin with {prefix!r}")
    return names


KINDS: dict[str, Kind] = {
    "cronbach_alpha": cronbach_alpha,
    "omega_one_factor_ML": omega,
    "polychoric": polychoric,
    "ordinal_logit": ordinal,
    "icc_random_intercept_REML": icc,
    "lmg_shapley_R2": lmg,
    "pls_path": pls_path,
    "percent_match": matches,
    "longstring_and_within_sd": strings,
}
"""The kinds of estimates answered here."""
