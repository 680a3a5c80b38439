"""Twenty joint runs begin at one moment in one workspace, which takes five posts a second: how late their cards are.

The pace alone makes the last of twenty cards 3 s late; the ones after it are due one after another by then, and late
by what the machine takes. What a machine adds that is busy with other things is measured beside it.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import text, update

from bot.clock import utc_now
from bot.domain.outbox import POST_BURST, POST_PAUSE
from bot.domain.workspaces import Channel, Member
from bot.services import members, runs, schedules
from bot.services.members import Caller
from bot.settings import Settings
from bot.store.tables import OutboxRow, RunRow
from bot.wiring import Limber, running
from playground.limits import overfull_windows
from playground.seed import NORTHLIGHT
from playground.server import Playground
from tests.faults.chaos import chaotic_manifest, seed_with
from tests.faults.processes import until
from tests.faults.short_runs import short_routine

RUNS = 20
HOLD = 5
"""Seconds of a card here, less than any card takes, so that twenty runs need four fifths of what a workspace takes."""

MOVES = 2

FLOOR = (RUNS - 1) // POST_BURST * POST_PAUSE.total_seconds()
"""Seconds by which the last of twenty cards that are due at once is late by the pace alone."""

BY_US = 2.0
"""Seconds that claiming, posting and settling may add on a machine that has nothing else to do."""


def stood_aside() -> float:
    """Tell for how many seconds this process could have run while the machine did other things; Linux alone knows."""
    threads = Path("/proc/self/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[1]) for each in threads) / 1e9


async def _people(limber: Limber) -> list[Member]:
    return [
        await members.learn_member(
            limber.open_unit_of_work, limber.directory, Caller(NORTHLIGHT.team_id, user), now=utc_now()
        )
        for user in ("U0ANNA", "U0MEI")
    ]


async def _open_lobbies(limber: Limber, channels: list[Channel], people: list[Member]) -> None:
    """Open a lobby in each channel, with company in it."""
    for channel in channels:
        run = await runs.start_on_demand(
            limber.open_unit_of_work, channel, short_routine(MOVES, HOLD), people[0], utc_now()
        )
        await runs.press(limber.open_unit_of_work, run.id, "join", people[1], utc_now())


async def _end_lobbies(limber: Limber, at: datetime) -> None:
    """Have all lobbies end at one instant (UTC), as if they had been opened at one."""
    async with limber.open_unit_of_work() as uow:
        await uow._session.execute(update(RunRow).values(next_at=at))  # noqa: SLF001  # no button does this
        await uow._session.execute(update(OutboxRow).where(OutboxRow.kind == "run_step").values(due_at=at))  # noqa: SLF001  # tests may look everywhere
        await uow.commit()


async def _rows(limber: Limber, kinds: str) -> list[tuple[str, int, int, datetime, datetime | None, str]]:
    async with limber.open_unit_of_work() as uow:
        query = text(f"SELECT kind, subject_id, step, due_at, settled_at, state FROM outbox WHERE kind IN ({kinds})")  # noqa: S608  # the names are ours
        return [tuple(row) for row in await uow._session.execute(query)]  # noqa: SLF001  # tests may look everywhere


async def _all_finished(limber: Limber) -> bool:
    rows = await _rows(limber, "'run_closing'")
    return len(rows) == RUNS and all(row[-1] == "sent" for row in rows)


async def _lobbies_are_there(limber: Limber) -> bool:
    rows = await _rows(limber, "'lobby'")
    return len(rows) == RUNS and all(row[-1] == "sent" for row in rows)


def _late(due_at: object, settled_at: object) -> float:
    """Tell how late a card was, in seconds; SQLite gives instants as text."""
    due, settled = (datetime.fromisoformat(str(each)) for each in (due_at, settled_at))
    return (settled - due) / timedelta(seconds=1)


async def test_twenty_runs_at_once_keep_within_slacks_limits_and_add_nothing_to_its_pace(
    sqlite_url: str, record_property: Callable[[str, object], None]
) -> None:
    seed = seed_with(RUNS)
    async with Playground(manifest=chaotic_manifest(), seed=seed, check_blocks=False, limits=True) as slack:
        settings = Settings(
            slack_bot_token=SecretStr(slack.bot_token),
            slack_app_token=SecretStr(slack.app_token),
            slack_api_url=slack.api_url,
            database_url=sqlite_url,
        )
        async with running(settings) as limber:
            channels = [
                await schedules.ensure_channel(limber.open_unit_of_work, NORTHLIGHT.team_id, each.id, name=each.name)
                for each in seed.channels
            ]
            people = await _people(limber)
            await _open_lobbies(limber, channels, people)
            await until(lambda: _lobbies_are_there(limber), "all lobbies are there", 40)
            before = stood_aside()
            await _end_lobbies(limber, utc_now() + timedelta(seconds=1))
            await until(lambda: _all_finished(limber), "all runs have ended", 120)
            aside = stood_aside() - before
            rows = await _rows(limber, "'run_step', 'run_closing'")
        calls = slack.calls()
    late: dict[str, list[float]] = defaultdict(list)
    for kind, _, step, due_at, settled_at, state in rows:
        assert state == "sent"
        late["first" if (kind, step) == ("run_step", 0) else "later"].append(_late(due_at, settled_at))
    said = {"stood aside": f"{aside:.1f} s"} | {
        which: f"{len(found)} cards, {max(found):.1f} s late at most" for which, found in late.items()
    }
    record_property("late", str(said))
    print(said)  # noqa: T201  # what the test measures
    assert (len(late["first"]), len(late["later"])) == (RUNS, MOVES * RUNS)
    assert max(late["first"]) <= FLOOR + BY_US + aside
    assert max(late["later"]) <= BY_US + aside
    assert overfull_windows(calls) == []
