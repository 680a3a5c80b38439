"""Deliveries to the app as a bad day has them: cut off, doubled, out of order, in the middle of a reconnect."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace

from playground.delivery import Answer, Delivery, Transport
from playground.faults import Faults


class Disturbed:
    """A way to the app on which faults strike as they are ordered."""

    def __init__(
        self, faults: Faults, transport: Callable[[], Transport], disconnect: Callable[[str], Awaitable[None]]
    ) -> None:
        self._faults = faults
        self._transport = transport
        self._disconnect = disconnect
        self._overtaken: set[asyncio.Event] = set()

    @property
    def connected(self) -> bool:
        """Tell whether the app can be reached at the moment."""
        return self._transport().connected

    async def deliver(self, delivery: Delivery) -> Answer:
        """Hand something to the app with the fault it has to suffer."""
        fault = self._faults.take(delivery.kind)
        match fault.fault if fault is not None else "":
            case "reorder" if fault is not None:
                return await self._late(delivery, fault.wait)
            case "double":
                return (await asyncio.gather(self._now(delivery), self._now(delivery)))[0]
            case "cut":
                return await self._now(replace(delivery, cut=True))
            case "warning" | "refresh_requested" as reason:
                answer, _ = await asyncio.gather(self._now(delivery), self._disconnect(reason))
                return answer
        return await self._now(delivery)

    async def _now(self, delivery: Delivery) -> Answer:
        try:
            return await self._transport().deliver(delivery)
        finally:
            for overtaken in self._overtaken:
                overtaken.set()

    async def _late(self, delivery: Delivery, seconds: float) -> Answer:
        overtaken = asyncio.Event()
        self._overtaken.add(overtaken)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(overtaken.wait(), seconds)
        self._overtaken.discard(overtaken)
        return await self._now(delivery)
