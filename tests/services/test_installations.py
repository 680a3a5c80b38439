"""Workspaces come and go: whatever is heard in whatever order, the rows are those of what happened."""

from datetime import timedelta

import pytest

from bot.domain.installations import ERASED_AFTER
from bot.services import installations, outbox, planning, schedules
from bot.store.tables import ChannelRow, OutboxRow, ScheduleRow, WorkspaceRow
from bot.store.tables_installations import HandledEventRow
from tests.services.courier import CATALOGUE, Courier
from tests.services.test_pauses import AT_ONE
from tests.store.world import NOON, World

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


async def install(world: World, at: object = NOON - HOUR, **options: object) -> None:
    about = {"name": "Acme", "app_user_id": "UAPP", "app_bot_id": "BAPP", "scopes": ["commands", "chat:write"]}
    await installations.install(world.uow, "T1", now=at, **about, **options)  # type: ignore[arg-type]  # any field may be given


async def uninstall(world: World, event_at: object = NOON, heard_at: object = NOON) -> bool:
    return await installations.uninstall(world.uow, "T1", event_at, heard_at)  # type: ignore[arg-type]  # any field may be given


async def set_up(world: World) -> None:
    await schedules.add_schedule(world.uow, CATALOGUE, world.channel, AT_ONE, keeper=None, now=NOON - MINUTE)


async def test_everything_stops_at_once(world: World, courier: Courier) -> None:
    await install(world)
    await set_up(world)
    await planning.materialise_due(world.uow, CATALOGUE, NOON)
    assert await uninstall(world)
    assert await world.rows(ScheduleRow, "next_due_at") == [None]
    assert set(await world.rows(OutboxRow, "state", "is_open")) == {("dropped", False)}
    await courier.deliver(NOON)
    assert courier.said == []


async def test_what_was_claimed_before_is_not_said_after(world: World) -> None:
    await install(world)
    await set_up(world)
    await planning.materialise_due(world.uow, CATALOGUE, NOON)
    claimed = await outbox.claim(world.uow, NOON)
    assert await uninstall(world)
    assert [await outbox.prepare(world.uow, CATALOGUE, each, NOON) for each in claimed.to_send] == [None]


@pytest.mark.parametrize("told", [(1, 1, 2, 3), (3, 2, 1, 1), (2, 1, 3, 1)], ids=str)
async def test_doubled_late_and_out_of_order_it_is_one_removal(world: World, told: tuple[int, ...]) -> None:
    await install(world)
    await set_up(world)
    heard = [await uninstall(world, NOON + each * SECOND, NOON + number * HOUR) for number, each in enumerate(told)]
    assert heard == [True, False, False, False]
    assert await world.rows(WorkspaceRow, "uninstalled_at") == [NOON]


async def test_what_is_older_than_the_installation_is_about_another(world: World) -> None:
    await install(world, NOON - HOUR)
    await set_up(world)
    assert await uninstall(world, NOON)
    await install(world, NOON + MINUTE)
    assert not await uninstall(world, NOON, NOON + HOUR)
    assert await world.rows(WorkspaceRow, "uninstalled_at") == [None]
    assert await world.rows(ScheduleRow, "next_due_at") == [NOON + timedelta(days=1)]
    assert await uninstall(world, NOON + MINUTE), "in the second of the installation, it is about this one"


async def test_a_return_in_time_goes_on_with_what_was_stopped_by_leaving_and_nothing_else(world: World) -> None:
    await install(world)
    await set_up(world)
    other = await world.add_channel("C2")
    async with world.uow() as uow:
        await uow.workspaces.update_channel(other.id, stopped_because="is_archived")
        await uow.commit()
    await uninstall(world)
    await install(world, NOON + HOUR)
    assert await world.rows(ChannelRow, "stopped_because") == [None, "is_archived"]
    assert await world.rows(ScheduleRow, "next_due_at") == [NOON + timedelta(days=1)]


async def test_a_token_in_the_settings_is_not_a_new_installation_at_every_start(world: World) -> None:
    await install(world, NOON - HOUR, is_new=False)
    await install(world, NOON + HOUR, is_new=False)
    assert await world.rows(WorkspaceRow, "installed_at") == [NOON - HOUR]
    await uninstall(world, NOON)
    await install(world, NOON + HOUR, is_new=False)
    assert await world.rows(WorkspaceRow, "installed_at", "uninstalled_at") == [(NOON + HOUR, None)]


async def test_after_a_week_all_of_it_is_erased_and_not_before(world: World) -> None:
    await install(world)
    await set_up(world)
    await world.add_break()
    await uninstall(world, NOON, NOON)
    assert await installations.tidy(world.uow, NOON + ERASED_AFTER - SECOND, NOON) == []
    assert await world.rows(WorkspaceRow, "team_id") == ["T1"]
    assert await installations.tidy(world.uow, NOON + ERASED_AFTER, NOON) == ["T1"]
    for table in (WorkspaceRow, ChannelRow, ScheduleRow, OutboxRow):
        assert await world.rows(table, "id") == []
    assert not await uninstall(world, NOON, NOON + ERASED_AFTER), "a late event finds nobody"
    assert await world.rows(WorkspaceRow, "team_id") == []


async def test_an_installation_that_nobody_removed_is_never_erased(world: World) -> None:
    await install(world)
    assert await installations.tidy(world.uow, NOON + 100 * ERASED_AFTER, NOON) == []
    assert await world.rows(WorkspaceRow, "team_id") == ["T1"]


async def test_an_event_is_remembered_for_two_days(world: World) -> None:
    assert not await installations.is_handled(world.uow, "Ev1")
    await installations.remember_event(world.uow, "Ev1", NOON)
    await installations.remember_event(world.uow, "Ev1", NOON + HOUR)
    assert await installations.is_handled(world.uow, "Ev1")
    await installations.tidy(world.uow, NOON + timedelta(hours=48) - SECOND, NOON)
    assert await world.rows(HandledEventRow, "event_id") == ["Ev1"]
    await installations.tidy(world.uow, NOON + timedelta(hours=48), NOON)
    assert await world.rows(HandledEventRow, "event_id") == []
