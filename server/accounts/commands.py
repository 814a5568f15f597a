"""``izdes user``: who may sign in."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from schemas.rules.rights import roles
from schemas.wording import LANGUAGES, say
from server.terminal.application import application, print_text, terminal_language

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from server.accounts.mandates import Mandate

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def user() -> None:
    """Make, list and disable user accounts, give and end mandates."""


@user.command()
@click.argument("username")
@click.option("--name", "full_name", required=True)
@click.option("--role", type=click.Choice(roles()), required=True)
@click.option("--place", "places", multiple=True)
@click.option("--user-language", type=click.Choice(LANGUAGES), default=LANGUAGES[0])
@click.option("--password-stdin", is_flag=True)
def add(
    username: str,
    *,
    full_name: str,
    role: str,
    places: tuple[str, ...],
    user_language: str,
    password_stdin: bool,
) -> None:
    """Make an account; the password is asked for, or read from standard input."""
    from server.accounts.operations import create_user
    from server.store.database import current_database

    password = _ask_password(from_stdin=password_stdin)
    with application():
        current_database().write(
            lambda connection: create_user(
                connection,
                username=username,
                full_name=full_name,
                role=role,
                places=places,
                password=password,
                language=user_language,
            )
        )
    print_text("commands.user_added", username=username)


@user.command("list")
def list_users() -> None:
    """List every account."""
    from server.accounts.queries import all_users
    from server.store.database import current_database

    language = terminal_language()
    with application(), current_database().read() as connection:
        for person in all_users(connection):
            held = "; ".join(_spelled(mandate, language) for mandate in person.mandates.now)
            state = say("commands.user_disabled_mark", language) if person.disabled else ""
            click.echo(f"{person.username}\t{person.full_name}\t{held}\t{state}".rstrip())


@user.command()
@click.argument("username")
@click.option("--role", type=click.Choice(roles()), required=True)
@click.option("--place", "places", multiple=True)
@click.option("--from", "starts_on", type=DAY)
@click.option("--until", "ends_on", type=DAY)
@click.option("--for", "acting_for", metavar="USERNAME")
@click.option("--reason", default="")
def mandate(
    username: str,
    *,
    role: str,
    places: tuple[str, ...],
    starts_on: datetime | None,
    ends_on: datetime | None,
    acting_for: str | None,
    reason: str,
) -> None:
    """Give an account another mandate: a role, for which places, from when until when."""
    from server.accounts.mandates import NewMandate, give_mandate
    from server.accounts.operations import known_user
    from server.store.database import current_database

    def give(connection: "Connection") -> int:
        stood_in_for = known_user(connection, acting_for).user.id if acting_for else None
        new = NewMandate(
            role,
            places,
            starts_on.date() if starts_on else None,
            ends_on.date() if ends_on else None,
            stood_in_for,
            reason,
        )
        return give_mandate(connection, known_user(connection, username).user.id, new)

    with application():
        given = current_database().write(give)
    print_text("commands.mandate_given", username=username, number=given)


@user.command("end-mandate")
@click.argument("username")
@click.argument("number", type=int)
def end_a_mandate(username: str, number: int) -> None:
    """End a mandate; its number stands in ``izdes user list``."""
    from server.accounts.mandates import end_mandate
    from server.accounts.operations import known_user
    from server.store.database import current_database

    with application():
        current_database().write(
            lambda connection: end_mandate(
                connection, known_user(connection, username).user.id, number
            )
        )
    print_text("commands.mandate_ended", username=username, number=number)


@user.command()
@click.argument("username")
@click.option("--password-stdin", is_flag=True)
def password(username: str, *, password_stdin: bool) -> None:
    """An account another password and end its sessions."""
    from server.accounts.operations import set_password
    from server.store.database import current_database

    new = _ask_password(from_stdin=password_stdin)
    with application():
        current_database().write(
            lambda connection: set_password(connection, username=username, password=new)
        )
    print_text("commands.user_password_set", username=username)


@user.command()
@click.argument("username")
def disable(username: str) -> None:
    """Let an account sign in no more."""
    from server.accounts.operations import disable_user
    from server.store.database import current_database

    with application():
        current_database().write(lambda connection: disable_user(connection, username=username))
    print_text("commands.user_disabled", username=username)


@user.command("reset-second-factor")
@click.argument("username")
def reset_second_factor(username: str) -> None:
    """Take away an account's second factor, which was lost."""
    from server.accounts.operations import known_user
    from server.accounts.second_factor.factors import reset
    from server.store.database import current_database

    with application():
        current_database().write(
            lambda connection: reset(connection, known_user(connection, username).user.id)
        )
    print_text("commands.second_factor_reset", username=username)


def _spelled(mandate: "Mandate", language: str) -> str:
    from server.accounts.spelled_mandates import spelled, spelled_time

    return f"{mandate.id}: {spelled(mandate, language)} ({spelled_time(mandate, language)})"


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    language = terminal_language()
    typed: str = click.prompt(
        say("commands.password_prompt", language),
        hide_input=True,
        confirmation_prompt=say("commands.password_again", language),
    )
    return typed


commands: list[click.Command] = [user]
