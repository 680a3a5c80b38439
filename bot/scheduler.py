"""APScheduler as a metronome: three fixed, idempotent jobs; what is due is in the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import utc_now
from bot.services.ports import DatabaseAway

logger = logging.getLogger(__name__)

Tick = Callable[[], Awaitable[float]]
"""Does what is due, and answers in how many seconds it has something to do again; 0 for at once."""

EVERY_SECONDS = 1
"""The beat: a tick asks to be called sooner, and is woken by what is written; this covers what both may miss."""

_COALESCED: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""A late tick still runs, and several late ticks run once: what they do depends on the database alone."""

# Two lines a tick would bury everything else, and a tick that is skipped while the last one works is by design.
logging.getLogger("apscheduler").setLevel(logging.ERROR)


@dataclass
class _Job:
    """One of the ticks: the call under way, and whether somebody has knocked meanwhile."""

    name: str
    tick: Tick
    under_way: asyncio.Task[float] | None = None
    timer: asyncio.TimerHandle | None = None
    is_woken: bool = False
    is_failing: bool = False
    ended_at: float | None = None


class Metronome:
    """Calls `plan` (schedules and boards become rows) and `deliver` (rows become messages) again and again.

    `tidy` (what has to go is erased or folded) is called at once and every hour from then on.
    """

    def __init__(self, plan: Tick, deliver: Tick, tidy: Callable[[], Awaitable[None]] | None = None) -> None:
        self._jobs = (_Job("plan", plan), _Job("deliver", deliver))
        self._is_ticking = False
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        for job in self._jobs:
            self._scheduler.add_job(self._run, "interval", [job], seconds=EVERY_SECONDS, id=job.name, **_COALESCED)
        self._tidying: asyncio.Future[None] | None = None
        if tidy is not None:
            options = {"id": "tidy", "next_run_time": utc_now(), **_COALESCED}
            self._scheduler.add_job(self._tidy, "interval", [tidy], hours=1, **options)

    async def _run(self, job: _Job) -> None:
        wait = 0.0
        while (wait <= 0 or job.is_woken) and self._is_ticking:
            job.is_woken = False
            wait = await self._tick(job)
        self._call_again(job, wait)

    async def _tick(self, job: _Job) -> float:
        job.under_way = asyncio.ensure_future(job.tick())
        try:
            wait = await job.under_way
        except DatabaseAway as error:
            self._note(job, error)
            return float(EVERY_SECONDS)
        finally:
            job.under_way = None
            job.ended_at = asyncio.get_running_loop().time()
        self._note(job)
        return wait

    async def _tidy(self, tidy: Callable[[], Awaitable[None]]) -> None:
        self._tidying = asyncio.ensure_future(tidy())
        await asyncio.wait({self._tidying})  # given up when the program stops, which is no failure of the job
        error = None if self._tidying.cancelled() else self._tidying.exception()
        self._tidying = None
        if isinstance(error, DatabaseAway):
            logger.warning("tidy: the database does not answer (%s); trying again in an hour", type(error).__name__)
        elif error is not None:
            raise error

    def _note(self, job: _Job, error: Exception | None = None) -> None:
        """Say once that the database has gone, and once that it is back: every tick would say it otherwise."""
        if error is not None and not job.is_failing:
            logger.error("%s: the database does not answer (%s); trying again", job.name, type(error).__name__)
        elif error is None and job.is_failing:
            logger.warning("%s: the database answers again", job.name)
        job.is_failing = error is not None

    def _call_again(self, job: _Job, wait: float) -> None:
        # By the loop's clock: a system clock that is set back by hours would have APScheduler wait for hours.
        if job.timer is not None:
            job.timer.cancel()
        job.timer = asyncio.get_running_loop().call_later(min(wait, EVERY_SECONDS), self._beat, job)

    def _beat(self, job: _Job) -> None:
        if self._is_ticking:
            self._scheduler.modify_job(job.name, next_run_time=utc_now())

    def start(self) -> None:
        """Begin to tick, in the running event loop."""
        self._is_ticking = True
        self._scheduler.start()
        self.wake()

    def wake(self) -> None:
        """Have what is due done at once; called from the running event loop."""
        for job in self._jobs:
            job.is_woken = True
            if job.under_way is None:
                self._call_again(job, 0)

    def is_beating(self, within_seconds: float = 30) -> bool:
        """Tell whether every tick has come to an end lately, be it with a failure."""
        oldest = asyncio.get_running_loop().time() - within_seconds
        return self._is_ticking and all((job.ended_at or oldest) >= oldest for job in self._jobs)

    async def stop(self) -> None:
        """Stop ticking, and wait for the ticks under way."""
        if not self._is_ticking:
            return
        self._is_ticking = False
        self._scheduler.pause()
        under_way: list[asyncio.Future[Any]] = [job.under_way for job in self._jobs if job.under_way is not None]
        if self._tidying is not None:
            self._tidying.cancel()  # what is half done is rolled back, and done another time
            under_way.append(self._tidying)
        if under_way:
            await asyncio.wait(under_way)
        self._scheduler.shutdown(wait=False)
