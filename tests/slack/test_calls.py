"""What a call to Slack came to, and how that is told."""

import asyncio

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.greetings import Hello, usual
from bot.domain.outbox import Delivery, Kind, Outcome, State
from bot.services.outbox import Ready
from bot.slack import calls
from bot.slack.views.parts import Message
from tests.store.world import NOON

PLACE = (1, "T1", 1, "C1")
DELIVERY = Delivery(1, Kind.HELLO, 1, 0, "key", NOON, None, State.INTENT, "ann", 1, 1, *PLACE, NOON, 0)


async def test_a_slack_that_cannot_be_reached_has_answered_nothing() -> None:
    client = AsyncWebClient("xoxb-1", base_url="http://127.0.0.1:9/api/", retry_handlers=[])
    ready = Ready(DELIVERY, Hello("C1", "", usual("UTC")))
    result = await calls.post(client, ready, Message("Hello", []), asyncio.get_running_loop().time() + 10)
    assert (result.outcome, result.error) == (Outcome.UNREACHED, "Slack could not be reached")
