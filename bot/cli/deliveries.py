"""`limber deliveries`: what was posted, when, how late, and why not."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from rich.text import Text

from bot.cli.console import say, show
from bot.cli.reading import read_channel, read_day
from bot.cli.store import opened
from bot.domain.instants import end_of_date, local_date_of, start_of_date
from bot.domain.outbox import EDITS, Kind, Record, State
from bot.settings import load_settings

_COLOURS = {
    State.SENT: "green",
    State.MISSED: "yellow",
    State.UNCERTAIN: "yellow",
    State.DEAD: "bold red",
    State.DROPPED: "dim",
}
_MINUTE = 60
_WIDEST_CHANNEL = 22


_USUAL_DAYS = 7


def deliveries(
    *,
    channel: Annotated[str | None, typer.Option(help="Only this channel's, such as C0123ABCD.")] = None,
    state: Annotated[list[State] | None, typer.Option(help="Only in this state; more than once for several.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind; more than once for several.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Only what is not settled yet, however old.")] = False,
    since: Annotated[str | None, typer.Option(help="The first day, such as yesterday, or 2026-11-20.")] = None,
    until: Annotated[
        str | None, typer.Option(help="The last day; days are the channel's with --channel, or UTC.")
    ] = None,
    days: Annotated[float | None, typer.Option(min=0, help="How far to look back; 7 unless said otherwise.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 50,
) -> None:
    """Show what was posted, when, how late, and why not."""
    wanted = {
        "channel_slack_id": None if channel is None else read_channel(channel),
        "states": state or [],
        "kinds": kind or [],
        "only_open": open_,
    }
    if days is None and since is None and until is None and not open_:
        days = _USUAL_DAYS
    found = asyncio.run(_list(load_settings().database_url, since, until, days, limit=limit, **wanted))
    if not found:
        nothing = "Nothing was due. Look further back with --days, or see what comes: limber schedules list"
        say("Everything is settled." if open_ else nothing)
        return
    show(_table(found))
    say(_totals(found))
    if len(found) == limit:
        say(f"These are the newest {limit}; --limit shows more.")


async def _list(url: str, since: str | None, until: str | None, days: float | None, **wanted: Any) -> list[Record]:
    async with opened(url, read_only=True) as (open_unit_of_work, clock), open_unit_of_work() as uow:
        now = clock()
        slack_id = wanted["channel_slack_id"]
        found = await uow.why.find_channels(slack_id) if slack_id else []
        first, last = _bounds(since, until, found[0][1].zone if found else "UTC", now)
        if days is not None:
            first = max(first or datetime.min.replace(tzinfo=UTC), now - timedelta(days=days))
        return await uow.outbox.list_records(since=first, until=last, **wanted)


def _bounds(since: str | None, until: str | None, zone: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Find the instants (UTC) at which the first day begins and the last one ends."""
    today = local_date_of(now, zone)
    first = start_of_date(read_day(since, today, "since"), zone) if since is not None else None
    last = end_of_date(read_day(until, today, "until"), zone) if until is not None else None
    return first, last


def _table(records: Sequence[Record]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("Due", "Channel", "What", "State", "Late", "Tries", "Why"):
        # However long their names are, channels leave room for the rest.
        width = {"Channel": _WIDEST_CHANNEL}.get(name)
        table.add_column(name, no_wrap=name not in ("Channel", "Why"), overflow="fold", max_width=width)
    for record in records:
        table.add_row(*_cells(record))
    return table


def _totals(records: Sequence[Record]) -> str:
    """Count the states, and say how late messages were; edits are late on purpose, so that they are few."""
    counts = Counter(record.state for record in records)
    words = [f"{state} {counts[state]}" for state in State if counts[state]]
    late = [each.late.total_seconds() for each in records if each.late is not None and each.kind not in EDITS]
    if late:
        middle, worst = (late_in_words(timedelta(seconds=seconds)) for seconds in (median(late), max(late)))
        words.append(f"late: median {middle}, worst {worst}")
    return f"Altogether {len(records)}: {', '.join(words)}."


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
