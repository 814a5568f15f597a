"""Which release of the index holds: read, or made if a group may move by now."""

from dataclasses import replace
from pathlib import Path

from analysis.disclosure.groups import Least, Wait
from schemas.rules.thresholds import Thresholds, thresholds
from server.indices.figures import PRINTED_BY, printed_figures
from server.indices.index_release import FAMILY, LEAVES, Groups, counts_of, now_of, people_of
from server.observations.arrivals import anchor_of, changed_people, edits_after
from server.observations.round_totals import RoundState
from server.observations.sources import Plan, promised_in
from server.releases.admission import Rules, continued, held_ledger
from server.releases.releases import (
    Release,
    deciding,
    nothing_released,
    read_release,
    write_release,
)
from server.store.database import Database
from server.store.kept import Kept
from server.terminal.progress import stage

_known: Kept[Groups] = Kept(16)


def index_release(
    database: Database,
    data_dir: Path,
    round_id: str,
    state: RoundState,
    *,
    waits: bool,
    family: str = FAMILY,
) -> Groups:
    """The release of the index that holds for a state of its round.

    The decision depends on the state and on the release before alone, so that all workers come to
    the same; whoever is first writes it down.
    """

    def make() -> Groups:
        with stage("progress.figures"), deciding(data_dir, round_id):
            return Groups(_decided(database, data_dir, round_id, state, waits=waits, family=family))

    return _known.of((*state.key, waits, family), make)


def rules_of(plan: Plan, limits: Thresholds, *, waits: bool) -> Rules:
    """What makes a group of a round."""
    return Rules(
        Least(limits.suppress_below_answers, limits.suppress_below_psus),
        Wait(waits, limits.release_waits_below_answers),
        is_closed=plan.is_closed,
    )


def release_before(database: Database, data_dir: Path, round_id: str, family: str) -> Release:
    """Read the release before; one of another database or of other cells is none of ours."""
    before = read_release(data_dir, round_id, family)
    with database.read() as connection:
        is_ours = anchor_of(connection, before.through) == before.anchor
    if is_ours and before.leaves in {(), LEAVES}:
        return before
    return replace(nothing_released(), number=before.number)


def _decided(
    database: Database,
    data_dir: Path,
    round_id: str,
    state: RoundState,
    *,
    waits: bool,
    family: str,
) -> Release:
    before = release_before(database, data_dir, round_id, family)
    ledger, since = held_ledger(before, len(LEAVES))
    through = state.manifest.through
    if through < before.through and before.printed_by == PRINTED_BY:
        return before  # somebody saw more, and decided on it
    with database.read() as connection:
        edited = before.edited + edits_after(connection, round_id, before.through)
        anchor = anchor_of(connection, through)
    changed = changed_people(people_of(state.totals), ledger.people, since, state.segments, edited)
    counts = counts_of(state.totals, changed, promised_in(database, round_id) if waits else {})
    now = now_of(state.totals, counts, through=through, anchor=anchor, edited=edited)
    after = continued(before, now, rules_of(state.plan, thresholds(), waits=waits))
    if after is None and before.printed_by == PRINTED_BY:
        return before
    made = before if after is None else after
    printed = printed_figures(Groups(made))
    made = replace(made, printed=printed, printed_by=PRINTED_BY)
    return write_release(data_dir, round_id, family, made)
