"""Local dates and stretches of them, as people type them and as they are said."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.errors import InvalidInput
from bot.domain.times import WEEKDAY_NAMES

_DAY = timedelta(days=1)
_OLDEST = date(2000, 1, 1)
_FURTHEST = timedelta(days=3 * 366)

_HALF_A_YEAR = timedelta(days=190)
"""Without their years, longer stretches are slips of the hand, such as 24 Dec to 20 Dec."""

_ELEVEN_MONTHS = timedelta(days=330)
"""Dates further ahead are said with their years, since a date without one may be up to a month ago."""

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def _numbered(names: Sequence[str]) -> dict[str, int]:
    """Map names, and what they begin with from three letters on, to their numbers from 1."""
    return {
        name[:length].casefold(): number for number, name in enumerate(names, 1) for length in range(3, len(name) + 1)
    }


_MONTH_NUMBERS, _WEEKDAY_NUMBERS = _numbered(_MONTHS), _numbered(WEEKDAY_NAMES)
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_DAYS_IN = {"d": 1, "day": 1, "w": 7, "week": 7, "month": 0}
_NEAR = {"yesterday": -1, "today": 0, "now": 0, "tomorrow": 1}
_WEEKS = {"last week": -7, "this week": 0, "next week": 7}

_TIDIED = (
    (r"\b(\d{4})-(\d{2})-(\d{2})\b", r"\1/\2/\3"),
    (r"\b(\d{1,2}\.\d{1,2}\.)(\d{2})\b", r"\g<1>20\2"),
    (r"[–—]|\.\.", "-"),  # noqa: RUF001  # dashes people paste
    (r"\s-|-\s|(?<=[\d.])-|-(?=\d)|\b(?:to|through)\b", " to "),
    (r"(?<=\d)(?:st|nd|rd|th)\b|\b(?:the|of|on)\b|,", " "),
)
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAY_NUMBERS)})\.?"
_MONTH = rf"(?P<month>{'|'.join(_MONTH_NUMBERS)})\.?"
_ONE_DAY = tuple(
    re.compile(rf"(?:{_WEEKDAY} )?{spelling}")
    for spelling in (
        rf"(?P<day>\d{{1,2}})\.? ?{_MONTH}(?: (?P<year>\d{{4}}))?",  # 24 Dec, Thursday 24. December 2026
        rf"{_MONTH} ?(?P<day>\d{{1,2}})(?: (?P<year>\d{{4}}))?",  # Dec 24, 2026
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?:\.(?P<year>\d{4})?)?",  # 24.12.
        r"(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})",  # 2026-12-24, when tidied
    )
)
_DAY_ALONE = re.compile(rf"(?:{_WEEKDAY} )?\d{{1,2}}\.?")
_WEEKDAY_ALONE = re.compile(rf"(?:(?P<which>last|this|next) )?{_WEEKDAY}")
_LASTING = re.compile(
    rf"(?:for )?(?:(?P<number>\d{{1,4}}) ?|(?P<word>{'|'.join(_NUMBERS)}) )(?P<unit>{'|'.join(_DAYS_IN)})s?"
)
_STRETCH = re.compile(
    r"(?:(?P<opening>from|since|for) )?(?P<start>.*?)(?: ?\b(?P<joint>to|until|till|for)\b ?(?P<end>.+))?"
)


@dataclass(frozen=True, slots=True)
class Dates:
    """Local dates from the first to the last, both included; `last` is None for an open end."""

    first: date
    last: date | None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class _NotMeantError(ValueError):
    """What can be read but is surely not meant; the message says why, and what to write."""


def parse_dates(text: str, today: date, *, field: str = "dates", back: int = 0, example: str = "") -> Dates:
    """Read dates as people type them: "today", "2w", "24-28 Dec", "until Friday", "24 Dec to 2 Jan", "since Monday".

    "until" leaves its date out, "to" includes it, "from" and "since" alone have no end. A date without a year is the
    next one, or one up to `back` days ago. Raises InvalidInput for `field` with an example.
    """
    try:
        found = _read(_tidied(text), today, back)
    except _NotMeantError as why:
        raise InvalidInput(field, str(why)) from None
    except (ValueError, OverflowError):
        example = example or f"Try 24 Dec to 2 Jan, 2w, until {WEEKDAY_NAMES[4]} or {today.year}-12-24."
        raise InvalidInput(field, f"I couldn't read '{text.strip()[:40]}' as dates. {example}") from None
    check_reach(found.first, today, field)
    check_reach(found.last or found.first, today, field)
    return found


def check_reach(day: date, today: date, field: str) -> None:
    """Refuse a date that is years away with InvalidInput for `field`."""
    if not _OLDEST <= day <= today + _FURTHEST:
        example = f"Try one in the next three years, such as 24 Dec {today.year + 1}."
        raise InvalidInput(field, f"{day_in_words(day, None)} is too far away. {example}")


def _tidied(text: str) -> str:
    words = text.casefold()
    for pattern, instead in _TIDIED:
        words = re.sub(pattern, instead, words)
    return " ".join(words.split())


def _read(words: str, today: date, back: int) -> Dates:
    if "-" in words and all(each in _WEEKDAY_NUMBERS for each in words.split("-")):
        raise _NotMeantError(f"'{words}' sounds like days of every week. For dates, try Monday to Friday or 24-28 Dec.")
    if _LASTING.fullmatch(words):
        return Dates(today, _lasting(words, today))
    match = _STRETCH.fullmatch(words)
    if match is None or not (match["start"] or match["joint"] in ("until", "till", "for")):
        raise ValueError(words)
    start, end, is_since = match["start"], match["end"] or "", match["opening"] == "since"
    weekdays_from = today - 6 * _DAY if is_since else today + _DAY
    begins = _part(_with_month(start, end) or "today", today, today - back * _DAY, weekdays_from)
    if is_since and begins.first > today:
        raise ValueError(words)
    if not end:
        return Dates(begins.first, None if match["opening"] in ("from", "since") else begins.last)
    return _checked(_ending(begins.first, match["joint"], _with_month(end, start), today), start, end)


def _ending(first: date, joint: str, end: str, today: date) -> Dates:
    """Read where a stretch ends, which follows where it begins: "24 Dec to 2 Jan" ends next year."""
    if joint == "for":
        return Dates(first, _lasting(end, first))
    follows = first if joint == "to" and not end.startswith("next ") else first + _DAY
    ends = _part(end, today, follows, follows)
    return Dates(first, ends.last if joint == "to" else ends.first - _DAY)


def _checked(found: Dates, *ends: str) -> Dates:
    last = found.last or found.first
    if last < found.first:
        raise _NotMeantError("That ends before it begins. Try 24 Dec to 2 Jan.")
    has_years = all(re.search(r"\d{4}|^\D*$", end) for end in ends)
    if last - found.first > _HALF_A_YEAR and not has_years:
        days = (last - found.first).days + 1
        raise _NotMeantError(
            f"That would be {days} days. If you mean it, please write the years: {dates_to_type(found)}."
        )
    return found


def _lasting(words: str, first: date) -> date:
    """Read the last day of a stretch from how long it lasts: "2w", "a week", "1 month"."""
    match = _LASTING.fullmatch(words)
    count = (int(match["number"] or 0) or _NUMBERS.get(match["word"], 0)) if match else 0
    if match is None or not count:
        raise ValueError(words)
    if match["unit"] != "month":
        return first + (count * _DAYS_IN[match["unit"]] - 1) * _DAY
    years, month = divmod(first.month - 1 + count, 12)
    days = monthrange(first.year + years, month + 1)[1]
    return date(first.year + years, month + 1, min(first.day, days)) - _DAY


def _part(words: str, today: date, dates_from: date, weekdays_from: date) -> Dates:
    """Read a week or one date; a date without its year, and a weekday, is the first from the given day on."""
    if words in _WEEKS:
        monday = today + (_WEEKS[words] - today.weekday()) * _DAY
        return Dates(monday, monday + 6 * _DAY)
    if words in _NEAR:
        day = today + _NEAR[words] * _DAY
    elif match := _WEEKDAY_ALONE.fullmatch(words):
        begin = {"last": today - 7 * _DAY, "this": today}.get(match["which"], weekdays_from)
        day = begin + (_WEEKDAY_NUMBERS[match["weekday"]] - begin.isoweekday()) % 7 * _DAY
    else:
        day = _one_day(words, dates_from)
    return Dates(day, day)


def _one_day(words: str, dates_from: date) -> date:
    match = _match(words)
    if match is None:
        raise ValueError(words)
    day, month = int(match["day"]), _month(match)
    found = date(int(match["year"]), month, day) if match["year"] else _next(month, day, dates_from)
    if match["weekday"] and _WEEKDAY_NUMBERS[match["weekday"]] != found.isoweekday():
        said = day_in_words(found, None)
        raise _NotMeantError(f"{said} is a {found:%A}. Try {found:%A} {said}, or {said} alone.")
    return found


def _match(words: str) -> re.Match[str] | None:
    return next((match for spelling in _ONE_DAY if (match := spelling.fullmatch(words))), None)


def _month(match: re.Match[str]) -> int:
    return int(match["month"]) if match["month"].isdecimal() else _MONTH_NUMBERS[match["month"]]


def _with_month(words: str, other: str) -> str:
    """Give a day that stands alone the month of the stretch's other end: "24 to 28 Dec"."""
    match = _match(other)
    if match is None or not _DAY_ALONE.fullmatch(words):
        return words
    return f"{words.removesuffix('.')}.{_month(match)}.{match['year'] or ''}"


def _next(month: int, day: int, dates_from: date) -> date:
    # 29 February may be years away; every other date comes round within one.
    for year in range(dates_from.year, dates_from.year + 9):
        exists = 1 <= month <= len(_MONTHS) and 1 <= day <= monthrange(year, month)[1]
        if exists and (found := date(year, month, day)) >= dates_from:
            return found
    raise ValueError(day)


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
    """Say a date: "Friday 6 March", with its year where that could be mistaken."""
    return f"{day:%A} {day_in_words(day, today)}"


def dates_in_words(dates: Dates, today: date) -> str:
    """Say dates, with the years that could be mistaken: "Friday 6 March", "24 December to 2 January 2027"."""
    if dates.last == dates.first:
        return date_in_words(dates.first, today)
    if dates.last is None:
        return f"from {day_in_words(dates.first, today)}"
    if (dates.first.year, dates.first.month) == (dates.last.year, dates.last.month):
        return f"{dates.first.day} to {day_in_words(dates.last, today)}"
    is_long = dates.last - dates.first > _HALF_A_YEAR
    return " to ".join(day_in_words(day, None if is_long else today) for day in (dates.first, dates.last))


def day_in_words(day: date, today: date | None) -> str:
    """Say a date without its weekday: "6 March", with its year where that could be mistaken, or with no `today`.

    In January, "20 December" may be a few weeks ago or eleven months ahead.
    """
    is_plain = today and day.year == today.year and day - today < _ELEVEN_MONTHS
    return f"{day.day} {day:%B}" + ("" if is_plain else f" {day.year}")


def dates_to_type(dates: Dates) -> str:
    """Write dates as one would type them: "24 Dec 2026 to 2 Jan 2027"; an open end is left out."""
    ends = [dates.first] if dates.last in (None, dates.first) else [dates.first, dates.last]
    return " to ".join(f"{day.day} {day:%b} {day.year}" for day in ends)
