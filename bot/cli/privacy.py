"""`limber export` and `limber forget`: what is held about a person, what a channel did, and forgetting somebody."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.console import say
from bot.cli.reading import read_channel, read_team
from bot.cli.store import opened
from bot.domain.errors import InvalidInput
from bot.domain.workspaces import Member
from bot.services import privacy
from bot.services import why as channels
from bot.services.privacy import Document
from bot.settings import load_settings
from bot.store.lock import hold
from bot.store.unit_of_work import OpenUnitOfWork

app = typer.Typer(help="Hand out what is held.", no_args_is_help=True, rich_markup_mode=None)

_Person = Annotated[str, typer.Argument(help="The person's Slack id, such as U0123ABCD.")]
_Team = Annotated[str | None, typer.Option(help="The workspace's id (T…), if there are several.")]
_Out = Annotated[Path | None, typer.Option(help="Write to this file instead of the terminal.")]


@app.command()
def person(person: _Person, *, team: _Team = None, out: _Out = None) -> None:
    """Write down everything that is held about one person, for them."""
    _write(asyncio.run(_export_person(load_settings().database_url, person, team)), out)


async def _export_person(url: str, slack_id: str, team: str | None) -> Document:
    async with opened(url, read_only=True) as (units, clock):
        return await privacy.write_down(units, await _find(units, slack_id, team), clock())


@app.command()
def channel(
    channel: Annotated[str, typer.Argument(help="The channel's Slack id, such as C0123ABCD.")],
    *,
    team: _Team = None,
    out: _Out = None,
) -> None:
    """Write down what a channel did each week, and the best of those who asked to be named; never who did what."""
    _write(asyncio.run(_export_channel(load_settings().database_url, read_channel(channel), team)), out)


async def _export_channel(url: str, slack_id: str, team: str | None) -> Document:
    async with opened(url, read_only=True) as (units, clock):
        found = await channels.find_channels(units, slack_id, read_team(team) if team else None)
        if len(found) != 1:
            raise InvalidInput("channel", _several("channel", slack_id, [team_id for team_id, _ in found]))
        return await privacy.write_totals(units, found[0][1], clock())


def _write(document: Document, out: Path | None) -> None:
    if out is None:
        say(document.text.rstrip())
    else:
        out.write_text(document.text, encoding="utf-8")
        say(f"Written to {out}.")


def forget(
    person: _Person,
    *,
    team: _Team = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Forget somebody for good; sums stay, without them. On SQLite, not beside a running bot."""
    url = load_settings().database_url
    with hold(url):
        asyncio.run(_forget(url, person, team, yes=yes))


async def _forget(url: str, slack_id: str, team: str | None, *, yes: bool) -> None:
    async with opened(url) as (units, clock):
        member = await _find(units, slack_id, team)
        if not yes:
            typer.confirm(f"Forget {member.slack_id} for good?", abort=True)
        await privacy.forget(units, member, clock())
    say(f"{slack_id} is forgotten. Their name comes off the newest boards once the bot runs.")


async def _find(units: OpenUnitOfWork, slack_id: str, team: str | None) -> Member:
    found = await privacy.find_people(units, slack_id.strip(), read_team(team) if team else None)
    if len(found) != 1:
        raise InvalidInput("person", _several("person", slack_id, [team_id for team_id, _ in found]))
    return found[0][1]


def _several(what: str, slack_id: str, teams: list[str]) -> str:
    if not teams:
        return f"I hold nothing about a {what} '{slack_id[:40]}'. Slack shows the id in its profile or details."
    return f"There are several in {', '.join(teams)}. Say which with --team T0123ABCD."
