"""Where somebody stands and why: numbers, weeks as sentences, and the last days one by one."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.domain.breaks import BUTTON, RUN, DoneHow
from bot.domain.dates import date_in_words
from bot.domain.days import DayStory, Why
from bot.domain.doses import Offer
from bot.domain.home import ChannelProgress
from bot.domain.streaks import Mark, Progress, Streak, week_start
from bot.domain.workspaces import Channel
from bot.slack.ids import Action
from bot.slack.views import doses, parts
from bot.slack.views.parts import Block, Message

_WEEKS = 3
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_SUNDAY = 6
_MOST_CHANNELS = 20
_LINES = 10
"""Lines that surely fit into a section."""


def numbers(progress: Progress) -> str:
    """Write where somebody stands: 12 days in a row (best 23) · 41 days altogether · 5 weeks in a row; never a zero."""
    if not progress.streak.days:
        return "no days in a row yet, the first Done starts them"
    weeks = f" · {parts.count(progress.weeks, 'week')} in a row" if progress.weeks > 1 else ""
    return f"{parts.standing(progress.streak)}{weeks}"


def reserve(streak: Streak) -> str:
    """Write what the reserve holds, and in how many days there is more."""
    following = streak.days_to_next_reserve
    if not streak.reserve_days:
        return f"{parts.count(following or 0, 'more day')} until a reserve day, which covers one day without a break."
    covers = "it covers a day" if streak.reserve_days == 1 else "they cover days"
    more = f" The next in {parts.count(following, 'day')}." if following is not None else ""
    return f"{parts.count(streak.reserve_days, 'reserve day')}: {covers} without a break.{more}"


def weeks(diary: Mapping[date, Mark], today: date) -> list[str]:
    """Write the newest weeks as sentences, the newest first; a week in which nothing was done is left out."""
    monday = week_start(today)
    names = {monday: "This week", monday - _WEEK: "Last week"}
    sentences = []
    for back in range(_WEEKS):
        start = monday - back * _WEEK
        week = {day: mark for day, mark in diary.items() if start <= day < start + _WEEK}
        if said := _week(week, has_ended=bool(back)):
            sentences.append(f"{names.get(start, parts.week_range(start, start + _SUNDAY * _DAY))}: {said}.")
    return sentences


def beside(each: ChannelProgress) -> list[str]:
    """Write what stands beside the numbers: the reserve, where there is anything to add to, and the newest weeks."""
    streak = each.progress.streak
    return [*([reserve(streak)] if streak.days else []), *weeks(each.diary, each.today)]


def _week(week: Mapping[date, Mark], *, has_ended: bool) -> str:
    mine = {day: mark for day, mark in week.items() if mark is not Mark.NOT_MINE}
    if has_ended and len(mine) > 1 and set(mine.values()) == {Mark.DONE}:
        return "every day"
    ends = {
        (Mark.DONE, Mark.EXTRA): "done",
        (Mark.RESERVE,): "covered by a reserve day",
        (Mark.AWAY,): "away",
    }
    said = []
    for marks, end in ends.items():
        days = [f"{day:%A}" for day, mark in sorted(week.items()) if mark in marks]
        if days:
            said.append(f"{', '.join(days)} {end}")
    return "; ".join(said)


def my_days(channels: Sequence[ChannelProgress], own: Sequence[Offer] = ()) -> Message:
    """Write where somebody stands, channel by channel, and their own doses, for their eyes only."""
    if not channels and not own:
        text = "Nothing counted yet. `/stretch lowback` is a good first one."
        return parts.words(text)
    rows: list[Block] = []
    texts = []
    for each in channels[:_MOST_CHANNELS]:
        buttons = _buttons(each)
        rows += [parts.section("\n".join(_lines(each))), parts.actions(*buttons)]
        texts.append(f"{' '.join(_lines(each))} {parts.offered(*buttons)}")
    if own:
        said = " ".join(doses.own_dose(each) for each in own)
        rows.append(parts.section(said))
        texts.append(said)
    return Message(" ".join(texts)[:4000], rows)


def _lines(each: ChannelProgress) -> list[str]:
    named = [] if each.channel.is_direct else [f"Your name on the board there: {'yes' if each.is_named else 'no'}."]
    return [
        f"{parts.place(each.channel.slack_id)}: {numbers(each.progress)}.",
        *beside(each),
        *named,
    ]


def _buttons(each: ChannelProgress) -> list[Block]:
    slack_id = each.channel.slack_id
    why = parts.button("Why these numbers", Action.HELP_WHY, slack_id)
    if each.channel.is_direct:
        return [why]
    if each.is_named:
        return [why, parts.button("Hide my name", Action.CONSENT_HIDE, slack_id)]
    return [why, parts.button("Show my name", Action.CONSENT_SHOW, slack_id)]


def why(explained: Why, zone: str, today: date) -> Message:
    """Write the days behind somebody's numbers in a channel, the newest first; `zone` is the person's."""
    place = parts.place(explained.channel.slack_id)
    if not explained.days:
        text = f"{place}: no breaks in the last 30 days, and nothing done."
        return parts.words(text)
    heading = f"{place}: {numbers(explained.progress)}. The last 30 days:"
    rule = (
        "A kept day adds 1 to the reserve, up to 10; a day without costs 5 and is covered. With less than 5, days in a"
        " row begin again. Days away, days you don't work, holidays and what we missed cost nothing."
    )
    lines = [f"{date_in_words(each.day, today)}: {_story(each, explained.channel, zone)}" for each in explained.days]
    body = [parts.section(parts.bullets(lines[at : at + _LINES])) for at in range(0, len(lines), _LINES)]
    rows = [parts.section(heading), *body, parts.context(rule)]
    return Message(f"{heading} {'; '.join(lines)}. {rule}"[:4000], rows)


_MARKS = {
    Mark.EXTRA: "outside breaks",
    Mark.RESERVE: "covered by a reserve day",
    Mark.AWAY: "away",
    Mark.NOT_MINE: "not one of your days",
    Mark.OPEN: "still open",
    Mark.NONE: "none",
}


def _story(story: DayStory, channel: Channel, zone: str) -> str:
    said = [_how(each, channel, zone) for each in story.done]
    if story.mark is Mark.DONE and not said:
        said.append("done")
    if story.mark is not None and story.mark in _MARKS:
        said.append(_MARKS[story.mark])
    if story.is_holiday and story.mark is None:
        said.append("a holiday")
    if story.missed_by_us:
        first, *others = [parts.clock_time(each, channel.zone) for each in story.missed_by_us]
        said.append(parts.did_not_go_out([f"at {first}", *others]))
    return ", ".join(said)


def _how(done: DoneHow, channel: Channel, zone: str) -> str:
    ways = {BUTTON: "Done", RUN: "a run"}
    how = parts.listed(list(dict.fromkeys(ways.get(kind, "a reaction") for kind in done.kinds)))
    elsewhere = " in another channel" if done.channel_id != channel.id else ""
    return f"done at {parts.clock_time(done.at, zone)} by {how}{elsewhere}"
