"""Setting breaks up: the form of one schedule, and how schedules are said in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.domain.dates import dates_to_type, day_in_words
from bot.domain.forms import ANY_ROUTINE, EXERCISE, ROUTINE, hours_of_night
from bot.domain.holidays import region_in_words
from bot.domain.pauses import Pause, PausedBecause
from bot.domain.schedules import Occurrence, Schedule, Serves, lies_around_midnight
from bot.domain.times import MANY_TIMES, WEEKDAY_NAMES, times_in_words, weekdays_in_words, zone_in_words
from bot.domain.workspaces import ScheduleRecord, is_direct
from bot.slack.ids import Action, View
from bot.slack.views import parts, pauses, workspaces
from bot.slack.views.parts import Block
from routines.model import Area, Routine

STALE = "This changed while it was open. Below is what you entered, and under it what is saved now. Save replaces it."
ONE_NIGHT = (
    "These times lie on both sides of midnight. If they are one night to you, say below when a new day begins there;"
    " then they count for one date. Press the button below once more."
)

_MOST_OPTIONS = 100
"""What Slack takes in one group of a menu."""

_MOST_IN_A_LINE = 8


@dataclass(frozen=True, slots=True)
class Preview:
    """The next breaks of what is entered, or the sentences that say why it cannot be read."""

    following: Sequence[Occurrence]
    reader_zone: str
    today: date
    problems: Sequence[str] = ()
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Asks:
    """What a form asks for beside what every form does: when the channel's day begins, and what most leave as it is."""

    day: bool = False
    more: bool = False


def form(
    schedule: Schedule,
    routines: Sequence[Routine],
    *,
    channel_slack_id: str,
    record: ScheduleRecord | None,
    notice: str = "",
    preview: Preview | None = None,
    asks: Asks | None = None,
) -> Block:
    """Write the form of a schedule, filled with `schedule`; `record` is the stored one being edited, None if it is new.

    What it asks for beside what `asks` says is asked anyway where it matters.
    """
    more = _has_more(schedule) or (asks is not None and asks.more)
    asks_day = (
        schedule.day_starts_at.hour > 0 or lies_around_midnight(schedule.times) or (asks is not None and asks.day)
    )
    carried = {"channel": channel_slack_id, "schedule": record.id if record else None}
    rows: list[Block] = [
        *([parts.section(notice)] if notice else []),
        *([] if record else [parts.section(about(channel_slack_id))]),
        *_when(schedule),
        *(_day_starts(schedule) if asks_day else []),
        _areas(schedule, routines),
        *([*_what(schedule, routines), *_except(schedule)] if more else []),
        *([parts.context(f"Saved now: {in_words(record.schedule)}.")] if notice and record else []),
        parts.divider(),
        *_preview(schedule, preview, more=more),
    ]
    return parts.modal(
        "Stretch breaks",
        rows,
        callback_id=View.SCHEDULE,
        submit="Save" if record else "Start",
        close="Cancel",
        carried=json.dumps({**carried, "version": record.version if record else None, "day": asks_day, "more": more}),
    )


def about(channel_slack_id: str) -> str:
    """Write whose breaks these are."""
    if is_direct(channel_slack_id):
        return "Breaks of your own, in our direct messages. Nobody else sees them."
    return f"Breaks in <#{channel_slack_id}>. Taking part is up to everyone, and nobody is listed unasked."


def _when(schedule: Schedule) -> list[Block]:
    days = [parts.option(name, number) for number, name in enumerate(WEEKDAY_NAMES)]
    times = ", ".join(at.strftime("%H:%M") for at in schedule.times)
    return [
        parts.entry("times", "At these times", parts.text_input(times), hint="Up to 12 a day. 1 or 2 work best."),
        parts.entry("weekdays", "On these days", parts.several_of("checkboxes", days, map(str, schedule.weekdays))),
        parts.entry(
            "zone",
            "In this time zone",
            parts.text_input(schedule.zone),
            hint="A city, or a full name: Berlin, America/New_York.",
        ),
    ]


def _day_starts(schedule: Schedule) -> list[Block]:
    hours = [parts.option(f"{at:%H:%M}" if at.hour else "Midnight", f"{at:%H:%M}") for at in hours_of_night()]
    begins = schedule.day_starts_at
    if begins.hour == 0 and lies_around_midnight(schedule.times):
        begins = begins.replace(hour=6)
    element = parts.one_of("static_select", hours, f"{begins:%H:%M}")
    hint = "For all breaks of this channel: until then it is still the date before."
    return [parts.entry("day_starts", "A new day begins at", element, hint=hint)]


def _has_more(schedule: Schedule) -> bool:
    """Tell whether a schedule has anything of what the form asks for only on request."""
    return replace(schedule, **_MORE) != schedule


_MORE: dict[str, Any] = {
    "more_areas": (),
    "serves": Serves.FIXED,
    "whole_routine": False,
    "left_out": frozenset(),
    "routine_id": "",
    "holidays": "",
    "days_off": (),
    "starts_on": None,
    "ends_on": None,
}


def _areas(schedule: Schedule, routines: Sequence[Routine]) -> Block:
    ordered = [parts.option(area.title, area.value) for area in _areas_of(routines)]
    element = parts.several_of("checkboxes", ordered, schedule.areas)
    return parts.entry("areas", "For these parts of the body", element, hint="With several, each week has another.")


def _areas_of(routines: Sequence[Routine]) -> list[Area]:
    return [area for area in Area if not area.is_spare and any(routine.area is area for routine in routines)]


def _what(schedule: Schedule, routines: Sequence[Routine]) -> list[Block]:
    turns = [
        parts.option("A new one each week", Serves.ROTATION.value),
        parts.option("All of them, shuffled", Serves.MIX.value),
    ]
    units = [
        parts.option("One exercise, two minutes at most", EXERCISE),
        parts.option("A whole routine, five to nine minutes", ROUTINE),
    ]
    serves = Serves.ROTATION if schedule.serves is Serves.FIXED else schedule.serves
    unit = ROUTINE if schedule.whole_routine else EXERCISE
    groups = [
        {
            "label": parts.plain(area.title),
            "options": [parts.option(each.name, each.id) for each in _of(area, routines)][:_MOST_OPTIONS],
        }
        for area in _areas_of(routines)
    ]
    left_out = parts.several_of("multi_static_select", groups, schedule.left_out)
    return [
        parts.entry("serves", "Several parts take turns like this", parts.one_of("radio_buttons", turns, serves.value)),
        parts.entry("unit", "Each break is", parts.one_of("radio_buttons", units, unit)),
        _alone(schedule, routines),
        parts.entry("left_out", "Exercises to leave out", left_out, optional=True),
    ]


def _alone(schedule: Schedule, routines: Sequence[Routine]) -> Block:
    offered = [parts.option("All of these parts of the body", ANY_ROUTINE)]
    offered += [parts.option(routine.title, routine.id) for routine in routines][: _MOST_OPTIONS - 1]
    element = parts.one_of("static_select", offered, schedule.routine_id)
    hint = "One routine alone: each break is one of its exercises, or all of it."
    return parts.entry("routine", "It comes from", element, hint=hint)


def _of(area: Area, routines: Sequence[Routine]) -> list[Any]:
    return [exercise for routine in routines if routine.area is area for exercise in routine.exercises]


def _except(schedule: Schedule) -> list[Block]:
    region = schedule.holidays if "-" in schedule.holidays else region_in_words(schedule.holidays)
    days_off = ", ".join(dates_to_type(off) for off in schedule.days_off)
    return [
        parts.entry(
            "holidays",
            "No breaks on the public holidays of",
            parts.text_input(region),
            hint="A country, or a part of it: Germany, DE-BY, United States.",
            optional=True,
        ),
        parts.entry(
            "days_off",
            "Nor on these days off",
            parts.text_input(days_off, max_length=1000),
            hint="Such as 24 Dec to 2 Jan, 1 May.",
            optional=True,
        ),
        parts.entry("starts_on", "First day", parts.date_input(schedule.starts_on), optional=True),
        parts.entry("ends_on", "Last day", parts.date_input(schedule.ends_on), optional=True),
    ]


def _preview(schedule: Schedule, preview: Preview | None, *, more: bool) -> list[Block]:
    show = parts.button("Show the next five", Action.SCHEDULE_PREVIEW)
    button = [show] if more else [show, parts.button("More choices", Action.SCHEDULE_MORE)]
    if preview is None:
        return [parts.actions(*button)]
    if preview.problems:
        return [parts.section(parts.bullets(map(parts.escape, preview.problems))), parts.actions(*button)]
    said = "\n".join([next_five(preview.following, schedule.zone, preview), *preview.warnings])
    return [parts.section(said), parts.actions(*button)]


def next_five(following: Sequence[Occurrence], zone: str, preview: Preview) -> str:
    """Write the next breaks in their zone, and in the reader's where it shows another time."""
    if not following:
        return "Nothing comes: these breaks are over, or rest on every day."
    lines = pauses.lines(following, zone, preview.reader_zone, preview.today)
    return f"Next, {zone_in_words(zone)} time:\n{parts.bullets(lines)}"


def in_words(schedule: Schedule) -> str:
    """Write a schedule: weekdays at 10:25 and 14:55, Berlin time, lower back."""
    when = f"{weekdays_in_words(schedule.weekdays)} at {times_in_words(schedule.times)}"
    return f"{when}, {zone_in_words(schedule.zone)} time, {_served_in_words(schedule)}{_except_in_words(schedule)}"


def all_in_words(records: Sequence[ScheduleRecord]) -> str:
    """Write a channel's schedules, as many as fit, and which are paused."""
    said = [f"{in_words(each.schedule)}{', paused' if each.schedule.paused else ''}" for each in records]
    return "; and ".join(said[:_MOST_IN_A_LINE])


def _served_in_words(schedule: Schedule) -> str:
    names = [parts.lower_first(Area(area).title if area in set(Area) else area) for area in schedule.areas]
    whole = " routine" if schedule.whole_routine else ""
    if schedule.routine_id:
        return f"{'the whole' if whole else 'one exercise from the'} {schedule.routine_id} routine"
    if schedule.serves is Serves.ROTATION and len(names) > 1:
        return f"a new area{whole} each week: {parts.listed(names)}"
    if schedule.serves is Serves.MIX and len(names) > 1:
        return f"a mix of {parts.listed(names)}{whole and ' routines'}"
    return f"{names[0]}{whole}"


def _except_in_words(schedule: Schedule) -> str:
    """Write when it rests: public holidays, days off, before it starts and after it ends."""
    rests = [f"not on public holidays of {region_in_words(schedule.holidays)}"] if schedule.holidays else []
    if schedule.left_out:
        rests.append(f"{parts.count(len(schedule.left_out), 'exercise')} left out")
    if schedule.days_off:
        rests.append("with days off")
    if schedule.starts_on:
        rests.append(f"from {day_in_words(schedule.starts_on, None)}")
    if schedule.ends_on:
        rests.append(f"until {day_in_words(schedule.ends_on, None)}")
    return "".join(f", {each}" for each in rests)


def saved(record: ScheduleRecord, held_by: Pause | None, today: date) -> str:
    """Write what is said of a schedule that was saved, as it is stored now."""
    following = not_due(record, held_by, today)
    if record.next_due_at is not None:
        place = record.channel.slack_id
        whose = "Your next one" if record.channel.is_direct else f"The next one in <#{place}>"
        following = f"{whose} is on {parts.local_moment(record.next_due_at, record.schedule.zone)}."
    warning = many(record.schedule) if len(record.schedule.times) > MANY_TIMES else ""
    return f"Saved. {following} {warning}".strip()


def resumed(record: ScheduleRecord, held_by: Pause | None, today: date) -> str:
    """Write what is said of a schedule that was let go on."""
    if record.next_due_at is not None:
        return "These breaks go on."
    return f"These breaks are no longer paused by themselves. {not_due(record, held_by, today)}"


def not_due(record: ScheduleRecord, held_by: Pause | None, today: date) -> str:
    """Write why a stored schedule is never due as things are."""
    if record.channel.stopped_because is not None:
        return workspaces.none_come(record.channel.slack_id, record.channel.stopped_because)
    if record.schedule.paused:
        return "They are paused."
    if held_by is None:
        return "Nothing of it is due."
    (when,) = pauses.in_words(record.channel, [held_by], today)
    if held_by.why is PausedBecause.AWAY:
        return f"Nothing comes {when}."
    return f"All breaks here are paused {when}; *Resume* brings them back."


def many(schedule: Schedule) -> str:
    """Write what is said of more times a day than people like."""
    return f"{len(schedule.times)} a day is a lot; people like 1 or 2 best."


def notice(text: str, title: str = "Stretch breaks") -> Block:
    """Write a modal that only says something."""
    return parts.modal(title, [parts.section(text)], callback_id=View.NOTICE)


def field_errors(errors: Mapping[str, str]) -> Block:
    """Write Slack's answer that puts a sentence under each wrong field."""
    return {"response_action": "errors", "errors": dict(errors)}
