"""Runs together in the thread: starting and joining them, and the buttons of their cards."""

from bot.services import runs
from bot.services.breaks import Sight
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.ids import Action
from bot.slack.payloads import Malformed, Press, number
from bot.slack.views import runs as views

_VERBS = {
    Action.RUN_JOIN: "join",
    Action.RUN_START: "start",
    Action.RUN_DECLINE: "decline",
    Action.RUN_PAUSE: "pause",
    Action.RUN_RESUME: "resume",
    Action.RUN_LEAVE: "leave",
}


_OF_MENU = frozenset({"skip", "stop"})


async def together(deps: Dependencies, press: Press) -> Reply:
    """Start a break's run, or join the one that is on."""
    member = await deps.member(press.caller)
    sight = Sight(press.number, press.seen_ts)
    run = await runs.do_together(deps.open_unit_of_work, deps.catalogue, sight, member, deps.clock())
    return Reply(say=views.pressed(run, "join", member.zone))


async def verb(deps: Dependencies, press: Press) -> Reply:
    """Apply a button of a lobby or a step card to the run as it is."""
    return await _apply(deps, press, _VERBS[Action(press.action_id)], press.number)


async def menu(deps: Dependencies, press: Press) -> Reply:
    """Apply an entry of a step card's menu: skip this move, stop for everyone."""
    chosen, _, run_id = press.value.partition(":")
    if chosen not in _OF_MENU:
        raise Malformed("a choice")
    return await _apply(deps, press, chosen, number(run_id))


async def _apply(deps: Dependencies, press: Press, chosen: str, run_id: int) -> Reply:
    member = await deps.member(press.caller)
    run = await runs.press(deps.open_unit_of_work, run_id, chosen, member, deps.clock())
    return Reply(say=views.pressed(run, chosen, member.zone), replaces=press.is_ephemeral)
