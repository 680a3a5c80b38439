"""A channel's settings: who looks after it, which reactions count, and its board."""

import asyncio

from bot.domain.errors import InvalidInput
from bot.domain.forms import read_settings
from bot.services import keepers
from bot.services.members import Caller
from bot.slack import overview
from bot.slack.dispatch import Dependencies, Reply, carried
from bot.slack.payloads import Press, Submission
from bot.slack.views import keepers as views
from bot.slack.views import schedules as schedule_views
from bot.slack.views.parts import Block


async def settings(deps: Dependencies, press: Press) -> Reply:
    """Turn the open modal into the form of the channel's settings."""
    channel = await deps.place(press.caller, press.value)
    kept = await keepers.show(deps.open_unit_of_work, channel)
    return Reply(change_view=views.settings(channel, kept.settings, kept.keepers))


async def submit(deps: Dependencies, submission: Submission) -> Block:
    """Store a channel's settings; wrong fields get their sentences under them."""
    caller, entered = submission.caller, submission.view.entered
    channel = await deps.place(caller, carried(submission.view)["channel"])
    chosen, errors = read_settings(entered)
    if errors:
        return schedule_views.field_errors(errors)
    people = [Caller(caller.team_id, slack_id) for slack_id in entered.get("keepers") or []]
    try:
        await keepers.change(
            deps.open_unit_of_work,
            channel,
            chosen,
            await asyncio.gather(*map(deps.member, people)),
            member=await deps.member(caller),
            is_admin=await deps.is_admin(caller),
            now=deps.clock(),
        )
    except InvalidInput as wrong:
        return schedule_views.field_errors({wrong.field: wrong.sentence})
    return {"response_action": "update", "view": await overview.show(deps, caller, channel.slack_id, "Saved.")}
