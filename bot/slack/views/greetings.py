"""What a channel reads when the app was invited, and the introduction it becomes once somebody set breaks up."""

from datetime import date

from bot.domain.breaks import COUNTED_REACTIONS
from bot.domain.greetings import Hello, Introduction
from bot.domain.pauses import Pause
from bot.domain.times import times_in_words, weekdays_in_words
from bot.domain.workspaces import ScheduleRecord
from bot.slack.ids import Action
from bot.slack.views import parts, privacy, schedules
from bot.slack.views.parts import Message

_MOST_REACTIONS = 5


def hello(greeting: Hello) -> Message:
    """Write the one greeting of a channel: what the app does, and how to start it with one press."""
    offered, slack_id = greeting.offered, greeting.channel_slack_id
    when = f"{weekdays_in_words(offered.weekdays)} {times_in_words(offered.times)}"
    you = (
        f"{parts.escape(greeting.inviter_name)}, you invited me, so you can start" if greeting.inviter_name else "Start"
    )
    text = (
        "Hello, I'm Limber. I post one short, pictured stretch at times you choose; each takes two minutes at most and"
        f" has a seated version. Nothing is scheduled yet. {you}:"
    )
    start = parts.button(
        f"Start: {when}, lower back", Action.GREETING_START, f"{slack_id}|{offered.zone}", style="primary"
    )
    choose = parts.button("Choose times", Action.SCHEDULE_SETUP, slack_id)
    show = parts.button("Show me one first", Action.ROUTINE_SHOW, f"lowback|{slack_id}")
    zone = parts.context(f"Times are in {offered.zone} time. Taking part is up to everyone.")
    rows = [parts.section(text), parts.actions(start, choose, show), zone]
    return Message(f"{text} {parts.offered(start, choose, show)}", rows)


def introduction(told: Introduction) -> Message:
    """Write who set breaks up, when they come, that they are voluntary, what is kept, and how to silence them."""
    change = parts.button("Change times", Action.SCHEDULE_SETUP, told.channel_slack_id)
    if not told.records:
        text = "There are no stretch breaks here at the moment."
        return Message(f"{text} {parts.offered(change)}", [parts.section(text, change)])
    when = "; and ".join(schedules.in_words(record.schedule) for record in told.records)
    keeper = f"{parts.escape(told.keeper_name)} set up" if told.keeper_name else "There are"
    text = (
        f"{keeper} stretch breaks here: {when}. Take part when you like: press Done, {_reactions(told)}or let it pass."
        f" {_length(told)} Nobody is listed by name unless they ask to be, and"
        " nothing about health is asked or kept. Not the moment? Anyone can pause it for today."
    )
    show = parts.button("Try one now", Action.ROUTINE_SHOW, f"lowback|{told.channel_slack_id}")
    kept = privacy.open_kept()
    pause = parts.button("Pause for today", Action.PAUSE_TODAY, told.channel_slack_id)
    rows = [parts.section(text), parts.actions(show, change, kept, pause)]
    return Message(f"{text} {parts.offered(show, change, kept, pause)}", rows)


def _length(told: Introduction) -> str:
    if any(record.schedule.whole_routine for record in told.records):
        return "Every move has a seated version, and one finished move counts."
    return "Each takes two minutes at most and has a seated version."


def _reactions(told: Introduction) -> str:
    if not told.reactions:
        return ""
    if told.reactions == COUNTED_REACTIONS:
        return "react with a check mark or a flexed arm, "
    names = [name.replace("_", " ") for name in told.reactions[:_MOST_REACTIONS]]
    return f"react with {' or '.join([', '.join(names[:-1]), names[-1]]) if names[1:] else names[0]}, "


def started(record: ScheduleRecord, held_by: Pause | None, today: date) -> Message:
    """Write the private answer to Start: when the first break comes, or the pause that keeps it from coming."""
    place, coming = record.channel.slack_id, schedules.not_due(record, held_by, today)
    if record.next_due_at is not None:
        when = parts.local_moment(record.next_due_at, record.schedule.zone)
        coming = f"The first break in <#{place}> comes on {when}."
    buttons = [parts.button("Change times", Action.SCHEDULE_SETUP, place)]
    if record.next_due_at is None and held_by is not None:
        buttons.append(parts.button("Resume", Action.PAUSE_END, place))
    said = f"Started. {coming}"
    return Message(f"{said} {parts.offered(*buttons)}", [parts.section(said), parts.actions(*buttons)])


def there_already(channel_slack_id: str) -> Message:
    """Write the private answer to Start where breaks were set up meanwhile."""
    text = f"Breaks are set up in <#{channel_slack_id}> already. `/stretch next` shows when they come."
    return parts.words(text)
