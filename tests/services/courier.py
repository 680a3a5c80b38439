"""A courier as the bot has one, with a Slack in its place that answers as a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.outbox import Delivery, Outcome, Result
from bot.services import outbox, settlement
from bot.services.outbox import Ready
from bot.services.settlement import Answered
from routines.catalogue import Catalogue, default_catalogue
from tests.store.world import World

CATALOGUE = default_catalogue()

Answer = Callable[[Ready], Result | None]
"""Answers a call; None stands for a worker who vanishes in it."""


@dataclass
class Courier:
    """Delivers what is due; `said` is what reached Slack, oldest first."""

    world: World
    said: list[Ready] = field(default_factory=list)
    catalogue: Catalogue = CATALOGUE

    @property
    def keys(self) -> list[str]:
        return [ready.delivery.key for ready in self.said]

    def sent(self, ready: Ready) -> Result:
        """Answer as Slack does when all is well."""
        self.said.append(ready)
        return Result(Outcome.SENT, ts=ready.edits_ts or f"{len(self.said)}.5")

    async def deliver(self, now: datetime, answer: Answer | None = None) -> list[Delivery]:
        """Deliver all that is due at `now`, until nothing is left; answers the unknown outcomes to look up."""
        to_look_up: list[Delivery] = []
        for _ in range(40):
            claimed = await outbox.claim(self.world.uow, now)
            to_look_up += claimed.to_look_up
            if not claimed.to_send:
                return to_look_up
            for delivery in claimed.to_send:
                await self._one(delivery, now, answer or self.sent)
            await self.world.pass_time(2)
        raise AssertionError("there is no end to it")

    async def begin(self, now: datetime) -> Ready:
        """Begin the first call that is due at `now`, and leave it without an answer."""
        [delivery] = (await outbox.claim(self.world.uow, now, limit=1)).to_send
        ready = await outbox.prepare(self.world.uow, self.catalogue, delivery, now)
        assert ready is not None
        return ready

    async def _one(self, delivery: Delivery, now: datetime, answer: Answer) -> None:
        ready = await outbox.prepare(self.world.uow, self.catalogue, delivery, now)
        result = answer(ready) if ready else None
        if ready and result:
            await settlement.settle(self.world.uow, Answered(ready, result, now))
