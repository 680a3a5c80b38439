"""Any edits at any time, with a clock that ticks: nothing is posted again, swallowed, or added too late."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.breaks import LATE_CUTOFF
from bot.domain.dates import Dates
from bot.domain.errors import NothingPaused
from bot.domain.instants import local_date_of
from bot.domain.schedules import Occurrence, Schedule, occurrences
from bot.services import pauses, planning, schedules
from bot.store.engine import open_engine
from bot.store.tables import BreakRow, OutboxRow
from tests.services.courier import CATALOGUE
from tests.store.world import World

START = datetime(2026, 3, 28, 0, tzinfo=UTC)
"""The day before Berlin's clocks change."""

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
TIMES = (time(0, 30), time(2, 30), time(9), time(9, 1), time(13), time(23, 30))
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Apia")

values = st.builds(
    Schedule,
    weekdays=st.just(frozenset(range(7))) | st.frozensets(st.integers(0, 6), min_size=1),
    times=st.sets(st.sampled_from(TIMES), min_size=1, max_size=4).map(lambda found: tuple(sorted(found))),
    zone=st.sampled_from(ZONES),
    area=st.just("lower-back"),
    paused=st.sampled_from((False, False, False, True)),
)
waits = st.one_of(st.integers(0, 120).map(lambda n: n * SECOND), st.integers(0, 30 * 60).map(lambda n: n * MINUTE))
acts = st.one_of(
    st.tuples(st.just("tick"), st.none()),
    st.tuples(st.just("edit"), values),
    st.tuples(st.just("pause"), st.integers(1, 3)),
    st.tuples(st.just("resume"), st.none()),
)


@dataclass
class Expected:
    """What an onlooker expects, who knows only the rules and minds no rows."""

    schedule: Schedule
    since: datetime
    ahead: timedelta
    paused_until: datetime | None = None
    due: list[Occurrence] = field(default_factory=list)

    def watch(self, now: datetime) -> None:
        """Note what came due in (since, now]: all of it, for the bot ticks within ten minutes of it."""
        for each in occurrences(self.schedule, self.since):
            if each.due_at > now:
                break
            if self.paused_until is None or each.due_at >= self.paused_until:
                self.due.append(each)
        self.since = now


@contextmanager
def database(template: Path) -> Iterator[str]:
    with TemporaryDirectory() as folder:
        yield f"sqlite:///{shutil.copy(template, Path(folder) / 'limber.db')}"


async def live(url: str, first: Schedule, story: list[tuple[timedelta, tuple[str, object]]], ahead: timedelta) -> None:
    engine = open_engine(url)
    try:
        world, now = await World.create(engine), START
        number = await schedules.add_schedule(world.uow, CATALOGUE, world.channel, first, keeper=None, now=now)
        expected = Expected(first, now, ahead)
        for wait, (act, what) in story:
            now = await _let_time_pass(world, expected, now, wait)
            await _act(world, expected, number, what if what is not None else act, now)
        now = await _let_time_pass(world, expected, now, 20 * MINUTE)
        await planning.materialise_due(world.uow, CATALOGUE, now, ahead=ahead)
        found = [each for each in await world.rows(BreakRow, "due_at", "local_date") if each[0] <= now]
        assert sorted(found) == sorted((each.due_at, each.local_date) for each in expected.due)
        keys = await world.rows(OutboxRow, "key")
        assert sorted(keys) == sorted(f"prompt:{each}" for each in await world.rows(BreakRow, "id"))
    finally:
        await engine.dispose()


async def _let_time_pass(world: World, expected: Expected, now: datetime, wait: timedelta) -> datetime:
    """Tick every nine minutes, and leave the last moments to what comes next: an edit may be ahead of the tick."""
    end = now + wait
    while now + LATE_CUTOFF - MINUTE < end:
        now += LATE_CUTOFF - MINUTE
        await planning.materialise_due(world.uow, CATALOGUE, now, ahead=expected.ahead)
    expected.watch(end)
    return end


async def _act(world: World, expected: Expected, number: int, what: object, now: datetime) -> None:
    place = (world.uow, CATALOGUE)
    who = world.members[0]
    if what == "tick":
        await planning.materialise_due(*place, now, ahead=expected.ahead)
    elif isinstance(what, Schedule):
        await schedules.change_schedule(*place, number, what, now=now)
        expected.schedule = what
    elif isinstance(what, int):
        today = local_date_of(now, expected.schedule.zone)
        dates = Dates(today, today + timedelta(days=what))
        changed = await pauses.pause_channel(*place, world.channel, dates, member=who, now=now)
        (asked,) = changed.pauses
        assert asked.until is not None
        expected.paused_until = max(asked.until, expected.paused_until or asked.until)
    else:
        await _resume(world, expected, now)


async def _resume(world: World, expected: Expected, now: datetime) -> None:
    try:
        await pauses.resume_channel(world.uow, CATALOGUE, world.channel, member=world.members[0], now=now)
    except NothingPaused:
        assert not expected.schedule.paused
        assert expected.paused_until is None or expected.paused_until <= now
        # What is refused makes nothing, and the bot's own time has come.
        await planning.materialise_due(world.uow, CATALOGUE, now, ahead=expected.ahead)
        return
    if expected.paused_until is not None and expected.paused_until > now:
        expected.paused_until = None
    else:
        expected.schedule = replace(expected.schedule, paused=False)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=values,
    story=st.lists(st.tuples(waits, acts), max_size=8),
    ahead=st.sampled_from((timedelta(0), planning.AHEAD, 5 * MINUTE, 3 * HOUR)),
)
def test_any_edits_repost_nothing_swallow_nothing_and_add_nothing_that_is_past(
    migrated_sqlite: Path, first: Schedule, story: list[tuple[timedelta, tuple[str, object]]], ahead: timedelta
) -> None:
    with database(migrated_sqlite) as url:
        asyncio.run(live(url, first, story, ahead))
