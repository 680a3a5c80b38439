"""What goes into the store comes out equal, and what may exist once exists once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain import runs
from bot.domain.boards import Figures, Performance
from bot.domain.breaks import BUTTON, RUN, Break, NewBreak, Origin, Support
from bot.domain.runs import LOBBY_FOR, Run, RunMember, RunState
from bot.domain.schedules import Schedule
from bot.domain.workspaces import ScheduleRecord
from bot.store.boards import Posted
from bot.store.breaks import Counted
from bot.store.tables import BoardRow, BreakRow, ConsentRow, ParticipationRow, RunMemberRow, RunRow, SupportRow
from routines.catalogue import default_catalogue
from tests.store.world import NOON, World

ROUTINE = default_catalogue().routine("lowback")
DAY = timedelta(days=1)


def a_run(world: World, break_id: int | None = None) -> Run:
    starter = world.members[0]
    return Run(
        id=0,
        channel_id=world.channel.id,
        break_id=break_id,
        starter_id=starter.id,
        routine=ROUTINE,
        state=RunState.LOBBY,
        started_at=NOON,
        next_at=NOON + LOBBY_FOR,
        members=(RunMember(starter.id, starter.name),),
    )


async def stored(world: World, run: Run) -> Run:
    async with world.uow() as uow:
        run_id = run.id or await uow.runs.add(run)
        assert run_id is not None
        run = replace(run, id=run_id)
        await uow.runs.save(run)
        await uow.commit()
    return run


async def read(world: World, run_id: int) -> Run | None:
    async with world.uow() as uow:
        return await uow.runs.find(run_id)


async def test_a_run_reads_back_equal_at_every_stage(world: World) -> None:
    friend = world.members[1]
    run = await stored(world, a_run(world, await world.add_break()))
    assert await read(world, run.id) == run
    stages: list[Callable[[Run], Run]] = [
        lambda run: runs.join(run, friend.id, friend.name),
        lambda run: replace(runs.start_now(run, NOON), thread_ts="1.1"),
        lambda run: runs.show_step(run, 0, NOON),
        lambda run: runs.pause(run, friend.id, NOON + timedelta(seconds=1, microseconds=123457)),
        lambda run: runs.show_step(run, 1, NOON + DAY),
        lambda run: runs.leave(run, friend.id),
        lambda run: runs.stop(run, world.members[0].id),
    ]
    for stage in stages:
        run = await stored(world, stage(run))
        assert await read(world, run.id) == run


async def test_a_run_keeps_the_routine_it_began_with(world: World) -> None:
    older = ROUTINE.model_copy(update={"exercises": ROUTINE.exercises[:2]})
    run = await stored(world, replace(a_run(world), routine=older, is_joint=False))
    assert await read(world, run.id) == run
    assert len(run.steps) == 2


async def test_a_break_has_one_live_run_and_another_once_that_is_over(world: World) -> None:
    break_id = await world.add_break()
    first = await stored(world, a_run(world, break_id))
    async with world.uow() as uow:
        assert await uow.runs.add(a_run(world, break_id)) is None
        assert await uow.runs.find_live(break_id) == first
    await stored(world, runs.stop(first, first.starter_id))
    async with world.uow() as uow:
        assert await uow.runs.find_live(break_id) is None
        assert await uow.runs.add(a_run(world, break_id)) is not None


async def test_runs_outside_breaks_do_not_exclude_each_other(world: World) -> None:
    assert (await stored(world, a_run(world))).id != (await stored(world, a_run(world))).id


async def test_only_runs_that_had_company_or_went_on_without_count_as_the_latest(world: World) -> None:
    async def latest() -> object:
        async with world.uow() as uow:
            return await uow.runs.latest_on_demand(world.channel.id)

    assert await latest() is None
    run = await stored(world, a_run(world))
    assert await latest() == NOON
    for state, counts in ((RunState.ALONE, False), (RunState.CANCELLED, False), (RunState.FINISHED, True)):
        await stored(world, replace(run, state=state))
        assert (await latest() == NOON) is counts
    await stored(world, replace(a_run(world), started_at=NOON + DAY, is_joint=False, state=RunState.FINISHED))
    await stored(world, replace(a_run(world, await world.add_break()), started_at=NOON + DAY))
    assert await latest() == NOON


async def test_unfinished_runs_are_found_until_they_are_stopped(world: World) -> None:
    run = await stored(world, a_run(world, await world.add_break()))
    async with world.uow() as uow:
        assert await uow.runs.list_unfinished(world.channel.id) == [run.id]
        await uow.runs.save(replace(run, state=RunState.STOPPED))
        assert await uow.runs.list_unfinished(world.channel.id) == []
        await uow.commit()
    assert await world.rows(RunRow, "state", "live_break_id") == [("stopped", None)]


SCHEDULE = Schedule(frozenset({0, 2, 4}), (time(9, 5), time(14, 55)), "Europe/Berlin", "lower-back")


async def test_a_schedule_reads_back_equal(world: World) -> None:
    async with world.uow() as uow:
        schedule_id = await uow.schedules.add(world.channel.id, SCHEDULE, next_due_at=NOON, now=NOON)
        expected = ScheduleRecord(schedule_id, world.channel, SCHEDULE, NOON, 1)
        assert await uow.schedules.find(schedule_id) == expected
        assert await uow.schedules.list_for_channel(world.channel.id) == [expected]
        assert await uow.schedules.list_all() == [("T1", expected)]


async def test_an_edit_of_a_schedule_that_changed_meanwhile_is_refused(world: World) -> None:
    async with world.uow() as uow:
        schedule_id = await uow.schedules.add(world.channel.id, SCHEDULE, next_due_at=NOON, now=NOON)
        record = await uow.schedules.find(schedule_id)
        assert record is not None
        mine, theirs = replace(SCHEDULE, times=(time(10),)), replace(SCHEDULE, paused=True)
        assert await uow.schedules.change(record, theirs, next_due_at=None)
        assert not await uow.schedules.change(record, mine, next_due_at=NOON)
        found = await uow.schedules.find(schedule_id)
        assert found == replace(record, schedule=theirs, version=2, next_due_at=None)


async def test_due_schedules_come_longest_first_and_only_when_due(world: World) -> None:
    async with world.uow() as uow:
        for due_at in (NOON, NOON - DAY, NOON + timedelta(microseconds=1), None):
            await uow.schedules.add(world.channel.id, SCHEDULE, next_due_at=due_at, now=NOON)
        due = await uow.schedules.claim_due(NOON, 10)
        assert [each.due_at for each in due] == [NOON - DAY, NOON]
        assert len(await uow.schedules.claim_due(NOON, 1)) == 1
        assert await uow.schedules.next_due_at(NOON - DAY) == NOON
        assert await uow.schedules.next_due_at(NOON + DAY) is None
        assert await uow.schedules.next_in_channel(world.channel.id, NOON - 2 * DAY) == NOON - DAY


async def test_removing_a_schedule_keeps_its_breaks(world: World) -> None:
    await world.add_break()
    async with world.uow() as uow:
        schedule_id = await uow.schedules.add(world.channel.id, SCHEDULE, next_due_at=NOON, now=NOON)
        await uow.schedules.remove(schedule_id)
        assert await uow.schedules.find(schedule_id) is None
        await uow.commit()
    assert len(await world.rows(BreakRow, "id")) == 1


async def test_a_channel_has_one_break_an_instant(world: World) -> None:
    break_id = await world.add_break(ts=None)
    async with world.uow() as uow:
        again = NewBreak([world.channel.id], NOON, date(2026, 3, 9), "side-lunge", "lowback", Origin.COMMAND)
        later = replace(again, due_at=NOON + DAY)
        (added,) = await uow.breaks.add_all([later, again, later])
        assert await uow.breaks.find(added) == Break(
            added, world.channel.id, NOON + DAY, date(2026, 3, 9), "side-lunge", "lowback", Origin.COMMAND
        )
        assert await uow.breaks.find(break_id) == Break(
            break_id, world.channel.id, NOON, NOON.date(), "wall-sit", "lowback"
        )
    other = await world.add_channel("C2")
    async with world.uow() as uow:
        assert len(await uow.breaks.add_all([replace(again, channel_ids=[world.channel.id, other.id])])) == 1


async def test_a_break_is_found_by_its_message_and_as_the_newest(world: World) -> None:
    first, second = await world.add_break(ts="1.1"), await world.add_break(NOON + DAY, ts="2.2")
    await world.add_break(NOON + 2 * DAY, ts=None)
    async with world.uow() as uow:
        found = await uow.breaks.find_by_message(world.channel.id, "1.1")
        assert found is not None
        assert (found.id, found.message_ts) == (first, "1.1")
        assert await uow.breaks.find_by_message(world.channel.id, "9.9") is None
        newest = await uow.breaks.latest(world.channel.id, NOON + 3 * DAY)
        assert newest is not None
        assert newest.id == second
        assert await uow.breaks.latest(world.channel.id, NOON - DAY) is None


async def test_how_often_an_exercise_was_served_is_remembered_however_much_else_was(world: World) -> None:
    await world.add_break(NOON - 90 * DAY, exercise_id="head-press")
    for days in range(60, 0, -1):
        await world.add_break(NOON - days * DAY, exercise_id="wall-sit")
    break_id = await world.add_break(NOON, exercise_id="head-press")
    async with world.uow() as uow:
        [facts] = await uow.breaks.facts([break_id])
    assert (facts.break_.id, facts.zone, facts.times_served, facts.done) == (break_id, "Europe/Berlin", 1, 0)


async def test_each_pool_of_a_channel_goes_on_where_it_was(world: World) -> None:
    other = await world.add_channel("C2")
    places = ((world.channel, "neck", 6), (world.channel, "neck", 7), (world.channel, "hips", 9), (other, "neck", 1))
    new = [
        NewBreak([channel.id], NOON + at * DAY, NOON.date(), "wall-sit", "lowback", drawn_from=pool, position=position)
        for at, (channel, pool, position) in enumerate(places)
    ]
    async with world.uow() as uow:
        await uow.breaks.add_all(new)
        both = [world.channel.id, other.id]
        assert await uow.breaks.last_positions(both, "neck") == {world.channel.id: 7, other.id: 1}
        assert await uow.breaks.last_positions(both, "hips") == {world.channel.id: 9}


async def test_break_dates_are_those_posted_on_time_and_the_others_are_kept_apart(world: World) -> None:
    monday = NOON.date()
    await world.add_break(NOON)
    await world.add_break(NOON + timedelta(hours=2))
    await world.add_break(NOON + DAY, counts=False)
    await world.add_break(NOON + 2 * DAY, ts=None)
    await world.add_break(NOON + 3 * DAY, counts=False, origin=Origin.COMMAND)
    async with world.uow() as uow:
        span = {"since": monday, "until": monday + 3 * DAY}
        found = await uow.streaks.break_dates(world.channel.id, **span)
        assert (found.scheduled, found.unscheduled) == (
            frozenset({monday}),
            frozenset({monday + DAY, monday + 3 * DAY}),
        )
        missed = await uow.breaks.missed_by_us(world.channel.id, since=NOON, until=NOON + 9 * DAY)
        assert missed == [NOON + 2 * DAY]
        assert await uow.breaks.missed_by_us(world.channel.id, since=NOON, until=NOON + 2 * DAY) == []


async def test_a_person_takes_part_in_a_break_once_and_each_support_is_kept_once(world: World) -> None:
    break_id, member = await world.add_break(), world.members[0]
    async with world.uow() as uow:
        for support, first_done_at in (
            (Support(BUTTON, is_on=True, event_at=NOON - DAY), NOON - DAY),
            (Support(BUTTON, is_on=False, event_at=NOON + DAY), None),
            (Support(RUN, is_on=True, event_at=NOON), NOON),
        ):
            where = (member.id, world.channel.id, NOON.date(), support)
            await uow.breaks.record(*where, break_id=break_id, first_done_at=first_done_at)
        supports = {
            BUTTON: Support(BUTTON, is_on=False, event_at=NOON + DAY),
            RUN: Support(RUN, is_on=True, event_at=NOON),
        }
        assert await uow.breaks.state_of(member.id, break_id) == Counted(True, NOON, supports)  # noqa: FBT003  # a row's columns
        assert await uow.breaks.state_of(world.members[1].id, break_id) is None
        await uow.commit()
    assert await world.rows(ParticipationRow, "is_done", "first_done_at") == [(True, NOON)]
    assert len(await world.rows(SupportRow, "kind")) == 2


async def test_a_person_takes_part_in_a_run_outside_breaks_once(world: World) -> None:
    run, break_id, member = await stored(world, a_run(world)), await world.add_break(), world.members[0]
    async with world.uow() as uow:
        who = (member.id, world.channel.id, NOON.date(), Support(RUN, is_on=True, event_at=NOON))
        for _ in range(2):
            await uow.breaks.record(*who, run_id=run.id, first_done_at=NOON)
        await uow.breaks.record(*who, break_id=break_id, first_done_at=NOON)
        await uow.commit()
    assert await world.rows(ParticipationRow, "run_id", "break_id") == [(run.id, None), (None, break_id)]
    assert await world.rows(SupportRow, "kind") == [RUN, RUN]


async def test_what_people_did_is_listed_by_person_channel_and_date(world: World) -> None:
    first, second = await world.add_break(), await world.add_break(NOON + DAY)
    other = await world.add_channel("C2")
    elsewhere = await world.add_break(channel=other)
    ann, ben = world.members[:2]
    async with world.uow() as uow:
        for member, channel, break_id, day, done in (
            (ann, world.channel, second, NOON + DAY, True),
            (ann, world.channel, first, NOON, True),
            (ann, other, elsewhere, NOON, True),
            (ben, world.channel, first, NOON, True),
            (ben, world.channel, second, NOON + DAY, False),
        ):
            support = Support(BUTTON, is_on=done, event_at=NOON)
            at = NOON if done else None
            await uow.breaks.record(member.id, channel.id, day.date(), support, break_id=break_id, first_done_at=at)
        monday = NOON.date()
        here = world.channel.id
        assert sorted(await uow.streaks.done_dates(ann.id)) == [
            (here, monday),
            (here, monday + DAY),
            (other.id, monday),
        ]
        assert await uow.breaks.people_in(here, since=monday, until=monday + DAY) == 2
        assert await uow.breaks.done_by_date(here, since=monday, until=monday + DAY) == [(monday, 2), (monday + DAY, 1)]
        assert (await uow.breaks.count_done(first), await uow.breaks.count_done(second)) == (2, 1)


def nothing_on(week: date) -> Figures:
    return Figures(week, breaks_done=0, people=0, break_days=0, weekly_totals=())


async def test_what_a_board_said_is_kept_with_it(world: World) -> None:
    week = NOON.date()
    figures = Figures(
        week, 5, 2, 4, ((week - 7 * DAY, 3), (week, 5)), (NOON,), 9, (week,), {3: Performance("", 4, 6, 2, 3)}
    )
    async with world.uow() as uow:
        board_id = await uow.boards.add(world.channel.id, figures)
        assert board_id is not None
        assert await uow.boards.find(board_id) == Posted(world.channel.id, week, (3,), None, figures)
        assert await uow.boards.newest_figures(world.channel.id, before=week + 7 * DAY) == figures
        assert await uow.boards.newest_figures(world.channel.id, before=week) is None


async def test_a_channel_has_one_board_a_week(world: World) -> None:
    async with world.uow() as uow:
        board_id = await uow.boards.add(world.channel.id, nothing_on(NOON.date()))
        assert board_id is not None
        assert await uow.boards.add(world.channel.id, nothing_on(NOON.date())) is None
        assert await uow.boards.add(world.channel.id, nothing_on(NOON.date() + 7 * DAY)) is not None
        assert await uow.boards.find(board_id) == Posted(
            world.channel.id, NOON.date(), (), None, nothing_on(NOON.date())
        )
        await uow.boards.mark_posted(board_id, "5.5")
        assert await uow.boards.find(99) is None
        await uow.commit()
    assert await world.rows(BoardRow, "message_ts") == ["5.5", None]


async def test_boards_that_are_due_are_listed_oldest_first(world: World) -> None:
    other = await world.add_channel("C2")
    async with world.uow() as uow:
        await uow.workspaces.ensure_board_due_at(world.channel.id, NOON)
        await uow.workspaces.ensure_board_due_at(world.channel.id, NOON + DAY)
        await uow.workspaces.ensure_board_due_at(other.id, NOON - DAY)
        assert [(channel.id, at) for channel, at in await uow.workspaces.list_due_boards(NOON, 9)] == [
            (other.id, NOON - DAY),
            (world.channel.id, NOON),
        ]
        assert await uow.workspaces.list_due_boards(NOON - 2 * DAY, 9) == []
        assert await uow.workspaces.next_board_due_at(NOON - DAY) == NOON


async def test_people_and_channels_are_made_once_and_learn_what_is_new(world: World) -> None:
    async with world.uow() as uow:
        renamed = await uow.members.ensure(world.workspace.id, "U1", name="Ann")
        assert renamed == replace(world.members[0], name="Ann")
        assert await uow.members.ensure(world.workspace.id, "U1") == renamed
        assert await uow.members.find_in_team(world.workspace.team_id, "U1") == renamed
        assert await uow.members.get(renamed.id) == renamed
        assert await uow.members.find_in_team(world.workspace.team_id, "U99") is None
        channel = await uow.workspaces.ensure_channel(world.workspace.id, "C1", zone="Asia/Tokyo")
        assert channel == replace(world.channel, zone="Asia/Tokyo")
        assert await uow.workspaces.find_channel("T1", "C1") == channel
        assert await uow.workspaces.find_channel("T2", "C1") is None
        workspace = await uow.workspaces.ensure_workspace("T1", app_bot_id="B2")
        assert workspace == replace(world.workspace, app_bot_id="B2")


async def test_silence_is_no_and_the_last_word_counts(world: World) -> None:
    ann, ben = world.members[:2]
    async with world.uow() as uow:
        assert await uow.members.consent(world.channel.id, ann.id) is None
        for member, is_named in ((ann, True), (ben, True), (ben, False)):
            await uow.members.set_consent(world.channel.id, member.id, is_named=is_named)
        assert await uow.members.list_named(world.channel.id) == [ann]
        assert await uow.members.consent(world.channel.id, ben.id) is False
        await uow.commit()
    assert len(await world.rows(ConsentRow, "is_named")) == 2


async def test_rows_that_belong_to_nothing_are_refused(world: World) -> None:
    async with world.uow() as uow:
        with pytest.raises(IntegrityError):
            await uow.boards.add(999, nothing_on(NOON.date()))


async def test_people_in_a_run_are_kept_in_the_order_they_came(world: World) -> None:
    run = await stored(world, a_run(world))
    for member in (world.members[4], world.members[2], world.members[3]):
        run = await stored(world, runs.join(run, member.id, member.name))
    found = await read(world, run.id)
    assert found is not None
    assert [member.name for member in found.members] == ["Person 1", "Person 5", "Person 3", "Person 4"]
    assert len(await world.rows(RunMemberRow, "member_id")) == 4
