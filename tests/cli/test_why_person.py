"""`limber why` asked about a person's day, of rows that the real services made, on both databases."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.cli.days import _WORDS
from bot.domain.dates import Dates
from bot.domain.days import Verdict
from bot.domain.workspaces import Member
from bot.services import aways, breaks, retention
from bot.services.breaks import Sight
from bot.store.engine import open_engine
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from tests.cli.conftest import Limber, go_by
from tests.services.courier import CATALOGUE
from tests.store.world import NOON, World

DAY = timedelta(days=1)
MONDAY = NOON.date()


@pytest.fixture
def why(limber: Limber, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Asks what a date counted, after two weeks of Ann's have happened; answers the line of the channel."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    go_by(monkeypatch, lambda: NOON + 14 * DAY)
    asyncio.run(_with(database_url, _two_weeks))

    def ask(day: int, who: str = "U1") -> str:
        result = limber("why", who, str(MONDAY + day * DAY))
        assert result.exit_code == 0, result.stderr
        heading, *lines = result.output.splitlines()
        assert heading.startswith("U1, ")
        return "\n".join(lines)

    return ask


async def _on(url: str, act: Callable[[OpenUnitOfWork], Awaitable[Any]]) -> None:
    engine = open_engine(url)
    try:
        await act(lambda: UnitOfWork(engine))
    finally:
        await engine.dispose()


async def _with(url: str, story: Callable[[World], Awaitable[Any]]) -> None:
    engine = open_engine(url)
    try:
        await story(await World.create(engine))
    finally:
        await engine.dispose()


async def _two_weeks(world: World) -> None:
    """Six kept days, one covered, one kept, away, one missed with nothing left, one kept by hand, Friday off."""
    ann, ben = world.members[:2]
    for day in range(12):
        counts = day not in (10, 11)
        if day == 9:
            await world.add_break(NOON + day * DAY, ts=None)
            await world.add_break(NOON + day * DAY + DAY / 8, ts=None)
            continue
        break_id = await world.add_break(NOON + day * DAY, ts=f"{day}.0", counts=counts)
        await _press(world, break_id, ben, day)
        if day in (1, 2, 3, 4, 5, 7):
            await _press(world, break_id, ann, day)
    await aways.go_away(world.uow, CATALOGUE, ann, Dates(MONDAY + 8 * DAY, MONDAY + 8 * DAY), NOON + 9 * DAY)


async def _press(world: World, break_id: int, member: Member, day: int) -> None:
    at = NOON + day * DAY
    await breaks.press_done(world.uow, Sight(break_id), member, on=True, event_at=at, now=at)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (0, "a break day, before they took part here for the first time"),
        (1, "kept, done at 13:00 by the button"),
        (6, "missed and covered by a reserve day, which cost 5 of the reserve"),
        (8, "away Tuesday 10 March, so it cost nothing"),
        (9, "our breaks at 13:00 and 16:00 (Europe/Berlin) did not go out, which counts against nobody"),
        (10, "its only break was sent by hand, or found in Slack later, which costs nothing"),
        (13, "no break day"),
    ],
)
def test_a_date_is_explained_from_the_rows(why: Callable[..., str], day: int, said: str) -> None:
    assert f": {said}. Before it " in why(day)


def test_the_numbers_before_and_after_a_date_are_those_of_the_fold(why: Callable[..., str]) -> None:
    assert why(6).endswith(
        "Before it 5 in a row, reserve 5, best 5, 5 altogether; after it 5 in a row, reserve 0, best 5, 5 altogether."
    )
    assert why(7, "@person 1").endswith(
        "Before it 5 in a row, reserve 0, best 5, 5 altogether; after it 6 in a row, reserve 1, best 6, 6 altogether."
    )


def test_after_old_days_are_folded_later_ones_keep_their_numbers_and_older_ones_say_so(
    why: Callable[..., str], database_url: str
) -> None:
    later = why(7)
    asyncio.run(_on(database_url, lambda units: retention.fold_old(units, NOON + 14 * DAY, days=7)))
    assert why(7) == later
    assert why(6) == (
        "#design: older than what is kept day by day; what is folded comes to 5 in a row, reserve 0, best 5, 5"
        " altogether."
    )


def test_somebody_unknown_is_refused_and_a_wrong_date_answered_with_examples(
    why: Callable[..., str], limber: Limber
) -> None:
    unknown, wrong = limber("why", "U9999", "2026-03-02"), limber("why", "U1", "someday")
    assert (unknown.exit_code, wrong.exit_code) == (2, 2)
    assert unknown.stderr.startswith("I know no person 'U9999'.")
    assert "yesterday or Friday" in wrong.stderr


def test_every_verdict_has_words() -> None:
    assert set(_WORDS) == set(Verdict)
