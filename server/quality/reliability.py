"""How well the items of each service hang together, and how much interviewers colour them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import BoolArray, FloatArray
from analysis.interviewers import InterviewerEffect, interviewer_effect
from analysis.one_factor import one_factor
from analysis.polychoric import polychoric_matrix
from analysis.reliability import Alpha, alpha, complete, eigenvalues, standardised_alpha
from schemas.services import services
from schemas.thresholds import thresholds
from server.database import Database
from server.indices.importance import DIMENSIONS
from server.indices.observations import refresh
from server.indices.sources import observations_folder, plan_of
from server.quality.reading import ratings_of, real_numbers


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
    batteries, too_few = [], []
    for service in services():
        own = answers[rated == service.code]
        # A service without premises is not asked about them.
        asked = ~np.isnan(own).all(axis=0)
        if complete(own[:, asked]).shape[0] < thresholds().imprecise_below_answers:
            too_few.append(service.code)
        else:
            batteries.append(_battery(service.code, own[:, asked], asked))
    hands, places = (
        np.asarray([str(each) for each in ratings[name].to_pylist()], dtype=str)
        for name in ("interviewer", "province")
    )
    score = real_numbers(ratings["respondent_index"])
    effects = dict(_effects(score, hands, places))
    return Reliability(round_id, tuple(batteries), tuple(too_few), effects)


def _battery(service: str, answers: FloatArray, asked: BoolArray) -> Battery:
    items = tuple(item for item, is_asked in zip(DIMENSIONS, asked, strict=True) if is_asked)
    return Battery(
        service=service,
        items=items,
        alpha=alpha(answers),
        ordinal_alpha=standardised_alpha(polychoric_matrix(answers)),
        omega=one_factor(answers).omega,
        eigenvalues=eigenvalues(answers),
    )


def _effects(
    score: FloatArray, hands: NDArray[np.str_], places: NDArray[np.str_]
) -> Iterator[tuple[str, InterviewerEffect]]:
    for province in np.unique(places):
        own = (places == province) & ~np.isnan(score)
        names, code = np.unique(hands[own], return_inverse=True)
        # One interviewer alone cannot be told from the place.
        if own.sum() >= thresholds().imprecise_below_answers and 1 < names.size < own.sum():
            yield str(province), interviewer_effect(score[own], code)
