"""Limber itself: schedules become breaks and outbox rows, couriers claim them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from time import perf_counter
from unittest.mock import patch

from sqlalchemy import update

from benchmarks import channels
from benchmarks.channels import DUE_AT, Size
from benchmarks.contenders import Tally
from bot import ticks
from bot.domain import outbox as domain
from bot.domain.outbox import Outcome, Result
from bot.process import leave_what_is_loaded_alone
from bot.scheduler import Metronome
from bot.services import outbox, planning, settlement
from bot.services.planning import materialise_due
from bot.services.ports import OpenUnitOfWork
from bot.services.settlement import Answered
from bot.store import bell
from bot.store.engine import open_sync_engine, opened
from bot.store.tables import ScheduleRow
from bot.store.unit_of_work import UnitOfWork
from routines.catalogue import CONTENT, Catalogue, load_catalogue


@cache
def catalogue() -> Catalogue:
    """Load the packaged routines once."""
    return load_catalogue([CONTENT])


@asynccontextmanager
async def database(url: str) -> AsyncIterator["partial[UnitOfWork]"]:
    """Open the product's own engine, and close it."""
    async with opened(url) as engine:
        yield partial(UnitOfWork, engine)


@dataclass(frozen=True)
class Claiming:
    """Up to the claim: what the courier does next is a call to Slack. Breaks are made ahead, as by the bot, or not."""

    ahead: timedelta = planning.AHEAD

    @property
    def name(self) -> str:
        """Say what it is called."""
        return "Limber" if self.ahead else "Limber, nothing made ahead"

    def fill(self, url: str, size: Size) -> None:
        """Fill Limber's own tables, and load the routines, which a running bot has done long ago."""
        catalogue()
        channels.fill(url, size)
        with open_sync_engine(url).begin() as connection:
            connection.execute(update(ScheduleRow).where(ScheduleRow.id == size.schedules).values(next_due_at=_EARLIER))

    async def plan(self, url: str, size: Size) -> None:
        """Leave planning to the work, as the running bot does: its two ticks plan and claim side by side."""

    async def work(self, url: str, size: Size, tally: Tally, start: Callable[[], None]) -> None:
        """Turn due schedules into breaks with their outbox rows, and claim these, until the last is claimed."""
        # Nothing is settled here, so no lease may run out and be claimed once more.
        with patch.object(domain, "LEASE", timedelta(hours=1)), patch.object(planning, "AHEAD", self.ahead):
            leave_what_is_loaded_alone()  # as the bot does when it has started
            async with database(url) as open_unit_of_work:
                await _carry_everything_out_once(open_unit_of_work)
                await self._tick(open_unit_of_work, size, tally, start)

    async def _tick(
        self, open_unit_of_work: "partial[UnitOfWork]", size: Size, tally: Tally, start: Callable[[], None]
    ) -> None:
        """Run the bot's own two ticks, with a claim in the courier's place, until all are claimed."""
        until_claimed, begun = asyncio.Event(), perf_counter()

        def clock() -> datetime:
            return DUE_AT - self.ahead + timedelta(seconds=perf_counter() - begun)

        async def plan() -> float:
            wait = await ticks.plan(open_unit_of_work, catalogue(), clock)
            tally.planned_for = tally.planned_for or perf_counter() - begun
            return wait

        async def claim() -> float:
            claimed = await outbox.claim(open_unit_of_work, clock())
            for delivery in claimed.to_send:
                tally.note(delivery.key)
            if len(tally.ids) >= size.due:
                until_claimed.set()
            # As the courier: again at once while there is more, when something is due, or when it is woken.
            return 0.0 if claimed else min(claimed.ahead.more_in(0.0) or 1.0, 1.0)

        metronome = Metronome(plan, claim)
        async with bell.listening(open_unit_of_work.args[0], metronome.wake):
            metronome.start()
            claimed_from = max(self.ahead - domain.CLAIM_AHEAD, timedelta(0))
            await asyncio.sleep(claimed_from.total_seconds() - (perf_counter() - begun))
            start()
            await until_claimed.wait()
            await metronome.stop()


_EARLIER = DUE_AT - timedelta(hours=1)
"""One break is due then: a running bot has carried everything out before."""


async def _carry_everything_out_once(open_unit_of_work: OpenUnitOfWork) -> None:
    await ticks.plan(open_unit_of_work, catalogue(), lambda: _EARLIER)
    assert len((await outbox.claim(open_unit_of_work, _EARLIER)).to_send) == 1
    assert not await outbox.claim(open_unit_of_work, _EARLIER)


class Delivering(Claiming):
    """All of it but Slack: plan, claim, declare the intent, settle; any number of processes at once."""

    @property
    def name(self) -> str:
        """Say what it is called."""
        return "Limber"

    async def plan(self, url: str, size: Size) -> None:
        """Leave planning to the processes at work."""

    async def work(self, url: str, size: Size, tally: Tally, start: Callable[[], None]) -> None:  # noqa: ARG002  # the interface's
        """Deliver until nothing that is due is left; what is noted is what Slack would have been sent."""
        async with database(url) as open_unit_of_work:
            start()
            while True:
                planned = await materialise_due(open_unit_of_work, catalogue(), DUE_AT)
                delivered = await self._deliver(open_unit_of_work, tally)
                if not planned and not delivered and await outbox.is_settled(open_unit_of_work, DUE_AT):
                    return

    async def _deliver(self, open_unit_of_work: OpenUnitOfWork, tally: Tally) -> int:
        claimed = (await outbox.claim(open_unit_of_work, DUE_AT)).to_send
        for delivery in claimed:
            ready = await outbox.prepare(open_unit_of_work, catalogue(), delivery, DUE_AT)
            if ready is not None:
                tally.note(delivery.key)
                sent = Result(Outcome.SENT, ts=f"1772529900.{delivery.id:06}")
                await settlement.settle(open_unit_of_work, Answered(ready, sent, DUE_AT))
        return len(claimed)
