"""The Web API clients: one shared connection pool, no call ever repeated by itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import CannotRun
from bot.slack.payloads import error_name

_TIMEOUT_SECONDS = 10
"""With a session of our own the SDK's time-out is ignored, so the session has it."""


_CONNECTIONS = 250
"""For the courier's calls at a time and for those that answer people: one that waits here has its time run out."""


class SlackUnreachable(CannotRun):
    """Slack did not answer, or does not accept the token."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the token belongs to: workspace and app user."""

    team_id: str
    team_name: str
    app_user_id: str
    app_bot_id: str


class Clients:
    """The client of the one workspace whose bot token is set: `async with Clients(token, api_url) as clients`."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        self._api_url = api_url
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS), connector=aiohttp.TCPConnector(limit=_CONNECTIONS)
        )
        # The SDK's default handlers send a message again after a dropped connection; ours never do.
        self._client = AsyncWebClient(self._token, base_url=self._api_url, session=self._session, retry_handlers=[])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    def client_of(self, team_id: str) -> AsyncWebClient:  # noqa: ARG002  # one token serves one workspace
        """Find a workspace's client."""
        return self._client

    async def identify(self) -> Identity:
        """Ask Slack whose token this is; raises SlackUnreachable with a sentence for the operator."""
        try:
            answer = await self._client.auth_test()
        except SlackApiError as error:
            reason = error_name(error)
            raise SlackUnreachable(
                f"Slack does not accept SLACK_BOT_TOKEN ({reason}). Copy the bot token from your app's page,"
                " OAuth & Permissions, and try again."
            ) from None
        except (aiohttp.ClientError, TimeoutError):
            raise SlackUnreachable(
                f"Slack cannot be reached at {self._api_url}. Check the network, and SLACK_API_URL if you set it."
            ) from None
        return Identity(answer["team_id"], answer.get("team") or "", answer["user_id"], answer.get("bot_id") or "")


Authorize = Callable[..., Awaitable[AuthorizeResult | None]]
"""Tells Bolt as whom it acts; None for a workspace that is not ours."""


def authorize_as(identity: Identity, token: str) -> Authorize:
    """Give Bolt the identity it needs, without a call to Slack on every request."""

    async def authorize(team_id: str | None) -> AuthorizeResult | None:
        if team_id != identity.team_id:
            return None
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team_id,
            bot_user_id=identity.app_user_id,
            bot_id=identity.app_bot_id,
            bot_token=token,
        )

    return authorize
