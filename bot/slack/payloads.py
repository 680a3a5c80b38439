"""Slack's raw payloads as typed values; dictionaries stop here, and so does what Slack would not send."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.services.members import Caller
from bot.slack import shapes
from bot.slack.shapes import Malformed, channel_id, number

__all__ = ["Malformed", "channel_id", "number"]

_CARRIED: Mapping[str, type] = {
    "channel": str,
    "routine": str,
    "schedule": int,
    "version": int,
    "run": int,
    "position": int,
}
"""What our modals carry, for as far as it is relied on."""


@dataclass(frozen=True, slots=True)
class OpenView:
    """The modal or Home a press came from: what it carries, and what was entered as {block_id: value}."""

    id: str
    type: str
    callback_id: str
    hash: str
    carried: Mapping[str, Any]
    entered: Mapping[str, Any]

    def text(self, block_id: str) -> str:
        """Read what was typed or chosen in a field, empty if nothing was; raises Malformed."""
        found = self.entered.get(block_id) or ""
        if not isinstance(found, str):
            raise Malformed("a field")
        return found

    def choices(self, block_id: str) -> list[str]:
        """Read what was chosen in a field of several; raises Malformed."""
        found = self.entered.get(block_id) or []
        if not isinstance(found, list):
            raise Malformed("a field")
        return found


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
        return number(self.value)

    @property
    def seen_ts(self) -> str | None:
        """Name the message it was pressed in, if that is one which everybody sees."""
        return None if self.is_ephemeral else self.message_ts


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command as typed in a channel, whose name is empty where it is not public."""

    caller: Caller
    channel_slack_id: str
    channel_name: str
    words: tuple[str, ...]
    trigger_id: str
    response_url: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    """The app's shortcut, chosen anywhere in Slack."""

    caller: Caller
    trigger_id: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted modal."""

    caller: Caller
    view: OpenView
    trigger_id: str = ""


def instant_of(ts: str) -> datetime:
    """Read one of Slack's time stamps ("1772445300.000100") as a UTC instant."""
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int((micros + "000000")[:6]))


def is_sound(body: Mapping[str, Any]) -> bool:
    """Tell whether that is there by which Bolt finds out what a payload is about, as Bolt takes for granted."""
    try:
        kind, event, view = shapes.text(body, "type"), shapes.part(body, "event"), shapes.part(body, "view")
        texts = [shapes.text(body, "command"), shapes.text(event, "subtype")]
        if kind == "block_actions" or "actions" in body:
            texts += [_first_action(body)[name] for name in ("action_id", "block_id")]
        if kind == "event_callback" or event:
            texts.append(event["type"])
        if kind.startswith("view_") or view:
            texts += [view[name] for name in ("type", "callback_id")]
    except (Malformed, KeyError):
        return False
    return all(isinstance(each, str) for each in texts)


def press(body: Mapping[str, Any]) -> Press:
    """Read a `block_actions` payload; raises Malformed."""
    action = _first_action(body)
    container, channel = shapes.part(body, "container"), shapes.part(body, "channel")
    place = channel.get("id") or container.get("channel_id")
    chosen = shapes.chosen(action)
    seen_ts = container.get("message_ts")
    return Press(
        caller=_caller(body),
        action_id=shapes.matching(shapes.ACTION, action.get("action_id"), "action_id").partition("#")[0],
        value=",".join(chosen) if isinstance(chosen, list) else chosen or "",
        event_at=instant_of(shapes.matching(shapes.TS, action.get("action_ts"), "action_ts")),
        trigger_id=shapes.text(body, "trigger_id"),
        response_url=shapes.text(body, "response_url") or None,
        channel_slack_id=channel_id(place) if place else None,
        message_ts=shapes.matching(shapes.TS, seen_ts, "message_ts") if seen_ts else None,
        is_ephemeral=container.get("is_ephemeral") is True,
        view=_view(shapes.part(body, "view")) if body.get("view") else None,
    )


def _first_action(body: Mapping[str, Any]) -> Mapping[str, Any]:
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        raise Malformed("actions")
    return actions[0]


def command(body: Mapping[str, Any]) -> Command:
    """Read a slash command; raises Malformed."""
    return Command(
        caller=Caller(
            shapes.team(body.get("team_id")), shapes.person(body.get("user_id")), shapes.name(body.get("user_name"))
        ),
        channel_slack_id=channel_id(body.get("channel_id")),
        channel_name=_public_name(shapes.name(body.get("channel_name"))),
        words=tuple(shapes.text(body, "text").split()),
        trigger_id=shapes.text(body, "trigger_id"),
        response_url=shapes.text(body, "response_url"),
    )


def _public_name(name: str) -> str:
    """Leave out what Slack writes in place of a name where a channel is not public: it would be kept as one."""
    return "" if name in ("privategroup", "directmessage") or name.startswith("mpdm-") else name


def shortcut(body: Mapping[str, Any]) -> Shortcut:
    """Read a `shortcut` payload; raises Malformed."""
    return Shortcut(_caller(body), shapes.text(body, "trigger_id"))


def submission(body: Mapping[str, Any]) -> Submission:
    """Read a `view_submission` or `view_closed` payload; raises Malformed."""
    return Submission(_caller(body), _view(shapes.part(body, "view")), shapes.text(body, "trigger_id"))


def error_name(error: Exception) -> str | None:
    """Read the error Slack answered a call with; None when there was no answer, or none that can be read."""
    answer = getattr(getattr(error, "response", None), "data", None)
    return answer.get("error") if isinstance(answer, dict) else None


def granted_scopes(headers: Mapping[str, str]) -> frozenset[str] | None:
    """Read which scopes a token has from what Slack answers with it; None when it does not say."""
    granted = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    return None if granted is None else frozenset(scope.strip() for scope in granted.split(","))


def _caller(body: Mapping[str, Any]) -> Caller:
    user = shapes.part(body, "user")
    # In a shared channel, `team` of a press in a message is where the app is installed; of a modal it is the person's
    # own workspace, and this the app's (bolt-js issue 1614, where Slack says that it is meant so; bolt-python 734).
    installed = shapes.part(body, "view").get("app_installed_team_id")
    named = shapes.part(body, "team").get("id", user.get("team_id"))
    team_id = named if installed is None else installed
    return Caller(
        shapes.team(team_id), shapes.person(user.get("id")), shapes.name(user.get("name") or user.get("username"))
    )


def _view(view: Mapping[str, Any]) -> OpenView:
    values = shapes.part(shapes.part(view, "state"), "values")
    if not shapes.text(view, "id"):
        raise Malformed("id")
    return OpenView(
        id=shapes.text(view, "id"),
        type=shapes.text(view, "type") or "modal",
        callback_id=shapes.text(view, "callback_id"),
        hash=shapes.text(view, "hash"),
        carried=_carried(shapes.text(view, "private_metadata")),
        entered={block_id: shapes.entered(shapes.part(values, block_id)) for block_id in values},
    )


def _carried(text: str) -> Mapping[str, Any]:
    try:
        carried = json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise Malformed("private_metadata") from None
    if not isinstance(carried, dict):
        raise Malformed("private_metadata")
    for name, kind in _CARRIED.items():
        value = carried.get(name)
        is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18
        if value is not None and not (is_number if kind is int else isinstance(value, kind)):
            raise Malformed("private_metadata")
    return carried
