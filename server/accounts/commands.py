"""``izdes user``: who may sign in."""

import sys

import click

from schemas.wording import LANGUAGES, say
from server.terminal.application import application, print_text, terminal_language
from server.web.access import ROLES


@click.group()
def user() -> None:
    """Make, list and disable user accounts."""


@user.command()
@click.argument("username")
@click.option("--name", "full_name", required=True)
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--user-language", type=click.Choice(LANGUAGES), default=LANGUAGES[0])
@click.option("--password-stdin", is_flag=True)
def add(
    username: str, *, full_name: str, role: str, user_language: str, password_stdin: bool
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
            role = say(f"layout.role_{person.role}", language)
            state = say("commands.user_disabled_mark", language) if person.disabled else ""
            click.echo(f"{person.username}\t{person.full_name}\t{role}\t{state}".rstrip())


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
