"""Slack's raw payloads as typed values; dictionaries stop here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.workspaces import MemberKind
from bot.services.members import Caller
from bot.services.ports import PersonFacts


@dataclass(frozen=True, slots=True)
class OpenView:
    """The modal or Home a press came from: what it carries, and what was entered as {block_id: value}."""

    id: str
    type: str
    callback_id: str
    hash: str
    carried: Mapping[str, Any]
    entered: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button or a chosen menu entry; `event_at` (UTC) is Slack's own time of it."""

    caller: Caller
    action_id: str
    value: str
    event_at: datetime
    trigger_id: str
    response_url: str | None
    channel_slack_id: str | None
    message_ts: str | None
    is_ephemeral: bool
    view: OpenView | None

    @property
    def number(self) -> int:
        """Read the value as the id it carries."""
        return int(self.value)


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command as typed in a channel."""

    caller: Caller
    channel_slack_id: str
    channel_name: str
    words: tuple[str, ...]
    trigger_id: str
    response_url: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted modal."""

    caller: Caller
    view: OpenView
    trigger_id: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction added to or removed from a message at `event_at` (UTC)."""

    caller: Caller
    name: str
    is_on: bool
    channel_slack_id: str
    message_ts: str
    event_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """A channel that somebody joined, or that the app left; `slack_id` is empty for the app's own leaving.

    `inviter_slack_id` is who brought them, or empty. `event_ts` is Slack's time stamp of it.
    """

    team_id: str
    slack_id: str
    channel_slack_id: str
    inviter_slack_id: str = ""
    event_ts: str = ""


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """Something became of a channel: renamed, archived, brought back, deleted, given another id (`new_id`).

    `name` is its new name, and empty where the event tells none.
    """

    team_id: str
    channel_slack_id: str
    kind: str
    name: str = ""
    new_id: str = ""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What Slack says of somebody has changed at `event_at` (UTC)."""

    caller: Caller
    facts: PersonFacts
    event_at: datetime


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """A workspace that took the app's token back, at `event_at` (UTC, whole seconds)."""

    team_id: str
    event_at: datetime


def instant_of(ts: str) -> datetime:
    """Read one of Slack's time stamps ("1772445300.000100") as a UTC instant."""
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int((micros + "000000")[:6]))


def press(body: Mapping[str, Any]) -> Press:
    """Read a `block_actions` payload."""
    action = body["actions"][0]
    container = body.get("container", {})
    channel = body.get("channel") or {}
    return Press(
        caller=_caller(body),
        action_id=action["action_id"].partition("#")[0],
        value=_chosen(action) or "",
        event_at=instant_of(action["action_ts"]),
        trigger_id=body.get("trigger_id", ""),
        response_url=body.get("response_url"),
        channel_slack_id=channel.get("id") or container.get("channel_id"),
        message_ts=container.get("message_ts"),
        is_ephemeral=bool(container.get("is_ephemeral")),
        view=_view(body["view"]) if body.get("view") else None,
    )


def command(body: Mapping[str, Any]) -> Command:
    """Read a slash command."""
    return Command(
        caller=Caller(body["team_id"], body["user_id"], body.get("user_name", "")),
        channel_slack_id=body["channel_id"],
        channel_name=body.get("channel_name", ""),
        words=tuple(body.get("text", "").split()),
        trigger_id=body.get("trigger_id", ""),
        response_url=body.get("response_url", ""),
    )


def submission(body: Mapping[str, Any]) -> Submission:
    """Read a `view_submission` payload."""
    return Submission(caller=_caller(body), view=_view(body["view"]), trigger_id=body.get("trigger_id", ""))


def reaction(body: Mapping[str, Any]) -> Reaction | None:
    """Read a `reaction_added` or `reaction_removed` event; None when it is not on a message."""
    event = body["event"]
    if event["item"].get("type") != "message":
        return None
    return Reaction(
        caller=Caller(body["team_id"], event["user"]),
        name=event["reaction"],
        is_on=event["type"] == "reaction_added",
        channel_slack_id=event["item"]["channel"],
        message_ts=event["item"]["ts"],
        event_at=instant_of(event["event_ts"]),
    )


def membership(body: Mapping[str, Any]) -> Membership:
    """Read a `member_joined_channel`, `channel_left` or `group_left` event."""
    event = body["event"]
    inviter, event_ts = event.get("inviter", ""), event.get("event_ts", "")
    return Membership(body["team_id"], event.get("user", ""), event["channel"], inviter, event_ts)


def channel_change(body: Mapping[str, Any]) -> ChannelChange:
    """Read an event about a channel: `channel_rename`, `group_archive`, `channel_id_changed` and their like."""
    event = body["event"]
    kind = event["type"].partition("_")[2]
    if kind == "id_changed":
        return ChannelChange(body["team_id"], event["old_channel_id"], kind, new_id=event["new_channel_id"])
    channel = event["channel"]
    if isinstance(channel, str):
        return ChannelChange(body["team_id"], channel, kind)
    return ChannelChange(body["team_id"], channel["id"], kind, name=channel.get("name", ""))


def person_change(body: Mapping[str, Any]) -> PersonChange:
    """Read a `user_change` event."""
    event, user = body["event"], body["event"]["user"]
    caller = Caller(body["team_id"], user["id"], user.get("name", ""))
    return PersonChange(caller, person_facts(body["team_id"], user), instant_of(event["event_ts"]))


def uninstalled(body: Mapping[str, Any]) -> Uninstalled | None:
    """Read an `app_uninstalled` or `tokens_revoked` event; None when only tokens of persons were revoked."""
    event = body["event"]
    if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return None
    return Uninstalled(body["team_id"], datetime.fromtimestamp(int(body["event_time"]), UTC))


def home_opened(body: Mapping[str, Any]) -> Caller | None:
    """Read an `app_home_opened` event; None when another tab than Home was opened."""
    event = body["event"]
    return Caller(body["team_id"], event["user"]) if event.get("tab", "home") == "home" else None


def person_facts(team_id: str, user: Mapping[str, Any]) -> PersonFacts:
    """Read one of Slack's user objects, as seen from the workspace `team_id`; nobody is an admin of another's."""
    profile = user.get("profile", {})
    kind = _kind(team_id, user)
    return PersonFacts(
        name=profile.get("display_name") or user.get("real_name") or user.get("name") or "",
        zone=user.get("tz") or "UTC",
        kind=kind,
        is_admin=bool(user.get("is_admin") or user.get("is_owner")) and kind is MemberKind.FULL,
    )


def _kind(team_id: str, user: Mapping[str, Any]) -> MemberKind:
    if user.get("deleted"):
        return MemberKind.GONE
    if user.get("is_bot"):
        return MemberKind.BOT
    if user.get("is_stranger") or user.get("team_id", team_id) != team_id:
        return MemberKind.STRANGER
    return MemberKind.GUEST if user.get("is_restricted") or user.get("is_ultra_restricted") else MemberKind.FULL


def error_name(error: Exception) -> str | None:
    """Read the error Slack answered a call with; None when there was no answer, or none that can be read."""
    answer = getattr(getattr(error, "response", None), "data", None)
    return answer.get("error") if isinstance(answer, dict) else None


def _caller(body: Mapping[str, Any]) -> Caller:
    user = body["user"]
    # In a modal of a shared channel, `team` is the person's own workspace, and this the one the app is installed in.
    installed = (body.get("view") or {}).get("app_installed_team_id")
    team_id = installed or (body.get("team") or {}).get("id") or user.get("team_id", "")
    return Caller(team_id, user["id"], user.get("name") or user.get("username") or "")


def _view(view: Mapping[str, Any]) -> OpenView:
    return OpenView(
        id=view["id"],
        type=view.get("type", "modal"),
        callback_id=view.get("callback_id", ""),
        hash=view.get("hash", ""),
        carried=json.loads(view.get("private_metadata") or "{}"),
        entered={
            block_id: _chosen(next(iter(elements.values()), {}))
            for block_id, elements in view.get("state", {}).get("values", {}).items()
        },
    )


_PLAIN_VALUES = ("value", "selected_users", "selected_date", "selected_time")


def _chosen(element: Mapping[str, Any]) -> Any:
    """Take what was entered or chosen out of any element: text, one option's value, or a list of them, or files."""
    if element.get("files") is not None:
        return [file.get("url_private_download") or "" for file in element["files"]]
    if element.get("selected_options") is not None:
        return [option["value"] for option in element["selected_options"]]
    if element.get("selected_option"):
        return element["selected_option"]["value"]
    return next((element[key] for key in _PLAIN_VALUES if element.get(key) is not None), None)
