"""Remark the form that a file answers, and the round it belongs to."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from schemas.forms.definition import FormDefinition
from schemas.forms.packing import pack
from schemas.problems import Problem
from server.forms.models import FORM_VERSIONS
from server.forms.queries import definition_of, forms_of_records
from server.imports.drafts import Target
from server.imports.mapping import Mapping, NewForm
from server.imports.matching import likeness
from server.imports.own_form import form_of_mapping
from server.imports.reading import Fault, Unreadable
from server.rounds.queries import RoundSummary, all_rounds


def round_named(connection: Connection, round_id: str) -> RoundSummary:
    """A round, or say that there is none of that name."""
    for summary in all_rounds(connection):
        if summary.id == round_id:
            return summary
    raise Problem("unknown_round", round=round_id)


def target_of(
    connection: Connection,
    round_id: str,
    header: Sequence[str],
    *,
    mapping: Mapping,
    form_id: str | None,
) -> Target:
    """The form a file goes to: the mapping's own, the one that is named, the likeliest."""
    if isinstance(mapping.form, NewForm) and form_id is None:
        definition = form_of_mapping(mapping, mapping.form)
        known = _versions(connection, definition.id)
        held = known.get(definition.version)
        if held is not None and pack(held) != pack(definition):
            version = definition.version
            raise Problem("form_version_taken", form=definition.id, version=version)
        return Target(round_id, definition, {definition.version: definition}, held is None)
    named = form_id or (mapping.form if isinstance(mapping.form, str) else None)
    if named is None:
        named = _likeliest(connection, header, mapping)
    versions = _versions(connection, named)
    if not versions:
        raise Unreadable(Fault("form_unknown", {"form": named}))
    return Target(round_id, list(versions.values())[-1], versions)


def _versions(connection: Connection, form_id: str) -> dict[str, FormDefinition]:
    """Every version of a form, the newest last."""
    rows = connection.execute(
        select(*FORM_VERSIONS.c["version", "id", "digest"])
        .where(FORM_VERSIONS.c.form_id == form_id)
        .order_by(FORM_VERSIONS.c.id)
    )
    return {row.version: definition_of(connection, row.id, row.digest) for row in rows}


def _likeliest(connection: Connection, header: Sequence[str], mapping: Mapping) -> str:
    """The form most headers are questions of; two that fit alike are not chosen between."""
    words = (*header, *mapping.questions)
    found = [
        (likeness(words, list(_versions(connection, form.id).values())[-1]), form.id)
        for form in forms_of_records(connection)
    ]
    most = max((count for count, _ in found), default=0)
    best = [form_id for count, form_id in found if count == most]
    if not most:
        raise Unreadable(Fault("no_form_fits", {}))
    if len(best) > 1:
        raise Unreadable(Fault("forms_fit_alike", {"forms": ", ".join(best)}))
    return best[0]
