"""When a break's day is over its prompt is folded, once, by an edit that waits its turn and rushes nobody."""

from datetime import timedelta

from bot.domain.breaks import Prompt
from bot.domain.outbox import Outcome, Result
from bot.services import breaks, outbox, settlement
from bot.services.breaks import Sight
from bot.services.settlement import Answered
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

MIDNIGHT = NOON + timedelta(hours=11)
"""In Berlin, on the day after NOON."""


def folded(courier: Courier) -> list[bool]:
    return [ready.facts.is_over for ready in courier.said if isinstance(ready.facts, Prompt) and ready.delivery.is_edit]


async def posted(world: World, courier: Courier) -> int:
    break_id = await world.add_break(ts=None)
    await world.enqueue(f"prompt:{break_id}", subject_id=break_id)
    await courier.deliver(NOON)
    return break_id


async def test_a_prompt_is_folded_once_within_four_hours_after_its_day(world: World, courier: Courier) -> None:
    await posted(world, courier)
    fold_at = await outbox.next_due_at(world.uow, NOON)
    assert fold_at is not None
    assert MIDNIGHT <= fold_at < MIDNIGHT + timedelta(hours=4)
    await courier.deliver(fold_at - timedelta(seconds=1))
    assert folded(courier) == []
    await courier.deliver(fold_at)
    assert folded(courier) == [True]
    assert courier.said[-1].edits_ts == "1.5"
    assert await outbox.next_due_at(world.uow, fold_at) is None


async def test_an_edit_of_the_day_neither_folds_nor_hinders_it(world: World, courier: Courier) -> None:
    break_id = await posted(world, courier)
    for member in world.members[:3]:
        await breaks.press_done(world.uow, Sight(break_id), member, on=True, event_at=NOON, now=NOON)
    await courier.deliver(NOON)
    assert folded(courier) == [False]
    await courier.deliver(MIDNIGHT + timedelta(hours=4))
    assert folded(courier) == [False, True]
    assert courier.said[-1].facts.done == 3  # type: ignore[union-attr]  # it is a prompt, as above


async def test_a_prompt_stays_open_until_its_date_has_ended_for_everybody_who_takes_part(
    world: World, courier: Courier
) -> None:
    async with world.uow() as uow:
        late = await uow.members.ensure(world.workspace.id, "U9", name="Lee", zone="America/Los_Angeles")
        await uow.commit()
    earlier = await world.add_break(NOON - timedelta(days=1))
    before = NOON - timedelta(hours=23)
    await breaks.press_done(world.uow, Sight(earlier), late, on=True, event_at=before, now=before)
    await posted(world, courier)
    over_in_los_angeles = MIDNIGHT + timedelta(hours=9)
    now = NOON
    while (due_at := await outbox.next_due_at(world.uow, now)) is not None and not folded(courier):
        now = due_at
        await courier.deliver(now)
    assert folded(courier) == [True]
    assert over_in_los_angeles <= now < over_in_los_angeles + timedelta(hours=4)


async def test_prompts_of_one_evening_are_folded_at_minutes_of_their_own(world: World) -> None:
    channels = [await world.add_channel(f"C{number}0") for number in range(20)]
    ids = [await world.add_break(channel=channel, ts=None) for channel in channels]
    for channel, break_id in zip(channels, ids, strict=True):
        await world.enqueue(f"prompt:{break_id}", subject_id=break_id, channel=channel)
    while claimed := await outbox.claim(world.uow, NOON):
        ready = await outbox.prepare_prompts(world.uow, CATALOGUE, claimed.to_send, NOON)
        answered = [Answered(each, Result(Outcome.SENT, ts=f"{each.delivery.id}.1"), NOON) for each in ready]
        await settlement.settle_prompts(world.uow, answered)
        await world.pass_time(2)
    due, now = [], NOON
    while (found := await outbox.next_due_at(world.uow, now)) is not None:
        now = found
        due.append(found)
    assert len(due) == len(ids)
