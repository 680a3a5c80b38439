"""`limber deliveries`: what was posted, when, how late, and why not."""

import asyncio
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from rich.text import Text

from bot.cli.console import say, show
from bot.cli.reading import read_channel
from bot.cli.store import opened
from bot.clock import utc_now
from bot.domain.outbox import Kind, Record, State
from bot.settings import load_settings

_COLOURS = {
    State.SENT: "green",
    State.MISSED: "yellow",
    State.UNCERTAIN: "yellow",
    State.DEAD: "bold red",
    State.DROPPED: "dim",
}
_MINUTE = 60


def deliveries(
    *,
    channel: Annotated[str | None, typer.Option(help="Only this channel's, such as C0123ABCD.")] = None,
    state: Annotated[list[State] | None, typer.Option(help="Only in this state; more than once for several.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind; more than once for several.")] = None,
    days: Annotated[float, typer.Option(min=0, help="How far to look back.")] = 7,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 50,
) -> None:
    """Show what was posted, when, how late, and why not."""
    slack_id = None if channel is None else read_channel(channel)
    wanted = {
        "channel_slack_id": slack_id,
        "states": state or [],
        "kinds": kind or [],
        "since": utc_now() - timedelta(days=days),
    }
    found = asyncio.run(_list(load_settings().database_url, limit=limit, **wanted))
    if not found:
        say("Nothing was due. Look further back with --days, or see what comes: limber schedules list")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("Due", "Channel", "What", "State", "Late", "Tries", "Why"):
        table.add_column(name, no_wrap=name in ("Due", "State", "Late"), overflow="fold")
    for record in found:
        table.add_row(*_cells(record))
    show(table)


async def _list(url: str, **wanted: Any) -> list[Record]:
    async with opened(url, read_only=True) as open_unit_of_work, open_unit_of_work() as uow:
        return await uow.outbox.list_records(**wanted)


def _cells(record: Record) -> list[Text]:
    wall = record.due_at.astimezone(ZoneInfo(record.zone))
    name = f"#{record.channel_name}" if record.channel_name else record.channel_slack_id
    return [
        Text(f"{wall:%Y-%m-%d %H:%M:%S}"),
        Text(name),
        Text(record.key),
        Text(record.state, _COLOURS.get(record.state, "")),
        Text(_late(record)),
        Text(str(record.attempts)),
        Text(record.error or ""),
    ]


def _late(record: Record) -> str:
    return "" if record.late is None else late_in_words(record.late)


def late_in_words(late: timedelta) -> str:
    """Say how late something was: "1.5 s", "12 min"."""
    seconds = max(late.total_seconds(), 0)
    return f"{seconds:.1f} s" if seconds < _MINUTE else f"{seconds / _MINUTE:.0f} min"
