"""How Slack reaches the app in HTTP mode: with requests that it has signed."""

import logging
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_sdk.signature import SignatureVerifier

from bot.slack.app import SlackApp

logger = logging.getLogger(__name__)


class SignedRequests:
    """Answers Slack's HTTP requests: verified first, then read, then handed to Bolt."""

    def __init__(self, app: SlackApp, signing_secret: str) -> None:
        self._bolt = app.bolt
        self._verifier = SignatureVerifier(signing_secret)

    def is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Tell whether Slack itself has sent these bytes within the last five minutes."""
        timestamp, signature = (headers.get(f"x-slack-{name}", "") for name in ("request-timestamp", "signature"))
        if not re.fullmatch(r"[0-9]{1,12}", timestamp):
            return False
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:  # Slack sends text
            return False

    async def handle(self, request: Any) -> Any:
        """Answer a request of Starlette's; None when it cannot be read."""
        try:
            bolt_request = to_async_bolt_request(request, await request.body())
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            logger.warning("refused: a signed request that cannot be read (%s)", type(error).__name__)
            return None
        return to_starlette_response(await self._bolt.async_dispatch(bolt_request))
