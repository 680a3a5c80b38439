"""Every end a message can come to, and what follows from it."""

from datetime import datetime, timedelta

import pytest

from bot.clock import utc_now
from bot.domain.outbox import LEASE, MAX_ATTEMPTS, Delivery, Kind, Message, Outcome, Result
from bot.domain.schedules import Schedule
from bot.services import breaks, outbox, planning, settlement
from bot.services.breaks import Sight
from bot.services.outbox import Ready
from bot.services.settlement import Answered
from bot.store.tables import BreakRow, ChannelRow, OutboxRow, ScheduleRow
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

MINUTE = timedelta(minutes=1)


async def due_prompt(world: World, slack_id: str = "C1", *, expires_at: datetime | None = NOON + 10 * MINUTE) -> int:
    """Have a prompt due at noon; answers the break's id."""
    channel = await world.add_channel(slack_id)
    break_id = await world.add_break(ts=None, channel=channel)
    message = Message(channel.id, Kind.PROMPT, break_id, f"prompt:{break_id}", NOON, expires_at=expires_at)
    async with world.uow() as uow:
        await uow.outbox.enqueue(message)
        await uow.commit()
    return break_id


def failing(outcome: Outcome, error: str, seconds: float = 0) -> Result:
    return Result(outcome, error=error, retry_after=timedelta(seconds=seconds))


async def look_up(world: World, courier: Courier, now: datetime = NOON) -> Delivery:
    await world.pass_time(60)
    [uncertain] = await courier.deliver(now)
    return uncertain


async def break_facts(world: World) -> list[tuple[str | None, datetime | None, bool]]:
    return await world.rows(BreakRow, "message_ts", "posted_at", "counts")


async def test_a_sent_prompt_makes_its_date_a_break_day(world: World, courier: Courier) -> None:
    await due_prompt(world)
    await courier.deliver(NOON + MINUTE)
    assert await break_facts(world) == [("1.5", NOON + MINUTE, True)]
    prompt, fold = await world.rows(OutboxRow, "state", "message_ts", "settled_at")
    assert prompt == ("sent", "1.5", NOON + MINUTE)
    assert fold == ("pending", None, None)


async def test_a_prompt_refused_for_good_is_dead_and_its_schedule_goes_on(world: World, courier: Courier) -> None:
    await due_prompt(world)
    await courier.deliver(NOON, lambda _: failing(Outcome.REFUSED, "invalid_blocks"))
    assert await world.rows(OutboxRow, "state", "error") == [("dead", "invalid_blocks")]
    assert await world.rows(ChannelRow, "stopped_because") == [None]
    assert await break_facts(world) == [(None, None, False)]


@pytest.mark.parametrize(
    ("expires_at", "end"),
    [(None, ("dead", "service_busy")), (NOON + 10 * MINUTE, ("missed", "too late to be of use"))],
)
async def test_a_failure_for_the_moment_is_tried_again_until_it_is_too_late_but_not_for_ever(
    world: World, courier: Courier, expires_at: datetime | None, end: tuple[str, str]
) -> None:
    await due_prompt(world, expires_at=expires_at)
    calls: list[Ready] = []

    def busy(ready: Ready) -> Result:
        calls.append(ready)
        return failing(Outcome.TRY_LATER, "service_busy")

    for minute in range(13):
        await courier.deliver(NOON + minute * MINUTE, busy)
        await world.pass_time(61)
    assert len(calls) == MAX_ATTEMPTS if expires_at is None else len(calls) > MAX_ATTEMPTS
    assert await world.rows(OutboxRow, "state", "error") == [end]


async def test_a_retry_that_succeeds_in_time_counts(world: World, courier: Courier) -> None:
    await due_prompt(world)
    await courier.deliver(NOON, lambda _: failing(Outcome.TRY_LATER, "connection refused"))
    assert await world.rows(OutboxRow, "state") == ["pending"]
    await world.pass_time(2)
    await courier.deliver(NOON + 2 * MINUTE)
    assert await break_facts(world) == [("1.5", NOON + 2 * MINUTE, True)]


async def test_a_429_holds_the_workspace_and_loses_nothing_however_often_it_comes(
    world: World, courier: Courier
) -> None:
    first, second = await due_prompt(world), await due_prompt(world, "C2")
    calls: list[str] = []

    def limited(ready: Ready) -> Result:
        calls.append(ready.delivery.key)
        return failing(Outcome.TRY_LATER, "ratelimited", 30)

    ready = await courier.begin(NOON)
    await settlement.settle(world.uow, Answered(ready, limited(ready), NOON))
    assert not await outbox.claim(world.uow, NOON)
    await world.pass_time(25)
    assert not await outbox.claim(world.uow, NOON), "neither it nor the other channel"
    for _ in range(MAX_ATTEMPTS + 2):
        await world.pass_time(31)
        await courier.deliver(NOON, limited)
    await world.pass_time(31)
    await courier.deliver(NOON)
    await world.pass_time(31)
    await courier.deliver(NOON)
    assert sorted(courier.keys) == sorted([f"prompt:{first}", f"prompt:{second}"])


async def test_a_prompt_that_waited_too_long_is_missed_by_us(world: World, courier: Courier) -> None:
    await due_prompt(world)
    await courier.deliver(NOON + 10 * MINUTE + timedelta(seconds=1))
    assert await world.rows(OutboxRow, "state") == ["missed"]
    async with world.uow() as uow:
        missed = await uow.breaks.missed_by_us(world.channel.id, since=NOON, until=NOON + MINUTE)
    assert missed == [NOON]


async def test_an_unknown_outcome_that_is_found_is_sent_but_makes_no_break_day(world: World, courier: Courier) -> None:
    await due_prompt(world)
    await courier.deliver(NOON, lambda _: failing(Outcome.UNKNOWN, "timeout"))
    assert await world.rows(OutboxRow, "state", "error") == [("uncertain", "timeout")]
    uncertain = await look_up(world, courier)
    await settlement.settle_lookup(world.uow, uncertain, found_ts="8.8", can_look=True, now=NOON + MINUTE)
    assert await break_facts(world) == [("8.8", None, False)]
    healed = await world.prompts("state", "message_ts", "settled_at")
    assert healed == [("sent", "8.8", None)], "how late it was nobody knows"
    assert courier.said == []


async def test_an_unknown_outcome_that_is_absent_is_sent_again(world: World, courier: Courier) -> None:
    await due_prompt(world)
    await courier.deliver(NOON, lambda _: failing(Outcome.UNKNOWN, "timeout"))
    uncertain = await look_up(world, courier)
    await settlement.settle_lookup(world.uow, uncertain, found_ts=None, can_look=True, now=NOON)
    await courier.deliver(NOON + MINUTE)
    assert await break_facts(world) == [("1.5", NOON + MINUTE, True)]


async def test_an_unknown_outcome_that_is_absent_too_late_is_missed(world: World, courier: Courier) -> None:
    await due_prompt(world)
    await courier.deliver(NOON, lambda _: failing(Outcome.UNKNOWN, "timeout"))
    uncertain = await look_up(world, courier)
    await settlement.settle_lookup(world.uow, uncertain, found_ts=None, can_look=True, now=NOON)
    await courier.deliver(NOON + 11 * MINUTE)
    assert courier.said == []
    assert await world.rows(OutboxRow, "state") == ["missed"]


async def test_an_unknown_outcome_nobody_may_look_up_is_never_sent_again(world: World, courier: Courier) -> None:
    await due_prompt(world)
    await courier.deliver(NOON, lambda _: failing(Outcome.UNKNOWN, "timeout"))
    uncertain = await look_up(world, courier)
    await settlement.settle_lookup(world.uow, uncertain, found_ts=None, can_look=False, now=NOON)
    await world.pass_time(600)
    assert await courier.deliver(NOON + MINUTE) == []
    assert courier.said == []
    assert await world.rows(OutboxRow, "state") == ["missed"]
    assert await outbox.is_settled(world.uow, NOON + MINUTE)


async def test_an_unknown_outcome_of_an_edit_is_simply_tried_again(world: World, courier: Courier) -> None:
    break_id = await world.add_break()
    for member in world.members[:3]:
        await breaks.press_done(world.uow, Sight(break_id), member, on=True, event_at=NOON, now=NOON)
    await courier.deliver(NOON, lambda _: failing(Outcome.UNKNOWN, "timeout"))
    assert await world.rows(OutboxRow, "state") == ["pending"]
    await world.pass_time(5)
    await courier.deliver(NOON)
    assert courier.keys == [f"prompt_edit:{break_id}"]


async def test_an_edit_that_never_works_is_given_up_and_the_next_change_tries_anew(
    world: World, courier: Courier
) -> None:
    break_id = await world.add_break()
    for number, member in enumerate(world.members[:4]):
        await breaks.press_done(world.uow, Sight(break_id), member, on=True, event_at=NOON, now=NOON)
        if number == 2:
            for _ in range(MAX_ATTEMPTS):
                await courier.deliver(NOON, lambda _: failing(Outcome.TRY_LATER, "service_busy"))
                await world.pass_time(61)
            assert await world.rows(OutboxRow, "state") == ["dead"]
    await courier.deliver(NOON)
    assert courier.keys == [f"prompt_edit:{break_id}"]


@pytest.mark.parametrize("outcome", [Outcome.UNREACHED, Outcome.UNKNOWN])
async def test_while_slack_is_away_what_nothing_would_bring_back_is_tried_for_a_day(
    world: World, courier: Courier, outcome: Outcome
) -> None:
    await world.add_break()
    await world.enqueue("fold", kind=Kind.PROMPT_EDIT)
    for hour in range(24):
        await courier.deliver(NOON + hour * 60 * MINUTE, lambda _: failing(outcome, "away"))
        await world.pass_time(61)
    assert await world.rows(OutboxRow, "state") == ["pending"]
    await courier.deliver(NOON + 24 * 60 * MINUTE, lambda _: failing(outcome, "away"))
    assert await world.rows(OutboxRow, "state", "error") == [("dead", "away")]


async def test_a_worker_that_vanished_in_the_call_leaves_an_unknown_outcome(world: World, courier: Courier) -> None:
    await due_prompt(world)
    ready = await courier.begin(NOON)
    await world.pass_time(LEASE.total_seconds() + 1)
    [uncertain] = await courier.deliver(NOON)
    assert uncertain.key == ready.delivery.key
    assert uncertain.intent_at is not None
    assert abs(uncertain.intent_at - utc_now()) < MINUTE, "the database's clock, whatever the worker's says"
    await settlement.settle(
        world.uow, Answered(ready, Result(Outcome.SENT, ts="9.9"), NOON)
    )  # it wakes up, but lost the lease
    assert await world.rows(OutboxRow, "state") == ["uncertain"]
    await settlement.settle_lookup(world.uow, uncertain, found_ts="9.9", can_look=True, now=NOON)
    assert (await world.rows(OutboxRow, "state"))[0] == "sent"


async def test_a_slow_settlement_still_counts_while_nobody_has_claimed_the_look_up(
    world: World, courier: Courier
) -> None:
    await due_prompt(world)
    ready = await courier.begin(NOON)
    await world.pass_time(LEASE.total_seconds() + 1)
    async with world.uow() as uow:
        await uow.claims.expire_intents()
        await uow.commit()
    assert await world.rows(OutboxRow, "state", "error") == [("uncertain", "worker lost")]
    await settlement.settle_prompts(world.uow, [Answered(ready, Result(Outcome.SENT, ts="9.9"), NOON)])
    assert await world.prompts("state", "error", "message_ts") == [("sent", None, "9.9")]
    assert await break_facts(world) == [("9.9", NOON, True)]


async def test_a_lot_settles_nothing_that_somebody_looks_up_by_now(world: World, courier: Courier) -> None:
    await due_prompt(world)
    ready = await courier.begin(NOON)
    await world.pass_time(LEASE.total_seconds() + 1)
    await courier.deliver(NOON)
    await settlement.settle_prompts(world.uow, [Answered(ready, Result(Outcome.SENT, ts="9.9"), NOON)])
    assert await world.prompts("state") == ["uncertain"]


async def test_a_call_that_nobody_settled_is_looked_after_beside_other_messages(world: World, courier: Courier) -> None:
    await due_prompt(world)
    lost = await courier.begin(NOON)
    await world.pass_time(LEASE.total_seconds() + 1)
    looked_up = []
    for number in range(2):
        await due_prompt(world, f"C{number}0")
        claimed = await outbox.claim(world.uow, NOON, looks_after_lost=True)
        assert claimed.to_send, "there is always something else"
        looked_up += [each.key for each in claimed.to_look_up]
    assert looked_up == [lost.delivery.key]


async def test_a_worker_that_vanished_before_the_call_costs_nothing(world: World, courier: Courier) -> None:
    await due_prompt(world)
    claimed = (await outbox.claim(world.uow, NOON)).to_send
    await world.pass_time(LEASE.total_seconds() + 1)
    await courier.deliver(NOON)
    assert await break_facts(world) == [("1.5", NOON, True)]
    assert await outbox.prepare(world.uow, CATALOGUE, claimed[0], NOON) is None


async def test_a_dead_channel_stops_its_schedules_with_the_reason_and_no_other(world: World, courier: Courier) -> None:
    other = await world.add_channel("C2")
    schedule = Schedule(frozenset(range(7)), (), "Europe/Berlin", "lower-back")
    async with world.uow() as uow:
        for channel in (world.channel, other):
            await uow.schedules.add(channel.id, schedule, next_due_at=NOON + MINUTE, now=NOON)
        await uow.commit()
    await due_prompt(world)
    await world.enqueue("later", kind=Kind.BOARD, due_at=NOON + MINUTE)
    await courier.deliver(NOON, lambda _: failing(Outcome.CHANNEL_GONE, "is_archived"))
    assert await world.rows(ChannelRow, "stopped_because") == ["is_archived", None]
    assert await world.rows(ScheduleRow, "next_due_at") == [None, NOON + MINUTE]
    said = await world.rows(OutboxRow, "kind", "state", "error")
    assert [each[1:] for each in said] == [("dead", "is_archived")] * 3
    assert {each[0] for each in said} == {"prompt", "board", "stopped"}, "nobody looks after it"
    assert await planning.materialise_due(world.uow, CATALOGUE, NOON + MINUTE) == 1
    assert await world.rows(BreakRow, "channel_id") == [world.channel.id, other.id]


async def test_an_exercise_that_left_the_catalogue_drops_its_prompt(world: World, courier: Courier) -> None:
    break_id = await world.add_break(ts=None, exercise_id="gone")
    await world.enqueue("prompt", subject_id=break_id)
    await courier.deliver(NOON)
    assert courier.said == []
    assert [state for state, _ in await world.rows(OutboxRow, "state", "error")] == ["dropped"]


@pytest.mark.parametrize("kind", [Kind.LOBBY, Kind.LOBBY_EDIT, Kind.RUN_ALONE, Kind.RUN_STEP, Kind.RUN_CLOSING])
async def test_messages_about_what_is_gone_are_dropped(world: World, courier: Courier, kind: Kind) -> None:
    await world.enqueue("gone", kind=kind, subject_id=99)
    await courier.deliver(NOON)
    assert courier.said == []
    assert await world.rows(OutboxRow, "state") == ["dropped"]


async def test_the_next_due_instant_is_the_soonest_of_schedules_boards_and_messages(world: World) -> None:
    async def soonest(after: datetime) -> list[datetime | None]:
        return [await outbox.next_due_at(world.uow, after), await outbox.next_break_due_at(world.uow, after)]

    assert await soonest(NOON) == [None, None]
    schedule = Schedule(frozenset(range(7)), (), "Europe/Berlin", "lower-back")
    await world.enqueue("message", due_at=NOON + 3 * MINUTE)
    async with world.uow() as uow:
        await uow.schedules.add(world.channel.id, schedule, next_due_at=NOON + 2 * MINUTE, now=NOON)
        await uow.workspaces.update_channel(world.channel.id, board_due_at=NOON + MINUTE)
        await uow.commit()
    walked = [(await soonest(NOON + minutes * MINUTE))[0] for minutes in range(4)]
    assert walked == [NOON + MINUTE, NOON + 2 * MINUTE, NOON + 3 * MINUTE, None]
    assert (await soonest(NOON))[1] == NOON + 2 * MINUTE
