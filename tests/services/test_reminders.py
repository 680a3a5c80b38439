"""A reminder comes once, in 15 minutes, to one person, and not to somebody who has done the break by then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import BreakClosed, BreakUnknown
from bot.domain.outbox import Outcome, Result
from bot.services import breaks, reminders, settlement
from bot.services.breaks import Sight
from bot.services.messages import ReminderMessage
from bot.services.reminders import REMIND_AFTER
from tests.services.courier import Courier
from tests.store.world import NOON, World


def reminded(courier: Courier) -> list[str]:
    return [ready.facts.member_slack_id for ready in courier.said if isinstance(ready.facts, ReminderMessage)]


async def test_it_comes_once_however_often_it_is_asked_for(world: World, courier: Courier) -> None:
    break_id = await world.add_break()
    asked = [
        await reminders.remind(world.uow, Sight(break_id), world.members[member], NOON + timedelta(minutes=minute))
        for member, minute in ((0, 0), (0, 1), (1, 2))
    ]
    assert [each.is_new for each in asked] == [True, False, True]
    await courier.deliver(NOON + REMIND_AFTER - timedelta(seconds=1))
    assert reminded(courier) == []
    await courier.deliver(NOON + REMIND_AFTER)
    assert reminded(courier) == ["U1"]
    await courier.deliver(NOON + REMIND_AFTER + timedelta(minutes=2))
    assert reminded(courier) == ["U1", "U2"]
    assert not (await reminders.remind(world.uow, Sight(break_id), world.members[0], NOON + 2 * REMIND_AFTER)).is_new


async def test_who_has_done_it_is_not_reminded(world: World, courier: Courier) -> None:
    break_id, (ann, ben) = await world.add_break(), world.members[:2]
    await reminders.remind(world.uow, Sight(break_id), ann, NOON)
    for member in (ann, ben):
        await breaks.press_done(world.uow, Sight(break_id), member, on=True, event_at=NOON, now=NOON)
    assert (await reminders.remind(world.uow, Sight(break_id), ben, NOON)).is_done
    await courier.deliver(NOON + REMIND_AFTER)
    assert reminded(courier) == []
    assert (await world.outbox_states())[f"reminder:{break_id}:{ann.id}"] == "dropped"


async def test_one_that_is_late_is_left_out(world: World, courier: Courier) -> None:
    break_id = await world.add_break()
    await reminders.remind(world.uow, Sight(break_id), world.members[0], NOON)
    await courier.deliver(NOON + REMIND_AFTER + timedelta(minutes=11))
    assert reminded(courier) == []


async def test_a_person_who_cannot_be_reached_stops_no_channel(world: World, courier: Courier) -> None:
    break_id = await world.add_break()
    await reminders.remind(world.uow, Sight(break_id), world.members[0], NOON)
    await courier.deliver(NOON + REMIND_AFTER, lambda _: Result(Outcome.CHANNEL_GONE, error="channel_not_found"))
    async with world.uow() as uow:
        assert (await uow.workspaces.get_channel(world.channel.id)).stopped_because is None


async def test_a_break_that_closes_before_is_nothing_to_be_reminded_of(world: World) -> None:
    break_id = await world.add_break()
    here = replace(world.members[0], zone="Europe/Berlin")
    with pytest.raises(BreakClosed):
        await reminders.remind(world.uow, Sight(break_id), here, NOON + timedelta(hours=10, minutes=50))
    with pytest.raises(BreakUnknown):
        await reminders.remind(world.uow, Sight(99), here, NOON)


async def test_one_of_unknown_outcome_is_not_sent_again(world: World, courier: Courier) -> None:
    break_id = await world.add_break()
    await reminders.remind(world.uow, Sight(break_id), world.members[0], NOON)
    due_at = NOON + REMIND_AFTER
    await courier.deliver(due_at, lambda _: Result(Outcome.UNKNOWN, error="TimeoutError"))
    await world.pass_time(20)
    (sought,) = await courier.deliver(due_at)
    await settlement.settle_lookup(world.uow, sought, found_ts=None, can_look=True, now=due_at)
    await courier.deliver(due_at)
    assert reminded(courier) == []
    assert list((await world.outbox_states()).values()) == ["missed"]
