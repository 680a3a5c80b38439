"""One's own dose of an exercise whose source lets it grow: longer every few days, shorter at any time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from routines.model import Exercise

LARGER_STEPS_FROM = 60
"""Seconds from which a dose grows by the larger of the two steps of its file."""

SHORTEST = 10
"""Seconds below which no dose goes, unless its file begins below."""


class Change(StrEnum):
    """What somebody wants of the next time."""

    LONGER = "longer"
    SAME = "same"
    SHORTER = "shorter"


@dataclass(frozen=True, slots=True)
class Dose:
    """Somebody's own hold of an exercise in seconds, and when (UTC) they last changed it."""

    seconds: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody may choose for the next time, in seconds; None where it goes no further, or not yet.

    `longer_from` (UTC) is when it may grow again, if that is the reason.
    """

    exercise: Exercise
    seconds: int
    longer: int | None
    shorter: int | None
    longer_from: datetime | None = None


def at_own_dose(exercise: Exercise, own: Dose | None) -> Exercise:
    """Copy an exercise at somebody's own dose, kept within what its file allows by now."""
    if own is None or exercise.progression is None:
        return exercise
    return exercise.at_hold(max(_shortest(exercise), min(own.seconds, exercise.progression.maximum)))


def offer(exercise: Exercise, own: Dose | None, now: datetime) -> Offer | None:
    """Say what somebody may choose for the next time; None where the source lets nothing grow."""
    rule = exercise.progression
    if rule is None:
        return None
    seconds = at_own_dose(exercise, own).hold
    grows_again = own.changed_at + timedelta(days=rule.every_days) if own else now
    longer = min(seconds + _step(exercise, seconds), rule.maximum)
    shorter = max(seconds - _step(exercise, seconds - 1), _shortest(exercise))
    may_grow = longer > seconds
    return Offer(
        exercise,
        seconds,
        longer=longer if may_grow and grows_again <= now else None,
        shorter=shorter if shorter < seconds else None,
        longer_from=grows_again if may_grow and grows_again > now else None,
    )


def change(exercise: Exercise, own: Dose | None, wanted: Change, shown: int, now: datetime) -> Dose | None:
    """Change a dose that was shown as so many seconds; None when nothing changes: a press came twice, or too soon."""
    offered = offer(exercise, own, now)
    if offered is None or offered.seconds != shown:
        return None
    chosen = {Change.LONGER: offered.longer, Change.SHORTER: offered.shorter, Change.SAME: None}[wanted]
    return Dose(chosen, now) if chosen is not None else None


def _step(exercise: Exercise, seconds: int) -> int:
    if exercise.progression is None:
        return 0
    return exercise.progression.increment[0 if seconds < LARGER_STEPS_FROM else 1]


def _shortest(exercise: Exercise) -> int:
    return min(SHORTEST, exercise.progression.start) if exercise.progression else exercise.hold
