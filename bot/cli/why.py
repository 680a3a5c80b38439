"""`limber why`: why a channel had a break at a time, or what a date counted for a person, from the stored rows."""

import asyncio
import re
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.console import say
from bot.cli.days import day_in_words
from bot.cli.reading import read_day, read_moment, read_team
from bot.cli.reasons import explanation
from bot.cli.store import opened
from bot.domain.errors import InvalidInput
from bot.domain.workspaces import Channel, Member
from bot.services import why as service
from bot.settings import load_settings
from bot.store.unit_of_work import OpenUnitOfWork


def why(
    who: Annotated[str, typer.Argument(help="A channel's id or name; or a person's id, such as U0123ABCD, or @name.")],
    when: Annotated[
        list[str],
        typer.Argument(help="For a channel: 10:25, Friday 10:25, 2026-11-20 10:25. For a person: Friday, 2026-11-20."),
    ],
    *,
    team: Annotated[str | None, typer.Option(help="The workspace's id (T…), if there are several.")] = None,
) -> None:
    """Say why a channel had a break at a time, or had none; or what a date counted for a person, and why."""
    team_id = None if team is None else read_team(team)
    ask = _why_person if re.fullmatch(r"@.+|[UW][A-Z0-9]{1,30}", who.strip()) else _why
    say(asyncio.run(ask(load_settings().database_url, who.strip(), team_id, " ".join(when))))


async def _why(url: str, name: str, team_id: str | None, text: str) -> str:
    async with opened(url, read_only=True) as (units, clock):
        now = clock()
        channel = await _find(units, name, team_id)
        moment = read_moment(text, channel.zone, now)
        explained = await service.explain_break(units, channel, moment.instant, now)
    return explanation(channel, moment, explained, now)


async def _why_person(url: str, name: str, team_id: str | None, text: str) -> str:
    async with opened(url, read_only=True) as (units, clock):
        now = clock()
        member = await _find_person(units, name, team_id)
        day = read_day(text, now.astimezone(ZoneInfo(member.zone)).date(), "date")
        found = await service.explain_day(units, member, day, now)
    if not found:
        return f"{member.slack_id} takes part in no channel."
    return day_in_words(member, day, found, now)


async def _find_person(units: OpenUnitOfWork, name: str, team_id: str | None) -> Member:
    found = await service.find_people(units, name.removeprefix("@"), team_id)
    if not found:
        hint = "Their id stands in their Slack profile, under Copy member ID."
        raise InvalidInput("person", f"I know no person '{name[:40]}'. {hint}")
    if len(found) > 1:
        several = ", ".join(f"{each.slack_id} in {team}" for team, each in found)
        raise InvalidInput("person", f"There are several: {several}. Say which by their id, and with --team T0123ABCD.")
    return found[0][1]


async def _find(units: OpenUnitOfWork, name: str, team_id: str | None) -> Channel:
    found = await service.find_channels(units, name.strip().removeprefix("#"), team_id)
    if not found:
        hint = "`limber schedules list` shows every channel with breaks; a private one may be known by its id alone."
        raise InvalidInput("channel", f"I know no channel '{name[:40]}'. {hint}")
    if len(found) > 1:
        several = ", ".join(f"{each.slack_id} in {team}" for team, each in found)
        raise InvalidInput("channel", f"There are several: {several}. Say which by its id, and with --team T0123ABCD.")
    return found[0][1]
