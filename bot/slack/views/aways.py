"""Away days and own working weekdays: the answers, and the modals that Home opens."""

from datetime import date, timedelta

from bot.domain.aways import Chosen
from bot.domain.dates import Dates, date_in_words, dates_in_words
from bot.domain.streaks import Streak
from bot.domain.times import WEEKDAY_NAMES, weekdays_in_words
from bot.slack.ids import Action, View
from bot.slack.views import parts
from bot.slack.views.parts import Block, Message

_DAY = timedelta(days=1)


def went_away(dates: Dates, away_id: int, today: date) -> Message:
    """Write the private answer to entering away days."""
    if dates.last is not None and dates.last < today:
        text = f"Left out: {dates_in_words(dates, today)}."
    elif dates.last is None:
        when = "until you're back" if dates.first <= today else f"{dates_in_words(dates, today)} until you're back"
        text = f"Away {when}: breaks in that time are not counted as yours. `/stretch back` ends it."
    else:
        then = "that day" if dates.first == dates.last else "those days"
        text = f"Away: {dates_in_words(dates, today)}. Breaks on {then} are not counted as yours."
    take_back = parts.button("Take that back", Action.AWAY_CANCEL, away_id)
    return Message(f"{text} {parts.offered(take_back)}", [parts.section(text, take_back)])


def off(dates: Dates, away_id: int, today: date) -> Message:
    """Write the private answer to *I'm off today*."""
    day = "Today" if dates.first == today else parts.upper_first(date_in_words(dates.first, today))
    text = f"Off, then. {day} is not counted as yours, and what you do all the same still is. Nobody else sees this."
    undo = parts.button("Undo", Action.AWAY_CANCEL, away_id)
    return Message(f"{text} {parts.offered(undo)}", [parts.section(text, undo)])


def came_back(left: Dates | None, today: date) -> Message:
    """Write the private answer to coming back; `left` are the away days there were."""
    out = f" Left out: {dates_in_words(left, today)}." if left else ""
    return parts.words(f"Welcome back.{out} Your breaks count as yours again from today.")


def left_out(dates: Dates, streak: Streak, today: date) -> Message:
    """Write what leaving days out comes to."""
    in_a_row = f" You're at {streak.current} in a row." if streak.current else ""
    return parts.words(f"Left out: {dates_in_words(dates, today)}.{in_a_row}")


def carried_on(streak: Streak) -> Message:
    """Write the answer to leaving nothing out."""
    return parts.words(f"Fine. {streak.current} in a row from today." if streak.current else "Fine.")


def cancelled(*, was_there: bool) -> Message:
    """Write the answer to taking away days back."""
    return parts.words(
        "Taken back: those days count as yours again." if was_there else "Those away days are gone already."
    )


def weekdays_modal(chosen: Chosen) -> Block:
    """Write the modal in which a person chooses their working weekdays."""
    days = [parts.option(name, number) for number, name in enumerate(WEEKDAY_NAMES)]
    now = chosen[-1][1] if chosen else frozenset(range(7))
    element: Block = {
        "type": "checkboxes",
        "action_id": "weekdays",
        "options": days,
        "initial_options": [days[number] for number in sorted(now)],
    }
    rows = [
        parts.section("Breaks on other days count if you do them, and cost nothing if you don't."),
        _input("weekdays", "Days you work", element),
    ]
    return parts.modal("My days", rows, callback_id=View.WEEKDAYS, submit="Save", close="Cancel")


def away_modal() -> Block:
    """Write the modal in which a person enters away days."""
    element: Block = {"type": "plain_text_input", "action_id": "away", "max_length": 100}
    hint = "Such as 24 Dec to 2 Jan, 2w, or since Monday. Up to 31 days back; a reason is never asked."
    rows = [_input("away", "Away on these days", element) | {"hint": parts.plain(hint)}]
    return parts.modal("Away days", rows, callback_id=View.AWAY, submit="Save", close="Cancel")


def _input(block_id: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": parts.plain(label), "element": element}


def weekdays_saved(chosen: Chosen) -> str:
    """Write what a choice of weekdays comes to."""
    return f"Saved. Your days: {weekdays_of(chosen)}."


def weekdays_of(chosen: Chosen) -> str:
    """Write a person's working weekdays: Monday to Thursday."""
    if not chosen or len(chosen[-1][1]) == len(WEEKDAY_NAMES):
        return "as the schedule has them"
    return weekdays_in_words(chosen[-1][1])


def away_line(aways: list[Dates], today: date) -> str:
    """Write a person's away days to come: none, or 24 December to 2 January."""
    spoken = [
        f"since {date_in_words(each.first, today)}"
        if each.last is None and each.first <= today
        else dates_in_words(each, today)
        for each in aways
    ]
    return parts.listed(spoken) or "none"
