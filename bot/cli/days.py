"""Words for what a date counted for a person, channel by channel, and why."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.breaks import BUTTON, RUN
from bot.domain.dates import date_in_words, dates_in_words
from bot.domain.days import OneDay, Verdict
from bot.domain.streaks import RESERVE_COST, Streak
from bot.domain.times import times_in_words, weekdays_in_words
from bot.domain.workspaces import Member

_WAYS = {BUTTON: "the button", RUN: "a run"}


def day_in_words(member: Member, day: date, found: Sequence[OneDay], now: datetime) -> str:
    """Word what a date counted for a person; times are the person's own."""
    today = now.astimezone(ZoneInfo(member.zone)).date()
    heading = f"{member.slack_id}, {date_in_words(day, today)}, {member.zone}"
    return "\n".join([heading, *(_line(each, member, today) for each in found)])


def _line(one: OneDay, member: Member, today: date) -> str:
    name = f"#{one.channel.name}" if one.channel.name else one.channel.slack_id
    said = _WORDS[one.verdict](one, member, today)
    if one.verdict is Verdict.OLDER:
        return f"{name}: {said}; what is folded comes to {_numbers(one.after)}."
    return f"{name}: {said}. Before it {_numbers(one.before)}; after it {_numbers(one.after)}."


def _numbers(streak: Streak) -> str:
    return f"{streak.current} in a row, reserve {streak.reserve}, best {streak.best}, {streak.days} altogether"


def _done(one: OneDay, member: Member) -> str:
    said = [
        f"{each.at.astimezone(ZoneInfo(member.zone)):%H:%M} by {_ways(each.kinds)}"
        + ("" if each.channel_id == one.channel.id else " in another channel")
        for each in one.story.done
    ]
    return f"done at {', '.join(said)}"


def _ways(kinds: Sequence[str]) -> str:
    return " and ".join(_WAYS.get(kind, f"the {kind.replace(':', ' ')}") for kind in kinds)


def _kept(one: OneDay, member: Member, _: date) -> str:
    return f"kept, {_done(one, member)}{', although they were away' if one.away else ''}"


def _missed(one: OneDay, _: Member, __: date) -> str:
    return f"missed; a reserve of {one.before.reserve} covers nothing, it takes {RESERVE_COST}"


def _away(one: OneDay, _: Member, today: date) -> str:
    dates = dates_in_words(one.away, today) if one.away else "then"
    return f"away {dates}, so it cost nothing"


def _not_mine(one: OneDay, _: Member, __: date) -> str:
    days = weekdays_in_words(one.weekdays or frozenset())
    return f"{one.story.day:%A} was not among their days ({days}), so it cost nothing"


def _missed_by_us(one: OneDay, _: Member, __: date) -> str:
    zone = ZoneInfo(one.channel.zone)
    at = times_in_words([each.astimezone(zone).time() for each in one.story.missed_by_us])
    ours = "our break" if len(one.story.missed_by_us) == 1 else "our breaks"
    return f"{ours} at {at} ({one.channel.zone}) did not go out, which counts against nobody"


def _always(words: str) -> Callable[[OneDay, Member, date], str]:
    return lambda *_: words


_WORDS: Mapping[Verdict, Callable[[OneDay, Member, date], str]] = {
    Verdict.KEPT: _kept,
    Verdict.EXTRA: lambda one, member, _: f"{_done(one, member)}, without a break here that day: it moves no streak",
    Verdict.RESERVE: _always(f"missed and covered by a reserve day, which cost {RESERVE_COST} of the reserve"),
    Verdict.MISSED: _missed,
    Verdict.AWAY: _away,
    Verdict.NOT_MINE: _not_mine,
    Verdict.OPEN: _always("not over yet; it costs nothing until it has ended"),
    Verdict.BEFORE_FIRST: _always("a break day, before they took part here for the first time"),
    Verdict.UNSCHEDULED: _always("its only break was sent by hand, or found in Slack later, which costs nothing"),
    Verdict.MISSED_BY_US: _missed_by_us,
    Verdict.HOLIDAY: _always("a holiday, so no break day"),
    Verdict.NO_BREAK: _always("no break day"),
    Verdict.OLDER: _always("older than what is kept day by day"),
}
