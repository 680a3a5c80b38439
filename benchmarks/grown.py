"""A database that has grown: a press, a board and a Home of one channel beside a million participations, or ten."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import Connection, insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.channels import DUE_AT
from benchmarks.contenders.limber import catalogue
from benchmarks.databases import Host, PostgreSQL, SQLiteFiles
from benchmarks.figures import Figure
from bot.domain.breaks import Origin
from bot.domain.workspaces import Channel, Member
from bot.process import leave_what_is_loaded_alone
from bot.services import boards, breaks, home
from bot.slack.views import boards as board_views
from bot.slack.views import home as home_views
from bot.store.base import core
from bot.store.engine import open_sync_engine, opened
from bot.store.migrations import upgrade
from bot.store.tables import BreakRow, ChannelRow, ConsentRow, MemberRow, ParticipationRow, WorkspaceRow
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork

PEOPLE = 100
"""In every channel; all of them want their name on its board."""

WEEKS = 57
"""As long as single participations are kept, which is 400 days."""

A_WEEK = 10
"""Breaks of a channel in a week, of which everybody does four of five."""

SIZES = (100_000, 1_000_000)
FULL_SIZES = (1_000_000, 10_000_000)

_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
_NOW = DUE_AT + timedelta(minutes=2)
_ZONE = "Europe/Berlin"
_LOOKS = 30
_PER_CHANNEL = PEOPLE * WEEKS * A_WEEK * 8 // 10


def measure(
    sqlite: SQLiteFiles, server: PostgreSQL, sizes: tuple[int, ...], tick: Callable[[], object]
) -> list[Figure]:
    """Time what people wait for, with so many participations of other channels beside theirs."""
    figures = []
    hosts: tuple[Host, ...] = (sqlite, server)
    for size, host in product(sizes, hosts):
        with ExitStack() as stack:
            url = stack.enter_context(host.filled(partial(fill, channels=-(-size // _PER_CHANNEL)))).url
            for what, (taken, worked) in asyncio.run(_look(url)).items():
                note = f"{median(worked):.1f} ms of it this process at work"
                figures.append(Figure(f"{what}, {size:,} rows", host.name, [median(taken)], "ms", note=note))
        tick()
    return sorted(figures, key=lambda each: (each.what.split(",")[0], each.backend))


_Times = tuple[list[float], list[float]]
"""How long something took, and how much of that this process worked, each time in milliseconds."""


async def _look(url: str) -> dict[str, _Times]:
    """Press, then look at the channel in the middle, as one of its people."""
    async with opened(url) as engine:
        units = partial(UnitOfWork, engine)
        async with units() as uow:
            found = await uow.workspaces.find_channel("T1", "C2")
            assert found is not None
            people = await uow.members.list_named(found.id)
        await _post_boards(units, found)
        fresh = await _fresh_breaks(engine, found)
        leave_what_is_loaded_alone()  # as the bot does when it has started
        return await _time_all(units, found, people, fresh)


async def _post_boards(units: OpenUnitOfWork, channel: Channel) -> None:
    """Make the boards of the last quarter, which know how good the weeks before were."""
    for weeks_ago in range(13, 0, -1):
        due_at = _MONDAY - timedelta(weeks=weeks_ago)
        async with units() as uow:
            await uow.workspaces.update_channel(channel.id, board_due_at=due_at)
            await uow.commit()
        await boards.make_due(units, due_at)


async def _time_all(
    units: OpenUnitOfWork, channel: Channel, people: list[Member], fresh: list[int]
) -> dict[str, _Times]:
    async def press(number: int) -> None:
        person, break_id = people[number % PEOPLE], fresh[number // PEOPLE]
        await breaks.press_done(units, breaks.Sight(break_id), person, on=True, event_at=_NOW, now=_NOW)

    async def board(_: int) -> None:
        shown = await boards.show_latest(units, channel, _NOW)
        assert len(shown.standings)
        board_views.weekly(shown, board_id=1, channel_name="", channel_slack_id=channel.slack_id, zone=channel.zone)

    async def at_home(number: int) -> None:
        shown = await home.show_home(units, catalogue(), people[number], _NOW)
        assert shown.channels
        home_views.home(shown)

    await _time(press, range(PEOPLE))  # folds what the week before closed, once a person and week
    return {
        "Done, the service alone": await _time(press, range(PEOPLE, 2 * PEOPLE)),
        "board of a channel with 100 people": await _time(board, range(_LOOKS)),
        "Home": await _time(at_home, range(_LOOKS)),
    }


async def _time(act: Callable[[int], Awaitable[object]], numbers: range) -> _Times:
    await act(numbers[0])  # compiles its statements
    taken, worked = [], []
    for number in numbers[1:]:
        begun, at_work = perf_counter(), process_time()
        await act(number)
        taken.append((perf_counter() - begun) * 1000)
        worked.append((process_time() - at_work) * 1000)
    return taken, worked


async def _fresh_breaks(engine: AsyncEngine, channel: Channel) -> list[int]:
    """Make two breaks of the day that nobody has pressed at."""
    async with engine.begin() as connection:
        due = [_break(channel.id, DUE_AT - timedelta(minutes=each)) for each in range(2)]
        return list((await connection.execute(insert(BreakRow).returning(BreakRow.id), due)).scalars())


def fill(url: str, channels: int) -> None:
    """Create channels of a hundred people who have taken part for more than a year; indexes are made at the end."""
    upgrade(url)
    indexes = core(ParticipationRow).indexes
    with open_sync_engine(url).begin() as connection:
        for index in indexes:
            index.drop(connection)
        _insert_people(connection, channels)
        for number in range(1, channels + 1):
            connection.execute(insert(BreakRow), [_break(number, due_at) for due_at in _past()])
        connection.execute(_PARTICIPATIONS)
        for index in indexes:
            index.create(connection)
        connection.execute(text("ANALYZE"))  # as a database is that has grown for a year


_PARTICIPATIONS = text(
    "INSERT INTO participations (member_id, channel_id, break_id, local_date, is_done, first_done_at)"
    " SELECT m.id, b.channel_id, b.id, b.local_date, true, b.due_at"
    " FROM members m JOIN breaks b ON b.channel_id = 1 + (m.id - 1) / :people"
    " WHERE (m.id * 7 + b.id * 3) % 10 < 8 ORDER BY m.id, b.id"
).bindparams(people=PEOPLE)
"""Made where they belong: ten million rows would be long on their way."""


def _insert_people(connection: Connection, channels: int) -> None:
    workspace = {"team_id": "T1", "name": "", "app_user_id": "U0", "app_bot_id": "B0"}
    connection.execute(insert(WorkspaceRow), [workspace])
    numbers, people = range(1, channels + 1), range(1, channels * PEOPLE + 1)
    connection.execute(
        insert(ChannelRow),
        [{"workspace_id": 1, "slack_id": f"C{each}", "name": f"c{each}", "zone": _ZONE} for each in numbers],
    )
    member = {"workspace_id": 1, "zone": _ZONE, "learned_at": _NOW}
    named = [member | {"slack_id": f"U{each}", "name": f"Person {each}"} for each in people]
    connection.execute(insert(MemberRow), named)
    consents = [{"channel_id": 1 + (each - 1) // PEOPLE, "member_id": each, "is_named": True} for each in people]
    connection.execute(insert(ConsentRow), consents)


def _past() -> Iterator[datetime]:
    for week, day, hour in product(range(WEEKS, 0, -1), range(5), (9, 14)):
        yield _MONDAY + timedelta(weeks=-week, days=day, hours=hour)


def _break(channel_id: int, due_at: datetime) -> dict[str, object]:
    return {
        "channel_id": channel_id,
        "due_at": due_at,
        "local_date": due_at.date(),
        "exercise_id": catalogue().exercises[0].id,
        "routine_id": catalogue().routines[0].id,
        "origin": Origin.SCHEDULE,
        "message_ts": f"{due_at.timestamp():.6f}",
        "posted_at": due_at,
        "counts": True,
    }
