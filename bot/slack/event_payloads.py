"""What Slack tells the app of, as values: reactions, who comes and goes, what becomes of channels and people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from bot.domain.workspaces import MemberKind
from bot.services.members import Caller
from bot.services.ports import PersonFacts
from bot.slack import shapes
from bot.slack.payloads import Command, Press, Shortcut, Submission, instant_of
from bot.slack.shapes import Malformed, channel_id


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


Payload = (
    Press
    | Command
    | Shortcut
    | Submission
    | Reaction
    | Membership
    | ChannelChange
    | PersonChange
    | Caller
    | Uninstalled
)
"""What any payload becomes."""


def team_of(payload: Payload) -> str:
    """Name the workspace that a payload is about."""
    return (
        payload.team_id
        if isinstance(payload, Membership | ChannelChange | Caller | Uninstalled)
        else payload.caller.team_id
    )


def reaction(body: Mapping[str, Any]) -> Reaction | None:
    """Read a `reaction_added` or `reaction_removed` event; None when it is not on a message. Raises Malformed."""
    event = shapes.part(body, "event")
    item = shapes.part(event, "item")
    if item.get("type") != "message":
        return None
    return Reaction(
        caller=Caller(_team_of_event(body), shapes.person(event.get("user"))),
        name=shapes.text(event, "reaction"),
        is_on=event.get("type") == "reaction_added",
        channel_slack_id=channel_id(item.get("channel")),
        message_ts=shapes.matching(shapes.TS, item.get("ts"), "ts"),
        event_at=instant_of(_time_stamp(body)),
    )


def membership(body: Mapping[str, Any]) -> Membership:
    """Read a `member_joined_channel`, `channel_left` or `group_left` event; raises Malformed."""
    event = shapes.part(body, "event")
    who, inviter = event.get("user"), event.get("inviter")
    return Membership(
        _team_of_event(body),
        shapes.person(who) if who else "",
        channel_id(event.get("channel")),
        shapes.person(inviter) if inviter else "",
        _time_stamp(body),
    )


def channel_change(body: Mapping[str, Any]) -> ChannelChange:
    """Read an event about a channel: `channel_rename`, `group_archive`, `channel_id_changed` and their like.

    Raises Malformed.
    """
    event, team_id = shapes.part(body, "event"), _team_of_event(body)
    kind = shapes.text(event, "type").partition("_")[2]
    if kind == "id_changed":
        new_id = channel_id(event.get("new_channel_id"))
        return ChannelChange(team_id, channel_id(event.get("old_channel_id")), kind, new_id=new_id)
    if isinstance(event.get("channel"), str):
        return ChannelChange(team_id, channel_id(event["channel"]), kind)
    channel = shapes.part(event, "channel")
    return ChannelChange(team_id, channel_id(channel.get("id")), kind, name=shapes.name(channel.get("name")))


def person_change(body: Mapping[str, Any]) -> PersonChange:
    """Read a `user_change` event; raises Malformed."""
    event, team_id = shapes.part(body, "event"), _team_of_event(body)
    user = shapes.part(event, "user")
    caller = Caller(team_id, shapes.person(user.get("id")), shapes.name(user.get("name")))
    return PersonChange(caller, person_facts(team_id, user), instant_of(_time_stamp(body)))


def uninstalled(body: Mapping[str, Any]) -> Uninstalled | None:
    """Read an `app_uninstalled` or `tokens_revoked` event; None when only tokens of persons were revoked.

    Raises Malformed.
    """
    event, at = shapes.part(body, "event"), body.get("event_time")
    if event.get("type") == "tokens_revoked" and not shapes.part(event, "tokens").get("bot"):
        return None
    if not isinstance(at, int) or not shapes.NUMBER.fullmatch(str(at)) or at > shapes.LATEST:
        raise Malformed("event_time")
    return Uninstalled(_team_of_event(body), datetime.fromtimestamp(at, UTC))


def home_opened(body: Mapping[str, Any]) -> Caller | None:
    """Read an `app_home_opened` event; None when another tab than Home was opened. Raises Malformed."""
    event = shapes.part(body, "event")
    if event.get("tab", "home") != "home":
        return None
    place_of(body)
    return Caller(_team_of_event(body), shapes.person(event.get("user")))


def place_of(body: Mapping[str, Any]) -> str:
    """Name the channel of an event, empty if it has none; raises Malformed."""
    found = shapes.part(body, "event").get("channel")
    return channel_id(found) if found else ""


def event_id(body: Mapping[str, Any]) -> str:
    """Read by what an event is known; raises Malformed."""
    return shapes.matching(shapes.EVENT, body.get("event_id"), "event_id")


def person_facts(team_id: str, user: Mapping[str, Any]) -> PersonFacts:
    """Read one of Slack's user objects, as seen from the workspace `team_id`; nobody is an admin of another's.

    Raises Malformed.
    """
    profile, kind = shapes.part(user, "profile"), _kind(team_id, user)
    zone = shapes.text(user, "tz")
    return PersonFacts(
        name=shapes.name(profile.get("display_name") or user.get("real_name") or user.get("name")),
        zone=zone if zone in available_timezones() else "UTC",
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


def _time_stamp(body: Mapping[str, Any]) -> str:
    """Read when an event happened: the envelope says it too, in whole seconds, where the event itself does not."""
    found = shapes.part(body, "event").get("event_ts", body.get("event_time"))
    return shapes.matching(shapes.TS, str(found) if type(found) is int else found, "event_ts")


def _team_of_event(body: Mapping[str, Any]) -> str:
    """Name the workspace that an event is for; in a shared channel `team_id` may be the other one (bolt-js 687)."""
    known = shapes.objects(body, "authorizations") if body.get("authorizations") else []
    return shapes.team(known[0].get("team_id") if known else body.get("team_id"))
