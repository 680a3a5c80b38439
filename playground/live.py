"""What a person sees: the whole state as one object, and a live stream of it."""

import asyncio
import json
from typing import Any

from aiohttp import web

from playground.entities import Channel, Ephemeral, Json, Message, View
from playground.local_slack import LocalSlack
from playground.shapes import file_path
from playground.storage import Change

_SHORTEST_PAUSE_SECONDS = 0.1
_HEARTBEAT_SECONDS = 15.0


class Live:
    """Builds states; remembers each message's JSON, since most have not changed between two states."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self._message_texts: dict[str, str] = {}
        self._waiting: set[asyncio.Event] = set()
        self._revision = 0
        self._closing = False
        self.connected = False
        self.time_control = False
        self.moving = False
        slack.listeners.append(self._note)

    def changed(self) -> None:
        """Let all streams look again."""
        self._revision += 1
        for waiting in self._waiting:
            waiting.set()

    def close(self) -> None:
        """End all streams."""
        self._closing = True
        self.changed()

    def state_text(self, user: str) -> str:
        """Give the state that a person sees, as JSON."""
        return self._with_clock(self._visible(user))

    async def stream(self, request: web.Request, user: str) -> web.StreamResponse:
        """Serve a person's stream until the page goes away."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        waiting = asyncio.Event()
        self._waiting.add(waiting)
        try:
            await self._send_changes(response, user, waiting)
        except ConnectionError:
            pass
        finally:
            self._waiting.discard(waiting)
        return response

    async def _send_changes(self, response: web.StreamResponse, user: str, waiting: asyncio.Event) -> None:
        sent: tuple[Any, ...] = ()
        while not self._closing:
            waiting.clear()
            visible = self._visible(user)
            current = (visible, self._slack.clock.offset, self.moving)
            if current != sent:
                data = f'{{"revision":{self._revision},"state":{self._with_clock(visible)}}}'
                await response.write(f"event: changed\ndata: {data}\n\n".encode())
                sent = current
            await asyncio.sleep(_SHORTEST_PAUSE_SECONDS)
            try:
                async with asyncio.timeout(_HEARTBEAT_SECONDS):
                    await waiting.wait()
            except TimeoutError:
                await response.write(b": still here\n\n")

    def _note(self, changes: list[Change]) -> None:
        for kind, key, _ in changes:
            if kind == "message":
                self._message_texts.pop(key, None)
        self.changed()

    def _with_clock(self, visible: str) -> str:
        clock = self._slack.clock
        shown = {
            "now": clock.now().isoformat(),
            "offset_seconds": clock.offset.total_seconds(),
            "time_control": self.time_control,
            "moving": self.moving,
        }
        return f'{visible[:-1]},"clock":{json.dumps(shown)}}}'

    def _visible(self, user: str) -> str:
        channels = [channel for channel in self._slack.workspace.channels.values() if _sees(user, channel)]
        small = json.dumps(self._small_parts(user, channels), separators=(",", ":"))
        messages = ",".join(f'"{channel.id}":[{self._messages_text(channel)}]' for channel in channels)
        return f'{small[:-1]},"messages":{{{messages}}}}}'

    def _messages_text(self, channel: Channel) -> str:
        return ",".join(
            self._message_text(f"{channel.id}:{message.ts}", message)
            for message in self._slack.workspace.messages.get(channel.id, {}).values()
        )

    def _message_text(self, key: str, message: Message) -> str:
        text = self._message_texts.get(key)
        if text is None:
            text = json.dumps(_message(message), separators=(",", ":"))
            self._message_texts[key] = text
        return text

    def _small_parts(self, user: str, channels: list[Channel]) -> Json:
        workspace = self._slack.workspace
        home = workspace.home(user)
        return {
            "workspace": {"id": self._slack.settings.team_id, "name": self._slack.settings.team_name},
            "app": self._app(),
            "me": user,
            "people": self._people(),
            "channels": [self._channel(channel) for channel in channels],
            "ephemerals": [_ephemeral(e) for e in workspace.ephemerals.values() if e.user == user],
            "views": [_view(view) for view in workspace.stack(user)],
            "home": home and {"id": home.id, "blocks": home.content["blocks"]},
            "files": {file.id: file_path(file) for file in workspace.files.values() if file.completed},
        }

    def _app(self) -> Json:
        app = self._slack.app
        commands = [
            {key: command.get(key, "") for key in ("command", "description", "usage_hint")} for command in app.commands
        ]
        identity = {"id": app.id, "user_id": app.user_id, "name": app.name}
        return identity | {"connected": self.connected, "commands": commands}

    def _people(self) -> list[Json]:
        keys = ("id", "name", "real_name", "tz", "color")
        people = self._slack.workspace.people.values()
        return [
            {key: getattr(person, key) for key in keys} for person in people if not (person.is_bot or person.deleted)
        ]

    def _channel(self, channel: Channel) -> Json:
        return {
            "id": channel.id,
            "name": self._slack.app.name if channel.kind == "dm" else channel.name,
            "kind": channel.kind,
            "private": channel.private,
            "archived": channel.archived,
            "members": channel.members,
        }


def _sees(user: str, channel: Channel) -> bool:
    return user in channel.members or not channel.private


def _message(message: Message) -> Json:
    return {
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "edited": message.edited_at is not None,
        "deleted": False,
        "reactions": message.reactions,
        "reply_count": message.reply_count,
        "reply_users": message.reply_users,
        "latest_reply": message.latest_reply,
        "broadcast": message.broadcast,
        "files": message.files,
    }


def _ephemeral(ephemeral: Ephemeral) -> Json:
    keys = ("id", "channel", "ts", "thread_ts", "text", "blocks")
    return {key: getattr(ephemeral, key) for key in keys}


def _view(view: View) -> Json:
    keys = ("callback_id", "title", "submit", "close", "blocks")
    shown = {key: view.content.get(key) for key in keys}
    return {"id": view.id, "type": view.type, **shown, "hash": view.hash}
