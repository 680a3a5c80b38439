"""Turns the failures that can be expected into one sentence on stderr, never a traceback."""

import errno
from typing import Any

import typer
from typer.core import TyperGroup

from bot.domain.errors import CannotRun, InvalidInput, ScheduleChanged, ScheduleGone
from bot.settings import SettingsError
from bot.store.lock import DatabaseBusy
from bot.store.revisions import NotMigrated
from bot.store.unit_of_work import DatabaseAway

FAILED = 1
WRONG_INPUT = 2


class Explained(TyperGroup):
    """A group of commands that explains itself when one of them fails."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            explained = explain(error)
            if explained is None:
                raise
            from bot.cli.console import complain  # noqa: PLC0415  # nobody has failed yet who starts the bot

            complain(explained[0])
            raise typer.Exit(explained[1]) from None


def explain(error: Exception) -> tuple[str, int] | None:
    """Say what happened, with the exit code; None for what nobody expected."""
    match error:
        case InvalidInput():
            return error.sentence, WRONG_INPUT
        case SettingsError():
            return str(error), WRONG_INPUT
        case ScheduleGone():
            return "There is no such schedule. `limber schedules list` shows them all.", FAILED
        case ScheduleChanged():
            return "Somebody else changed this schedule just now. Look at it again: limber schedules list", FAILED
        case DatabaseBusy() | NotMigrated() | CannotRun():
            return str(error), FAILED
    return _explain_system(error)


def _explain_system(error: Exception) -> tuple[str, int] | None:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return "This port is in use already. Choose another: PORT=3001 (for the demo too: make demo PORT=3001).", FAILED
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}.", FAILED
    if isinstance(error, DatabaseAway):
        # The statement and its values, which SQLAlchemy adds, help nobody here.
        reason = str(getattr(error, "orig", error)).strip().splitlines() or ["no reason given"]
        return f"The database does not answer: {reason[0]}. Check DATABASE_URL, then try: limber doctor", FAILED
    return None
