"""Events that come again: retried, replayed, doubled and out of order, the rows are those of one delivery each."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from bot.services import installations
from bot.store.unit_of_work import DatabaseAway
from tests.world import DESIGN, World

TABLES = ("participations", "supports", "schedules", "members", "early_reactions", "pauses")


async def rows(world: World) -> dict[str, list[tuple[Any, ...]]]:
    async with world.limber.open_unit_of_work() as uow:
        return {
            name: [tuple(row) for row in await uow._session.execute(text(f"SELECT * FROM {name}"))]  # noqa: S608, SLF001
            for name in TABLES
        }


def reaction(world: World, ts: str, *, on: bool = True, user: str = "U0MEI") -> dict[str, Any]:
    item = {"type": "message", "channel": DESIGN, "ts": ts}
    kind = "reaction_added" if on else "reaction_removed"
    return world.event(type=kind, user=user, reaction="muscle", item=item, item_user="U0LIMBER")


async def first_prompt(world: World) -> dict[str, Any]:
    await world.set_up()
    await world.go_to(2, 9, 25)
    return world.prompts()[0]


async def test_what_is_replayed_later_changes_nothing_although_it_would_by_then(world: World) -> None:
    await first_prompt(world)
    left = world.event(type="channel_left", channel=DESIGN, actor_id="U0ANNA")
    joined = world.event(type="member_joined_channel", channel=DESIGN, user="U0LIMBER", channel_type="C")
    await world.deliver("events_api", left)
    assert await world.stopped_because() == "not_in_channel"
    await world.deliver("events_api", joined)
    before = await rows(world)
    for event in (left, joined, left):
        assert (await world.deliver("events_api", event)).failure == ""
    assert await rows(world) == before
    assert await world.stopped_because() is None


async def test_doubled_at_the_same_moment_and_out_of_order_it_counts_once(world: World) -> None:
    prompt = await first_prompt(world)
    added, removed, again = (reaction(world, prompt["ts"], on=on) for on in (True, False, True))
    other = reaction(world, prompt["ts"], user="U0TOMAS")
    order = [again, removed, other, added, removed, again, added]
    for event in order:
        await asyncio.gather(*(world.deliver("events_api", event) for _ in range(2)))
    assert await world.count_done() == 2
    assert len((await rows(world))["participations"]) == 2


async def test_an_event_that_failed_is_not_remembered_so_that_its_retry_counts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompt = await first_prompt(world)
    event = reaction(world, prompt["ts"])

    async def away(*_: Any) -> None:
        raise DatabaseAway[2]("away")

    with monkeypatch.context() as broken:
        broken.setattr("bot.slack.listeners.breaks.reaction", away)
        await world.deliver("events_api", event)
    assert await world.count_done() == 0
    assert not await installations.is_handled(world.limber.open_unit_of_work, event["event_id"])
    await world.deliver("events_api", event)
    assert await world.count_done() == 1
    assert await installations.is_handled(world.limber.open_unit_of_work, event["event_id"])
