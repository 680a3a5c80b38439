"""How Slack reaches the app in Socket Mode: over a websocket that we open."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import payloads
from bot.slack.app import ACKNOWLEDGE_WITHIN_SECONDS, SlackApp
from bot.slack.clients import SlackUnreachable

logger = logging.getLogger(__name__)


class WebSocket(AsyncSocketModeHandler):
    """Bolt's handler of a websocket, which also knows what has not been acknowledged yet."""

    def __init__(self, app: SlackApp, app_token: str, api_url: str) -> None:
        super().__init__(app.bolt, app_token, web_client=AsyncWebClient(base_url=api_url))
        self._under_way: set[asyncio.Task[Any]] = set()

    async def handle(self, client: Any, req: SocketModeRequest) -> None:
        """Have Bolt handle a request, and acknowledge it."""
        task = asyncio.ensure_future(self._handle(client, req))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await task

    async def _handle(self, client: Any, req: SocketModeRequest) -> None:
        try:
            await super().handle(client, req)
        except Exception as error:  # noqa: BLE001  # Bolt could not even look into it, and would fail again
            logger.warning("a payload was left out: it cannot be read (%s)", type(error).__name__)
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))

    async def close(self) -> None:
        """Close the websocket when what is under way has been acknowledged."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=ACKNOWLEDGE_WITHIN_SECONDS)
        await self.close_async()  # type: ignore[no-untyped-call]  # the SDK ships no types


@asynccontextmanager
async def socket_mode(app: SlackApp, app_token: str, api_url: str) -> AsyncIterator[None]:
    """Keep a websocket to Slack open within a context; raises SlackUnreachable when it cannot be opened."""
    handler = WebSocket(app, app_token, api_url)
    try:
        # Left to find the way itself, it would try a token that Slack refuses for ever.
        handler.client.wss_uri = await handler.client.issue_new_wss_url()
        await handler.connect_async()  # type: ignore[no-untyped-call]  # the SDK ships no types
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        await handler.close()
        reason = payloads.error_name(error) or "no answer"
        raise SlackUnreachable(
            f"Slack opens no websocket for SLACK_APP_TOKEN ({reason}). It needs an app-level token (xapp-) with the"
            " scope connections:write, and Socket Mode switched on."
        ) from None
    try:
        yield
    finally:
        await handler.close()
