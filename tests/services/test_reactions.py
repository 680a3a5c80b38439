"""A reaction that arrives before we know the prompt's `ts` is kept, and counts as if it had come later."""

import random
from datetime import datetime, timedelta

import pytest

from bot.domain.breaks import COUNTED_REACTIONS, Support
from bot.domain.outbox import Delivery, Outcome, Result
from bot.domain.workspaces import Member
from bot.services import breaks, outbox, reactions, settlement
from bot.services.breaks import Place, Sight
from bot.services.outbox import Ready
from bot.services.settlement import Answered
from bot.store.tables import EarlyReactionRow, ParticipationRow, SupportRow
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def react(
    world: World, member: Member, *, on: bool = True, at: datetime = NOON, name: str = "muscle", ts: str = "7.7"
) -> None:
    """Do what the listener does with a reaction."""
    place, support = Place("T1", "C1", ts), Support(f"reaction:{name}", is_on=on, event_at=at)
    if not await reactions.keep_early(world.uow, place, member, support):
        await breaks.react(world.uow, place, member, support, now=at)


async def under_way(world: World) -> int:
    """Have a prompt posted whose `ts` we have not been told yet."""
    break_id = await world.add_break(ts=None)
    await world.enqueue(f"prompt:{break_id}", subject_id=break_id)
    return break_id


async def done(world: World) -> list[tuple[int, bool]]:
    return await world.rows(ParticipationRow, "member_id", "is_done")


def as_seven(ready: Ready) -> Result:
    return Result(Outcome.SENT, ts="7.7")


async def test_a_reaction_before_the_ts_is_known_counts_when_it_is(world: World, courier: Courier) -> None:
    ann, ben = world.members[:2]
    await under_way(world)
    await react(world, ann, at=NOON + MINUTE)
    await react(world, ben, ts="8.8", at=NOON + MINUTE)
    assert await done(world) == []
    await courier.deliver(NOON + MINUTE, as_seven)
    assert await done(world) == [(ann.id, True)]
    assert await world.rows(EarlyReactionRow, "message_ts") == ["8.8"]


async def test_it_counts_too_when_prompts_are_settled_together(world: World) -> None:
    ann = world.members[0]
    await under_way(world)
    await react(world, ann)
    claimed: list[Delivery] = (await outbox.claim(world.uow, NOON)).to_send
    ready = await outbox.prepare_prompts(world.uow, CATALOGUE, claimed, NOON)
    await settlement.settle_prompts(world.uow, [Answered(each, as_seven(each), NOON) for each in ready])
    assert await done(world) == [(ann.id, True)]


async def test_it_counts_too_when_a_press_tells_the_ts(world: World) -> None:
    ann, ben = world.members[:2]
    break_id = await under_way(world)
    await react(world, ann)
    await breaks.press_done(world.uow, Sight(break_id, "7.7"), ben, on=True, event_at=NOON, now=NOON)
    assert sorted(await done(world)) == [(ann.id, True), (ben.id, True)]
    assert await world.prompts("state") == ["sent"]


async def test_a_reaction_taken_back_before_the_ts_is_known_does_not_count(world: World, courier: Courier) -> None:
    ann = world.members[0]
    await under_way(world)
    await react(world, ann, on=False, at=NOON + 2 * MINUTE)
    await react(world, ann, at=NOON + MINUTE)
    await courier.deliver(NOON + 3 * MINUTE, as_seven)
    assert await done(world) == [(ann.id, False)]


async def test_reactions_are_not_kept_while_no_prompt_is_under_way(world: World) -> None:
    ann = world.members[0]
    await world.add_break()
    await react(world, ann)
    await world.add_break(NOON + DAY, ts=None)
    await react(world, ann)  # of the day before
    assert await world.rows(EarlyReactionRow, "message_ts") == []
    for channel, ts, at, expected in (
        ("C1", "7.7", NOON, False),
        ("C9", "7.7", NOON, False),
        ("C1", "1.1", NOON, True),
        ("C1", "7.7", NOON + DAY, True),
    ):
        support = Support("reaction:muscle", is_on=True, event_at=at)
        assert await reactions.concerns_us(world.uow, Place("T1", channel, ts), "U1", support) is expected


async def test_what_was_on_other_messages_is_dropped_after_a_day(world: World, courier: Courier) -> None:
    ann = world.members[0]
    await under_way(world)
    await react(world, ann, ts="8.8")
    await courier.deliver(NOON + MINUTE, as_seven)
    later = await world.add_break(NOON + 2 * DAY, ts=None)
    await world.enqueue(f"prompt:{later}", subject_id=later, due_at=NOON + 2 * DAY)
    await react(world, ann, ts="9.9", at=NOON + 2 * DAY)
    assert await world.rows(EarlyReactionRow, "message_ts") == ["9.9"]


@pytest.mark.parametrize("seed", range(6))
async def test_a_stream_shuffled_doubled_and_partly_early_leaves_the_same_rows(world: World, seed: int) -> None:
    """In each order the `ts` becomes known at another moment; presses wait for the button, which needs the message."""
    chance = random.Random(seed)  # noqa: S311  # a test's own dice
    kinds = ["button", "undo", *COUNTED_REACTIONS]
    stream = [
        (chance.choice(kinds), chance.random() < 0.6, NOON + minute * MINUTE) for minute in chance.sample(range(60), 8)
    ]
    left = []
    for turn, member in enumerate(world.members[:4]):
        ts = f"{turn}.9"
        break_id = await world.add_break(NOON - turn * MINUTE, ts=None)
        order = sorted(stream, key=lambda event: event[2]) if not turn else chance.sample(stream * 2, len(stream) * 2)
        known_after = 0 if not turn else chance.randint(0, len(order))
        for number, (kind, on, at) in enumerate(order):
            if number == known_after:
                await make_known(world, break_id, ts)
            if kind in ("button", "undo"):
                press = Sight(break_id, ts), member
                await breaks.press_done(world.uow, *press, on=kind == "button", event_at=at, now=at)
            else:
                await react(world, member, on=on, at=at, name=kind, ts=ts)
        await make_known(world, break_id, ts)
        left.append(await rows_of(world, member))
    assert left[1:] == left[:1] * 3
    assert await world.rows(EarlyReactionRow, "message_ts") == []


async def make_known(world: World, break_id: int, ts: str) -> None:
    async with world.uow() as uow:
        await uow.breaks.mark_posted(break_id, ts, posted_at=NOON, counts=True)
        await breaks.made_known(uow, {break_id: (world.channel.id, ts)}, NOON + 61 * MINUTE)
        await uow.commit()


async def rows_of(world: World, member: Member) -> object:
    participations = await world.rows(ParticipationRow, "id", "member_id", "is_done", "first_done_at")
    found = [row for row in participations if row[1] == member.id]
    supports = await world.rows(SupportRow, "participation_id", "kind", "is_on", "event_at")
    return [(row[2:], sorted(each[1:] for each in supports if each[0] == row[0])) for row in found]
