"""A private run is stored while it goes on, counts with its first step, and ends by itself when it is left."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.doses import Change
from bot.domain.errors import BreakUnknown, GuideOver, NotInRun, RunOver
from bot.domain.guides import GUIDE_FOR, Turn
from bot.domain.runs import Run, RunState
from bot.services import doses, guides, outbox, runs
from bot.services.breaks import Sight
from bot.services.guides import Origin
from bot.services.workspaces import stop_channel
from bot.store.tables import DoseRow, OutboxRow, ParticipationRow, RunMemberRow, RunRow
from routines.model import Routine
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

ROUTINE = CATALOGUE.routine("lowback")
STEPS = len(ROUTINE.steps())
MINUTE = timedelta(minutes=1)


async def opened(
    world: World, break_id: int | None = None, *, routine: Routine = ROUTINE, now: datetime = NOON, member: int = 0
) -> Run:
    origin = Origin(world.workspace.team_id, world.channel.slack_id, break_id)
    return await guides.open_guide(world.uow, origin, routine, world.members[member], now)


async def press(world: World, run: Run, verb: str, *, now: datetime = NOON, member: int = 0) -> Run:
    who = world.members[member]
    return await guides.press(world.uow, Turn(run.id, who.id, run.step), verb, who, now)


async def test_a_guide_is_stored_step_by_step_and_counts_when_the_first_has_ended(world: World) -> None:
    break_id = await world.add_break()
    run = await opened(world, break_id)
    assert await world.rows(RunRow, "state", "step", "is_joint") == [("running", 0, False)]
    assert await world.rows(ParticipationRow, "id") == []
    run = await press(world, run, "forward")
    assert await world.rows(ParticipationRow, "break_id", "is_done") == [(break_id, True)]
    for _ in range(STEPS - 1):
        assert await world.run(run.id) == run
        run = await press(world, run, "forward")
    assert await world.rows(RunRow, "state") == ["finished"]
    assert await world.rows(RunMemberRow, "steps_done") == [STEPS]
    assert await world.rows(OutboxRow, "kind", "state") == [("guide_end", "dropped")]


async def test_put_aside_it_goes_on_where_it_was_and_says_how_much_was_done(world: World) -> None:
    break_id = await world.add_break()
    run = await opened(world, break_id)
    for _ in range(3):
        run = await press(world, run, "forward")
    aside = await press(world, run, "aside")
    again = await opened(world, break_id, now=NOON + 59 * MINUTE)
    assert (again.id, again.step, again.state) == (aside.id, 3, RunState.RUNNING)
    assert await world.rows(RunMemberRow, "steps_done") == [3]


async def test_another_break_another_person_or_an_hour_later_begins_anew(world: World) -> None:
    break_id = await world.add_break()
    run = await press(world, await opened(world, break_id), "forward")
    others = [
        await opened(world, await world.add_break(NOON + MINUTE, ts="2.2")),
        await opened(world),
        await opened(world, break_id, member=1),
        await opened(world, break_id, routine=ROUTINE.only(ROUTINE.exercises[0])),
        await opened(world, break_id, now=NOON + GUIDE_FOR),
    ]
    assert {each.step for each in others} == {0}
    assert len({run.id, *(each.id for each in others)}) == 6


async def test_left_open_for_an_hour_it_ends_by_itself_and_accepts_nothing(world: World, courier: Courier) -> None:
    run = await press(world, await opened(world, await world.add_break()), "forward", now=NOON + 10 * MINUTE)
    await courier.deliver(NOON + GUIDE_FOR)
    assert (await world.rows(RunRow, "state"), courier.said) == (["running"], [])
    end = await outbox.next_due_at(world.uow, NOON + GUIDE_FOR)
    assert end == NOON + 10 * MINUTE + GUIDE_FOR
    await courier.deliver(end)
    assert (await world.rows(RunRow, "state"), courier.said) == (["stopped"], [])
    assert await outbox.is_settled(world.uow, end)
    for verb in ("forward", "back", "finish", "aside"):
        with pytest.raises(GuideOver):
            await press(world, run, verb, now=end)


async def test_a_press_after_the_hour_is_refused_also_before_anybody_has_looked(world: World) -> None:
    run = await opened(world)
    with pytest.raises(GuideOver):
        await press(world, run, "forward", now=NOON + GUIDE_FOR)
    assert await world.rows(ParticipationRow, "id") == []


async def test_a_guide_excludes_no_joint_run_and_takes_no_press_of_one_nor_of_others(world: World) -> None:
    break_id = await world.add_break()
    joint = await runs.do_together(world.uow, CATALOGUE, Sight(break_id), world.members[1], NOON)
    mine = await opened(world, break_id)
    assert (await runs.do_together(world.uow, CATALOGUE, Sight(break_id), world.members[2], NOON)).id == joint.id
    with pytest.raises(RunOver):
        await runs.press(world.uow, mine.id, "join", world.members[1], NOON)
    with pytest.raises(NotInRun):
        await press(world, mine, "forward", member=1)
    with pytest.raises(GuideOver):
        await press(world, replace(joint, step=0), "forward", member=1)


async def test_a_guide_of_a_closed_break_counts_for_the_day_it_was_done(world: World) -> None:
    tomorrow = NOON + timedelta(days=1)
    run = await opened(world, await world.add_break(), now=tomorrow)
    await press(world, run, "finish", now=tomorrow)
    assert await world.rows(ParticipationRow, "break_id", "local_date") == [(None, tomorrow.date())]


async def test_a_guide_keeps_the_routine_it_began_with(world: World) -> None:
    older = ROUTINE.model_copy(update={"title": "As it was"})
    run = await press(world, await opened(world, routine=older), "forward")
    assert run.routine.title == "As it was"
    assert (await opened(world)).routine.title == "As it was"


async def test_a_guide_goes_on_when_the_channel_is_gone(world: World) -> None:
    run = await opened(world, await world.add_break())
    async with world.uow() as uow:
        await stop_channel(uow, world.channel.id, "is_archived", NOON)
        await uow.commit()
    assert (await press(world, run, "forward")).step == 1


async def test_a_guide_left_open_in_a_channel_that_is_gone_ends_all_the_same(world: World, courier: Courier) -> None:
    await press(world, await opened(world, await world.add_break()), "forward")
    async with world.uow() as uow:
        await stop_channel(uow, world.channel.id, "is_archived", NOON)
        await uow.commit()
    await courier.deliver(NOON + GUIDE_FOR)
    assert await world.rows(RunRow, "state") == ["stopped"]


async def change(world: World, wanted: Change, shown: int, now: datetime) -> int:
    offered = await doses.change_dose(world.uow, CATALOGUE, "wall-sit", wanted, world.members[0], shown=shown, now=now)
    return offered.seconds


async def test_alone_it_is_ones_own_dose_and_together_the_files(world: World) -> None:
    break_id = await world.add_break()
    assert await change(world, Change.LONGER, 30, NOON) == 35
    assert await change(world, Change.LONGER, 35, NOON + timedelta(days=3)) == 40
    assert await change(world, Change.LONGER, 40, NOON + timedelta(days=4)) == 40
    assert (await opened(world, break_id)).steps[0].seconds == 40
    assert (await opened(world, break_id, member=1)).steps[0].seconds == 30
    joint = await runs.do_together(world.uow, CATALOGUE, Sight(break_id), world.members[0], NOON)
    assert joint.steps[0].seconds == 30


async def test_a_dose_that_is_changed_meanwhile_leaves_a_guide_as_it_began(world: World) -> None:
    run = await opened(world)
    await change(world, Change.LONGER, 30, NOON)
    assert (await opened(world)).steps[0].seconds == 30
    assert await world.run(run.id) == await opened(world)


async def test_the_next_time_is_offered_for_moves_that_were_done_and_grow(world: World) -> None:
    run = await opened(world)
    assert await doses.list_offers(world.uow, run, world.members[0], NOON) == []
    run = await press(world, run, "forward")
    (offered,) = await doses.list_offers(world.uow, run, world.members[0], NOON)
    assert (offered.exercise.id, offered.seconds, offered.longer, offered.shorter) == ("wall-sit", 30, 35, 25)


async def test_a_dose_of_an_exercise_that_is_gone_or_never_grows_is_refused(world: World) -> None:
    for exercise_id in ("gone", "side-lunge"):
        with pytest.raises(BreakUnknown):
            await doses.change_dose(
                world.uow, CATALOGUE, exercise_id, Change.LONGER, world.members[0], shown=30, now=NOON
            )
    assert await world.rows(DoseRow, "seconds") == []
