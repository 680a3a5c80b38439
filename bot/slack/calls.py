"""One call to Slack for a message, and what it came to; and the search for messages whose outcome is unknown."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain import outbox
from bot.domain.breaks import LATE_CUTOFF
from bot.domain.outbox import Delivery, Outcome, Result, outcome_of_error
from bot.domain.own_routines import Removed
from bot.services.messages import NobodyCame, ReminderMessage, RunGone, Stopped
from bot.services.outbox import Ready
from bot.slack import ids
from bot.slack.payloads import error_name
from bot.slack.views.parts import Message

LOOK_AROUND = timedelta(minutes=1)
"""How far before and after the intent a message of unknown outcome is looked for: Slack's clock is not ours."""

_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_PAGE = 200


async def post(client: AsyncWebClient, ready: Ready, message: Message, deadline: float) -> Result:
    """Send a message, or change the one that is there; what went wrong becomes the result.

    Nothing is under way any more at `deadline` (the event loop's time): after it, others may look whether the message
    is there, and send it. Nor is it begun so late that others had the workspace's next burst.
    """
    begins_by = deadline - (outbox.CALL_TIMEOUT - outbox.CALL_BEGINS).total_seconds()
    if asyncio.get_running_loop().time() > begins_by:
        return Result(Outcome.UNREACHED, error="the worker was too slow to begin the call")
    try:
        async with asyncio.timeout_at(deadline):
            return Result(Outcome.SENT, ts=await _post(client, ready, message))
    except SlackApiError as error:
        return result_of(error)
    except aiohttp.ClientConnectorError:
        return Result(Outcome.UNREACHED, error="Slack could not be reached")
    except (aiohttp.ClientError, TimeoutError) as error:
        return Result(Outcome.UNKNOWN, error=type(error).__name__)


async def _post(client: AsyncWebClient, ready: Ready, message: Message) -> str:
    delivery = ready.delivery
    said: dict[str, Any] = {"channel": delivery.slack_channel_id, "text": message.text, "blocks": message.blocks}
    if isinstance(ready.facts, NobodyCame):
        return await _whisper(client, ready.facts.starter_slack_id, said)
    if isinstance(ready.facts, RunGone) and ready.facts.can_post:
        return await _whisper(client, ready.facts.member_slack_id, said)
    if delivery.is_edit:
        answer = await client.chat_update(ts=ready.edits_ts or "", **said)
        return str(answer["ts"])
    if isinstance(ready.facts, Stopped | Removed):
        said["channel"] = ready.facts.told_slack_id  # a person's id stands for their messages with the app
    elif isinstance(ready.facts, ReminderMessage | RunGone):
        said["channel"] = ready.facts.member_slack_id
    metadata = {"event_type": ids.METADATA_EVENT, "event_payload": {"key": delivery.key}}
    answer = await client.chat_postMessage(
        thread_ts=ready.thread_ts, metadata=metadata, unfurl_links=False, unfurl_media=False, **said
    )
    return str(answer["ts"])


async def _whisper(client: AsyncWebClient, user: str, said: dict[str, Any]) -> str:
    return str((await client.chat_postEphemeral(user=user, **said))["message_ts"])


async def find(client: AsyncWebClient, deliveries: Sequence[Delivery], thread_ts: str | None) -> Mapping[str, str]:
    """Look for messages in their channel, or their thread, by our metadata; maps the keys of those there to their ts.

    Raises SlackApiError, aiohttp.ClientError and TimeoutError.
    """
    place: dict[str, Any] = {
        "channel": deliveries[0].slack_channel_id,
        "oldest": f"{(min(_earliest(each) for each in deliveries) - LOOK_AROUND).timestamp():.6f}",
        # A busy channel may have had more than a page of messages since.
        "latest": f"{(max(_latest(each) for each in deliveries) + LOOK_AROUND).timestamp():.6f}",
        "include_all_metadata": True,
        "limit": _PAGE,
    }
    found: dict[str, str] = {}
    async with asyncio.timeout(outbox.CALL_TIMEOUT.total_seconds()):
        while True:
            if thread_ts is None:
                page = await client.conversations_history(**place)
            else:
                page = await client.conversations_replies(ts=thread_ts, **place)
            found |= {key: str(each["ts"]) for each in page["messages"] if (key := _key_of(each))}
            place["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not place["cursor"]:
                return found


# By the database's clock and by the product's: a worker whose own clock is wrong must not look in the wrong place, and
# the playground's Slack lives in the product's time.


def _earliest(delivery: Delivery) -> datetime:
    return min(delivery.due_at, delivery.intent_at or delivery.due_at)


def _latest(delivery: Delivery) -> datetime:
    return max(delivery.due_at + LATE_CUTOFF, delivery.intent_at or delivery.due_at)


def _key_of(message: dict[str, Any]) -> str | None:
    key: str | None = message.get("metadata", {}).get("event_payload", {}).get("key")
    return key


def result_of(error: SlackApiError) -> Result:
    """Say what a refusal of Slack's comes to: for now, for good, or that nobody knows."""
    response = error.response
    # An answer that is no JSON comes as aiohttp's own response, which names its status differently.
    status = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    headers = getattr(response, "headers", {}) or {}
    if status == _TOO_MANY_REQUESTS:
        wait = headers.get("Retry-After") or headers.get("retry-after") or "1"
        return Result(Outcome.TRY_LATER, error="ratelimited", retry_after=timedelta(seconds=float(wait)))
    name = error_name(error)
    if status >= _SERVER_ERROR or name is None:
        return Result(Outcome.UNKNOWN, error=name or f"HTTP {status}")
    return Result(outcome_of_error(name), error=name)
