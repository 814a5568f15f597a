"""People and their mandates in the browser: who works as what, for where and until when."""

from datetime import date

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import Connection

from schemas.problems import Problem
from schemas.reference.geography import provinces_alphabetical
from schemas.rules.rights import OF_PLACES, role_book, roles
from schemas.turkish import search_word
from server.accounts.mandates import NewMandate, end_mandate, give_mandate, mandates_of
from server.accounts.operations import known_user
from server.accounts.permissions import current_user, signed_in_user
from server.accounts.queries import all_users
from server.accounts.scopes import may
from server.accounts.second_factor.factors import factor_state, reset
from server.store.database import current_database
from server.web.access import allow
from server.web.languages import current_language

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("/")
@allow("users.read")
def show() -> str:
    """List everybody who has an account, or whom the search finds."""
    searched = request.args.get("q", "").strip()
    with current_database().read() as connection:
        people = all_users(connection)
    found = [
        person
        for person in people
        if search_word(searched) in search_word(f"{person.full_name} {person.username}")
    ]
    return render_template(
        "people/people.html", people=found, number=len(people), searched=searched
    )


@blueprint.get("/<username>")
@allow("users.read")
def show_person(username: str) -> str:
    """Show a person's mandates, and how to give another."""
    return _page(username)


@blueprint.post("/<username>/mandates")
@allow("users.write")
def give(username: str) -> Response:
    """Give a person a mandate."""
    by = signed_in_user().id

    def write(connection: Connection) -> None:
        user_id = _other(connection, username, by)
        give_mandate(connection, user_id, _asked(connection), by=by)

    try:
        current_database().write(write)
    except Problem as problem:
        page = make_response(_page(username, mistake=problem))
        page.status_code = problem.status
        return page
    return make_response(redirect(url_for("people.show_person", username=username, done=1), 303))


@blueprint.post("/<username>/mandates/<int:mandate_id>/end")
@allow("users.write")
def end(username: str, mandate_id: int) -> Response:
    """End a mandate of a person."""
    by = signed_in_user().id
    current_database().write(
        lambda connection: end_mandate(
            connection, _other(connection, username, by), mandate_id, by=by
        )
    )
    return make_response(redirect(url_for("people.show_person", username=username, done=1), 303))


@blueprint.post("/<username>/second-factor/reset")
@allow("users.write")
def reset_second_factor(username: str) -> Response:
    """Take away the second factor of somebody who has lost it."""
    by = signed_in_user().id
    current_database().write(
        lambda connection: reset(connection, _other(connection, username, by), by=by)
    )
    return make_response(redirect(url_for("people.show_person", username=username, done=1), 303))


def _other(connection: Connection, username: str, by: int) -> int:
    """The id of somebody else: nobody decides on mandates of their own."""
    user_id = known_user(connection, username).user.id
    if user_id == by:
        raise Problem("own_mandate")
    return user_id


def _page(username: str, mistake: Problem | None = None) -> str:
    language = current_language()
    with current_database().read() as connection:
        credentials = known_user(connection, username)
        held = mandates_of(connection, credentials.user.id)
        factor = factor_state(connection, credentials.user.id)
    user = current_user()
    is_oneself = user is not None and user.id == credentials.user.id
    return render_template(
        "people/person.html",
        person=credentials.user,
        is_disabled=credentials.disabled,
        held=held,
        factor=factor,
        may_change=may(user, "users.write") and not is_oneself,
        is_oneself=is_oneself,
        roles=[role_book().role(code) for code in roles()],
        of_places=OF_PLACES,
        provinces=[(province.plate, province.name) for province in provinces_alphabetical()],
        typed=request.form,
        has_changed="done" in request.args,
        mistake=mistake.said(language) if mistake else None,
    )


def _asked(connection: Connection) -> NewMandate:
    form = request.form
    role = form.get("role", "")
    scope = role_book().role(role).scope if role in roles() else None
    # Whatever stands in the fields of another kind of scope was typed before the role was chosen.
    places = form.getlist("province") if scope == "province" else form.get("places", "").split(",")
    stands_in_for = form.get("acting_for", "").strip()
    return NewMandate(
        role,
        tuple(places) if scope in OF_PLACES else (),
        _day("starts_on"),
        _day("ends_on"),
        known_user(connection, stands_in_for).user.id if stands_in_for else None,
        form.get("reason", ""),
    )


def _day(name: str) -> date | None:
    typed = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Problem("invalid_mandate", detail=name) from None
