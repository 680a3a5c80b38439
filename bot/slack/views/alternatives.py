"""The menu of a prompt and what it shows privately: the move in motion, another one, and how it goes on a chair."""

from bot.slack.ids import Action
from bot.slack.views import parts, routines
from bot.slack.views.parts import Block, Message, Picture
from routines.model import Exercise, Routine

ENTRIES = {
    "another": "Another exercise",
    "seated": "Seated or no equipment",
    "remind": "Remind me in 15 minutes",
    "off": "I'm off today",
    "moving": "Show it moving",
}
"""The entries of the menu, by the word its value begins with."""


def menu(routine: Routine, break_id: int, *, whole_routine: bool) -> Block:
    """Write the menu of a prompt; what is about one exercise is not offered where there is a whole routine."""
    is_single = len(routine.exercises) == 1
    left_out = set(ENTRIES) - {"remind", "off"} if whole_routine else {"another"} if is_single else set()
    entries = [(label, f"{word}:{break_id}") for word, label in ENTRIES.items() if word not in left_out]
    return parts.overflow(Action.BREAK_MENU, entries)


def exercise(shown: Exercise, break_id: int, picture: Picture | None, *, another: bool = False) -> Message:
    """Write an exercise for one person, to be done instead: all one needs, and it counts for the break."""
    title = parts.upper_first(routines.title(shown))
    value = f"{break_id}|{shown.id}"
    buttons = [
        parts.button("Done", Action.BREAK_DONE, break_id, style="primary"),
        parts.button("Guide me", Action.BREAK_GUIDE_OTHER, value),
        *([parts.button("Another one", Action.BREAK_ANOTHER, value)] if another else []),
    ]
    rows: list[Block] = [
        parts.section(f"*{title}*"),
        *parts.image(picture, shown.alt),
        parts.section(parts.bullets(shown.cues[:3])),
        *routines.small_print(routines.guidance(shown), routines.instead(shown)),
        parts.actions(*buttons),
    ]
    return Message(f"{title}. {routines.spoken(shown)} {parts.offered(*buttons)}", rows)


def seated(shown: Exercise, break_id: int) -> Message:
    """Write how an exercise goes on a chair and without its things."""
    on_a_chair = f"Seated: {parts.lower_first(shown.seated)}" if shown.seated else "It is done on a chair already."
    lines = [
        parts.sentence(on_a_chair),
        *(parts.sentence(each.substitute) for each in shown.equipment),
        *([] if shown.equipment else ["It needs no equipment."]),
        f"Lighter: {parts.sentence(parts.lower_first(shown.easier))}",
    ]
    done = parts.button("Done", Action.BREAK_DONE, break_id, style="primary")
    return Message(
        f"{shown.name}. {' '.join(lines)} {parts.offered(done)}",
        [parts.section(f"*{shown.name}*\n{parts.bullets(lines)}"), parts.actions(done)],
    )
