"""The methods of `conversations.*`, with `users.conversations`."""

from playground import shapes
from playground.arguments import Arguments
from playground.entities import Channel, Json, Message
from playground.errors import SlackError
from playground.local_slack import LocalSlack
from playground.method import Method, find_channel, need_read, need_scope
from playground.pages import page_of

_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def _info(slack: LocalSlack, arguments: Arguments) -> Json:
    return {"ok": True, "channel": shapes.channel_object(slack, _readable(slack, arguments))}


def _open(slack: LocalSlack, arguments: Arguments) -> Json:
    channel_id = arguments.text("channel")
    if channel_id:
        channel = find_channel(slack, channel_id)
        return {"ok": True, "no_op": True, "already_open": True, "channel": {"id": channel.id}}
    user = arguments.required("users", "users_list_not_supplied")
    person = slack.workspace.people.get(user)
    if person is None or person.is_bot:
        raise SlackError("user_not_found")
    channel = slack.dm_with(person.id)
    shown = shapes.channel_object(slack, channel) if arguments.flag("return_im") else {"id": channel.id}
    return {"ok": True, "channel": shown}


def _history(slack: LocalSlack, arguments: Arguments) -> Json:
    channel = _readable(slack, arguments, history=True)
    found = [message for message in _messages(slack, channel) if _in_channel(message)]
    found = [message for message in found if _in_window(message, arguments)]
    piece, metadata = page_of(found[::-1], arguments)
    return _messages_answer(slack, piece, metadata, arguments)


def _replies(slack: LocalSlack, arguments: Arguments) -> Json:
    channel = _readable(slack, arguments, history=True)
    parent = slack.workspace.message(channel.id, arguments.required("ts", "thread_not_found"))
    if parent is None:
        raise SlackError("thread_not_found")
    replies = [reply for reply in slack.workspace.replies(parent) if _in_window(reply, arguments)]
    piece, metadata = page_of([parent, *replies], arguments, default=1000)
    return _messages_answer(slack, piece, metadata, arguments)


def _members(slack: LocalSlack, arguments: Arguments) -> Json:
    piece, metadata = page_of(_readable(slack, arguments).members, arguments)
    return {"ok": True, "members": piece, "response_metadata": metadata}


def _list(slack: LocalSlack, arguments: Arguments) -> Json:
    return _channels_answer(slack, list(slack.workspace.channels.values()), arguments)


def _of_user(slack: LocalSlack, arguments: Arguments) -> Json:
    user = arguments.text("user", slack.app.user_id)
    if user not in slack.workspace.people:
        raise SlackError("user_not_found")
    channels = [channel for channel in slack.workspace.channels.values() if user in channel.members]
    return _channels_answer(slack, channels, arguments)


def _readable(slack: LocalSlack, arguments: Arguments, *, history: bool = False) -> Channel:
    channel = find_channel(slack, arguments.required("channel", "channel_not_found"))
    need_read(slack, shapes.channel_type(channel), history=history)
    if history and not slack.is_member(channel):
        raise SlackError("not_in_channel")
    return channel


def _messages(slack: LocalSlack, channel: Channel) -> list[Message]:
    return list(slack.workspace.messages.get(channel.id, {}).values())


def _in_channel(message: Message) -> bool:
    return message.thread_ts in (None, message.ts) or message.broadcast


def _in_window(message: Message, arguments: Arguments) -> bool:
    inclusive = arguments.flag("inclusive")
    try:
        ts, oldest = float(message.ts), float(arguments.text("oldest") or 0)
        latest = float(arguments.text("latest") or "inf")
    except ValueError:
        raise SlackError("invalid_ts_latest") from None
    return oldest <= ts <= latest if inclusive else oldest < ts < latest


def _messages_answer(slack: LocalSlack, piece: list[Message], metadata: Json, arguments: Arguments) -> Json:
    with_metadata = arguments.flag("include_all_metadata")
    return {
        "ok": True,
        "messages": [shapes.message_object(slack, m, with_metadata=with_metadata) for m in piece],
        "has_more": bool(metadata["next_cursor"]),
        "pin_count": 0,
        "response_metadata": metadata,
    }


def _channels_answer(slack: LocalSlack, channels: list[Channel], arguments: Arguments) -> Json:
    kinds = set()
    for name in arguments.text("types", "public_channel").split(","):
        kind = _TYPES.get(name.strip())
        if kind is None:
            raise SlackError("invalid_types")
        if kind == "mpim":
            need_scope(slack, "mpim:read")
        else:
            need_read(slack, kind)
        kinds.add(kind)
    shown = [
        shapes.channel_object(slack, channel)
        for channel in channels
        if shapes.channel_type(channel) in kinds
        and (slack.is_member(channel) or not channel.private)
        and not (channel.archived and arguments.flag("exclude_archived"))
    ]
    piece, metadata = page_of(shown, arguments)
    return {"ok": True, "channels": piece, "response_metadata": metadata}


METHODS = {
    "conversations.info": Method(_info),
    "conversations.open": Method(_open, "im:write"),
    "conversations.history": Method(_history),
    "conversations.replies": Method(_replies),
    "conversations.members": Method(_members),
    "conversations.list": Method(_list),
    "users.conversations": Method(_of_user),
}
