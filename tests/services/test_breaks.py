"""Done, Undo and reactions in any order are one record, and a closed break stays as it is."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.breaks import COUNTED_REACTIONS, Answer, Change, Origin, Support
from bot.domain.errors import BreakClosed, BreakUnknown
from bot.domain.outbox import UNKNOWABLE, Outcome, Result, State
from bot.domain.streaks import Streak
from bot.domain.workspaces import Member
from bot.services import breaks, settlement, streaks
from bot.services.breaks import Place, Sight
from bot.services.settlement import Answered
from bot.store.tables import BreakRow, OutboxRow, ParticipationRow, SupportRow
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MUSCLE = Support("reaction:muscle", is_on=True, event_at=NOON)


async def press(
    world: World, break_id: int, member: Member, *, on: bool = True, at: datetime = NOON, now: datetime | None = None
) -> Answer:
    return await breaks.press_done(world.uow, Sight(break_id), member, on=on, event_at=at, now=now or at)


async def react(
    world: World, member: Member, *, on: bool = True, at: datetime = NOON, name: str = "muscle", ts: str = "1.1"
) -> Answer | None:
    support = Support(f"reaction:{name}", is_on=on, event_at=at)
    return await breaks.react(world.uow, Place("T1", "C1", ts), member, support, now=at)


async def test_the_first_press_counts_and_the_next_says_when(world: World) -> None:
    break_id, ann = await world.add_break(), world.members[0]
    first = await press(world, break_id, ann)
    assert (first.change, first.counted_at, first.is_first_ever, first.breaks_today) == (Change.COUNTED, NOON, True, 1)
    assert first.progress.streak == Streak(current=1, reserve=1, best=1, days=1)
    again = await press(world, break_id, ann, at=NOON + MINUTE)
    assert (again.change, again.counted_at, again.is_first_ever) == (Change.ALREADY, NOON, False)
    assert again.progress == first.progress


async def test_a_second_break_the_same_day_is_told_and_moves_no_streak(world: World) -> None:
    ann = world.members[0]
    await press(world, await world.add_break(), ann)
    second = await press(world, await world.add_break(NOON + MINUTE), ann)
    assert (second.change, second.breaks_today, second.is_first_ever) == (Change.COUNTED, 2, False)
    assert second.progress.streak.current == 1


async def test_after_midnight_the_week_that_is_told_is_that_of_the_break(world: World) -> None:
    friday, sunday = datetime(2026, 3, 6, 9, tzinfo=UTC), datetime(2026, 3, 8, 22, 30, tzinfo=UTC)
    await press(world, await world.add_break(friday), world.members[0], at=friday)
    at_night = await press(world, await world.add_break(sunday, ts="2.2"), world.members[0], at=sunday + 60 * MINUTE)
    assert at_night.progress.week == (friday.date(), sunday.date())


@pytest.mark.parametrize(("answered", "is_asked"), [(None, True), (True, False), (False, False)])
async def test_at_the_first_milestone_who_has_not_said_so_yet_is_asked_for_their_name(
    world: World, *, answered: bool | None, is_asked: bool
) -> None:
    ann = world.members[0]
    if answered is not None:
        async with world.uow() as uow:
            await uow.members.set_consent(world.channel.id, ann.id, is_named=answered)
            await uow.commit()
    days = [NOON + day * DAY for day in range(10)]
    told = [await press(world, await world.add_break(at, ts=str(at)), ann, at=at) for at in days]
    assert [each.may_be_asked_for_name for each in told] == [number == 5 and is_asked for number in range(1, 11)]


async def test_in_ones_own_direct_messages_nobody_is_asked_for_their_name(world: World) -> None:
    own = await world.add_channel("D1")
    days = [NOON + day * DAY for day in range(5)]
    told = [
        await press(world, await world.add_break(at, ts=str(at), channel=own), world.members[0], at=at) for at in days
    ]
    assert [each.may_be_asked_for_name for each in told] == [False] * 5


async def test_what_was_undone_is_no_reason_of_what_is_counted_again(world: World) -> None:
    break_id, ann = await world.add_break(), world.members[0]
    await press(world, break_id, ann)
    await press(world, break_id, ann, on=False, at=NOON + MINUTE)
    await react(world, ann, at=NOON + 2 * MINUTE)
    await react(world, ann, at=NOON + 3 * MINUTE, name="white_check_mark")
    async with world.uow() as uow:
        (how,) = await uow.breaks.done_how(ann.id, since=NOON.date(), until=NOON.date())
    assert (how.at, how.kinds) == (NOON + 2 * MINUTE, ("reaction:muscle", "reaction:white_check_mark"))


async def test_undo_switches_everything_off_and_counting_again_is_a_press_away(world: World) -> None:
    break_id, ann = await world.add_break(), world.members[0]
    await press(world, break_id, ann)
    await react(world, ann, at=NOON + MINUTE)
    undone = await press(world, break_id, ann, on=False, at=NOON + 2 * MINUTE)
    assert (undone.change, undone.counted_at, undone.progress.streak) == (Change.TAKEN_BACK, None, Streak())
    assert (await press(world, break_id, ann, on=False, at=NOON + 3 * MINUTE)).change is Change.NOTHING
    again = await press(world, break_id, ann, at=NOON + 4 * MINUTE)
    assert (again.change, again.counted_at) == (Change.COUNTED, NOON + 4 * MINUTE)


async def test_a_reaction_holds_until_it_is_removed_and_a_button_beside_it_for_longer(world: World) -> None:
    break_id, ann = await world.add_break(), world.members[0]
    counted = await react(world, ann)
    assert counted is not None
    assert counted.change is Change.COUNTED
    assert (await press(world, break_id, ann, at=NOON + MINUTE)).change is Change.ALREADY
    removed = await react(world, ann, on=False, at=NOON + 2 * MINUTE)
    assert removed is not None
    assert removed.change is Change.ALREADY
    assert await world.rows(ParticipationRow, "is_done") == [True]


async def test_a_reaction_elsewhere_is_not_ours(world: World) -> None:
    await world.add_break()
    assert await react(world, world.members[0], ts="9.9") is None
    assert await breaks.react(world.uow, Place("T9", "C1", "1.1"), world.members[0], MUSCLE, now=NOON) is None
    assert await world.rows(ParticipationRow, "id") == []


async def test_an_unknown_break_is_refused(world: World) -> None:
    with pytest.raises(BreakUnknown):
        await press(world, 99, world.members[0])
    with pytest.raises(BreakUnknown):
        await breaks.find_prompt(world.uow, CATALOGUE, 99)


def a_stream(seed: int) -> list[tuple[str, bool, datetime]]:
    chance = random.Random(seed)  # noqa: S311  # a test's own dice
    kinds = ["press", *COUNTED_REACTIONS]
    minutes = chance.sample(range(60), chance.randint(1, 9))
    return [(chance.choice(kinds), chance.random() < 0.6, NOON + minute * MINUTE) for minute in minutes]


@pytest.mark.parametrize("seed", range(3))
async def test_a_stream_of_events_shuffled_and_doubled_leaves_the_same_rows(world: World, seed: int) -> None:
    break_id, stream = await world.add_break(), a_stream(seed)
    chance = random.Random(seed)  # noqa: S311  # a test's own dice
    doubled = [*stream, *chance.choices(stream, k=3)]
    orders = [sorted(stream, key=lambda event: event[2]), *(chance.sample(doubled, len(doubled)) for _ in range(2))]
    left = []
    for member, order in zip(world.members, orders, strict=False):
        for kind, on, at in order:
            if kind == "press":
                await press(world, break_id, member, on=on, at=at)
            else:
                await react(world, member, on=on, at=at, name=kind)
        left.append(await rows_of(world, member))
    assert left[1:] == left[:1] * 2


async def rows_of(world: World, member: Member) -> tuple[bool, datetime | None, set[tuple[str, bool, datetime]]]:
    participations = await world.rows(ParticipationRow, "id", "member_id", "is_done", "first_done_at")
    [(participation_id, *done)] = [(row[0], row[2], row[3]) for row in participations if row[1] == member.id]
    supports = await world.rows(SupportRow, "participation_id", "kind", "is_on", "event_at")
    return *done, {(kind, on, at) for owner, kind, on, at in supports if owner == participation_id}


async def zoned(world: World, number: int, zone: str) -> Member:
    async with world.uow() as uow:
        member = await uow.members.ensure(world.workspace.id, f"U{number}", zone=zone)
        await uow.commit()
    return member


BERLIN_MIDNIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "closes"),
    [
        ("Europe/Berlin", BERLIN_MIDNIGHT),
        ("Asia/Tokyo", BERLIN_MIDNIGHT),
        ("America/New_York", BERLIN_MIDNIGHT + timedelta(hours=6)),
    ],
)
async def test_a_break_is_open_until_its_date_has_ended_for_channel_and_person(
    world: World, zone: str, closes: datetime
) -> None:
    break_id, ann = await world.add_break(), await zoned(world, 1, zone)
    before = closes - timedelta(microseconds=1)
    with pytest.raises(BreakClosed) as refused:
        await press(world, break_id, ann, at=closes)
    assert refused.value.closed_on == NOON.date()
    assert await world.rows(ParticipationRow, "id") == []
    assert (await press(world, break_id, ann, at=before)).change is Change.COUNTED
    for late in (press(world, break_id, ann, on=False, at=closes), react(world, ann, on=False, at=closes)):
        with pytest.raises(BreakClosed):
            await late
    assert await world.rows(ParticipationRow, "is_done") == [True]


async def test_the_time_of_the_press_decides_and_not_its_arrival(world: World) -> None:
    break_id = await world.add_break()
    delayed = await press(world, break_id, world.members[0], at=NOON + MINUTE, now=NOON + DAY)
    assert delayed.change is Change.COUNTED
    assert await world.rows(ParticipationRow, "local_date") == [NOON.date()]


async def test_a_late_evening_break_is_open_for_four_hours(world: World) -> None:
    due_at = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    break_id = await world.add_break(due_at)
    after_midnight = await press(world, break_id, world.members[0], at=due_at + timedelta(hours=3, minutes=59))
    assert after_midnight.change is Change.COUNTED
    with pytest.raises(BreakClosed):
        await press(world, break_id, world.members[1], at=due_at + timedelta(hours=4))


async def test_the_live_line_is_brought_up_to_date_from_three_people_on(world: World) -> None:
    break_id = await world.add_break()
    revisions = []
    for number, (member, on) in enumerate(
        [(0, True), (1, True), (2, True), (2, True), (3, True), (3, False), (2, False)]
    ):
        await press(world, break_id, world.members[member], on=on, at=NOON + number * MINUTE)
        revisions.append((await world.rows(OutboxRow, "revision") or [0])[0])
    assert revisions == [0, 0, 1, 1, 2, 3, 4]
    await press(world, break_id, world.members[1], on=False, at=NOON + 9 * MINUTE)
    assert await world.rows(OutboxRow, "key", "revision") == [(f"prompt_edit:{break_id}", 4)]


async def test_an_edit_of_the_prompt_keeps_its_tip_and_shows_who_came_since(world: World, courier: Courier) -> None:
    first = await world.add_break()
    before = await breaks.find_prompt(world.uow, CATALOGUE, first)
    for days in range(1, 4):
        await world.add_break(NOON + days * DAY, ts=f"{days}.0")
    for member in world.members[:3]:
        await press(world, first, member)
    await courier.deliver(NOON)
    [edit] = courier.said
    assert edit.edits_ts == "1.1"
    assert edit.facts == await breaks.find_prompt(world.uow, CATALOGUE, first)
    after = await breaks.find_prompt(world.uow, CATALOGUE, first)
    assert (after.tip, after.done, before.done) == (before.tip, 3, 0)


async def test_every_tip_is_shown_once_before_any_returns_also_after_years(world: World) -> None:
    tips = CATALOGUE.exercise("wall-sit").tips
    shown = []
    for days in range(60):
        break_id = await world.add_break(NOON + days * DAY, ts=f"{days}.0")
        shown.append((await breaks.find_prompt(world.uow, CATALOGUE, break_id)).tip)
    assert shown == [tips[index % len(tips)] for index in range(60)]


async def test_a_press_heals_a_prompt_nobody_knew_the_outcome_of(world: World, courier: Courier) -> None:
    break_id = await world.add_break(ts=None)
    await world.enqueue(f"prompt:{break_id}", subject_id=break_id)
    async with world.uow() as uow:
        [delivery] = await uow.claims.claim(await uow.claims.choose(NOON, 1), NOON, "ann")
        await uow.outbox.mark_uncertain(delivery, "timeout")
        await uow.commit()
    answer = await breaks.press_done(
        world.uow, Sight(break_id, "7.7"), world.members[0], on=True, event_at=NOON, now=NOON
    )
    assert await world.rows(BreakRow, "message_ts", "posted_at", "counts") == [("7.7", None, False)]
    assert await world.outbox_states() == {f"prompt:{break_id}": "sent", f"prompt_fold:{break_id}": "pending"}
    assert answer.progress.streak.current == 1, "a healed break counts for those who did it"
    await world.pass_time(60)
    assert await courier.deliver(NOON) == []
    assert courier.said == []


async def test_a_press_heals_a_prompt_that_nobody_may_look_for(world: World, courier: Courier) -> None:
    break_id = await world.add_break(ts=None)
    await world.enqueue(f"prompt:{break_id}", subject_id=break_id)
    await courier.deliver(NOON, lambda _: Result(Outcome.UNKNOWN, error="timeout"))
    await world.pass_time(60)
    [uncertain] = await courier.deliver(NOON)
    await settlement.settle_lookup(world.uow, uncertain, found_ts=None, can_look=False, now=NOON)
    assert await world.prompts("state", "error") == [("missed", UNKNOWABLE)]
    await breaks.press_done(world.uow, Sight(break_id, "7.7"), world.members[0], on=True, event_at=NOON, now=NOON)
    assert await world.prompts("state", "error", "message_ts", "settled_at") == [("sent", None, "7.7", None)]
    assert await world.outbox_states() == {f"prompt:{break_id}": "sent", f"prompt_fold:{break_id}": "pending"}
    assert await courier.deliver(NOON + timedelta(days=2)) == []
    assert [ready.edits_ts for ready in courier.said] == ["7.7"], "folded when its day is over"


async def test_a_press_never_heals_what_was_missed_for_another_reason(world: World, courier: Courier) -> None:
    break_id = await world.add_break(ts=None)
    await world.enqueue(f"prompt:{break_id}", subject_id=break_id)
    async with world.uow() as uow:
        [delivery] = await uow.claims.claim(await uow.claims.choose(NOON, 1), NOON, "ann")
        await uow.outbox.settle(delivery, State.MISSED, now=NOON, error="too late to be of use")
        await uow.commit()
    await breaks.press_done(world.uow, Sight(break_id, "7.7"), world.members[0], on=True, event_at=NOON, now=NOON)
    assert await world.prompts("state") == ["missed"]


async def test_a_press_during_a_call_that_was_lost_tells_the_look_up(world: World, courier: Courier) -> None:
    break_id = await world.add_break(ts=None)
    await world.enqueue(f"prompt:{break_id}", subject_id=break_id)
    await courier.begin(NOON)
    await breaks.press_done(world.uow, Sight(break_id, "7.7"), world.members[0], on=True, event_at=NOON, now=NOON)
    await world.pass_time(60)
    [uncertain] = await courier.deliver(NOON)
    await settlement.settle_lookup(world.uow, uncertain, found_ts=None, can_look=False, now=NOON)
    assert await world.prompts("state", "error", "message_ts") == [("sent", None, "7.7")]
    assert await world.rows(BreakRow, "message_ts", "posted_at") == [("7.7", None)]


async def test_a_press_while_the_prompt_is_being_sent_lets_the_break_count(world: World, courier: Courier) -> None:
    """Slack shows the message before it answers us, so somebody may be quicker than the answer."""
    break_id = await world.add_break(ts=None)
    await world.enqueue(f"prompt:{break_id}", subject_id=break_id)
    ready = await courier.begin(NOON)
    await breaks.press_done(world.uow, Sight(break_id, "7.7"), world.members[0], on=True, event_at=NOON, now=NOON)
    await settlement.settle(world.uow, Answered(ready, Result(Outcome.SENT, ts="7.7"), NOON))
    assert await world.rows(BreakRow, "message_ts", "posted_at", "counts") == [("7.7", NOON, True)]


async def test_days_healed_or_sent_by_hand_count_if_done_and_cost_nothing_if_not(world: World) -> None:
    ann, ben = world.members[:2]
    ids = [
        await world.add_break(NOON + day * DAY, ts=f"{day}.0", counts=origin is Origin.SCHEDULE, origin=origin)
        for day, origin in enumerate([Origin.SCHEDULE, Origin.COMMAND, Origin.SCHEDULE])
    ]
    for member, days in ((ann, [0, 1, 2]), (ben, [0, 2])):
        answers = [await press(world, ids[day], member, at=NOON + day * DAY) for day in days]
        assert answers[-1].progress.streak.current == len(days)
        assert answers[-1].progress.gap.missed == 0


async def test_a_date_kept_in_another_channel_keeps_it_here_too(world: World) -> None:
    ann, other = world.members[0], await world.add_channel("C2")
    here = [await world.add_break(NOON + days * DAY, ts=f"{days}.0") for days in range(3)]
    there = await world.add_break(NOON + DAY, channel=other)
    await press(world, here[0], ann)
    await press(world, there, ann, at=NOON + DAY)
    answer = await press(world, here[2], ann, at=NOON + 2 * DAY)
    assert answer.progress.streak.current == 3
    standing = await streaks.list_progress(world.uow, ann, NOON + 2 * DAY)
    assert {each.channel.slack_id: each.progress.streak.current for each in standing} == {"C1": 3, "C2": 1}
