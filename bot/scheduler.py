"""APScheduler as a metronome: two fixed, idempotent jobs; what is due is in the database."""

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


class Metronome:
    """Calls `plan` (schedules and boards become rows) and `deliver` (rows become messages) again and again."""

    def __init__(self, plan: Tick, deliver: Tick) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(plan, "interval", seconds=PLAN_EVERY_SECONDS, id="plan", **_COALESCED)
        self._scheduler.add_job(deliver, "interval", seconds=DELIVER_EVERY_SECONDS, id="deliver", **_COALESCED)

    def start(self) -> None:
        """Begin to tick, in the running event loop."""
        self._scheduler.start()

    def wake(self) -> None:
        """Have what is due delivered at once."""
        if self._scheduler.running:
            self._scheduler.modify_job("deliver", next_run_time=utc_now())

    def stop(self) -> None:
        """Stop ticking; ticks under way end by themselves."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
