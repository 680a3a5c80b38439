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
            name: [tuple(row) for row in await uow._session.execute(text(f"SELECT * FROM {name}"))]  # noqa: S608, SLF001  # the names are ours
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


async def test_what_is_replayed_later_is_not_even_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await first_prompt(world)
    local = world.slack._slack  # noqa: SLF001  # tests may look everywhere
    sent, emit = list[dict[str, Any]](), local.emit

    def seen(payload: dict[str, Any]) -> None:
        sent.append(payload)
        emit(payload)

    monkeypatch.setattr(local, "emit", seen)
    await world.person("anna").say(DESIGN, "/remove @limber")
    assert await world.stopped_because() == "not_in_channel"
    await world.person("anna").say(DESIGN, "/invite @limber")
    await world.until(world.limber.is_settled, "all is said")
    assert {each["event"]["type"] for each in sent} >= {"channel_left", "member_joined_channel"}
    before, calls = await rows(world), len(world.slack.calls("conversations.info"))
    for event in (*sent, *reversed(sent)):
        assert (await world.deliver("events_api", event)).failure == ""
    assert (await rows(world), len(world.slack.calls("conversations.info"))) == (before, calls)
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


async def test_an_invitation_is_understood_by_the_least_that_slack_documents_of_it(world: World) -> None:
    joined = world.event(type="member_joined_channel", user=world.app_user, channel=DESIGN, inviter="U0MEI")
    del joined["authorizations"], joined["event"]["event_ts"]
    for _ in range(2):
        await world.deliver("events_api", joined)
    await world.until(world.limber.is_settled, "all is said")
    greetings = [call for call in world.slack.calls("chat.postMessage") if "Hello, I'm Limber" in str(call)]
    assert len(greetings) == 1
    await world.deliver("events_api", world.event(type="member_joined_channel", user="U0MEI", channel=DESIGN))
    assert await world.limber.is_settled()
