"""kill -9 once, with a message at each point of the state machine: after a restart each has been said exactly once."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import utc_now
from bot.domain.schedules import Schedule
from bot.store.engine import open_engine
from bot.store.unit_of_work import UnitOfWork
from playground.faults import Fault
from playground.server import Playground
from tests.faults.chaos import chaotic_manifest, fleet, posted_keys, rows_of, seed_with
from tests.faults.processes import until

UNCERTAIN, BEFORE_CALL, IN_CALL, ANSWERED, LEASED, PENDING = (f"C{number:05}" for number in range(6))
"""A channel for each point."""

AT_THE_KILL = {
    UNCERTAIN: "uncertain",
    BEFORE_CALL: "intent",
    IN_CALL: "intent",
    ANSWERED: "intent",
    LEASED: "leased",
    PENDING: "pending",
}

FREEZE = """
CREATE FUNCTION hold_still() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
CREATE TRIGGER hold_still BEFORE UPDATE ON outbox FOR EACH ROW WHEN (
    (NEW.state = 'intent' AND NEW.channel_id = (%(leased)s)) OR (NEW.state = 'sent' AND NEW.channel_id = (%(answered)s))
) EXECUTE FUNCTION hold_still()
"""


class Hands:
    """Hands that reach into PostgreSQL and hold a process where it is."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def states(self) -> dict[str, str]:
        """Read the state of each channel's prompt."""
        query = "SELECT slack_id, state FROM outbox JOIN channels ON channels.id = channel_id WHERE kind = 'prompt'"
        return dict(self._connection.execute(query).fetchall())

    def channel_id(self, slack_id: str) -> int:
        row = self._connection.execute("SELECT id FROM channels WHERE slack_id = %s", [slack_id]).fetchone()
        assert row is not None
        return int(row[0])

    def freeze(self) -> None:
        """Hold whoever is about to claim, to declare the intent, or to settle, in one channel each."""
        self.set_turn(PENDING, "1 hour")
        ids = {"leased": self.channel_id(LEASED), "answered": self.channel_id(ANSWERED)}
        self._connection.execute(FREEZE % ids)

    def set_turn(self, slack_id: str, interval: str) -> None:
        """Say when a channel may have its next post, from now: until then nobody claims one."""
        query = "UPDATE channels SET post_at = now() + %s::interval WHERE slack_id = %s"
        self._connection.execute(query, [interval, slack_id])

    def frozen(self) -> list[int]:
        query = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        return [pid for (pid,) in self._connection.execute(query).fetchall()]

    def let_go(self) -> None:
        """End what the dead process left hanging, without a commit."""
        for pid in self.frozen():
            self._connection.execute("SELECT pg_terminate_backend(%s)", [pid])
        self._connection.execute("DROP TRIGGER hold_still ON outbox")
        self.set_turn(PENDING, "-1 hour")


@contextlib.contextmanager
def hands(url: str) -> Iterator[Hands]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield Hands(connection)


def order_faults(slack: Playground) -> None:
    faults = slack._slack.faults  # noqa: SLF001  # as the page's own HTTP API does
    faults.add(Fault("chat.postMessage", "drop", channel=UNCERTAIN))
    faults.add(Fault("conversations.history", "timeout", channel=UNCERTAIN))
    faults.add(Fault("chat.postMessage", "timeout", channel=BEFORE_CALL, accepted=False))
    faults.add(Fault("chat.postMessage", "timeout", channel=IN_CALL))


async def add_channels(engine: AsyncEngine, channels: list[str]) -> None:
    """Add channels, each in a workspace of its own: who holds one still must not hold up the others."""
    async with UnitOfWork(engine) as uow:
        for slack_id in channels:
            workspace = await uow.workspaces.ensure_workspace(f"T{slack_id}", app_user_id="U", app_bot_id="B")
            await uow.workspaces.ensure_channel(workspace.id, slack_id, name=slack_id)
        await uow.commit()


async def due_soon(engine: AsyncEngine, channels: list[str]) -> None:
    later = Schedule(frozenset(range(7)), (time((utc_now().hour + 12) % 24),), "UTC", "lower-back")
    async with UnitOfWork(engine) as uow:
        for slack_id in channels:
            channel = await uow.workspaces.find_channel(f"T{slack_id}", slack_id)
            assert channel is not None
            due_at = utc_now() + timedelta(seconds=0.5)
            await uow.schedules.add(channel.id, later, next_due_at=due_at, now=utc_now())
        await uow.commit()


async def is_held(held: Hands, count: int) -> bool:
    return len(held.frozen()) == count


async def is_looked_up(slack: Playground) -> bool:
    return bool(slack.calls("conversations.history"))


@pytest.mark.long
async def test_killed_with_a_message_at_each_point_it_says_each_exactly_once(
    postgresql_url: str, tmp_path: Path
) -> None:
    channels = list(AT_THE_KILL)
    engine = open_engine(postgresql_url)
    async with Playground(manifest=chaotic_manifest(), seed=seed_with(len(channels))) as slack:
        order_faults(slack)
        async with fleet(tmp_path, slack, postgresql_url, module="tests.faults.quick") as running:
            await slack.wait_until_connected(60)
            await add_channels(engine, channels)
            await due_soon(engine, [UNCERTAIN])
            await until(partial(is_looked_up, slack), "it is looked up", 60)
            with hands(postgresql_url) as held:
                held.freeze()
                await due_soon(engine, [each for each in channels[1:] if each != LEASED])
                await until(partial(is_held, held, 1), "the answer is about to be settled", 30)
                await due_soon(engine, [LEASED])  # in a claim of its own: what is prepared together waits together

                async def at_their_points() -> bool:
                    return len(held.frozen()) == 2 and held.states() == AT_THE_KILL

                await until(at_their_points, "each is at its point", 30)
                await running.kill(0)
                assert held.states() == AT_THE_KILL
                assert set(posted_in(slack)) == {UNCERTAIN, IN_CALL, ANSWERED}
                held.let_go()
            await running.start(0)

            async def all_sent() -> bool:
                return {row.state for row in await rows_of(engine)} == {"sent"}

            await until(all_sent, "all are settled", 60)
            assert posted_in(slack) == Counter(channels)
            assert len(posted_keys(slack, channels)) == len(channels)
    await engine.dispose()


def posted_in(slack: Playground) -> Counter[str]:
    return Counter({channel: len(slack.messages(channel)) for channel in AT_THE_KILL if slack.messages(channel)})
