"""The only place of the playground that reads the time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

Listener = Callable[[], None]


class Clock:
    """The workspace's time: the system's plus an offset, so that a demo can live through a week."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset
        self.on_move: Listener = lambda: None

    def now(self) -> datetime:
        """Give the workspace's time as an aware UTC instant."""
        return self.real_now() + self.offset

    def real_now(self) -> datetime:
        """Give the system's time (aware UTC), which triggers, signatures and retries go by."""
        return datetime.now(UTC)  # noqa: TID251  (this module is the playground's reader of the clock)

    def real_seconds(self) -> float:
        """Give the system's time in seconds since 1970."""
        return self.real_now().timestamp()

    def monotonic_seconds(self) -> float:
        """Give seconds that no change of the system's clock touches, which limits are counted by."""
        return monotonic()

    async def set_offset(self, offset: timedelta) -> None:
        """Move the workspace's time to the system's plus `offset`."""
        self.offset = offset
        self.on_move()
