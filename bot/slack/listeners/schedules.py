"""Setting breaks up in Slack: the modal, and what happens when the app joins or leaves a channel."""

from dataclasses import replace
from datetime import time
from typing import Any

from bot.domain.errors import InvalidInput, ScheduleChanged, ScheduleGone
from bot.domain.schedules import Schedule, Serves, next_due_at
from bot.domain.times import parse_times, parse_weekdays, parse_zone
from bot.domain.workspaces import ScheduleRecord
from bot.services import schedules, workspaces
from bot.services.members import Caller
from bot.slack.dispatch import Dependencies, Reply, carried
from bot.slack.payloads import Command, Membership, OpenView, Press, Submission, number
from bot.slack.views import schedules as views
from bot.slack.views.parts import Block
from routines.model import Area

_START = Schedule(frozenset(range(5)), (time(10, 25), time(14, 55)), "UTC", Area.LOWER_BACK)
"""What the modal suggests for a new channel; the zone is the person's own."""


async def setup(deps: Dependencies, press: Press) -> Reply:
    """Open the set-up modal for the channel a button names."""
    return Reply(open_view=await modal(deps, press.caller, press.value or press.channel_slack_id or ""))


async def modal(
    deps: Dependencies,
    caller: Caller,
    channel_slack_id: str,
    schedule_id: int | None = None,
    entered: Schedule | None = None,
) -> Block:
    """Write the set-up modal: for a new schedule, or filled with a stored one. Raises NotAChannel, NotAMember.

    `entered` is what was about to be saved when somebody else saved another version.
    """
    channel = await deps.place(caller, channel_slack_id)
    member = await deps.member(caller)
    stored = await schedules.list_for_channel(deps.open_unit_of_work, channel)
    record = next((each for each in stored if each.id == schedule_id), stored[0] if stored else None)
    suggested = replace(_START, zone=member.zone)
    return views.setup(
        entered or (record.schedule if record else suggested),
        deps.catalogue.areas,
        channel_slack_id=channel_slack_id,
        record=record,
        notice=views.STALE if entered else "",
        others=[each for each in stored if record is not None and each.id != record.id],
    )


async def edit(deps: Dependencies, press: Press) -> Reply:
    """Fill the open modal with another of the channel's schedules."""
    channel_slack_id = carried(press.view).get("channel", "")
    return Reply(change_view=await modal(deps, press.caller, channel_slack_id, press.number))


async def pause(deps: Dependencies, press: Press) -> Reply:
    """Pause a schedule for good."""
    return await _set_paused(deps, press, paused=True)


async def resume(deps: Dependencies, press: Press) -> Reply:
    """Let a schedule go on."""
    return await _set_paused(deps, press, paused=False)


async def _set_paused(deps: Dependencies, press: Press, *, paused: bool) -> Reply:
    member = await deps.member(press.caller)
    await schedules.pause_schedule(
        deps.open_unit_of_work,
        deps.catalogue,
        press.number,
        paused=paused,
        member=member,
        is_admin=await deps.is_admin(press.caller),
        now=deps.clock(),
    )
    channel_slack_id = carried(press.view).get("channel", "")
    return Reply(change_view=await modal(deps, press.caller, channel_slack_id, press.number))


async def delete(deps: Dependencies, press: Press) -> Reply:
    """Delete a schedule."""
    member = await deps.member(press.caller)
    await schedules.remove_schedule(
        deps.open_unit_of_work,
        deps.catalogue,
        press.number,
        member=member,
        is_admin=await deps.is_admin(press.caller),
        now=deps.clock(),
    )
    return Reply(change_view=views.notice("Deleted. What people did stays, and `/stretch setup` makes new ones."))


async def submit(deps: Dependencies, submission: Submission) -> Block:
    """Store what the modal holds; a wrong field gets its sentence under it."""
    carry = {"channel": "", **carried(submission.view)}
    try:
        schedule = _read(await _before(deps, submission.caller, carry), submission.view, deps.catalogue.areas)
    except InvalidInput as wrong:
        return views.field_errors({wrong.field: wrong.sentence})
    try:
        await _store(deps, submission.caller, carry, schedule)
    except ScheduleChanged:
        stale = await modal(deps, submission.caller, carry["channel"], carry["schedule"], schedule)
        return {"response_action": "update", "view": stale}
    confirmation = views.saved(schedule, carry["channel"], next_due_at(schedule, deps.clock()))
    return {"response_action": "update", "view": confirmation}


async def _before(deps: Dependencies, caller: Caller, carry: dict[str, Any]) -> Schedule:
    """Find what the modal does not show and does not change: the schedule as it is, or a new one here."""
    channel = await deps.channel(caller, carry["channel"])
    if carry.get("schedule") is None:
        return replace(_START, day_starts_at=channel.day_starts_at)
    return (await _find(deps, caller, carry)).schedule


def _read(before: Schedule, view: OpenView, areas: tuple[Area, ...]) -> Schedule:
    area = view.text("area")
    if area not in areas:
        raise InvalidInput("area", "Please choose a part of the body.")
    if area != before.area:
        before = replace(before, more_areas=(), serves=Serves.FIXED)
    return replace(
        before,
        weekdays=parse_weekdays([number(day) for day in view.choices("weekdays")]),
        times=parse_times(view.text("times")),
        zone=parse_zone(view.text("zone")),
        area=area,
    )


async def _store(deps: Dependencies, caller: Caller, carry: dict[str, Any], schedule: Schedule) -> None:
    member = await deps.member(caller)
    is_admin = await deps.is_admin(caller)
    now = deps.clock()
    if carry.get("schedule") is None:
        channel = await deps.channel(caller, carry["channel"])
        await schedules.add_schedule(
            deps.open_unit_of_work, deps.catalogue, channel, schedule, keeper=member, is_admin=is_admin, now=now
        )
        return
    stored = await _find(deps, caller, carry)
    await schedules.change_schedule(
        deps.open_unit_of_work,
        deps.catalogue,
        stored.id,
        schedule,
        expected_version=carry.get("version"),
        member=member,
        is_admin=is_admin,
        now=now,
    )


async def _find(deps: Dependencies, caller: Caller, carry: dict[str, Any]) -> ScheduleRecord:
    channel = await deps.channel(caller, carry["channel"])
    for record in await schedules.list_for_channel(deps.open_unit_of_work, channel):
        if record.id == carry["schedule"]:
            return record
    raise ScheduleGone


async def app_joined(deps: Dependencies, joined: Membership) -> None:
    """Let a stopped channel go on when the app is invited again."""
    await workspaces.resume_channel(deps.open_unit_of_work, joined.team_id, joined.channel_slack_id, deps.clock())


async def app_left(deps: Dependencies, left: Membership) -> None:
    """Stop a channel at once when the app is removed from it."""
    await workspaces.leave_channel(deps.open_unit_of_work, left.team_id, left.channel_slack_id, deps.clock())


async def setup_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch setup`: open the modal for this channel."""
    return Reply(open_view=await modal(deps, command.caller, command.channel_slack_id))
