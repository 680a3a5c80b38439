"""Setting breaks up in Slack: a channel's schedules and the form of each."""

from dataclasses import replace
from typing import Any

from bot.domain.errors import ScheduleChanged, ScheduleGone
from bot.domain.forms import Read, read_schedule
from bot.domain.greetings import usual
from bot.domain.instants import local_date_of
from bot.domain.schedules import Schedule, lies_around_midnight, next_occurrences
from bot.domain.times import MANY_TIMES
from bot.domain.workspaces import Channel, ScheduleRecord
from bot.services import planning, schedules
from bot.services.members import Caller
from bot.slack import overview
from bot.slack.dispatch import Dependencies, Reply, carried
from bot.slack.payloads import Command, OpenView, Press, Submission
from bot.slack.views import keepers as channel_views
from bot.slack.views import schedules as views
from bot.slack.views.parts import Block
from bot.slack.views.schedules import Asks, Preview


async def setup_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch setup`: open the breaks of this channel."""
    return Reply(open_view=await overview.show(deps, command.caller, command.channel_slack_id))


async def setup(deps: Dependencies, press: Press) -> Reply:
    """Open the breaks of the channel a button names."""
    return Reply(open_view=await overview.show(deps, press.caller, press.value or press.channel_slack_id or ""))


async def add(deps: Dependencies, press: Press) -> Reply:
    """Turn the open modal into the form of a new schedule."""
    channel = await deps.place(press.caller, press.value)
    before = await schedules.list_for_channel(deps.open_unit_of_work, channel)
    return Reply(
        change_view=await overview.form(deps, press.caller, channel, _new(channel, before[0].schedule.zone), None)
    )


def _new(channel: Channel, zone: str) -> Schedule:
    return replace(usual(zone), day_starts_at=channel.day_starts_at)


async def edit(deps: Dependencies, press: Press) -> Reply:
    """Turn the open modal into the form of one of the channel's schedules."""
    channel, record = await _find(deps, press.caller, {**carried(press.view), "schedule": press.number})
    return Reply(change_view=await overview.form(deps, press.caller, channel, record.schedule, record))


async def more(deps: Dependencies, press: Press) -> Reply:
    """Let the open form ask for what most people leave as it is."""
    if press.view is None:
        return Reply()
    carry = carried(press.view)
    channel, record = await _find_if_stored(deps, press.caller, carry)
    read = await _read(deps, press.caller, channel, record, press.view)
    asks = replace(_asks(carry), more=True)
    return Reply(change_view=await overview.form(deps, press.caller, channel, read.schedule, record, asks=asks))


def _asks(carry: dict[str, Any]) -> Asks:
    return Asks(day=bool(carry.get("day")), more=bool(carry.get("more")))


async def preview(deps: Dependencies, press: Press) -> Reply:
    """Show when the breaks would come that the open form describes; nothing is saved."""
    if press.view is None:
        return Reply()
    carry, now = carried(press.view), deps.clock()
    channel, record = await _find_if_stored(deps, press.caller, carry)
    read = await _read(deps, press.caller, channel, record, press.view)
    member = await deps.member(press.caller)
    today = local_date_of(now, read.schedule.zone)
    following = next_occurrences([read.schedule], now, overview.UPCOMING)
    warning = [views.many(read.schedule)] if len(read.schedule.times) > MANY_TIMES else []
    shown = Preview(following, member.zone, today, [*read.errors.values()], warning)
    view = await overview.form(deps, press.caller, channel, read.schedule, record, preview=shown, asks=_asks(carry))
    return Reply(change_view=view)


async def pause(deps: Dependencies, press: Press) -> Reply:
    """Pause a schedule for good."""
    return await _set_paused(deps, press, paused=True)


async def resume(deps: Dependencies, press: Press) -> Reply:
    """Let a schedule go on."""
    return await _set_paused(deps, press, paused=False)


async def _set_paused(deps: Dependencies, press: Press, *, paused: bool) -> Reply:
    await schedules.pause_schedule(
        deps.open_unit_of_work,
        deps.catalogue,
        press.number,
        paused=paused,
        member=await deps.member(press.caller),
        is_admin=await deps.is_admin(press.caller),
        now=deps.clock(),
    )
    said = "These breaks are paused." if paused else views.resumed(*await overview.look_ahead(deps, press.number))
    return await _back(deps, press, said)


async def delete(deps: Dependencies, press: Press) -> Reply:
    """Delete a schedule."""
    await schedules.remove_schedule(
        deps.open_unit_of_work,
        deps.catalogue,
        press.number,
        member=await deps.member(press.caller),
        is_admin=await deps.is_admin(press.caller),
        now=deps.clock(),
    )
    channel_slack_id = carried(press.view).get("channel", "")
    channel = await deps.channel(press.caller, channel_slack_id)
    if not await schedules.list_for_channel(deps.open_unit_of_work, channel):
        return Reply(change_view=views.notice("Deleted. What people did stays, and `/stretch setup` makes new ones."))
    return await _back(deps, press, "Deleted. What people did stays.")


async def send_now(deps: Dependencies, press: Press) -> Reply:
    """Send the channel one break by hand."""
    await planning.send_now(
        deps.open_unit_of_work,
        deps.catalogue,
        await deps.place(press.caller, press.value),
        member=await deps.member(press.caller),
        is_admin=await deps.is_admin(press.caller),
        now=deps.clock(),
    )
    if press.view is not None and press.view.type == "modal":
        return await _back(deps, press, channel_views.SENT)
    return Reply(open_view=views.notice(channel_views.SENT))


async def _back(deps: Dependencies, press: Press, notice: str) -> Reply:
    channel = await deps.channel(press.caller, carried(press.view).get("channel", ""))
    return Reply(change_view=await overview.changed(deps, press.caller, channel, notice))


async def submit(deps: Dependencies, submission: Submission) -> Block:
    """Store what the form holds; wrong fields get their sentences under them."""
    carry, caller = carried(submission.view), submission.caller
    channel, record = await _find_if_stored(deps, caller, carry)
    read = await _read(deps, caller, channel, record, submission.view)
    if read.errors:
        return views.field_errors(read.errors)
    schedule = read.schedule
    if not carry.get("day") and lies_around_midnight(schedule.times):
        asks = replace(_asks(carry), day=True)
        asking = await overview.form(deps, caller, channel, schedule, record, notice=views.ONE_NIGHT, asks=asks)
        return {"response_action": "update", "view": asking}
    try:
        schedule_id = await _store(deps, caller, channel, carry, schedule)
    except ScheduleChanged:
        _, record = await _find(deps, caller, carry)
        stale = await overview.form(deps, caller, channel, schedule, record, notice=views.STALE, asks=_asks(carry))
        return {"response_action": "update", "view": stale}
    said = views.saved(*await overview.look_ahead(deps, schedule_id))
    return {"response_action": "update", "view": await overview.changed(deps, caller, channel, said)}


async def _read(
    deps: Dependencies, caller: Caller, channel: Channel, record: ScheduleRecord | None, view: OpenView
) -> Read:
    """Read the form; what it does not show stays as it is."""
    before = record.schedule if record else _new(channel, (await deps.member(caller)).zone)
    today = local_date_of(deps.clock(), *channel.place)
    offered = await deps.offered(caller)
    routine_ids = {routine.id for routine in offered.routines}
    return read_schedule(before, view.entered, overview.choices(offered), today, routine_ids=routine_ids)


async def _store(
    deps: Dependencies, caller: Caller, channel: Channel, carry: dict[str, Any], schedule: Schedule
) -> int:
    member, is_admin, now = await deps.member(caller), await deps.is_admin(caller), deps.clock()
    if carry.get("schedule") is None:
        await overview.check_may_adopt(deps, caller, channel)
        return await schedules.add_schedule(
            deps.open_unit_of_work, deps.catalogue, channel, schedule, keeper=member, is_admin=is_admin, now=now
        )
    schedule_id: int = carry["schedule"]
    await schedules.change_schedule(
        deps.open_unit_of_work,
        deps.catalogue,
        schedule_id,
        schedule,
        expected_version=carry.get("version"),
        member=member,
        is_admin=is_admin,
        now=now,
    )
    return schedule_id


async def _find_if_stored(
    deps: Dependencies, caller: Caller, carry: dict[str, Any]
) -> tuple[Channel, ScheduleRecord | None]:
    if carry.get("schedule") is not None:
        return await _find(deps, caller, carry)
    return await deps.place(caller, carry["channel"]), None


async def _find(deps: Dependencies, caller: Caller, carry: dict[str, Any]) -> tuple[Channel, ScheduleRecord]:
    channel = await deps.channel(caller, carry.get("channel", ""))
    for record in await schedules.list_for_channel(deps.open_unit_of_work, channel):
        if record.id == carry["schedule"]:
            return channel, record
    raise ScheduleGone
