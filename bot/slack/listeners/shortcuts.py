"""The shortcut "Stretch now": the card of a routine in a modal, wherever somebody is in Slack."""

from bot.domain.errors import BreakUnknown
from bot.services.members import Caller
from bot.slack import guiding
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.payloads import Press, Shortcut
from bot.slack.views import shortcuts as views
from bot.slack.views.parts import Block
from routines.model import Routine


async def stretch_now(deps: Dependencies, asked: Shortcut) -> Reply:
    """Open the card of the first routine there is, with the way to the others."""
    return Reply(open_view=_modal(deps, asked.caller, deps.catalogue.routines[0]))


async def show(deps: Dependencies, press: Press) -> Reply:
    """Show another routine's card in the same modal."""
    return Reply(change_view=_modal(deps, press.caller, _routine(deps, press)))


async def guide(deps: Dependencies, press: Press) -> Reply:
    """Begin the guide in the same modal."""
    opened = await guiding.open_guide(deps, press.caller, _routine(deps, press), "")
    return Reply(change_view=opened.open_view)


def _modal(deps: Dependencies, caller: Caller, routine: Routine) -> Block:
    return views.modal(routine, deps.catalogue.routines, deps.picture(caller, routine.exercises[0].picture))


def _routine(deps: Dependencies, press: Press) -> Routine:
    try:
        return deps.catalogue.routine(press.value)
    except KeyError:
        raise BreakUnknown from None
