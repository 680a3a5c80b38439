"""Slack's pace as a courier keeps it: turns are far enough apart, but a late call and those on time may not be."""

from collections import deque

AT_ONCE = 5
"""How many calls of a workspace the pace allows within as many turns; a sixth waits until the first is past."""

_ALMOST = 0.98
"""The share of so many turns that the calls take at least: a call on time then never waits for those before it."""

_REMEMBERED = 1000


class Spacing:
    """The latest calls of each workspace, by a clock that only goes on (seconds)."""

    def __init__(self) -> None:
        self._calls: dict[int, deque[float]] = {}

    def wait(self, workspace_id: int, now: float, every: float) -> float:
        """Say for how many seconds a call has to wait, with turns of so many; one that need not is made `now`."""
        shortest = AT_ONCE * _ALMOST * every
        if len(self._calls) > _REMEMBERED:
            self._calls = {each: calls for each, calls in self._calls.items() if calls[-1] > now - shortest}
        calls = self._calls.setdefault(workspace_id, deque(maxlen=AT_ONCE))
        wait = calls[0] + shortest - now if len(calls) == AT_ONCE else 0.0
        if wait > 0:
            return wait
        calls.append(now)
        return 0.0
