"""Looks people and channels up in Slack."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.ports import ChannelFacts, PersonFacts

logger = logging.getLogger(__name__)

LOOK_UP_TIMEOUT_SECONDS = 2.0
"""Slack waits 3 seconds for the answer to a press; what is not known by then is asked again another time."""

ClientOf = Callable[[str], AsyncWebClient]
"""Finds the Web API client of a workspace by its Slack id."""


class SlackDirectory:
    """The directory of real workspaces."""

    def __init__(self, client_of: ClientOf) -> None:
        self._client_of = client_of

    async def person(self, team_id: str, slack_id: str) -> PersonFacts | None:
        """Look a person up with users.info; None when Slack does not answer in time."""
        try:
            facts = (await self._ask(team_id, "users.info", user=slack_id))["user"]
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            logger.info("person not looked up", extra={"user": slack_id, "error": type(error).__name__})
            return None
        profile = facts.get("profile", {})
        return PersonFacts(
            name=profile.get("display_name") or facts.get("real_name") or facts.get("name") or "",
            zone=facts.get("tz") or "UTC",
            is_bot=bool(facts.get("is_bot")),
            is_admin=bool(facts.get("is_admin")),
        )

    async def channel(self, team_id: str, slack_id: str) -> ChannelFacts | None:
        """Look a channel up with conversations.info; None when the app may not know of it.

        When Slack does not answer, the app counts as a member: the first message will tell.
        """
        try:
            facts = (await self._ask(team_id, "conversations.info", channel=slack_id))["channel"]
        except SlackApiError as error:
            if error.response.get("error") == "channel_not_found":
                return None
            return ChannelFacts(name="", is_member=True)
        except (aiohttp.ClientError, TimeoutError):
            return ChannelFacts(name="", is_member=True)
        return ChannelFacts(name=facts.get("name") or "", is_member=bool(facts.get("is_member")))

    async def _ask(self, team_id: str, method: str, **arguments: str) -> dict[str, Any]:
        async with asyncio.timeout(LOOK_UP_TIMEOUT_SECONDS):
            response = await self._client_of(team_id).api_call(method, params=arguments)
        return response.data if isinstance(response.data, dict) else {}
