"""Events on their way to the app: kept until acknowledged, delivered again on Slack's schedule."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from playground.delivery import ACKNOWLEDGE_WITHIN_SECONDS, Answer, Delivery, Transport
from playground.entities import Json, PendingEvent
from playground.local_slack import LocalSlack


class EventQueue:
    """Delivers each event until the app acknowledges it or the retries are used up."""

    def __init__(self, slack: LocalSlack, transport: Callable[[], Transport], retry_delays: Sequence[float]) -> None:
        self._slack = slack
        self._transport = transport
        self._retry_delays = retry_delays
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._first_attempts: set[asyncio.Event] = set()
        slack.emit = self.emit

    def resume(self) -> None:
        """Go on with the events that an earlier run of the playground left."""
        for event in self._slack.workspace.events.values():
            self._start(event)

    def emit(self, payload: Json) -> None:
        """Take an event on; it is part of the state, so that a restart does not lose it."""
        event = PendingEvent(payload["event_id"], payload, self._slack.clock.real_seconds())
        self._slack.workspace.save(event)
        self._start(event)

    async def settled(self) -> None:
        """Wait, 3 seconds at most, until every event of this moment has been delivered or not, once."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ACKNOWLEDGE_WITHIN_SECONDS):
                for first_attempt in list(self._first_attempts):
                    await first_attempt.wait()

    async def close(self) -> None:
        """Stop delivering; what is not acknowledged stays in the state file."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _start(self, event: PendingEvent) -> None:
        first_attempt = asyncio.Event()
        if event.attempt == 0:
            self._first_attempts.add(first_attempt)
        task = asyncio.create_task(self._deliver(event, first_attempt))
        self._tasks[event.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(event.id, None))

    async def _deliver(self, event: PendingEvent, first_attempt: asyncio.Event) -> None:
        try:
            while True:
                await asyncio.sleep(max(0.0, event.due_at - self._slack.clock.real_seconds()))
                delivery = Delivery("events_api", event.payload, event.attempt, event.reason)
                answer = await self._transport().deliver(delivery)
                finished = self._note(event, answer)
                self._slack.commit()
                self._mark(first_attempt)
                if finished:
                    return
        finally:
            self._mark(first_attempt)

    def _note(self, event: PendingEvent, answer: Answer) -> bool:
        if not answer.failure or not answer.retry or event.attempt >= len(self._retry_delays):
            self._slack.workspace.remove(event)
            return True
        event.due_at = self._slack.clock.real_seconds() + self._retry_delays[event.attempt]
        event.attempt += 1
        event.reason = answer.reason
        self._slack.workspace.save(event)
        return False

    def _mark(self, first_attempt: asyncio.Event) -> None:
        first_attempt.set()
        self._first_attempts.discard(first_attempt)
