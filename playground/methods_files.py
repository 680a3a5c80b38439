"""The methods of `files.*`."""

from pathlib import PurePosixPath
from typing import Any

from playground import events, messages, shapes
from playground.arguments import Arguments
from playground.entities import File, Json, Message
from playground.errors import SlackError
from playground.local_slack import LocalSlack
from playground.method import Method, own_channel
from playground.workspace import new_id


def _get_upload_url(slack: LocalSlack, arguments: Arguments) -> Json:
    name = PurePosixPath(arguments.required("filename")).name
    if arguments.number("length", 0) <= 0:
        raise SlackError("invalid_arguments")
    created = int(slack.clock.now().timestamp())
    file = File(new_id("F"), name, name, slack.app.user_id, created)
    slack.workspace.save(file)
    return {"ok": True, "upload_url": f"{slack.base_url}upload/{file.id}", "file_id": file.id}


def _complete_upload(slack: LocalSlack, arguments: Arguments) -> Json:
    entries = arguments.structure("files", "invalid_arguments")
    if not isinstance(entries, list) or not entries:
        raise SlackError("invalid_arguments")
    files = [_complete(slack, entry) for entry in entries]
    channel_id = arguments.text("channel_id") or arguments.text("channels")
    if channel_id:
        _share(slack, channel_id, files, arguments)
    return {"ok": True, "files": [shapes.file_object(slack, file) for file in files]}


def _complete(slack: LocalSlack, entry: Any) -> File:
    file = slack.workspace.files.get(entry.get("id", "")) if isinstance(entry, dict) else None
    if file is None or not file.content:
        raise SlackError("file_not_found")
    file.title = entry.get("title") or file.title
    file.completed, file.looks_left = True, slack.looks_at_new_files
    slack.workspace.save(file)
    return file


def _share(slack: LocalSlack, channel_id: str, files: list[File], arguments: Arguments) -> None:
    channel = own_channel(slack, channel_id)
    message = Message(
        channel=channel.id,
        ts=slack.next_ts(),
        user=slack.app.user_id,
        text=arguments.text("initial_comment"),
        thread_ts=arguments.text("thread_ts") or None,
        files=[file.id for file in files],
    )
    messages.post(slack.workspace, message)
    events.message_posted(slack, channel, message)


def _info(slack: LocalSlack, arguments: Arguments) -> Json:
    file = slack.workspace.files.get(arguments.text("file"))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    shown = shapes.file_object(slack, file)
    if file.looks_left:
        file.looks_left -= 1
        slack.workspace.save(file)
    return {"ok": True, "file": shown}


METHODS = {
    "files.getUploadURLExternal": Method(_get_upload_url, "files:write"),
    "files.completeUploadExternal": Method(_complete_upload, "files:write"),
    "files.info": Method(_info, "files:read"),
}
