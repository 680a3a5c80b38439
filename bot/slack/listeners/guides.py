"""The private guide: opened from a prompt or a card, turned step by step, closed."""

from typing import Any

from bot.domain.doses import Offer
from bot.domain.errors import BreakUnknown, GuideOver
from bot.domain.guides import Turn
from bot.domain.runs import Run
from bot.domain.workspaces import Member
from bot.services import breaks, doses, guides
from bot.services.members import Caller
from bot.slack import guiding
from bot.slack.dispatch import Dependencies, Reply, carried
from bot.slack.ids import Action
from bot.slack.payloads import Press, Submission, number
from bot.slack.views import guides as views
from bot.slack.views.parts import Block, Message
from routines.model import Routine

_VERBS = {Action.GUIDE_NEXT: "forward", Action.GUIDE_BACK: "back", Action.GUIDE_STOP: "aside"}


async def of_break(deps: Dependencies, press: Press) -> Reply:
    """Open the guide through a break's exercise, or through its routine if it serves that."""
    prompt = await breaks.find_prompt(deps.open_unit_of_work, deps.catalogue, press.number)
    routine = prompt.routine if prompt.break_.whole_routine else prompt.routine.only(prompt.exercise)
    return await guiding.open_guide(deps, press.caller, routine, press.channel_slack_id or "", prompt.break_.id)


async def of_routine(deps: Dependencies, press: Press) -> Reply:
    """Open the guide through a whole routine, outside breaks or instead of waiting for company."""
    routine_id, _, channel_slack_id = press.value.partition("|")
    place = channel_slack_id or press.channel_slack_id or ""
    return await guiding.open_guide(deps, press.caller, await _routine(deps, press.caller, routine_id), place)


async def turn_page(deps: Dependencies, press: Press) -> Reply:
    """Apply Next, Back or Stop of a guide in a direct message, or Back of one in a modal."""
    verb = _VERBS[Action(press.action_id)]
    if press.view is not None:
        carry = carried(press.view)
        run = await _turned(deps, press.caller, carry, verb)
        return Reply(change_view=await guiding.modal(deps, press.caller, run, carry))
    run_id, _, position = press.value.partition(":")
    run = await _turned(deps, press.caller, {"run": number(run_id), "position": number(position)}, verb)
    return Reply(say=await _said(deps, press.caller, run, verb), replaces=True)


async def _said(deps: Dependencies, caller: Caller, run: Run, verb: str) -> Message:
    if run.is_over:
        member = await deps.member(caller)
        return views.finished(run, await _offers(deps, run, member), member.zone)
    return views.put_aside(run) if verb == "aside" else await guiding.message(deps, caller, run)


async def _offers(deps: Dependencies, run: Run, member: Member) -> list[Offer]:
    """List what the next time may be, of the moves that were done."""
    return await doses.list_offers(deps.open_unit_of_work, run, member, deps.clock())


async def _finished(deps: Dependencies, caller: Caller, run: Run) -> Block:
    member = await deps.member(caller)
    return views.finished_modal(run, await _offers(deps, run, member), member.zone)


async def finish_here(deps: Dependencies, press: Press) -> Reply:
    """Count the step that is shown, and end the guide."""
    run = await _turned(deps, press.caller, carried(press.view), "finish")
    return Reply(change_view=await _finished(deps, press.caller, run))


async def next_or_finish(deps: Dependencies, submission: Submission) -> Block:
    """Go on to the next step of a guide in a modal; after the last one it has ended."""
    carry = carried(submission.view)
    run = await _turned(deps, submission.caller, carry, "forward")
    if run.is_over:
        return {"response_action": "update", "view": await _finished(deps, submission.caller, run)}
    return {"response_action": "update", "view": await guiding.modal(deps, submission.caller, run, carry)}


async def closed(deps: Dependencies, submission: Submission) -> Message | None:
    """Put a guide aside whose modal was closed; says so if anything is counted, else nothing is to be said."""
    carry = carried(submission.view)
    if "run" not in carry:
        return None
    try:
        run = await _turned(deps, submission.caller, carry, "aside")
    except GuideOver:
        return None
    return views.put_aside(run) if guides.is_counted(run) else None


async def _turned(deps: Dependencies, caller: Caller, carry: dict[str, Any], verb: str) -> Run:
    """Apply a press to the guide it was made in; raises GuideOver for one from before guides were kept."""
    member, now = await deps.member(caller), deps.clock()
    turn = Turn(int(carry.get("run", 0)), member.id, int(carry.get("position", 0)))
    return await guides.press(deps.open_unit_of_work, turn, verb, member, now)


async def _routine(deps: Dependencies, caller: Caller, routine_id: str) -> Routine:
    try:
        return (await deps.offered(caller)).asked_for(routine_id)
    except KeyError:
        raise BreakUnknown from None
