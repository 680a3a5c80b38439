"""What a Web API method is: a function, the token it takes and the scope it needs."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.arguments import Arguments
from playground.entities import Channel, Json
from playground.errors import SlackError
from playground.local_slack import LocalSlack

_HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
_READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}


@dataclass(frozen=True)
class Method:
    """A method of the Web API; `token` is "bot", "app" or "none"."""

    function: Callable[[LocalSlack, Arguments], Json]
    scope: str | None = None
    token: str = "bot"  # noqa: S105  (the kind of token, not one)


def need_scope(slack: LocalSlack, scope: str | None) -> None:
    """Refuse a call whose scope the manifest does not ask for."""
    if scope is not None and scope not in slack.app.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(slack.app.scopes))


def need_read(slack: LocalSlack, channel_type: str, *, history: bool = False) -> None:
    """Refuse a look at a kind of channel ("channel", "group", "im") without its scope."""
    need_scope(slack, (_HISTORY if history else _READ)[channel_type])


def find_channel(slack: LocalSlack, channel_id: str) -> Channel:
    """Find a channel the app can know of."""
    channel = slack.workspace.channels.get(channel_id)
    if channel is None or (channel.private and not slack.is_member(channel)):
        raise SlackError("channel_not_found")
    return channel


def own_channel(slack: LocalSlack, channel_id: str) -> Channel:
    """Find a channel the app is a member of and may write to."""
    channel = find_channel(slack, channel_id)
    if channel.archived:
        raise SlackError("is_archived")
    if not slack.is_member(channel):
        raise SlackError("not_in_channel")
    return channel
