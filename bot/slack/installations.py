"""Installing the app in a workspace with a browser: to Slack with a state of ours, back with a code, and a page."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth import AuthorizeUrlGenerator, OAuthStateUtils
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.domain.installations import CONSENT_WITHIN, missing_scopes
from bot.services import installations
from bot.services.ports import OpenUnitOfWork
from bot.slack.clients import Grants
from bot.slack.manifest import HTTP_OPTIONAL_SCOPES, HTTP_REQUIRED_SCOPES, REDIRECT_PATH
from bot.slack.payloads import error_name
from bot.slack.views import installations as views

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser gets: HTML with its status, and a cookie to set, if any."""

    status: int
    html: str
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """Who we are to Slack: client id and secret, its Web API's address, and our own."""

    client_id: str
    client_secret: str
    api_url: str
    public_url: str


class _Refused(Exception):  # noqa: N818  # an answer to a browser
    def __init__(self, status: int, page: str) -> None:
        self.status, self.page = status, page


class InstallPages:
    """The two pages of an installation. A state is good once, for ten minutes, in the browser it was given to."""

    def __init__(
        self,
        credentials: AppCredentials,
        *,
        client: AsyncWebClient,
        bots: AsyncInstallationStore,
        states: AsyncOAuthStateStore,
        open_unit_of_work: OpenUnitOfWork,
        grants: Grants,
        clock: Clock,
    ) -> None:
        self._app = credentials
        self._client = client
        self._bots = bots
        self._states = states
        self._open = open_unit_of_work
        self._grants = grants
        self._clock = clock
        self._cookies = OAuthStateUtils(
            cookie_name="limber-install", expiration_seconds=int(CONSENT_WITHIN.total_seconds())
        )
        self._redirect_uri = credentials.public_url + REDIRECT_PATH
        self._authorize = AuthorizeUrlGenerator(
            client_id=credentials.client_id,
            redirect_uri=self._redirect_uri,
            scopes=[*HTTP_REQUIRED_SCOPES, *HTTP_OPTIONAL_SCOPES],
            authorization_url=urljoin(credentials.api_url, "../oauth/v2/authorize"),
        )

    async def begin(self, team_id: str | None) -> Page:
        """Show what will be asked for, with the way to Slack; a workspace may be chosen already."""
        state = await self._states.async_issue()
        is_team = re.fullmatch(r"T[A-Z0-9]{1,31}", team_id or "")  # it becomes a part of the link as it is
        url = self._authorize.generate(state=state, team=team_id if is_team else None)
        return Page(200, views.invitation(url), self._cookie(self._cookies.build_set_cookie_for_new_state(state)))

    async def end(self, query: Mapping[str, str], cookies: str | None) -> Page:
        """Take what the browser brings back from Slack; on every way out the state is used up."""
        used_up = self._cookie(self._cookies.build_set_cookie_for_deletion())
        try:
            await self._check_state(query.get("state"), cookies)
            _check_consent(query.get("error"))
            installation = await self._exchange(query.get("code", ""))
        except _Refused as refused:
            return Page(refused.status, refused.page, used_up)
        await self._keep(installation)
        missing = missing_scopes(frozenset(installation.bot_scopes or ()), HTTP_REQUIRED_SCOPES)
        optional = missing_scopes(frozenset(installation.bot_scopes or ()), HTTP_OPTIONAL_SCOPES)
        page = views.installed(
            str(installation.team_name or ""), str(installation.team_id), str(installation.app_id), missing, optional
        )
        return Page(200, page, used_up)

    async def _check_state(self, state: str | None, cookies: str | None) -> None:
        is_same_browser = self._cookies.is_valid_browser(state, {"cookie": cookies or ""})
        # Used up in any case: somebody has seen it who should not have.
        is_good = bool(state) and await self._states.async_consume(str(state))
        if not (is_same_browser and is_good):
            logger.warning("refused: an installation with a state that is %s", "used up" if not is_good else "foreign")
            raise _Refused(400, views.state_refused())

    async def _exchange(self, code: str) -> Installation:
        try:
            # The SDK's own method makes the header in a way that aiohttp is about to drop.
            answer = await self._client.api_call(
                "oauth.v2.access",
                data={"code": code, "redirect_uri": self._redirect_uri},
                headers={"Authorization": aiohttp.encode_basic_auth(self._app.client_id, self._app.client_secret)},
            )
            if answer.get("is_enterprise_install") or not answer.get("team"):
                await self._give_back(str(answer["access_token"]))
                raise _Refused(400, views.organisation_refused())
            whose = await self._client.auth_test(token=answer["access_token"])
        except SlackApiError as error:
            logger.warning("refused: Slack takes no code for a token (%s)", error_name(error))
            raise _Refused(400, views.code_refused(error_name(error) or "no reason")) from None
        except (aiohttp.ClientError, TimeoutError, SlackClientError) as error:
            logger.warning("an installation failed: Slack did not answer (%s)", type(error).__name__)
            raise _Refused(502, views.slack_away()) from None
        return self._installation(answer, whose)

    def _installation(self, answer: Any, whose: Any) -> Installation:
        return Installation(
            app_id=answer.get("app_id"),
            team_id=answer["team"]["id"],
            team_name=answer["team"].get("name"),
            bot_token=answer["access_token"],
            bot_id=whose.get("bot_id") or "",
            bot_user_id=answer.get("bot_user_id") or whose["user_id"],
            bot_scopes=answer.get("scope") or "",
            user_id="",  # who installed it is nothing we need
            installed_at=self._clock().timestamp(),
        )

    async def _give_back(self, token: str) -> None:
        """Let go of a token for a whole organisation, which nobody will use."""
        logger.warning("refused: an installation for a whole organisation")
        try:
            await self._client.auth_revoke(token=token)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            logger.warning("its token could not be given back: %s", error_name(error) or type(error).__name__)

    async def _keep(self, installation: Installation) -> None:
        """Keep the workspace, then its token: without a token nothing is answered, so the order cannot do harm."""
        team_id, scopes = str(installation.team_id), frozenset(installation.bot_scopes or ())
        await installations.install(
            self._open,
            team_id,
            name=str(installation.team_name or ""),
            app_user_id=str(installation.bot_user_id),
            app_bot_id=str(installation.bot_id),
            scopes=scopes,
            now=self._clock(),
        )
        await self._bots.async_save(installation)
        self._grants.forget(team_id)
        lacking = missing_scopes(scopes, (*HTTP_REQUIRED_SCOPES, *HTTP_OPTIONAL_SCOPES))
        logger.info("installed in the workspace %s%s", team_id, f", without {', '.join(lacking)}" if lacking else "")

    def _cookie(self, made: str) -> str:
        cookie = f"{made}; SameSite=Lax"
        # A browser sends a secure cookie to nobody on a plain connection, which only a local try-out has.
        return cookie if self._app.public_url.startswith("https:") else cookie.replace("; Secure", "")


def _check_consent(error: str | None) -> None:
    if error is not None:
        raise _Refused(200 if error == "access_denied" else 400, views.declined(error))
