"""Which rows of repeats are the same in the texts of a record, for comparing them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.submissions.interviews import StoredInterview
from server.submissions.row_identity import follow, rows_in

RowKeys = Mapping[str, Sequence[str]]
"""Repeat → the keys of its rows."""


def row_keys(instance_id: str, texts: Sequence[StoredInterview]) -> list[RowKeys]:
    """Name the rows of each text of a record by their keys.

    What counts or counted is followed from revision to revision; a text beside it is compared with
    what counts.
    """
    counting = sorted(
        (text for text in texts if text.row.copy_number == 0 or text.row.kept is not None),
        key=lambda text: (text.row.revision, text.row.copy_number),
    )
    found: dict[int, RowKeys] = {}
    named = _named(instance_id, [text.sent_answers for text in counting])
    for text, keys in zip(counting, named, strict=True):
        found[text.row.sequence] = keys
    for text in texts:
        if text.row.sequence not in found:
            beside = [*(counted.sent_answers for counted in counting), text.sent_answers]
            found[text.row.sequence] = _named(instance_id, beside)[-1]
    return [found[text.row.sequence] for text in texts]


def _named(instance_id: str, revisions: Sequence[Mapping[str, Any]]) -> list[dict[str, list[str]]]:
    named: list[dict[str, list[str]]] = [{} for _ in revisions]
    for repeat in _repeats(revisions):
        rows = (rows_in(answers, repeat) for answers in revisions)
        for keys, kept in zip(named, follow(instance_id, repeat, rows), strict=True):
            keys[repeat] = [row.key for row in kept]
    return named


def _repeats(revisions: Iterable[Mapping[str, Any]]) -> dict[str, None]:
    return {
        name: None
        for answers in revisions
        for name, answer in answers.items()
        if isinstance(answer, list)
    }
