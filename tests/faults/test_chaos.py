"""Slack fails, processes die: everything due is said once, or the outbox says why not."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest

from bot.store.migrations import upgrade
from tests import postgresql
from tests.faults.chaos import HEAD, Fleet, Outcome, Plan, unleash

RUN = ("run",)
WORKER = ("worker",)

THREE = (RUN, WORKER, WORKER)


@pytest.fixture
def own_server() -> Iterator[postgresql.Server]:
    """A PostgreSQL of our own to crash, which has written what it has committed."""
    settings = postgresql._SETTINGS  # noqa: SLF001  # the same server, but one that keeps its word
    try:
        with patch.dict(settings, {"synchronous_commit": "on"}), postgresql.running_server() as server:
            yield server
    except postgresql.Unavailable as error:
        pytest.skip(str(error))


def check(outcome: Outcome) -> None:
    """What holds in every run, and the run's line for the table of results."""
    print(f"\n{HEAD}\n{outcome.line()}\nfaults: {dict(outcome.faults)}")  # noqa: T201  # `pytest -s` shows it
    assert len(outcome.rows) == outcome.plan.prompts, "every schedule that was due has its row"
    assert outcome.unsettled == []
    assert outcome.doubled == []
    assert outcome.unexplained == []
    assert outcome.faults, "Slack did fail"


async def test_with_a_failing_slack_and_dying_processes_nothing_is_lost_and_nothing_doubled(
    postgresql_url: str, sqlite_url: str, tmp_path: Path
) -> None:
    # At once, because most of it is waiting: for leases, and before a message is looked up.
    shared, alone = await asyncio.gather(
        unleash(Plan("PostgreSQL", 1, 120, 4, 2, (RUN, WORKER)), tmp_path / "shared", postgresql_url),
        unleash(Plan("SQLite, no history", 2, 60, 4, 1, with_history=False), tmp_path / "alone", sqlite_url),
    )
    check(shared)
    check(alone)
    assert (shared.lost, shared.unknown) == (0, 0)
    assert alone.calls["conversations.history"] > 0, "it tried, and was refused"


@pytest.mark.long
async def test_a_postgresql_that_crashes_in_the_middle_costs_nothing_and_the_processes_recover_by_themselves(
    own_server: postgresql.Server, tmp_path: Path
) -> None:
    async def crash(running: Fleet, plan: Plan, random: Random) -> None:
        await asyncio.sleep(plan.over_seconds / 2)
        await asyncio.to_thread(own_server.stop_at_once)
        await asyncio.sleep(3)
        await asyncio.to_thread(own_server.start_again)

    with own_server.database() as name:
        url = own_server.url(name)
        await asyncio.to_thread(upgrade, url)
        outcome = await unleash(Plan("PostgreSQL crashes", 5, 60, 4, 0, (RUN, RUN)), tmp_path, url, crash)
    check(outcome)
    assert (outcome.lost, outcome.unknown) == (0, 0)


FULL = 4000
OVER_SECONDS = 200.0
"""Twenty prompts a second; seven seeded kinds of fault among them."""


def full(label: str, seed: int, commands: tuple[tuple[str, ...], ...], *, with_history: bool = True) -> Plan:
    return Plan(label, seed, FULL, OVER_SECONDS, 6, commands, with_history=with_history, settled_within=400)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_three_processes_on_postgresql_lose_and_double_nothing(
    postgresql_url: str, tmp_path: Path, seed: int
) -> None:
    outcome = await unleash(full("PostgreSQL", seed, THREE), tmp_path, postgresql_url)
    check(outcome)
    assert (outcome.lost, outcome.unknown) == (0, 0)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_process_on_sqlite_that_dies_again_and_again_loses_and_doubles_nothing(
    sqlite_url: str, tmp_path: Path, seed: int
) -> None:
    outcome = await unleash(full("SQLite", seed, (RUN,)), tmp_path, sqlite_url)
    check(outcome)
    assert (outcome.lost, outcome.unknown) == (0, 0)


@pytest.mark.long
async def test_without_access_to_the_history_nothing_is_doubled_and_what_is_unposted_says_why(
    database_url: str, tmp_path: Path
) -> None:
    commands, label = (THREE, "PostgreSQL") if database_url.startswith("postgresql") else ((RUN,), "SQLite")
    check(await unleash(full(f"{label}, no history", 4, commands, with_history=False), tmp_path, database_url))
