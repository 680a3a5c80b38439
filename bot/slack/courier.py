"""Sends what the outbox holds: one call a message, never repeated by itself, its outcome settled in the database."""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.domain import outbox as rules
from bot.domain.outbox import Delivery, Kind, Outcome, Result
from bot.metrics import count_delivery
from bot.services import outbox, settlement
from bot.services.outbox import Ready
from bot.services.ports import DatabaseAway, OpenUnitOfWork
from bot.services.settlement import Answered
from bot.slack import calls, messages
from bot.slack.directory import ClientOf
from bot.slack.pictures import Pictures
from bot.slack.views.parts import Message, without_pictures
from routines.catalogue import Catalogue

logger = logging.getLogger(__name__)

IN_HAND = 600
"""Prompts leased at a time: what is claimed beyond would wait here, while another process may have time for it."""

CALLS_AT_ONCE = 200
"""Prompts called for at a time: the clients have connections for them, and some for what people wait for."""

_TOGETHER = 200
"""Prompts prepared together: with a slow database the first are on their way before leases run out."""

_READY_SECONDS = 0.3
"""How long before its turn a message is prepared: whoever dies between an intent and its call leaves it unknown."""

LOOK_AGAIN_SECONDS = 1.0
"""How often a courier that has nothing to do looks; it is woken sooner for what it knows of or is told of."""

_SETTLE_AFTER_SECONDS = 0.1
"""What comes back within this time is settled in one transaction; so often it looks whether more is under way."""

_SETTLE_LOOKS = 5
"""How often it looks at most: for what takes longer nobody else waits."""

_SETTLE_AGAIN_SECONDS = 0.5
"""How long it rests while the database is away, before it writes down again what Slack answered."""

_REST_SECONDS = 0.25
"""What opens within this time is claimed together: less than what is claimed ahead, so that it is still on time."""

_LONG_REST_SECONDS = 0.5
"""The same where nothing was left to claim: as a rule others are at it, and many that look take time from them."""

_LOST_SECONDS = 1.0
"""How often calls that nobody settled are looked after while there is always something else to claim."""

_WAITING_SECONDS = 0.05
"""How often it looks whether there is room for more."""


_NO_ACCESS = frozenset({Outcome.REFUSED, Outcome.CHANNEL_GONE})
"""What a look-up came to that Slack refuses for good: it would say the same the next time."""


class _Sent(NamedTuple):
    """A prompt that went out, when the answer came and until when its call might have lasted (the loop's time)."""

    answered: Answered
    at: float
    deadline: float


class Courier:
    """One process's deliveries; any number of couriers may share a PostgreSQL database."""

    def __init__(
        self,
        open_unit_of_work: OpenUnitOfWork,
        *,
        catalogue: Catalogue,
        pictures: Pictures,
        client_of: ClientOf,
        clock: Clock,
    ) -> None:
        self._open = open_unit_of_work
        self._catalogue = catalogue
        self._pictures = pictures
        self._client_of = client_of
        self._clock = clock
        self._under_way: set[asyncio.Task[None]] = set()
        self._in_hand = 0
        self._calls = asyncio.Semaphore(CALLS_AT_ONCE)
        self._prompts_called = 0
        self._sent_prompts: list[_Sent] = []
        self._settling = asyncio.Lock()
        self._is_draining = False
        self._lost_at = 0.0

    async def deliver_due(self) -> float:
        """Claim what is due and set it on its way; answers in how many seconds to look again."""
        room = IN_HAND - self._in_hand
        if self._is_draining or room <= 0:
            return _WAITING_SECONDS
        looks_after_lost = self._is_time_for_lost()
        claimed = await outbox.claim(self._open, self._clock(), room, looks_after_lost=looks_after_lost)
        prompts = [each for each in claimed.to_send if each.kind is Kind.PROMPT]
        if prompts:
            self._in_hand += len(prompts)
            self._start(self._deliver_prompts(prompts))
        for delivery in claimed.to_send:
            if delivery.kind is not Kind.PROMPT:
                self._start(self._deliver(delivery))
        for channel in _by_channel(claimed.to_look_up):
            self._start(self._look_up(channel))
        if len(claimed) >= room:
            return 0.0
        more_in = claimed.ahead.more_in(_REST_SECONDS if claimed else _LONG_REST_SECONDS)
        return LOOK_AGAIN_SECONDS if more_in is None else min(more_in, LOOK_AGAIN_SECONDS)

    def _is_time_for_lost(self) -> bool:
        now = asyncio.get_running_loop().time()
        is_time = now >= self._lost_at
        if is_time:
            self._lost_at = now + _LOST_SECONDS
        return is_time

    async def drain(self) -> None:
        """Claim nothing more and wait for the calls under way to settle."""
        self._is_draining = True
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("delivery failed; its lease will expire", exc_info=task.exception())

    async def _deliver_prompts(self, deliveries: Sequence[Delivery]) -> None:
        """Prepare a claim's prompts shortly before their turns, some together; each is then sent and settled."""
        time = asyncio.get_running_loop().time
        turns = deque(sorted((time() + self._seconds_early(each), each) for each in deliveries))
        try:
            while turns:
                await asyncio.sleep(turns[0][0] - _READY_SECONDS - time())
                async with self._calls:
                    pass  # those that were prepared before have begun
                if self._is_draining:
                    return  # the leases expire, and another worker has them
                await self._deliver_together(_next(turns, until=max(turns[0][0], time()) + _READY_SECONDS))
        finally:
            self._in_hand -= len(turns)

    async def _deliver_together(self, some: Sequence[Delivery]) -> None:
        left = len(some)
        try:
            deadline = _deadline()
            for ready in await outbox.prepare_prompts(self._open, self._catalogue, some, self._clock()):
                self._start(self._send_prompt(ready, deadline))
                left -= 1
        finally:
            self._in_hand -= left

    async def _send_prompt(self, ready: Ready, deadline: float) -> None:
        try:
            await self._send(ready, deadline)
        finally:
            self._in_hand -= 1

    @asynccontextmanager
    async def _room_for(self, kind: Kind) -> AsyncIterator[None]:
        """Wait for others where many prompts are called for; what has come back waits a little for those that are."""
        if kind is not Kind.PROMPT:
            yield
            return
        async with self._calls:
            self._prompts_called += 1
            try:
                yield
            finally:
                self._prompts_called -= 1

    def _seconds_early(self, delivery: Delivery) -> float:
        """Tell how long it is to a message's turn; a prompt has to be due, too."""
        due_in = (delivery.due_at - self._clock()).total_seconds() if delivery.kind is Kind.PROMPT else 0.0
        return max(delivery.opens_in, due_in)

    async def _deliver(self, delivery: Delivery) -> None:
        await asyncio.sleep(self._seconds_early(delivery) - _READY_SECONDS)
        deadline = _deadline()
        ready = await outbox.prepare(self._open, self._catalogue, delivery, self._clock())
        if ready is not None:
            await self._send(ready, deadline)

    async def _send(self, ready: Ready, deadline: float) -> None:
        message = messages.render(ready, self._pictures)
        await asyncio.sleep(self._seconds_early(ready.delivery))
        async with self._room_for(ready.delivery.kind):
            called_at = self._clock()
            result = await self._call(ready, message, deadline)
        logger.info("%s: %s %s", ready.delivery.key, result.outcome, result.error or "")
        late = called_at - ready.delivery.due_at if result.outcome is Outcome.SENT else None
        count_delivery(ready.delivery.kind, result.outcome, late)
        answered = Answered(ready, result, called_at)
        if answered.is_sent_prompt:
            await self._settle_prompt(answered, deadline)
        else:
            await _settle(partial(settlement.settle, self._open, answered), deadline)

    async def _settle_prompt(self, answered: Answered, deadline: float) -> None:
        """Settle a prompt, together with all that came back while the last lot was being written."""
        time = asyncio.get_running_loop().time
        self._sent_prompts.append(_Sent(answered, time(), deadline))
        async with self._settling:
            if not self._sent_prompts:
                return  # somebody has settled it along with theirs
            for _ in range(_SETTLE_LOOKS):
                await asyncio.sleep(_SETTLE_AFTER_SECONDS)
                if not self._prompts_called:
                    break
            sent, self._sent_prompts = self._sent_prompts, []
            await _settle(partial(self._settle_prompts, sent), max(each.deadline for each in sent))

    async def _settle_prompts(self, sent: Sequence[_Sent]) -> None:
        now = asyncio.get_running_loop().time()
        await settlement.settle_prompts(
            self._open, [replace(each.answered, seconds_ago=now - each.at) for each in sent]
        )

    async def _call(self, ready: Ready, message: Message, deadline: float) -> Result:
        client = self._client_of(ready.delivery.team_id)
        result = await calls.post(client, ready, message, deadline)
        if result.error == "invalid_blocks" and (bare := without_pictures(message.blocks)) != message.blocks:
            # The picture may be gone from Slack; a refused message was not accepted, so this sends it once.
            result = await calls.post(client, ready, Message(message.text, bare), deadline)
            if result.outcome is Outcome.SENT:
                self._pictures.doubt(ready.delivery.team_id, message.blocks)
        return result

    async def _look_up(self, deliveries: Sequence[Delivery]) -> None:
        """Look for a channel's messages of unknown outcome, with one call for each place, and settle them."""
        by_thread: dict[str | None, list[Delivery]] = defaultdict(list)
        for delivery in deliveries:
            by_thread[await outbox.thread_of(self._open, delivery)].append(delivery)
        for thread_ts, sought in by_thread.items():
            await self._look_up_in(thread_ts, sought)

    async def _look_up_in(self, thread_ts: str | None, sought: Sequence[Delivery]) -> None:
        client, can_look = self._client_of(sought[0].team_id), True
        try:
            found = await calls.find(client, sought, thread_ts)
        except SlackApiError as error:
            result = calls.result_of(error)
            if result.outcome not in _NO_ACCESS:
                await self._look_again_later(sought[0], result)
                return
            found, can_look = {}, False
        except (aiohttp.ClientError, TimeoutError):
            return  # its lease expires, and it is looked up again
        now = self._clock()
        for delivery in sought:
            ts = found.get(delivery.key)
            await settlement.settle_lookup(self._open, delivery, found_ts=ts, can_look=can_look, now=now)
            logger.info("%s: looked up, %s", delivery.key, "there" if ts else "not there")

    async def _look_again_later(self, delivery: Delivery, result: Result) -> None:
        if result.outcome is Outcome.TRY_LATER:
            await settlement.pause_look_ups(self._open, delivery.workspace_id, result.retry_after)


def _deadline() -> float:
    """Say until when (the event loop's time) a call may last whose intent is declared after this."""
    return asyncio.get_running_loop().time() + rules.CALL_TIMEOUT.total_seconds()


async def _settle(settle: Callable[[], Awaitable[None]], deadline: float) -> None:
    """Write down what Slack answered, again and again while the database is away: nobody else knows it.

    Until the leases end of calls with this deadline; then the messages are looked for.
    """
    time = asyncio.get_running_loop().time
    until = deadline + (rules.LEASE - rules.CALL_TIMEOUT).total_seconds()
    while True:
        try:
            await settle()
        except DatabaseAway:
            if time() + _SETTLE_AGAIN_SECONDS > until:
                raise
            await asyncio.sleep(_SETTLE_AGAIN_SECONDS)
        else:
            return


def _next(turns: deque[tuple[float, Delivery]], until: float) -> list[Delivery]:
    """Take those off a queue whose turn comes until then (the event loop's time), as many as go together."""
    some: list[Delivery] = []
    while turns and turns[0][0] <= until and len(some) < _TOGETHER:
        some.append(turns.popleft()[1])
    return some


def _by_channel(deliveries: Sequence[Delivery]) -> list[list[Delivery]]:
    channels: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        channels[delivery.channel_id].append(delivery)
    return list(channels.values())
