"""What somebody chose to be shown of an exercise: how it goes on a chair first, and how without equipment."""

from dataclasses import dataclass
from enum import StrEnum

from routines.model import Exercise, Routine

_MOST_CUES = 5
_LONGEST_CUE = 160
"""What an exercise's own checks accept; a longer sentence stays in the small print."""


class Choice(StrEnum):
    """A choice, by the name of its column."""

    STILLS = "wants_stills"
    SEATED = "seated_first"
    NO_EQUIPMENT = "no_equipment"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person wants to be shown of exercises."""

    seated_first: bool = False
    no_equipment: bool = False


AS_IT_IS = Shown()


def as_chosen(routine: Routine, chosen: Shown) -> Routine:
    """Copy a routine as somebody wants it."""
    if chosen == AS_IT_IS:
        return routine
    return routine.model_copy(
        update={"exercises": tuple(exercise_as_chosen(each, chosen) for each in routine.exercises)}
    )


def exercise_as_chosen(exercise: Exercise, chosen: Shown) -> Exercise:
    """Copy an exercise so that its cues begin with what was chosen."""
    if chosen.seated_first and exercise.position == "standing":
        exercise = _seated(exercise)
    if chosen.no_equipment and exercise.equipment:
        instead = [each.substitute for each in exercise.equipment]
        if all(len(each) <= _LONGEST_CUE for each in instead):
            exercise = _begin_with(exercise, *instead).model_copy(update={"equipment": ()})
    return exercise


def _seated(exercise: Exercise) -> Exercise:
    if exercise.seated is None or len(exercise.seated) > _LONGEST_CUE:
        return exercise
    return _begin_with(exercise, exercise.seated).model_copy(update={"position": "seated", "seated": None})


def _begin_with(exercise: Exercise, *cues: str) -> Exercise:
    return exercise.model_copy(update={"cues": (*cues, *exercise.cues)[:_MOST_CUES]})
