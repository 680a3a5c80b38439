"""Who may set up and change a channel's breaks, and what their choices do."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.boards import BoardPlan
from bot.domain.breaks import Support
from bot.domain.errors import InvalidInput, NotAFullMember, NothingScheduled, NotTheKeeper, SentJustNow
from bot.domain.greetings import Introduction
from bot.domain.keepers import ChannelSettings, parse_reactions
from bot.domain.schedules import Schedule
from bot.domain.workspaces import Member, MemberKind
from bot.services import boards, breaks, keepers, planning, privacy, reactions, schedules, workspaces
from bot.services.breaks import Place
from bot.services.messages import Stopped
from bot.store.tables import BoardRow, BreakRow, ChannelRow
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AT_ONE = Schedule(frozenset(range(7)), (time(13),), "Europe/Berlin", "lower-back")
USUAL = ChannelSettings()


async def set_up(world: World, keeper: Member, schedule: Schedule = AT_ONE, *, is_admin: bool = False) -> int:
    return await schedules.add_schedule(
        world.uow, CATALOGUE, world.channel, schedule, keeper=keeper, is_admin=is_admin, now=NOON - MINUTE
    )


async def change(world: World, member: Member, *named: Member, chosen: ChannelSettings = USUAL) -> None:
    await keepers.change(world.uow, world.channel, chosen, named or [member], member=member, is_admin=False, now=NOON)


async def become(world: World, member: Member, kind: MemberKind) -> Member:
    async with world.uow() as uow:
        changed = await uow.members.ensure(member.workspace_id, member.slack_id, kind=kind)
        await uow.commit()
    return changed


@pytest.mark.parametrize("kind", [MemberKind.GUEST, MemberKind.STRANGER, MemberKind.BOT])
async def test_a_channel_without_a_keeper_is_set_up_by_full_members_only(world: World, kind: MemberKind) -> None:
    other = await become(world, world.members[0], kind)
    with pytest.raises(NotAFullMember):
        await set_up(world, other)
    await set_up(world, other, is_admin=True)


async def test_an_admin_of_another_workspace_sets_nothing_up_here(world: World) -> None:
    await set_up(world, world.members[0])
    async with world.uow() as uow:
        elsewhere = await uow.workspaces.ensure_workspace("T2")
        stranger = await uow.members.ensure(elsewhere.id, "U1")
        await uow.commit()
    with pytest.raises(NotAFullMember):
        await keepers.change(world.uow, world.channel, USUAL, [stranger], member=stranger, is_admin=True, now=NOON)


async def test_keepers_name_more_keepers_who_may_do_the_same_and_nobody_else(world: World) -> None:
    ann, ben, cem = world.members[:3]
    await set_up(world, ann)
    with pytest.raises(NotTheKeeper):
        await change(world, ben)
    await change(world, ann, ann, ben)
    await change(world, ben, ben)
    assert [each.id for each in (await keepers.show(world.uow, world.channel)).keepers] == [ben.id]
    with pytest.raises(NotTheKeeper) as refused:
        await change(world, ann, ann)
    assert refused.value.keeper_name == ben.name
    with pytest.raises(InvalidInput, match="keepers"):
        await change(world, ben, ben, await become(world, cem, MemberKind.GUEST))


async def test_a_channel_whose_keepers_are_gone_is_looked_after_by_whoever_changes_it_next(world: World) -> None:
    ann, ben, cem = world.members[:3]
    schedule_id = await set_up(world, ann)
    await become(world, ann, MemberKind.GONE)
    edited = replace(AT_ONE, times=(time(14),))
    await schedules.change_schedule(world.uow, CATALOGUE, schedule_id, edited, member=ben, now=NOON)
    assert [each.id for each in (await keepers.show(world.uow, world.channel)).keepers] == [ben.id]
    with pytest.raises(NotTheKeeper):
        await schedules.change_schedule(world.uow, CATALOGUE, schedule_id, AT_ONE, member=cem, now=NOON)


@pytest.mark.parametrize(("gone", "told"), [((), "U1"), (("U1",), "U2"), (("U1", "U2"), "C1")])
async def test_one_active_keeper_is_told_that_breaks_stopped_and_without_one_the_channel(
    world: World, courier: Courier, gone: tuple[str, ...], told: str
) -> None:
    ann, ben = world.members[:2]
    await set_up(world, ann)
    await change(world, ann, ann, ben)
    for member in (ann, ben):
        if member.slack_id in gone:
            await become(world, member, MemberKind.GONE)
    for _ in range(2):
        await workspaces.leave_channel(world.uow, "T1", "C1", NOON)
    await courier.deliver(NOON)
    stopped = [each.facts for each in courier.said if isinstance(each.facts, Stopped)]
    assert [each.told_slack_id for each in stopped] == [told]


async def test_only_the_reactions_a_channel_chose_count_and_one_that_did_can_be_taken_back(world: World) -> None:
    ann, ben = world.members[:2]
    await set_up(world, ann)
    break_id = await world.add_break(NOON)

    async def counts(name: str, member: Member, *, on: bool = True, minutes: int = 1) -> bool:
        place = Place("T1", "C1", "1.1")
        support = Support(f"reaction:{name}", is_on=on, event_at=NOON + minutes * MINUTE)
        if not await reactions.concerns_us(world.uow, place, member.slack_id, support):
            return False
        await breaks.react(world.uow, place, member, support, now=NOON + minutes * MINUTE)
        async with world.uow() as uow:
            state = await uow.breaks.state_of(member.id, break_id)
        return state is not None and state.is_done

    assert await counts("muscle", ann)
    assert not await counts("tada", ben)
    await change(world, ann, chosen=replace(USUAL, reactions=("tada",)))
    assert await counts("tada", ben)
    assert not await counts("heavy_check_mark", world.members[2])
    assert not await counts("heavy_check_mark", world.members[2], on=False)
    assert not await counts("muscle", ann, on=False, minutes=2)
    async with world.uow() as uow:
        state = await uow.breaks.state_of(ann.id, break_id)
        assert state is not None
        assert not state.is_done
        assert await uow.breaks.state_of(world.members[2].id, break_id) is None


def test_reactions_are_read_as_people_type_them() -> None:
    assert parse_reactions(" :tada:, muscle :tada::muscle::skin-tone-2: ") == ("tada", "muscle")
    assert parse_reactions("") == ()
    for wrong in ("✅", "a b@d", " ".join(f"e{number}" for number in range(21))):
        with pytest.raises(InvalidInput, match="reactions"):
            parse_reactions(wrong)


async def test_the_board_comes_when_the_channel_chose_and_not_at_all_where_it_wants_none(world: World) -> None:
    ann = world.members[0]
    await set_up(world, ann)
    break_id = await world.add_break(NOON)
    await breaks.press_done(world.uow, breaks.Sight(break_id), ann, on=True, event_at=NOON, now=NOON)
    await change(world, ann, chosen=replace(USUAL, board=BoardPlan(is_on=False)))
    assert await world.rows(ChannelRow, "board_due_at") == [None]
    await schedules.add_schedule(
        world.uow, CATALOGUE, world.channel, replace(AT_ONE, zone="Europe/Paris"), keeper=ann, now=NOON
    )
    assert await world.rows(ChannelRow, "board_due_at") == [None]
    await change(world, ann, chosen=replace(USUAL, board=BoardPlan(weekday=2, at=time(15, 30))))
    wednesday = datetime(2026, 3, 4, 14, 30, tzinfo=UTC)
    assert await world.rows(ChannelRow, "board_due_at") == [wednesday]
    for due_at in (wednesday, wednesday + 7 * DAY):
        assert await boards.make_due(world.uow, due_at) == 1
    assert await world.rows(BoardRow, "week") == [NOON.date()]  # the first Wednesday had no week behind it
    assert await world.rows(ChannelRow, "board_due_at") == [wednesday + 14 * DAY]


async def test_one_sent_by_hand_is_no_break_day_and_goes_on_in_the_same_order(world: World, courier: Courier) -> None:
    ann, ben = world.members[:2]
    with pytest.raises(NothingScheduled):
        await planning.send_now(world.uow, CATALOGUE, world.channel, member=ann, now=NOON)
    await set_up(world, ann)
    with pytest.raises(NotTheKeeper):
        await planning.send_now(world.uow, CATALOGUE, world.channel, member=ben, now=NOON - 30 * MINUTE)
    await planning.send_now(world.uow, CATALOGUE, world.channel, member=ann, now=NOON - 30 * MINUTE)
    with pytest.raises(SentJustNow) as refused:
        await planning.send_now(world.uow, CATALOGUE, world.channel, member=ann, now=NOON - 25 * MINUTE)
    assert refused.value.minutes_left == 5
    await courier.deliver(NOON - 30 * MINUTE)
    await planning.materialise_due(world.uow, CATALOGUE, NOON)
    await courier.deliver(NOON)
    ids = [exercise.id for exercise in CATALOGUE.routine("lowback").exercises][:2]
    assert await world.rows(BreakRow, "origin", "counts", "exercise_id") == [
        ("command", False, ids[0]),
        ("schedule", True, ids[1]),
    ]


async def test_a_forgotten_keeper_is_named_nowhere_and_the_others_go_on_looking_after_the_channel(
    world: World, courier: Courier
) -> None:
    ann, ben = world.members[:2]
    await set_up(world, ann)
    await change(world, ann, ann, ben)
    await courier.deliver(NOON)
    await privacy.forget(world.uow, ann, NOON)
    await courier.deliver(NOON + MINUTE)
    told = [each.facts.keeper_name for each in courier.said if isinstance(each.facts, Introduction)]
    assert told == [ann.name, ben.name]
    assert [each.id for each in (await keepers.show(world.uow, world.channel)).keepers] == [ben.id]
