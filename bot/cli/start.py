"""`limber demo`, `limber run` and `limber worker`: start the app."""

from typing import Annotated

import typer

from bot.settings import SettingsError, load_settings
from bot.store.revisions import check_migrated

# Both are imported when they are needed: `limber --help` should not wait for Slack's SDK and a web server.


def demo(
    *,
    reset: Annotated[bool, typer.Option("--reset", help="Forget the last demo and start afresh.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is; 0 finds a free port.")] = 3210,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")] = True,
) -> None:
    """Try Limber in a local Slack in your browser; no account needed."""
    from bot.demo import demo as begin  # noqa: PLC0415  # loaded when it is asked for

    begin(reset=reset, port=port, open_browser=browser, announce=typer.echo)


def run(
    *,
    scheduler: Annotated[
        bool, typer.Option("--scheduler/--no-scheduler", help="Deliver too; without, `limber worker` does that.")
    ] = True,
) -> None:
    """Run Limber in your Slack workspace, until you stop it."""
    settings = load_settings()
    if settings.mode is None:
        raise SettingsError([settings.mode_reason])
    check_migrated(settings.database_url)
    from bot.process import run as begin  # noqa: PLC0415  # loaded when it is asked for
    from bot.wiring import EVERYTHING, Part  # noqa: PLC0415  # loaded when it is asked for

    begin(settings, EVERYTHING if scheduler else frozenset({Part.ANSWERS}))


def worker() -> None:
    """Keep schedules and deliver, beside `limber run --no-scheduler`; as many as you like, on PostgreSQL."""
    settings = load_settings()
    check_migrated(settings.database_url)
    from bot.process import run as begin  # noqa: PLC0415  # loaded when it is asked for
    from bot.wiring import Part  # noqa: PLC0415  # loaded when it is asked for

    begin(settings, frozenset({Part.DELIVERS}))
