"""Trigger ids: short-lived, single-use permissions to open a modal for a person."""

import secrets
from dataclasses import dataclass

from playground.clock import Clock
from playground.errors import SlackError

LIFETIME_SECONDS = 3.0
_KEPT = 1000


@dataclass
class Trigger:
    """Whose interaction it was, in which channel, and until when it may be used (real time)."""

    user: str
    channel: str | None
    expires_at: float
    used: bool = False


class Triggers:
    """Hands out trigger ids and takes each back once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, channel: str | None = None) -> str:
        """Make a trigger id for what a person has just done."""
        if len(self._issued) >= _KEPT:
            del self._issued[next(iter(self._issued))]
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**11)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(user, channel, self._clock.real_seconds() + LIFETIME_SECONDS)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use a trigger id up."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.real_seconds() > trigger.expires_at:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
