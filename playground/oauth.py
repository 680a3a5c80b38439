"""OAuth as Slack has it: codes for consent, tokens for codes, and an end to both."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from playground import events
from playground.app import App
from playground.arguments import Arguments
from playground.entities import Json
from playground.errors import RefusedActionError, SlackError, nowhere
from playground.local_slack import LocalSlack
from playground.method import Method
from playground.tokens import Tokens

CODE_SECONDS = 600
REMOVAL_EVENTS = ("app_uninstalled", "tokens_revoked")
_ORGANISATION = {"id": "E0LIMBER", "name": "Northlight Holding"}


@dataclass(frozen=True)
class Asked:
    """What an app asks a person for, as its link to Slack says it."""

    client_id: str
    scopes: tuple[str, ...]
    redirect_uri: str
    state: str
    team: str = ""


@dataclass
class _Code:
    slack: LocalSlack
    user: str
    scopes: list[str]
    redirect_uri: str
    expires_at: float
    for_organisation: bool
    used: bool = False


class OAuth:
    """Who may install the app, and what comes of it."""

    def __init__(self, workspaces: Sequence[LocalSlack], tokens: Tokens) -> None:
        self._first = workspaces[0]
        self._workspaces = {slack.settings.team_id: slack for slack in workspaces}
        self._tokens = tokens
        self._codes: dict[str, _Code] = {}
        self.methods = {
            "oauth.v2.access": Method(self._access, token="none"),  # noqa: S106  (a kind of token)
            "auth.revoke": Method(self._revoke),
        }

    @property
    def app(self) -> App:
        """The app that is installed."""
        return self._first.app

    @property
    def workspaces(self) -> Iterable[LocalSlack]:
        """All workspaces there are."""
        return self._workspaces.values()

    def find(self, team_id: str) -> LocalSlack:
        """Find a workspace; raises RefusedActionError."""
        if team_id not in self._workspaces:
            raise nowhere("That workspace is not there.")
        return self._workspaces[team_id]

    def read(self, query: Json) -> Asked:
        """Check what an app asks for as strictly as Slack does; raises SlackError."""
        asked = Asked(
            str(query.get("client_id", "")),
            tuple(scope for scope in str(query.get("scope", "")).split(",") if scope),
            str(query.get("redirect_uri", "")),
            str(query.get("state", "")),
            str(query.get("team", "")),
        )
        if asked.client_id != self._first.settings.client_id:
            raise SlackError("invalid_client_id")
        if not any(asked.redirect_uri.startswith(url) for url in self.app.redirect_urls):
            raise SlackError("bad_redirect_uri")
        if not asked.scopes or not set(asked.scopes) <= set(self._first.asked_for):
            raise SlackError("invalid_scope")
        return asked

    def allow(
        self, asked: Asked, slack: LocalSlack, user: str, left_out: Iterable[str], *, for_organisation: bool = False
    ) -> str:
        """Say yes as a person: answers where the browser goes with its code."""
        person = slack.workspace.people.get(user)
        if person is None or person.is_bot or person.is_restricted:
            raise RefusedActionError("user_not_allowed", "That person may not install apps here.")
        scopes = [scope for scope in asked.scopes if scope not in set(left_out) & self.app.optional_scopes]
        code = secrets.token_urlsafe(24)
        expires_at = slack.clock.real_seconds() + CODE_SECONDS
        self._codes[code] = _Code(slack, user, scopes, asked.redirect_uri, expires_at, for_organisation)
        return f"{asked.redirect_uri}?{urlencode({'code': code, 'state': asked.state})}"

    def deny(self, asked: Asked) -> str:
        """Say no: answers where the browser goes."""
        return f"{asked.redirect_uri}?{urlencode({'error': 'access_denied', 'state': asked.state})}"

    def remove(self, slack: LocalSlack, told: Sequence[str], why: Literal["account_inactive", "token_revoked"]) -> None:
        """Take the app out of a workspace, and tell it with these events, in this order."""
        if not slack.settings.installed:
            raise RefusedActionError("app_not_installed", f"It is not installed in {slack.settings.team_name}.")
        self._tokens.end(slack, why)
        slack.uninstall()
        for kind in told:
            events.removed(slack, kind)
        self._first.commit()

    def _access(self, _: LocalSlack, arguments: Arguments) -> Json:
        settings = self._first.settings
        if arguments.text("client_id") != settings.client_id:
            raise SlackError("invalid_client_id")
        if not secrets.compare_digest(arguments.text("client_secret"), settings.client_secret):
            raise SlackError("bad_client_secret")
        code = self._codes.get(arguments.text("code"))
        if code is None or code.expires_at < code.slack.clock.real_seconds():
            raise SlackError("invalid_code")
        if code.used:
            raise SlackError("code_already_used")
        if arguments.text("redirect_uri") != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        code.used = True
        return self._installed(code)

    def _installed(self, code: _Code) -> Json:
        slack = code.slack
        token = self._tokens.issue(slack, code.scopes)
        team = {"id": slack.settings.team_id, "name": slack.settings.team_name}
        return {
            "ok": True,
            "app_id": slack.app.id,
            "authed_user": {"id": code.user},
            "scope": ",".join(code.scopes),
            "token_type": "bot",
            "access_token": token,
            "bot_user_id": slack.app.user_id,
            "team": None if code.for_organisation else team,
            "enterprise": _ORGANISATION if code.for_organisation else None,
            "is_enterprise_install": code.for_organisation,
        }

    def _revoke(self, slack: LocalSlack, arguments: Arguments) -> Json:
        if not arguments.flag("test"):
            self.remove(slack, ("tokens_revoked",), "token_revoked")
        return {"ok": True, "revoked": not arguments.flag("test")}
