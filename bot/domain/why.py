"""Why a channel had a break at a moment, or had none: one reason, decided from the stored facts alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.holidays import is_holiday
from bot.domain.outbox import State
from bot.domain.pauses import Pause, PausedBecause
from bot.domain.schedules import Occurrence, Schedule, date_of_occurrence, next_occurrence, next_occurrences

MINUTE = timedelta(minutes=1)
"""People ask about minutes: what is due within the one asked about is what they mean."""

_LOOK_BACK = timedelta(days=14)
_MANY = 1000
_MOMENT = timedelta(microseconds=1)
_DAY_MINUTES = 24 * 60


class Reason(StrEnum):
    """Why a break took place or did not. Only `RECORDED` has a row, which says how its message fared."""

    RECORDED = "recorded"
    COMING = "coming"
    """It is due later, and nothing is in its way."""
    NOT_PLANNED = "not_planned"
    """It is due, and nobody who delivers has come by yet."""
    NO_SCHEDULES = "no_schedules"
    STOPPED = "stopped"
    """Slack no longer lets us post in the channel."""
    PAUSED = "paused"
    """The whole channel rested."""
    SCHEDULE_PAUSED = "schedule_paused"
    """The schedule alone rests."""
    MADE_LATER = "made_later"
    """The schedule was made only after that moment."""
    NOT_RUNNING = "not_running"
    """One of several that passed while Limber did not run; the first of them has a row."""
    CHANGED = "changed"
    """The schedule as it is has a break then, but it was another at the time, or the channel was stopped."""
    REPEATED = "repeated"
    """The clocks went back: the time came twice, and the first time has the break."""
    BEFORE_START = "before_start"
    AFTER_END = "after_end"
    WEEKDAY = "weekday"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    NOT_A_TIME = "not_a_time"


@dataclass(frozen=True, slots=True)
class Post:
    """A stored break and how its prompt fared; instants are UTC, `posted_at` None where nobody saw it go out."""

    due_at: datetime
    state: State
    is_by_hand: bool = False
    message_ts: str | None = None
    posted_at: datetime | None = None
    settled_at: datetime | None = None
    attempts: int = 0
    error: str | None = None

    @property
    def late(self) -> timedelta | None:
        """Tell how much later than it was due it was posted; None if it was not, or nobody knows when."""
        return None if self.posted_at is None else max(self.posted_at - self.due_at, timedelta(0))


@dataclass(frozen=True, slots=True)
class PausedBy:
    """A pause and the Slack id of who asked for it, None for the app itself."""

    pause: Pause
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A schedule of the channel as it is now, when it was made (UTC) and what it waits for."""

    id: int
    schedule: Schedule
    created_at: datetime
    next_due_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rows say of a channel around a moment: its break then, the nearest before and after, all else today."""

    zone: str
    stopped_because: str | None = None
    schedules: tuple[Scheduled, ...] = ()
    pauses: tuple[PausedBy, ...] = ()
    post: Post | None = None
    before: Post | None = None
    after: Post | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The one reason, and what it is about: a schedule, a pause, or another break's row."""

    reason: Reason
    scheduled: Scheduled | None = None
    paused: PausedBy | None = None
    post: Post | None = None


def explain(facts: Facts, at: datetime, now: datetime) -> Answer:
    """Say why there was, is or will be a break in the minute that begins at `at` (UTC), or why not."""
    if facts.post is not None:
        return Answer(Reason.RECORDED, post=facts.post)
    if not facts.schedules:
        return Answer(Reason.NO_SCHEDULES)
    due = [(each, found) for each in facts.schedules if (found := _due_in_minute(each.schedule, at)) is not None]
    if due:
        return min((_why_not(facts, *each, now) for each in due), key=lambda answer: _ORDER.index(answer.reason))
    return _why_never(facts, at)


def _due_in_minute(schedule: Schedule, at: datetime) -> datetime | None:
    found = next_occurrence(replace(schedule, paused=False), at - _MOMENT)
    return found.due_at if found is not None and found.due_at < at + MINUTE else None


_ORDER = (
    Reason.COMING,
    Reason.NOT_PLANNED,
    Reason.STOPPED,
    Reason.PAUSED,
    Reason.NOT_RUNNING,
    Reason.CHANGED,
    Reason.SCHEDULE_PAUSED,
    Reason.MADE_LATER,
)
"""Where several schedules meet at an instant, what would have let the break happen is the reason."""


def _why_not(facts: Facts, scheduled: Scheduled, due_at: datetime, now: datetime) -> Answer:
    """Find what kept a schedule's occurrence from becoming a break."""
    paused = _pause_at(facts, due_at)
    if scheduled.created_at >= due_at:
        return Answer(Reason.MADE_LATER, scheduled)
    if paused is not None:
        return Answer(Reason.PAUSED, scheduled, paused)
    if scheduled.next_due_at is not None and scheduled.next_due_at <= due_at <= now:
        return Answer(Reason.NOT_PLANNED, scheduled)
    if facts.stopped_because is not None and facts.after is None:
        return Answer(Reason.STOPPED, scheduled)
    if scheduled.schedule.paused:
        return Answer(Reason.SCHEDULE_PAUSED, scheduled)
    if due_at > now:
        return Answer(Reason.COMING, scheduled)
    if _slept_through(facts.before, due_at):
        return Answer(Reason.NOT_RUNNING, scheduled, post=facts.before)
    return Answer(Reason.CHANGED, scheduled)


def _pause_at(facts: Facts, due_at: datetime) -> PausedBy | None:
    covering = [each for each in facts.pauses if each.pause.covers(due_at) or _fell_silent_with(facts, each, due_at)]
    return covering[0] if covering else None


def _fell_silent_with(facts: Facts, paused: PausedBy, due_at: datetime) -> bool:
    """Tell whether a channel fell silent instead of getting a break: what was due just then belongs to the silence."""
    since = paused.pause.since
    nothing_between = facts.after is None or facts.after.due_at > since
    return paused.pause.why is PausedBecause.SILENT and due_at <= since and nothing_between


def _slept_through(before: Post | None, due_at: datetime) -> bool:
    if before is None or before.state is not State.MISSED or before.settled_at is None:
        return False
    return before.settled_at >= due_at


def _why_never(facts: Facts, at: datetime) -> Answer:
    """Find why no schedule has a break at a moment: that of one which knows the time of day, else the time itself."""
    wall = at.astimezone(ZoneInfo(facts.zone))
    scheduled = next((each for each in facts.schedules if _knows_time(each.schedule, at)), None)
    if scheduled is None:
        nearest = min(facts.schedules, key=lambda each: _minutes_apart(nearest_time(each.schedule, wall), wall))
        return Answer(Reason.NOT_A_TIME, nearest)
    return Answer(_why_not_on(scheduled.schedule, at), scheduled)


def _knows_time(schedule: Schedule, at: datetime) -> bool:
    """Tell whether it is a schedule's time of day, also one that the clocks moved here or show a second time."""
    is_shown = at.astimezone(ZoneInfo(schedule.zone)).time() in schedule.times
    return is_shown or _due_in_minute(_every_day(schedule), at) is not None


def _every_day(schedule: Schedule) -> Schedule:
    return replace(
        schedule, weekdays=frozenset(range(7)), holidays="", days_off=(), starts_on=None, ends_on=None, paused=False
    )


def date_meant(schedule: Schedule, at: datetime) -> date:
    """Name the local date that a schedule's break at a moment (UTC) would serve, were that date served."""
    return date_of_occurrence(_every_day(schedule), at)


def _why_not_on(schedule: Schedule, at: datetime) -> Reason:
    day = date_meant(schedule, at)
    if schedule.starts_on is not None and day < schedule.starts_on:
        return Reason.BEFORE_START
    if schedule.ends_on is not None and day > schedule.ends_on:
        return Reason.AFTER_END
    if day.weekday() not in schedule.weekdays:
        return Reason.WEEKDAY
    if any(day in off for off in schedule.days_off):
        return Reason.DAY_OFF
    return Reason.HOLIDAY if is_holiday(day, schedule.holidays) else Reason.REPEATED


def nearest_time(schedule: Schedule, wall: datetime) -> time:
    """Find the time of a schedule that is nearest to a moment on its wall clock."""
    return min(schedule.times, key=lambda at: _minutes_apart(at, wall))


def _minutes_apart(at: time, wall: datetime) -> int:
    apart = abs((at.hour - wall.hour) * 60 + at.minute - wall.minute)
    return min(apart, _DAY_MINUTES - apart)


def nearest(facts: Facts, at: datetime, now: datetime) -> tuple[Post | Occurrence | None, Post | Occurrence | None]:
    """Find the nearest breaks before and after a moment: stored ones, or those still to come after `now` (UTC)."""
    coming = [] if facts.stopped_because else [each.schedule for each in facts.schedules]
    pauses = [each.pause for each in facts.pauses]
    return _before(facts, coming, at, now, pauses), _after(facts, coming, at, now, pauses)


def _before(
    facts: Facts, coming: Sequence[Schedule], at: datetime, now: datetime, pauses: Sequence[Pause]
) -> Post | Occurrence | None:
    found = next_occurrences(coming, max(now, at - _LOOK_BACK), _MANY, pauses) if at > now else []
    earlier = [each for each in found if each.due_at < at]
    return earlier[-1] if earlier else facts.before


def _after(
    facts: Facts, coming: Sequence[Schedule], at: datetime, now: datetime, pauses: Sequence[Pause]
) -> Post | Occurrence | None:
    if facts.after is not None:
        return facts.after
    found = next_occurrences(coming, max(now, at + MINUTE - _MOMENT), 1, pauses)
    return found[0] if found else None
