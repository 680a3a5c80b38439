"""The reminder of a break, and what asking for one is answered with."""

from datetime import datetime

from bot.domain.breaks import Prompt
from bot.slack.ids import Action
from bot.slack.views import parts, routines
from bot.slack.views.parts import Block, Message, Picture


def reminder(shown: Prompt, picture: Picture | None) -> Message:
    """Write the direct message that reminds somebody of a break."""
    exercise, break_id = shown.exercise, shown.break_.id
    title = parts.upper_first(routines.title(exercise))
    buttons = [
        parts.button("Done", Action.BREAK_DONE, break_id, style="primary"),
        parts.button("Guide me", Action.BREAK_GUIDE, break_id),
    ]
    asked = "You asked me to remind you."
    rows: list[Block] = [
        parts.section(f"{asked}\n*{title}*"),
        *parts.image(picture, exercise.alt),
        parts.section(parts.bullets(exercise.cues[:3])),
        *routines.small_print(routines.guidance(exercise), routines.instead(exercise)),
        parts.actions(*buttons),
    ]
    return Message(f"{title}. {asked} {routines.spoken(exercise)} {parts.offered(*buttons)}", rows)


def asked(due_at: datetime, zone: str, *, is_new: bool, is_done: bool) -> Message:
    """Write the private answer to asking for a reminder."""
    if is_done:
        text = "You've done this one already, so there is nothing to remind you of."
    elif is_new:
        text = f"I'll remind you once, in our direct messages, at {parts.clock_time(due_at, zone)}."
    else:
        text = "You have asked for this one already, and I remind you once."
    return parts.words(text)
