"""The lower-back file says exactly what its source says, limits where people see them."""

import pytest

from routines.catalogue import default_catalogue
from routines.model import Area, Exercise

LOWBACK = default_catalogue().routine("lowback")

# name: (kind, position, hold, reps, sets, sides, rest, seconds): the source's table; rests are ours
DOSES = {
    "wall-sit": ("hold", "standing", 30, 1, 1, "both", 15, 30),
    "strap-press": ("hold", "seated", 90, 1, 1, "both", 15, 90),
    "block-squeeze": ("hold", "seated", 90, 1, 1, "both", 15, 90),
    "side-lunge": ("reps", "standing", (2, 3), 10, 1, "each", 15, 100),
    "head-press": ("hold", "seated", 30, 1, 1, "both", 0, 30),
}


def test_the_five_in_their_order() -> None:
    assert [exercise.id for exercise in LOWBACK.exercises] == list(DOSES)


@pytest.mark.parametrize("exercise", LOWBACK.exercises, ids=lambda exercise: exercise.id)
def test_doses_are_the_sources(exercise: Exercise) -> None:
    assert DOSES[exercise.id] == (
        exercise.kind,
        exercise.position,
        exercise.hold_seconds,
        exercise.reps,
        exercise.sets,
        exercise.sides,
        exercise.rest_seconds,
        exercise.seconds,
    )


def test_progression_is_the_sources_and_the_wall_sits_alone() -> None:
    growing = {exercise.id: exercise.progression for exercise in LOWBACK.exercises if exercise.progression}
    assert list(growing) == ["wall-sit"]
    wall_sit = growing["wall-sit"]
    assert (wall_sit.start, wall_sit.maximum, wall_sit.increment, wall_sit.every_days) == (
        30,
        300,
        (5, 10),
        3,
    )


@pytest.mark.parametrize(
    ("exercise_id", "fact"),
    [
        ("wall-sit", "right above its ankle"),
        ("wall-sit", "Hips go no lower than the knees"),
        ("strap-press", "30 to 60 cm (1 to 2 ft)"),
        ("strap-press", "15 cm (6 in) above the knees"),
        ("block-squeeze", "right above the knees"),
        ("block-squeeze", "one long press"),
        ("side-lunge", "as wide as is comfortable"),
        ("side-lunge", "about 45 degrees"),
        ("side-lunge", "2 or 3 seconds"),
        ("head-press", "straight back"),
        ("head-press", "Chin level"),
        ("head-press", "growing longer"),
    ],
)
def test_limits_are_in_the_first_three_cues(exercise_id: str, fact: str) -> None:
    assert fact in " ".join(default_catalogue().exercise(exercise_id).cues[:3])


def test_knees_stop_the_wall_sit() -> None:
    assert "knees hurt, do not go on" in default_catalogue().exercise("wall-sit").stop_if


def test_equipment_has_a_free_substitute() -> None:
    things = {exercise.id: [item.name for item in exercise.equipment] for exercise in LOWBACK.exercises}
    assert "strap" in " ".join(things["strap-press"])
    assert "block" in " ".join(things["block-squeeze"])
    assert things["side-lunge"] == []
    assert all(item.substitute for exercise in LOWBACK.exercises for item in exercise.equipment)


def test_whole_routine_is_six_minutes_forty() -> None:
    assert LOWBACK.seconds == 400
    assert sum(exercise.seconds_with_rest for exercise in LOWBACK.exercises) == 400
    assert LOWBACK.area is Area.LOWER_BACK


def test_nobody_has_reviewed_it_and_it_says_so() -> None:
    assert LOWBACK.credit.reviewed == ""
    assert "Melissa Gunn" in LOWBACK.credit.facts
