"""What somebody chose to be shown: exercises as they go on a chair, and without their equipment."""

import pytest

from bot.domain.choices import AS_IT_IS, Shown, as_chosen, exercise_as_chosen
from routines.catalogue import default_catalogue
from routines.model import Routine

CATALOGUE = default_catalogue()
BOTH = Shown(seated_first=True, no_equipment=True)


def test_without_a_choice_a_routine_stays_as_it_is() -> None:
    routine = CATALOGUE.routine("lowback")
    assert as_chosen(routine, AS_IT_IS) is routine


def test_a_standing_exercise_begins_with_its_seated_version() -> None:
    wall_sit = CATALOGUE.exercise("wall-sit")
    shown = exercise_as_chosen(wall_sit, Shown(seated_first=True))
    assert shown.cues[:2] == (wall_sit.seated, wall_sit.cues[0])
    assert (shown.position, shown.seated, shown.equipment) == ("seated", None, wall_sit.equipment)


def test_an_exercise_begins_with_what_does_the_job_of_its_equipment() -> None:
    equipped = next(each for each in CATALOGUE.exercises if each.equipment)
    shown = exercise_as_chosen(equipped, Shown(no_equipment=True))
    assert shown.cues[0] == equipped.equipment[0].substitute
    assert shown.equipment == ()


def test_a_sentence_too_long_for_a_cue_stays_in_the_small_print() -> None:
    wall_sit = CATALOGUE.exercise("wall-sit").model_copy(update={"seated": "On your chair. " * 15})
    assert exercise_as_chosen(wall_sit, Shown(seated_first=True)) == wall_sit


@pytest.mark.parametrize("routine", CATALOGUE.routines, ids=lambda routine: routine.id)
def test_every_routine_as_chosen_is_one_that_its_own_checks_accept(routine: Routine) -> None:
    shown = as_chosen(routine, BOTH)
    assert Routine.model_validate(shown.model_dump(mode="json")) == shown
    assert all(each.position == "seated" and not each.equipment for each in shown.exercises)
