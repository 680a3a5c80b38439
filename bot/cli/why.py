"""`limber why`: why a channel had a break at a time, or had none, from the stored rows."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.console import say
from bot.cli.deliveries import late_in_words
from bot.cli.reading import Moment, read_moment, read_team
from bot.cli.store import opened
from bot.clock import utc_now
from bot.domain.dates import date_in_words, dates_in_words
from bot.domain.errors import InvalidInput
from bot.domain.holidays import holidays_of
from bot.domain.instants import local_date_of
from bot.domain.outbox import State
from bot.domain.pauses import SILENT_AFTER, PausedBecause
from bot.domain.schedules import Occurrence, Schedule
from bot.domain.times import times_in_words, weekdays_in_words
from bot.domain.why import Answer, Post, Reason, nearest_time
from bot.domain.workspaces import Channel
from bot.services import why as service
from bot.services.why import Explained
from bot.settings import load_settings
from bot.store.unit_of_work import OpenUnitOfWork


def why(
    channel: Annotated[str, typer.Argument(help="The channel's id, such as C0123ABCD, or its name.")],
    time: Annotated[list[str], typer.Argument(help="Such as 10:25, yesterday 10:25, Friday 10:25, 2026-11-20 10:25.")],
    *,
    team: Annotated[str | None, typer.Option(help="The workspace's id (T…), if there are several.")] = None,
) -> None:
    """Say why a channel had a break at a time, or had none; the time is the channel's own."""
    team_id = None if team is None else read_team(team)
    say(asyncio.run(_why(load_settings().database_url, channel, team_id, " ".join(time))))


async def _why(url: str, name: str, team_id: str | None, text: str) -> str:
    now = utc_now()
    async with opened(url, read_only=True) as units:
        channel = await _find(units, name, team_id)
        moment = read_moment(text, channel.zone, now)
        explained = await service.explain_break(units, channel, moment.instant, now)
    return explanation(channel, moment, explained, now)


async def _find(units: OpenUnitOfWork, name: str, team_id: str | None) -> Channel:
    found = await service.find_channels(units, name.strip().removeprefix("#"), team_id)
    if not found:
        hint = "`limber schedules list` shows every channel with breaks; a private one may be known by its id alone."
        raise InvalidInput("channel", f"I know no channel '{name[:40]}'. {hint}")
    if len(found) > 1:
        several = ", ".join(f"{each.slack_id} in {team}" for team, each in found)
        raise InvalidInput("channel", f"There are several: {several}. Say which by its id, and with --team T0123ABCD.")
    return found[0][1]


_WAITING = "It waits for a process that delivers: does `limber run` or `limber worker` run?"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the sentences are about: a moment in a channel's zone, and the answer to it."""

    channel: Channel
    moment: Moment
    answer: Answer
    now: datetime

    @property
    def zone(self) -> str:
        return self.channel.zone

    @property
    def schedule(self) -> Schedule:
        assert self.answer.scheduled is not None  # noqa: S101  # every reason about a schedule names it
        return self.answer.scheduled.schedule

    @property
    def name(self) -> str:
        return f"schedule {self.answer.scheduled.id}" if self.answer.scheduled else ""

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    @property
    def day(self) -> date:
        """The date that a break of the moment would serve."""
        return local_date_of(self.moment.instant, self.zone, self.schedule.day_starts_at)

    def local(self, instant: datetime) -> str:
        wall = instant.astimezone(ZoneInfo(self.zone))
        return f"{date_in_words(wall.date(), self.today)} at {wall:%H:%M}"


def explanation(channel: Channel, moment: Moment, explained: Explained, now: datetime) -> str:
    """Word an answer: what was asked, why, and the nearest breaks before and after."""
    asked = _Asked(channel, moment, explained.answer, now)
    name = f"#{channel.name}" if channel.name else channel.slack_id
    head = f"{name}, {date_in_words(moment.day, asked.today)} at {moment.at:%H:%M}, {channel.zone}"
    lines = [head, _skipped(asked), _reason(asked), _edited(asked)]
    around = [f"{word}: {_near(each, asked)}." for word, each in _around(explained)]
    return "\n".join([*filter(None, lines), *around])


def _around(explained: Explained) -> list[tuple[str, Post | Occurrence | None]]:
    return [("Before it", explained.before), ("After it", explained.after)]


def _near(near: Post | Occurrence | None, asked: _Asked) -> str:
    if near is None:
        return "no break"
    how = near.state if isinstance(near, Post) else "to come"
    return f"{asked.local(near.due_at)}, {how}"


def _skipped(asked: _Asked) -> str:
    served = asked.moment.instant.astimezone(ZoneInfo(asked.zone))
    if served.time() == asked.moment.at:
        return ""
    return f"The clocks went forward over {asked.moment.at:%H:%M}; a break of that time is served at {served:%H:%M}."


def _edited(asked: _Asked) -> str:
    scheduled = asked.answer.scheduled
    if scheduled is None or scheduled.version == 1 or asked.moment.instant > asked.now:
        return ""
    return f"{asked.name.capitalize()} was edited since it was made; this goes by how it reads now."


def _reason(asked: _Asked) -> str:
    if asked.answer.post is not None and asked.answer.reason is Reason.RECORDED:
        return _STATES[asked.answer.post.state](asked.answer.post, asked)
    words = _REASONS[asked.answer.reason](asked)
    if asked.answer.reason in _IN_FULL:
        return words
    is_due = "was" if asked.moment.instant <= asked.now else "is"
    return f"No break {is_due} due: {words}."


def _paused(asked: _Asked) -> str:
    paused = asked.answer.paused
    assert paused is not None  # noqa: S101  # the reason is a pause
    pause = paused.pause
    until = f"until {asked.local(pause.until)}" if pause.until else "until somebody lets them go on"
    if pause.why is PausedBecause.SILENT:
        return f"nobody had used {SILENT_AFTER} break days in a row, so they paused by themselves {until}"
    by = paused.by or "somebody who is gone"
    if pause.why is PausedBecause.TODAY:
        return f"{by} paused breaks for the day, from {asked.local(pause.since)} {until}"
    return f"{by}, a keeper or an admin, paused breaks from {asked.local(pause.since)} {until}"


def _not_running(asked: _Asked) -> str:
    post = asked.answer.post
    assert post is not None  # noqa: S101  # the reason is another break's row
    back = asked.local(post.settled_at) if post.settled_at else "later"
    first = asked.local(post.due_at)
    return f"Missed by us: Limber did not run then. Of what passed from {first} until {back}, the first is recorded."


def _day_off(asked: _Asked) -> str:
    off = next(each for each in asked.schedule.days_off if asked.day in each)
    return f"{dates_in_words(off, asked.today)} is off in {asked.name}"


def _holiday(asked: _Asked) -> str:
    region = asked.schedule.holidays
    name = holidays_of(region, asked.day.year)[asked.day]
    return f"{date_in_words(asked.day, asked.today)} is a public holiday in {region} ({name})"


def _not_a_time(asked: _Asked) -> str:
    wall = datetime.combine(asked.moment.day, asked.moment.at)
    near = nearest_time(asked.schedule, wall)
    times = times_in_words(asked.schedule.times)
    return f"{asked.moment.at:%H:%M} is no time of {asked.name} ({times}); the nearest is {near:%H:%M}"


def _edge(asked: _Asked, verb: str, day: date | None) -> str:
    return f"{asked.name} {verb} on {date_in_words(day, asked.today) if day else ''}"


def _made_later(asked: _Asked) -> str:
    assert asked.answer.scheduled is not None  # noqa: S101  # the reason is a schedule
    return f"{asked.name} was made only on {asked.local(asked.answer.scheduled.created_at)}"


_REASONS: dict[Reason, Callable[[_Asked], str]] = {
    Reason.COMING: lambda asked: f"A break is due then, of {asked.name}.",
    Reason.NOT_PLANNED: lambda asked: f"A break of {asked.name} was due. {_WAITING}",
    Reason.NO_SCHEDULES: lambda _: "the channel has no schedules",
    Reason.STOPPED: lambda asked: f"the channel is stopped, because Slack said {asked.channel.stopped_because}",
    Reason.PAUSED: _paused,
    Reason.SCHEDULE_PAUSED: lambda asked: f"{asked.name} is paused",
    Reason.MADE_LATER: _made_later,
    Reason.NOT_RUNNING: _not_running,
    Reason.CHANGED: lambda asked: (
        f"{asked.name} as it is now has a break then; it was changed or paused, or the channel was stopped, meanwhile"
    ),
    Reason.REPEATED: lambda _: "the clocks went back, and the first of the two times has the break",
    Reason.BEFORE_START: lambda asked: _edge(asked, "begins", asked.schedule.starts_on),
    Reason.AFTER_END: lambda asked: _edge(asked, "ended", asked.schedule.ends_on),
    Reason.WEEKDAY: lambda asked: (
        f"{asked.day:%A} is not among the days of {asked.name} ({weekdays_in_words(asked.schedule.weekdays)})"
    ),
    Reason.DAY_OFF: _day_off,
    Reason.HOLIDAY: _holiday,
    Reason.NOT_A_TIME: _not_a_time,
}

_IN_FULL = {Reason.COMING, Reason.NOT_PLANNED, Reason.NOT_RUNNING}


def _sent(post: Post, asked: _Asked) -> str:
    found = f"Message {post.message_ts}."
    if post.posted_at is None or post.late is None:
        return f"Posted, though Slack's answer never came: the message was found there, and not sent again. {found}"
    clock = post.posted_at.astimezone(ZoneInfo(asked.zone))
    by_hand = ", asked for by hand" if post.is_by_hand else ""
    return f"Posted at {clock:%H:%M:%S}{by_hand}, {late_in_words(post.late)} late, {_attempts(post)}. {found}"


def _attempts(post: Post) -> str:
    return f"{post.attempts} attempts" if post.attempts != 1 else "1 attempt"


def _missed(post: Post, asked: _Asked) -> str:
    why = post.error or "nobody was there to send it"
    when = f" when we came to it {asked.local(post.settled_at)}" if post.settled_at else ""
    return f"Missed by us: {why}{when}, {_attempts(post)}. It counts against nobody."


def _pending(post: Post, asked: _Asked) -> str:
    if post.due_at > asked.now:
        return "Waiting for its time."
    if post.error:
        return f"Waiting for the next attempt, after {_attempts(post)}: {post.error}."
    return _WAITING


def _uncertain(post: Post, asked: _Asked) -> str:  # noqa: ARG001  # one shape for every state
    return f"Waiting to be looked up: Slack may have the message or not ({post.error or 'no answer'})."


_STATES: dict[State, Callable[[Post, _Asked], str]] = {
    State.PENDING: _pending,
    State.LEASED: lambda _post, _asked: "Being sent at this moment.",
    State.INTENT: lambda _post, _asked: "Being sent at this moment: the call to Slack is under way.",
    State.UNCERTAIN: _uncertain,
    State.SENT: _sent,
    State.MISSED: _missed,
    State.DROPPED: lambda post, _: f"Given up before it was sent: {post.error or 'it was overtaken'}.",
    State.DEAD: lambda post, _: f"Not posted, for good: Slack said {post.error or 'no'}, {_attempts(post)}.",
}
