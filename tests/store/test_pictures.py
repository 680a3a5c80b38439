"""Pictures in a real database: each goes up once, whoever does it, and waits are the database's."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.domain.pictures import LEASE, Brought, Upload, back_off
from bot.services import pictures
from bot.store.engine import open_engine
from bot.store.tables import PictureRow, WorkspaceRow
from bot.store.types import database_time
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from tests.store.world import World

DIGESTS = {"a.png": "1", "b.gif": "2", "c.png": "3"}


@pytest.fixture
async def open_unit_of_work(world: World) -> OpenUnitOfWork:
    await pictures.expect(world.uow, "T1", DIGESTS)
    return world.uow


async def lease_ends(engine: AsyncEngine) -> None:
    async with AsyncSession(engine) as session:
        await session.execute(update(WorkspaceRow).values(upload_at=database_time(-1)))
        await session.commit()


async def bring(open_unit_of_work: OpenUnitOfWork, digests: dict[str, str] = DIGESTS) -> Upload:
    """Have a worker that is never in trouble bring the next picture."""
    stock = await pictures.take_stock(open_unit_of_work, "T1", digests)
    assert stock.upload is not None
    assert await pictures.remember_upload(open_unit_of_work, stock.upload, f"F{stock.upload.name}")
    await settle(open_unit_of_work, Brought(stock.upload, is_shown=True))
    return stock.upload


async def settle(open_unit_of_work: OpenUnitOfWork, brought: Brought) -> None:
    """Write down how an upload ended, and look no further."""
    await pictures.take_stock(open_unit_of_work, "T1", {}, brought=brought)


async def test_stills_go_up_before_what_moves(open_unit_of_work: OpenUnitOfWork) -> None:
    assert [(await bring(open_unit_of_work)).name for _ in DIGESTS] == ["a.png", "c.png", "b.gif"]
    stock = await pictures.take_stock(open_unit_of_work, "T1", DIGESTS)
    assert stock.shown == {"a.png": "Fa.png", "b.gif": "Fb.gif", "c.png": "Fc.png"}
    assert stock.upload is None


async def test_workers_at_once_upload_every_picture_once(
    world: World, open_unit_of_work: OpenUnitOfWork, database_url: str
) -> None:
    shared = database_url.startswith("sqlite")  # a file is opened by one process alone
    engines = [world.engine] if shared else [open_engine(database_url) for _ in range(4)]
    uploaded: list[str] = []
    under_way = 0

    async def worker(engine: AsyncEngine) -> None:
        def own() -> UnitOfWork:
            return UnitOfWork(engine)

        nonlocal under_way
        await pictures.expect(own, "T1", DIGESTS)
        brought = None
        while len((stock := await pictures.take_stock(own, "T1", DIGESTS, brought=brought)).shown) < len(DIGESTS):
            brought = None
            if stock.upload is None:
                await asyncio.sleep(0)
                continue
            under_way += 1
            assert under_way == 1, "gently: one at a time in a workspace"
            uploaded.append(stock.upload.name)
            assert await pictures.remember_upload(own, stock.upload, f"F{stock.upload.name}")
            under_way -= 1
            brought = Brought(stock.upload, is_shown=True)

    async with asyncio.timeout(30):
        await asyncio.gather(*(worker(engines[number % len(engines)]) for number in range(4)))
    assert sorted(uploaded) == sorted(DIGESTS)
    for engine in engines:
        await engine.dispose()


async def test_a_lease_that_ended_passes_to_another_and_who_lost_it_settles_nothing(
    world: World, open_unit_of_work: OpenUnitOfWork
) -> None:
    lost = (await pictures.take_stock(open_unit_of_work, "T1", DIGESTS)).upload
    assert lost is not None
    waiting = await pictures.take_stock(open_unit_of_work, "T1", DIGESTS)
    assert waiting.upload is None
    assert timedelta(0) < waiting.look_again_in <= LEASE
    await lease_ends(world.engine)
    second = (await pictures.take_stock(open_unit_of_work, "T1", DIGESTS)).upload
    assert second is not None
    assert second.name == "c.png", "what was tried goes last"
    await lease_ends(world.engine)
    await bring(open_unit_of_work)  # the moving one, never tried
    again = (await pictures.take_stock(open_unit_of_work, "T1", DIGESTS)).upload
    assert again is not None
    assert (again.name, again.attempts) == (lost.name, 2)
    assert not await pictures.remember_upload(open_unit_of_work, lost, "FLOST")
    await settle(open_unit_of_work, Brought(lost, is_shown=True))
    stock = await pictures.take_stock(open_unit_of_work, "T1", DIGESTS)
    assert "a.png" not in stock.shown
    assert stock.upload is None, "the lease of who has it now is untouched"


async def test_what_went_up_before_a_crash_is_known_to_the_next(
    world: World, open_unit_of_work: OpenUnitOfWork
) -> None:
    first = (await pictures.take_stock(open_unit_of_work, "T1", {"a.png": "1"})).upload
    assert first is not None
    assert await pictures.remember_upload(open_unit_of_work, first, "FA")
    await lease_ends(world.engine)
    again = (await pictures.take_stock(open_unit_of_work, "T1", {"a.png": "1"})).upload
    assert again is not None
    assert again.file_id == "FA"


async def test_a_doubted_picture_is_shown_no_more_and_comes_next(open_unit_of_work: OpenUnitOfWork) -> None:
    for _ in DIGESTS:
        await bring(open_unit_of_work)
    stock = await pictures.take_stock(open_unit_of_work, "T1", DIGESTS, doubted={"Fb.gif"})
    assert set(stock.shown) == {"a.png", "c.png"}
    assert stock.upload is not None
    assert (stock.upload.name, stock.upload.file_id) == ("b.gif", "Fb.gif")


async def test_a_failure_leaves_the_whole_workspace_alone_for_a_while(open_unit_of_work: OpenUnitOfWork) -> None:
    upload = (await pictures.take_stock(open_unit_of_work, "T1", DIGESTS)).upload
    assert upload is not None
    await settle(open_unit_of_work, Brought(upload, is_shown=False, wait=timedelta(minutes=5)))
    stock = await pictures.take_stock(open_unit_of_work, "T1", DIGESTS)
    assert stock.upload is None
    assert timedelta(minutes=4) < stock.look_again_in <= timedelta(minutes=5)


async def test_a_changed_picture_goes_up_again_and_the_same_one_does_not(
    world: World, open_unit_of_work: OpenUnitOfWork
) -> None:
    for _ in DIGESTS:
        await bring(open_unit_of_work)
    changed = DIGESTS | {"c.png": "33"}
    await pictures.expect(open_unit_of_work, "T1", changed)
    assert (await bring(open_unit_of_work, changed)).name == "c.png"
    assert (await pictures.take_stock(open_unit_of_work, "T1", changed)).upload is None
    assert len(await world.rows(PictureRow, "name")) == len(DIGESTS)


async def test_a_process_with_the_old_pictures_leaves_the_new_ones_alone(open_unit_of_work: OpenUnitOfWork) -> None:
    changed = DIGESTS | {"c.png": "33"}
    await pictures.expect(open_unit_of_work, "T1", changed)
    for _ in range(2):
        await bring(open_unit_of_work)
    stock = await pictures.take_stock(open_unit_of_work, "T1", DIGESTS)
    assert (stock.upload, stock.look_again_in) == (None, timedelta(0))
    assert (await bring(open_unit_of_work, changed)).name == "c.png"


def test_waits_double_up_to_ten_minutes() -> None:
    assert [back_off(attempts).total_seconds() for attempts in (1, 2, 3, 9, 10, 1000)] == [2, 4, 8, 512, 600, 600]
