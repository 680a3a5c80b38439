"""Reads what people uploaded to Slack for us, where the optional scope files:read allows it."""

import asyncio
import logging
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack.clients import Grants
from bot.slack.directory import LOOK_UP_TIMEOUT_SECONDS, ClientOf
from bot.slack.payloads import granted_scopes

logger = logging.getLogger(__name__)


class Files:
    """The files of real workspaces."""

    def __init__(self, client_of: ClientOf, grants: Grants) -> None:
        self._client_of = client_of
        self._grants = grants

    async def may_be_read(self, team_id: str) -> bool:
        """Tell whether the app has the scope files:read; False when Slack does not answer in time."""
        try:
            async with asyncio.timeout(LOOK_UP_TIMEOUT_SECONDS):
                response = await self._client_of(team_id).auth_test()
        except (SlackApiError, aiohttp.ClientError, TimeoutError):
            return False
        return "files:read" in (granted_scopes(response.headers) or ())

    async def read(self, team_id: str, url: str, most: int) -> bytes | None:
        """Read a file at Slack's address of it, up to a byte more than `most`; None when it cannot be had in time."""
        client, grant = self._client_of(team_id), await self._grants.find(team_id)
        if grant is None or client.session is None or not _is_slacks(url, client.base_url):
            return None
        headers = {"Authorization": f"Bearer {grant.token}"}
        try:
            async with (
                asyncio.timeout(LOOK_UP_TIMEOUT_SECONDS),
                # Without the scope, Slack answers with the way to its page for logging in.
                client.session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                return await _beginning(response, most + 1) if response.status == HTTPStatus.OK else None
        except (aiohttp.ClientError, TimeoutError) as error:
            logger.info("a file could not be read: %s", type(error).__name__)
            return None


async def _beginning(response: aiohttp.ClientResponse, length: int) -> bytes:
    content = b""
    async for chunk in response.content.iter_chunked(length):
        content += chunk
        if len(content) >= length:
            break
    return content[:length]


def _is_slacks(url: str, api_url: str) -> bool:
    """Tell whether an address is Slack's own: nobody else is sent a token."""
    asked, api = urlsplit(url), urlsplit(api_url)
    return asked.netloc == api.netloc or (asked.scheme == "https" and (asked.hostname or "").endswith(".slack.com"))
