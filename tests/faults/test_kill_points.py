"""kill -9 once, with a message at each point of the state machine: after a restart each has been said exactly once."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from bot.clock import utc_now
from bot.store.engine import open_engine
from playground.faults import Fault
from playground.server import Playground
from tests.faults.chaos import chaotic_manifest, fill, fleet, posted_keys, rows_of, seed_with
from tests.faults.processes import until

UNCERTAIN, BEFORE_CALL, IN_CALL, ANSWERED, LEASED, PENDING = (f"C{number:05}" for number in range(6))
"""A channel for each point, in the order in which their prompts fall due."""

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
        """Read each channel's state in the outbox."""
        query = "SELECT slack_id, state FROM outbox JOIN channels ON channels.id = channel_id"
        return dict(self._connection.execute(query).fetchall())

    def channel_id(self, slack_id: str) -> int:
        row = self._connection.execute("SELECT id FROM channels WHERE slack_id = %s", [slack_id]).fetchone()
        assert row is not None
        return int(row[0])

    def freeze(self) -> None:
        """Hold whoever is about to declare one channel's intent, and whoever is about to settle another's."""
        ids = {"leased": self.channel_id(LEASED), "answered": self.channel_id(ANSWERED)}
        self._connection.execute(FREEZE % ids)

    def frozen(self) -> list[int]:
        query = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        return [pid for (pid,) in self._connection.execute(query).fetchall()]

    def let_go(self) -> None:
        """End what the dead process left hanging, without a commit."""
        for pid in self.frozen():
            self._connection.execute("SELECT pg_terminate_backend(%s)", [pid])
        self._connection.execute("DROP TRIGGER hold_still ON outbox")


@contextlib.contextmanager
def hands(url: str) -> Iterator[Hands]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield Hands(connection)


@contextlib.contextmanager
def unclaimable(url: str, slack_id: str) -> Iterator[None]:
    """Hold a channel's row, so that nobody can claim its messages; making breaks for it goes on."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT id FROM channels WHERE slack_id = %s FOR NO KEY UPDATE", [slack_id])
        yield
        connection.rollback()


def order_faults(slack: Playground) -> None:
    faults = slack._slack.faults  # noqa: SLF001  # as the page's own HTTP API does
    faults.add(Fault("chat.postMessage", "drop"))
    faults.add(Fault("conversations.history", "timeout", seconds=60))
    faults.add(Fault("chat.postMessage", "timeout", seconds=60, accepted=False))
    faults.add(Fault("chat.postMessage", "timeout", seconds=60))


async def test_killed_with_a_message_at_each_point_it_says_each_exactly_once(
    postgresql_url: str, tmp_path: Path
) -> None:
    channels = list(AT_THE_KILL)
    engine = open_engine(postgresql_url)
    async with Playground(manifest=chaotic_manifest(), seed=seed_with(len(channels))) as slack:
        order_faults(slack)
        async with fleet(tmp_path, slack, postgresql_url) as running:
            await slack.wait_until_connected(60)
            begin = utc_now() + timedelta(seconds=1)
            await fill(engine, channels, [begin + timedelta(seconds=number) for number in range(6)])
            with hands(postgresql_url) as held:
                held.freeze()
                with unclaimable(postgresql_url, PENDING):

                    async def at_their_points() -> bool:
                        looked = bool(slack.calls("conversations.history"))
                        return looked and len(held.frozen()) == 2 and held.states() == AT_THE_KILL

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
