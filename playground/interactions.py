"""Interaction and command payloads, in Slack's shape."""

from playground.elements import elements, value_key
from playground.entities import Channel, Ephemeral, Json, Message, View
from playground.local_slack import LocalSlack
from playground.response_urls import response_url
from playground.shapes import channel_name, domain, message_object, view_object


def slash_command(slack: LocalSlack, user: str, channel: Channel, command: str, text: str) -> Json:
    """Make the form of a slash command."""
    return {
        "token": slack.settings.verification_token,
        "team_id": slack.settings.team_id,
        "team_domain": domain(slack),
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user,
        "user_name": slack.workspace.people[user].name,
        "command": command,
        "text": text,
        "api_app_id": slack.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url(slack, user, channel.id),
        "trigger_id": slack.triggers.issue(user, channel.id),
    }


def message_action(slack: LocalSlack, user: str, message: Message, action: Json, values: Json) -> Json:
    """Make block_actions for something pressed in a message."""
    channel = slack.workspace.channels[message.channel]
    container = _message_container(channel, message.ts, message.thread_ts, ephemeral=False)
    url = response_url(slack, user, channel.id, message_ts=message.ts, thread_ts=message.thread_ts)
    return _block_actions(slack, user, action, container, channel.id) | {
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": message_object(slack, message),
        "state": {"values": values},
        "response_url": url,
    }


def ephemeral_action(slack: LocalSlack, ephemeral: Ephemeral, action: Json, values: Json) -> Json:
    """Make block_actions for something pressed in an ephemeral message, which Slack leaves out."""
    channel = slack.workspace.channels[ephemeral.channel]
    container = _message_container(channel, ephemeral.ts, ephemeral.thread_ts, ephemeral=True)
    user = ephemeral.user
    url = response_url(slack, user, channel.id, ephemeral_id=ephemeral.id, thread_ts=ephemeral.thread_ts)
    return _block_actions(slack, user, action, container, channel.id) | {
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": values},
        "response_url": url,
    }


def view_action(slack: LocalSlack, view: View, action: Json, values: Json) -> Json:
    """Make block_actions for something pressed in a modal or on the Home tab."""
    container = {"type": "view", "view_id": view.id}
    payload = _block_actions(slack, view.user, action, container, None)
    return payload | {"view": view_object(slack, view, values)}


def view_submission(slack: LocalSlack, view: View, values: Json) -> Json:
    """Make the payload of a submitted modal."""
    return _person_part(slack, "view_submission", view.user) | {
        "trigger_id": slack.triggers.issue(view.user),
        "view": view_object(slack, view, values),
        "response_urls": _response_urls(slack, view, values),
    }


def view_closed(slack: LocalSlack, view: View, values: Json) -> Json:
    """Make the payload of a modal that was closed without submitting."""
    part = _person_part(slack, "view_closed", view.user)
    return part | {"view": view_object(slack, view, values), "is_cleared": False}


def _response_urls(slack: LocalSlack, view: View, values: Json) -> list[Json]:
    chosen = [
        (block_id, element["action_id"], values[block_id][element["action_id"]].get(value_key(element)))
        for block_id, element in elements(view.content["blocks"])
        if element.get("response_url_enabled")
    ]
    return [
        {
            "block_id": block_id,
            "action_id": action_id,
            "channel_id": channel,
            "response_url": response_url(slack, view.user, channel),
        }
        for block_id, action_id, channel in chosen
        if channel in slack.workspace.channels
    ]


def _block_actions(slack: LocalSlack, user: str, action: Json, container: Json, channel: str | None) -> Json:
    return _person_part(slack, "block_actions", user) | {
        "container": container,
        "trigger_id": slack.triggers.issue(user, channel),
        "actions": [action],
    }


def _person_part(slack: LocalSlack, kind: str, user: str) -> Json:
    person = slack.workspace.people[user]
    team_id = slack.settings.team_id
    return {
        "type": kind,
        "team": {"id": team_id, "domain": domain(slack)},
        "user": {"id": user, "username": person.name, "name": person.name, "team_id": person.team_id or team_id},
        "api_app_id": slack.app.id,
        "token": slack.settings.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _message_container(channel: Channel, ts: str, thread_ts: str | None, *, ephemeral: bool) -> Json:
    container: Json = {
        "type": "message",
        "message_ts": ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if thread_ts:
        container["thread_ts"] = thread_ts
    return container
