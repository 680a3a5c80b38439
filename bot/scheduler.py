"""APScheduler as a metronome: two fixed, idempotent jobs; what is due is in the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import utc_now

Tick = Callable[[], Awaitable[Any]]

PLAN_EVERY_SECONDS = 1
DELIVER_EVERY_SECONDS = 0.5

_COALESCED: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""A late tick still runs, and several late ticks run once: what they do depends on the database alone."""

# It reports every beat, and warns of each that is skipped while the last one is at work, which is by design.
logging.getLogger("apscheduler").setLevel(logging.ERROR)


class Metronome:
    """Calls `plan` (schedules and boards become rows) and `deliver` (rows become messages) again and again."""

    def __init__(self, plan: Tick, deliver: Tick) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._add("plan", plan, PLAN_EVERY_SECONDS)
        self._add("deliver", deliver, DELIVER_EVERY_SECONDS)

    def _add(self, name: str, tick: Tick, seconds: float) -> None:
        async def run() -> None:
            task = asyncio.ensure_future(tick())
            self._under_way.add(task)
            try:
                await task
            finally:
                self._under_way.discard(task)

        self._scheduler.add_job(run, "interval", seconds=seconds, id=name, **_COALESCED)

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
