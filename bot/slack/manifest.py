"""The app manifest, and with it the one list of scopes and events that Limber asks of Slack."""

import json
from typing import Any

from bot.slack.ids import CHANNEL_EVENTS, COMMAND

REQUIRED_SCOPES = (
    "commands",
    "chat:write",
    "reactions:read",
    "users:read",
    "channels:read",
    "groups:read",
    "files:write",
)
OPTIONAL_SCOPES = ("channels:history", "groups:history", "files:read")
"""With `:history`, an outcome that is unknown after a crash or a time-out can be looked up; with `files:read`, whether
Slack can show one of our pictures yet, or no more."""

HTTP_REQUIRED_SCOPES = tuple(scope for scope in REQUIRED_SCOPES if not scope.startswith("files:"))
HTTP_OPTIONAL_SCOPES = tuple(scope for scope in OPTIONAL_SCOPES if not scope.startswith("files:"))
"""In HTTP mode pictures have an address of their own; nothing is uploaded."""

BOT_EVENTS = (
    "app_home_opened",
    "reaction_added",
    "reaction_removed",
    "member_joined_channel",
    # Slack tells an app of its own removal with these, not with member_left_channel.
    "channel_left",
    "group_left",
    *CHANNEL_EVENTS,
    "user_change",
    # Both, in any order: either may come late or not at all.
    "app_uninstalled",
    "tokens_revoked",
)
REQUEST_PATH = "/slack/events"
"""Where HTTP mode receives everything: events, commands and interactions."""

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
"""Where an installation with a browser begins, and where Slack sends it back to."""

_DESCRIPTION = "Short, pictured stretch breaks for teams: at times your channel chose, counted fairly, shaming nobody."
_LONG_DESCRIPTION = """\
At times your channel chose, Limber posts one short stretch with a picture and a few cues. Press Done, react, or do a \
whole routine step by step, together in the thread or by yourself. Each move takes two minutes at most and has a \
seated version.

Days add up to streaks that are kind to days off, and a weekly board says what the team did together. Nobody is named \
on it who did not ask to be, nobody is pinged, and nobody is told that a streak ended.

Type /stretch to see what you can do, or invite @Limber to a channel to set up its breaks."""


def manifest(public_url: str | None = None) -> dict[str, Any]:
    """Build the manifest: for Socket Mode, or for HTTP when Slack reaches the app at `public_url`."""
    request_url = {} if public_url is None else {"request_url": public_url.rstrip("/") + REQUEST_PATH}
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {
            "name": "Limber",
            "description": _DESCRIPTION,
            "long_description": _LONG_DESCRIPTION,
            "background_color": "#1f5c4d",
        },
        "features": _features(request_url.get("request_url")),
        "oauth_config": _oauth(public_url),
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": public_url is None,
            "token_rotation_enabled": False,
        },
    }


def _oauth(public_url: str | None) -> dict[str, Any]:
    if public_url is None:
        return {"scopes": _scopes(REQUIRED_SCOPES, OPTIONAL_SCOPES)}
    redirect_urls = [public_url.rstrip("/") + REDIRECT_PATH]
    return {"redirect_urls": redirect_urls, "scopes": _scopes(HTTP_REQUIRED_SCOPES, HTTP_OPTIONAL_SCOPES)}


def _scopes(required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, list[str]]:
    return {"bot": [*required, *optional], "bot_optional": list(optional)}


def manifest_text(public_url: str | None = None) -> str:
    """Write the manifest as Slack's settings page takes it."""
    return json.dumps(manifest(public_url), indent=2, ensure_ascii=False) + "\n"


def _features(command_url: str | None) -> dict[str, Any]:
    command = {
        "command": COMMAND,
        "description": "Stretch now, see your days, or set up this channel's breaks",
        "usage_hint": "[lowback | me | board | setup | help]",
        "should_escape": False,
    }
    return {
        # Read-only, because nobody reads what is typed there: no event about messages is asked for.
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "Limber", "always_online": True},
        "slash_commands": [command if command_url is None else {**command, "url": command_url}],
    }
