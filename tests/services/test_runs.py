"""A joint run from its lobby to its closing card, carried by the outbox alone, and what people press on the way."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.domain.breaks import Prompt
from bot.domain.errors import BreakClosed, BreakUnknown, NotInRun, NotTheStarter, RunIsOn, RunOver, RunTooSoon
from bot.domain.outbox import UNSEEN, Kind, Outcome, Result, outcome_of_error
from bot.domain.runs import ALONE_FOR, ClosingCard, GoesOn, PauseNote, Run, RunState, StepCard
from bot.domain.schedules import Schedule
from bot.domain.workspaces import Member
from bot.services import breaks, outbox, planning, runs, schedules, settlement
from bot.services.breaks import Sight
from bot.services.messages import LobbyMessage, NobodyCame, RunGone
from bot.services.outbox import Ready
from bot.services.settlement import Answered
from bot.services.workspaces import stop_channel
from bot.store.tables import BreakRow, ChannelRow, OutboxRow, ParticipationRow, RunMemberRow, RunRow, SupportRow
from routines.catalogue import Catalogue
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

ROUTINE = CATALOGUE.routine("lowback")
STEPS = len(ROUTINE.steps())
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


async def together(world: World, break_id: int, *members: Member, now: datetime = NOON) -> Run:
    return [await runs.do_together(world.uow, CATALOGUE, Sight(break_id), member, now) for member in members][-1]


async def press(world: World, run: Run, verb: str, member: int, now: datetime) -> Run:
    return await runs.press(world.uow, run.id, verb, world.members[member], now)


async def found(world: World, run: Run) -> Run:
    now_stored = await world.run(run.id)
    assert now_stored is not None
    return now_stored


async def test_who_wants_company_sooner_than_slack_answered_us_has_it(world: World, courier: Courier) -> None:
    break_id = await world.add_break(ts=None)
    await world.enqueue(f"prompt:{break_id}", subject_id=break_id)
    ready = await courier.begin(NOON)
    run = await runs.do_together(world.uow, CATALOGUE, Sight(break_id, "7.7"), world.members[0], NOON)
    assert (run.thread_ts, run.state) == ("7.7", RunState.LOBBY)
    await settlement.settle(world.uow, Answered(ready, Result(Outcome.SENT, ts="7.7"), NOON))
    assert await world.rows(BreakRow, "message_ts", "posted_at", "counts") == [("7.7", NOON, True)]
    with pytest.raises(BreakUnknown):
        await runs.do_together(world.uow, CATALOGUE, Sight(break_id + 1, "7.7"), world.members[0], NOON)


async def test_a_joint_run_goes_without_what_the_channel_leaves_out(world: World) -> None:
    moves = [exercise.id for exercise in ROUTINE.exercises]
    often = Schedule(frozenset(range(7)), (time(9),), "Europe/Berlin", "lower-back", left_out=frozenset(moves[:2]))
    await schedules.add_schedule(world.uow, CATALOGUE, world.channel, often, keeper=None, now=NOON)
    run = await together(world, await world.add_break(), world.members[0])
    assert [exercise.id for exercise in run.routine.exercises] == moves[2:]
    rarely = replace(often, times=(time(17),), left_out=frozenset(moves[1:]))
    await schedules.add_schedule(world.uow, CATALOGUE, world.channel, rarely, keeper=None, now=NOON)
    prompt = await breaks.find_prompt(world.uow, CATALOGUE, await world.add_break(NOON + MINUTE))
    assert [exercise.id for exercise in prompt.routine.exercises] == [moves[0], *moves[2:]]  # the other serves those
    one = ROUTINE.only(ROUTINE.exercises[1])
    assert one.without(moves) == one


async def test_a_whole_routine_goes_without_what_its_schedule_leaves_out(world: World) -> None:
    moves = [exercise.id for exercise in ROUTINE.exercises]
    whole = Schedule(
        frozenset(range(7)),
        (time(13),),
        "Europe/Berlin",
        "lower-back",
        whole_routine=True,
        left_out=frozenset(moves[:1]),
    )
    await schedules.add_schedule(world.uow, CATALOGUE, world.channel, whole, keeper=None, now=NOON - MINUTE)
    await planning.materialise_due(world.uow, CATALOGUE, NOON)
    prompt = await breaks.find_prompt(world.uow, CATALOGUE, 1)
    assert prompt.exercise.id == moves[1]
    assert [exercise.id for exercise in prompt.routine.exercises] == moves[1:]


async def walk(world: World, courier: Courier, now: datetime, *, until: datetime | None = None) -> datetime:
    """Go from due instant to due instant, delivering each, as the bot does; answers where it ended."""
    while (due_at := await outbox.next_due_at(world.uow, now)) and (until is None or due_at <= until):
        now = due_at
        await courier.deliver(now)
    return now


def cards(courier: Courier) -> list[int]:
    return [ready.delivery.step for ready in courier.said if isinstance(ready.facts, StepCard)]


def closings(courier: Courier) -> list[ClosingCard]:
    return [ready.facts for ready in courier.said if isinstance(ready.facts, ClosingCard)]


def asked(courier: Courier) -> list[str]:
    return [ready.facts.starter_slack_id for ready in courier.said if isinstance(ready.facts, NobodyCame)]


def told(courier: Courier) -> list[tuple[str, bool]]:
    """List who was told that their run has no place to go on in, and whether it counts for them."""
    gone = [ready.facts for ready in courier.said if isinstance(ready.facts, RunGone)]
    return [(each.member_slack_id, each.is_counted) for each in gone]


def notes(courier: Courier) -> list[PauseNote | GoesOn]:
    return [ready.facts for ready in courier.said if isinstance(ready.facts, PauseNote | GoesOn)]


async def done_by(world: World) -> dict[int, list[str]]:
    """Map who took part to the kinds of their supports."""
    owners = dict(await world.rows(ParticipationRow, "id", "member_id"))
    assert all(await world.rows(ParticipationRow, "is_done"))
    held: dict[int, list[str]] = {owner: [] for owner in owners.values()}
    for participation_id, kind in await world.rows(SupportRow, "participation_id", "kind"):
        held[owners[participation_id]].append(kind)
    return held


async def test_a_run_goes_from_lobby_to_closing_by_itself_and_counts_once_for_each(
    world: World, courier: Courier
) -> None:
    ann, ben = world.members[:2]
    break_id = await world.add_break()
    run = await together(world, break_id, ann, ben)
    assert (run.state, run.next_at) == (RunState.LOBBY, NOON + MINUTE)
    await courier.deliver(NOON)
    assert courier.keys == [f"prompt_edit:{break_id}"]
    end = await walk(world, courier, NOON)
    assert cards(courier) == list(range(STEPS))
    assert {ready.thread_ts for ready in courier.said if isinstance(ready.facts, StepCard | ClosingCard)} == {"1.1"}
    [closing] = closings(courier)
    assert end == NOON + MINUTE + timedelta(seconds=ROUTINE.seconds)
    assert (closing.moves_done, [member.name for member in closing.run.credited]) == (5, ["Person 1", "Person 2"])
    assert await world.rows(RunRow, "state", "live_break_id") == [("finished", None)]
    assert await done_by(world) == {ann.id: ["run"], ben.id: ["run"]}
    assert await world.rows(RunMemberRow, "steps_done") == [STEPS, STEPS]
    assert await outbox.is_settled(world.uow, end)


async def test_the_run_counts_as_soon_as_one_step_has_ended_and_not_before(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    first = await walk(world, courier, NOON, until=NOON + MINUTE)
    assert cards(courier) == [0]
    assert await done_by(world) == {}
    await press(world, run, "leave", 1, first)
    second = (await found(world, run)).next_at
    await courier.deliver(second)
    assert list(await done_by(world)) == [world.members[0].id]


async def test_who_joins_late_is_credited_from_the_next_step_on_and_who_left_keeps_theirs(
    world: World, courier: Courier
) -> None:
    break_id = await world.add_break()
    run = await together(world, break_id, *world.members[:2])
    now = await walk(world, courier, NOON, until=NOON + MINUTE + 60 * SECOND)
    assert cards(courier) == [0, 1]
    await press(world, run, "leave", 1, now)
    await together(world, break_id, world.members[2], now=now)
    await walk(world, courier, now)
    assert await world.rows(RunMemberRow, "steps_done", "has_left") == [(STEPS, False), (1, True), (STEPS - 1, False)]
    assert sorted(await done_by(world)) == [member.id for member in world.members[:3]]


async def test_a_run_and_a_press_are_one_participation(world: World, courier: Courier) -> None:
    ann, break_id = world.members[0], await world.add_break()
    await together(world, break_id, *world.members[:2])
    await walk(world, courier, NOON)
    await breaks.press_done(world.uow, Sight(break_id), ann, on=True, event_at=NOON + 9 * MINUTE, now=NOON + 9 * MINUTE)
    assert {owner: sorted(kinds) for owner, kinds in (await done_by(world)).items()} == {
        ann.id: ["button", "run"],
        world.members[1].id: ["run"],
    }


async def test_alone_the_starter_is_asked_privately_and_may_start_anyway(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), world.members[0])
    now = await walk(world, courier, NOON, until=NOON + MINUTE)
    assert cards(courier) == []
    assert asked(courier) == ["U1"]
    assert (await found(world, run)).state is RunState.ALONE
    assert (await press(world, run, "start", 0, now)).state is RunState.RUNNING
    await courier.deliver(now)
    await walk(world, courier, now)
    assert cards(courier) == list(range(STEPS))
    assert await world.rows(RunRow, "state") == ["finished"]


async def test_who_may_have_been_asked_is_not_asked_again_and_the_run_ends_by_itself(
    world: World, courier: Courier
) -> None:
    run = await together(world, await world.add_break(), world.members[0])

    def lost(ready: Ready) -> Result:
        courier.sent(ready)
        return Result(Outcome.UNKNOWN, error="TimeoutError")

    await courier.deliver(NOON + MINUTE, lost)
    await world.pass_time(60)
    for sought in await courier.deliver(NOON + MINUTE):
        assert sought.kind is Kind.RUN_ALONE
        await settlement.settle_lookup(world.uow, sought, found_ts=None, can_look=True, now=NOON + MINUTE)
    await walk(world, courier, NOON + MINUTE)
    assert asked(courier) == ["U1"]
    alone = [row for row in await world.rows(OutboxRow, "kind", "state", "error") if row[0] == Kind.RUN_ALONE]
    assert alone == [("run_alone", "missed", UNSEEN)]
    assert (await found(world, run)).state is RunState.CANCELLED
    assert await outbox.is_settled(world.uow, NOON + MINUTE + ALONE_FOR)


async def test_who_does_not_answer_leaves_no_run_behind(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), world.members[0])
    end = await walk(world, courier, NOON)
    assert end == NOON + MINUTE + ALONE_FOR
    assert (asked(courier), cards(courier), closings(courier)) == (["U1"], [], [])
    assert await world.rows(RunRow, "state", "live_break_id") == [("cancelled", None)]
    assert await outbox.is_settled(world.uow, end)
    with pytest.raises(RunOver):
        await press(world, run, "start", 0, end)


async def test_the_prompt_offers_to_join_while_a_run_is_on_and_only_then(world: World, courier: Courier) -> None:
    break_id = await world.add_break()
    await together(world, break_id, *world.members[:2])
    now = NOON
    await courier.deliver(now)
    while due_at := await outbox.next_due_at(world.uow, now):
        now = due_at
        await courier.deliver(now)
    prompts = [ready.facts for ready in courier.said if isinstance(ready.facts, Prompt)]
    assert [(each.lobby is not None, each.is_on) for each in prompts] == [(True, False), (False, True), (False, False)]


async def test_who_is_left_in_the_lobby_is_asked_and_not_the_starter_who_has_left(
    world: World, courier: Courier
) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    await press(world, run, "leave", 0, NOON)
    await walk(world, courier, NOON)
    assert asked(courier) == ["U2"]


async def test_after_a_lobby_nobody_came_to_pressing_together_opens_another(world: World, courier: Courier) -> None:
    break_id = await world.add_break()
    first = await together(world, break_id, world.members[0])
    now = await walk(world, courier, NOON, until=NOON + MINUTE) + MINUTE
    second = await together(world, break_id, world.members[1], now=now)
    assert second.id != first.id
    assert (second.state, second.next_at) == (RunState.LOBBY, now + MINUTE)
    await together(world, break_id, world.members[0], now=now)
    await walk(world, courier, now)
    assert await world.rows(RunRow, "state") == ["cancelled", "finished"]
    with pytest.raises(RunOver):
        await press(world, first, "start", 0, now)


async def test_company_that_comes_while_the_starter_is_asked_starts_the_run(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), world.members[0])
    now = await walk(world, courier, NOON, until=NOON + MINUTE)
    joined = await press(world, run, "join", 1, now + SECOND)
    assert joined.state is RunState.RUNNING
    await walk(world, courier, now)
    assert cards(courier) == list(range(STEPS))


async def test_declining_calls_the_run_off_without_a_word_in_the_channel(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), world.members[0])
    now = await walk(world, courier, NOON, until=NOON + MINUTE)
    assert (await press(world, run, "decline", 0, now)).state is RunState.CANCELLED
    await walk(world, courier, now - SECOND)
    assert cards(courier) == []
    assert closings(courier) == []
    assert await outbox.is_settled(world.uow, now + MINUTE)


async def test_start_now_does_not_wait_for_the_lobby(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    await press(world, run, "start", 2, NOON + SECOND)
    await courier.deliver(NOON + SECOND)
    assert cards(courier) == [0]
    assert len((await found(world, run)).present) == 3


async def test_a_pause_moves_the_next_card_and_resuming_brings_it_back(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    shown_at = await walk(world, courier, NOON, until=NOON + MINUTE)
    planned = (await found(world, run)).next_at
    paused = await press(world, run, "pause", 1, shown_at + 10 * SECOND)
    assert paused.next_at == planned + 2 * MINUTE
    await courier.deliver(planned + MINUTE)
    assert cards(courier) == [0]
    resumed = await press(world, run, "resume", 0, planned + MINUTE)
    assert resumed.next_at == planned + MINUTE + paused.remaining
    await courier.deliver(planned + MINUTE)
    await courier.deliver(resumed.next_at - SECOND)
    assert cards(courier) == [0]
    told_paused, told_on = notes(courier)
    assert (told_paused.run.paused_by, told_paused.run.goes_on_at) == ("Person 2", shown_at + 10 * SECOND + 2 * MINUTE)
    assert isinstance(told_on, GoesOn)
    rest = run.steps[0].rest_seconds * SECOND
    assert (told_on.seconds * SECOND, told_on.until) == (paused.remaining - rest, resumed.next_at - rest)
    await courier.deliver(resumed.next_at)
    assert cards(courier) == [0, 1]


async def test_a_pause_goes_on_by_itself(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    shown_at = await walk(world, courier, NOON, until=NOON + MINUTE)
    paused = await press(world, run, "pause", 1, shown_at)
    assert await walk(world, courier, shown_at, until=shown_at + 2 * MINUTE) == shown_at + 2 * MINUTE
    assert [type(each) for each in notes(courier)] == [PauseNote, GoesOn]
    assert (await found(world, run)).state is RunState.RUNNING
    assert await walk(world, courier, shown_at, until=paused.next_at) == paused.next_at
    assert cards(courier) == [0, 1]


async def test_a_pause_that_ends_with_its_move_is_told_once(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    shown_at = await walk(world, courier, NOON, until=NOON + MINUTE)
    for verb in ("pause", "resume", "pause", "skip"):
        await press(world, run, verb, 0, shown_at + SECOND)
    await courier.deliver(shown_at + SECOND)
    await walk(world, courier, shown_at, until=shown_at + 3 * MINUTE)
    assert notes(courier) == []
    assert cards(courier)[:2] == [0, 1]


@pytest.mark.parametrize("error", ["thread_not_found", "restricted_action_thread_locked"])
async def test_a_thread_that_is_gone_ends_the_run_and_tells_those_in_it_what_counts(
    world: World, courier: Courier, error: str
) -> None:
    await together(world, await world.add_break(), *world.members[:3])

    def gone(ready: Ready) -> Result:
        if ready.thread_ts is not None and ready.delivery.step > 0:
            return Result(outcome_of_error(error), error=error)
        return courier.sent(ready)

    now = await walk(world, courier, NOON, until=NOON + MINUTE)
    run = (await world.run(1)) or pytest.fail("no run")
    await press(world, run, "leave", 2, now)
    await courier.deliver(run.next_at, gone)
    assert told(courier) == [("U1", True), ("U2", True)]
    assert await world.rows(RunRow, "state", "live_break_id") == [("stopped", None)]
    assert await world.rows(RunMemberRow, "steps_done") == [1, 1, 0]
    assert await outbox.is_settled(world.uow, run.next_at + timedelta(hours=1))
    assert await world.rows(ChannelRow, "stopped_because") == [None]


async def test_the_closing_card_says_how_long_it_took_from_the_first_move_on(world: World, courier: Courier) -> None:
    await together(world, await world.add_break(), *world.members[:2])
    await walk(world, courier, NOON)
    [closing] = closings(courier)
    assert closing.seconds == ROUTINE.seconds


async def test_a_skip_shows_the_next_card_at_once_and_a_doubled_one_no_other(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    now = await walk(world, courier, NOON, until=NOON + MINUTE)
    for _ in range(2):
        await press(world, run, "skip", 0, now + SECOND)
    await courier.deliver(now + SECOND)
    assert cards(courier) == [0, 1]
    with pytest.raises(NotTheStarter):
        await press(world, run, "skip", 1, now)


@pytest.mark.parametrize("shown", [2, STEPS])
@pytest.mark.parametrize("how", ["stop", "leave"])
async def test_stopping_posts_the_closing_card_at_once_and_nothing_after_it(
    world: World, courier: Courier, shown: int, how: str
) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    now = NOON
    while len(cards(courier)) < shown:
        now = await walk(world, courier, now, until=await outbox.next_due_at(world.uow, now))
    await press(world, run, "leave", 1, now)
    assert (await press(world, run, how, 0, now + SECOND)).state is RunState.STOPPED
    await courier.deliver(now + SECOND)
    assert len(closings(courier)) == 1
    await walk(world, courier, now)
    assert (len(cards(courier)), len(closings(courier))) == (shown, 1)
    assert await world.rows(RunRow, "state", "live_break_id") == [("stopped", None)]
    for verb in ("join", "leave", "start", "pause", "resume", "skip", "stop"):
        with pytest.raises(RunOver):
            await press(world, run, verb, 0, now + MINUTE)


@pytest.mark.parametrize("verb", ["stop", "leave", "decline"])
async def test_a_run_that_ends_before_its_first_card_is_called_off(world: World, courier: Courier, verb: str) -> None:
    break_id = await world.add_break()
    run = await together(world, break_id, world.members[0])
    assert (await press(world, run, verb, 0, NOON)).state is RunState.CANCELLED
    await walk(world, courier, NOON)
    assert set(courier.keys) <= {f"prompt_edit:{break_id}"}
    assert await world.rows(ParticipationRow, "id") == []
    assert (await together(world, break_id, world.members[0])).id != run.id


async def test_strangers_cannot_leave_pause_or_stop(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    await walk(world, courier, NOON, until=NOON + MINUTE)
    for verb, refusal in (("leave", NotInRun), ("pause", NotInRun), ("stop", NotTheStarter)):
        with pytest.raises(refusal):
            await press(world, run, verb, 4, NOON)
    with pytest.raises(RunOver):
        await runs.press(world.uow, 99, "join", world.members[0], NOON)


async def test_together_needs_a_posted_open_break(world: World) -> None:
    unposted = await world.add_break(NOON + SECOND, ts=None)
    for break_id in (unposted, 99):
        with pytest.raises(BreakUnknown):
            await together(world, break_id, world.members[0])
    with pytest.raises(BreakClosed):
        await together(world, await world.add_break(), world.members[0], now=NOON + timedelta(days=1))


async def on_demand(world: World, member: int = 0, now: datetime = NOON) -> Run:
    return await runs.start_on_demand(world.uow, world.channel, ROUTINE, world.members[member], now)


async def test_a_run_outside_breaks_has_a_lobby_of_its_own_and_counts_on_each_ones_date(
    world: World, courier: Courier
) -> None:
    run = await on_demand(world)
    await courier.deliver(NOON)
    [lobby] = courier.said
    assert isinstance(lobby.facts, LobbyMessage)
    await press(world, run, "join", 1, NOON)
    await walk(world, courier, NOON - SECOND)
    thread = (await found(world, run)).thread_ts
    assert {ready.thread_ts for ready in courier.said if isinstance(ready.facts, StepCard)} == {thread}
    assert courier.keys.count(f"lobby:{run.id}:0") == 1
    participations = await world.rows(ParticipationRow, "break_id", "run_id", "local_date")
    assert participations == [(None, run.id, NOON.date())] * 2


async def test_a_first_card_waits_for_its_lobby_and_goes_on_when_that_was_slow(world: World, courier: Courier) -> None:
    run = await on_demand(world)

    def slow(ready: Ready) -> Result:
        if isinstance(ready.facts, LobbyMessage):
            return Result(Outcome.TRY_LATER, error="connection refused")
        return courier.sent(ready)

    await courier.deliver(NOON, slow)
    late = NOON + 61 * SECOND
    await courier.deliver(late, slow)
    assert courier.said == []
    await press(world, run, "join", 1, late)
    await world.pass_time(91)
    await courier.deliver(late)
    await walk(world, courier, late)
    assert cards(courier) == list(range(STEPS))


async def test_a_lobby_that_slack_refuses_calls_the_run_off(world: World, courier: Courier) -> None:
    await on_demand(world)

    def refuse_it(ready: Ready) -> Result:
        is_lobby = isinstance(ready.facts, LobbyMessage)
        return Result(Outcome.REFUSED, error="invalid_blocks") if is_lobby else courier.sent(ready)

    await courier.deliver(NOON, refuse_it)
    await walk(world, courier, NOON)
    assert told(courier) == [("U1", False)]
    assert await world.rows(RunRow, "state") == ["cancelled"]


async def test_a_second_run_outside_breaks_within_half_an_hour_is_too_soon(world: World, courier: Courier) -> None:
    run = await on_demand(world)
    await press(world, run, "join", 1, NOON)
    with pytest.raises(RunIsOn):
        await on_demand(world, 1, NOON + SECOND)
    await press(world, run, "start", 1, NOON)
    await courier.deliver(NOON)
    assert cards(courier) == [0]
    await press(world, run, "stop", 0, NOON + 2 * SECOND)
    for later, left in ((NOON, 30), (NOON + 29 * MINUTE + 30 * SECOND, 1), (NOON + 10 * MINUTE + SECOND, 20)):
        with pytest.raises(RunTooSoon) as refused:
            await on_demand(world, 1, later)
        assert refused.value.minutes_left == left
    assert (await on_demand(world, 1, NOON + 30 * MINUTE)).id != run.id


async def test_a_run_that_was_called_off_or_stayed_alone_blocks_nobody(world: World, courier: Courier) -> None:
    run = await on_demand(world)
    await press(world, run, "stop", 0, NOON)
    await on_demand(world, 1, NOON + SECOND)
    now = await walk(world, courier, NOON, until=NOON + 2 * MINUTE)
    assert await world.rows(RunRow, "state") == ["cancelled", "alone"]
    await on_demand(world, 2, now + SECOND)


async def test_a_card_that_slack_refuses_does_not_strand_the_run(world: World, courier: Courier) -> None:
    await together(world, await world.add_break(), *world.members[:2])

    def refuse_the_third(ready: Ready) -> Result:
        if isinstance(ready.facts, StepCard) and ready.delivery.step == 2:
            return Result(Outcome.REFUSED, error="invalid_blocks")
        return courier.sent(ready)

    now: datetime = NOON
    while due_at := await outbox.next_due_at(world.uow, now):
        now = due_at
        await courier.deliver(now, refuse_the_third)
    assert cards(courier) == [0, 1, 3, 4, 5]
    assert len(closings(courier)) == 1
    assert await world.rows(RunRow, "state") == ["finished"]


async def test_a_run_goes_on_re_timed_after_the_bot_was_away(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    await walk(world, courier, NOON, until=NOON + MINUTE)
    back = NOON + 20 * MINUTE
    await courier.deliver(back)
    assert cards(courier) == [0, 1]
    step = run.steps[1]
    assert (await found(world, run)).next_at == back + (step.seconds + step.rest_seconds) * SECOND


async def test_a_channel_that_goes_away_in_the_middle_stops_the_run(world: World, courier: Courier) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    now = await walk(world, courier, NOON, until=NOON + 3 * MINUTE)

    def refuse_cards(ready: Ready) -> Result:
        is_card = isinstance(ready.facts, StepCard)
        return Result(Outcome.CHANNEL_GONE, error="is_archived") if is_card else courier.sent(ready)

    await courier.deliver((await found(world, run)).next_at, refuse_cards)
    assert await world.rows(RunRow, "state", "live_break_id") == [("stopped", None)]
    assert told(courier) == [("U1", True), ("U2", True)]
    assert await outbox.is_settled(world.uow, now + timedelta(hours=1))
    with pytest.raises(RunOver):
        await press(world, run, "join", 3, now)


async def test_stopping_a_channel_stops_its_lobby_too(world: World, courier: Courier) -> None:
    await together(world, await world.add_break(), *world.members[:2])
    async with world.uow() as uow:
        await stop_channel(uow, world.channel.id, "is_archived", NOON)
        await uow.commit()
    assert await world.rows(RunRow, "state") == ["cancelled"]
    said = await world.rows(OutboxRow, "kind", "state")
    assert {state for kind, state in said if kind not in {"stopped", "run_gone"}} == {"dead"}
    await courier.deliver(NOON)
    assert told(courier) == [("U1", False), ("U2", False)]


async def test_a_run_finishes_on_the_version_of_the_routine_it_began_with(world: World, courier: Courier) -> None:
    other = ROUTINE.model_copy(update={"exercises": ROUTINE.exercises[:1], "title": "Changed"})
    run = await together(world, await world.add_break(), *world.members[:2])
    courier.catalogue = Catalogue((other,))
    await walk(world, courier, NOON)
    assert cards(courier) == list(range(STEPS))
    [closing] = closings(courier)
    assert closing.run.routine == ROUTINE
    assert await world.rows(RunRow, "state") == ["finished"]
    assert (await found(world, run)).routine == ROUTINE


async def test_a_worker_that_lost_its_lease_neither_shows_a_card_again_nor_advances_the_run(
    world: World, courier: Courier
) -> None:
    run = await together(world, await world.add_break(), *world.members[:2])
    start = NOON + MINUTE
    [slow] = [each for each in (await outbox.claim(world.uow, start)).to_send if each.kind is Kind.RUN_STEP]
    await world.pass_time(20)
    await courier.deliver(start)
    assert cards(courier) == [0]
    shown = await found(world, run)
    assert await outbox.prepare(world.uow, CATALOGUE, slow, start) is None
    late = Answered(Ready(slow, courier.said[-1].facts), Result(Outcome.SENT, ts="9.9"), start + SECOND)
    await settlement.settle(world.uow, late)
    assert await found(world, run) == shown
    assert await world.rows(RunMemberRow, "steps_done") == [0, 0]
