"""The outbox says everything once, at Slack's pace, and survives whoever was to say it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import outbox as rules
from bot.domain.outbox import CLAIM_AHEAD, LEASE, Delivery, Kind, Lane, Message, State
from bot.domain.workspaces import Channel
from bot.store import claims
from bot.store.tables import OutboxRow
from bot.store.turns import Turn
from tests.store.world import NOON, World

LATER = NOON + timedelta(hours=1)


async def claim_all(world: World, owner: str, limit: int) -> list[Delivery]:
    async with world.uow() as uow:
        claimed = await uow.claims.claim(await uow.claims.choose(LATER, limit), LATER, owner)
        await uow.commit()
    return claimed


async def claim(world: World, owner: str = "ann", limit: int = 20) -> list[Delivery]:
    return [each for each in await claim_all(world, owner, limit) if each.state is State.LEASED]


async def look_up(world: World, owner: str = "ann", limit: int = 20) -> list[Delivery]:
    return [each for each in await claim_all(world, owner, limit) if each.state is State.UNCERTAIN]


async def declare(world: World, delivery: Delivery) -> bool:
    async with world.uow() as uow:
        done = await uow.outbox.declare_intents(delivery.owner, {delivery.id})
        await uow.commit()
    return done == {delivery.id}


async def test_what_is_given_back_is_claimed_again_and_was_no_attempt(world: World) -> None:
    await world.enqueue("prompt:1")
    [delivery] = await claim(world, "ann")
    async with world.uow() as uow:
        await uow.outbox.give_back("ann", {delivery.id})
        await uow.commit()
    assert not await declare(world, delivery)
    await world.pass_time(2)
    [again] = await claim(world, "ben")
    assert (again.key, again.attempts, again.owner) == ("prompt:1", 1, "ben")


async def settle(world: World, delivery: Delivery, state: State = State.SENT, ts: str | None = "1.1") -> bool:
    async with world.uow() as uow:
        done = await uow.outbox.settle(delivery, state, now=LATER, ts=ts)
        await uow.turns.reopen_channels({delivery.channel_id})
        await uow.commit()
    return done


async def expire(world: World) -> None:
    await world.pass_time(LEASE.total_seconds() + 1)
    async with world.uow() as uow:
        await uow.claims.expire_intents()
        await uow.commit()


async def test_enqueueing_twice_says_it_once(world: World) -> None:
    assert await world.enqueue("prompt:1")
    assert not await world.enqueue("prompt:1", due_at=LATER)
    [delivery] = await claim(world)
    assert (delivery.key, delivery.due_at, delivery.state) == ("prompt:1", NOON, State.LEASED)
    assert await settle(world, delivery)
    await world.pass_time(5)
    assert not await world.enqueue("prompt:1")
    assert await claim(world) == []


async def test_a_call_that_nobody_settles_is_looked_after_when_its_lease_ends(world: World) -> None:
    await world.enqueue("prompt:1")
    [delivery] = await claim(world)
    assert await declare(world, delivery)
    await world.pass_time(5)
    await world.enqueue("prompt:2")
    assert await more_in(world) == pytest.approx(LEASE.total_seconds() - 5, abs=4), "and so does the next one there"


async def test_a_delivery_says_where_it_goes(world: World) -> None:
    await world.enqueue("prompt:1")
    [delivery] = await claim(world)
    assert (delivery.team_id, delivery.slack_channel_id, delivery.channel_id) == ("T1", "C1", world.channel.id)
    assert (delivery.owner, delivery.attempts, delivery.revision, delivery.kind) == ("ann", 1, 1, Kind.PROMPT)


async def test_a_prompt_is_claimed_a_moment_before_it_is_due_and_nothing_else(world: World) -> None:
    for number, kind in enumerate((Kind.PROMPT_EDIT, Kind.RUN_STEP)):
        await world.enqueue(kind, kind=kind, due_at=LATER + timedelta(microseconds=1), subject_id=number)
    await world.enqueue("prompt:1", due_at=LATER + CLAIM_AHEAD + timedelta(microseconds=1))
    assert await claim(world) == []
    second = await world.add_channel("C2")
    await world.enqueue("prompt:2", due_at=LATER + CLAIM_AHEAD, channel=second)
    assert [each.key for each in await claim(world)] == ["prompt:2"]


@pytest.mark.parametrize(("kind", "early"), [(Kind.RUN_STEP, timedelta(0)), (Kind.PROMPT, CLAIM_AHEAD)])
async def test_whoever_finds_nothing_looks_again_when_the_first_may_be_claimed(
    world: World, kind: Kind, early: timedelta
) -> None:
    for soon in (early + CLAIM_AHEAD / 2, timedelta(hours=1)):
        await world.enqueue(f"{kind}:{soon}", kind=kind, due_at=LATER + soon)
    assert await more_in(world) == (CLAIM_AHEAD / 2).total_seconds()


@pytest.mark.usefixtures("_slow_pace")
async def test_a_channel_gets_its_messages_in_order_one_at_a_time_and_a_second_apart(world: World) -> None:
    second = rules.POST_EVERY.total_seconds()
    for key, minutes in (("third", 3), ("first", 1), ("second", 2)):
        await world.enqueue(key, due_at=NOON + timedelta(minutes=minutes))
    order = []
    for _ in range(3):
        [delivery] = await claim(world)
        order.append(delivery.key)
        await world.pass_time(1.1 * second)
        assert await claim(world) == [], "one is in flight"
        assert await settle(world, delivery)
        if len(order) < 3:
            assert await claim(world) == [], "a second has not passed since"
            await world.pass_time(1.2 * second)
    assert order == ["first", "second", "third"]


async def test_messages_due_together_keep_the_order_they_were_enqueued_in(world: World) -> None:
    await world.enqueue("a")
    await world.enqueue("b")
    assert [delivery.key for delivery in await claim(world)] == ["a"]


@pytest.fixture
def _slow_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pace twenty times as slow, which a machine that is busy cannot outrun."""
    for name in ("POST_EVERY", "POST_PAUSE", "POST_PATIENCE", "EDIT_EVERY", "LOOK_UP_EVERY", "LEASE"):
        monkeypatch.setattr(rules, name, 20 * getattr(rules, name))


async def add_channels(world: World, count: int) -> list[Channel]:
    """Give the workspace so many channels more, each with a prompt that is due."""
    channels = [await world.add_channel(f"C{number}") for number in range(2, 2 + count)]
    for channel in channels:
        await world.enqueue(f"prompt:{channel.id}", channel=channel)
    return channels


@pytest.mark.usefixtures("_slow_pace")
async def test_channels_do_not_wait_for_each_other_until_the_workspace_has_had_its_burst(world: World) -> None:
    channels = await add_channels(world, 12)
    pause = rules.POST_PAUSE.total_seconds()
    for expected in (channels[:5], channels[5:10], channels[10:]):
        burst = await claim(world)
        assert [each.channel_id for each in burst] == [each.id for each in expected]
        assert await claim(world) == [], "it has had what it may have without a pause"
        await call(world, burst)
        await world.pass_time(pause - 2)
        assert await claim(world) == []
        await world.pass_time(2.2)


@pytest.mark.usefixtures("_slow_pace")
async def test_what_comes_a_moment_later_need_not_wait_while_a_burst_is_not_used_up(world: World) -> None:
    channels = [await world.add_channel(f"C{number}") for number in range(2, 10)]
    for channel in channels[:5]:
        await world.enqueue(f"prompt:{channel.id}", channel=channel)
        assert await call(world, await claim(world)) == 1
        await world.pass_time(rules.POST_PAUSE.total_seconds() / 3)
    for channel in channels[5:]:
        await world.enqueue(f"prompt:{channel.id}", channel=channel)
    assert await claim(world) == [], "five in a row without a pause; the last was a moment ago"
    await world.pass_time(rules.POST_PAUSE.total_seconds())
    assert len(await claim(world)) == 3


async def begin(world: World, posts: list[Delivery]) -> list[Delivery]:
    """Begin the calls of posts of one workspace; answers those that may be called for, in the burst they are in."""
    bursts = await confirm(world, posts)
    return [each._replace(burst=bursts[each.workspace_id][0]) for each in posts if each.workspace_id in bursts]


async def end(world: World, posts: list[Delivery], *, seconds_ago: float = 0.0) -> None:
    """End the calls of posts, which were answered so long ago."""
    async with world.uow() as uow:
        await uow.turns.answer((each, seconds_ago) for each in posts)
        await uow.commit()


async def call(world: World, posts: list[Delivery]) -> int:
    """Call for posts, which are answered at once; tells how many were called for."""
    begun = await begin(world, posts)
    await end(world, begun)
    return len(begun)


@pytest.mark.usefixtures("_slow_pace")
async def test_a_pause_begins_when_the_last_of_a_burst_is_answered(world: World) -> None:
    pause = rules.POST_PAUSE.total_seconds()
    await add_channels(world, 6)
    burst = await begin(world, await claim(world))
    assert len(burst) == 5
    await world.pass_time(pause + 5)
    assert await claim(world) == [], "none is answered"
    await end(world, burst[:4])
    await world.pass_time(pause + 5)
    assert await claim(world) == [], "one is not"
    await end(world, burst[4:])
    await world.pass_time(pause - 5)
    assert await claim(world) == []
    await world.pass_time(5.2)
    assert len(await claim(world)) == 1


@pytest.mark.usefixtures("_slow_pace")
async def test_a_call_that_is_never_answered_holds_its_workspace_for_so_long_and_no_longer(world: World) -> None:
    await add_channels(world, 11)
    first = await begin(world, await claim(world))
    await world.pass_time(rules.POST_PATIENCE.total_seconds() - 5)
    assert await claim(world) == []
    await world.pass_time(5.2)
    second = await begin(world, await claim(world))
    assert len(second) == 5
    await end(world, first)
    await world.pass_time(rules.POST_PAUSE.total_seconds() + 1)
    assert await claim(world) == [], "what is answered late was in another burst"
    await end(world, second)
    await world.pass_time(rules.POST_PAUSE.total_seconds() + 1)
    assert len(await claim(world)) == 1


@pytest.mark.usefixtures("_slow_pace")
async def test_a_burst_may_be_of_several_workers_and_is_over_when_all_have_their_answers(world: World) -> None:
    channels = await add_channels(world, 3)
    first = await begin(world, await claim(world))
    await add_more(world, channels, "second")
    others = [await world.add_channel(f"D{number}") for number in range(3)]
    await add_more(world, others, "first")
    second = await begin(world, await claim(world))
    assert (len(first), len(second), len({each.burst for each in first + second})) == (3, 2, 1)
    for posts in (second, first):
        await world.pass_time(rules.POST_PAUSE.total_seconds() + 1)
        assert await claim(world) == []
        await end(world, posts)
    await world.pass_time(rules.POST_PAUSE.total_seconds() + 1)
    assert len(await claim(world)) == 1


@pytest.mark.usefixtures("_slow_pace")
async def test_a_pause_counts_from_the_answer_and_not_from_when_it_is_written_down(world: World) -> None:
    pause = rules.POST_PAUSE.total_seconds()
    await add_channels(world, 12)
    first = await begin(world, await claim(world))
    await end(world, first, seconds_ago=pause - 2)
    assert await claim(world) == []
    await world.pass_time(2.2)
    second = await begin(world, await claim(world))
    await end(world, second[:1])
    await end(world, second[1:], seconds_ago=pause - 2)
    await world.pass_time(pause - 5)
    assert await claim(world) == [], "the first of them was answered later"
    await world.pass_time(5.2)
    assert len(await claim(world)) == 2


async def add_more(world: World, channels: list[Channel], key: str) -> None:
    for channel in channels:
        await world.enqueue(f"{key}:{channel.id}", channel=channel)


@pytest.mark.usefixtures("_slow_pace")
async def test_a_retry_after_is_not_cut_short_by_what_is_answered_later(world: World) -> None:
    await add_channels(world, 6)
    burst = await begin(world, await claim(world))
    async with world.uow() as uow:
        await uow.turns.pause(world.workspace.id, Lane.POST, 2 * rules.POST_PATIENCE)
        await uow.commit()
    await end(world, burst)
    await world.pass_time(1.5 * rules.POST_PATIENCE.total_seconds())
    assert await claim(world) == []
    await world.pass_time(0.5 * rules.POST_PATIENCE.total_seconds() + 1)
    assert len(await claim(world)) == 1


@pytest.mark.usefixtures("_slow_pace")
async def test_who_comes_after_their_turn_calls_only_if_nobody_has_taken_the_next(world: World) -> None:
    patience = rules.POST_PATIENCE.total_seconds()
    await add_channels(world, 12)
    first = await claim(world)
    await world.pass_time(2 * patience)
    assert len(await begin(world, first)) == 5, "nobody has"
    assert await claim(world) == [], "they were in their burst still"
    await world.pass_time(patience + 1)
    second = await claim(world)
    assert await begin(world, first) == [], "with these there would be ten"
    assert len(await begin(world, second)) == 5


@pytest.mark.usefixtures("_slow_pace")
async def test_a_burst_may_be_taken_before_it_begins_by_several_and_begins_no_sooner(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "CLAIM_AHEAD", rules.POST_PAUSE / 2)
    await add_channels(world, 9)
    await call(world, await claim(world))
    await world.pass_time(rules.POST_PAUSE.total_seconds() - 5)
    first = await claim(world)
    others = [await world.add_channel(f"D{number}") for number in range(2)]
    await add_more(world, others, "first")
    second = await claim(world, "ben")
    assert (len(first), len(second)) == (4, 1)
    for posts in (first, second):
        [(burst, opens_in)] = (await confirm(world, posts)).values()
        assert burst == posts[0].burst == first[0].burst
        assert opens_in == pytest.approx(5, abs=4)
        assert posts[0].opens_in == pytest.approx(5, abs=4)
    await world.pass_time(6)
    assert [opens_in for _, opens_in in (await confirm(world, first)).values()] == [0.0], "it has begun"


async def confirm(world: World, posts: list[Delivery]) -> dict[int, Turn]:
    async with world.uow() as uow:
        bursts = await uow.turns.confirm(posts)
        await uow.commit()
    return bursts


async def more_in(world: World) -> float | None:
    async with world.uow() as uow:
        return (await uow.claims.look_ahead(LATER)).more_in(0.0)


@pytest.mark.usefixtures("_slow_pace")
async def test_a_claim_that_finds_nothing_says_when_there_is_more(world: World) -> None:
    assert await more_in(world) is None
    await add_channels(world, 6)
    assert await more_in(world) == pytest.approx(0, abs=0.02), "at once"
    burst = await begin(world, await claim(world))
    pause, ahead = rules.POST_PAUSE.total_seconds(), CLAIM_AHEAD.total_seconds()
    assert await more_in(world) == pytest.approx(pause - ahead, abs=4), "it may be answered now"
    await end(world, burst)
    await world.pass_time(pause / 2)
    assert await more_in(world) == pytest.approx(pause / 2 - ahead, abs=4)
    await world.enqueue("edit", kind=Kind.PROMPT_EDIT)
    assert await more_in(world) == pytest.approx(0, abs=0.02), "edits have turns of their own"


@pytest.mark.usefixtures("_slow_pace")
async def test_what_people_stand_and_wait_for_goes_before_prompts(world: World) -> None:
    await add_channels(world, 6)
    await world.enqueue("run_step:1:0", kind=Kind.RUN_STEP, due_at=NOON + timedelta(minutes=5))
    assert [each.key for each in await claim(world, limit=1)] == ["run_step:1:0"]
    assert [each.kind for each in await claim(world)] == [Kind.PROMPT] * 4


async def test_workspaces_do_not_wait_for_each_other(world: World) -> None:
    for number in range(2, 8):
        async with world.uow() as uow:
            stranger = await uow.workspaces.ensure_workspace(f"T{number}")
            channel = await uow.workspaces.ensure_channel(stranger.id, "C1")
            await uow.commit()
        await world.enqueue(f"prompt:{number}", channel=channel)
        await world.enqueue(f"later:{number}", channel=channel, due_at=NOON + timedelta(minutes=1))
    assert [each.key for each in await claim(world, limit=4)] == [f"prompt:{number}" for number in range(2, 6)]
    assert [each.key for each in await claim(world)] == ["prompt:6", "prompt:7"]


@pytest.mark.usefixtures("_slow_pace")
@pytest.mark.parametrize("has_its_turn", [True, False])
async def test_a_workspace_with_much_to_say_hides_none_behind_it(
    world: World, monkeypatch: pytest.MonkeyPatch, *, has_its_turn: bool
) -> None:
    monkeypatch.setattr(claims, "AT_LEAST", 1)
    much = await add_channels(world, 12)
    async with world.uow() as uow:
        stranger = await uow.workspaces.ensure_workspace("T2")
        channel = await uow.workspaces.ensure_channel(stranger.id, "C1")
        if not has_its_turn:
            await uow.turns.pause(world.workspace.id, Lane.POST, timedelta(seconds=60))
        await uow.commit()
    await world.enqueue("little", channel=channel, due_at=NOON + timedelta(minutes=1))
    claimed = [each.key for each in await claim(world, limit=12)]
    assert claimed == [*(f"prompt:{each.id}" for each in much[:5] if has_its_turn), "little"]


@pytest.mark.usefixtures("_slow_pace")
async def test_no_channel_waits_for_ever_behind_busier_ones(world: World) -> None:
    channels = await add_channels(world, 8)
    for channel in channels:
        for number in range(5):
            await world.enqueue(f"{channel.id}:{number}", channel=channel)
    served: list[set[int]] = []
    for _ in range(4):
        burst = await claim(world)
        served.append({each.channel_id for each in burst})
        await call(world, burst)
        for delivery in burst:
            await settle(world, delivery)
        await world.pass_time(rules.POST_PAUSE.total_seconds() + 1)
    assert [len(each) for each in served] == [5] * 4
    assert served[0] | served[1] == served[2] | served[3] == {channel.id for channel in channels}


async def test_a_retry_after_holds_a_whole_workspace_but_no_other(world: World) -> None:
    other = await world.add_channel("C2")
    async with world.uow() as uow:
        stranger = await uow.workspaces.ensure_workspace("T2")
        elsewhere = await uow.workspaces.ensure_channel(stranger.id, "C1")
        await uow.turns.pause(world.workspace.id, Lane.POST, timedelta(seconds=10))
        await uow.turns.pause(world.workspace.id, Lane.POST, timedelta(seconds=1))  # never shorter
        await uow.commit()
    for channel in (world.channel, other, elsewhere):
        await world.enqueue(f"prompt:{channel.id}", channel=channel)
    await world.enqueue("edit", kind=Kind.PROMPT_EDIT)
    assert [(each.team_id, each.key) for each in await claim(world)] == [
        ("T2", f"prompt:{elsewhere.id}"),
        ("T1", "edit"),
    ]
    await world.pass_time(7)
    assert await claim(world) == []
    assert await more_in(world) == pytest.approx(3 - CLAIM_AHEAD.total_seconds(), abs=2)
    await world.pass_time(4)
    assert len(await claim(world)) == 2


async def test_a_retry_after_for_edits_holds_edits_alone(world: World) -> None:
    async with world.uow() as uow:
        await uow.turns.pause(world.workspace.id, Lane.EDIT, timedelta(seconds=10))
        await uow.commit()
    await world.enqueue("prompt:1")
    await world.enqueue("edit", kind=Kind.PROMPT_EDIT)
    assert [delivery.key for delivery in await claim(world)] == ["prompt:1"]
    await world.pass_time(11)
    assert [delivery.key for delivery in await claim(world)] == ["edit"]


@pytest.mark.usefixtures("_slow_pace")
async def test_edits_share_forty_a_minute_in_a_workspace(world: World) -> None:
    every = rules.EDIT_EVERY.total_seconds()
    await world.enqueue("edit:1", kind=Kind.PROMPT_EDIT)
    await world.enqueue("edit:2", kind=Kind.LOBBY_EDIT, channel=await world.add_channel("C2"))
    assert [delivery.key for delivery in await claim(world)] == ["edit:1"]
    await world.pass_time(0.8 * every)
    assert await claim(world) == []
    await world.pass_time(0.25 * every)
    assert [delivery.key for delivery in await claim(world)] == ["edit:2"]


async def test_edits_do_not_wait_for_posts_nor_posts_for_edits(world: World) -> None:
    await world.enqueue("prompt:1")
    await world.enqueue("edit:1", kind=Kind.PROMPT_EDIT)
    assert {delivery.key for delivery in await claim(world)} == {"prompt:1", "edit:1"}


async def test_edits_of_one_message_become_one(world: World) -> None:
    for _ in range(5):
        assert await world.enqueue("edit", kind=Kind.PROMPT_EDIT)
    [delivery] = await claim(world)
    assert delivery.revision == 5
    assert await settle(world, delivery)
    await world.pass_time(2)
    assert await claim(world) == []


async def test_a_settled_edit_is_due_again_when_something_changes(world: World) -> None:
    await world.enqueue("edit", kind=Kind.PROMPT_EDIT)
    for state in (State.SENT, State.DEAD, State.DROPPED):
        [delivery] = await claim(world)
        assert await settle(world, delivery, state)
        assert await world.outbox_states() == {"edit": state}
        await world.enqueue("edit", kind=Kind.PROMPT_EDIT)
        await world.pass_time(2)
    [delivery] = await claim(world)
    assert delivery.attempts == 1


@pytest.mark.parametrize("has_intent", [False, True])
async def test_an_edit_that_changes_on_its_way_goes_out_once_more(world: World, *, has_intent: bool) -> None:
    await world.enqueue("edit", kind=Kind.PROMPT_EDIT)
    [delivery] = await claim(world)
    if has_intent:
        assert await declare(world, delivery)
    await world.enqueue("edit", kind=Kind.PROMPT_EDIT)
    await world.pass_time(2)
    assert await claim(world) == [], "it is on its way"
    assert await settle(world, delivery)
    assert await world.outbox_states() == {"edit": "pending"}
    [again] = await claim(world)
    assert again.revision == delivery.revision + 1
    assert await settle(world, again)
    assert await world.outbox_states() == {"edit": "sent"}


async def test_a_message_that_is_edited_all_the_time_still_gets_its_turn(world: World) -> None:
    await world.enqueue("busy", kind=Kind.PROMPT_EDIT, due_at=NOON)
    await world.enqueue("calm", kind=Kind.PROMPT_EDIT, due_at=NOON + timedelta(seconds=1))
    await world.enqueue("busy", kind=Kind.PROMPT_EDIT, due_at=NOON + timedelta(seconds=2))
    assert [delivery.key for delivery in await claim(world)] == ["busy"]


async def test_a_lease_that_ran_out_before_the_intent_is_claimed_again(world: World) -> None:
    await world.enqueue("prompt:1")
    [lost] = await claim(world, "ann")
    await expire(world)
    [delivery] = await claim(world, "ben")
    assert (delivery.owner, delivery.attempts) == ("ben", 2)
    assert not await declare(world, lost)
    assert not await settle(world, lost)
    assert await declare(world, delivery)
    assert await settle(world, delivery)


async def test_the_same_worker_cannot_settle_its_own_earlier_lease(world: World) -> None:
    await world.enqueue("prompt:1")
    [lost] = await claim(world, "ann")
    await expire(world)
    [delivery] = await claim(world, "ann")
    assert not await settle(world, lost)
    assert await settle(world, delivery)


async def test_a_live_lease_is_left_alone(world: World) -> None:
    await world.enqueue("prompt:1")
    [delivery] = await claim(world)
    await world.pass_time(LEASE.total_seconds() - 2)
    async with world.uow() as uow:
        await uow.claims.expire_intents()
        await uow.commit()
    assert await claim(world, "ben") == []
    assert await declare(world, delivery)
    await world.pass_time(LEASE.total_seconds() - 2)  # the intent renewed it
    async with world.uow() as uow:
        await uow.claims.expire_intents()
        await uow.commit()
    assert await world.outbox_states() == {"prompt:1": "intent"}
    assert await settle(world, delivery)


async def test_an_intent_whose_worker_vanished_is_uncertain_and_never_simply_sent_again(world: World) -> None:
    await world.enqueue("prompt:1")
    [lost] = await claim(world, "ann")
    await declare(world, lost)
    await expire(world)
    assert await world.outbox_states() == {"prompt:1": "uncertain"}
    [uncertain] = await look_up(world, "ben")  # to be looked up: that is all a claim takes it for
    await world.pass_time(3)
    assert await look_up(world, "cleo") == []
    assert uncertain.state is State.UNCERTAIN
    assert not await settle(world, lost), "the look-up belongs to ben now"
    assert await settle(world, uncertain)


async def test_an_edit_whose_worker_vanished_is_simply_due_again(world: World) -> None:
    await world.enqueue("edit", kind=Kind.LOBBY_EDIT)
    [lost] = await claim(world)
    await declare(world, lost)
    await expire(world)
    assert await world.outbox_states() == {"edit": "pending"}
    assert not await settle(world, lost)
    assert len(await claim(world)) == 1


async def test_an_unknown_outcome_is_looked_up_when_its_lease_ends(world: World) -> None:
    await world.enqueue("prompt:1")
    [delivery] = await claim(world)
    async with world.uow() as uow:
        assert await uow.outbox.mark_uncertain(delivery, "timeout")
        await uow.commit()
    await world.pass_time(LEASE.total_seconds() - 5)
    assert await look_up(world) == [], "Slack may still be storing it"
    await world.pass_time(5.1)
    assert [each.key for each in await look_up(world)] == ["prompt:1"]


async def test_one_look_up_takes_all_that_a_channel_waits_for_and_a_workspace_has_forty_a_minute(world: World) -> None:
    other = await world.add_channel("C2")
    for key, channel in (("a", world.channel), ("b", world.channel), ("c", other)):
        await world.enqueue(key, channel=channel)
        [delivery] = await claim(world)
        async with world.uow() as uow:
            await uow.outbox.mark_uncertain(delivery, "timeout")
            await uow.commit()
        await world.pass_time(1)
    await world.pass_time(LEASE.total_seconds())
    assert [each.key for each in await look_up(world)] == ["a", "b"]
    assert await look_up(world) == []
    await world.pass_time(1.6)
    assert [each.key for each in await look_up(world)] == ["c"]


async def test_a_retry_after_for_look_ups_holds_look_ups_alone(world: World) -> None:
    await world.enqueue("lost")
    [delivery] = await claim(world)
    async with world.uow() as uow:
        await uow.outbox.mark_uncertain(delivery, "timeout")
        await uow.turns.pause(world.workspace.id, Lane.LOOK_UP, timedelta(seconds=60))
        await uow.commit()
    await world.enqueue("next")
    await world.pass_time(LEASE.total_seconds() + 1)
    async with world.uow() as uow:
        claimed = await uow.claims.claim(await uow.claims.choose(LATER, 20), LATER, "ann")
        assert [each.key for each in claimed] == ["next"]
        await uow.commit()
    await world.pass_time(60)
    assert [each.key for each in await look_up(world)] == ["lost"]


async def test_trying_later_waits_as_long_as_it_was_told(world: World) -> None:
    await world.enqueue("prompt:1")
    [delivery] = await claim(world)
    async with world.uow() as uow:
        assert await uow.outbox.try_later(delivery, timedelta(seconds=20), "ratelimited")
        await uow.commit()
    await world.pass_time(18)
    assert await claim(world) == []
    await world.pass_time(3)
    assert [each.attempts for each in await claim(world)] == [2]


async def test_what_is_settled_cannot_be_settled_again(world: World) -> None:
    await world.enqueue("prompt:1")
    [delivery] = await claim(world)
    assert await settle(world, delivery)
    assert not await settle(world, delivery, State.DEAD, None)
    assert not await declare(world, delivery)
    assert await world.rows(OutboxRow, "state", "is_open", "message_ts") == [("sent", False, "1.1")]


@pytest.mark.parametrize("state", [State.PENDING, State.LEASED, State.UNCERTAIN])
async def test_a_message_somebody_pressed_is_there_and_is_not_sent_again(world: World, state: State) -> None:
    await world.enqueue("prompt:1")
    if state is not State.PENDING:
        [delivery] = await claim(world)
        if state is State.UNCERTAIN:
            await declare(world, delivery)
            await expire(world)
    async with world.uow() as uow:
        await uow.outbox.heal("prompt:1", "7.7")
        await uow.commit()
    assert await world.rows(OutboxRow, "state", "is_open", "message_ts") == [("sent", False, "7.7")]
    await expire(world)
    assert await claim(world) == []


async def test_a_press_during_the_call_leaves_it_to_the_worker(world: World) -> None:
    await world.enqueue("prompt:1")
    [delivery] = await claim(world)
    await declare(world, delivery)
    async with world.uow() as uow:
        await uow.outbox.heal("prompt:1", "1.1")
        await uow.commit()
    assert await settle(world, delivery)


async def test_messages_are_moved_and_dropped_only_before_they_are_claimed(world: World) -> None:
    await world.enqueue("a", due_at=LATER + timedelta(hours=1))
    async with world.uow() as uow:
        await uow.outbox.reschedule("a", NOON)
        await uow.commit()
    [delivery] = await claim(world)
    async with world.uow() as uow:
        await uow.outbox.reschedule("a", LATER + timedelta(hours=1))
        await uow.outbox.drop(["a"], "stopped")
        await uow.outbox.drop_channel(world.channel.id, "is_archived")
        await uow.commit()
    assert await settle(world, delivery)
    await world.enqueue("b")
    async with world.uow() as uow:
        await uow.outbox.drop(["b"], "stopped")
        await uow.commit()
    await world.enqueue("c")
    async with world.uow() as uow:
        await uow.outbox.drop_channel(world.channel.id, "is_archived")
        await uow.commit()
    assert await world.outbox_states() == {"a": "sent", "b": "dropped", "c": "dead"}


async def test_settled_means_nothing_due_is_open(world: World) -> None:
    async def look() -> tuple[bool, object]:
        async with world.uow() as uow:
            return await uow.outbox.is_settled(NOON), await uow.outbox.next_due_at(NOON)

    assert await look() == (True, None)
    await world.enqueue("later", due_at=LATER)
    assert await look() == (True, LATER)
    await world.enqueue("now")
    assert await look() == (False, LATER)
    [delivery] = await claim(world)
    await settle(world, delivery)
    assert await look() == (True, LATER)


async def test_a_message_keeps_its_step_and_its_expiry(world: World) -> None:
    message = Message(world.channel.id, Kind.RUN_STEP, 7, "run_step:7:3", NOON, step=3, expires_at=LATER)
    async with world.uow() as uow:
        await uow.outbox.enqueue(message)
        await uow.commit()
    [delivery] = await claim(world)
    assert (delivery.subject_id, delivery.step, delivery.expires_at) == (7, 3, LATER)
    async with AsyncSession(world.engine) as session:
        assert (await session.execute(select(OutboxRow.is_open))).scalar_one()
