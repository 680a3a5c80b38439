"""Slack's raw payloads as typed values; dictionaries stop here, and so does what Slack would not send."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.services.members import Caller

_TEAM, _PERSON, _CHANNEL = (re.compile(rf"[{kinds}][A-Z0-9]{{1,31}}", re.ASCII) for kinds in ("TE", "UWB", "CDG"))
_ACTION = re.compile(r"[a-z][a-z_.]*(#\d+)?", re.ASCII)
_TS = re.compile(r"\d{1,10}(\.\d{1,6})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)

_LONGEST_NAME = 200
_LONGEST_TEXT = 10_000

_CARRIED: Mapping[str, type] = {
    "channel": str,
    "routine": str,
    "schedule": int,
    "version": int,
    "run": int,
    "position": int,
}
"""What our modals carry, for as far as it is relied on."""


class Malformed(ValueError):  # noqa: N818  # what it says is no failure of ours
    """A payload, or a part of one, that Slack would not send; it names the part and never says what is in it."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def number(value: object) -> int:
    """Read an id that a button carries; raises Malformed."""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Malformed("a number")
    return int(value)


def channel_id(value: object) -> str:
    """Read the Slack id of a channel or a direct message; raises Malformed."""
    return _matching(_CHANNEL, value, "a channel's id")


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
    """A channel that somebody joined, or that the app left; `slack_id` is empty for the app's own leaving."""

    team_id: str
    slack_id: str
    channel_slack_id: str


Payload = Press | Command | Submission | Reaction | Membership | Caller
"""What any payload becomes."""


def team_of(payload: Payload) -> str:
    """Name the workspace that a payload is about."""
    return payload.team_id if isinstance(payload, Membership | Caller) else payload.caller.team_id


def instant_of(ts: str) -> datetime:
    """Read one of Slack's time stamps ("1772445300.000100") as a UTC instant."""
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int((micros + "000000")[:6]))


def is_sound(body: Mapping[str, Any]) -> bool:
    """Tell whether that is there which Bolt looks at to find out what a payload is about, as Bolt takes for granted."""
    try:
        view, event = _part(body, "view"), _part(body, "event")
        _text(body, "type"), _text(body, "command"), _text(event, "type"), _text(event, "subtype")
        _text(view, "type"), _text(view, "callback_id")
        if "actions" in body:
            _text(_first_action(body), "action_id"), _text(_first_action(body), "block_id")
    except Malformed:
        return False
    return True


def press(body: Mapping[str, Any]) -> Press:
    """Read a `block_actions` payload; raises Malformed."""
    action = _first_action(body)
    container, channel = _part(body, "container"), _part(body, "channel")
    place = channel.get("id") or container.get("channel_id")
    chosen = _chosen(action)
    seen_ts = container.get("message_ts")
    return Press(
        caller=_caller(body),
        action_id=_matching(_ACTION, action.get("action_id"), "action_id").partition("#")[0],
        value=",".join(chosen) if isinstance(chosen, list) else chosen or "",
        event_at=instant_of(_matching(_TS, action.get("action_ts"), "action_ts")),
        trigger_id=_text(body, "trigger_id"),
        response_url=_text(body, "response_url") or None,
        channel_slack_id=channel_id(place) if place else None,
        message_ts=_matching(_TS, seen_ts, "message_ts") if seen_ts else None,
        is_ephemeral=container.get("is_ephemeral") is True,
        view=_view(_part(body, "view")) if body.get("view") else None,
    )


def _first_action(body: Mapping[str, Any]) -> Mapping[str, Any]:
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        raise Malformed("actions")
    return actions[0]


def command(body: Mapping[str, Any]) -> Command:
    """Read a slash command; raises Malformed."""
    return Command(
        caller=Caller(_team(body.get("team_id")), _person(body.get("user_id")), _name(body.get("user_name"))),
        channel_slack_id=channel_id(body.get("channel_id")),
        channel_name=_name(body.get("channel_name")),
        words=tuple(_text(body, "text").split()),
        trigger_id=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
    )


def submission(body: Mapping[str, Any]) -> Submission:
    """Read a `view_submission` or `view_closed` payload; raises Malformed."""
    return Submission(_caller(body), _view(_part(body, "view")), _text(body, "trigger_id"))


def reaction(body: Mapping[str, Any]) -> Reaction | None:
    """Read a `reaction_added` or `reaction_removed` event; None when it is not on a message. Raises Malformed."""
    event = _part(body, "event")
    item = _part(event, "item")
    if item.get("type") != "message":
        return None
    return Reaction(
        caller=Caller(_team_of_event(body), _person(event.get("user"))),
        name=_text(event, "reaction"),
        is_on=event.get("type") == "reaction_added",
        channel_slack_id=channel_id(item.get("channel")),
        message_ts=_matching(_TS, item.get("ts"), "ts"),
        event_at=instant_of(_matching(_TS, event.get("event_ts"), "event_ts")),
    )


def membership(body: Mapping[str, Any]) -> Membership:
    """Read a `member_joined_channel`, `channel_left` or `group_left` event; raises Malformed."""
    event = _part(body, "event")
    who = event.get("user")
    place = channel_id(event.get("channel"))
    return Membership(_team_of_event(body), _person(who) if who else "", place)


def home_opened(body: Mapping[str, Any]) -> Caller | None:
    """Read an `app_home_opened` event; None when another tab than Home was opened. Raises Malformed."""
    event = _part(body, "event")
    if event.get("tab", "home") != "home":
        return None
    return Caller(_team_of_event(body), _person(event.get("user")))


def error_name(error: Exception) -> str | None:
    """Read the error Slack answered a call with; None when there was no answer, or none that can be read."""
    answer = getattr(getattr(error, "response", None), "data", None)
    return answer.get("error") if isinstance(answer, dict) else None


def _caller(body: Mapping[str, Any]) -> Caller:
    user = _part(body, "user")
    # In a modal of a shared channel, `team` is the person's own workspace, and this the one the app is installed in.
    installed = _part(body, "view").get("app_installed_team_id")
    team_id = installed or _part(body, "team").get("id") or user.get("team_id")
    return Caller(_team(team_id), _person(user.get("id")), _name(user.get("name") or user.get("username")))


def _view(view: Mapping[str, Any]) -> OpenView:
    values = _part(_part(view, "state"), "values")
    return OpenView(
        id=_text(view, "id"),
        type=_text(view, "type") or "modal",
        callback_id=_text(view, "callback_id"),
        hash=_text(view, "hash"),
        carried=_carried(_text(view, "private_metadata")),
        entered={block_id: _entered(_part(values, block_id)) for block_id in values},
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


def _entered(elements: Mapping[str, Any]) -> Any:
    first = next(iter(elements), None)
    return None if first is None else _chosen(_part(elements, first))


def _chosen(element: Mapping[str, Any]) -> Any:
    """Take what was entered or chosen out of any element: text, one option's value, or a list of them."""
    options = element.get("selected_options")
    if options is not None:
        if not isinstance(options, list) or not all(isinstance(each, dict) for each in options):
            raise Malformed("selected_options")
        return [_text(each, "value") for each in options]
    if element.get("selected_option"):
        return _text(_part(element, "selected_option"), "value")
    return None if element.get("value") is None else _text(element, "value")


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Take an object out of another; empty where there is none."""
    found = body.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Malformed(name if name in _NAMES else "an object")
    return found


_NAMES = frozenset({"user", "team", "view", "event", "item", "container", "channel", "state", "values"})
"""Parts that may be named: what people chose a name for is none of the log's business."""


def _text(body: Mapping[str, Any], name: str) -> str:
    """Take a text; empty where there is none."""
    found = body.get(name)
    if found is None:
        return ""
    if not isinstance(found, str) or len(found) > _LONGEST_TEXT or "\x00" in found or not _is_writable(found):
        raise Malformed(name)
    return found


def _name(found: object) -> str:
    """Take a name, cut to what is kept of one; empty where it is none."""
    is_good = isinstance(found, str) and "\x00" not in found and _is_writable(found)
    return str(found)[:_LONGEST_NAME] if is_good else ""


def _is_writable(text: str) -> bool:
    """Tell whether a text has no half of a surrogate pair, which JSON can spell and nobody can store."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def _team_of_event(body: Mapping[str, Any]) -> str:
    """Name the workspace that an event is for; in a shared channel `team_id` may be the other one."""
    known = body.get("authorizations")
    first = known[0] if isinstance(known, list) and known else None
    return _team((first.get("team_id") if isinstance(first, dict) else None) or body.get("team_id"))


def _team(found: object) -> str:
    return _matching(_TEAM, found, "a workspace's id")


def _person(found: object) -> str:
    return _matching(_PERSON, found, "a person's id")


def _matching(pattern: re.Pattern[str], found: object, part: str) -> str:
    if not isinstance(found, str) or not pattern.fullmatch(found):
        raise Malformed(part)
    return found
