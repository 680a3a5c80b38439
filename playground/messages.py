"""What can happen to messages: posting, editing, deleting, reacting, each on the pure state."""

from datetime import datetime

from playground.entities import Message
from playground.workspace import Workspace


def post(workspace: Workspace, message: Message) -> Message:
    """Add a message; a reply is counted on its parent."""
    workspace.save(message)
    parent = _parent(workspace, message)
    if parent is not None:
        parent.reply_count += 1
        parent.latest_reply = message.ts
        parent.thread_ts = parent.ts
        if message.user not in parent.reply_users:
            parent.reply_users.append(message.user)
        workspace.save(parent)
    return message


def delete(workspace: Workspace, message: Message) -> None:
    """Take a message away; its parent is counted anew."""
    workspace.remove(message)
    parent = _parent(workspace, message)
    if parent is not None:
        replies = workspace.replies(parent)
        parent.reply_count = len(replies)
        parent.reply_users = list(dict.fromkeys(reply.user for reply in replies))
        parent.latest_reply = replies[-1].ts if replies else None
        parent.thread_ts = parent.ts if replies else None
        workspace.save(parent)


def mark_edited(workspace: Workspace, message: Message, now: datetime) -> None:
    """Note that a message's text was changed, which Slack shows as "(edited)"."""
    message.edited_at = workspace.next_ts(now)
    workspace.save(message)


def react(workspace: Workspace, message: Message, name: str, user: str, *, on: bool) -> bool:
    """Add or take back a reaction; tell whether that changed anything."""
    reaction = next((entry for entry in message.reactions if entry["name"] == name), None)
    if (reaction is not None and user in reaction["users"]) == on:
        return False
    if reaction is None:
        message.reactions.append({"name": name, "users": [user]})
    elif on:
        reaction["users"].append(user)
    else:
        reaction["users"].remove(user)
        message.reactions = [entry for entry in message.reactions if entry["users"]]
    workspace.save(message)
    return True


def _parent(workspace: Workspace, message: Message) -> Message | None:
    if message.thread_ts is None or message.thread_ts == message.ts:
        return None
    return workspace.message(message.channel, message.thread_ts)
