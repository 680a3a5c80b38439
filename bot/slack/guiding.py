"""Opening the private guide, which a prompt, a card, Home and `/stretch … solo` all do."""

from collections.abc import Mapping
from typing import Any

from bot.domain.choices import as_chosen
from bot.domain.runs import Run
from bot.services import guides
from bot.services.guides import Origin
from bot.services.members import Caller
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.payloads import channel_id
from bot.slack.views import guides as views
from bot.slack.views.parts import Block, Message, Picture
from routines.model import Routine


async def open_guide(
    deps: Dependencies, caller: Caller, routine: Routine, channel_slack_id: str, break_id: int | None = None
) -> Reply:
    """Open a guide in a modal, or where that cannot be opened, in direct messages.

    One begun nowhere in particular belongs to the person's direct messages with the app.
    """
    member, now = await deps.member(caller), deps.clock()
    routine = as_chosen(routine, member.shown)
    direct = member.direct_slack_id or member.slack_id
    origin = Origin(caller.team_id, channel_id(channel_slack_id) if channel_slack_id else direct, break_id)
    run = await guides.open_guide(deps.open_unit_of_work, origin, routine, member, now)
    carry = {"run": run.id, "channel": channel_slack_id}
    return Reply(open_view=await modal(deps, caller, run, carry), or_directly=await message(deps, caller, run))


async def modal(deps: Dependencies, caller: Caller, run: Run, carry: Mapping[str, Any]) -> Block:
    """Write a guide at the step it is at, as a modal that carries what the next press needs."""
    return views.guide(run, await _picture(deps, caller, run), carry)


async def message(deps: Dependencies, caller: Caller, run: Run) -> Message:
    """Write a guide at the step it is at, as a direct message."""
    return views.direct_guide(run, await _picture(deps, caller, run))


async def _picture(deps: Dependencies, caller: Caller, run: Run) -> Picture | None:
    return await deps.moving_picture(caller, run.steps[run.step].picture)
