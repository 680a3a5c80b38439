"""A quarter of a team in three zones: holidays, DST, part-time weeks, away days, late nights, Undo, an outage."""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.breaks import COUNTED_REACTIONS, Support
from bot.domain.dates import Dates
from bot.domain.errors import BreakClosed
from bot.domain.schedules import Schedule
from bot.domain.workspaces import Channel, Member
from bot.services import aways, boards, breaks, outbox, planning, reactions, schedules
from bot.services.breaks import Place, Sight
from bot.services.messages import BoardMessage
from bot.store.engine import open_sync_engine
from bot.store.tables import BreakRow, ChannelRow
from tests.quarter import recompute
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import World

BEGIN = date(2026, 2, 23)
"""A Monday five weeks before the clocks change in Europe, and two before they do in America."""

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
HOURS, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Habit:
    """How somebody takes part: how often, on which weekdays, whether also late at night or by reaction."""

    member: Member
    zeal: float
    works: tuple[int, ...]


@dataclass
class Quarter:
    """The world, its channels, and what each board said beside what its rows came to at that moment."""

    world: World
    url: str
    habits: list[Habit]
    channels: tuple[Channel, Channel]
    weeks: int
    dice: random.Random
    compared: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    pressed: int = 0
    seen: set[int] = field(default_factory=set)

    @property
    def outage(self) -> tuple[datetime, datetime]:
        begins = datetime.combine(BEGIN + timedelta(days=7 * (self.weeks // 2) + 1), time(0), UTC)
        return begins, begins + 2 * DAY


async def quarter(engine: AsyncEngine, url: str, *, people: int, weeks: int, seed: int = 5) -> Quarter:
    dice = random.Random(seed)  # noqa: S311  # a test's own dice
    world = await World.create(engine)
    async with world.uow() as uow:
        members = [
            await uow.members.ensure(world.workspace.id, f"UQ{number}", name=f"Q{number:02}", zone=ZONES[number % 3])
            for number in range(people)
        ]
        await uow.commit()
    part_time = [(0, 1, 2, 3), (0, 2, 4), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4), (1, 2, 3)]
    habits = [
        Habit(member, dice.choice([0.2, 0.45, 0.6, 0.75, 1.0]), part_time[number % 5])
        for number, member in enumerate(members)
    ]
    channels = (world.channel, await world.add_channel("C2", "America/New_York"))
    return Quarter(world, url, habits, channels, weeks, dice)


async def live_through(told: Quarter) -> None:
    """Let the weeks pass, as the bot would see them."""
    keeper = told.habits[0].member
    for channel, times in zip(told.channels, ((time(10, 25), time(22, 50)), (time(15, 0),)), strict=True):
        plan = Schedule(
            frozenset(range(5)), times, channel.zone, "lower-back", holidays="DE" if channel.slack_id == "C1" else ""
        )
        begins = datetime.combine(BEGIN, time(0), UTC) - HOURS
        await schedules.add_schedule(told.world.uow, CATALOGUE, channel, plan, keeper=keeper, now=begins)
    for habit in told.habits[: len(told.habits) * 3 // 4]:
        await boards.set_consent(
            told.world.uow, "T1", "C1", habit.member, is_named=True, now=datetime(2026, 2, 1, tzinfo=UTC)
        )
    courier, engine = Courier(told.world), open_sync_engine(told.url, read_only=True)
    to_come: list[tuple[datetime, int, Any]] = []
    for number, now in enumerate(_moments(told)):
        if not told.outage[0] <= now < told.outage[1]:
            await _tick(told, courier, engine, now)
            to_come += await _intend(told, number, now)
        for planned in sorted((each for each in to_come if each[0] <= now), key=lambda each: each[:2]):
            to_come.remove(planned)
            await planned[2]()


_BUSY = (7, 8, 9, 19, 20, 21)
"""The hours (UTC) in which breaks and boards are due, in summer and in winter."""


def _moments(told: Quarter) -> Iterator[datetime]:
    """Yield the minutes at which something may be due, and a few other hours."""
    now = datetime.combine(BEGIN, time(0), UTC)
    while now < datetime.combine(BEGIN + timedelta(days=7 * told.weeks + 1), time(12), UTC):
        if now.hour in _BUSY or (now.hour % 6 == 0 and now.minute == 0):
            yield now
        now += timedelta(minutes=25 if now.minute < 50 else 10)  # at :00, :25 and :50


async def _tick(told: Quarter, courier: Courier, engine: Engine, now: datetime) -> None:
    due = await told.world.rows(ChannelRow, "board_due_at")
    await planning.materialise_due(told.world.uow, CATALOGUE, now)
    if any(each is not None and each <= now for each in due):
        await boards.make_due(told.world.uow, now)
    said = len(courier.said)
    if not await outbox.is_settled(told.world.uow, now):
        await courier.deliver(now)
    for ready in courier.said[said:]:
        if isinstance(ready.facts, BoardMessage) and ready.delivery.channel_id == told.world.channel.id:
            with engine.connect() as connection:
                raw = recompute.read(connection, told.world.channel.id)
            board = ready.facts.board
            standings = [(s.rank, s.name, s.current, s.best, s.kept, s.every_day) for s in board.standings]
            figures = {name: getattr(board, name) for name in _FIGURES}
            told.compared.append((figures | {"standings": standings}, recompute.board(raw, board.week)))


_FIGURES = ("breaks_done", "people", "break_days", "more", "weekly_totals", "best_before")


async def _intend(told: Quarter, number: int, now: datetime) -> list[tuple[datetime, int, Any]]:
    """Have people decide what they will do about breaks that have just come, and about their days."""
    intended: list[tuple[datetime, int, Any]] = []
    rows = await told.world.rows(BreakRow, "id", "channel_id", "local_date", "message_ts", "due_at")
    for break_id, channel_id, day, ts, due_at in rows:
        if ts is None or break_id in told.seen:
            continue
        told.seen.add(break_id)
        for habit in told.habits:
            here = channel_id == told.world.channel.id or habit.member.zone == "America/New_York"
            if not here or day.weekday() not in habit.works or told.dice.random() > habit.zeal:
                continue
            intended += _acts(told, habit.member, (break_id, channel_id, ts), due_at)
    if number % 31 == 0:
        intended.append((now, -number, _change_days(told, now)))
    return intended


def _acts(
    told: Quarter, member: Member, break_: tuple[int, int, str], due_at: datetime
) -> list[tuple[datetime, int, Any]]:
    """Press or react, mostly soon and now and then late at night or too late; sometimes think better of it."""
    dice = told.dice
    wait = dice.choice([1, 2, 10, 60, 200, 300, 900, 2000])
    at = due_at + timedelta(minutes=wait, seconds=dice.randint(0, 59))
    acts = [(at, dice.randrange(10**9), _act(told, member, break_, at, on=True))]
    if dice.random() < 0.06:
        later = at + timedelta(minutes=dice.randint(1, 300))
        acts.append((later, dice.randrange(10**9), _act(told, member, break_, later, on=False)))
    return acts


def _act(told: Quarter, member: Member, break_: tuple[int, int, str], at: datetime, *, on: bool) -> Any:
    break_id, channel_id, ts = break_
    name = told.dice.choice([*COUNTED_REACTIONS, *[""] * 5]) if on else ""
    slack_id = next(each.slack_id for each in told.channels if each.id == channel_id)

    async def act() -> None:
        told.pressed += 1
        async with told.world.uow() as uow:
            fresh = await uow.members.get(member.id)
        with suppress(BreakClosed):
            if name:
                place, support = Place("T1", slack_id, ts), Support(f"reaction:{name}", is_on=True, event_at=at)
                if not await reactions.keep_early(told.world.uow, place, fresh, support):
                    await breaks.react(told.world.uow, place, fresh, support, now=at)
            else:
                await breaks.press_done(told.world.uow, Sight(break_id), fresh, on=on, event_at=at, now=at)

    return act


def _change_days(told: Quarter, now: datetime) -> Any:
    """Have somebody enter away days, also late, come back, or say on which days they work."""
    dice = told.dice
    habit, what = dice.choice(told.habits), dice.randrange(4)
    first = now.date() + dice.randint(-25, 10) * DAY

    async def change() -> None:
        async with told.world.uow() as uow:
            member = await uow.members.get(habit.member.id)
        if what == 0:
            await aways.go_away(told.world.uow, CATALOGUE, member, Dates(first, first + dice.randint(0, 9) * DAY), now)
        elif what == 1:
            await aways.go_away(told.world.uow, CATALOGUE, member, Dates(now.date(), None), now)
        elif what == 2:  # one of four
            await aways.come_back(told.world.uow, CATALOGUE, member, now)
        else:
            await aways.set_weekdays(told.world.uow, member, habit.works, now)

    return change
