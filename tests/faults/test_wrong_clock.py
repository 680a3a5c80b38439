"""A process whose clock is wrong or jumps, beside one whose clock is right."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import utc_now
from bot.settings import Settings
from bot.store.engine import open_engine
from bot.wiring import running
from playground.faults import Fault
from playground.server import Playground
from tests.faults.chaos import Row, chaotic_manifest, fill, fleet, posted_keys, rows_of, seed_with
from tests.faults.processes import until

PROMPTS = 24
CHANNELS = [channel.id for channel in seed_with(PROMPTS).channels]

Clock = Callable[[], datetime]


@pytest.fixture
async def slack() -> AsyncIterator[Playground]:
    async with Playground(manifest=chaotic_manifest(), seed=seed_with(PROMPTS)) as slack:
        yield slack


@pytest.fixture
async def engine(postgresql_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(postgresql_url)
    yield engine
    await engine.dispose()


@contextlib.asynccontextmanager
async def process_with(clock: Clock | None, slack: Playground, database_url: str) -> AsyncIterator[None]:
    """Run Limber, if given with a clock of its own; it shares the database with whoever else is there."""
    settings = Settings(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_app_token=SecretStr(slack.app_token),
        slack_api_url=slack.api_url,
        database_url=database_url,
    )
    async with running(settings, clock=clock):
        yield


def always(offset: timedelta) -> Clock:
    return lambda: utc_now() + offset


def jumping(seed: int) -> Clock:
    """A clock that is right, five hours slow or a day slow, and cannot decide."""
    random = Random(seed)  # noqa: S311  # repeatable, not secret
    return lambda: utc_now() - timedelta(hours=random.choice((0, 5, 24)))


def order(slack: Playground, fault: Fault) -> None:
    slack._slack.faults.add(fault)  # noqa: SLF001  # as the page's own HTTP API does


async def make_due(engine: AsyncEngine) -> None:
    begin = utc_now() + timedelta(seconds=1)
    due_at = [begin + timedelta(seconds=number / 8) for number in range(PROMPTS)]
    await fill(engine, CHANNELS, due_at, per_workspace=PROMPTS)


async def settled(engine: AsyncEngine) -> list[Row]:
    async def ended() -> list[Row]:
        rows = await rows_of(engine)
        return rows if len(rows) == PROMPTS and not any(row.is_open for row in rows) else []

    rows: list[Row] = await until(ended, "all are settled", 60)
    return rows


@pytest.mark.parametrize(
    "clock",
    [
        pytest.param(jumping(3), id="jumping"),
        pytest.param(always(timedelta(hours=-5)), id="hours slow", marks=pytest.mark.long),
    ],
)
async def test_a_wrong_clock_takes_nothing_from_a_call_under_way_and_doubles_nothing(
    slack: Playground, engine: AsyncEngine, postgresql_url: str, tmp_path: Path, clock: Clock
) -> None:
    order(slack, Fault("chat.postMessage", "slow", share=0.5, seconds=4, seed=1))
    async with fleet(tmp_path, slack, postgresql_url), process_with(clock, slack, postgresql_url):
        await slack.wait_until_connected(60)
        await make_due(engine)
        rows = await settled(engine)
    assert {row.state for row in rows} == {"sent"}
    assert sorted(posted_keys(slack, CHANNELS).values()) == [1] * PROMPTS
    assert len(slack.calls("chat.postMessage")) == PROMPTS


@pytest.mark.parametrize("clock", [always(timedelta(hours=5)), jumping(3)], ids=["hours fast", "jumping"])
async def test_a_system_clock_that_is_wrong_plans_nothing_early_and_finds_nothing_late(
    slack: Playground, engine: AsyncEngine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr("bot.clock.utc_now", clock)
    monkeypatch.setattr("bot.store.clock.utc_now", clock)
    async with process_with(None, slack, postgresql_url):
        await make_due(engine)
        rows = await settled(engine)
    assert {row.state for row in rows} == {"sent"}
    assert sorted(posted_keys(slack, CHANNELS).values()) == [1] * PROMPTS


@pytest.mark.long
async def test_a_clock_that_is_minutes_fast_does_not_double_what_slack_took_without_an_answer(
    slack: Playground, engine: AsyncEngine, postgresql_url: str
) -> None:
    order(slack, Fault("chat.postMessage", "drop", times=4))
    async with process_with(always(timedelta(minutes=4)), slack, postgresql_url):
        await make_due(engine)
        await settled(engine)
    assert sorted(posted_keys(slack, CHANNELS).values()) == [1] * PROMPTS
