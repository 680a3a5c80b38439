"""What has happened, in the shape of Slack's Events API, and whether the app hears of it."""

import secrets

from playground.entities import Channel, Json, Message, Person
from playground.local_slack import LocalSlack
from playground.shapes import channel_type, user_object, view_object


def event_callback(slack: LocalSlack, event: Json) -> Json:
    """Wrap an event as the Events API delivers it."""
    authorization = {
        "enterprise_id": None,
        "team_id": slack.settings.team_id,
        "user_id": slack.app.user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": slack.settings.verification_token,
        "team_id": slack.settings.team_id,
        "context_team_id": slack.settings.team_id,
        "context_enterprise_id": None,
        "api_app_id": slack.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(float(event["event_ts"])),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": "4-" + secrets.token_hex(16),
    }


def message_posted(slack: LocalSlack, channel: Channel, message: Message) -> None:
    """Tell the app about a message in one of its channels."""
    if not slack.is_member(channel):
        return
    kind = channel_type(channel)
    event: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": slack.settings.team_id,
        "channel": channel.id,
        "event_ts": message.ts,
        "channel_type": kind,
    }
    if message.blocks:
        event["blocks"] = message.blocks
    if message.thread_ts:
        event["thread_ts"] = message.thread_ts
    if message.user == slack.app.user_id:
        event |= {"bot_id": slack.app.bot_id, "app_id": slack.app.id}
    _emit(
        slack,
        event,
        subscription={"channel": "message.channels", "group": "message.groups"}.get(kind, "message.im"),
    )
    if f"<@{slack.app.user_id}>" in message.text and message.user != slack.app.user_id:
        mention = {key: value for key, value in event.items() if key != "channel_type"}
        _emit(slack, mention | {"type": "app_mention"})


def reaction_changed(slack: LocalSlack, message: Message, name: str, user: str, *, on: bool) -> None:
    """Tell the app about a reaction in one of its channels."""
    if not slack.is_member(slack.workspace.channels[message.channel]):
        return
    event = {
        "type": "reaction_added" if on else "reaction_removed",
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
        "event_ts": slack.next_ts(),
    }
    _emit(slack, event)


def membership_changed(slack: LocalSlack, channel: Channel, user: str, *, inviter: str | None, on: bool) -> None:
    """Tell the app who joined or left a channel of its own."""
    if user == slack.app.user_id and not on:
        # Slack sends member_left_channel to members only; whoever left is told by an event of its own.
        left = {"type": "group_left" if channel.private else "channel_left", "channel": channel.id}
        _emit(slack, left | {"actor_id": inviter or user, "event_ts": slack.next_ts()})
        return
    if not slack.is_member(channel):
        return
    event: Json = {
        "type": "member_joined_channel" if on else "member_left_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": slack.settings.team_id,
        "event_ts": slack.next_ts(),
    }
    if on and inviter:
        event["inviter"] = inviter
    _emit(slack, event)


def channel_renamed(slack: LocalSlack, channel: Channel) -> None:
    """Tell the app that a channel it can know of has another name."""
    renamed = {"id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": channel.created}
    _emit_of_channel(slack, channel, "rename", {"channel": renamed})


def channel_archived(slack: LocalSlack, channel: Channel) -> None:
    """Tell the app that a channel it can know of was archived, or brought back."""
    what = "archive" if channel.archived else "unarchive"
    _emit_of_channel(slack, channel, what, {"channel": channel.id, "user": channel.members[0], "is_moved": 0})


def person_changed(slack: LocalSlack, person: Person) -> None:
    """Tell the app that somebody is called otherwise, lives in another zone, became a guest, left."""
    ts = slack.next_ts()
    event = {"type": "user_change", "user": user_object(slack, person), "cache_ts": int(float(ts)), "event_ts": ts}
    _emit(slack, event)


def _emit_of_channel(slack: LocalSlack, channel: Channel, what: str, fields: Json) -> None:
    if channel.private and not slack.is_member(channel):
        return
    kind = "group" if channel.private else "channel"
    _emit(slack, {"type": f"{kind}_{what}", "event_ts": slack.next_ts(), **fields})


def home_opened(slack: LocalSlack, user: str) -> None:
    """Tell the app that a person looks at its Home tab."""
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": slack.dm_with(user).id,
        "tab": "home",
        "event_ts": slack.next_ts(),
    }
    home = slack.workspace.home(user)
    if home is not None:
        event["view"] = view_object(slack, home)
    _emit(slack, event)


def uninstalled(slack: LocalSlack, kind: str) -> Json:
    """Make the event that tells the app that it was removed: "app_uninstalled" or "tokens_revoked"."""
    event: Json = {"type": kind, "event_ts": slack.next_ts()}
    if kind == "tokens_revoked":
        event["tokens"] = {"oauth": [], "bot": [slack.app.user_id]}
    return event_callback(slack, event) | {"authorizations": []}


def removed(slack: LocalSlack, kind: str) -> None:
    """Tell the app that it was removed; it has asked to hear of that, or it does not."""
    if kind in slack.app.bot_events:
        slack.emit(uninstalled(slack, kind))


def _emit(slack: LocalSlack, event: Json, subscription: str | None = None) -> None:
    if slack.settings.installed and (subscription or event["type"]) in slack.app.bot_events:
        slack.emit(event_callback(slack, event))
