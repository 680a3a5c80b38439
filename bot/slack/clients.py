"""The Web API clients: one connection pool for all, each workspace's own token, no call ever repeated by itself."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.errors import CannotRun
from bot.domain.installations import UNINSTALLED
from bot.domain.outbox import TOKEN_ERRORS
from bot.slack import shapes
from bot.slack.payloads import error_name, granted_scopes

logger = logging.getLogger(__name__)

# Below INFO they write down what Slack says: names and texts. Bolt's own loggers take their level from the one here.
LIBRARIES = tuple(logging.getLogger(name) for name in ("slack_bolt", "slack_sdk"))
for _each in LIBRARIES:
    _each.setLevel(logging.INFO)

_TIMEOUT_SECONDS = 10
"""With a session of our own the SDK's time-out is ignored, so the session has it."""


_CONNECTIONS = 250
"""For the courier's calls at a time and for those that answer people: one that waits here has its time run out."""


class SlackUnreachable(CannotRun):
    """Slack did not answer, or does not accept the token."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the token belongs to: workspace and app user; and the scopes it has, as far as Slack told."""

    team_id: str
    team_name: str
    app_user_id: str
    app_bot_id: str
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a workspace that installed the app gave us: its token, and who the app is there."""

    token: str = field(repr=False)
    app_user_id: str
    app_bot_id: str


class Grants(Protocol):
    """Finds what workspaces gave us."""

    async def find(self, team_id: str | None) -> Grant | None:
        """Find a workspace's grant by its Slack id; None where the app is not installed."""
        ...

    def forget(self, team_id: str) -> None:
        """Ask anew the next time: it has come, or gone, or Slack no longer takes its token."""
        ...


class OneGrant:
    """The grant of the one workspace whose bot token is in the settings."""

    def __init__(self, identity: Identity, token: str) -> None:
        self._team_id = identity.team_id
        self._grant = Grant(token, identity.app_user_id, identity.app_bot_id)

    async def find(self, team_id: str | None) -> Grant | None:
        """Find it."""
        return self._grant if team_id == self._team_id else None

    def forget(self, team_id: str) -> None:
        """Keep it: there is no other."""


REMEMBERED = 1000
"""Workspaces whose grants a process remembers, and has a client for."""

REMEMBERED_SECONDS = 60.0
"""How long a process may not have heard that another one has seen a workspace go."""


class RememberedGrants:
    """The grants of any number of workspaces, each read from the database once a minute at most."""

    def __init__(self, read: Callable[[str], Awaitable[Grant | None]]) -> None:
        self._read = read
        self._known: OrderedDict[str, tuple[float, Grant]] = OrderedDict()

    async def find(self, team_id: str | None) -> Grant | None:
        """Find a workspace's grant; raises what reading raises."""
        if not team_id:
            return None
        now = asyncio.get_running_loop().time()
        read_at, grant = self._known.get(team_id, (-REMEMBERED_SECONDS, None))
        if grant is not None and now - read_at < REMEMBERED_SECONDS:
            return grant
        grant = await self._read(team_id)
        self._remember(team_id, grant, now)
        return grant

    def forget(self, team_id: str) -> None:
        """Ask anew the next time."""
        self._known.pop(team_id, None)

    def _remember(self, team_id: str, grant: Grant | None, now: float) -> None:
        self.forget(team_id)
        if grant is not None:  # anybody may name a workspace that is not there
            self._known[team_id] = (now, grant)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


class Clients:
    """The clients of workspaces: `async with Clients(api_url) as clients`, then `use` what the workspaces granted."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url
        self._session: aiohttp.ClientSession | None = None
        self._grants: Grants | None = None
        self._clients: OrderedDict[str, AsyncWebClient] = OrderedDict()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS), connector=aiohttp.TCPConnector(limit=_CONNECTIONS)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    def use(self, grants: Grants) -> None:
        """Say whose tokens the clients use."""
        self._grants = grants
        self._clients.clear()

    def anonymous(self, token: str | None = None) -> AsyncWebClient:
        """Make a client of no workspace, for installing one; or of a token's."""
        return AsyncWebClient(token, **self._options())

    def client_of(self, team_id: str) -> AsyncWebClient:
        """Find a workspace's client. It looks for its token when it is used: the workspace may have gone by then."""
        if self._grants is None:
            raise RuntimeError("nobody has granted anything yet")
        client = self._clients.pop(team_id, None) or _WorkspaceClient(team_id, self._grants, **self._options())
        self._clients[team_id] = client
        if len(self._clients) > REMEMBERED:
            self._clients.popitem(last=False)
        return client

    def _options(self) -> dict[str, Any]:
        # The SDK's default handlers send a message again after a dropped connection; ours never do. And for a logger
        # without a level of its own it writes every request down, for nobody.
        return {
            "base_url": self._api_url,
            "session": self._session,
            "retry_handlers": [],
            "logger": LIBRARIES[1],
        }

    async def identify(self, token: str) -> Identity:
        """Ask Slack whose token this is; raises SlackUnreachable with a sentence for the operator."""
        try:
            answer = await self.anonymous(token).auth_test()
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
        return Identity(
            answer["team_id"],
            answer.get("team") or "",
            answer["user_id"],
            answer.get("bot_id") or "",
            granted_scopes(answer.headers) or frozenset(),
        )


class _WorkspaceClient(AsyncWebClient):
    """A client that looks for its workspace's token at every call."""

    def __init__(self, team_id: str, grants: Grants, **options: Any) -> None:
        super().__init__(**options)
        self._team_id = team_id
        self._grants = grants

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Call Slack; a refused token is asked for anew once, as the workspace may have installed again elsewhere."""
        grant = await self._present_grant(api_method)
        try:
            return await self._call(api_method, grant, arguments)
        except SlackApiError as error:
            if error_name(error) not in TOKEN_ERRORS:
                raise
            self._grants.forget(self._team_id)
            newer = await self._grants.find(self._team_id)
            if newer is None or newer.token == grant.token:
                raise
            return await self._call(api_method, newer, arguments)

    async def _call(self, api_method: str, grant: Grant, arguments: dict[str, Any]) -> AsyncSlackResponse:
        self.token = grant.token
        return await super().api_call(api_method, **arguments)

    async def _present_grant(self, api_method: str) -> Grant:
        grant = await self._grants.find(self._team_id)
        if grant is not None:
            return grant
        # What Slack says of a workspace that uninstalled the app: no call is needed to know.
        answer = AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=api_method,
            req_args={},
            data={"ok": False, "error": UNINSTALLED},
            headers={},
            status_code=200,
        )
        raise SlackApiError("the app is not installed here", answer)  # type: ignore[no-untyped-call]  # the SDK ships no types


Authorize = Callable[..., Awaitable[AuthorizeResult | None]]
"""Tells Bolt as whom it acts; None for a workspace that is not ours."""


def authorize_with(grants: Grants) -> Authorize:
    """Give Bolt the identity it needs, without a call to Slack on every request."""

    async def authorize(team_id: str | None) -> AuthorizeResult | None:
        grant = await grants.find(team_id)
        if grant is None:
            who = f"the workspace {team_id}" if shapes.is_team(team_id) else "no workspace there could be"
            logger.warning("refused: a request of %s, where the app is not installed", who)
            return None
        return AuthorizeResult(
            enterprise_id=None,
            team_id=team_id,
            bot_user_id=grant.app_user_id,
            bot_id=grant.app_bot_id,
            bot_token=grant.token,
        )

    return authorize
