"""What is said when breaks pause and go on, and which ones come next."""

from collections.abc import Sequence
from datetime import date

from bot.domain.dates import date_in_words
from bot.domain.instants import local_date_of
from bot.domain.pauses import SILENT_AFTER, FellSilent, Pause, pause_in_words
from bot.domain.schedules import Occurrence
from bot.domain.times import zone_in_words
from bot.domain.workspaces import Channel
from bot.slack.ids import Action
from bot.slack.views import parts, workspaces
from bot.slack.views.parts import Message


def in_words(channel: Channel, pauses: Sequence[Pause], today: date) -> list[str]:
    """Write when each of a channel's pauses is, as after "Paused"; those that are alike once."""
    said = (pause_in_words(each, today, channel.place, is_own=channel.is_direct) for each in pauses)
    return list(dict.fromkeys(said))


def paused(
    channel: Channel, pauses: Sequence[Pause], following: Occurrence | None, held_by: Pause | None, today: date
) -> Message:
    """Write the private answer to pausing a channel: when it is paused, and which break comes next."""
    when = parts.listed(in_words(channel, pauses, today))
    resume = parts.button("Resume", Action.PAUSE_END, channel.slack_id)
    another = held_by if held_by not in pauses else None
    said = f"Paused {when}. {_next_one(channel, following, another, today)}".strip()
    return Message(f"{said} {parts.offered(resume)}", [parts.section(said, resume)])


def resumed(
    channel: Channel, following: Occurrence | None, held_by: Pause | None, taken_back: Sequence[Pause], today: date
) -> Message:
    """Write the private answer to letting a channel go on: what was taken back, and which break comes next."""
    if taken_back:
        text = f"Taken back: the pause {parts.listed(in_words(channel, taken_back, today))}."
    else:
        text = "They go on." if following else "That pause is over."
    coming = _next_one(channel, following, held_by, today)
    if channel.stopped_because is not None:
        coming = workspaces.none_come(channel.slack_id, channel.stopped_because)
    elif not coming:
        coming = "Nothing is due, though: each has ended, or is paused by itself. `/stretch setup` shows them."
    return parts.words(f"{text} {coming}")


def _next_one(channel: Channel, following: Occurrence | None, held_by: Pause | None, today: date) -> str:
    if following is not None:
        day = date_in_words(local_date_of(following.due_at, channel.zone), today)
        return f"The next break here is on {day} at {parts.clock_time(following.due_at, channel.zone)}."
    return f"Another pause holds them {in_words(channel, [held_by], today)[0]}." if held_by else ""


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
