"""A dose is said whole: how long or how often, in how many rounds, and on which sides; and every area is offered."""

import pytest

from bot.slack.views import help as help_views
from bot.slack.views import routines as views
from routines.catalogue import default_catalogue

CATALOGUE = default_catalogue()


@pytest.mark.parametrize(
    ("exercise_id", "dose", "breaths"),
    [
        ("wall-sit", "30 seconds", "about 6 easy breaths"),
        ("side-lunge", "10 times on each side", "one easy breath each time"),
        ("neck-tilt", "30 seconds on each side", "about 6 easy breaths"),
        ("doorway-stretch", "30 seconds, twice", "about 6 easy breaths each time"),
        ("calf-stretch", "30 seconds, twice on each side", "about 6 easy breaths each time"),
        ("shoulder-rolls", "5 times, twice", "one easy breath each time"),
        ("ankle-point", "5 times, twice on each side", "one easy breath each time"),
        ("chin-tuck", "5 times", "about 2 easy breaths each time"),
    ],
)
def test_the_dose_is_said_whole(exercise_id: str, dose: str, breaths: str) -> None:
    exercise = CATALOGUE.exercise(exercise_id)
    assert (views.dose(exercise), views.breaths(exercise)) == (dose, breaths)


@pytest.mark.parametrize(
    ("routine_id", "exercise_id", "dose"),
    [
        ("lowback", "side-lunge", "10 times, about 50 seconds"),
        ("neck", "neck-tilt", "30 seconds"),
        ("legs", "calf-stretch", "30 seconds, twice, about 60 seconds"),
        ("legs", "ankle-point", "5 times, twice, about 40 seconds"),
    ],
)
def test_the_other_side_gets_its_own_dose(routine_id: str, exercise_id: str, dose: str) -> None:
    steps = CATALOGUE.routine(routine_id).steps()
    step = next(each for each in steps if each.exercise.id == exercise_id and each.side == "left")
    assert views.dose_of_a_side(step) == dose


def test_help_offers_each_of_the_six_areas_once() -> None:
    message = help_views.help_message((*CATALOGUE.routines, CATALOGUE.routine("neck")), "C0DESIGN")
    buttons = [button["value"] for button in message.blocks[1]["elements"]]
    assert buttons[:6] == [f"{area}|C0DESIGN" for area in ("hands", "lowback", "neck", "shoulders", "hips", "legs")]
    assert "Lower back; Neck; Shoulders and upper back; Hips; Legs and feet; My days" in message.text


def test_three_rounds_are_counted() -> None:
    exercise = CATALOGUE.exercise("doorway-stretch").model_copy(update={"sets": 3})
    assert views.dose(exercise) == "30 seconds, 3 times"
