"""One process answers Slack and two deliver, on one PostgreSQL: what one writes, the others learn by NOTIFY.

Their beat is an hour, so nothing here can have waited for it.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import utc_now
from bot.domain.schedules import Schedule
from bot.services import schedules
from bot.store.engine import open_engine
from bot.store.unit_of_work import UnitOfWork
from playground.client import Person
from playground.faults import Fault
from playground.seed import NORTHLIGHT
from playground.server import Playground
from tests.faults.chaos import chaotic_manifest, seed_with
from tests.faults.processes import Program, limber, until

SEED = seed_with(2)
DESIGN, ENGINEERING = (channel.id for channel in SEED.channels)
ANNA = SEED.people[0].id

SOON = 90.0
"""Seconds in which something happens on a busy machine; the beat would take 40 times as long."""

_BUSY = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND state <> 'idle'"
)
_LISTENING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")


@dataclass
class House:
    """A Slack, a database, and whatever runs between them."""

    slack: Playground
    url: str
    engine: AsyncEngine
    folder: Path
    stack: contextlib.AsyncExitStack

    async def start(self, *names: str) -> list[Program]:
        """Start processes side by side, "web" to answer Slack, others to deliver, and wait until all are idle."""
        started = [await self._start(name) for name in names]
        workers = len([name for name in names if name != "web"])
        for program in started:
            await until(partial(_says, program, "Limber is running"), "it runs", SOON)
        await until(partial(self.counts, _LISTENING, workers), "it listens", SOON)
        await until(partial(self.counts, _BUSY, 0), "it has nothing to do", SOON)
        return started

    async def _start(self, name: str) -> Program:
        words = ["run", "--no-scheduler"] if name == "web" else ["worker"]
        folder = self.folder / name
        folder.mkdir()
        variables = {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.api_url,
            "DATABASE_URL": self.url,
        }
        running = limber(folder, *words, module="tests.faults.patient", **variables)
        return await self.stack.enter_async_context(running)

    async def counts(self, query: Any, wanted: int) -> bool:
        async with self.engine.connect() as connection:
            found: int = (await connection.execute(query)).scalar_one()
        return found == wanted

    async def freeze(self, program: Program) -> None:
        """Stop a process in the middle of nothing: it holds no lock that others could wait for."""
        while True:
            program.process.send_signal(signal.SIGSTOP)
            if await self.counts(_BUSY, 0):
                return
            program.process.send_signal(signal.SIGCONT)
            await until(partial(self.counts, _BUSY, 0), "it has nothing to do", SOON)

    async def let_a_break_be_due(self, channel_slack_id: str) -> None:
        now = utc_now()
        later = Schedule(frozenset(range(7)), (time((now.hour + 12) % 24),), "UTC", "lower-back")
        open_unit_of_work = partial(UnitOfWork, self.engine)
        channel = await schedules.ensure_channel(open_unit_of_work, NORTHLIGHT.team_id, channel_slack_id)
        async with open_unit_of_work() as uow:
            await uow.schedules.add(channel.id, later, next_due_at=now, now=now - timedelta(minutes=1))
            await uow.commit()

    async def states(self) -> list[str]:
        async with self.engine.connect() as connection:
            query = text("SELECT state FROM outbox WHERE kind = 'prompt' ORDER BY id")
            return list((await connection.execute(query)).scalars())

    def prompts(self, channel: str) -> list[dict[str, Any]]:
        return [each for each in self.slack.messages(channel) if each["text"].startswith("Stretch:")]


@pytest.fixture
async def house(postgresql_url: str, tmp_path: Path) -> AsyncIterator[House]:
    engine = open_engine(postgresql_url)
    # The engine goes last: programs are ended and Slack is closed before it.
    async with contextlib.AsyncExitStack() as outer:
        outer.push_async_callback(engine.dispose)
        slack = await outer.enter_async_context(Playground(manifest=chaotic_manifest(), seed=SEED))
        stack = await outer.enter_async_context(contextlib.AsyncExitStack())
        yield House(slack, postgresql_url, engine, tmp_path, stack)


async def _says(program: Program, words: str) -> bool:
    assert program.process.returncode is None, program.said()
    return words in program.said()


def so(condition: Callable[[], Any]) -> Callable[[], Awaitable[Any]]:
    """Let `until` ask what can be answered at once."""

    async def ask() -> Any:
        return condition()

    return ask


async def test_a_process_without_scheduler_makes_and_posts_nothing_by_itself(house: House) -> None:
    (web,) = await house.start("web")
    await house.let_a_break_be_due(DESIGN)
    anna = Person(house.slack, ANNA)
    async with anna:
        await anna.say(DESIGN, "/stretch next")

        async def answered() -> bool:
            return bool((await anna.state())["ephemerals"])

        await until(answered, "it answers", SOON)
        assert await house.states() == [], "what is due is left to the workers"
        # A change first makes what is due in its channel: still, the row is posted by nobody here.
        await anna.say(DESIGN, "/stretch pause")
        await until(house.states, "the row", SOON)
    assert await house.states() == ["pending"]
    assert house.prompts(DESIGN) == []
    assert await web.terminate(within=10) == 0
    assert (await house.states(), house.prompts(DESIGN)) == (["pending"], [])
    await house.start("worker")
    await until(so(lambda: house.prompts(DESIGN)), "a worker posts it", SOON)


async def test_a_press_in_one_process_reaches_slack_through_another_at_once(house: House) -> None:
    web, *workers = await house.start("web", "one", "two")
    await house.let_a_break_be_due(DESIGN)
    (prompt,) = await until(so(lambda: house.prompts(DESIGN)), "the prompt", SOON)
    async with Person(house.slack, ANNA) as anna:
        container = {"type": "message", "channel": DESIGN, "ts": prompt["ts"]}
        await anna.press(container, "break.together")
        await until(so(lambda: house.slack.calls("chat.update")), "the lobby is in the prompt", SOON)
    assert len(house.prompts(DESIGN)) == 1, "one of two workers posts"
    assert await asyncio.gather(*(each.terminate(within=10) for each in (web, *workers))) == [0, 0, 0]
    assert ": sent" not in web.said()
    delivered = "".join(each.said() for each in workers)
    assert delivered.count("prompt:1: sent") == 1


async def test_a_worker_that_is_stopped_finishes_its_call_while_the_other_goes_on(house: House) -> None:
    first, second = await house.start("one", "two")
    await house.freeze(second)
    house.slack._slack.faults.add(Fault("chat.postMessage", "slow", seconds=5))  # noqa: SLF001  # as its page does
    await house.let_a_break_be_due(DESIGN)
    await until(so(lambda: house.prompts(DESIGN)), "a call is under way", SOON)
    assert await house.states() == ["intent"]
    first.process.send_signal(signal.SIGTERM)
    second.process.send_signal(signal.SIGCONT)
    await house.let_a_break_be_due(ENGINEERING)
    await until(so(lambda: house.prompts(ENGINEERING)), "the other one posts", SOON)
    assert await first.terminate(within=10) == 0
    assert "prompt:1: sent" in first.said()
    assert second.process.returncode is None
    await until(partial(_states_are, house, ["sent", "sent"]), "both are settled", SOON)


async def _states_are(house: House, states: list[str]) -> bool:
    return await house.states() == states
