"""Reading the set-up forms: what was entered becomes a schedule or settings, with a sentence for each wrong field."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, TypeVar

from bot.domain.boards import BoardPlan
from bot.domain.dates import check_reach, parse_days_off
from bot.domain.errors import InvalidInput
from bot.domain.holidays import parse_region
from bot.domain.keepers import ChannelSettings, parse_reactions
from bot.domain.schedules import Schedule, Serves
from bot.domain.times import parse_time, parse_times, parse_weekdays, parse_zone

ROUTINE, EXERCISE = "routine", "exercise"
ANY_ROUTINE = "any"
BOARD_OFF = "off"

Choices = Mapping[str, Sequence[str]]
"""The areas there are, in the order of menus, with the ids of each one's exercises."""

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Read:
    """What was read from a form of a schedule, as far as it could be, and a sentence for each field that was wrong."""

    schedule: Schedule
    errors: Mapping[str, str]


@dataclass(slots=True)
class _Form:
    entered: Mapping[str, Any]
    errors: dict[str, str] = field(default_factory=dict)

    def read(self, name: str, reader: Callable[[Any], _Value], otherwise: _Value) -> _Value:
        """Read a field; one that is wrong leaves its sentence, and `otherwise` in its place."""
        if name not in self.entered:
            return otherwise
        try:
            return reader(self.entered[name] or "")
        except InvalidInput as wrong:
            self.errors[name] = wrong.sentence
        except ValueError:  # no menu and no calendar offers that
            self.errors[name] = "I can't read that. Please choose it once more."
        return otherwise


def read_schedule(
    before: Schedule, entered: Mapping[str, Any], choices: Choices, today: date, *, routine_ids: Collection[str] = ()
) -> Read:
    """Read the form of a schedule that was `before`; a field that the form does not have stays as it was.

    `routine_ids` are those of the routines there are.
    """
    form = _Form(entered)
    areas = form.read("areas", lambda chosen: _areas(chosen, before.areas, choices), before.areas)
    after = replace(
        before,
        times=form.read("times", parse_times, before.times),
        weekdays=form.read("weekdays", _weekdays, before.weekdays),
        zone=form.read("zone", parse_zone, before.zone),
        area=areas[0],
        more_areas=areas[1:],
        serves=_serves(entered.get("serves"), before.serves) if areas[1:] else Serves.FIXED,
        whole_routine=form.read("unit", lambda unit: unit == ROUTINE, before.whole_routine),
        left_out=form.read("left_out", frozenset, before.left_out),
        routine_id=form.read("routine", lambda chosen: chosen if chosen in routine_ids else "", before.routine_id),
        holidays=form.read("holidays", parse_region, before.holidays),
        days_off=form.read("days_off", lambda text: parse_days_off(text, today), before.days_off),
        starts_on=form.read("starts_on", lambda text: _date(text, today), before.starts_on),
        ends_on=form.read("ends_on", lambda text: _date(text, today), before.ends_on),
        day_starts_at=form.read("day_starts", parse_time, before.day_starts_at),
    )
    _check(form, after, choices)
    return Read(after, form.errors)


def _areas(chosen: Sequence[str], before: tuple[str, ...], choices: Choices) -> tuple[str, ...]:
    wanted = set(chosen)
    if not wanted & set(choices):
        raise InvalidInput("areas", "Please choose at least one part of the body.")
    if wanted == set(before):
        return before  # in its own order, which a menu does not show
    return tuple(area for area in choices if area in wanted)


def _serves(chosen: str | None, before: Serves) -> Serves:
    found = Serves(chosen) if chosen in set(Serves) else before
    return Serves.ROTATION if found is Serves.FIXED else found


def _weekdays(chosen: Sequence[str]) -> frozenset[int]:
    return parse_weekdays([int(day) for day in chosen if day.isdecimal()])


def _date(text: str, today: date) -> date | None:
    if not text:
        return None
    chosen = date.fromisoformat(text)
    check_reach(chosen, today, "date")
    return chosen


def _check(form: _Form, schedule: Schedule, choices: Choices) -> None:
    """Check what fields have to do with each other."""
    for area in () if schedule.routine_id else schedule.areas:
        if not schedule.whole_routine and schedule.left_out.issuperset(choices.get(area) or {""}):
            form.errors["left_out"] = "That leaves nothing of one part of the body. Please keep at least one exercise."
    if schedule.starts_on and schedule.ends_on and schedule.ends_on < schedule.starts_on:
        form.errors["ends_on"] = "The last day comes before the first."


def read_settings(entered: Mapping[str, Any]) -> tuple[ChannelSettings, Mapping[str, str]]:
    """Read the form of a channel's settings; answers them, and a sentence for each field that is wrong."""
    form, usual = _Form(entered), ChannelSettings()
    reactions = form.read("reactions", parse_reactions, usual.reactions)
    at = form.read("board_time", lambda text: parse_time(text, "board_time"), usual.board.at)
    board = form.read("board", lambda day: _board(day, at), usual.board)
    return ChannelSettings(reactions, board), form.errors


def _board(day: str, at: time) -> BoardPlan:
    if day == BOARD_OFF:
        return BoardPlan(is_on=False, at=at)
    (weekday,) = parse_weekdays([int(day)])
    return BoardPlan(weekday=weekday, at=at)


def hours_of_night() -> list[time]:
    """List the hours at which a channel's day may begin: midnight, or later for those who work at night."""
    return [time(hour) for hour in range(13)]
