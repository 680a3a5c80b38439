"""A courier takes no more than it can say, keeps Slack's time, and stops when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.domain import outbox as rules
from bot.domain.outbox import Kind, Message
from bot.services import outbox
from bot.services.outbox import Ready
from bot.slack import courier as couriers
from bot.slack.courier import Courier
from bot.slack.pictures import Pictures
from bot.store.engine import open_engine
from playground.limits import most_within
from routines.catalogue import default_catalogue
from tests.store.world import NOON, World

CATALOGUE = default_catalogue()


class SlowSlack:
    """A Slack in which every call waits until it is let go."""

    def __init__(self) -> None:
        self.calls = 0
        self.times: list[float] = []
        self.goes_on = asyncio.Event()

    async def chat_postMessage(self, **_said: Any) -> dict[str, str]:  # noqa: N802  # the SDK's name
        self.calls += 1
        self.times.append(monotonic())
        await self.goes_on.wait()
        return {"ts": f"{self.calls}.5"}


@pytest.fixture
async def engine(sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(sqlite_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def world(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> World:
    """Eight prompts due at noon, each in a workspace of its own; two are prepared at a time, and four called for."""
    monkeypatch.setattr(couriers, "_TOGETHER", 2)
    monkeypatch.setattr(couriers, "CALLS_AT_ONCE", 4)
    world = await World.create(engine)
    for number in range(8):
        await add_prompt(world, f"T{number}0", f"C{number}")
    return world


async def add_prompt(world: World, team_id: str, channel_slack_id: str) -> None:
    async with world.uow() as uow:
        workspace = await uow.workspaces.ensure_workspace(team_id)
        channel = await uow.workspaces.ensure_channel(workspace.id, channel_slack_id)
        await uow.commit()
    break_id = await world.add_break(ts=None, channel=channel)
    async with world.uow() as uow:
        await uow.outbox.enqueue(Message(channel.id, Kind.PROMPT, break_id, f"prompt:{break_id}", NOON))
        await uow.commit()


def courier_of(world: World, slack: SlowSlack, clock: Clock = lambda: NOON) -> Courier:
    client: Any = slack
    return Courier(
        world.uow,
        catalogue=CATALOGUE,
        pictures=Pictures(CATALOGUE, None),
        client_of=lambda _: client,
        clock=clock,
    )


async def until_calls(slack: SlowSlack, count: int) -> None:
    async with asyncio.timeout(20):
        while slack.calls < count:  # noqa: ASYNC110  # nothing tells
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert slack.calls == count


async def until_begun(world: World, count: int) -> None:
    """Wait until so many prompts are about to be called for, or are."""
    async with asyncio.timeout(20):
        while (await world.prompts("state")).count("intent") < count:  # noqa: ASYNC110  # nothing tells
            await asyncio.sleep(0.01)


async def test_so_many_prompts_are_called_for_at_a_time_and_the_others_wait(world: World) -> None:
    slack = SlowSlack()
    courier = courier_of(world, slack)
    await courier.deliver_due()
    await until_calls(slack, 4)
    await until_begun(world, 6)
    assert sorted(await world.prompts("state")) == ["intent"] * 6 + ["leased"] * 2, "a slow Slack leaves leases"
    slack.goes_on.set()
    await until_calls(slack, 8)
    await courier.drain()
    assert await world.prompts("state") == ["sent"] * 8


async def test_a_courier_that_drains_sends_what_it_has_prepared_and_claims_nothing_more(world: World) -> None:
    slack = SlowSlack()
    courier = courier_of(world, slack)
    await courier.deliver_due()
    await until_calls(slack, 4)
    await until_begun(world, 6)
    await add_prompt(world, "T90", "C90")
    draining = asyncio.create_task(courier.drain())
    await asyncio.sleep(0.1)
    slack.goes_on.set()
    await asyncio.wait_for(draining, 10)
    assert slack.calls == 6
    assert await courier.deliver_due() > 0
    assert sorted(await world.prompts("state")) == ["leased"] * 2 + ["pending"] + ["sent"] * 6


async def test_a_call_that_cannot_begin_in_time_is_not_begun_and_is_due_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "CALL_BEGINS", timedelta(seconds=-1))
    slack = SlowSlack()
    courier = courier_of(world, slack)
    await courier.deliver_due()
    slow = ("pending", "the worker was too slow to begin the call")
    async with asyncio.timeout(20):
        while slow not in await world.prompts("state", "error"):  # noqa: ASYNC110  # nothing tells
            await asyncio.sleep(0.01)
    await courier.drain()
    assert slack.calls == 0
    states = await world.prompts("state", "error")
    assert {state for state, _ in states} <= {"pending", "leased"}


async def test_a_courier_holds_no_more_than_it_can_say(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(couriers, "IN_HAND", 3)
    slack = SlowSlack()
    courier = courier_of(world, slack)
    for _ in range(3):
        await courier.deliver_due()
    await until_calls(slack, 3)
    assert sorted(await world.prompts("state")) == ["intent"] * 3 + ["pending"] * 5
    slack.goes_on.set()
    await courier.drain()


async def test_turns_that_were_held_up_are_not_all_called_for_at_once(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = 0.5
    monkeypatch.setattr(rules, "POST_PAUSE", timedelta(seconds=pause))
    monkeypatch.setattr(rules, "POST_PATIENCE", timedelta(seconds=pause))
    world, slack = await World.create(engine), SlowSlack()
    for number in range(12):
        await add_prompt(world, "T1", f"C{number}0")
    courier = courier_of(world, slack)
    slack.goes_on.set()
    goes_on, prepare = asyncio.Event(), outbox.prepare_prompts

    async def held_up(*arguments: Any) -> list[Ready]:
        await goes_on.wait()
        return await prepare(*arguments)

    monkeypatch.setattr(outbox, "prepare_prompts", held_up)
    async with asyncio.timeout(20):
        while "pending" in await world.prompts("state"):
            await courier.deliver_due()
            await asyncio.sleep(pause / 5)
    goes_on.set()
    async with asyncio.timeout(20):
        while slack.calls < 12:  # noqa: ASYNC110  # the courier says for how long
            await asyncio.sleep(await courier.deliver_due())
    assert most_within(slack.times, 0.6 * pause) == rules.POST_BURST
    await courier.drain()


async def test_what_is_claimed_before_its_turn_waits_for_it(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "CLAIM_AHEAD", timedelta(seconds=1.5))
    monkeypatch.setattr(rules, "POST_PAUSE", timedelta(seconds=2))
    world, slack = await World.create(engine), SlowSlack()
    slack.goes_on.set()
    for number in range(7):
        await add_prompt(world, "T1", f"C{number}0")
    due = monotonic() + 1.5
    courier = courier_of(world, slack, clock=lambda: NOON + timedelta(seconds=monotonic() - due))
    wait = await courier.deliver_due()
    assert (await world.prompts("state")).count("pending") == 2, "a burst is claimed before it is due"
    async with asyncio.timeout(20):
        while slack.calls < 7:
            await asyncio.sleep(wait)
            wait = await courier.deliver_due()
    await courier.drain()
    assert slack.times[0] >= due
    assert slack.times[5] >= slack.times[4] + rules.POST_PAUSE.total_seconds()


async def test_the_pause_of_all_processes_counts_from_the_answers(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "POST_PAUSE", timedelta(seconds=20))
    monkeypatch.setattr(rules, "POST_PATIENCE", timedelta(seconds=40))
    monkeypatch.setattr(rules, "LEASE", timedelta(hours=1))
    world, slack = await World.create(engine), SlowSlack()
    for number in range(6):
        await add_prompt(world, "T1", f"C{number}0")
    courier = courier_of(world, slack)
    await courier.deliver_due()
    await until_calls(slack, 5)
    await world.pass_time(25)
    assert not await outbox.claim(world.uow, NOON), "Slack has not answered"
    slack.goes_on.set()
    await courier.drain()
    await world.pass_time(15)
    assert not await outbox.claim(world.uow, NOON)
    await world.pass_time(6)
    assert await outbox.claim(world.uow, NOON)


async def test_a_courier_looks_again_when_there_may_be_more_and_not_before(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couriers, "LOOK_AGAIN_SECONDS", 100.0)
    monkeypatch.setattr(rules, "POST_PAUSE", timedelta(seconds=40) + rules.CLAIM_AHEAD)
    monkeypatch.setattr(rules, "POST_PATIENCE", timedelta(seconds=80))
    monkeypatch.setattr(rules, "LEASE", timedelta(hours=1))
    world, slack = await World.create(engine), SlowSlack()
    courier = courier_of(world, slack)
    assert await courier.deliver_due() == couriers.LOOK_AGAIN_SECONDS, "nothing is open"
    for number in range(6):
        await add_prompt(world, "T1", f"C{number}0")
    assert await courier.deliver_due() == pytest.approx(0.25), "others may have their turn soon"
    assert 20 < await courier.deliver_due() < 41, "nobody has: the workspace has had its burst"
    slack.goes_on.set()
    await courier.drain()


async def test_a_courier_that_always_has_something_to_claim_still_looks_after_calls_nobody_settled(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couriers, "_LOST_SECONDS", 0.2)
    world, slack = await World.create(engine), SlowSlack()
    slack.goes_on.set()
    await add_prompt(world, "T10", "C10")
    (claimed,) = (await outbox.claim(world.uow, NOON)).to_send
    await outbox.prepare(world.uow, CATALOGUE, claimed, NOON)
    await world.pass_time(60)
    courier = courier_of(world, slack)
    for number in range(2, 6):
        await add_prompt(world, f"T{number}0", f"C{number}0")
        await courier.deliver_due()
        await asyncio.sleep(0.15)
    assert (await world.prompts("state"))[0] == "uncertain"
    await courier.drain()


@pytest.mark.parametrize(
    ("error", "state"),
    [("no_permission", "missed"), ("access_denied", "missed"), ("is_archived", "missed"), ("ratelimited", "uncertain")],
)
async def test_a_look_up_that_slack_refuses_for_good_is_not_made_again(
    engine: AsyncEngine, error: str, state: str
) -> None:
    class ClosedSlack(SlowSlack):
        async def conversations_history(self, **_place: Any) -> Any:
            response = SimpleNamespace(data={"ok": False, "error": error}, status_code=200, headers={})
            raise SlackApiError(error, response)  # type: ignore[no-untyped-call]  # the SDK's

    world = await World.create(engine)
    await add_prompt(world, "T10", "C10")
    (claimed,) = (await outbox.claim(world.uow, NOON)).to_send
    await outbox.prepare(world.uow, CATALOGUE, claimed, NOON)
    await world.pass_time(60)
    courier = courier_of(world, ClosedSlack())
    await courier.deliver_due()
    await courier.drain()
    assert await world.prompts("state") == [state]
