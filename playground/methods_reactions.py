"""The methods of `reactions.*`."""

from playground import events, messages, shapes
from playground.arguments import Arguments
from playground.entities import Json, Message
from playground.errors import SlackError
from playground.local_slack import LocalSlack
from playground.method import Method, own_channel


def _add(slack: LocalSlack, arguments: Arguments) -> Json:
    return _react(slack, arguments, on=True, unchanged="already_reacted")


def _remove(slack: LocalSlack, arguments: Arguments) -> Json:
    return _react(slack, arguments, on=False, unchanged="no_reaction")


def _react(slack: LocalSlack, arguments: Arguments, *, on: bool, unchanged: str) -> Json:
    name = arguments.required("name", "invalid_name").strip(":")
    message = _message(slack, arguments)
    if not messages.react(slack.workspace, message, name, slack.app.user_id, on=on):
        raise SlackError(unchanged)
    events.reaction_changed(slack, message, name, slack.app.user_id, on=on)
    return {"ok": True}


def _get(slack: LocalSlack, arguments: Arguments) -> Json:
    message = _message(slack, arguments)
    shown = shapes.message_object(slack, message)
    return {"ok": True, "type": "message", "channel": message.channel, "message": shown}


def _message(slack: LocalSlack, arguments: Arguments) -> Message:
    channel = own_channel(slack, arguments.required("channel", "channel_not_found"))
    message = slack.workspace.message(channel.id, arguments.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return message


METHODS = {
    "reactions.add": Method(_add, "reactions:write"),
    "reactions.remove": Method(_remove, "reactions:write"),
    "reactions.get": Method(_get, "reactions:read"),
}
