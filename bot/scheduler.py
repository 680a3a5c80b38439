"""APScheduler as a metronome: two fixed, idempotent jobs; what is due is in the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import utc_now
from bot.services.ports import DatabaseAway

logger = logging.getLogger(__name__)

Tick = Callable[[], Awaitable[Any]]

PLAN_EVERY_SECONDS = 1
DELIVER_EVERY_SECONDS = 0.5

_COALESCED: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""A late tick still runs, and several late ticks run once: what they do depends on the database alone."""

# Two lines a tick would bury everything else, and a tick that is skipped while the last one works is by design.
logging.getLogger("apscheduler").setLevel(logging.ERROR)


class Metronome:
    """Calls `plan` (schedules and boards become rows) and `deliver` (rows become messages) again and again."""

    def __init__(self, plan: Tick, deliver: Tick) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()
        self._failing: set[str] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._add("plan", plan, PLAN_EVERY_SECONDS)
        self._add("deliver", deliver, DELIVER_EVERY_SECONDS)

    def _add(self, name: str, tick: Tick, seconds: float) -> None:
        async def run() -> None:
            task = asyncio.ensure_future(tick())
            self._under_way.add(task)
            try:
                await task
                self._note(name)
            except DatabaseAway as error:
                self._note(name, error)
            finally:
                self._under_way.discard(task)

        self._scheduler.add_job(run, "interval", seconds=seconds, id=name, **_COALESCED)

    def _note(self, name: str, error: Exception | None = None) -> None:
        """Say once that the database has gone, and once that it is back: every tick would say it otherwise."""
        if error is not None and name not in self._failing:
            self._failing.add(name)
            logger.error("%s: the database does not answer (%s); trying again", name, type(error).__name__)
        elif error is None and name in self._failing:
            self._failing.discard(name)
            logger.warning("%s: the database answers again", name)

    def start(self) -> None:
        """Begin to tick, in the running event loop."""
        self._scheduler.start()

    def wake(self) -> None:
        """Have what is due delivered at once."""
        if self._scheduler.running:
            self._scheduler.modify_job("deliver", next_run_time=utc_now())

    async def stop(self) -> None:
        """Stop ticking, and wait for the ticks under way."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        if self._under_way:
            await asyncio.wait(self._under_way)
        self._scheduler.shutdown(wait=False)
