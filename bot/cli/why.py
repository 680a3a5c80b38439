"""`limber why`: why a channel had a break at a time, or had none, from the stored rows."""

import asyncio
from typing import Annotated

import typer

from bot.cli.console import say
from bot.cli.reading import read_moment, read_team
from bot.cli.reasons import explanation
from bot.cli.store import opened
from bot.clock import utc_now
from bot.domain.errors import InvalidInput
from bot.domain.workspaces import Channel
from bot.services import why as service
from bot.settings import load_settings
from bot.store.unit_of_work import OpenUnitOfWork


def why(
    channel: Annotated[str, typer.Argument(help="The channel's id, such as C0123ABCD, or its name.")],
    time: Annotated[list[str], typer.Argument(help="Such as 10:25, yesterday 10:25, Friday 10:25, 2026-11-20 10:25.")],
    *,
    team: Annotated[str | None, typer.Option(help="The workspace's id (T…), if there are several.")] = None,
) -> None:
    """Say why a channel had a break at a time, or had none; the time is the channel's own."""
    team_id = None if team is None else read_team(team)
    say(asyncio.run(_why(load_settings().database_url, channel, team_id, " ".join(time))))


async def _why(url: str, name: str, team_id: str | None, text: str) -> str:
    now = utc_now()
    async with opened(url, read_only=True) as units:
        channel = await _find(units, name, team_id)
        moment = read_moment(text, channel.zone, now)
        explained = await service.explain_break(units, channel, moment.instant, now)
    return explanation(channel, moment, explained, now)


async def _find(units: OpenUnitOfWork, name: str, team_id: str | None) -> Channel:
    found = await service.find_channels(units, name.strip().removeprefix("#"), team_id)
    if not found:
        hint = "`limber schedules list` shows every channel with breaks; a private one may be known by its id alone."
        raise InvalidInput("channel", f"I know no channel '{name[:40]}'. {hint}")
    if len(found) > 1:
        several = ", ".join(f"{each.slack_id} in {team}" for team, each in found)
        raise InvalidInput("channel", f"There are several: {several}. Say which by its id, and with --team T0123ABCD.")
    return found[0][1]
