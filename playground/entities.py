"""What a workspace consists of: plain records whose fields are all JSON values."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Person:
    """A member of the workspace; `tz` is an IANA name. Whoever is of another workspace has its `team_id`."""

    id: str
    name: str
    real_name: str
    tz: str = "UTC"
    color: str = "#3b7dd8"
    locale: str = "en-US"
    is_admin: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    team_id: str = ""


@dataclass
class Channel:
    """A channel or a person's direct messages with the app; `kind` is "channel" or "dm"."""

    id: str
    name: str
    kind: str = "channel"
    private: bool = False
    archived: bool = False
    created: int = 0
    members: list[str] = field(default_factory=list)


@dataclass
class Message:
    """A message everybody in its channel can see."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    edited_at: str | None = None
    reactions: list[Json] = field(default_factory=list)
    reply_count: int = 0
    reply_users: list[str] = field(default_factory=list)
    latest_reply: str | None = None
    files: list[str] = field(default_factory=list)


@dataclass
class Ephemeral:
    """A message that only `user` can see."""

    id: str
    channel: str
    user: str
    ts: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None


@dataclass
class View:
    """A modal or a Home tab; `content` is what the app sent, `chosen` what has been picked in it so far."""

    id: str
    type: str
    user: str
    content: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    chosen: Json = field(default_factory=dict)


@dataclass
class File:
    """An uploaded file; `content` is base64, empty until it has been uploaded.

    Slack is done with it when it has been looked at `looks_left` more times (files.info); until then nothing shows it.
    """

    id: str
    name: str
    title: str
    user: str
    created: int
    content: str = ""
    size: int = 0
    completed: bool = False
    looks_left: int = 0


@dataclass
class ResponseHook:
    """What stands behind a response_url; `expires_at` is real time in seconds since 1970."""

    id: str
    user: str
    channel: str
    expires_at: float
    uses_left: int = 5
    message_ts: str | None = None
    ephemeral_id: str | None = None
    thread_ts: str | None = None


@dataclass
class PendingEvent:
    """An event the app has not acknowledged yet; `due_at` is real time in seconds since 1970."""

    id: str
    payload: Json
    due_at: float
    attempt: int = 0
    reason: str | None = None


@dataclass
class Settings:
    """What belongs to the workspace as a whole and must survive a restart.

    `scopes` are those granted when the app was installed by OAuth; None: all that its manifest asks for.
    """

    id: str
    team_id: str
    team_name: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str
    offset_seconds: float = 0.0
    installed: bool = True
    scopes: list[str] | None = None
    client_id: str = ""
    client_secret: str = ""


Entity = Person | Channel | Message | Ephemeral | View | File | ResponseHook | PendingEvent | Settings
