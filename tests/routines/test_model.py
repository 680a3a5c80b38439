"""What a routine computes from its file, and the snapshot a run keeps."""

import json

import pytest
from pydantic import ValidationError

from routines.catalogue import default_catalogue
from routines.model import Area, Exercise, Routine

LOWBACK = default_catalogue().routine("lowback")


def changed(exercise_id: str, **keys: object) -> Exercise:
    exercise = default_catalogue().exercise(exercise_id)
    return Exercise.model_validate(exercise.model_dump() | keys)


@pytest.mark.parametrize(
    ("exercise_id", "keys", "seconds"),
    [
        ("wall-sit", {}, 30),
        ("wall-sit", {"sets": 3}, 90),
        ("wall-sit", {"sides": "each"}, 60),
        ("side-lunge", {}, 100),
        ("side-lunge", {"sets": 2, "reps": 5, "hold_seconds": 4}, 120),
        ("side-lunge", {"sides": "both"}, 50),
    ],
)
def test_seconds_follow_the_rule(exercise_id: str, keys: dict[str, object], seconds: int) -> None:
    exercise = changed(exercise_id, **keys)
    assert exercise.seconds == seconds
    assert exercise.seconds_with_rest == seconds + 15


@pytest.mark.parametrize(("hold", "breaths"), [(1, 1), (2, 1), (5, 1), (30, 6), (33, 7), (90, 18), (300, 60)])
def test_breaths_are_five_seconds_and_at_least_one(hold: int, breaths: int) -> None:
    assert changed("head-press", hold_seconds=hold).breaths == breaths


def test_each_side_is_its_own_step() -> None:
    steps = [(s.number, s.exercise.id, s.side, s.seconds, s.rest_seconds) for s in LOWBACK.steps()]
    assert steps == [
        (1, "wall-sit", None, 30, 15),
        (2, "strap-press", None, 90, 15),
        (3, "block-squeeze", None, 90, 15),
        (4, "side-lunge", "right", 50, 0),
        (4, "side-lunge", "left", 50, 15),
        (5, "head-press", None, 30, 0),
    ]
    assert [step.picture for step in LOWBACK.steps()][3:5] == ["side-lunge", "side-lunge-left"]


def test_a_last_rest_is_not_waited_for() -> None:
    last = changed("head-press", rest_seconds=20)
    routine = LOWBACK.model_copy(update={"exercises": (*LOWBACK.exercises[:-1], last)})
    assert routine.seconds == 400


def test_own_dose_changes_the_hold_alone() -> None:
    wall_sit = default_catalogue().exercise("wall-sit")
    assert wall_sit.at_hold(45).seconds == 45
    assert wall_sit.at_hold(9999).hold == 600
    assert wall_sit.at_hold(45).at_hold(30) == wall_sit


def test_snapshot_survives_json() -> None:
    assert Routine.from_snapshot(json.loads(json.dumps(LOWBACK.to_snapshot()))) == LOWBACK


def test_values_are_frozen() -> None:
    with pytest.raises(ValidationError):
        LOWBACK.title = "Another"


def test_areas_have_titles() -> None:
    assert [area.value for area in Area] == ["hands", "lower-back", "neck", "shoulders", "hips", "legs", "eyes"]
    assert Area("lower-back").title == "Lower back"
