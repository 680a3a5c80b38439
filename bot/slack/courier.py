"""Sends what the outbox holds: one call a message, never repeated by itself, its outcome settled in the database."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.domain.breaks import Prompt
from bot.domain.outbox import CHANNEL_GONE_ERRORS, Delivery, Outcome, Result, outcome_of_error
from bot.domain.pauses import FellSilent
from bot.domain.runs import ClosingCard, StepCard
from bot.services import outbox
from bot.services.outbox import BoardMessage, Introduction, LobbyMessage, NobodyCame, Ready
from bot.services.ports import OpenUnitOfWork
from bot.slack import ids
from bot.slack.directory import ClientOf
from bot.slack.payloads import error_name
from bot.slack.pictures import Pictures
from bot.slack.views import boards, breaks, pauses, runs, schedules
from bot.slack.views.parts import Message, without_pictures
from routines.catalogue import Catalogue

logger = logging.getLogger(__name__)

CALL_TIMEOUT_SECONDS = 10.0
"""How long a call may take; shorter than the lease, so that a live courier never loses its row."""

LOOK_AROUND = timedelta(minutes=1)
"""How far before and after the intent a message of unknown outcome is looked for: Slack's clock is not ours."""

_NEVER_FOUND = CHANNEL_GONE_ERRORS | {"missing_scope", "thread_not_found"}
"""Slack errors after which looking again is pointless (conversations.history, conversations.replies)."""


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
        owner: str,
    ) -> None:
        self._open = open_unit_of_work
        self._catalogue = catalogue
        self._pictures = pictures
        self._client_of = client_of
        self._clock = clock
        self._owner = owner
        self._under_way: set[asyncio.Task[None]] = set()
        self._is_draining = False

    async def deliver_due(self) -> int:
        """Claim what is due and set it on its way; answers how many messages that were."""
        if self._is_draining:
            return 0
        to_send, to_look_up = await outbox.claim(self._open, self._clock(), self._owner)
        for delivery in to_send:
            self._start(self._deliver(delivery))
        for delivery in to_look_up:
            self._start(self._look_up(delivery))
        return len(to_send) + len(to_look_up)

    async def drain(self) -> None:
        """Claim nothing more and wait for the calls under way to settle."""
        self._is_draining = True
        if self._under_way:
            await asyncio.wait(self._under_way)

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("delivery failed; its lease will expire", exc_info=task.exception())

    async def _deliver(self, delivery: Delivery) -> None:
        now = self._clock()
        ready = await outbox.prepare(self._open, self._catalogue, delivery, now)
        if ready is None:
            return
        result = await self._send(ready)
        await outbox.settle(self._open, ready, result, now)
        logger.info("%s: %s %s", delivery.key, result.outcome, result.error or "")

    async def _send(self, ready: Ready) -> Result:
        message = self._render(ready)
        result = await self._call(ready, message)
        bare = without_pictures(message.blocks)
        if result.error == "invalid_blocks" and bare != message.blocks:
            # The picture may be gone from Slack; a refused message was not accepted, so this sends it once.
            return await self._call(ready, Message(message.text, bare))
        return result

    def _render(self, ready: Ready) -> Message:
        delivery, facts = ready.delivery, ready.facts
        match facts:
            case Prompt():
                return breaks.prompt(facts, self._pictures.find(delivery.team_id, facts.exercise.picture))
            case LobbyMessage(run, zone):
                return runs.lobby(run, zone)
            case StepCard():
                return runs.step(facts, self._pictures.find(delivery.team_id, facts.step.picture, moving=True))
            case NobodyCame(run):
                return runs.nobody_came(run)
            case ClosingCard():
                return runs.closing(facts)
            case BoardMessage(board_id, channel_name, zone, board):
                return boards.weekly(
                    board,
                    board_id=board_id,
                    channel_name=channel_name,
                    channel_slack_id=delivery.slack_channel_id,
                    zone=zone,
                )
            case Introduction(record, keeper_name):
                return schedules.introduction(record, keeper_name)
            case FellSilent():
                return pauses.fell_silent(facts)

    async def _call(self, ready: Ready, message: Message) -> Result:
        delivery = ready.delivery
        client = self._client_of(delivery.team_id)
        said: dict[str, Any] = {"channel": delivery.slack_channel_id, "text": message.text, "blocks": message.blocks}
        try:
            async with asyncio.timeout(CALL_TIMEOUT_SECONDS):
                if isinstance(ready.facts, NobodyCame):
                    response = await client.chat_postEphemeral(user=ready.facts.starter_slack_id, **said)
                    return Result(Outcome.SENT, ts=response.get("message_ts"))
                if delivery.is_edit:
                    response = await client.chat_update(ts=ready.edits_ts or "", **said)
                else:
                    metadata = {"event_type": ids.METADATA_EVENT, "event_payload": {"key": delivery.key}}
                    response = await client.chat_postMessage(
                        thread_ts=ready.thread_ts, metadata=metadata, unfurl_links=False, unfurl_media=False, **said
                    )
                return Result(Outcome.SENT, ts=response["ts"])
        except SlackApiError as error:
            return _result_of(error)
        except aiohttp.ClientConnectorError:
            return Result(Outcome.TRY_LATER, error="Slack could not be reached")
        except (aiohttp.ClientError, TimeoutError) as error:
            return Result(Outcome.UNKNOWN, error=type(error).__name__)

    async def _look_up(self, delivery: Delivery) -> None:
        """Look for a message of unknown outcome by its metadata, and settle it."""
        try:
            async with asyncio.timeout(CALL_TIMEOUT_SECONDS):
                found_ts, can_look = await self._find(delivery), True
        except SlackApiError as error:
            if error_name(error) not in _NEVER_FOUND:
                return  # its lease expires, and it is looked up again
            found_ts, can_look = None, False
        except (aiohttp.ClientError, TimeoutError):
            return
        await outbox.settle_lookup(self._open, delivery, found_ts=found_ts, can_look=can_look, now=self._clock())

    async def _find(self, delivery: Delivery) -> str | None:
        client = self._client_of(delivery.team_id)
        intent_at = delivery.intent_at or delivery.due_at
        thread_ts = await outbox.thread_of(self._open, delivery)
        place: dict[str, Any] = {
            "channel": delivery.slack_channel_id,
            "oldest": f"{(intent_at - LOOK_AROUND).timestamp():.6f}",
            # A busy channel may have had more than a page of messages since.
            "latest": f"{(intent_at + LOOK_AROUND).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": 200,
        }
        if thread_ts is None:
            response = await client.conversations_history(**place)
        else:
            response = await client.conversations_replies(ts=thread_ts, **place)
        messages: list[dict[str, Any]] = response["messages"]
        return next((str(each["ts"]) for each in messages if _key_of(each) == delivery.key), None)


def _key_of(message: dict[str, Any]) -> str | None:
    key: str | None = message.get("metadata", {}).get("event_payload", {}).get("key")
    return key


def _result_of(error: SlackApiError) -> Result:
    response = error.response
    # An answer that is no JSON comes as aiohttp's own response, which names its status differently.
    status = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    headers = getattr(response, "headers", {}) or {}
    if status == 429:  # noqa: PLR2004  # Too Many Requests
        wait = headers.get("Retry-After") or headers.get("retry-after") or "1"
        return Result(Outcome.TRY_LATER, error="ratelimited", retry_after=timedelta(seconds=float(wait)))
    name = error_name(error)
    if status >= 500 or name is None:  # noqa: PLR2004  # a server's own errors
        return Result(Outcome.UNKNOWN, error=name or f"HTTP {status}")
    return Result(outcome_of_error(name), error=name)
