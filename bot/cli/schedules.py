"""`limber schedules`: when channels get their breaks."""

import asyncio
from dataclasses import replace
from datetime import datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from bot.cli.console import say, show
from bot.cli.reading import read_changes, read_channel, read_team
from bot.cli.store import opened
from bot.clock import utc_now
from bot.domain.errors import InvalidInput
from bot.domain.greetings import usual
from bot.domain.holidays import is_known
from bot.domain.instants import local_date_of
from bot.domain.pauses import Pause, pause_in_words
from bot.domain.schedules import Occurrence, Schedule, Serves, lies_around_midnight, next_occurrence
from bot.domain.times import MANY_TIMES, times_in_words, weekdays_in_words
from bot.domain.workspaces import ScheduleRecord
from bot.services import schedules, workspaces
from bot.services.own_routines import offered_at, offered_to
from bot.settings import load_settings
from bot.store.lock import hold
from bot.store.unit_of_work import OpenUnitOfWork
from routines.catalogue import Catalogue, catalogue_with
from routines.model import Area

app = typer.Typer(help="When channels get their breaks.", no_args_is_help=True, rich_markup_mode=None)

_ID = typer.Argument(help="The schedule's number, as in `limber schedules list`.")


_Zone = Annotated[str | None, typer.Option("--zone", help="Time zone, such as Europe/Berlin.")]
_Days = Annotated[str | None, typer.Option("--days", help="Such as mon-fri, or mon,wed,fri.")]
_Times = Annotated[str | None, typer.Option("--times", help="Local times, such as 10:25,14:55.")]
_Areas = Annotated[str | None, typer.Option("--areas", "--area", help="What to stretch: one area, or several.")]
_Serve = Annotated[str | None, typer.Option("--serve", help="How several areas take turns: rotation, mix.")]
_Routine = Annotated[bool | None, typer.Option("--routine/--exercise", help="A whole routine, or one exercise.")]
_Holidays = Annotated[str | None, typer.Option("--holidays", help="None on those of DE, or DE-BY; none for all days.")]
_DaysOff = Annotated[str | None, typer.Option("--days-off", help="Such as '24 Dec to 2 Jan, 1 May', or none.")]
_LeaveOut = Annotated[str | None, typer.Option("--leave-out", help="Exercises that never come, or none.")]
_Only = Annotated[str | None, typer.Option("--only", help="One routine alone, such as lowback, or none.")]
_From = Annotated[str | None, typer.Option("--from", help="The first day, such as '2 Mar', or none.")]
_To = Annotated[str | None, typer.Option("--to", help="The last day, such as 2026-12-18, or none.")]
_DayStarts = Annotated[str | None, typer.Option("--day-starts", help="When the channel's day begins, such as 04:00.")]


@app.command()
def add(
    *,
    channel: Annotated[str, typer.Option(help="The channel's id, such as C0123ABCD, or D… for somebody's own breaks.")],
    zone: _Zone = None,
    days: _Days = None,
    times: _Times = None,
    areas: _Areas = None,
    serve: _Serve = None,
    routine: _Routine = None,
    holidays: _Holidays = None,
    days_off: _DaysOff = None,
    leave_out: _LeaveOut = None,
    only: _Only = None,
    from_: _From = None,
    to: _To = None,
    day_starts: _DayStarts = None,
    team: Annotated[str | None, typer.Option(help="The workspace's id (T…), if there are several.")] = None,
) -> None:
    """Give a channel breaks at times of its own; weekdays at 10:25 and 14:55, lower back, unless said otherwise."""
    settings = load_settings()
    options = _options(
        *(zone, days, times, areas, serve, routine, holidays, days_off, leave_out, only, from_, to, day_starts)
    )
    catalogue = catalogue_with(settings.routines_folder)
    read_changes(usual(""), catalogue, utc_now().date(), options | {"only": None})  # refused before it is opened
    where = (None if team is None else read_team(team), read_channel(channel))
    with hold(settings.database_url):
        say(asyncio.run(_add(settings.database_url, catalogue, *where, options=options)))


@app.command()
def edit(
    schedule: Annotated[int, _ID],
    *,
    zone: _Zone = None,
    days: _Days = None,
    times: _Times = None,
    areas: _Areas = None,
    serve: _Serve = None,
    routine: _Routine = None,
    holidays: _Holidays = None,
    days_off: _DaysOff = None,
    leave_out: _LeaveOut = None,
    only: _Only = None,
    from_: _From = None,
    to: _To = None,
    day_starts: _DayStarts = None,
) -> None:
    """Change a schedule from now on; what is not said stays."""
    settings = load_settings()
    options = _options(
        *(zone, days, times, areas, serve, routine, holidays, days_off, leave_out, only, from_, to, day_starts)
    )
    with hold(settings.database_url):
        say(asyncio.run(_edit(settings.database_url, catalogue_with(settings.routines_folder), schedule, options)))


def _options(*typed: str | bool | None) -> dict[str, str | bool | None]:
    names = (
        *("zone", "days", "times", "areas", "serve", "routine", "holidays", "days_off", "leave_out", "only"),
        *("from", "to", "day_starts"),
    )
    return dict(zip(names, typed, strict=True))


@app.command(name="next")
def show_next(
    schedule: Annotated[int, _ID], *, count: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 5
) -> None:
    """Show when a schedule is due next, in the channel's zone."""
    record, coming = asyncio.run(_next_of(load_settings().database_url, schedule, count))
    say("\n".join(_local(each.due_at, record.schedule.zone) for each in coming) or "Nothing: it is paused or over.")


@app.command(name="list")
def list_all() -> None:
    """Show every schedule and when it is due next."""
    found = asyncio.run(_list(load_settings().database_url))
    if not found:
        say("There are no schedules yet. Add one: limber schedules add --channel C0123ABCD --zone Europe/Berlin")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("No.", "Workspace", "Channel", "When", "Area", "Zone", "Next"):
        table.add_column(name, no_wrap=name in ("Workspace", "Zone", "Next"), overflow="fold")
    for row in found:
        table.add_row(*row)
    show(table)


@app.command()
def pause(schedule: Annotated[int, _ID]) -> None:
    """Stop a schedule until it is resumed."""
    _change(schedule, paused=True)


@app.command()
def resume(schedule: Annotated[int, _ID]) -> None:
    """Let a paused schedule go on."""
    _change(schedule, paused=False)


@app.command()
def remove(
    schedule: Annotated[int, _ID], *, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Delete a schedule; breaks that took place stay."""
    url = load_settings().database_url
    with hold(url):
        if not yes:
            typer.confirm(f"Delete schedule {schedule}?", abort=True)
        asyncio.run(_remove(url, schedule))
    say(f"Schedule {schedule} is deleted.")


def _change(schedule_id: int, *, paused: bool) -> None:
    url = load_settings().database_url
    with hold(url):
        say(asyncio.run(_pause(url, schedule_id, paused=paused)))


async def _add(
    url: str,
    catalogue: Catalogue,
    team_id: str | None,
    slack_id: str,
    *,
    options: dict[str, str | bool | None],
) -> str:
    async with opened(url) as (units, clock):
        now = clock()
        team_id = team_id or await _only_team(units)
        offered = await offered_to(units, catalogue, team_id)
        schedule = read_changes(usual(""), offered, now.date(), options)
        schedule = replace(schedule, zone=schedule.zone or await _zone_of(units, team_id, slack_id))
        channel = await schedules.ensure_channel(units, team_id, slack_id)
        if options["day_starts"] is None:
            schedule = replace(schedule, day_starts_at=channel.day_starts_at)
        schedule_id = await schedules.add_schedule(units, catalogue, channel, schedule, keeper=None, now=now)
        about = await _about(units, schedule_id, now)
    has_to = "" if channel.is_direct else " Limber has to be in the channel."
    return f"Schedule {schedule_id}: {about} In {slack_id}.{has_to}{_warning(schedule)}"


async def _edit(url: str, catalogue: Catalogue, schedule_id: int, options: dict[str, str | bool | None]) -> str:
    async with opened(url) as (units, clock):
        now = clock()
        record, _ = await schedules.preview(units, schedule_id, 1, now)
        today = local_date_of(now, record.schedule.zone)
        offered = await offered_at(units, catalogue, record.channel)
        changed = read_changes(record.schedule, offered, today, options)
        await schedules.change_schedule(
            units, catalogue, schedule_id, changed, expected_version=record.version, now=now
        )
        about = await _about(units, schedule_id, now)
    return f"Schedule {schedule_id}: {about}{_warning(changed)}"


async def _about(units: OpenUnitOfWork, schedule_id: int, now: datetime) -> str:
    record, held_by = await schedules.look_ahead(units, schedule_id, now)
    schedule = record.schedule
    return f"{_when(schedule)}, {_areas(schedule)}, {schedule.zone}. {_due(record, held_by, now)}"


def _due(record: ScheduleRecord, held_by: Pause | None, now: datetime) -> str:
    """Say when a schedule is due next as it is stored, or what holds it."""
    channel = record.channel
    if record.next_due_at is not None:
        return f"Next at {_local(record.next_due_at, record.schedule.zone)}."
    if channel.stopped_because is not None:
        return f"Nothing is due: the channel is stopped ({channel.stopped_because})."
    if record.schedule.paused or held_by is None:
        return "Nothing is due."
    when = pause_in_words(held_by, local_date_of(now, *channel.place), channel.place)
    return f"Nothing is due: the channel is paused {when}. `/stretch resume` there lets it go on."


def _warning(schedule: Schedule) -> str:
    lines = []
    if len(schedule.times) > MANY_TIMES:
        lines.append(f"{len(schedule.times)} a day is a lot; people like 1 or 2 best.")
    if lies_around_midnight(schedule.times) and schedule.day_starts_at == time(0):
        lines.append("These times lie on both sides of midnight: --day-starts 06:00 makes them one day.")
    return "".join(f"\n{line}" for line in lines)


async def _next_of(url: str, schedule_id: int, count: int) -> tuple[ScheduleRecord, list[Occurrence]]:
    async with opened(url, read_only=True) as (units, clock):
        return await schedules.preview(units, schedule_id, count, clock())


async def _only_team(units: OpenUnitOfWork) -> str:
    teams = await workspaces.list_team_ids(units)
    if not teams:
        raise InvalidInput("team", "I know no workspace yet. Say which with --team T0123ABCD, or run the bot once.")
    if len(teams) > 1:
        raise InvalidInput("team", f"There are several workspaces; say which with --team: {', '.join(teams)}.")
    return teams[0]


async def _zone_of(units: OpenUnitOfWork, team_id: str, slack_id: str) -> str:
    channel = await workspaces.find_channel(units, team_id, slack_id)
    if channel is None or not await schedules.list_for_channel(units, channel):
        raise InvalidInput("zone", "Say where the channel's people are, as in: --zone Europe/Berlin")
    return channel.zone


async def _list(url: str) -> list[tuple[str, ...]]:
    async with opened(url, read_only=True) as (units, clock):
        found = await schedules.list_schedules(units)
        return [(str(record.id), team_id, *_cells(record, clock())) for team_id, record in found]


async def _pause(url: str, schedule_id: int, *, paused: bool) -> str:
    async with opened(url) as (units, clock):
        now = clock()
        await schedules.pause_schedule(
            units, catalogue_with(load_settings().routines_folder), schedule_id, paused=paused, now=now
        )
        record, held_by = await schedules.look_ahead(units, schedule_id, now)
    if paused:
        return f"Schedule {schedule_id} is paused."
    if record.next_due_at is not None:
        return f"Schedule {schedule_id} goes on."
    return f"Schedule {schedule_id} is no longer paused by itself. {_due(record, held_by, now)}"


async def _remove(url: str, schedule_id: int) -> None:
    async with opened(url) as (units, clock):
        await schedules.remove_schedule(
            units, catalogue_with(load_settings().routines_folder), schedule_id, now=clock()
        )


def _cells(record: ScheduleRecord, now: datetime) -> tuple[str, ...]:
    channel, schedule = record.channel, record.schedule
    name = f"#{channel.name}" if channel.name else channel.slack_id
    return name, _when(schedule), _areas(schedule), schedule.zone, _next(record, now)


def _next(record: ScheduleRecord, now: datetime) -> str:
    if record.channel.stopped_because:
        return f"stopped: {record.channel.stopped_because}"
    if record.next_due_at is None:
        return "paused" if record.schedule.paused or next_occurrence(record.schedule, now) else "ended"
    return _local(record.next_due_at, record.schedule.zone)


def _when(schedule: Schedule) -> str:
    words = [f"{weekdays_in_words(schedule.weekdays)} at {times_in_words(schedule.times)}"]
    if schedule.holidays:
        unknown = "" if is_known(schedule.holidays) else ", which are not known"
        words.append(f"not on holidays ({schedule.holidays}{unknown})")
    words.extend(f"off {off.first} to {off.last}" for off in schedule.days_off)
    if schedule.starts_on:
        words.append(f"from {schedule.starts_on}")
    if schedule.ends_on:
        words.append(f"to {schedule.ends_on}")
    return ", ".join(words)


def _areas(schedule: Schedule) -> str:
    how = [] if schedule.serves is Serves.FIXED else [str(schedule.serves)]
    if schedule.whole_routine:
        how.append("routine")
    if schedule.routine_id:
        how.append(f"only {schedule.routine_id}")
    if schedule.left_out:
        how.append(f"without {', '.join(sorted(schedule.left_out))}")
    names = ", ".join(_area_title(area) for area in schedule.areas)
    return f"{names} ({', '.join(how)})" if how else names


def _local(instant: datetime, zone: str) -> str:
    wall = instant.astimezone(ZoneInfo(zone))
    return f"{wall:%a} {wall.day} {wall:%b %H:%M}"


def _area_title(area: str) -> str:
    return Area(area).title if area in list(Area) else area
