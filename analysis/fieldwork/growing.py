"""Signs of fieldwork that grows: what comes and goes is looked at, and whom it touches."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, Final

import numpy as np

from analysis.arrays import BoolArray, IntArray
from analysis.fieldwork.answer_patterns import twins
from analysis.fieldwork.assessment import SIGNS, Fieldwork, of_interviewers, of_records, too_fast
from schemas.rules.quality import QualityRules

CODES: Final = np.float16
"""Codes of answers are small: half precision holds them exactly, in a quarter of the room."""


@dataclass(frozen=True)
class KnownSigns:
    """The interviews of a round and the signs they carry; a value that is never changed.

    Attributes
    ----------
    fieldwork
        The interviews in the order of their numbers.
    signs
        For each sign, whether a record carries it, shape (records,).
    twins
        How many other records each one equals almost completely, shape (records,).
    """

    fieldwork: Fieldwork
    signs: Mapping[str, BoolArray]
    twins: IntArray

    def of(self, sequence: int) -> tuple[str, ...]:
        """Name the signs of a record by its number; an unknown one has none."""
        row = int(np.searchsorted(self.fieldwork.sequence, sequence))
        if row == self.fieldwork.sequence.size or self.fieldwork.sequence[row] != sequence:
            return ()
        return tuple(name for name in SIGNS if self.signs[name][row])


def nothing_known(items: int) -> KnownSigns:
    """Begin a round without interviews.

    Parameters
    ----------
    items
        Number of rating items of a record.

    Returns
    -------
    KnownSigns
        To be continued.
    """
    whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
    answers: Any = np.zeros((0, items), dtype=CODES)
    none = Fieldwork(whole, whole, real, real, real, whole, answers, real, real)
    return KnownSigns(none, {name: np.zeros(0, dtype=np.bool_) for name in SIGNS}, whole)


def continued(
    known: KnownSigns, come: Fieldwork, *, gone: IntArray, rules: QualityRules
) -> KnownSigns:
    """Take in the interviews that came and leave out those that no longer count.

    Parameters
    ----------
    known
        What was known before.
    come
        Interviews not among them; interviewers and variants coded alike.
    gone
        Numbers of the records that no longer count.
    rules
        From when on something is a sign.

    Returns
    -------
    KnownSigns
        The same signs as :func:`analysis.fieldwork.assessed` finds in all of them together.

    Notes
    -----
    What a record says by itself is asked of the new ones only; overlaps, moves and repeats of the
    interviewers of those that came or went; the median duration of all, which is cheap. Twins are
    counted, so that one that goes takes back what it had said of others.
    """
    codes: Any = come.answers.astype(CODES)
    come = replace(come, answers=codes)
    stays = ~np.isin(known.fieldwork.sequence, gone)
    lost, kept = _taken(known.fieldwork, ~stays), _taken(known.fieldwork, stays)
    order = np.argsort(np.concatenate([kept.sequence, come.sequence]), kind="stable")
    is_new = np.repeat([False, True], [kept.sequence.size, come.sequence.size])[order]
    fieldwork = _taken(_joined(kept, come), order)
    touched = np.isin(fieldwork.interviewer, np.concatenate([lost.interviewer, come.interviewer]))
    signs = {name: np.zeros(is_new.size, dtype=np.bool_) for name in SIGNS}
    for name in SIGNS:
        signs[name][~is_new] = known.signs[name][stays]
    for name, found in of_records(come, rules).items():
        signs[name][is_new] = found[np.argsort(come.sequence, kind="stable")]
    for name, found in of_interviewers(_taken(fieldwork, touched), rules).items():
        signs[name][touched] = found
    signs["speeder"] = too_fast(fieldwork, rules)
    counted = _twins(known.twins[stays], kept, come, lost, rules)[order]
    signs["near_duplicate"] = counted > 0
    return KnownSigns(fieldwork, signs, counted)


def _twins(
    before: IntArray, kept: Fieldwork, come: Fieldwork, lost: Fieldwork, rules: QualityRules
) -> IntArray:
    """Count the twins of those that stayed and those that came."""
    counted = partial(twins, limit=rules.near_duplicate_from, least_items=rules.items_for_matches)
    _, taken_back = counted(lost.answers, kept.answers)
    of_new, of_old = counted(come.answers, kept.answers)
    among_new, _ = counted(come.answers, come.answers)
    # With itself a record agrees completely, if it is long enough to be compared.
    itself = (~np.isnan(come.answers)).sum(axis=1) >= rules.items_for_matches
    return np.concatenate([before - taken_back + of_old, of_new + among_new - itself])


def _taken(fieldwork: Fieldwork, rows: BoolArray | IntArray) -> Fieldwork:
    return Fieldwork(
        **{field.name: getattr(fieldwork, field.name)[rows] for field in fields(fieldwork)}
    )


def _joined(first: Fieldwork, second: Fieldwork) -> Fieldwork:
    return Fieldwork(
        **{
            field.name: np.concatenate([getattr(first, field.name), getattr(second, field.name)])
            for field in fields(first)
        }
    )
