"""The `limber` command: one module for each group of commands."""

from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli import database, deliveries, doctor, manifest, privacy, routines, schedules, start, streaks, tokens, why
from bot.cli.errors import Commands

app = typer.Typer(
    name="limber",
    help="Stretch breaks for teams in Slack. New here? Try: limber demo",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(start.demo)
app.command()(start.run)
app.command()(start.worker)
app.command()(deliveries.deliveries)
app.command()(why.why)
app.command()(privacy.forget)
app.command()(doctor.doctor)
app.command()(manifest.manifest)
app.add_typer(schedules.app, name="schedules")
app.add_typer(privacy.app, name="export")
app.add_typer(streaks.app, name="streaks")
app.add_typer(routines.app, name="routines")
app.add_typer(database.app, name="db")
app.add_typer(tokens.app, name="tokens")


def main() -> None:
    """Run the command that was typed."""
    app()


def _print_version(wanted: bool) -> None:  # noqa: FBT001  # typer calls it so
    if wanted:
        typer.echo(f"limber {version('limber')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass
