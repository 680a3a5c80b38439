"""`limber schedules`: when channels get their breaks."""

import asyncio
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from bot.cli.console import say, show
from bot.cli.reading import read_area, read_channel, read_team, read_weekdays
from bot.cli.store import opened
from bot.clock import utc_now
from bot.domain.errors import InvalidInput
from bot.domain.schedules import Schedule, next_occurrence
from bot.domain.times import parse_times, parse_zone, times_in_words, weekdays_in_words
from bot.domain.workspaces import ScheduleRecord
from bot.services import schedules, workspaces
from bot.settings import Settings, load_settings
from bot.store.lock import hold
from bot.store.unit_of_work import OpenUnitOfWork
from routines.catalogue import CONTENT, Catalogue, load_catalogue
from routines.model import Area

app = typer.Typer(help="When channels get their breaks.", no_args_is_help=True, rich_markup_mode=None)

_ID = typer.Argument(help="The schedule's number, as in `limber schedules list`.")


@app.command()
def add(
    *,
    channel: Annotated[str, typer.Option(help="The channel's id, such as C0123ABCD.")],
    zone: Annotated[str | None, typer.Option(help="Time zone, such as Europe/Berlin.")] = None,
    days: Annotated[str, typer.Option(help="Such as mon-fri, or mon,wed,fri.")] = "mon-fri",
    times: Annotated[str, typer.Option(help="Local times.")] = "10:25,14:55",
    area: Annotated[str, typer.Option(help="What to stretch.")] = "lowback",
    team: Annotated[str | None, typer.Option(help="The workspace's id (T…), if there are several.")] = None,
) -> None:
    """Give a channel breaks at times of its own."""
    settings = load_settings()
    wanted = Schedule(
        weekdays=read_weekdays(days),
        times=parse_times(times),
        zone="" if zone is None else parse_zone(zone),
        area=read_area(area, _catalogue(settings)),
    )
    where = (None if team is None else read_team(team), read_channel(channel))
    with hold(settings.database_url):
        say(asyncio.run(_add(settings.database_url, wanted, *where)))


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
    for team_id, record in found:
        table.add_row(str(record.id), team_id, *_cells(record))
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
        asyncio.run(_pause(url, schedule_id, paused=paused))
    say(f"Schedule {schedule_id} is paused." if paused else f"Schedule {schedule_id} goes on.")


async def _add(url: str, schedule: Schedule, team_id: str | None, slack_id: str) -> str:
    now = utc_now()
    async with opened(url) as units:
        team_id = team_id or await _only_team(units)
        zone = schedule.zone or await _zone_of(units, team_id, slack_id)
        schedule = Schedule(schedule.weekdays, schedule.times, zone, schedule.area)
        channel = await schedules.ensure_channel(units, team_id, slack_id)
        schedule_id = await schedules.add_schedule(
            units, _catalogue(load_settings()), channel, schedule, keeper=None, now=now
        )
    first = next_occurrence(schedule, now)
    due = f" First at {_local(first.due_at, zone)}." if first else ""
    return f"Schedule {schedule_id}: {_when(schedule)}, {zone}, in {slack_id}.{due} Limber has to be in the channel."


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


async def _list(url: str) -> list[tuple[str, ScheduleRecord]]:
    async with opened(url, read_only=True) as units:
        return await schedules.list_schedules(units)


async def _pause(url: str, schedule_id: int, *, paused: bool) -> None:
    async with opened(url) as units:
        await schedules.pause_schedule(units, _catalogue(load_settings()), schedule_id, paused=paused, now=utc_now())


async def _remove(url: str, schedule_id: int) -> None:
    async with opened(url) as units:
        await schedules.remove_schedule(units, _catalogue(load_settings()), schedule_id, now=utc_now())


def _cells(record: ScheduleRecord) -> tuple[str, ...]:
    channel, schedule = record.channel, record.schedule
    name = f"#{channel.name}" if channel.name else channel.slack_id
    return name, _when(schedule), _area_title(schedule.area), schedule.zone, _next(record)


def _next(record: ScheduleRecord) -> str:
    if record.channel.stopped_because:
        return f"stopped: {record.channel.stopped_because}"
    if record.next_due_at is None:
        return "paused"
    return _local(record.next_due_at, record.schedule.zone)


def _when(schedule: Schedule) -> str:
    return f"{weekdays_in_words(schedule.weekdays)} at {times_in_words(schedule.times)}"


def _local(instant: datetime, zone: str) -> str:
    wall = instant.astimezone(ZoneInfo(zone))
    return f"{wall:%a} {wall.day} {wall:%b %H:%M}"


def _area_title(area: str) -> str:
    return Area(area).title if area in list(Area) else area


def _catalogue(settings: Settings) -> Catalogue:
    folder = settings.routines_folder
    return load_catalogue([CONTENT] if folder is None else [CONTENT, folder])
