"""Doses of the areas other than the lower back are those of their sources; what no source gives is said to be ours."""

import re

import pytest

from routines.catalogue import default_catalogue
from routines.model import Exercise

CATALOGUE = default_catalogue()
OTHERS = [each for routine in CATALOGUE.routines if routine.id != "lowback" for each in routine.exercises]

# id: (position, hold, reps, sets, sides), and who says so. CCOHS: Canadian Centre for Occupational Health and Safety.
DOSES = {
    "fist-and-fan": ("seated", 6, 4, 1, "both"),  # hand therapists: 3 s and 3 s, 3 or 4 times
    "wrist-flexor-stretch": ("seated", (15, 30), 1, 1, "each"),  # Mayo Clinic
    "wrist-extensor-stretch": ("seated", (15, 30), 1, 1, "each"),  # Mayo Clinic
    "palms-together": ("seated", (5, 7), 3, 1, "both"),  # CCOHS
    "tendon-glides": ("seated", 10, 8, 1, "both"),  # Kaiser: last shape 6 s, 8 to 12 times; 4 s on the way ours
    "chin-tuck": ("seated", 10, 5, 1, "both"),  # UC Davis
    "neck-tilt": ("seated", (15, 30), 1, 1, "each"),  # Mayo Clinic
    "neck-turn": ("seated", (15, 30), 1, 1, "each"),  # Mayo Clinic
    "chin-to-chest": ("seated", (15, 30), 1, 1, "both"),  # Mayo Clinic
    "shoulder-shrug": ("seated", (3, 5), 5, 1, "both"),  # CCOHS; 5 times ours
    "shoulder-rolls": ("seated", 3, 5, 2, "both"),  # CCOHS: 5 back, then forward; 3 s a circle ours
    "blade-squeeze": ("seated", (5, 10), 3, 1, "both"),  # DePaul: 2 or 3 times
    "cross-body-stretch": ("seated", 5, 3, 1, "each"),  # CCOHS; 3 times ours
    "seated-twist": ("seated", 5, 5, 1, "each"),  # HSE Ireland
    "doorway-stretch": ("standing", 30, 1, 2, "both"),  # UC Davis
    "figure-four": ("seated", (10, 15), 1, 1, "each"),  # Eskenazi
    "hip-flexor-stretch": ("seated", 30, 1, 2, "each"),  # UC Davis
    "seated-march": ("seated", 1, 5, 1, "each"),  # HSE Ireland; a second at the top ours
    "side-leg-raise": ("standing", 5, 8, 1, "each"),  # Active and Healthy NSW
    "crossed-leg-stretch": ("seated", 15, 1, 1, "each"),  # CCOHS, without a time: ours, within its 10 to 20 s
    "sit-to-stand": ("standing", 3, 10, 1, "both"),  # Tayside: up to 10; 3 s ours
    "heel-raise": ("standing", 8, 10, 1, "both"),  # Tayside: up to 10, 3 counts up, 5 down
    "toe-raise": ("standing", 8, 10, 1, "both"),  # Tayside, the same
    "ankle-point": ("seated", 2, 5, 2, "each"),  # HSE Ireland: 5, twice; 2 s ours
    "calf-stretch": ("standing", (15, 30), 1, 2, "each"),  # Healthwise: 2 to 4 times
    "eye-break": ("seated", 20, 1, 1, "both"),  # 20 s, 20 ft, every 20 minutes
}


@pytest.mark.parametrize("exercise", OTHERS, ids=lambda exercise: exercise.id)
def test_doses_are_the_sources(exercise: Exercise) -> None:
    dose = (exercise.position, exercise.hold_seconds, exercise.reps, exercise.sets, exercise.sides)
    assert dose == DOSES[exercise.id]


def test_every_dose_has_its_exercise() -> None:
    assert list(DOSES) == [exercise.id for exercise in OTHERS]


@pytest.mark.parametrize("exercise", OTHERS, ids=lambda exercise: exercise.id)
def test_the_dose_is_in_the_cues(exercise: Exercise) -> None:
    cues = " ".join(exercise.cues)
    if isinstance(exercise.hold_seconds, tuple):
        low, high = exercise.hold_seconds
        assert f"{low} to {high} seconds" in cues
    if exercise.reps > 1:
        assert re.search(rf"\b{exercise.reps}\b", cues)
    if exercise.sets > 1 and exercise.reps == 1:
        assert "twice" in cues or "once more" in cues
    if exercise.sides == "each":
        assert "other" in cues


@pytest.mark.parametrize(
    ("exercise_id", "fact"),
    [
        ("chin-tuck", "Chin and eyes stay level"),
        ("neck-tilt", "come up very slowly"),
        ("shoulder-shrug", "drop"),
        ("blade-squeeze", "do not push"),
        ("seated-twist", "Hips and knees keep facing forward"),
        ("doorway-stretch", "one small step"),
        ("fist-and-fan", "for 3 seconds"),
        ("wrist-flexor-stretch", "not locked"),
        ("wrist-flexor-stretch", "on the palm, not on the fingers"),
        ("wrist-extensor-stretch", "not locked"),
        ("palms-together", "The palms stay together"),
        ("tendon-glides", "about 6 seconds"),
        ("figure-four", "After a hip replacement, leave this one out"),
        ("hip-flexor-stretch", "Rock the pelvis"),
        ("seated-march", "after a recent hip replacement"),
        ("seated-march", "hold the sides of the seat"),
        ("side-leg-raise", "trunk upright"),
        ("crossed-leg-stretch", "gently on the outside of the upper knee"),
        ("sit-to-stand", "stable chair"),
        ("sit-to-stand", "slowly"),
        ("heel-raise", "count to 3"),
        ("heel-raise", "count to 5"),
        ("toe-raise", "count to 3"),
        ("toe-raise", "count to 5"),
        ("ankle-point", "Do 5, twice"),
        ("calf-stretch", "stays straight, its heel on the floor"),
        ("eye-break", "6 m (20 ft)"),
        ("eye-break", "every 20 minutes"),
        ("eye-break", "blink often"),
    ],
)
def test_limits_are_in_the_cues(exercise_id: str, fact: str) -> None:
    assert fact in " ".join(CATALOGUE.exercise(exercise_id).cues)


def test_nothing_but_the_wall_sit_grows() -> None:
    assert [exercise.id for exercise in CATALOGUE.exercises if exercise.progression] == ["wall-sit"]
