"""`limber db`: the database's schema."""

from typing import Annotated

import typer

from bot.cli.console import say
from bot.domain.errors import InvalidInput
from bot.settings import load_settings
from bot.store import migrations, revisions
from bot.store.health import describe
from bot.store.lock import hold

app = typer.Typer(help="Bring the database up to date, or take it back.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def upgrade() -> None:
    """Create the tables, or bring them up to date."""
    url = load_settings().database_url
    with hold(url):
        before = revisions.current_revision(url)
        migrations.upgrade(url)
    newest = revisions.newest_revision()
    done = "was up to date already" if before == newest else "is up to date now"
    say(f"The database {done}: {describe(url)}, revision {newest}.")


@app.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="Where to go back to; 'base' removes all tables.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take the schema back to an older revision; what newer tables hold is lost."""
    url = load_settings().database_url
    if not revisions.is_revision(revision):
        raise InvalidInput("revision", f"I don't know the revision '{revision}'. `limber db current` names this one.")
    with hold(url):
        if not yes:
            typer.confirm(f"Take {describe(url)} back to {revision}? What newer tables hold is lost", abort=True)
        migrations.downgrade(url, revision)
    say(f"The database is at {revisions.current_revision(url) or 'base'} now: {describe(url)}.")


@app.command()
def current() -> None:
    """Say which revision the database is at."""
    url = load_settings().database_url
    found, newest = revisions.current_revision(url), revisions.newest_revision()
    state = "the newest" if found == newest else f"the newest is {newest}; run: limber db upgrade"
    say(f"{describe(url)}: {found or 'no tables yet'} ({state}).")
