"""Slack's rate limits, for tests and rehearsals: how many calls of a method fit into a window of time."""

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from playground.entities import Json

HistoryLimit = Literal["tier3", "strict"]

STRICT_HISTORY_ITEMS = 15
"""How many messages a page has at most for apps under the strict limit."""


@dataclass(frozen=True)
class Window:
    """At most `most` calls within any `seconds`, in each workspace or in each of its channels."""

    most: int
    seconds: float
    per_channel: bool = False


# Slack publishes tiers ("20+ a minute") and no bursts; whoever keeps within these keeps within Slack's.
_TIER_2, _TIER_3, _TIER_4 = (Window(20, 60),), (Window(50, 60),), (Window(100, 60),)
_STRICT_HISTORY = (Window(1, 60),)
_HISTORY = ("conversations.history", "conversations.replies")

WINDOWS: dict[str, tuple[Window, ...]] = {
    "chat.postMessage": (Window(4, 3, per_channel=True), Window(300, 60)),
    **dict.fromkeys(("chat.update", "chat.delete", "reactions.add", "reactions.get", "conversations.info"), _TIER_3),
    **dict.fromkeys((*_HISTORY, "conversations.open", "team.info"), _TIER_3),
    **dict.fromkeys(("reactions.remove", "users.list", "users.conversations", "conversations.list"), _TIER_2),
    **dict.fromkeys(("chat.postEphemeral", "users.info", "conversations.members"), _TIER_4),
    **dict.fromkeys(("views.open", "views.update", "views.push", "views.publish"), _TIER_4),
    **dict.fromkeys(("files.getUploadURLExternal", "files.completeUploadExternal", "files.info"), _TIER_4),
}
"""What is not in here (auth.test, apps.connections.open) Slack does not limit in a way that an app meets."""


class Limits:
    """Counts calls where it is switched on; a call that is refused does not count."""

    def __init__(self) -> None:
        self.on = False
        self.history: HistoryLimit = "tier3"
        self._calls: defaultdict[tuple[str, ...], deque[float]] = defaultdict(deque)

    def switch(self, *, on: bool, history: HistoryLimit = "tier3") -> None:
        """Begin to count afresh, or let everything pass."""
        self.on, self.history = on, history
        self._calls.clear()

    def refuse_for(self, method: str, team_id: str, channel: str, now: float) -> int:
        """Count a call at `now` (monotonic seconds); 0, or the whole seconds after which to try again."""
        windows = self._windows(method) if self.on else ()
        lanes = [(window, self._calls[_lane(window, method, team_id, channel)]) for window in windows]
        wait = max((_wait(window, calls, now) for window, calls in lanes), default=0.0)
        if wait > 0:
            return math.ceil(wait)
        for _, calls in lanes:
            calls.append(now)
        return 0

    def shorten_page(self, method: str, arguments: Json) -> Json:
        """Ask for no more messages than the strict limit allows."""
        if not self.on or self.history != "strict" or method not in _HISTORY:
            return arguments
        asked = str(arguments.get("limit", ""))
        return arguments | {"limit": min(int(asked) if asked.isdigit() else 100, STRICT_HISTORY_ITEMS)}

    def _windows(self, method: str) -> tuple[Window, ...]:
        if method in _HISTORY and self.history == "strict":
            return _STRICT_HISTORY
        return WINDOWS.get(method, ())


def _lane(window: Window, method: str, team_id: str, channel: str) -> tuple[str, ...]:
    return (method, team_id, channel) if window.per_channel else (method, team_id)


def _wait(window: Window, calls: deque[float], now: float) -> float:
    while calls and calls[0] <= now - window.seconds:
        calls.popleft()
    return calls[0] + window.seconds - now if len(calls) >= window.most else 0.0


def overfull_windows(calls: Iterable[Json], windows: Mapping[str, tuple[Window, ...]] = WINDOWS) -> list[str]:
    """Name every window of Slack's that a log of calls went beyond; refused calls count as well."""
    lanes: defaultdict[tuple[Window, tuple[str, ...]], list[float]] = defaultdict(list)
    for call in calls:
        method, channel = call["method"], str(call["arguments"].get("channel", ""))
        for window in windows.get(method, ()):
            lanes[window, _lane(window, method, call["team_id"], channel)].append(call["monotonic"])
    return [
        f"{' '.join(lane)}: {count} calls in {window.seconds:g} s, {window.most} fit"
        for (window, lane), times in lanes.items()
        if (count := most_within(times, window.seconds)) > window.most
    ]


def most_within(times: Iterable[float], seconds: float) -> int:
    """Count the most instants that lie within any stretch of `seconds`."""
    recent: deque[float] = deque()
    most = 0
    for at in sorted(times):
        recent.append(at)
        while recent[0] <= at - seconds:
            recent.popleft()
        most = max(most, len(recent))
    return most
