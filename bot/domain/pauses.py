"""Times in which a channel gets nothing: for today, for a while, or because nobody used its breaks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.dates import Dates, date_in_words
from bot.domain.errors import InvalidInput
from bot.domain.instants import Place, end_of_date, local_date_of, start_of_date

SILENT_AFTER = 10
"""Break days in a row that nobody used, after which a channel's breaks pause by themselves."""


class PausedBecause(StrEnum):
    """Why a channel is paused."""

    TODAY = "today"
    """Somebody there wanted none for the rest of the day."""
    KEEPER = "keeper"
    """Its keeper or an admin wanted none for a while."""
    SILENT = "silent"
    """Nobody had used its breaks for ten break days."""
    AWAY = "away"
    """They are somebody's own breaks, and that person is away."""


ASKED_FOR = frozenset(PausedBecause) - {PausedBecause.AWAY}
"""What ends when somebody lets a channel go on; away days end when the person is back."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in [since, until) (UTC) in which nothing is due in a channel; `until` is None for good."""

    since: datetime
    until: datetime | None
    why: PausedBecause = PausedBecause.KEEPER

    def covers(self, instant: datetime) -> bool:
        """Tell whether an instant (UTC) lies in the pause."""
        return self.since <= instant and (self.until is None or instant < self.until)


def pause_on(dates: Dates, now: datetime, place: Place) -> Pause:
    """Make the pause that somebody asked for at `now` (UTC) on local dates; raises InvalidInput once they are over."""
    until = end_of_date(dates.last, *place) if dates.last else None
    if until is not None and until <= now:
        raise InvalidInput("dates", "Those days are over already. Try 24 Dec to 2 Jan, 2w, or until Friday.")
    today = local_date_of(now, *place)
    why = PausedBecause.TODAY if dates == Dates(today, today) else PausedBecause.KEEPER
    return Pause(max(now, start_of_date(dates.first, *place)), until, why)


def is_planned(pause: Pause, today: date, place: Place) -> bool:
    """Tell whether a pause begins on a later local date than today."""
    return local_date_of(pause.since, *place) > today


def pause_in_words(pause: Pause, today: date, place: Place, *, is_own: bool = False) -> str:
    """Say when a pause is, as after "Paused": "for today", "until Friday 6 March", "from Monday 9 March until …".

    `until` names the first date that is free of it; `is_own` if the breaks are somebody's own.
    """
    first, since = local_date_of(pause.since, *place), ""
    if is_planned(pause, today, place):
        since = f"from {date_in_words(first, today)} "
    if pause.until is None:
        return f"{since}until {_ends_with(pause.why, is_own=is_own)}"
    free_on = local_date_of(pause.until, *place)
    if free_on == max(first, today) + timedelta(days=1):
        return f"on {date_in_words(first, today)}" if since else "for today"
    return f"{since}until {date_in_words(free_on, today)}"


def _ends_with(why: PausedBecause, *, is_own: bool) -> str:
    if why is PausedBecause.AWAY:
        return "you're back"
    return "you resume them" if is_own else "somebody resumes them"


@dataclass(frozen=True, slots=True)
class FellSilent:
    """What a channel is told when its breaks paused by themselves."""

    channel_slack_id: str


def silence_due_on(day: date, unused: int) -> date:
    """Name the first date on which a channel could have fallen silent, with so many unused break days before `day`."""
    return day + timedelta(days=SILENT_AFTER - unused)
