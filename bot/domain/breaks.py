"""One break and who did it: until when it is open, and how button, reactions and runs add up to one participation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile

from bot.domain.choices import AS_IT_IS, Shown
from bot.domain.dates import Dates
from bot.domain.instants import end_of_date
from bot.domain.runs import Run
from bot.domain.streaks import Progress, is_milestone
from routines.model import Exercise, Routine

LATE_CUTOFF = timedelta(minutes=10)
"""A break later than this is not posted but recorded as missed by us: an old ping helps nobody."""

OPEN_AT_LEAST = timedelta(hours=4)
"""A break late in the evening stays open this long, whatever the date says."""

HEARD_FOR = timedelta(days=60)
"""What Slack delivers later than this after a break has closed is not heard: its participations may be folded."""

FOLD_OVER_MINUTES = 240
"""Prompts are folded so many minutes apart at most after their day: all at once would keep newer edits waiting."""

LIVE_LINE_FROM = 3
"""People from whom on the prompt says how many have done it; below, a number would point at somebody."""

COUNTED_REACTIONS = ("white_check_mark", "heavy_check_mark", "muscle")
"""Emoji names that count as done on a prompt, in any skin tone, unless a channel chose others."""


class Origin(StrEnum):
    """Where a break came from; only scheduled ones make break days."""

    SCHEDULE = "schedule"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Break:
    """One occurrence in a channel. `due_at` is UTC, `local_date` the channel's date that it keeps for ever.

    With `whole_routine` it serves the routine, and `exercise_id` is its first. `position` counts what the channel was
    served of the pool it was drawn from.
    """

    id: int
    channel_id: int
    due_at: datetime
    local_date: date
    exercise_id: str
    routine_id: str
    origin: Origin = Origin.SCHEDULE
    message_ts: str | None = None
    whole_routine: bool = False
    drawn_from: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class NewBreak:
    """What several channels get alike, each a break of its own; what is not said here is as in `Break`."""

    channel_ids: Sequence[int]
    due_at: datetime
    local_date: date
    exercise_id: str
    routine_id: str
    origin: Origin = Origin.SCHEDULE
    whole_routine: bool = False
    drawn_from: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class BreakFacts:
    """A break, its channel's zone and whether that is a direct message, how often its exercise came before, who did it.

    `times_served` counts before the break, `done` people; `has_run` tells whether a joint run of it is live.
    `wants_stills` and `shown` are choices of who looks after the channel.
    """

    break_: Break
    zone: str
    is_direct: bool
    times_served: int
    done: int
    has_run: bool = False
    wants_stills: bool = False
    shown: Shown = AS_IT_IS


@dataclass(frozen=True, slots=True)
class Support:
    """One reason why a participation holds: "button", "reaction:muscle" or "run", on or off since `event_at` (UTC)."""

    kind: str
    is_on: bool
    event_at: datetime


@dataclass(frozen=True, slots=True)
class DoneHow:
    """One participation: its date and channel, since when it holds (UTC), and the supports that make it hold."""

    day: date
    channel_id: int
    at: datetime
    kinds: tuple[str, ...]


BUTTON = "button"
RUN = "run"
UNDO = "undo"
"""The newest Undo, kept beside the supports: it switches off all that is not newer, also what arrives after it."""


def reaction_support(name: str) -> str:
    """Name the support that a reaction would be; `name` may carry a skin tone."""
    return f"reaction:{plain_reaction(name)}"


def plain_reaction(name: str) -> str:
    """Name an emoji without its skin tone."""
    return name.split("::", 1)[0]


def merge_support(known: Support | None, incoming: Support) -> Support:
    """Keep the newer of two states of one support by Slack's event time, so that order and repeats do not matter."""
    if known is None:
        return incoming
    return max(known, incoming, key=lambda support: (support.event_at, support.is_on))


def holding(supports: Iterable[Support]) -> list[Support]:
    """List the supports by which a participation holds: those that are on and newer than any Undo, the newest first."""
    newest_first = sorted(supports, key=lambda support: (support.event_at, support.kind == UNDO), reverse=True)
    return [each for each in takewhile(lambda support: support.kind != UNDO, newest_first) if each.is_on]


def done_at(supports: Iterable[Support]) -> datetime | None:
    """Tell since when (UTC) a participation holds: by the first of its supports that do; None if none does.

    It depends on the supports alone, so also not on the order in which they arrived.
    """
    return min((support.event_at for support in holding(supports)), default=None)


def closes_at(break_: Break, *, channel_zone: str, person_zone: str, day_starts_at: time = time(0)) -> datetime:
    """Find the UTC instant at which a break closes for a person.

    Its date must have ended in the channel's zone and in the person's, and at least four hours must have passed.
    """
    return max(
        end_of_date(break_.local_date, channel_zone, day_starts_at),
        end_of_date(break_.local_date, person_zone),
        break_.due_at + OPEN_AT_LEAST,
    )


def folds_at(break_: Break, over_at: datetime) -> datetime:
    """Find the UTC instant at which a break's prompt is folded: when its day is over, each at a minute of its own."""
    return over_at + timedelta(minutes=break_.id * 97 % FOLD_OVER_MINUTES)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a break's message shows: its exercise with one tip, how many have done it, and the lobby of its run.

    `is_direct` is a direct message, where nobody is but one person; its picture `moves` unless they chose stills.
    `is_on` says that a run goes on in the thread, `is_over` that the break's day has ended.
    """

    break_: Break
    exercise: Exercise
    routine: Routine
    tip: str
    zone: str
    done: int = 0
    lobby: Run | None = None
    is_direct: bool = False
    moves: bool = False
    is_on: bool = False
    is_over: bool = False


class Change(StrEnum):
    """What a press or a reaction did to a participation."""

    COUNTED = "counted"
    ALREADY = "already"
    TAKEN_BACK = "taken_back"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person is told, privately, about their participation; `counted_at` is UTC.

    `stopped_because` is the error that stopped the channel, if one did.
    `away` are their away days if the break's date is one of them. At the first milestone they may be asked whether
    their name may stand on the board, if they have not said so yet.
    """

    change: Change
    break_id: int
    channel_slack_id: str
    progress: Progress
    counted_at: datetime | None
    person_zone: str
    breaks_today: int = 1
    is_first_ever: bool = False
    stopped_because: str | None = None
    away: Dates | None = None
    may_be_asked_for_name: bool = False

    @property
    def is_notable(self) -> bool:
        """Tell whether even somebody who counted it quietly, by a reaction, is told."""
        is_new = self.breaks_today == 1 and (is_milestone(self.progress.streak.current) or bool(self.progress.covered))
        return self.change is Change.COUNTED and (self.is_first_ever or is_new)


def tip_for(exercise: Exercise, times_served: int) -> str:
    """Choose the tip of a prompt: all are shown once before any returns."""
    return exercise.tips[times_served % len(exercise.tips)]
