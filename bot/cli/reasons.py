"""Words for why a channel had a break at a moment, or had none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.cli.deliveries import late_in_words
from bot.cli.reading import Moment
from bot.domain.dates import date_in_words, dates_in_words
from bot.domain.holidays import holidays_of
from bot.domain.installations import UNINSTALLED
from bot.domain.outbox import State
from bot.domain.pauses import SILENT_AFTER, PausedBecause
from bot.domain.schedules import Occurrence
from bot.domain.times import times_in_words, weekdays_in_words
from bot.domain.why import Answer, PausedBy, Post, Reason, Scheduled, date_meant, nearest_time
from bot.domain.workspaces import Channel, Hindrance, hindrance
from bot.services.why import Explained

_WAITING = "It waits for a process that delivers: does `limber run` or `limber worker` run?"


@dataclass(frozen=True, slots=True)
class _Asked:
    """The moment that was asked about, and in which channel."""

    channel: Channel
    moment: Moment
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.channel.zone)

    def day_in(self, scheduled: Scheduled) -> date:
        return date_meant(scheduled.schedule, self.moment.instant)

    def date(self, day: date | None) -> str:
        return date_in_words(day, self.today) if day else "no day"

    def local(self, instant: datetime) -> str:
        wall = instant.astimezone(self.zone)
        return f"{self.date(wall.date())} at {wall:%H:%M}"


def explanation(channel: Channel, moment: Moment, explained: Explained, now: datetime) -> str:
    """Word an answer: what was asked, why, and the nearest breaks before and after."""
    asked = _Asked(channel, moment, now)
    name = f"#{channel.name}" if channel.name else channel.slack_id
    lines = [
        f"{name}, {asked.date(moment.day)} at {moment.at:%H:%M}, {channel.zone}",
        _skipped(asked),
        _answer(explained.answer, asked),
        _edited(explained.answer.scheduled, asked),
        f"Before it: {_near(explained.before, asked)}.",
        f"After it: {_near(explained.after, asked)}.",
    ]
    return "\n".join(filter(None, lines))


def _near(near: Post | Occurrence | None, asked: _Asked) -> str:
    if near is None:
        return "no break"
    how = near.state if isinstance(near, Post) else "to come"
    return f"{asked.local(near.due_at)}, {how}"


def _skipped(asked: _Asked) -> str:
    at, served = asked.moment.at, asked.moment.instant.astimezone(asked.zone)
    if served.time() == at:
        return ""
    return f"The clocks went forward over {at:%H:%M}; a break of that time is served at {served:%H:%M}."


def _edited(scheduled: Scheduled | None, asked: _Asked) -> str:
    if scheduled is None or scheduled.version == 1 or asked.moment.instant > asked.now:
        return ""
    return f"Schedule {scheduled.id} was edited since it was made; this goes by how it reads now."


def _answer(answer: Answer, asked: _Asked) -> str:
    match answer:
        case Answer(Reason.RECORDED, post=Post() as post):
            return _STATES[post.state](post, asked)
        case Answer(Reason.NOT_RUNNING, post=Post() as post):
            return _not_running(post, asked)
        case Answer(Reason.PAUSED, paused=PausedBy() as paused):
            return _no_break(_paused(paused, asked), asked)
        case Answer(Reason.COMING, scheduled=Scheduled(id=number)):
            return f"A break is due then, of schedule {number}."
        case Answer(Reason.NOT_PLANNED, scheduled=Scheduled(id=number)):
            return f"A break of schedule {number} was due. {_WAITING}"
        case Answer(reason, scheduled=Scheduled() as scheduled):
            return _no_break(_REASONS[reason](scheduled, asked), asked)
        case _:
            return _no_break("the channel has no schedules", asked)


def _no_break(why: str, asked: _Asked) -> str:
    return f"No break {'was' if asked.moment.instant <= asked.now else 'is'} due: {why}."


def _not_running(first: Post, asked: _Asked) -> str:
    back = asked.local(first.settled_at) if first.settled_at else "later"
    away = f"from {asked.local(first.due_at)} until {back}"
    return f"Missed by us: Limber did not run then. Of what passed {away}, the first is recorded."


def _paused(paused: PausedBy, asked: _Asked) -> str:
    pause, by = paused.pause, paused.by or "somebody who is gone"
    until = f"until {asked.local(pause.until)}" if pause.until else "until somebody lets them go on"
    if pause.why is PausedBecause.SILENT:
        return f"nobody had used {SILENT_AFTER} break days in a row, so they paused by themselves {until}"
    if pause.why is PausedBecause.TODAY:
        return f"{by} paused breaks for the day, from {asked.local(pause.since)} {until}"
    return f"{by}, a keeper or an admin, paused breaks from {asked.local(pause.since)} {until}"


def _weekday(scheduled: Scheduled, asked: _Asked) -> str:
    days = weekdays_in_words(scheduled.schedule.weekdays)
    return f"{asked.day_in(scheduled):%A} is not among the days of schedule {scheduled.id} ({days})"


def _day_off(scheduled: Scheduled, asked: _Asked) -> str:
    off = next(each for each in scheduled.schedule.days_off if asked.day_in(scheduled) in each)
    return f"{dates_in_words(off, asked.today)} is off in schedule {scheduled.id}"


def _holiday(scheduled: Scheduled, asked: _Asked) -> str:
    region, day = scheduled.schedule.holidays, asked.day_in(scheduled)
    name = holidays_of(region, day.year)[day]
    return f"{asked.date(day)} is a public holiday in {region} ({name})"


def _not_a_time(scheduled: Scheduled, asked: _Asked) -> str:
    near = nearest_time(scheduled.schedule, asked.moment.instant.astimezone(asked.zone))
    times = times_in_words(scheduled.schedule.times)
    return f"{asked.moment.at:%H:%M} is no time of schedule {scheduled.id} ({times}); the nearest is {near:%H:%M}"


def _stopped(reason: str) -> str:
    if hindrance(reason) is Hindrance.DEACTIVATED:
        return "the account of the person whose breaks they are is deactivated"
    return "the app was uninstalled" if reason == UNINSTALLED else f"Slack said {reason}"


def _changed(scheduled: Scheduled, _asked: _Asked) -> str:
    meanwhile = "it was changed or paused, or the channel was stopped, meanwhile"
    return f"schedule {scheduled.id} as it is now has a break then; {meanwhile}"


_REASONS: Mapping[Reason, Callable[[Scheduled, _Asked], str]] = {
    Reason.STOPPED: lambda _, asked: f"the channel is stopped, because {_stopped(asked.channel.stopped_because or '')}",
    Reason.SCHEDULE_PAUSED: lambda it, _: f"schedule {it.id} is paused",
    Reason.MADE_LATER: lambda it, asked: f"schedule {it.id} was made only on {asked.local(it.created_at)}",
    Reason.CHANGED: _changed,
    Reason.REPEATED: lambda _, __: "the clocks went back, and the first of the two times has the break",
    Reason.BEFORE_START: lambda it, asked: f"schedule {it.id} begins on {asked.date(it.schedule.starts_on)}",
    Reason.AFTER_END: lambda it, asked: f"schedule {it.id} ended on {asked.date(it.schedule.ends_on)}",
    Reason.WEEKDAY: _weekday,
    Reason.DAY_OFF: _day_off,
    Reason.HOLIDAY: _holiday,
    Reason.NOT_A_TIME: _not_a_time,
}
"""The reasons about one schedule; each ends a sentence that says that no break was due."""


def _sent(post: Post, asked: _Asked) -> str:
    found = f"Message {post.message_ts}."
    if post.posted_at is None or post.late is None:
        return f"Posted, though Slack's answer never came: the message was found there, and not sent again. {found}"
    by_hand = ", asked for by hand" if post.is_by_hand else ""
    at = f"{post.posted_at.astimezone(asked.zone):%H:%M:%S}"
    return f"Posted at {at}{by_hand}, {late_in_words(post.late)} late, {_attempts(post)}. {found}"


def _attempts(post: Post) -> str:
    return f"{post.attempts} attempts" if post.attempts != 1 else "1 attempt"


def _missed(post: Post, asked: _Asked) -> str:
    settled = f" We came to it on {asked.local(post.settled_at)}, {_attempts(post)}." if post.settled_at else ""
    return f"Missed by us: {post.error or 'nobody was there to send it'}.{settled} It counts against nobody."


def _pending(post: Post, asked: _Asked) -> str:
    if post.due_at > asked.now:
        return "Waiting for its time."
    if post.error:
        return f"Waiting for the next attempt, after {_attempts(post)}: {post.error}."
    return _WAITING


_STATES: Mapping[State, Callable[[Post, _Asked], str]] = {
    State.PENDING: _pending,
    State.LEASED: lambda _, __: "Being sent at this moment.",
    State.INTENT: lambda _, __: "Being sent at this moment: the call to Slack is under way.",
    State.UNCERTAIN: lambda post, _: (
        f"Waiting to be looked up: Slack may have the message or not ({post.error or 'no answer'})."
    ),
    State.SENT: _sent,
    State.MISSED: _missed,
    State.DROPPED: lambda post, _: f"Given up before it was sent: {post.error or 'it was overtaken'}.",
    State.DEAD: lambda post, _: f"Not posted, for good: Slack said {post.error or 'no'}, {_attempts(post)}.",
}
