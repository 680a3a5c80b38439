"""The metronome calls when there is something to do, never twice at a time, and survives a database that is away."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic

import pytest

from bot import scheduler
from bot.scheduler import EVERY_SECONDS, Metronome


@dataclass
class Tick:
    """Notes when it was called, and asks to be called again as a test says."""

    waits: list[float] = field(default_factory=list)
    called_at: list[float] = field(default_factory=list)
    work: Callable[[], Awaitable[None]] | None = None

    async def __call__(self) -> float:
        self.called_at.append(monotonic())
        if self.work is not None:
            await self.work()
        return self.waits.pop(0) if self.waits else 60.0

    async def until(self, calls: int, seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while len(self.called_at) < calls:  # noqa: ASYNC110  # what is waited for is the metronome's own beat
                await asyncio.sleep(0.005)


async def quiet() -> float:
    return 60.0


@pytest.fixture
def _slow_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    """A beat that a machine that is busy does not wait for by chance."""
    monkeypatch.setattr(scheduler, "EVERY_SECONDS", 60)


@pytest.mark.usefixtures("_slow_beat")
async def test_a_tick_is_called_again_when_it_asks_to_be() -> None:
    tick = Tick(waits=[0, 0, 0.1])
    metronome = Metronome(quiet, tick)
    metronome.start()
    await tick.until(4)
    await metronome.stop()
    first, _, third, fourth = tick.called_at
    assert third - first < scheduler.EVERY_SECONDS, "at once"
    assert 0.1 <= fourth - third < scheduler.EVERY_SECONDS


async def test_a_tick_that_asks_for_nothing_is_called_at_the_beat() -> None:
    tick = Tick()
    metronome = Metronome(tick, quiet)
    metronome.start()
    await tick.until(3)
    await metronome.stop()
    first, _, third = tick.called_at
    assert third - first > EVERY_SECONDS, "two beats, and no sooner; the last may follow close on one that was late"


@pytest.mark.usefixtures("_slow_beat")
async def test_a_knock_is_heard_at_once_and_never_lost_while_a_tick_is_under_way() -> None:
    tick, begun, go_on = Tick(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await go_on.wait()

    tick.work = work
    metronome = Metronome(quiet, tick)
    metronome.start()
    await asyncio.wait_for(begun.wait(), 10)
    metronome.wake()
    metronome.wake()
    assert len(tick.called_at) == 1, "never two at a time"
    go_on.set()
    await tick.until(2)
    await asyncio.sleep(0.1)
    assert len(tick.called_at) == 2, "two knocks are one"
    metronome.wake()
    await tick.until(3)
    await metronome.stop()


async def test_stopping_waits_for_the_tick_under_way_and_begins_no_other() -> None:
    done: list[bool] = []

    async def work() -> None:
        await asyncio.sleep(0.2)
        done.append(True)

    tick = Tick(waits=[0, 0, 0], work=work)
    metronome = Metronome(quiet, tick)
    metronome.start()
    await tick.until(1)
    await metronome.stop()
    assert done == [True]
    await asyncio.sleep(0.3)
    assert len(tick.called_at) == 1


async def test_a_database_that_is_away_is_said_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    tick, is_away = Tick(waits=[0.01] * 9), True

    async def work() -> None:
        if is_away:
            raise OSError("nobody there")

    tick.work = work
    metronome = Metronome(quiet, tick)
    metronome.start()
    for calls in (1, 2, 3):
        await tick.until(calls)
        metronome.wake()
    is_away = False
    await tick.until(5)
    await metronome.stop()
    said = [record.getMessage() for record in caplog.records if record.name == "bot.scheduler"]
    assert said == [
        "deliver: the database does not answer (OSError); trying again",
        "deliver: the database answers again",
    ]


async def test_tidying_is_done_at_once_and_given_up_when_the_program_stops() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def tidy() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    metronome = Metronome(quiet, quiet, tidy)
    metronome.start()
    async with asyncio.timeout(10):
        await begun.wait()
        await metronome.stop()
    assert ended.is_set()


async def test_a_database_that_is_away_while_tidying_is_said_in_a_line(caplog: pytest.LogCaptureFixture) -> None:
    called = asyncio.Event()

    async def tidy() -> None:
        called.set()
        raise OSError("secret address")

    metronome = Metronome(quiet, quiet, tidy)
    metronome.start()
    async with asyncio.timeout(10):
        await called.wait()
        await metronome.stop()
    assert "tidy: the database does not answer (OSError); trying again in an hour" in caplog.messages
