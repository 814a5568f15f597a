"""The line under each figure: what it rests on, and what may be claimed from it."""

from typing import TYPE_CHECKING

from schemas.reference.geography import province, region
from schemas.reference.services import service
from schemas.rules.thresholds import thresholds
from schemas.wording import say
from server.dashboards.filters import Filters
from server.dashboards.queries import Line
from server.indices.index_rows import Basis
from server.rounds.margins import table_name
from server.web.formats import NOTHING, decimal, interval, moment, people, whole

if TYPE_CHECKING:
    from server.comparisons.rounds import ChangeRow


def place_name(filters: Filters, language: str) -> str:
    """Name the part of the country that the headline is about."""
    if filters.province:
        return province(filters.province).name
    if filters.region:
        return region(filters.region).name[language]
    return say("dashboards.country", language)


def service_name(filters: Filters, language: str) -> str:
    """Name the service that map and ranking are about."""
    if filters.service:
        return service(filters.service).name[language]
    return say("dashboards.all_services_mean", language)


def change_since(row: "ChangeRow | None", language: str) -> str:
    """Write a change with its interval, and which way it went if all tests together allow it."""
    if row is None or row.change is None or row.low is None:
        return ""
    change = f"{'+' if row.change > 0 else ''}{decimal(row.change, language)}"
    moved = say(f"comparisons.moved_{row.moved}" if row.moved else "dashboards.not_moved", language)
    span = interval(row.low, row.high, language)
    return say("dashboards.changed_by", language, change=change, interval=span, moved=moved)


def what_this_rests_on(lines: tuple[Line, ...], basis: Basis, *, language: str) -> str:
    """Say in one paragraph how the figure came about, so that it can be computed again."""
    sentences = [
        say(
            "dashboards.rests_on",
            language,
            interviews=people(basis.interviews, language),
            ratings=people(basis.ratings, language),
            weights=basis.weight_version,
            forms=", ".join(basis.form_versions) or NOTHING,
        ),
        say(
            "dashboards.own_margins" if basis.has_own_margins else "dashboards.built_in_margins",
            language,
            version=table_name(basis.margins_version, language),
        ),
        say(f"dashboards.selection_{basis.selection_mode}", language),
        _left_out(basis, language),
        ""
        if basis.imputed == 0
        else say("indices.imputed", language, n=people(basis.imputed, language)),
        _kept_back(lines, language),
        _model_based(lines, language),
        say(
            "dashboards.as_of",
            language,
            at=moment(basis.computed_at, language),
            sequence=whole(basis.through_sequence, language),
        ),
    ]
    return " ".join(filter(None, sentences))


def kept_back_names(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Name whom the disclosure gate keeps back."""
    return tuple(line.name for line in lines if line.is_suppressed)


def without_answers(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Name from whom nothing has come."""
    return tuple(line.name for line in lines if line.index is None)


def _left_out(basis: Basis, language: str) -> str:
    reasons = [
        say(f"indices.excluded_{reason}", language, n=people(number, language))
        for reason, number in sorted(basis.excluded.items())
    ]
    return say("dashboards.left_out", language, reasons=", ".join(reasons)) if reasons else ""


def _kept_back(lines: tuple[Line, ...], language: str) -> str:
    hidden = len(kept_back_names(lines))
    return say("dashboards.kept_back", language, number=hidden) if hidden else ""


def _model_based(lines: tuple[Line, ...], language: str) -> str:
    if not any(line.is_model_based for line in lines):
        return ""
    limit = thresholds().model_based_below_answers
    return say("indices.model_based_means", language, below=limit)
