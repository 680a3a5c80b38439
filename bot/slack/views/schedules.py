"""Setting breaks up: the modal, what it says when it is saved, and the introduction posted to the channel."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.schedules import Schedule, times_in_words, weekdays_in_words
from bot.domain.workspaces import ScheduleRecord
from bot.slack.ids import Action, View
from bot.slack.views import parts
from bot.slack.views.parts import Block, Message
from routines.model import Area

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MANY_TIMES = 4
"""Breaks a day above which the set-up warns: more are easily felt as nagging."""

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
        parts.section(f"Breaks in <#{channel_slack_id}>. Taking part is up to everyone, and nobody is listed unasked."),
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


def _inputs(schedule: Schedule, areas: Sequence[Area]) -> list[Block]:
    days = [parts.option(name, number) for number, name in enumerate(_WEEKDAYS)]
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
    city = schedule.zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
    area = Area(schedule.area).title if schedule.area in set(Area) else schedule.area
    when = f"{weekdays_in_words(schedule.weekdays)} at {times_in_words(schedule.times)}"
    return f"{when}, {city} time, {parts.lower_first(area)}"


def saved(schedule: Schedule, channel_slack_id: str, next_due_at: datetime | None) -> Block:
    """Write the modal that confirms a saved schedule."""
    following = "They are paused."
    if next_due_at is not None:
        following = f"The next one is on {local_moment(next_due_at, schedule.zone)}."
    warning = (
        f"{len(schedule.times)} a day is a lot; people like 1 or 2 best." if len(schedule.times) > _MANY_TIMES else ""
    )
    text = f"Saved. Breaks in <#{channel_slack_id}>: {in_words(schedule)}. {following} {warning}".strip()
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
        " with a check mark or a flexed arm, or let it pass. Each takes under two minutes and has a seated version."
        " Nobody is listed by name unless they ask to be, and nothing about health is asked or kept."
    )
    change = parts.button("Change times", Action.SCHEDULE_SETUP, record.channel.slack_id)
    show = parts.button("Try one now", Action.ROUTINE_SHOW, f"lowback|{record.channel.slack_id}")
    return Message(f"{text} {parts.offered(show, change)}", [parts.section(text), parts.actions(show, change)])
