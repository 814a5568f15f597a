"""How well the items of each service hang together, and how much interviewers colour them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import BoolArray, FloatArray
from analysis.fieldwork.interviewers import InterviewerEffect, interviewer_effect
from analysis.scales.one_factor import one_factor
from analysis.scales.polychoric import polychoric_matrix
from analysis.scales.reliability import Alpha, alpha, complete, eigenvalues, standardised_alpha
from schemas.reference.services import services
from schemas.rules.thresholds import thresholds
from server.indices.importance import DIMENSIONS
from server.observations.observations import refresh
from server.observations.sources import observations_folder, plan_of
from server.quality.reading import ratings_of, real_numbers
from server.store.database import Database

LEAST_ITEMS = 3
"""One factor behind fewer items is not identified."""


@dataclass(frozen=True)
class Battery:
    """The items of one service, answered by enough people; figures of complete answers."""

    service: str
    items: tuple[str, ...]
    alpha: Alpha
    ordinal_alpha: float
    """Standardised alpha of polychoric correlations: of the scales behind the five steps."""
    omega: float
    eigenvalues: FloatArray


@dataclass(frozen=True)
class Reliability:
    """What a round says of its own instrument."""

    round: str
    batteries: tuple[Battery, ...]
    too_few: tuple[str, ...]
    """Services answered in full by too few."""
    unmeasured: tuple[str, ...]
    """Services whose answers are too much alike to say how well the items hang together."""
    interviewers: dict[str, InterviewerEffect]
    """By province: of the respondents' index."""


def reliability_of(database: Database, data_dir: Path, round_id: str) -> Reliability:
    """Measure the batteries of a round; every record counts once, unweighted."""
    plan_of(database, round_id)
    folder = observations_folder(data_dir)
    manifest = refresh(database, folder)
    ratings = ratings_of(folder, round_id, manifest)
    rated = np.asarray(ratings["service"].to_pylist(), dtype=object)
    answers = np.column_stack([real_numbers(ratings[item]) for item in DIMENSIONS])
    batteries: list[Battery] = []
    too_few, unmeasured = [], []
    for service in services():
        own = answers[rated == service.code]
        # A service without premises is not asked about them.
        asked = ~np.isnan(own).all(axis=0)
        if complete(own[:, asked]).shape[0] < thresholds().reliability_needs_answers:
            too_few.append(service.code)
        elif (found := _battery(service.code, own[:, asked], asked)) is None:
            unmeasured.append(service.code)
        else:
            batteries.append(found)
    hands, places = (
        np.asarray([str(none) for none in ratings[name].to_pylist()], dtype=str)
        for name in ("interviewer", "province")
    )
    score = real_numbers(ratings["respondent_index"])
    effects = dict(_effects(score, hands, places))
    return Reliability(round_id, tuple(batteries), tuple(too_few), tuple(unmeasured), effects)


def _battery(service: str, answers: FloatArray, asked: BoolArray) -> Battery | None:
    """Measure one service; None where an item does not vary or all items say the same."""
    items = tuple(item for item, is_asked in zip(DIMENSIONS, asked, strict=True) if is_asked)
    whole = complete(answers)
    if len(items) < LEAST_ITEMS or np.linalg.matrix_rank(whole - whole.mean(axis=0)) < len(items):
        return None
    try:
        return Battery(
            service=service,
            items=items,
            alpha=alpha(answers),
            ordinal_alpha=standardised_alpha(polychoric_matrix(answers)),
            omega=one_factor(answers).omega,
            eigenvalues=eigenvalues(answers),
        )
    except (ValueError, np.linalg.LinAlgError):
        # What one service cannot tell must not silence the others.
        return None


def _effects(
    score: FloatArray, hands: NDArray[np.str_], places: NDArray[np.str_]
) -> Iterator[tuple[str, InterviewerEffect]]:
    for province in np.unique(places):
        own = (places == province) & ~np.isnan(score)
        names, code = np.unique(hands[own], return_inverse=True)
        # One interviewer alone cannot be told from the place.
        enough = own.sum() >= thresholds().reliability_needs_answers
        # Where all say the same there is nothing to split.
        if enough and 1 < names.size < own.sum() and np.ptp(score[own]) > 0:
            yield str(province), interviewer_effect(score[own], code)
