"""What is said when breaks pause and go on, and which ones come next."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.dates import date_in_words
from bot.domain.instants import local_date_of
from bot.domain.pauses import SILENT_AFTER, FellSilent
from bot.domain.schedules import Occurrence
from bot.domain.times import zone_in_words
from bot.domain.workspaces import Channel
from bot.slack.ids import Action
from bot.slack.views import parts
from bot.slack.views.parts import Message


def paused(channel: Channel, until: datetime | None, following: Occurrence | None, today: date) -> Message:
    """Write the private answer to pausing a channel until an instant (UTC), or for good."""
    if until is None:
        text = f"Paused until {'you resume' if channel.is_direct else 'somebody resumes'} them."
    elif local_date_of(until, channel.zone, channel.day_starts_at) == date.fromordinal(today.toordinal() + 1):
        text = "Paused for today."
    else:
        text = f"Paused until {date_in_words(local_date_of(until, channel.zone, channel.day_starts_at), today)}."
    resume = parts.button("Resume", Action.PAUSE_END, channel.slack_id)
    said = f"{text} {_next_one(channel, following, today)}".strip()
    return Message(f"{said} {parts.offered(resume)}", [parts.section(said, resume)])


def resumed(channel: Channel, following: Occurrence | None, today: date) -> Message:
    """Write the private answer to letting a channel go on."""
    text = f"They go on. {_next_one(channel, following, today)}".strip()
    return parts.words(text)


def _next_one(channel: Channel, following: Occurrence | None, today: date) -> str:
    if following is None:
        return ""
    day = date_in_words(local_date_of(following.due_at, channel.zone), today)
    return f"The next break here is on {day} at {parts.clock_time(following.due_at, channel.zone)}."


def upcoming(channel: Channel, occurrences: Sequence[Occurrence], reader_zone: str, today: date) -> Message:
    """Write a channel's next breaks in its zone, and in the reader's where it shows another time."""
    if not occurrences:
        text = "Nothing is due here. `/stretch setup` makes breaks, `/stretch resume` lets paused ones go on."
        return parts.words(text)
    said = lines(occurrences, channel.zone, reader_zone, today)
    title = f"The next breaks here, {zone_in_words(channel.zone)} time:"
    return Message(f"{title} {'; '.join(said)}.", [parts.section(f"{title}\n{parts.bullets(said)}")])


def lines(occurrences: Sequence[Occurrence], zone: str, reader_zone: str, today: date) -> list[str]:
    """Write breaks, a line each, in their zone, and in the reader's where it shows another time."""
    return [_line(each, zone, reader_zone, today) for each in occurrences]


def _line(occurrence: Occurrence, zone: str, reader_zone: str, today: date) -> str:
    here, there = local_date_of(occurrence.due_at, zone), local_date_of(occurrence.due_at, reader_zone)
    at, for_you = parts.clock_time(occurrence.due_at, zone), parts.clock_time(occurrence.due_at, reader_zone)
    line = f"{date_in_words(here, today)} at {at}"
    if (here, at) == (there, for_you):
        return line
    day = "" if here == there else f"{there:%A} "
    return f"{line} ({day}{for_you} for you)"


def fell_silent(shown: FellSilent) -> Message:
    """Write what a channel is told once when nobody has used its breaks for a while: that they rest."""
    text = f"Nobody has used the breaks here for {SILENT_AFTER} break days in a row, so I've paused them."
    resume = parts.button("Resume", Action.PAUSE_END, shown.channel_slack_id)
    other = parts.button("Other times", Action.SCHEDULE_SETUP, shown.channel_slack_id)
    return Message(f"{text} {parts.offered(resume, other)}", [parts.section(text), parts.actions(resume, other)])
