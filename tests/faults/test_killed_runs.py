"""kill -9 in the middle of runs, in real processes: the next card is late by little, and nothing is shown twice."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from playground.faults import Fault
from playground.server import Playground
from tests.faults.chaos import Fleet, chaotic_manifest, fleet, seed_with
from tests.faults.processes import until
from tests.faults.short_runs import begin, cards, looking, members, short_routine, states
from tests.pace import on_one

CHANNEL = "C00000"
POST = "chat.postMessage"
FIRST, SECOND, THIRD = (f"Move {number} of 3" for number in (1, 2, 3))

BETWEEN = 3.0
"""Seconds by which the next card is late at most after a kill between two cards, with a restart at once."""

IN_A_CALL = 20.0
"""The same after a kill in the middle of its call: a lease of 14 seconds has to run out first, and no second one."""


@contextlib.asynccontextmanager
async def going(
    url: str, folder: Path, *, seconds: int, channels: int = 1, commands: tuple[tuple[str, ...], ...] = (("run",),)
) -> AsyncIterator[tuple[Playground, Fleet, AsyncEngine]]:
    """Begin a run of three moves in each channel, and start the processes that carry it on."""
    seed = seed_with(channels)
    await begin(url, [each.id for each in seed.channels], short_routine(3, seconds))
    engine = looking(url)
    try:
        async with (
            Playground(manifest=chaotic_manifest(), seed=seed) as slack,
            fleet(folder, slack, url, commands) as ours,
        ):
            yield slack, ours, engine
    finally:
        await engine.dispose()


async def _has(slack: Playground, number: int) -> bool:
    return len(cards(slack, CHANNEL)) == number


async def _is_called(slack: Playground, times: int) -> bool:
    return len(slack.calls(POST)) == times


async def _are(engine: AsyncEngine, *wanted: str) -> bool:
    return (await states(engine))[: len(wanted)] == list(wanted)


def _late(slack: Playground, seconds: int) -> float:
    """Tell how much later than due the second card came, counted from the first."""
    (_, first), (_, second) = cards(slack, CHANNEL)[:2]
    return second - first - seconds


@on_one("sqlite")
async def test_killed_between_two_cards_the_next_is_three_seconds_late_at_most(
    database_url: str, tmp_path: Path
) -> None:
    seconds = 7  # a restart takes some of them
    async with going(database_url, tmp_path, seconds=seconds) as (slack, ours, engine):
        await until(partial(_are, engine, "sent", "pending"), "the first card", 60)
        await ours.kill(0)
        await ours.start(0)
        await until(partial(_has, slack, 2), "the second card", 30)
        assert -0.5 < _late(slack, seconds) < BETWEEN
        assert [text for text, _ in cards(slack, CHANNEL)] == [FIRST, SECOND]
        await until(partial(_are, engine, "sent", "sent", "pending"), "it is settled", 20)
        assert await members(engine) == [("running", 2, 1)] * 2


@on_one("postgresql")
async def test_killed_in_the_middle_of_a_cards_call_it_comes_when_the_lease_ends(
    database_url: str, tmp_path: Path
) -> None:
    seconds = 2
    async with going(database_url, tmp_path, seconds=seconds) as (slack, ours, engine):
        await until(partial(_has, slack, 1), "the first card", 60)
        hangs = Fault(POST, "timeout", accepted=False)
        slack._slack.faults.add(hangs)  # noqa: SLF001  # as the page's own HTTP API does
        await until(partial(_is_called, slack, len(slack.calls(POST)) + 1), "the second card's call", 30)
        assert await _are(engine, "sent", "intent")
        await ours.kill(0)
        await ours.start(0)
        await until(partial(_has, slack, 2), "the second card", 40)
        assert seconds < _late(slack, seconds) < IN_A_CALL
        await until(partial(_has, slack, 4), "the end", 40)
        assert [text for text, _ in cards(slack, CHANNEL)][:3] == [FIRST, SECOND, THIRD]
        await until(partial(_is_credited, engine, runs=1), "all steps are everybody's", 20)


async def _is_credited(engine: AsyncEngine, runs: int) -> bool:
    return await members(engine) == [("finished", 3, 3)] * 2 * runs


@pytest.mark.parametrize(("dies", "stays"), [pytest.param("run", "worker", marks=pytest.mark.long), ("worker", "run")])
async def test_two_processes_carry_runs_on_and_one_dies_no_card_is_shown_twice(
    postgresql_url: str, tmp_path: Path, dies: str, stays: str
) -> None:
    channels = 6
    async with going(postgresql_url, tmp_path, seconds=3, channels=channels, commands=((dies,),)) as (
        slack,
        ours,
        engine,
    ):
        slow = Fault(POST, "slow", share=0.5, seconds=0.5)  # so that it dies in the middle of some
        slack._slack.faults.add(slow)  # noqa: SLF001  # as above
        await until(partial(_has, slack, 1), "the first card", 60)
        ours.commands = ((dies,), (stays,))  # whoever is first at a card is, as a rule, first at the next
        await ours.start(1)
        await asyncio.sleep(2)
        await ours.kill(0)
        await until(partial(_is_credited, engine, runs=channels), "all runs are done to the end, each step once", 90)
        for number in range(channels):
            shown = [text for text, _ in cards(slack, f"C{number:05}")]
            assert (shown[:3], len(shown)) == ([FIRST, SECOND, THIRD], 4)
        posted = [ours.programs[each].said().count("run_step") for each in (0, 1)]
        assert all(posted), "both have posted cards"
