"""Handing a person everything that is held about them, and forgetting them so that totals stay."""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.breaks import closes_at
from bot.domain.instants import local_date_of
from bot.domain.streaks import week_start
from bot.domain.workspaces import Channel, Member
from bot.services.boards import hide_name, show_all_time, weekly_totals
from bot.services.breaks import refresh_live_line
from bot.services.greetings import introduce
from bot.services.members import Caller
from bot.services.runs import leave_all
from bot.store.privacy import Held
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork

_STAYS_OPEN = timedelta(days=4)
"""Longer than a break is open anywhere."""

_BITS = 62

_CALLED = {
    "members": "you",
    "participations": "breaks and runs you did",
    "consents": "your name on boards",
    "aways": "days away",
    "doses": "your doses",
    "streaks": "streaks worked out",
    "streak_bases": "streaks of dates no longer kept",
    "run_members": "runs you were in",
    "runs": "runs you started",
    "early_reactions": "reactions that wait for their message",
    "outbox": "reminders, and messages of your own breaks",
    "channels": "channels you look after",
    "keepers": "channels you look after with others",
    "pauses": "pauses you asked for",
    "schedules": "schedules of your own",
    "breaks": "breaks of your own",
    "own_routines": "routines you added",
}
_ABOUT = (
    "Everything Limber holds about you in this workspace, row by row as it is stored. Instants are UTC, dates are"
    " local. Messages that are in Slack are not in here: they are Slack's. `/stretch forget me` erases it."
)


@dataclass(frozen=True, slots=True)
class Document:
    """A file for one person: its name and its text."""

    name: str
    text: str


async def find_member(open_unit_of_work: OpenUnitOfWork, caller: Caller) -> Member | None:
    """Find a person without getting to know them: who is not held about stays so."""
    async with open_unit_of_work() as uow:
        return await uow.members.find_in_team(caller.team_id, caller.slack_id)


async def find_people(
    open_unit_of_work: OpenUnitOfWork, slack_id: str, team_id: str | None = None
) -> list[tuple[str, Member]]:
    """Find people by their Slack id, each with their workspace's."""
    async with open_unit_of_work() as uow:
        return await uow.privacy.find_people(slack_id, team_id)


async def write_totals(open_unit_of_work: OpenUnitOfWork, channel: Channel, now: datetime) -> Document:
    """Write down what a channel did together, week by week, and the best of those who asked to be named there."""
    best = await show_all_time(open_unit_of_work, channel, now)
    async with open_unit_of_work() as uow:
        today = local_date_of(now, *channel.place)
        weeks = await weekly_totals(uow, channel, until=today)
    told = {
        "channel": f"{channel.slack_id} {channel.name}".strip(),
        "written at": now,
        "breaks done by week": {str(week): done for week, done in sorted(weeks.items())},
        "best of those who asked to be named": [
            {"rank": rank, "name": each.name, "best": each.best, "days": each.days} for rank, each in best.rows
        ],
    }
    return _document(f"limber-{channel.slack_id}-{now:%Y-%m-%d}.json", told)


async def write_down(open_unit_of_work: OpenUnitOfWork, member: Member, now: datetime) -> Document:
    """Write down everything that is held about a person, as JSON that people can read."""
    async with open_unit_of_work() as uow:
        held = await uow.privacy.held(member.id)
    told = {"about": _ABOUT, "written at": now, **_told(held)}
    return _document(f"limber-{now:%Y-%m-%d}.json", told)


def _document(name: str, told: dict[str, Any]) -> Document:
    return Document(name, json.dumps(told, indent=2, ensure_ascii=False, default=str) + "\n")


def _told(held: Held) -> dict[str, Any]:
    because: dict[int, list[Any]] = {}
    for row in held.rows["supports"]:
        because.setdefault(row["participation_id"], []).append(
            {"what": row["kind"], "on": row["is_on"], "at": row["event_at"]}
        )
    told = {}
    for table, rows in held.rows.items():
        written = [_written(held, row, because if table == "participations" else {}) for row in rows]
        if written and table != "supports":
            told[_CALLED.get(table, table)] = written
    return told


def _written(held: Held, row: dict[str, Any], because: dict[int, list[Any]]) -> dict[str, Any]:
    """Write a row with what its numbers stand for."""
    written = {name: value for name, value in row.items() if value is not None and name != "member_id"}
    if "channel_id" in written:
        written["channel"] = held.channels.get(written.pop("channel_id"))
    if "break_id" in written:
        written["break"] = held.breaks.get(written.pop("break_id"))
    if row.get("id") in because:
        written["because of"] = because[row["id"]]
    return written


async def forget(open_unit_of_work: OpenUnitOfWork, member: Member, now: datetime) -> None:
    """Forget a person, for good: what is open is taken back, what is older stays as nobody's, the rest is erased."""
    async with open_unit_of_work() as uow:
        await uow.members.lock(member.id)
        for channel_id in await uow.privacy.named_in(member.id):
            await hide_name(uow, await uow.workspaces.get_channel(channel_id), member, now)
        await uow.privacy.unname(member.id)
        await leave_all(uow, member.id, now)
        for channel_id in await uow.workspaces.own_channels(member.id):
            await uow.privacy.erase_channel(channel_id)
        await _take_back(uow, member, now)
        await _leave_behind(uow, member)
        kept = await uow.keepers.kept_by(member.id)
        await uow.privacy.erase(member.id, member.name)
        for channel_id in kept:  # what introduces their breaks names them
            await introduce(uow, await uow.workspaces.get_channel(channel_id), now, posts=False)
        await uow.commit()


async def _take_back(uow: UnitOfWork, member: Member, now: datetime) -> None:
    """Delete what can still be withdrawn: participations in open breaks, and of the person's own date."""
    today = local_date_of(now, member.zone)
    for participation_id, break_id, day in await uow.privacy.participations_since(member.id, today - _STAYS_OPEN):
        found = await uow.breaks.take(break_id) if break_id is not None else None
        if found is None:
            is_open = day >= today
        else:
            break_, channel = found
            zones = {"channel_zone": channel.zone, "person_zone": member.zone}
            is_open = now < closes_at(break_, day_starts_at=channel.day_starts_at, **zones)
        if is_open:
            await uow.privacy.drop_participation(participation_id)
            if found is not None:
                await refresh_live_line(uow, *found, now, grew=False)


async def _leave_behind(uow: UnitOfWork, member: Member) -> None:
    """Cut the key to what is over: within a week and a channel it can still be counted as one person's, not beyond."""
    weeks: set[tuple[int, date]] = {
        (channel_id, week_start(day)) for channel_id, day in await uow.privacy.weeks_done(member.id)
    }
    await uow.privacy.drop_supports(member.id)
    for channel_id, week in sorted(weeks):
        await uow.privacy.leave_behind(member.id, channel_id, week, secrets.randbits(_BITS))
