"""The modal of a channel's breaks, which several listeners open or come back to."""

from datetime import date

from bot.domain.errors import NotAFullMember, NotInTheChannel
from bot.domain.forms import Choices
from bot.domain.greetings import usual
from bot.domain.instants import local_date_of
from bot.domain.keepers import Overview
from bot.domain.pauses import Pause
from bot.domain.rotation import as_served
from bot.domain.schedules import Schedule
from bot.domain.workspaces import Channel, ScheduleRecord
from bot.services import keepers, schedules
from bot.services.members import Caller
from bot.slack.dispatch import Dependencies
from bot.slack.views import keepers as views
from bot.slack.views import schedules as schedule_views
from bot.slack.views.parts import Block
from bot.slack.views.schedules import Asks, Preview
from routines.catalogue import Catalogue

UPCOMING = 5
"""Breaks a preview shows."""


async def show(deps: Dependencies, caller: Caller, channel_slack_id: str, notice: str = "") -> Block:
    """Write a channel's breaks as somebody sees them; where there are none, the form that makes some.

    Raises NotAMember where the app cannot post, NotAFullMember, NotInTheChannel.
    """
    channel = await deps.place(caller, channel_slack_id)
    shown = await _gather(deps, caller, channel, may_change=await _may_change(deps, caller, channel))
    if not shown.records and shown.may_change:
        suggested = usual(shown.reader_zone)
        return await form(deps, caller, channel, suggested, None, notice=notice)
    if not shown.records:
        raise NotAFullMember
    return views.overview(shown, notice)


async def changed(deps: Dependencies, caller: Caller, channel: Channel, notice: str) -> Block:
    """Write a channel's breaks for somebody who has just changed them, without asking Slack once more."""
    channel = await deps.channel(caller, channel.slack_id)
    return views.overview(await _gather(deps, caller, channel, may_change=True), notice)


async def _may_change(deps: Dependencies, caller: Caller, channel: Channel) -> bool:
    kept = await keepers.show(deps.open_unit_of_work, channel)
    if not kept.is_kept:
        await _check_present(deps, caller, channel)
    # Slack is asked who is an admin only where that matters.
    member = await deps.member(caller)
    return channel.is_direct or kept.may_change(member, is_admin=False) or await deps.is_admin(caller)


async def look_ahead(deps: Dependencies, schedule_id: int) -> tuple[ScheduleRecord, Pause | None, date]:
    """Find a schedule as it is stored, the pause that holds it, and the channel's date."""
    now = deps.clock()
    record, held_by = await schedules.look_ahead(deps.open_unit_of_work, schedule_id, now)
    return record, held_by, local_date_of(now, *record.channel.place)


async def _gather(deps: Dependencies, caller: Caller, channel: Channel, *, may_change: bool) -> Overview:
    member, kept = await deps.member(caller), await keepers.show(deps.open_unit_of_work, channel)
    now = deps.clock()
    coming = await schedules.upcoming(deps.open_unit_of_work, channel, UPCOMING, now)
    return Overview(
        channel=channel,
        records=as_served(
            await schedules.list_for_channel(deps.open_unit_of_work, channel), await deps.offered(caller)
        ),
        keepers=kept.keepers,
        following=tuple(coming.following),
        reader_zone=member.zone,
        today=local_date_of(now, *channel.place),
        may_change=may_change,
        pauses=tuple(coming.pauses),
    )


async def check_may_adopt(deps: Dependencies, caller: Caller, channel: Channel) -> None:
    """Let only people who are in it set up a channel that nobody looks after; raises NotInTheChannel."""
    if not (await keepers.show(deps.open_unit_of_work, channel)).is_kept:
        await _check_present(deps, caller, channel)


async def _check_present(deps: Dependencies, caller: Caller, channel: Channel) -> None:
    if not channel.is_direct and await deps.directory.is_in(caller.team_id, caller.slack_id, channel.slack_id) is False:
        raise NotInTheChannel


async def form(
    deps: Dependencies,
    caller: Caller,
    channel: Channel,
    schedule: Schedule,
    record: ScheduleRecord | None,
    *,
    notice: str = "",
    preview: Preview | None = None,
    asks: Asks | None = None,
) -> Block:
    """Write the form of one of a channel's schedules, or of a new one."""
    return schedule_views.form(
        schedule,
        (await deps.offered(caller)).routines,
        channel_slack_id=channel.slack_id,
        record=record,
        notice=notice,
        preview=preview,
        asks=asks,
    )


def choices(offered: Catalogue) -> Choices:
    """List the areas a workspace is offered, with the ids of each one's exercises."""
    return {
        area: [exercise.id for routine in offered.routines_for(area) for exercise in routine.exercises]
        for area in offered.areas
    }
