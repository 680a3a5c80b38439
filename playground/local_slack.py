"""The local Slack's parts in one place, for the Web API, the people and the deliveries to share."""

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from playground.app import App
from playground.clock import Clock
from playground.entities import Channel, Json, Settings
from playground.faults import Faults
from playground.limits import Limits
from playground.seed import APP, Seed
from playground.storage import Change, Journal, Nothing
from playground.tickets import Triggers
from playground.workspace import Workspace

_CALLS_KEPT = 50_000


Emit = Callable[[Json], None]
Listener = Callable[[list[Change]], None]


def _new_bot_token() -> str:
    return "xoxb-" + secrets.token_hex(16)


def _emit_nothing(_: Json) -> None:
    """Stand in until the playground delivers."""


class LocalSlack:
    """One workspace with one app installed in it."""

    def __init__(self, app: App, seed: Seed, storage: Journal | Nothing) -> None:
        self.app = app
        self.storage = storage
        self.workspace = Workspace()
        for kind, body in storage.records():
            self.workspace.restore(kind, body)
        if self.workspace.settings is None:
            self._begin(seed)
        self.asked_for = app.scopes
        """The scopes that the app's manifest asks for, granted or not."""
        self._grant(self.settings.scopes)
        self.clock = Clock(timedelta(seconds=self.settings.offset_seconds))
        self.clock.on_move = self._clock_moved
        self.triggers = Triggers(self.clock)
        self.faults = Faults()
        self.delivery_faults = Faults()
        self.limits = Limits()
        self.checks_blocks = True
        self.looks_at_new_files = 0
        """How often the app has to look at a new file until Slack is done with it."""
        self.calls: deque[Json] = deque(maxlen=_CALLS_KEPT)
        self.listeners: list[Listener] = []
        self.base_url = ""
        self.emit: Emit = _emit_nothing
        self.commit()

    @property
    def settings(self) -> Settings:
        """The workspace's own settings, tokens among them."""
        if self.workspace.settings is None:
            raise RuntimeError("the workspace has not begun")
        return self.workspace.settings

    def commit(self) -> None:
        """Write everything that has changed to the state file, then tell the live streams."""
        changes = self.workspace.take_changes()
        if changes:
            self.storage.append(changes)
            for listener in self.listeners:
                listener(changes)

    def next_ts(self) -> str:
        """Make the `ts` of something that happens now."""
        return self.workspace.next_ts(self.clock.now())

    def dm_with(self, user: str) -> Channel:
        """Give a person's direct messages with the app."""
        return self.workspace.dm_with(user, self.app.user_id)

    def is_member(self, channel: Channel) -> bool:
        """Tell whether the app is in a channel."""
        return self.app.user_id in channel.members

    def install(self, scopes: list[str]) -> str:
        """Have the app installed, with these scopes; answers its token. A token from before is no longer good."""
        self.settings.installed, self.settings.scopes = True, scopes
        self.settings.bot_token = _new_bot_token()
        self._grant(scopes)
        self.workspace.save(self.settings)
        self.commit()
        return self.settings.bot_token

    def uninstall(self) -> None:
        """Take the app out of the workspace: its user is in no channel any more."""
        self.settings.installed = False
        self.workspace.save(self.settings)
        for channel in self.workspace.channels.values():
            if channel.kind == "channel" and self.is_member(channel):
                channel.members.remove(self.app.user_id)
                self.workspace.save(channel)
        self.commit()

    def _grant(self, scopes: list[str] | None) -> None:
        self.app = replace(self.app, scopes=self.asked_for if scopes is None else tuple(scopes))

    def _clock_moved(self) -> None:
        self.settings.offset_seconds = self.clock.offset.total_seconds()
        self.workspace.save(self.settings)
        self.commit()

    def _begin(self, seed: Seed) -> None:
        self.workspace.save(
            Settings(
                id="workspace",
                team_id=seed.team_id,
                team_name=seed.team_name,
                bot_token=_new_bot_token(),
                app_token="xapp-1-" + self.app.id + "-" + secrets.token_hex(16),
                signing_secret=secrets.token_hex(16),
                verification_token=secrets.token_hex(12),
                client_id=f"{secrets.randbelow(10**12):012}.{secrets.randbelow(10**13):013}",
                client_secret=secrets.token_hex(16),
            )
        )
        for person in (*seed.people, self.app.person()):
            self.workspace.save(replace(person))
        for channel in seed.channels:
            members = [self.app.user_id if member == APP else member for member in channel.members]
            self.workspace.save(replace(channel, members=members))
