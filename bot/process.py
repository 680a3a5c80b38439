"""The process: it runs until Ctrl-C or SIGTERM tells it to stop, and then cleans up."""

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import Coroutine
from typing import Any

from bot.settings import Settings
from bot.wiring import EVERYTHING, Part, running

logger = logging.getLogger(__name__)

_COLLECT_EVERY = 50_000
"""Objects made before the next look for garbage; while it loads, `__main__` has it wait longer."""


def run(settings: Settings, parts: frozenset[Part] = EVERYTHING) -> None:
    """Run the bot, or a part of it, until it is told to stop. Raises what `running` raises."""
    write_log(settings.log_level, "%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(_run_until_stopped(settings, parts))


def write_log(level: str, pattern: str) -> None:
    """Write the log to standard error from a level on, also of libraries whose loggers have levels of their own."""
    handler = logging.StreamHandler()
    handler.setLevel(level)
    logging.basicConfig(level=level, format=pattern, handlers=[handler])


async def _run_until_stopped(settings: Settings, parts: frozenset[Part]) -> None:
    await until_stopped(_run_for_ever(settings, parts), stop_event())
    logger.info("Stopped.")


async def _run_for_ever(settings: Settings, parts: frozenset[Part]) -> None:
    async with running(settings, parts=parts):
        leave_what_is_loaded_alone()
        how = settings.mode_reason if Part.ANSWERS in parts else "a worker, which delivers and listens to nobody."
        logger.info("Limber is running: %s", how)
        try:
            await asyncio.Event().wait()
        finally:
            logger.info("Stopping: nothing new is begun, calls under way settle.")


def leave_what_is_loaded_alone() -> None:
    """Spare collections of garbage what stays anyway: walking all modules stops everything for a tenth of a second.

    That goes for a collection before it as well, and the garbage of a start is a thousand small objects.
    """
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY)


async def until_stopped(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """Do something until it ends or is to stop, also while it still starts; it is cancelled, and may clean up."""
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


def stop_event() -> asyncio.Event:
    """Make an event that Ctrl-C and SIGTERM set, in the running loop."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
