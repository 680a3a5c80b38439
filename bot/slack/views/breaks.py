"""The prompt of a break, and the private answers to Done."""

from datetime import date, timedelta

from bot.domain.breaks import LIVE_LINE_FROM, Answer, Change, Prompt
from bot.domain.dates import day_in_words
from bot.domain.streaks import is_milestone, next_milestone
from bot.domain.workspaces import is_direct
from bot.slack.ids import Action
from bot.slack.views import alternatives, parts, routines, runs, workspaces
from bot.slack.views.parts import Block, Message, Picture

COUNT_FROM = 3
"""Days in a row from which they are named; below, this week and the days altogether only ever grow."""

WELCOME_BACK_FROM = 3
"""Missed break days after which a person is welcomed back."""


def prompt(shown: Prompt, picture: Picture | None) -> Message:
    """Write a break's message; its `text` carries everything but the live count."""
    if shown.is_over:
        return _folded(shown)
    exercise, break_id = shown.exercise, shown.break_.id
    tip = f"Today's tip: {parts.lower_first(shown.tip)}"
    rows: list[Block] = [
        parts.header(f"{shown.routine.area.title}: {_what(shown)}"),
        *parts.image(picture, exercise.alt),
        *([parts.section(_beginning(shown))] if shown.break_.whole_routine else []),
        parts.section(parts.bullets([*exercise.cues[:3], tip])),
        *routines.small_print(routines.guidance(exercise), routines.instead(exercise)),
    ]
    if shown.lobby is not None:
        privately = parts.button("Just me", Action.BREAK_GUIDE, break_id)
        done = parts.button("Done", Action.BREAK_DONE, break_id)
        rows.extend(runs.lobby_blocks(shown.lobby, shown.zone, privately, done, _menu(shown)))
    else:
        rows.append(_prompt_buttons(shown))
    if shown.done >= LIVE_LINE_FROM and not shown.is_direct:
        rows.append(parts.context(f"{shown.done} done"))
    if shown.lobby is not None:
        buttons = runs.lobby_text(shown.lobby, shown.zone, "Just me", "Done", "More")
    else:
        together = "Join in the thread" if shown.is_on else "Together"
        others = " Stop these breaks;" if shown.is_direct else f" {together};"
        buttons = f"Buttons: Done; Guide me;{others} More."
    begins = f"{_beginning(shown)} " if shown.break_.whole_routine else ""
    about = f"Stretch: {_what(shown)}. {begins}{routines.spoken(exercise)} {parts.sentence(tip)}"
    return Message(f"{about} Open all day. {buttons}", rows)


def _folded(shown: Prompt) -> Message:
    """Write what stays of a prompt when its day is over: two lines, and a way to do it all the same."""
    day = f"{shown.break_.local_date:%A}"
    done = "" if shown.is_direct or shown.done < LIVE_LINE_FROM else f" {shown.done} people did it."
    again = parts.button("Do it now", Action.BREAK_GUIDE, shown.break_.id)
    text = f"Stretch: {_what(shown)}, on {day}.{done} {parts.offered(again)}"
    return Message(text, [parts.section(f"*{day}:* {_what(shown)}.{done}", again)])


def _what(shown: Prompt) -> str:
    """Write what a break serves: an exercise with its dose, or a routine with its length."""
    if not shown.break_.whole_routine:
        return routines.title(shown.exercise)
    moves = parts.count(len(shown.routine.exercises), "move")
    return f"{parts.lower_first(shown.routine.title)}, {moves}, {routines.short_duration(shown.routine.seconds)}"


def _beginning(shown: Prompt) -> str:
    return f"The whole routine. It begins with {routines.title(shown.exercise)}."


def _prompt_buttons(shown: Prompt) -> Block:
    """Write the buttons of a prompt; where nobody is but one person, there is no *Together*."""
    together, break_id = shown.routine.seconds, shown.break_.id
    seconds = together if shown.break_.whole_routine else shown.exercise.seconds
    buttons = [
        parts.button("Done", Action.BREAK_DONE, break_id, style="primary"),
        parts.button(f"Guide me, {routines.short_duration(seconds)}", Action.BREAK_GUIDE, break_id),
    ]
    if not shown.is_direct:
        label = "Join in the thread" if shown.is_on else f"Together, {routines.short_duration(together)}"
        buttons.append(parts.button(label, Action.BREAK_TOGETHER, break_id))
    else:
        buttons.append(parts.button("Stop these breaks", Action.PAUSE_FOR_GOOD))
    return parts.actions(*buttons, _menu(shown))


def _menu(shown: Prompt) -> Block:
    return alternatives.menu(shown.routine, shown.break_.id, whole_routine=shown.break_.whole_routine)


def answer(given: Answer) -> Message:
    """Write the private answer to Done or Undo: one line, led by a number that only grows."""
    undo = parts.button("Undo", Action.BREAK_UNDO, given.break_id)
    match given.change:
        case Change.TAKEN_BACK:
            again = parts.button("Count it again", Action.BREAK_DONE, given.break_id)
            return _line("Taken back.", again)
        case Change.NOTHING:
            return _line("Nothing was counted yet.", parts.button("Done", Action.BREAK_DONE, given.break_id))
        case Change.ALREADY:
            at = parts.clock_time(given.counted_at, given.person_zone) if given.counted_at else ""
            return _line(f"Already counted at {at}.", undo)
        case Change.COUNTED:
            return _first_ever(given, undo) if given.is_first_ever else _line(_counted(given), *_asked(given), undo)


def _is_back(given: Answer) -> bool:
    """Tell whether somebody comes back, at the first break they do after days without one."""
    return given.progress.gap.missed >= WELCOME_BACK_FROM and given.breaks_today == 1 and not given.progress.covered


def _asks_for_name(given: Answer) -> bool:
    """Tell whether the answer is the first milestone's alone, and may ask."""
    progress = given.progress
    is_plain = given.breaks_today == 1 and given.away is None and not progress.covered
    return given.may_be_asked_for_name and is_plain and is_milestone(progress.streak.current)


def _asked(given: Answer) -> list[Block]:
    """Write the buttons of the one question that an answer may ask."""
    gap = given.progress.gap
    if _is_back(given):
        days = f"{given.break_id}|{gap.first}|{gap.last}"
        return [
            parts.button("Leave those days out", Action.AWAY_LEAVE_OUT, days),
            parts.button("Carry on", Action.AWAY_CARRY_ON, given.break_id),
        ]
    if _asks_for_name(given):
        return [
            parts.button("Show my name", Action.CONSENT_SHOW, given.channel_slack_id),
            parts.button("Keep it private", Action.CONSENT_HIDE, given.channel_slack_id),
        ]
    return [parts.button("I'm back", Action.AWAY_BACK)] if given.away is not None and given.breaks_today == 1 else []


def _line(text: str, *buttons: Block) -> Message:
    alone = buttons[0] if len(buttons) == 1 else None
    rows = [parts.section(text, alone)] if alone else [parts.section(text), parts.actions(*buttons)]
    return Message(f"{text} {parts.offered(*buttons)}", rows)


def _first_ever(given: Answer, undo: Block) -> Message:
    channel = given.channel_slack_id
    if is_direct(channel):
        return _line("Counted, and that was your first. Nobody but you sees this.", undo)
    text = (
        "Counted, and that was your first. Only you see this. Your days are yours: nobody is listed unless they ask to"
        f" be. Want your name on the weekly board in <#{channel}>? People there would see your name, your days in a row"
        " and your best."
    )
    return _line(
        _with_stop_notice(text, given),
        parts.button("Show my name", Action.CONSENT_SHOW, channel),
        parts.button("Keep it private", Action.CONSENT_HIDE, channel),
        undo,
    )


def _counted(given: Answer) -> str:
    return _with_stop_notice(_progress_line(given), given)


def _with_stop_notice(text: str, given: Answer) -> str:
    if given.stopped_because is None:
        return text
    return f"{text} {workspaces.none_come(given.channel_slack_id, given.stopped_because)}"


def _progress_line(given: Answer) -> str:
    progress, streak = given.progress, given.progress.streak
    if given.breaks_today > 1:
        return f"Counted, your {_ordinal(given.breaks_today)} today."
    if _is_back(given):
        best = f", and your best of {streak.best} stays" if streak.best > 1 else ""
        return f"Welcome back. Counted: {parts.count(streak.days, 'day')} altogether{best}. Were you away?"
    if given.away is not None:
        back_on = given.away.last + timedelta(days=1) if given.away.last else None
        until = f" until {day_in_words(back_on, given.away.first)}" if back_on else ""
        return f"Counted, although you're away{until}."
    if progress.covered and streak.current >= COUNT_FROM:
        return _covered_line(progress.covered, streak.current, streak.reserve_days, streak.days_to_next_reserve)
    if is_milestone(streak.current):
        longest = ", your longest so far" if streak.current == streak.best else ""
        if _asks_for_name(given):
            return f"Counted. {streak.current} days in a row{longest}. Want your name on the weekly board here?"
        following = next_milestone(streak.current)
        return f"Counted. {streak.current} days in a row{longest}. The next one to look out for is {following}."
    if streak.current >= COUNT_FROM:
        best = "" if streak.current == streak.best else f"; your best is {streak.best}"
        return f"Counted. {streak.current} days in a row{best}."
    return f"Counted. {parts.count(len(progress.week), 'day')} this week, {streak.days} altogether."


def _covered_line(covered: tuple[date, ...], current: int, left: int, next_in: int | None) -> str:
    names = [f"{day:%A}" for day in covered]
    days = parts.listed(names if len({*names}) == len(names) else [parts.long_date(day) for day in covered])
    covers = "a reserve day covered it" if len(covered) == 1 else "reserve days covered them"
    rest = f"{parts.count(left, 'reserve day')} left," if left else "That was the last one;"
    following = f" the next in {parts.count(next_in, 'day')}" if next_in is not None else ""
    return f"Counted. {days} had none, so {covers}: {current} in a row. {rest}{following}."


def _ordinal(number: int) -> str:
    words = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}
    return words.get(number, parts.ordinal(number))


def consent(channel_slack_id: str, *, is_named: bool) -> Message:
    """Write the answer to *Show my name* and *Keep it private*."""
    if is_named:
        text = f"You'll be on the board in <#{channel_slack_id}>. Home changes it any time."
    else:
        text = "Kept private. If you change your mind: Home, or the button under any board."
    return parts.words(text)
