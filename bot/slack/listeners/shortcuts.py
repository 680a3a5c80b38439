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
    return Reply(open_view=await _modal(deps, asked.caller, deps.catalogue.routines[0]))


async def show(deps: Dependencies, press: Press) -> Reply:
    """Show another routine's card in the same modal."""
    return Reply(change_view=await _modal(deps, press.caller, await _routine(deps, press)))


async def guide(deps: Dependencies, press: Press) -> Reply:
    """Begin the guide in the same modal."""
    opened = await guiding.open_guide(deps, press.caller, await _routine(deps, press), "")
    return Reply(change_view=opened.open_view)


async def _modal(deps: Dependencies, caller: Caller, routine: Routine) -> Block:
    offered = (await deps.offered(caller)).routines
    return views.modal(routine, offered, deps.picture(caller, routine.exercises[0].picture))


async def _routine(deps: Dependencies, press: Press) -> Routine:
    try:
        return (await deps.offered(press.caller)).routine(press.value)
    except KeyError:
        raise BreakUnknown from None
