"""``izdes``: every command, collected from the capabilities only when one is asked for."""

import os
import sys
from importlib import import_module
from typing import NoReturn

import click
from click.shell_completion import get_completion_class, shell_complete

from schemas.problems import Problem
from schemas.wording import LANGUAGES, catalogue, say
from server.config import misspelt_settings
from server.terminal.application import terminal_language
from server.terminal.click_words import translate_click
from server.version import VERSION

COMMANDS = {
    "assets": "server.assets.bundling",
    "compare": "server.comparisons.commands",
    "demo": "server.demo.commands",
    "derive": "server.submissions.commands",
    "drivers": "server.drivers.commands",
    "estimate": "server.shell.estimating",
    "form": "server.forms.commands",
    "import": "server.imports.commands",
    "index": "server.indices.commands",
    "indicator": "server.indicators.commands",
    "observations": "server.indices.commands",
    "quality": "server.quality.commands",
    "peers": "server.comparisons.commands",
    "ranks": "server.comparisons.commands",
    "reliability": "server.quality.commands",
    "round": "server.rounds.commands",
    "sensitivity": "server.comparisons.commands",
    "unit": "server.units.commands",
    "user": "server.accounts.commands",
    "weights": "server.indices.commands",
    "export": "server.exports.commands",
}
"""Every command and the module whose ``commands`` holds it; who adds a command adds its line."""


class Collected(click.Group):
    """A group that imports a command only when it is run, and lists it without importing it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by name, its help in the chosen language."""
        command = super().get_command(ctx, cmd_name) or _import_command(cmd_name)
        if command is not None:
            _translate(command, cmd_name, terminal_language())
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; a name that is none is answered with those it may stand for."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            names = self.list_commands(ctx)
            raise click.NoSuchCommand(error.command_name, possibilities=names, ctx=ctx) from error

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help, in the chosen language from its first line on."""
        _translate(self, "izdes", terminal_language())
        super().format_help(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List all commands with one line each."""
        language = terminal_language()
        with formatter.section(say("commands.commands", language)):
            formatter.write_dl(
                [(name, say(_help_key(name), language)) for name in self.list_commands(ctx)]
            )


COMPLETION = "_IZDES_COMPLETE"
"""Set by a shell that asks how a line could go on."""
SHELLS = ("bash", "zsh", "fish")


@click.group(cls=Collected, context_settings={"show_default": True})
@click.option("--language", type=click.Choice(LANGUAGES), is_eager=True)
@click.option("--progress/--no-progress", default=None)
@click.version_option(VERSION, prog_name="izdes")
def izdes(language: str | None, *, progress: bool | None) -> None:
    """İZDES."""


@izdes.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
def serve(host: str, port: int) -> None:
    """Serve İZDES; the database is migrated first."""
    from server.shell.serving import serve as start

    start(host, port, language=terminal_language())


@izdes.command()
@click.option("--accept-loss", is_flag=True)
def doctor(*, accept_loss: bool) -> None:
    """Check that everything a server needs is there."""
    from server.shell.doctor import accept, examine

    language = terminal_language()
    if accept_loss:
        key = "doctor_loss_accepted" if accept() else "doctor_no_loss"
        click.echo(say(f"commands.{key}", language))
    remarks = list(examine())
    for remark in remarks:
        click.echo(remark.said(language))
    if not all(remark.healthy for remark in remarks):
        sys.exit(1)


@izdes.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what lets a shell complete the commands."""
    made = get_completion_class(shell)
    if made is not None:
        click.echo(made(izdes, {}, "izdes", COMPLETION).source())


def main() -> None:
    """Run a command; whatever goes wrong is one line and a non-zero exit."""
    translate_click()
    if instruction := os.environ.get(COMPLETION):
        sys.exit(shell_complete(izdes, {}, "izdes", COMPLETION, instruction))
    _name_misspelt_settings()
    try:
        # Told inside the context too: only there is --language known.
        with izdes.make_context("izdes", sys.argv[1:]) as context:
            try:
                izdes.invoke(context)
            except Exception as error:  # noqa: BLE001  the outermost edge
                _end(error)
    except Exception as error:  # noqa: BLE001  the outermost edge
        _end(error)


def _name_misspelt_settings() -> None:
    for name, meant in misspelt_settings(os.environ).items():
        key = "setting_misspelt" if meant else "setting_unknown"
        text = say(f"commands.{key}", terminal_language(), name=name, meant=meant)
        click.echo(f"izdes: {text}", err=True)


def _end(error: Exception) -> NoReturn:
    if isinstance(error, click.exceptions.Exit):
        sys.exit(error.exit_code)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        sys.exit(error.exit_code)
    if os.environ.get("IZDES_TRACEBACK"):
        raise error
    click.echo(f"izdes: {_sentence(error, terminal_language())}", err=True)
    sys.exit(1)


def _sentence(error: Exception, language: str) -> str:
    match error:
        case click.Abort():
            return say("commands.aborted", language)
        case click.ClickException():
            return error.format_message()
        case Problem():
            return error.said(language)
        case _ if (trouble := _trouble_of(error)) is not None:
            return say(trouble, language)
        case OSError():
            return f"{error.filename or ''} {error.strerror or error}".strip()
    shown = " ".join(f"{type(error).__name__}: {error}".split())
    return say("commands.unexpected", language, error=shown)


def _import_command(name: str) -> click.Command | None:
    if name not in COMMANDS:
        return None
    commands: list[click.Command] = import_module(COMMANDS[name]).commands
    return next(command for command in commands if command.name == name)


def _translate(command: click.Command, path: str, language: str) -> None:
    if _help_key(path) in catalogue():
        command.help = say(_help_key(path), language)
        command.short_help = None
    command.options_metavar = say("commands.options_place", language)
    if isinstance(command, click.Group):
        command.subcommand_metavar = say("commands.command_place", language)
    for parameter in command.params:
        _explain(parameter, path, language)
    for name, inner in getattr(command, "commands", {}).items():
        _translate(inner, f"{path}_{name}", language)


def _explain(parameter: click.Parameter, path: str, language: str) -> None:
    for key in (f"options.{path}_{parameter.name}", f"options.{parameter.name}"):
        if key in catalogue() and isinstance(parameter, click.Option | click.Argument):
            parameter.help = say(key, language)
            return


def _help_key(path: str) -> str:
    return f"commands.help_{path}".replace("-", "_")


def _trouble_of(error: Exception) -> str | None:
    """Name what to say if disk or database are in trouble."""
    # Asked by name: importing SQLAlchemy for every mistake would slow commands down.
    is_of_database = type(error).__module__.startswith("sqlalchemy")
    if is_of_database or isinstance(error, OSError):
        from server.store.storage_errors import is_of_full_disk

        if is_of_full_disk(error):
            return "problems.storage_full"
    if is_of_database and type(error).__name__ in {"OperationalError", "InterfaceError"}:
        return "commands.database_unreachable"
    return None
