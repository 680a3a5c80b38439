"""A workspace's own routines: offered there alone, replaced and removed at once, and nothing under way breaks."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.domain.breaks import Prompt
from bot.domain.errors import RoutineGone, RoutineWrong, TooManyRoutines
from bot.domain.own_routines import KEPT_VERSIONS, MOST, Removed
from bot.domain.schedules import Schedule
from bot.domain.workspaces import Channel
from bot.services import breaks, planning, schedules
from bot.services.own_routines import Accepted, accept, list_own, offered_to, remove
from bot.store.tables import BreakRow
from bot.store.tables_own_routines import OwnRoutineRow
from routines.catalogue import Catalogue
from routines.model import Area
from routines.reading import LARGEST_BYTES
from tests.made_up import CATALOGUE
from tests.own import SWAY, sway
from tests.services.courier import Courier
from tests.store.world import NOON, World

AT_ONE = Schedule(frozenset(range(7)), (time(13),), "Europe/Berlin", "hips")
DAY = timedelta(days=1)


async def put(world: World, toml: str = SWAY, *, team_id: str = "T1") -> Accepted:
    return await accept(world.uow, CATALOGUE, team_id, toml.encode(), member=world.members[0], now=NOON)


async def offered(world: World, team_id: str = "T1") -> Catalogue:
    return await offered_to(world.uow, CATALOGUE, team_id)


async def channel_elsewhere(world: World) -> Channel:
    return await schedules.ensure_channel(world.uow, "T2", "C2")


async def test_an_own_routine_is_found_by_its_words_in_its_workspace_alone(world: World) -> None:
    assert not (await put(world)).replaces
    here = await offered(world)
    for word in ("sway", "willow", "Our sway", "tree sway"):
        assert here.find(word) is not None, word
    assert here.problems == ()
    assert (await offered(world, "T2")).find("sway") is None


async def test_breaks_of_its_area_serve_its_exercises_in_its_workspace_alone(world: World) -> None:
    await put(world)
    elsewhere = await channel_elsewhere(world)
    for channel in (world.channel, elsewhere):
        await schedules.add_schedule(world.uow, CATALOGUE, channel, AT_ONE, keeper=None, now=NOON - DAY)
    for day in range(6):
        await planning.materialise_due(world.uow, CATALOGUE, NOON + day * DAY)
    served = await world.rows(BreakRow, "channel_id", "exercise_id")
    assert {channel_id for channel_id, exercise_id in served if exercise_id == "tree-sway"} == {world.channel.id}
    assert len(served) == 12


async def test_a_new_version_replaces_the_one_before_for_every_process_at_once(world: World) -> None:
    await put(world)
    assert (await offered(world)).exercise("tree-sway").hold_seconds == 10
    assert (await put(world, SWAY.replace("hold_seconds = 10", "hold_seconds = 15"))).replaces
    assert (await offered(world)).exercise("tree-sway").hold_seconds == 15
    assert [each.own.routine_id for each in await list_own(world.uow, CATALOGUE, "T1")] == ["sway"]


async def test_a_removed_routine_is_offered_no_more_and_cannot_be_removed_twice(world: World) -> None:
    await put(world)
    await remove(world.uow, CATALOGUE, "T1", "sway", NOON)
    assert (await offered(world)).find("sway") is None
    assert await list_own(world.uow, CATALOGUE, "T1") == []
    with pytest.raises(RoutineGone):
        await remove(world.uow, CATALOGUE, "T1", "sway", NOON)


async def test_a_prompt_of_a_removed_routine_is_sent_shown_and_guided_all_the_same(
    world: World, courier: Courier
) -> None:
    await put(world)
    break_id = await world.add_break(ts=None, exercise_id="tree-sway", routine_id="sway")
    await world.enqueue("prompt", subject_id=break_id)
    await remove(world.uow, CATALOGUE, "T1", "sway", NOON)
    await courier.deliver(NOON)
    (ready,) = courier.said
    assert isinstance(ready.facts, Prompt)
    assert (ready.facts.exercise.id, ready.facts.routine.id) == ("tree-sway", "sway")
    assert (await breaks.find_prompt(world.uow, CATALOGUE, break_id)).exercise.name == "Tree sway"


async def test_a_prompt_of_a_removed_routine_still_says_which_move_of_ours_stands_in(world: World) -> None:
    await put(world, SWAY.replace('seated       = "Sway on your chair."', 'seated_stand_in = "strap-press"'))
    break_id = await world.add_break(exercise_id="tree-sway", routine_id="sway")
    await remove(world.uow, CATALOGUE, "T1", "sway", NOON)
    shown = (await breaks.find_prompt(world.uow, CATALOGUE, break_id)).exercise
    assert shown.seated is not None
    assert shown.seated.startswith("Seated strap press.")


async def test_a_schedule_goes_on_with_the_rest_of_its_area_when_a_routine_is_removed(world: World) -> None:
    await put(world)
    await schedules.add_schedule(world.uow, CATALOGUE, world.channel, AT_ONE, keeper=None, now=NOON - DAY)
    await remove(world.uow, CATALOGUE, "T1", "sway", NOON)
    for day in range(6):
        await planning.materialise_due(world.uow, CATALOGUE, NOON + day * DAY)
    served = await world.rows(BreakRow, "local_date", "exercise_id")
    assert served[-1][0] == date(2026, 3, 7)
    assert "tree-sway" not in {exercise_id for _, exercise_id in served}


async def test_the_keeper_of_breaks_that_served_it_alone_is_told_once_and_they_go_on(world: World) -> None:
    courier = Courier(world, catalogue=CATALOGUE)
    await put(world)
    ann = world.members[0]
    packaged = frozenset(exercise.id for each in CATALOGUE.routines_for(Area.HIPS) for exercise in each.exercises)
    places = [
        world.channel,
        await world.add_channel("C2"),
        await world.add_channel("C3"),
        await world.add_channel("C4"),
    ]
    alone = replace(AT_ONE, routine_id="sway", area="neck")
    served = [alone, replace(alone, whole_routine=True), replace(AT_ONE, left_out=packaged), AT_ONE]
    for channel, schedule in zip(places, served, strict=True):
        await schedules.add_schedule(world.uow, CATALOGUE, channel, schedule, keeper=ann, now=NOON - DAY)
    await planning.materialise_due(world.uow, CATALOGUE, NOON)
    assert (await world.rows(BreakRow, "routine_id"))[:3] == ["sway"] * 3
    await remove(world.uow, CATALOGUE, "T1", "sway", NOON)
    await courier.deliver(NOON)
    (told,) = [each.facts for each in courier.said if isinstance(each.facts, Removed)]
    assert (told.title, told.told_slack_id) == ("Our sway", ann.slack_id)
    assert [channel.slack_id for channel in told.channels] == ["C1", "C2", "C3"]
    await planning.materialise_due(world.uow, CATALOGUE, NOON + DAY)
    assert (await world.rows(BreakRow, "routine_id"))[4:] == [
        "neck",
        "neck",
        "hips",
        "hips",
    ]  # in C3 none is left out now


async def test_nobody_is_told_when_it_is_back_or_something_else_was_chosen(world: World, courier: Courier) -> None:
    await put(world)
    alone = replace(AT_ONE, routine_id="sway")
    other = await world.add_channel("C2")
    for channel in (world.channel, other):
        await schedules.add_schedule(world.uow, CATALOGUE, channel, alone, keeper=world.members[0], now=NOON)
    await remove(world.uow, CATALOGUE, "T1", "sway", NOON)
    await schedules.change_schedule(world.uow, CATALOGUE, 2, AT_ONE, now=NOON)
    await put(world)
    await courier.deliver(NOON)
    assert not [each for each in courier.said if isinstance(each.facts, Removed)]


@pytest.mark.parametrize(
    ("toml", "line", "key"),
    [
        (SWAY.replace("hold_seconds = 10", "hold_seconds = 900"), 24, "exercises[1].hold_seconds"),
        (SWAY.replace('"sway"', '"lowback"'), 3, "id"),
        (SWAY.replace('"willow"', '"lowback"'), 9, "aliases[1]"),
        (SWAY.replace("format  = 1", "format = "), 2, ""),
        ("# " + "x" * LARGEST_BYTES, 1, ""),
    ],
)
async def test_a_wrong_one_is_refused_with_line_and_key_and_nothing_is_stored(
    world: World, toml: str, line: int, key: str
) -> None:
    with pytest.raises(RoutineWrong) as refused:
        await put(world, toml)
    (problem,) = refused.value.problems
    assert (problem.line, problem.key) == (line, key)
    assert await world.rows(OwnRoutineRow, "id") == []


async def test_the_words_of_another_own_routine_are_taken_too(world: World) -> None:
    await put(world)
    with pytest.raises(RoutineWrong) as refused:
        await put(world, sway("reed").replace("reed-word", "willow"))
    assert "finds the routine 'sway' already" in refused.value.problems[0].what


async def test_a_workspace_has_only_so_many_and_may_still_replace_one(world: World) -> None:
    for number in range(MOST):
        await put(world, sway(f"sway{number}"))
    with pytest.raises(TooManyRoutines):
        await put(world, sway("onemore"))
    assert (await put(world, sway("sway0"))).replaces


async def test_only_the_newest_past_versions_are_kept(world: World) -> None:
    for seconds in range(10, 14 + KEPT_VERSIONS):
        await put(world, SWAY.replace("hold_seconds = 10", f"hold_seconds = {seconds}"))
    assert len(await world.rows(OwnRoutineRow, "id")) == KEPT_VERSIONS + 1
    assert (await offered(world)).exercise("tree-sway").hold_seconds == 13 + KEPT_VERSIONS
