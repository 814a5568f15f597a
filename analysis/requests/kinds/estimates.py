"""Requests for means, totals, ratios and proportions."""

from collections.abc import Callable, Sequence

from analysis.estimation.estimate import Estimate
from analysis.estimation.replicated import Statistic
from analysis.requests.given.designs import Sample, sample_of
from analysis.requests.given.domains import Domains
from analysis.requests.given.expressions import evaluated
from analysis.requests.given.request import Kind, Request, RequestError, Row
from analysis.requests.given.tables import levels
from analysis.requests.kinds.figures import (
    Columns,
    columns_of,
    described_row,
    domains_of,
    estimates_of,
    terms_of,
    totals_of,
)
from schemas.protocol.estimate_requests import Figures, Ratio


def mean(request: Request, sample: Sample | None = None) -> list[Row]:
    """Answer ``mean``: a row per variable, or per domain if there is ``by``."""
    return _tables(request, sample or sample_of(request), "mean")


def total(request: Request, sample: Sample | None = None) -> list[Row]:
    """Answer ``total``: as ``mean``."""
    return _tables(request, sample or sample_of(request), "total")


def proportion(request: Request, sample: Sample | None = None) -> list[Row]:
    """Answer ``proportion``: the share of each level of ``y``, or of the ones if it is 0 or 1."""
    drawn = sample or sample_of(request)
    terms = [_as_category(drawn, term) for term in terms_of(request)]
    return _tables(request.asking(y=terms), drawn, "mean")


def ratio(request: Request, sample: Sample | None = None) -> list[Row]:
    """Answer ``ratio``: of ``num`` to ``den``, or of ``y`` written as ``a/b``."""
    drawn = sample or sample_of(request)
    domains = domains_of(request, drawn)
    tables = []
    for above, below in _pairs(request):
        columns = columns_of(request, drawn, [above, below])
        if len(columns.keys) != 2:
            raise RequestError("ratio_texts", ratio=f"{above}/{below}")
        top, bottom = columns.values.T
        single = Columns((f"{above}/{below}",), top[:, None], columns.complete)
        totals = totals_of(drawn, domains, single, over=bottom)
        tables.append((single, estimates_of(drawn, "ratio", totals, len(domains.labels))))
    return _rows(domains, tables)


SIMPLE: dict[str, Callable[[Request, Sample | None], list[Row]]] = {
    "mean": mean,
    "total": total,
    "proportion": proportion,
    "ratio": ratio,
}
"""The kinds that can be asked for together."""
KINDS: dict[str, Kind] = {
    "mean": Kind(mean, Figures, divides=True),
    "total": Kind(total, Figures, divides=True),
    "proportion": Kind(proportion, Figures, divides=True),
    "ratio": Kind(ratio, Ratio, divides=True),
}
"""The kinds of this module by name."""


def _tables(request: Request, sample: Sample, statistic: Statistic) -> list[Row]:
    domains = domains_of(request, sample)
    wanted = request.wanted("y")
    # Variables in a list are estimated from the same records, as in R; after ";" each from its own.
    groups = [[term] for term in terms_of(request)] if ";" in wanted else [terms_of(request)]
    tables = []
    for terms in groups:
        columns = columns_of(request, sample, terms)
        totals = totals_of(sample, domains, columns)
        count = len(domains.labels) * len(columns.keys)
        tables.append((columns, estimates_of(sample, statistic, totals, count)))
    return _rows(domains, tables)


def _rows(domains: Domains, tables: Sequence[tuple[Columns, tuple[Estimate, ...]]]) -> list[Row]:
    """A row per variable, or one per domain with a column per variable, as R's svyby."""
    if domains.undivided:
        return [
            {"key": key, **described_row(estimate)}
            for columns, estimates in tables
            for key, estimate in zip(columns.keys, estimates, strict=True)
        ]
    rows = [dict(label) for label in domains.labels]
    for columns, estimates in tables:
        width = len(columns.keys)
        for position, estimate in enumerate(estimates):
            key, described = columns.keys[position % width], described_row(estimate)
            row = rows[position // width]
            row[key] = described["est"]
            row |= {
                f"{name}.{key}": described[name] for name in ("est", "se", "lci", "uci", "deff")
            }
            if width == len(tables) == 1:
                row |= described
    return rows


def _as_category(sample: Sample, term: str) -> str:
    column = evaluated(term, sample.table) if "(" not in term else None
    if column is None or column.dtype == object:
        return term
    found = set(levels(column).labels)
    return term if found <= {0, 1} else f"factor({term})"


def _pairs(request: Request) -> list[tuple[str, str]]:
    if request.estimate.get("num") is not None:
        return [(str(request.wanted("num")), str(request.wanted("den")))]
    pairs = []
    for term in terms_of(request):
        above, slash, below = term.partition("/")
        if not slash:
            raise RequestError("not_a_ratio", given=term)
        pairs.append((above.strip(), below.strip()))
    return pairs
