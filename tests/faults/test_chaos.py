"""Slack fails, processes die: everything due is said once, or the outbox says why not."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.chaos import HEAD, Outcome, Plan, unleash

RUN = ("run",)


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
        unleash(Plan("PostgreSQL", 1, 120, 4, 2, (RUN, RUN)), tmp_path / "shared", postgresql_url),
        unleash(Plan("SQLite, no history", 2, 60, 4, 1, with_history=False), tmp_path / "alone", sqlite_url),
    )
    check(shared)
    check(alone)
    assert shared.lost == 0
    assert alone.calls["conversations.history"] > 0, "it tried, and was refused"


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_three_processes_on_postgresql_lose_and_double_nothing(
    postgresql_url: str, tmp_path: Path, seed: int
) -> None:
    outcome = await unleash(
        Plan("PostgreSQL", seed, 4000, 60, 6, (RUN, RUN, RUN), settled_within=300), tmp_path, postgresql_url
    )
    check(outcome)
    assert outcome.lost == 0


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_process_on_sqlite_that_dies_again_and_again_loses_and_doubles_nothing(
    sqlite_url: str, tmp_path: Path, seed: int
) -> None:
    outcome = await unleash(Plan("SQLite", seed, 4000, 60, 6, settled_within=300), tmp_path, sqlite_url)
    check(outcome)
    assert outcome.lost == 0


@pytest.mark.long
async def test_without_access_to_the_history_nothing_is_doubled_and_what_is_unposted_says_why(
    database_url: str, tmp_path: Path
) -> None:
    commands = (RUN, RUN, RUN) if database_url.startswith("postgresql") else (RUN,)
    label = f"{database_url.partition(':')[0]}, no history"
    plan = Plan(label, 4, 4000, 60, 6, commands, with_history=False, settled_within=300)
    check(await unleash(plan, tmp_path, database_url))
