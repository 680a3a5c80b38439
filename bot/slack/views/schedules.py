"""Setting breaks up: the modal, what it says when it is saved, and the introduction posted to the channel."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.schedules import Schedule, Serves
from bot.domain.times import MANY_TIMES, WEEKDAY_NAMES, times_in_words, weekdays_in_words, zone_in_words
from bot.domain.workspaces import ScheduleRecord, is_direct
from bot.slack.ids import Action, View
from bot.slack.views import parts, privacy
from bot.slack.views.parts import Block, Message
from routines.model import Area

STALE = "This changed while it was open. Below is what you entered, and under it what is saved now. Save replaces it."


def setup(
    schedule: Schedule,
    areas: Sequence[Area],
    *,
    channel_slack_id: str,
    record: ScheduleRecord | None,
    others: Sequence[ScheduleRecord] = (),
    notice: str = "",
) -> Block:
    """Write the set-up modal, filled with `schedule`; `record` is the stored one being edited, None for a new one."""
    carried = {"channel": channel_slack_id, "schedule": record.id if record else None}
    rows: list[Block] = [
        *([parts.section(notice)] if notice else []),
        parts.section(_about(channel_slack_id)),
        *_inputs(schedule, areas),
        *(_stored(record) if record else []),
        *_others(others),
    ]
    return parts.modal(
        "Stretch breaks",
        rows,
        callback_id=View.SCHEDULE,
        submit="Save" if record else "Start",
        close="Cancel",
        carried=json.dumps({**carried, "version": record.version if record else None}),
    )


def _about(channel_slack_id: str) -> str:
    if is_direct(channel_slack_id):
        return "Breaks of your own, here in this conversation. Nobody else sees them."
    return f"Breaks in <#{channel_slack_id}>. Taking part is up to everyone, and nobody is listed unasked."


def _inputs(schedule: Schedule, areas: Sequence[Area]) -> list[Block]:
    days = [parts.option(name, number) for number, name in enumerate(WEEKDAY_NAMES)]
    times = ", ".join(at.strftime("%H:%M") for at in schedule.times)
    area_options = [parts.option(area.title, area.value) for area in areas]
    chosen = next((each for each in area_options if each["value"] == schedule.area), area_options[0])
    checkboxes: Block = {"type": "checkboxes", "action_id": "weekdays", "options": days}
    checked = [days[number] for number in sorted(schedule.weekdays)]
    select: Block = {"type": "static_select", "action_id": "area", "options": area_options, "initial_option": chosen}
    return [
        _input("weekdays", "On these days", checkboxes | ({"initial_options": checked} if checked else {})),
        _input("times", "At these times", _text("times", times), hint="Up to 12 a day, such as 10:25, 14:55."),
        _input("zone", "In this time zone", _text("zone", schedule.zone), hint="Such as Europe/Berlin."),
        _input("area", "For this part of the body", select),
    ]


def _input(block_id: str, label: str, element: Block, hint: str = "") -> Block:
    block = {"type": "input", "block_id": block_id, "label": parts.plain(label), "element": element}
    return block | {"hint": parts.plain(hint)} if hint else block


def _text(action_id: str, value: str) -> Block:
    return {"type": "plain_text_input", "action_id": action_id, "initial_value": value, "max_length": 200}


def _stored(record: ScheduleRecord) -> list[Block]:
    """Write what can be done with a stored schedule besides editing it."""
    paused = record.schedule.paused
    change = (
        parts.button("Resume", Action.SCHEDULE_RESUME, record.id)
        if paused
        else parts.button("Pause", Action.SCHEDULE_PAUSE, record.id)
    )
    delete = parts.confirmed(
        parts.button("Delete", Action.SCHEDULE_DELETE, record.id, style="danger"),
        title="Delete these breaks?",
        text="Nothing more is posted on this schedule. What people did stays.",
        confirm="Delete",
        deny="Keep",
    )
    state = "These breaks are paused." if paused else f"Now: {in_words(record.schedule)}."
    return [parts.divider(), parts.section(state), parts.actions(change, delete)]


def _others(others: Sequence[ScheduleRecord]) -> list[Block]:
    return [
        parts.section(f"Also here: {in_words(other.schedule)}.", parts.button("Edit", Action.SCHEDULE_EDIT, other.id))
        for other in others[:10]
    ]


def in_words(schedule: Schedule) -> str:
    """Write a schedule: weekdays at 10:25 and 14:55, Berlin time, lower back."""
    when = f"{weekdays_in_words(schedule.weekdays)} at {times_in_words(schedule.times)}"
    return f"{when}, {zone_in_words(schedule.zone)} time, {_served_in_words(schedule)}{_except_in_words(schedule)}"


def _served_in_words(schedule: Schedule) -> str:
    names = [parts.lower_first(Area(area).title if area in set(Area) else area) for area in schedule.areas]
    whole = " routine" if schedule.whole_routine else ""
    if schedule.serves is Serves.ROTATION and len(names) > 1:
        return f"a new area{whole} each week: {parts.listed(names)}"
    if schedule.serves is Serves.MIX and len(names) > 1:
        return f"a mix of {parts.listed(names)}{whole and ' routines'}"
    return f"{names[0]}{whole}"


def _except_in_words(schedule: Schedule) -> str:
    """Write when it rests: public holidays, days off, before it starts and after it ends."""
    rests = [f"not on public holidays ({schedule.holidays})"] if schedule.holidays else []
    if schedule.days_off:
        rests.append("with days off")
    if schedule.starts_on:
        rests.append(f"from {parts.long_date(schedule.starts_on)}")
    if schedule.ends_on:
        rests.append(f"until {parts.long_date(schedule.ends_on)}")
    return "".join(f", {each}" for each in rests)


def saved(schedule: Schedule, channel_slack_id: str, next_due_at: datetime | None) -> Block:
    """Write the modal that confirms a saved schedule."""
    following = "They are paused."
    if next_due_at is not None:
        following = f"The next one is on {local_moment(next_due_at, schedule.zone)}."
    warning = (
        f"{len(schedule.times)} a day is a lot; people like 1 or 2 best." if len(schedule.times) > MANY_TIMES else ""
    )
    where = "Your own breaks" if is_direct(channel_slack_id) else f"Breaks in <#{channel_slack_id}>"
    text = f"Saved. {where}: {in_words(schedule)}. {following} {warning}".strip()
    return notice(text)


def local_moment(instant: datetime, zone: str) -> str:
    """Write an instant in a zone: Monday 2 March at 10:25."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%A} {parts.long_date(local.date())} at {parts.clock_time(instant, zone)}"


def notice(text: str, title: str = "Stretch breaks") -> Block:
    """Write a modal that only says something."""
    return parts.modal(title, [parts.section(text)], callback_id=View.NOTICE)


def field_errors(errors: Mapping[str, str]) -> Block:
    """Write Slack's answer that puts a sentence under each wrong field."""
    return {"response_action": "errors", "errors": dict(errors)}


def introduction(record: ScheduleRecord, keeper_name: str) -> Message:
    """Write what a channel is told once: who set breaks up, when they come, that they are voluntary, what is kept."""
    keeper = parts.escape(keeper_name)
    text = (
        f"{keeper} set up stretch breaks here: {in_words(record.schedule)}. Take part when you like: press Done, react"
        " with a check mark or a flexed arm, or let it pass. Each takes two minutes at most and has a seated version."
        " Nobody is listed by name unless they ask to be, and nothing about health is asked or kept. Not the moment?"
        " Anyone can pause it for today."
    )
    change = parts.button("Change times", Action.SCHEDULE_SETUP, record.channel.slack_id)
    show = parts.button("Try one now", Action.ROUTINE_SHOW, f"lowback|{record.channel.slack_id}")
    pause = parts.button("Pause for today", Action.PAUSE_TODAY, record.channel.slack_id)
    buttons = (show, change, pause, privacy.open_kept())
    return Message(f"{text} {parts.offered(*buttons)}", [parts.section(text), parts.actions(*buttons)])
