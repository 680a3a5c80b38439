"""Runs: together in the thread, and privately in a modal."""

from typing import Any

from bot.domain.errors import BreakUnknown
from bot.services import breaks, runs
from bot.services.members import Caller
from bot.slack.dispatch import Dependencies, Reply, carried
from bot.slack.ids import Action
from bot.slack.payloads import Press, Submission
from bot.slack.views import runs as views
from bot.slack.views.parts import Block
from routines.model import Routine, Step

_VERBS = {
    Action.RUN_JOIN: "join",
    Action.RUN_START: "start",
    Action.RUN_DECLINE: "decline",
    Action.RUN_PAUSE: "pause",
    Action.RUN_RESUME: "resume",
    Action.RUN_LEAVE: "leave",
}


async def together(deps: Dependencies, press: Press) -> Reply:
    """Start a break's run, or join the one that is on."""
    member = await deps.member(press.caller)
    run = await runs.do_together(deps.open_unit_of_work, deps.catalogue, press.number, member, deps.clock())
    return Reply(say=views.pressed(run, "join", member.zone))


async def verb(deps: Dependencies, press: Press) -> Reply:
    """Apply a button of a lobby or a step card to the run as it is."""
    return await _apply(deps, press, _VERBS[Action(press.action_id)], press.number)


async def menu(deps: Dependencies, press: Press) -> Reply:
    """Apply an entry of a step card's menu: skip this move, stop for everyone."""
    chosen, _, run_id = press.value.partition(":")
    return await _apply(deps, press, chosen, int(run_id))


async def _apply(deps: Dependencies, press: Press, chosen: str, run_id: int) -> Reply:
    member = await deps.member(press.caller)
    run = await runs.press(deps.open_unit_of_work, run_id, chosen, member, deps.clock())
    return Reply(say=views.pressed(run, chosen, member.zone), replaces=press.is_ephemeral)


async def guide_break(deps: Dependencies, press: Press) -> Reply:
    """Open the private guide through a break's exercise, or through its routine if it serves that."""
    prompt = await breaks.find_prompt(deps.open_unit_of_work, deps.catalogue, press.number)
    carry: dict[str, Any] = {
        "routine": prompt.routine.id,
        "break": prompt.break_.id,
        "channel": press.channel_slack_id or "",
    }
    if not prompt.break_.whole_routine:
        carry["exercise"] = prompt.exercise.id
    return Reply(open_view=await _guide(deps, press.caller, carry, 0))


async def guide_routine(deps: Dependencies, press: Press) -> Reply:
    """Open the private guide through a whole routine, outside breaks."""
    routine_id, _, channel_slack_id = press.value.partition("|")
    carry = {"routine": routine_id, "channel": channel_slack_id or press.channel_slack_id or ""}
    return Reply(open_view=await _guide(deps, press.caller, carry, 0))


async def back(deps: Dependencies, press: Press) -> Reply:
    """Go back a step in the private guide."""
    carry = carried(press.view)
    return Reply(change_view=await _guide(deps, press.caller, carry, int(carry.get("position", 0)) - 1))


async def finish_here(deps: Dependencies, press: Press) -> Reply:
    """Count what was done of the private guide so far."""
    return Reply(change_view=await _finish(deps, press.caller, carried(press.view)))


async def next_or_finish(deps: Dependencies, submission: Submission) -> Block:
    """Go on to the next step of the private guide; after the last one, count it."""
    carry = carried(submission.view)
    _, steps = _steps(deps, carry)
    following = int(carry.get("position", 0)) + 1
    if following < len(steps):
        view = await _guide(deps, submission.caller, carry, following)
    else:
        view = await _finish(deps, submission.caller, carry)
    return {"response_action": "update", "view": view}


async def _guide(deps: Dependencies, caller: Caller, carry: dict[str, Any], position: int) -> Block:
    routine, steps = _steps(deps, carry)
    position = max(0, min(position, len(steps) - 1))
    picture = await deps.moving_picture(caller, steps[position].picture)
    return views.guide(routine, steps, position, picture, carry)


def _steps(deps: Dependencies, carry: dict[str, Any]) -> tuple[Routine, tuple[Step, ...]]:
    """Find the steps of a guide: of one exercise when it carries one, else of the whole routine."""
    try:
        routine = deps.catalogue.routine(carry["routine"])
    except KeyError:
        raise BreakUnknown from None
    wanted = carry.get("exercise")
    return routine, tuple(step for step in routine.steps() if wanted in (None, step.exercise.id))


async def _finish(deps: Dependencies, caller: Caller, carry: dict[str, Any]) -> Block:
    """Count what somebody did privately: for the break it came from, or for itself; without a place it is not kept."""
    routine, steps = _steps(deps, carry)
    position = int(carry.get("position", 0))
    has_place = bool(carry.get("channel") or carry.get("break"))
    if has_place:
        await runs.finish_privately(
            deps.open_unit_of_work,
            team_id=caller.team_id,
            channel_slack_id=carry.get("channel", ""),
            routine=routine,
            member=await deps.member(caller),
            break_id=carry.get("break"),
            steps_done=position + 1,
            now=deps.clock(),
        )
    return views.guided(steps, position, is_counted=has_place)


async def show_privately(deps: Dependencies, press: Press) -> Reply:
    """Open the guide for somebody who would rather not wait for company."""
    carry = {"routine": press.value, "channel": press.channel_slack_id or ""}
    return Reply(open_view=await _guide(deps, press.caller, carry, 0))
