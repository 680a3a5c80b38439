"""The only reader of the time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

Clock = Callable[[], datetime]
"""Answers the product's present instant as an aware UTC datetime; tests and the playground pass their own."""


def utc_now() -> datetime:
    """Read the system's clock as an aware UTC instant."""
    return datetime.now(UTC)  # noqa: TID251  # the one place where time comes in


class SharedClock:
    """A clock that several processes agree on: set by what they share, and kept going by the time that has passed.

    The system's own clock has no part in it, so it may be wrong, or jump.
    """

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def set(self, now: datetime) -> None:
        """Set it to what the shared clock says at this moment (UTC)."""
        self._set_to, self._set_at = now, monotonic()

    def __call__(self) -> datetime:
        """Answer the present instant (UTC)."""
        return self._set_to + timedelta(seconds=monotonic() - self._set_at)
