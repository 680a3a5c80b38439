"""The methods of `chat.*`."""

from playground import events, messages
from playground.arguments import Arguments
from playground.blocks_check import checked_blocks
from playground.entities import Channel, Ephemeral, Json, Message
from playground.errors import SlackError
from playground.local_slack import LocalSlack
from playground.method import Method, find_channel, own_channel
from playground.shapes import message_object
from playground.workspace import new_id

_LONGEST_POST = 40_000
_LONGEST_UPDATE = 4_000


def _post_message(slack: LocalSlack, arguments: Arguments) -> Json:
    channel = _destination(slack, arguments.required("channel", "channel_not_found"))
    message = Message(
        channel=channel.id,
        ts=slack.next_ts(),
        user=slack.app.user_id,
        text=_text(arguments, _LONGEST_POST),
        blocks=checked_blocks(slack, arguments.structure("blocks", "invalid_blocks_format")),
        attachments=arguments.structure("attachments", "invalid_attachments") or [],
        thread_ts=_thread(slack, channel, arguments.text("thread_ts")),
        broadcast=arguments.flag("reply_broadcast"),
        metadata=_metadata(arguments),
    )
    _need_content(message.text, message.blocks, message.attachments)
    messages.post(slack.workspace, message)
    events.message_posted(slack, channel, message)
    return _answer(slack, message)


def _update(slack: LocalSlack, arguments: Arguments) -> Json:
    message = _own_message(slack, arguments, "cant_update_message")
    blocks = arguments.structure("blocks", "invalid_blocks_format")
    if blocks is None and "text" not in arguments.values and "attachments" not in arguments.values:
        raise SlackError("no_text")
    message_text = _text(arguments, _LONGEST_UPDATE)
    checked = checked_blocks(slack, blocks)
    attachments = arguments.structure("attachments", "invalid_attachments")
    _need_content(message_text, checked, attachments or message.attachments)
    message.text, message.blocks = message_text, checked
    if attachments is not None:
        message.attachments = attachments
    if arguments.values.get("metadata") is not None:
        message.metadata = _metadata(arguments)
    if not checked:
        messages.mark_edited(slack.workspace, message, slack.clock.now())
    slack.workspace.save(message)
    return _answer(slack, message) | {"text": message.text}


def _delete(slack: LocalSlack, arguments: Arguments) -> Json:
    message = _own_message(slack, arguments, "cant_delete_message")
    messages.delete(slack.workspace, message)
    return {"ok": True, "channel": message.channel, "ts": message.ts}


def _post_ephemeral(slack: LocalSlack, arguments: Arguments) -> Json:
    channel = own_channel(slack, arguments.required("channel", "channel_not_found"))
    user = arguments.required("user", "user_not_in_channel")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    ephemeral = Ephemeral(
        id=new_id("E"),
        channel=channel.id,
        user=user,
        ts=slack.next_ts(),
        text=_text(arguments, _LONGEST_POST),
        blocks=checked_blocks(slack, arguments.structure("blocks", "invalid_blocks_format")),
        thread_ts=_thread(slack, channel, arguments.text("thread_ts")),
    )
    _need_content(ephemeral.text, ephemeral.blocks, arguments.structure("attachments", "invalid_attachments"))
    slack.workspace.save(ephemeral)
    return {"ok": True, "message_ts": ephemeral.ts}


def _destination(slack: LocalSlack, channel_id: str) -> Channel:
    person = slack.workspace.people.get(channel_id)
    if person is not None and not person.is_bot:
        return slack.dm_with(person.id)
    channel = find_channel(slack, channel_id)
    if not slack.is_member(channel) and "chat:write.public" in slack.app.scopes and not channel.archived:
        return channel
    return own_channel(slack, channel_id)


def _text(arguments: Arguments, longest: int) -> str:
    text = arguments.text("text")
    if len(text) > longest:
        raise SlackError("msg_too_long")
    return text


def _need_content(text: str, blocks: list[Json], attachments: list[Json] | None) -> None:
    if not (text.strip() or blocks or attachments):
        raise SlackError("no_text")


def _metadata(arguments: Arguments) -> Json | None:
    metadata = arguments.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    return metadata


def _thread(slack: LocalSlack, channel: Channel, thread_ts: str) -> str | None:
    if not thread_ts:
        return None
    parent = slack.workspace.message(channel.id, thread_ts)
    if parent is not None:
        return parent.thread_ts or parent.ts
    # A thread outlives its deleted first message as long as it has replies.
    replies = slack.workspace.messages.get(channel.id, {}).values()
    if not any(reply.thread_ts == thread_ts for reply in replies):
        raise SlackError("thread_not_found")
    return thread_ts


def _own_message(slack: LocalSlack, arguments: Arguments, foreign: str) -> Message:
    channel = find_channel(slack, arguments.required("channel", "channel_not_found"))
    message = slack.workspace.message(channel.id, arguments.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.user != slack.app.user_id:
        raise SlackError(foreign)
    if channel.archived:
        raise SlackError("is_archived")
    return message


def _answer(slack: LocalSlack, message: Message) -> Json:
    shown = message_object(slack, message)
    return {"ok": True, "channel": message.channel, "ts": message.ts, "message": shown}


METHODS = {
    "chat.postMessage": Method(_post_message, "chat:write"),
    "chat.update": Method(_update, "chat:write"),
    "chat.delete": Method(_delete, "chat:write"),
    "chat.postEphemeral": Method(_post_ephemeral, "chat:write"),
}
