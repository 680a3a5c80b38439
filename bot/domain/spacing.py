"""Slack's pace as a courier keeps it: turns are far enough apart, but a late call and those on time may not be."""

from collections import deque

from bot.domain.outbox import POST_BURST

_ALMOST = 0.95
"""The share of a pause after which a burst's first call no longer counts: one on time waits for none before it."""

_REMEMBERED = 1000


class Spacing:
    """The latest calls of each workspace, by a clock that only goes on (seconds)."""

    def __init__(self) -> None:
        self._calls: dict[int, deque[float]] = {}

    def wait(self, workspace_id: int, now: float, pause: float) -> float:
        """Say for how many seconds a call has to wait, if so long a pause follows a burst; else it is made `now`."""
        shortest = _ALMOST * pause
        if len(self._calls) > _REMEMBERED:
            self._calls = {each: calls for each, calls in self._calls.items() if calls[-1] > now - shortest}
        calls = self._calls.setdefault(workspace_id, deque(maxlen=POST_BURST))
        wait = calls[0] + shortest - now if len(calls) == POST_BURST else 0.0
        if wait > 0:
            return wait
        calls.append(now)
        return 0.0
