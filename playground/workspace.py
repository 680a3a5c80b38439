"""The state of the workspace, pure and synchronous, which remembers what has changed since it was saved."""

import secrets
from datetime import datetime

from playground.entities import (
    Channel,
    Entity,
    Ephemeral,
    File,
    Json,
    Message,
    PendingEvent,
    Person,
    ResponseHook,
    Settings,
    View,
)
from playground.storage import Change

_CLASSES: dict[str, type[Entity]] = {
    "settings": Settings,
    "person": Person,
    "channel": Channel,
    "message": Message,
    "ephemeral": Ephemeral,
    "view": View,
    "file": File,
    "hook": ResponseHook,
    "event": PendingEvent,
}
_KINDS = {entity_class: kind for kind, entity_class in _CLASSES.items()}


def new_id(prefix: str) -> str:
    """Make an identifier that looks like Slack's."""
    return prefix + "0" + secrets.token_hex(4).upper()


def key_of(entity: Entity) -> str:
    """Give the key of a record among its kind; a message's contains its channel."""
    return f"{entity.channel}:{entity.ts}" if isinstance(entity, Message) else entity.id


class Workspace:
    """People, channels, messages and everything else that is shown or kept."""

    def __init__(self) -> None:
        self.settings: Settings | None = None
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.ephemerals: dict[str, Ephemeral] = {}
        self.views: dict[str, View] = {}
        self.files: dict[str, File] = {}
        self.hooks: dict[str, ResponseHook] = {}
        self.events: dict[str, PendingEvent] = {}
        self._changed: dict[tuple[str, str], Entity | None] = {}
        self._last_micros = 0

    def save(self, entity: Entity) -> None:
        """Add a record, or note that it has been changed."""
        self._place(entity)
        self._changed[_KINDS[type(entity)], key_of(entity)] = entity

    def remove(self, entity: Entity) -> None:
        """Take a record away."""
        if isinstance(entity, Message):
            self.messages[entity.channel].pop(entity.ts, None)
        elif not isinstance(entity, Settings):
            self._table(entity).pop(entity.id, None)
        self._changed[_KINDS[type(entity)], key_of(entity)] = None

    def take_changes(self) -> list[Change]:
        """Give what has changed since the last time, ready for JSON."""
        changes: list[Change] = [
            (kind, key, None if entity is None else dict(vars(entity))) for (kind, key), entity in self._changed.items()
        ]
        self._changed.clear()
        return changes

    def restore(self, kind: str, body: Json) -> None:
        """Take back one record that was kept."""
        entity = _CLASSES[kind](**body)
        self._place(entity)
        if isinstance(entity, Message | Ephemeral):
            self._last_micros = max(self._last_micros, int(entity.ts.replace(".", "")))

    def next_ts(self, now: datetime) -> str:
        """Make the `ts` of something new: the instant in microseconds, later than all before."""
        self._last_micros = max(int(now.timestamp() * 1_000_000), self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def dm_with(self, user: str, app: str) -> Channel:
        """Give a person's direct messages with the app, opened when they are first needed."""
        channel_id = "D" + user.removeprefix("U")
        if channel_id not in self.channels:
            self.save(Channel(channel_id, user, "dm", private=True, members=[user, app]))
        return self.channels[channel_id]

    def message(self, channel: str, ts: str) -> Message | None:
        """Find a message."""
        return self.messages.get(channel, {}).get(ts)

    def replies(self, parent: Message) -> list[Message]:
        """List a thread's replies, oldest first."""
        everything = self.messages[parent.channel].values()
        return [message for message in everything if message.thread_ts == parent.ts and message is not parent]

    def stack(self, user: str) -> list[View]:
        """List a person's open modals, the one on top last."""
        return [view for view in self.views.values() if view.user == user and view.type == "modal"]

    def home(self, user: str) -> View | None:
        """Find what the app has published on a person's Home tab."""
        return next((v for v in self.views.values() if v.user == user and v.type == "home"), None)

    def _place(self, entity: Entity) -> None:
        if isinstance(entity, Settings):
            self.settings = entity
        elif isinstance(entity, Message):
            self.messages.setdefault(entity.channel, {})[entity.ts] = entity
        else:
            self._table(entity)[entity.id] = entity

    def _table(self, entity: Entity) -> dict[str, Entity]:
        tables = {
            Person: self.people,
            Channel: self.channels,
            Ephemeral: self.ephemerals,
            View: self.views,
            File: self.files,
            ResponseHook: self.hooks,
            PendingEvent: self.events,
        }
        return tables[type(entity)]  # type: ignore[return-value]  # the table is chosen by the type
