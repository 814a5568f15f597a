"""A visit as a tablet gets it: what can be begun there, and what each form begins with."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from schemas.forms.row_keys import ROW_KEY
from schemas.protocol.sync import FormSummary, Prefill, VisitSummary
from schemas.rules.known_questions import KeyedTopic, Topic, fieldwork
from server.accounts.queries import SignedInUser
from server.catalogue.topics import UnitHistory, histories
from server.forms.queries import PublishedForms, forms_in_use
from server.rounds.queries import OfficersVisit, visits_of_officer


def visit_summaries(
    connection: Connection, forms: PublishedForms, officer: SignedInUser
) -> tuple[VisitSummary, ...]:
    """List the visits an officer may work in, everything prefilled that is known."""
    offered = forms_in_use(connection)
    questions = {summary.id: _questions(forms, summary) for summary in offered}
    visits = visits_of_officer(connection, officer.id)
    again = fieldwork().asked_again.form
    units = {visit.unit for visit in visits if visit.unit and again in _begun_in(visit, questions)}
    open_topics = histories(connection, units)
    return tuple(
        _summary(visit, questions, open_topics.get(visit.unit or "", UnitHistory()), officer)
        for visit in visits
    )


def _questions(forms: PublishedForms, form: FormSummary) -> frozenset[str]:
    """Name what can be prefilled in a form: its questions and repeats."""
    published = forms.find(form.id, form.version)
    return frozenset(published.questionnaire.names) if published else frozenset()


def _begun_in(visit: OfficersVisit, offered: Collection[str]) -> tuple[str, ...]:
    """The forms in the order the plan names them: the first is the obvious one."""
    return tuple(form for form in visit.forms if form in offered) if visit.forms else tuple(offered)


def _summary(
    visit: OfficersVisit,
    questions: Mapping[str, frozenset[str]],
    history: UnitHistory,
    officer: SignedInUser,
) -> VisitSummary:
    forms = _begun_in(visit, questions)
    known = known_of(visit, officer.username, history)
    return VisitSummary(
        code=visit.code,
        round=visit.round_id,
        title=visit.title,
        province=visit.province,
        district=visit.district,
        team=visit.team,
        planned_on=visit.planned_on.isoformat(),
        target=visit.target,
        forms=forms,
        prefill={
            form: {name: known[name] for name in known if name in questions[form]} for form in forms
        },
    )


def known_of(visit: OfficersVisit, username: str, history: UnitHistory) -> Prefill:
    """Everything a visit knows in advance, by question; no form asks all of it."""
    return {**_of_visit(visit, username), **_earlier(visit, history)}


def _of_visit(visit: OfficersVisit, username: str) -> dict[str, str]:
    facts = {
        "code": visit.code,
        "team": visit.team,
        "officer": username,
        "province": visit.province,
        "district": visit.district,
        "unit_type": visit.unit_type,
        "unit_name": visit.unit_name,
    }
    fields = fieldwork().visit_fields.items()
    return {question: text for question, fact in fields if (text := facts[fact])}


def _earlier(visit: OfficersVisit, history: UnitHistory) -> Prefill:
    """Ask earlier topics again: those of the records first, then those the plan names."""
    names = fieldwork().asked_again
    topics: tuple[Topic, ...] = (*history.topics, *visit.earlier_topics)
    rows = [_asked_again(topic) for topic in topics]
    known: Prefill = {names.count: str(len(rows)), names.rows: rows}
    return known | ({names.earlier_visit: history.latest_visit} if history.latest_visit else {})


def _asked_again(topic: Topic) -> dict[str, str]:
    """Make the row of a topic: it carries the key of the row that reported it."""
    names = fieldwork().asked_again
    known = {
        ROW_KEY: topic.key if isinstance(topic, KeyedTopic) else "",
        names.number: topic.number,
        names.title: topic.title,
        names.proposal: topic.proposal,
        names.reported_on: topic.reported_on,
    }
    return {name: text for name, text in known.items() if text}
