"""When a workspace is installed, when it has gone, and when what is known of it is erased."""

from dataclasses import dataclass
from datetime import datetime, timedelta

ERASED_AFTER = timedelta(days=7)
"""How long everything waits for a re-install; Slack allows 14 days."""

CONSENT_WITHIN = timedelta(minutes=10)
"""How long somebody may take at Slack to say yes."""

EVENTS_KEPT_FOR = timedelta(hours=48)
"""Slack delivers an event again for a day at most."""

UNINSTALLED = "account_inactive"
"""Why the channels of a workspace stop that has gone, in the word with which Slack would refuse a post there."""


@dataclass(frozen=True, slots=True)
class Installed:
    """Since when (UTC) a workspace is installed, None if from before that was noted; and since when no more."""

    workspace_id: int
    installed_at: datetime | None
    uninstalled_at: datetime | None

    def is_ended_by(self, event_at: datetime) -> bool:
        """Tell whether an event of this time (UTC) is about this installation, and not about an earlier one.

        Slack tells the time of an event in whole seconds.
        """
        return self.installed_at is None or event_at >= self.installed_at.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace as operators see it: the scopes it granted, and since when (UTC) it is no more installed."""

    team_id: str
    scopes: frozenset[str]
    uninstalled_at: datetime | None


def missing_scopes(granted: frozenset[str], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """List the scopes that were not granted; none when nobody knows what was."""
    return tuple(scope for scope in wanted if scope not in granted) if granted else ()
