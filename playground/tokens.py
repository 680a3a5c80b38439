"""Which bot token is whose, and why one is no longer good."""

from collections.abc import Sequence

from playground.local_slack import LocalSlack


class Tokens:
    """The bot tokens of all workspaces."""

    def __init__(self, workspaces: Sequence[LocalSlack]) -> None:
        self._workspaces = {slack.settings.bot_token: slack for slack in workspaces if slack.settings.installed}
        self._ended: dict[str, str] = {}

    def find(self, token: str) -> LocalSlack | None:
        """Find the workspace that a token is for."""
        return self._workspaces.get(token)

    def why_not(self, token: str) -> str:
        """Give Slack's error for a token that is not good."""
        return self._ended.get(token, "invalid_auth")

    def issue(self, slack: LocalSlack, scopes: list[str]) -> str:
        """Install the app in a workspace: a new token, and the one before is revoked."""
        self.end(slack, "token_revoked")
        token = slack.install(scopes)
        self._workspaces[token] = slack
        return token

    def end(self, slack: LocalSlack, why: str) -> None:
        """Have a workspace's token good no more."""
        token = slack.settings.bot_token
        if self._workspaces.pop(token, None) is not None:
            self._ended[token] = why
