"""Looks people and channels up in Slack."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.ports import ChannelFacts, PersonFacts
from bot.slack.event_payloads import person_facts
from bot.slack.payloads import error_name

logger = logging.getLogger(__name__)

LOOK_UP_TIMEOUT_SECONDS = 1.0
"""Slack waits 3 seconds for an answer, and some take two look-ups; what is not known is asked again another time."""

NO_ANSWER = frozenset(
    {
        "fatal_error",
        "internal_error",
        "missing_scope",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "unknown_method",
    }
)
"""Slack errors that say nothing about who or what was looked up."""

_CHANNEL_TYPES = "public_channel,private_channel"

ClientOf = Callable[[str], AsyncWebClient]
"""Finds the Web API client of a workspace by its Slack id."""


class SlackDirectory:
    """The directory of real workspaces."""

    def __init__(self, client_of: ClientOf) -> None:
        self._client_of = client_of

    async def person(self, team_id: str, slack_id: str) -> PersonFacts | None:
        """Look a person up with users.info; None when Slack does not know them or does not answer in time."""
        found = await self._ask(team_id, "users.info", user=slack_id)
        if not found:
            return None
        return person_facts(team_id, found["user"])

    async def channel(self, team_id: str, slack_id: str) -> ChannelFacts | None:
        """Look a channel up with conversations.info; None when Slack does not answer in time.

        Of a private channel without the app Slack tells nothing, and that says that the app is no member.
        """
        found = await self._ask(team_id, "conversations.info", channel=slack_id)
        if found is None:
            return None
        facts = found.get("channel", {})
        return ChannelFacts(
            name=facts.get("name") or "",
            is_member=bool(facts.get("is_member")),
            is_archived=bool(facts.get("is_archived")),
        )

    async def is_in(self, team_id: str, slack_id: str, channel_slack_id: str) -> bool | None:
        """Look for a channel among a person's with users.conversations; None when Slack does not answer in time."""
        found = await self._ask(team_id, "users.conversations", user=slack_id, types=_CHANNEL_TYPES, limit="999")
        if found is None:
            return None
        has_more = bool(found.get("response_metadata", {}).get("next_cursor"))
        is_there = any(each["id"] == channel_slack_id for each in found.get("channels", []))
        return None if has_more and not is_there else is_there

    async def _ask(self, team_id: str, method: str, **arguments: str) -> dict[str, Any] | None:
        """Ask Slack; empty when Slack tells nothing about the subject, None without an answer."""
        try:
            async with asyncio.timeout(LOOK_UP_TIMEOUT_SECONDS):
                response = await self._client_of(team_id).api_call(method, data=arguments)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            name = error_name(error)
            logger.info("%s did not answer: %s", method, name)
            return None if name is None or name in NO_ANSWER else {}
        return response.data if isinstance(response.data, dict) else None
