"""Every run that can be, also one that no press leads to, comes out of the store as it went in."""

import asyncio
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.runs import Run, RunMember, RunState
from bot.store.engine import open_engine
from routines.catalogue import default_catalogue
from tests.store.world import NOON, World

ROUTINES = default_catalogue().routines
INSTANTS = st.integers(0, 10**12).map(lambda micros: NOON + timedelta(microseconds=micros))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=80)

runs = st.builds(
    Run,
    id=st.just(0),
    channel_id=st.just(0),
    break_id=st.none() | st.just(1),
    starter_id=st.just(0),
    routine=st.sampled_from(ROUTINES),
    state=st.sampled_from(RunState),
    started_at=INSTANTS,
    next_at=INSTANTS,
    step=st.integers(-1, 20),
    remaining=st.integers(0, 10**9).map(lambda micros: timedelta(microseconds=micros)),
    paused_by=st.none() | TEXTS,
    thread_ts=st.none() | st.just("1772445300.000100"),
    is_joint=st.booleans(),
)
people = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 20), st.booleans()),
    min_size=1,
    max_size=5,
    unique_by=lambda who: who[0],
)


async def _read_back(url: str, run: Run, who: list[tuple[int, int, bool]]) -> tuple[Run, Run | None]:
    engine = open_engine(url)
    try:
        world = await World.create(engine)
        break_id = await world.add_break() if run.break_id else None
        members = tuple(RunMember(world.members[n].id, world.members[n].name, done, left) for n, done, left in who)
        run = replace(
            run, channel_id=world.channel.id, break_id=break_id, starter_id=members[0].member_id, members=members
        )
        async with world.uow() as uow:
            run = replace(run, id=await uow.runs.add(run) or 0)
            await uow.runs.save(run)
            await uow.commit()
        async with world.uow() as uow:
            return run, await uow.runs.find(run.id)
    finally:
        await engine.dispose()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(run=runs, who=people)
def test_whatever_a_run_holds_it_reads_back_equal(
    migrated_sqlite: Path, run: Run, who: list[tuple[int, int, bool]]
) -> None:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{shutil.copy(migrated_sqlite, Path(folder) / 'limber.db')}"
        stored, read = asyncio.run(_read_back(url, run, who))
    assert read == stored
