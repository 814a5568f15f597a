"""``izdes derive``: what is worked out of stored records, again."""

import click

from server.terminal.application import application, print_text
from server.terminal.progress import stage


@click.command("derive")
@click.option("--owed", "only_owed", is_flag=True)
def derive(*, only_owed: bool) -> None:
    """Derive everything again, or only what could not be derived when it was stored."""
    from server.store.database import current_database
    from server.submissions.derivations import current_derivations
    from server.submissions.deriving import derive_everything, derive_owed

    again = derive_owed if only_owed else derive_everything
    with application():
        with stage("progress.deriving"):
            done = again(current_database(), current_derivations())
        for one in done:
            print_text("commands.derived", name=one.name, revisions=one.revisions)
            if one.owed:
                print_text("commands.derived_owed", name=one.name, owed=one.owed)
        if not done:
            print_text("commands.derived_nothing")
    if any(one.owed for one in done):
        raise click.exceptions.Exit(1)


commands = [derive]
