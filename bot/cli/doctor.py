"""`limber doctor`: looks whether everything is as it has to be."""

import asyncio

import typer
from rich.text import Text

from bot import doctor as examiner
from bot.cli.console import say
from bot.cli.errors import FAILED
from bot.doctor import Check, State
from bot.settings import SettingsError, load_settings

_COLOURS = {State.OK: "green", State.WARNING: "yellow", State.FAILED: "bold red"}


def doctor() -> None:
    """Check settings, database, Slack and routines, and say what to do."""
    try:
        settings = load_settings()
    except SettingsError as error:
        checks = examiner.refused_settings(error)
    else:
        checks = asyncio.run(examiner.examine(settings))
    for check in checks:
        say(_line(check))
    failed = sum(check.state is State.FAILED for check in checks)
    say("\nAll is well." if not failed else f"\n{failed} to put right.")
    if failed:
        raise typer.Exit(FAILED)


def _line(check: Check) -> Text:
    line = Text()
    line.append(f"{check.state:<5}", _COLOURS[check.state])
    line.append(f"{check.name:<12}", "bold")
    line.append(check.what)
    if check.cure:
        line.append(f"\n{'':17}{check.cure}")
    return line
