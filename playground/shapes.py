"""How the Web API and the payloads show people, channels, messages, views and files."""

from zoneinfo import ZoneInfo

from playground.entities import Channel, File, Json, Message, Person, View
from playground.local_slack import LocalSlack


def domain(slack: LocalSlack) -> str:
    """Make the workspace's domain out of its name."""
    return slack.settings.team_name.lower().replace(" ", "-")


def user_object(slack: LocalSlack, person: Person) -> Json:
    """Show a person as users.info does."""
    local = slack.clock.now().astimezone(ZoneInfo(person.tz))
    offset = local.utcoffset()
    return {
        "id": person.id,
        "team_id": person.team_id or slack.settings.team_id,
        "is_stranger": bool(person.team_id),
        "name": person.name,
        "deleted": person.deleted,
        "color": person.color.removeprefix("#"),
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": local.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "profile": _profile(slack, person),
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 0,
        "locale": person.locale,
    }


def _profile(slack: LocalSlack, person: Person) -> Json:
    first, _, last = person.real_name.partition(" ")
    profile: Json = {
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.real_name if person.is_bot else first,
        "display_name_normalized": person.real_name if person.is_bot else first,
        "first_name": first,
        "last_name": last,
        "title": "",
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "team": slack.settings.team_id,
    }
    for size in (24, 32, 48, 72, 192, 512):
        profile[f"image_{size}"] = f"{slack.base_url}avatars/{person.id}-{size}.png"
    if person.is_bot:
        profile |= {"bot_id": slack.app.bot_id, "api_app_id": slack.app.id}
    return profile


def channel_object(slack: LocalSlack, channel: Channel) -> Json:
    """Show a channel as conversations.info does."""
    if channel.kind == "dm":
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_archived": False,
            "is_org_shared": False,
            "user": channel.members[0],
            "is_user_deleted": False,
            "is_open": True,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": any(slack.workspace.people[member].team_id for member in channel.members),
        "is_org_shared": False,
        "is_member": slack.is_member(channel),
        "created": channel.created,
        "creator": channel.members[0] if channel.members else "",
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def channel_name(channel: Channel) -> str:
    """Name a channel as interactions and commands do: by its kind alone where it is not public."""
    if channel.kind == "dm":
        return "directmessage"
    return "privategroup" if channel.private else channel.name


def channel_type(channel: Channel) -> str:
    """Give the `channel_type` of message events."""
    if channel.kind == "dm":
        return "im"
    return "group" if channel.private else "channel"


def message_object(slack: LocalSlack, message: Message, *, with_metadata: bool = True) -> Json:
    """Show a message as conversations.history does."""
    shown: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": slack.settings.team_id,
    }
    if message.user == slack.app.user_id:
        shown |= _app_fields(slack)
    for key in ("blocks", "attachments"):
        if getattr(message, key):
            shown[key] = getattr(message, key)
    if message.files:
        shown["files"] = [file_object(slack, slack.workspace.files[file]) for file in message.files]
    if message.metadata and with_metadata:
        shown["metadata"] = message.metadata
    if message.edited_at:
        shown["edited"] = {"user": message.user, "ts": message.edited_at}
    if message.reactions:
        shown["reactions"] = [entry | {"count": len(entry["users"])} for entry in message.reactions]
    return shown | _thread_fields(message)


def _app_fields(slack: LocalSlack) -> Json:
    app = slack.app
    profile = {
        "id": app.bot_id,
        "app_id": app.id,
        "name": app.name,
        "icons": {},
        "deleted": False,
        "updated": 0,
        "team_id": slack.settings.team_id,
    }
    return {"bot_id": app.bot_id, "app_id": app.id, "bot_profile": profile}


def _thread_fields(message: Message) -> Json:
    if message.thread_ts is None:
        return {}
    fields: Json = {"thread_ts": message.thread_ts}
    if message.thread_ts == message.ts:
        fields |= {
            "reply_count": message.reply_count,
            "reply_users": message.reply_users,
            "reply_users_count": len(message.reply_users),
            "latest_reply": message.latest_reply,
        }
    elif message.broadcast:
        fields["subtype"] = "thread_broadcast"
    return fields


def view_object(slack: LocalSlack, view: View, values: Json | None = None) -> Json:
    """Show a view as views.open does; `values` is what its inputs hold."""
    content = view.content
    return {
        "id": view.id,
        "team_id": slack.settings.team_id,
        "type": view.type,
        "blocks": content.get("blocks", []),
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": values or {}},
        "hash": view.hash,
        "title": content.get("title"),
        "submit": content.get("submit"),
        "close": content.get("close"),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "external_id": content.get("external_id", ""),
        "app_id": slack.app.id,
        "app_installed_team_id": slack.settings.team_id,
        "bot_id": slack.app.bot_id,
    }


def file_path(file: File) -> str:
    """Give the address of a file's content on this server."""
    return f"/files/{file.id}/{file.name}"


def file_object(slack: LocalSlack, file: File) -> Json:
    """Show a file as files.info does."""
    kind = file.name.rpartition(".")[2].lower()
    address = slack.base_url.rstrip("/") + file_path(file)
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": "" if file.looks_left else mime_type(file),  # as Slack does while it still works on a file
        "filetype": "" if file.looks_left else kind,
        "user": file.user,
        "size": file.size,
        "mode": "hosted",
        "is_public": False,
        "url_private": address,
        "url_private_download": address,
        "permalink": address,
    }


def mime_type(file: File) -> str:
    """Guess a file's type from its name."""
    kinds = {"png": "image/png", "gif": "image/gif", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
    return kinds.get(file.name.rpartition(".")[2].lower(), "application/octet-stream")
