"""A person's own break days: the weekdays they work on, and the dates on which they are away, never a reason."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.dates import Dates, parse_dates
from bot.domain.errors import InvalidInput

BACK_DAYS = 31
"""Away days may be entered this many days late."""

_JUST_PAST = 62
"""So many days back, a date without its year has passed: to take it for the next year's would surprise."""

Chosen = tuple[tuple[date, frozenset[int]], ...]
"""Working weekdays (0 is Monday) with the dates of their choice, oldest first."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """A stored stretch of away days."""

    id: int
    dates: Dates


@dataclass(frozen=True, slots=True)
class OwnDays:
    """Which break days are a person's own; without a choice of weekdays they are all of the schedule's.

    A choice holds from its date on, and the first one also before: it can then only excuse days that have passed.
    """

    weekdays: Chosen = ()
    aways: tuple[Dates, ...] = ()

    def works_on(self, day: date) -> bool:
        """Tell whether a date falls on one of their working weekdays."""
        in_force = self.weekdays_on(day)
        return in_force is None or day.weekday() in in_force

    def weekdays_on(self, day: date) -> frozenset[int] | None:
        """Name the working weekdays that are in force on a date; None without a choice."""
        if not self.weekdays:
            return None
        in_force = self.weekdays[0][1]
        for since, weekdays in self.weekdays:
            if since <= day:
                in_force = weekdays
        return in_force

    def away_on(self, day: date) -> Dates | None:
        """Find the away days that hold a date, those that last longest."""
        holding = [away for away in self.aways if day in away]
        return max(holding, key=lambda away: away.last or date.max, default=None)

    def expects(self, day: date) -> bool:
        """Tell whether a break day on a date is one of theirs."""
        return self.works_on(day) and self.away_on(day) is None


def choose_weekdays(chosen: Chosen, weekdays: Iterable[int], today: date) -> Chosen:
    """Add a choice of working weekdays made on a local date; raises InvalidInput for "weekdays" when it is empty."""
    days = frozenset(weekdays)
    if not days:
        raise InvalidInput(
            "weekdays", "Please choose at least one day. For a while without breaks there are away days."
        )
    return (*(each for each in chosen if each[0] < today), (today, days))


def _example(today: date) -> str:
    first, last = today + timedelta(weeks=2), today + timedelta(weeks=2, days=4)
    dates = f"{first.day} {first:%b} to {last.day} {last:%b}"
    return f"Try `/stretch away {dates}`, `/stretch away 2w` or `/stretch away` until you're back."


def parse_away(text: str, today: date) -> Dates:
    """Read away days as people type them, "" for from today until they are back; raises InvalidInput for "away"."""
    words = re.sub(r"\buntil (i|you)\W?(m|re) back$", "", text.strip(), flags=re.IGNORECASE)
    if not words:
        return Dates(today, None)
    dates = parse_dates(words, today, field="away", back=_JUST_PAST, example=_example(today))
    if dates.first < today - BACK_DAYS * _DAY:
        example = (
            f"For a date to come, please write its year: {dates.first.day} {dates.first:%b} {dates.first.year + 1}."
        )
        raise InvalidInput("away", f"Away days can be entered up to {BACK_DAYS} days back. {example}")
    return dates


def until_back(dates: Dates, today: date) -> Dates | None:
    """Cut away days off before `today`, when somebody is back; None when none are left."""
    return Dates(dates.first, today - _DAY) if dates.first < today else None
