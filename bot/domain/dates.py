"""Local dates and stretches of them, as people type them and as they are said."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.errors import InvalidInput
from bot.domain.times import WEEKDAY_NAMES

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_UNITS = {"d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7}
_SHORTEST_NAME = 3
_LONGEST = 3 * 366
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """Local dates from the first to the last, both included; `last` is None for an open end."""

    first: date
    last: date | None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def parse_dates(text: str, today: date, *, field: str = "dates", back: int = 0) -> Dates:
    """Read dates as people type them: "today", "2w", "24 Dec", "until Friday", "24 Dec to 2 Jan", "from Monday".

    "until" leaves its date out, "to" includes it, "from" alone has no end. A date without a year is the next one,
    or one up to `back` days ago. Raises InvalidInput for `field` with an example.
    """
    words = re.sub(r"\s*(?:–|—|\.\.|\bto\b|\bthrough\b)\s*|\s+-\s+", " to ", text.strip().casefold())  # noqa: RUF001  # dashes people paste
    try:
        found = _read(" ".join(words.split()), today, back)
    except (ValueError, OverflowError):
        found = None
    if found is None or (found.last is not None and found.last < found.first):
        example = f"Try 24 Dec to 2 Jan, 2w, until {WEEKDAY_NAMES[4]} or {today.year}-12-24."
        raise InvalidInput(field, f"I couldn't read '{text.strip()[:40]}' as dates. {example}")
    return found


def _read(words: str, today: date, back: int) -> Dates | None:
    if lasting := re.fullmatch(r"(?:for )?(\d{1,4}) ?([a-z]+)", words):
        number, unit = int(lasting[1]), _UNITS.get(lasting[2])
        if unit is not None and 0 < number * unit <= _LONGEST:
            return Dates(today, today + (number * unit - 1) * _DAY)
    match = re.fullmatch(r"(?:(from) )?(.*?)(?: ?\b(to|until|till)\b ?(.+))?", words)
    if match is None:
        return None
    since, start, joint, end = match.groups()
    if not start and not (joint and joint != "to"):
        return None
    first = _date(start, today, back) if start else today
    if end is None:
        return Dates(first, None if since else first)
    # The end follows the beginning: "24 Dec to 2 Jan" ends next year.
    last = _date(end, first, 0)
    return Dates(first, last if joint == "to" else last - _DAY)


def _date(words: str, today: date, back: int) -> date:
    """Read one date, the next one that fits; raises ValueError."""
    if words in ("today", "now"):
        return today
    if words == "tomorrow":
        return today + _DAY
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
        return date.fromisoformat(words)
    name = words.removeprefix("next ").removeprefix("on ")
    if len(name) >= _SHORTEST_NAME and (days := _named(name, [each.casefold() for each in WEEKDAY_NAMES])):
        ahead = (days - 1 - today.weekday()) % 7
        return today + (ahead or 7) * _DAY
    return _day_of_month(name, today, back)


def _day_of_month(words: str, today: date, back: int) -> date:
    match = re.fullmatch(r"(?P<day>\d{1,2})\.? (?P<month>[a-z]+)\.?(?: (?P<year>\d{4}))?", words) or re.fullmatch(
        r"(?P<month>[a-z]+)\.? (?P<day>\d{1,2}),?(?: (?P<year>\d{4}))?", words
    )
    month = _named(match["month"], _MONTHS) if match else 0
    if match is None or not month:
        raise ValueError(words)
    day = int(match["day"])
    if match["year"]:
        return date(int(match["year"]), month, day)
    # 29 February may be years away; every other date comes round within one.
    for year in range(today.year - 1, today.year + 9):
        found = _valid(year, month, day)
        if found is not None and found >= today - back * _DAY:
            return found
    raise ValueError(words)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _named(word: str, names: Iterable[str]) -> int:
    """Find the number, from 1, of the name a word is or begins; 0 if it is none."""
    if len(word) < _SHORTEST_NAME:
        return 0
    return next((number for number, name in enumerate(names, 1) if name.startswith(word)), 0)


def parse_days_off(text: str, today: date) -> tuple[Dates, ...]:
    """Read days off, parted by commas ("24 Dec to 2 Jan, 1 May"), or "none"; raises InvalidInput for "days_off"."""
    if text.strip().casefold() in ("", "none"):
        return ()
    found = [parse_dates(part, today, field="days_off") for part in re.split(r"[,;]", text) if part.strip()]
    if any(each.last is None for each in found):
        raise InvalidInput("days_off", "Days off need an end, as in 24 Dec to 2 Jan.")
    return tuple(sorted(set(found), key=lambda each: each.first))


def parse_date(text: str, today: date, field: str) -> date | None:
    """Read one date, or None for "none"; raises InvalidInput for `field` with an example."""
    if text.strip().casefold() in ("", "none"):
        return None
    found = parse_dates(text, today, field=field)
    if found.last != found.first:
        raise InvalidInput(field, f"'{text.strip()[:40]}' is more than one date. Try 24 Dec.")
    return found.first


def date_in_words(day: date, today: date) -> str:
    """Say a date: "Friday 6 March", with its year where that is another than today's."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day:%A} {day.day} {day:%B}{year}"


def dates_in_words(dates: Dates, today: date) -> str:
    """Say dates: "Friday 6 March", "24 December to 2 January 2027"."""
    if dates.last == dates.first:
        return date_in_words(dates.first, today)
    first = f"{dates.first.day} {dates.first:%B}"
    if dates.last is None:
        return f"from {first}"
    if (dates.first.year, dates.first.month) == (dates.last.year, dates.last.month):
        first = str(dates.first.day)
    year = f" {dates.last.year}" if dates.last.year != today.year else ""
    return f"{first} to {dates.last.day} {dates.last:%B}{year}"
