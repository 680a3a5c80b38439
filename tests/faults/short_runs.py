"""Joint runs of short moves, begun in a database before any process of Limber runs on it."""

from functools import partial

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import utc_now
from bot.domain.workspaces import Channel, Member
from bot.services import runs
from bot.store.engine import open_engine
from bot.store.unit_of_work import UnitOfWork
from playground.seed import NORTHLIGHT
from playground.server import Playground
from routines.catalogue import default_catalogue
from routines.model import Routine


def short_routine(moves: int, seconds: int) -> Routine:
    """Make a routine of a few moves that take so many seconds each, and need no rest."""
    routine = default_catalogue().routine("lowback")
    wall_sit = routine.exercises[0].at_hold(seconds)
    short = tuple(
        wall_sit.model_copy(update={"id": f"move-{number}", "rest_seconds": 0, "progression": None})
        for number in range(moves)
    )
    return routine.model_copy(update={"exercises": short})


async def begin(url: str, channels: list[str], routine: Routine) -> None:
    """Have two people begin a run in each channel, which starts as soon as its lobby is there."""
    engine = open_engine(url)
    people: list[Member] = []
    places: list[Channel] = []
    async with UnitOfWork(engine) as uow:
        workspace = await uow.workspaces.ensure_workspace(NORTHLIGHT.team_id, app_user_id="U", app_bot_id="B")
        people = [
            await uow.members.ensure(workspace.id, f"U0{name.upper()}", name=name, zone="UTC")
            for name in ("Anna", "Mei")
        ]
        places = [await uow.workspaces.ensure_channel(workspace.id, each, name=each) for each in channels]
        await uow.commit()
    open_unit_of_work, now = partial(UnitOfWork, engine), utc_now()
    for place in places:
        run = await runs.start_on_demand(open_unit_of_work, place, routine, people[0], now)
        await runs.press(open_unit_of_work, run.id, "join", people[1], now)
        await runs.press(open_unit_of_work, run.id, "start", people[0], now)
    await engine.dispose()


def cards(slack: Playground, channel: str) -> list[tuple[str, float]]:
    """List the replies in a channel: how each begins, and when it was posted (seconds)."""
    said = [each for each in slack.messages(channel) if each.get("thread_ts") not in (None, each["ts"])]
    return [(each["text"].split(":")[0], float(each["ts"])) for each in said]


def looking(url: str) -> AsyncEngine:
    """Open a database to look into it while Limber runs on it."""
    return open_engine(url, read_only=url.startswith("sqlite"))


async def states(engine: AsyncEngine, kind: str = "run_step") -> list[str]:
    """List the states of what carries runs on, oldest first."""
    query = text("SELECT state FROM outbox WHERE kind = :kind ORDER BY id")
    async with engine.connect() as connection:
        return list((await connection.execute(query, {"kind": kind})).scalars())


async def members(engine: AsyncEngine) -> list[tuple[str, int, int]]:
    """List for everybody in each run its state, how many of its steps were shown, and how many are theirs."""
    query = text("SELECT state, step, steps_done FROM runs JOIN run_members ON run_id = runs.id ORDER BY runs.id")
    async with engine.connect() as connection:
        return [(state, step + 1, done) for state, step, done in await connection.execute(query)]
