"""A host with very many schedules of which none is due: what a tick costs, and what a start."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import text

from benchmarks import channels
from benchmarks.channels import DUE_AT, Size
from benchmarks.contenders.limber import catalogue, database
from benchmarks.databases import Host, Template
from benchmarks.figures import Figure
from bot.clock import utc_now
from bot.services import outbox
from bot.slack.manifest import manifest
from bot.store.engine import open_sync_engine
from bot.ticks import plan
from playground.server import Playground

TICKS = 200
_FIRST = Size(1, 1_000)
_ROOT = Path(__file__).parents[1]
_PATIENCE_SECONDS = 60

_MULTIPLY = """
INSERT INTO schedules (channel_id, weekdays, times, area, more_areas, serves, whole_routine, holidays, days_off,
                       paused, next_due_at, version, created_at)
SELECT s.channel_id, s.weekdays, s.times, s.area, s.more_areas, s.serves, s.whole_routine, s.holidays, s.days_off,
       s.paused, s.next_due_at, s.version, s.created_at
FROM schedules s CROSS JOIN (SELECT id FROM schedules ORDER BY id LIMIT {times}) AS number
"""


@dataclass(frozen=True)
class Start:
    """What a start took: seconds until it runs, and megabytes in memory."""

    seconds: float
    megabytes: float


def measure(hosts: Sequence[Host], started: int, ticked: int, rounds: int, tick: Callable[[], object]) -> list[Figure]:
    """Measure starts with so many schedules beside starts with none, and ticks with so many."""
    figures = []
    for host in hosts:
        with host.filled(partial(fill, schedules=ticked)) as template:
            times = [_tick_time(template) for _ in range(rounds)]
            tick()
        figures.append(Figure(f"a tick with {ticked:,} schedules, none due", host.name, times, "ms"))
        with host.filled(partial(fill, schedules=started)) as full, host.filled(partial(fill, schedules=0)) as empty:
            starts = [(_start(full), _start(empty)) for _ in range(rounds)]
            tick()
        figures.append(_start_figure(host, started, starts))
    return figures


def _start_figure(host: Host, schedules: int, starts: list[tuple[Start, Start]]) -> Figure:
    more = median(full.megabytes - empty.megabytes for full, empty in starts)
    bare = median(empty.seconds for _, empty in starts)
    note = f"{more:+.1f} MB and {median(full.seconds for full, _ in starts) - bare:+.2f} s beside an empty database"
    what = f"start-up with {schedules:,} schedules"
    return Figure(what, host.name, [full.seconds for full, _ in starts], "s", (), note)


def fill(url: str, schedules: int) -> None:
    """Fill a database with so many schedules, a thousand channels, and nothing due before tomorrow."""
    channels.fill(url, _FIRST, due_at=utc_now().replace(microsecond=0) + timedelta(days=1))
    with open_sync_engine(url).begin() as connection:
        if schedules > _FIRST.schedules:
            connection.execute(text(_MULTIPLY.format(times=schedules // _FIRST.schedules - 1)))
        elif not schedules:
            connection.execute(text("DELETE FROM schedules"))


def _tick_time(template: Template) -> float:
    with template.copy() as url:
        return asyncio.run(_ticks(url))


async def _ticks(url: str) -> float:
    """Answer the median of many ticks, planning and delivering, in milliseconds."""
    times = []
    async with database(url) as open_unit_of_work:
        for _ in range(TICKS):
            begun = perf_counter()
            await plan(open_unit_of_work, catalogue(), lambda: DUE_AT)
            await outbox.claim(open_unit_of_work, DUE_AT)
            times.append((perf_counter() - begun) * 1000)
    return median(times)


def _start(template: Template) -> Start:
    with template.copy() as url:
        return asyncio.run(_started(url))


async def _started(url: str) -> Start:
    async with Playground(manifest=manifest()) as slack:
        environment = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": url,
        }
        begun = perf_counter()
        async with _running(environment) as process:
            await _until_running(process)
            seconds = perf_counter() - begun
            await asyncio.sleep(1)
            return Start(seconds, _megabytes(process.pid))


@asynccontextmanager
async def _running(environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    with TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=folder,
            env=environment | {"PYTHONPATH": str(_ROOT)},
            stderr=subprocess.PIPE,
        )
        try:
            yield process
        finally:
            process.terminate()
            await process.wait()


async def _until_running(process: asyncio.subprocess.Process) -> None:
    assert process.stderr is not None
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while line := await process.stderr.readline():
            if b"Limber is running" in line:
                return
    raise RuntimeError("it did not start")


def _megabytes(pid: int) -> float:
    """Read a process's memory from Linux; elsewhere there is none to compare."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(each for each in status.read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
