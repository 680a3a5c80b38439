"""APScheduler with its jobs in a database: SQLAlchemyJobStore, one job a channel."""

import asyncio
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.util import datetime_to_utc_timestamp

from benchmarks.channels import DUE_AT, Size, each_schedule
from benchmarks.contenders import Tally
from bot.clock import utc_now
from bot.store.health import is_sqlite
from bot.store.sqlite import driver

_QUIET_SECONDS = 2.0
_AT_ONCE = 5_000
_DEFAULTS: dict[str, Any] = {"coalesce": True, "misfire_grace_time": None}
_SCHEDULER = AsyncIOScheduler(timezone=UTC)  # never started: a job wants to know one

_tally = Tally()


async def stretch(job_id: str) -> None:
    """Do nothing; the store keeps jobs by the function's name, so it has to be a module's own."""
    _tally.note(job_id)


class JobStore:
    """Jobs of which each holds its own next run time."""

    name = "APScheduler, SQLAlchemyJobStore"

    def fill(self, url: str, size: Size) -> None:
        """Write what add_job would write, in bulk: one by one it takes a minute and more."""
        store = _store(url)
        store.start(None, "default")
        # APScheduler reads the system's clock, so what is due has to be due by that.
        shift = utc_now().replace(second=0, microsecond=0) - DUE_AT
        rows = [_row(number, zone, due_at + shift) for number, zone, due_at in each_schedule(size)]
        with store.engine.begin() as connection:
            for first in range(0, len(rows), _AT_ONCE):
                connection.execute(store.jobs_t.insert(), rows[first : first + _AT_ONCE])
        store.shutdown()

    async def plan(self, url: str, size: Size) -> None:
        """Do nothing: they are jobs already."""

    async def work(self, url: str, size: Size, tally: Tally, start: Callable[[], None]) -> None:
        """Run until all that was due ran here, or nothing has happened for a while."""
        global _tally  # noqa: PLW0603  # a stored job can reach nothing else
        _tally = tally
        scheduler = AsyncIOScheduler(jobstores={"default": _store(url)}, timezone=UTC)
        scheduler.start(paused=True)
        start()
        scheduler.resume()
        begun = perf_counter()
        while (  # noqa: ASYNC110  # silence, too, ends it
            len(tally.ids) < size.due and perf_counter() - max(begun, tally.last_at) < _QUIET_SECONDS
        ):
            await asyncio.sleep(0.01)
        scheduler.shutdown(wait=False)


def _store(url: str) -> Any:
    """Open its store, on the same SQLite as ours."""
    return SQLAlchemyJobStore(url, engine_options={"module": driver()} if is_sqlite(url) else {})


def _row(number: int, zone: str, due_at: datetime) -> dict[str, object]:
    local = due_at.astimezone(ZoneInfo(zone))
    job = Job(
        _SCHEDULER,
        id=str(number),
        func=stretch,
        args=(str(number),),
        kwargs={},
        name="stretch",
        trigger=CronTrigger(day_of_week="mon-fri", hour=local.hour, minute=local.minute, timezone=zone),
        executor="default",
        next_run_time=due_at,
        max_instances=1,
        **_DEFAULTS,
    )
    return {
        "id": job.id,
        "next_run_time": datetime_to_utc_timestamp(due_at),
        "job_state": pickle.dumps(job.__getstate__(), pickle.HIGHEST_PROTOCOL),
    }
