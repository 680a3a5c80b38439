"""What is said of exercises and routines: dose, breaths, cues, and the card of `/stretch lowback`."""

from enum import Enum, auto

from bot.slack.ids import Action
from bot.slack.views import parts
from bot.slack.views.parts import Block, Message, Picture
from routines.model import Exercise, Routine, Step


def dose(exercise: Exercise) -> str:
    """Write the dose: 30 seconds; 10 times on each side; 30 seconds, twice on each side."""
    rounds = "" if exercise.sets == 1 else f", {_TIMES.get(exercise.sets, f'{exercise.sets} times')}"
    return f"{_once(exercise)}{rounds}" + (" on each side" if exercise.sides == "each" else "")


_TIMES = {2: "twice"}


def _once(exercise: Exercise) -> str:
    if exercise.kind == "hold":
        return parts.count(exercise.hold, "second")
    return parts.count(exercise.reps, "time")


def dose_of_a_side(step: Step) -> str:
    """Write what is to be done in one step, on one side if it has two: 30 seconds; 10 times, about 50 seconds."""
    if step.exercise.kind == "hold" and step.exercise.sets == 1:
        return _once(step.exercise)
    return f"{dose(step.exercise).removesuffix(' on each side')}, about {duration(step.seconds)}"


def short_duration(seconds: int) -> str:
    """Write a duration for a button: 30 s, 7 min."""
    return f"{seconds} s" if seconds <= 90 else f"{round(seconds / 60)} min"  # noqa: PLR2004  # doses read as seconds up to here


def duration(seconds: int) -> str:
    """Write a duration in a sentence: 45 seconds, 7 minutes, 6 minutes 40."""
    minutes, rest = divmod(seconds, 60)
    if minutes < 2:  # noqa: PLR2004  # "90 seconds" is how doses are named
        return parts.count(seconds, "second")
    return parts.count(minutes, "minute") + (f" {rest}" if rest else "")


def breaths(exercise: Exercise) -> str:
    """Write a hold in easy breaths, and that it is so each time if it is repeated."""
    is_once = exercise.kind == "hold" and exercise.sets == 1
    if exercise.breaths == 1 and not is_once:
        return "one easy breath each time"
    return f"about {parts.count(exercise.breaths, 'easy breath')}" + ("" if is_once else " each time")


def title(exercise: Exercise) -> str:
    """Write an exercise with its dose as it stands in a sentence: wall sit, 30 seconds."""
    return f"{parts.lower_first(exercise.name)}, {dose(exercise)}"


def name_of(routine: Routine) -> str:
    """Write what people call it: a routine by its title, one of a single move by that."""
    return routine.title if len(routine.exercises) > 1 else routine.exercises[0].name


def instead(exercise: Exercise) -> str:
    """Write what else to do: seated, and without the equipment; nothing where the exercise needs neither."""
    seated = [f"Seated instead: {parts.lower_first(exercise.seated)}"] if exercise.seated else []
    return " ".join(parts.sentence(text) for text in (*seated, *(thing.substitute for thing in exercise.equipment)))


def guidance(exercise: Exercise) -> str:
    """Write breaths, where one feels it, and when to stop, in one line."""
    stop_if = parts.lower_first(exercise.stop_if)
    return f"{parts.upper_first(breaths(exercise))} · {parts.lower_first(exercise.feel)} · {stop_if}"


def small_print(*lines: str) -> list[Block]:
    """Write the lines below the cues, leaving out what there is nothing to say about."""
    return [parts.context(line) for line in lines if line]


def spoken(exercise: Exercise) -> str:
    """Write all of an exercise in sentences, for notifications and screen readers."""
    return " ".join(
        parts.sentence(text)
        for text in (
            *exercise.cues[:3],
            parts.upper_first(breaths(exercise)),
            f"You feel it here: {parts.lower_first(exercise.feel)}",
            exercise.stop_if,
            instead(exercise),
        )
        if text
    )


class Place(Enum):
    """Where somebody asked for a routine: a channel of ours, one without the app, a direct message."""

    CHANNEL = auto()
    OUTSIDE = auto()
    ALONE = auto()


def card(
    routine: Routine, picture: Picture | None, *, channel_slack_id: str, place: Place, is_part: bool = False
) -> Message:
    """Write the answer to `/stretch lowback`: what it is, how long, what one needs, and how to do it.

    A single move may be a part of a whole routine, which is named then.

    Where the app cannot post, it offers the private run; in a channel it says how to let it in.
    """
    can_post = place is Place.CHANNEL
    value = f"{routine.asked_for_as}|{channel_slack_id}"
    guide = parts.button("Guide me, privately", Action.ROUTINE_GUIDE, value, style=None if can_post else "primary")
    together = parts.button("Together here", Action.ROUTINE_TOGETHER, value, style="primary")
    buttons = [together, guide] if can_post else [guide]
    invite = ""
    if place is Place.OUTSIDE:
        invite = (
            f"I'm not in <#{channel_slack_id}> yet, so a run together has to wait: type `/invite @Limber` there first."
        )
    about = _about_one(routine, picture, is_part) if len(routine.exercises) == 1 else _about_all(routine, picture)
    rows = [*about.blocks, *([parts.section(invite)] if invite else []), parts.actions(*buttons)]
    return Message(" ".join(part for part in (about.text, invite, parts.offered(*buttons)) if part), rows)


def _about_all(routine: Routine, picture: Picture | None) -> Message:
    """Write what a routine is."""
    exercises = routine.exercises
    names = parts.listed([parts.lower_first(exercise.name) for exercise in exercises])
    length = f"{parts.count(len(exercises), 'move')}, about {duration(round(routine.seconds / 60) * 60)}"
    things = [parts.lower_first(thing.name) for exercise in exercises for thing in exercise.equipment]
    needs = f"Nice to have: {'; '.join(things)}. None at hand? Each move says what does it too." if things else ""
    rows: list[Block] = [
        parts.header(f"{routine.title}: {length}"),
        *parts.image(picture, exercises[0].alt),
        parts.section(f"{routine.summary}\n{parts.upper_first(names)}."),
        *small_print(needs, routine.caution),
    ]
    said = (f"{routine.title}: {length}.", routine.summary, f"{parts.upper_first(names)}.", needs, routine.caution)
    return Message(" ".join(part for part in said if part), rows)


def _about_one(routine: Routine, picture: Picture | None, is_part: bool) -> Message:  # noqa: FBT001  # private
    """Write what a single move is, and what it belongs to."""
    (exercise,) = routine.exercises
    heading = parts.upper_first(title(exercise))
    more = f"It is one of {parts.lower_first(routine.title)}: `/stretch {routine.id}` has them all." if is_part else ""
    rows: list[Block] = [
        parts.header(heading),
        *parts.image(picture, exercise.alt),
        parts.section(parts.bullets(exercise.cues[:3])),
        *small_print(guidance(exercise), instead(exercise), routine.caution, more),
    ]
    said = (f"{heading}.", spoken(exercise), routine.caution, more)
    return Message(" ".join(part for part in said if part), rows)
