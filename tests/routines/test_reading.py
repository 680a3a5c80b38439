"""Files are compared with each other: words, stand-ins and pictures that do not fit are told, the rest goes on."""

import re
from pathlib import Path

import pytest

from routines.catalogue import CONTENT, load_catalogue

GOOD = (CONTENT / "hips.toml").read_text(encoding="utf-8")
LINES = GOOD.splitlines()
ONE_LINERS = [number for number, line in enumerate(LINES) if re.match(r"[a-z_]+ *= (?!\[$)", line)]


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def own(routine_id: str, *, area: str = "hips", extra: str = "", exercise_keys: str = "") -> str:
    """Write a small file of a team, with one standing exercise that has its own picture name left out."""
    return f"""
format  = 1
id      = "{routine_id}"
title   = "Ours"
area    = "{area}"
locale  = "en"
summary = "One move of our own."
caution = "Stop when it hurts, and ask a clinician if in doubt."
{extra}
[credit]
facts   = "Our own idea."
ours    = "All of it."
license = "CC-BY-4.0"

[[exercises]]
id           = "{routine_id}-sway"
name         = "Sway"
kind         = "hold"
position     = "standing"
cues         = ["Feet apart.", "Sway like a tree."]
tips         = ["Slowly.", "Softly.", "Smaller.", "Wider."]
feel         = "hips"
hold_seconds = 10
stop_if      = "If it hurts, leave it out."
easier       = "Sway less."
alt          = "Someone sways from one side to the other like a tree."
{exercise_keys}
"""


SEATED = 'seated = "Sway on your chair."'


@pytest.mark.parametrize("number", ONE_LINERS, ids=lambda number: f"{number + 1} {LINES[number].split(' ')[0]}")
def test_any_key_with_a_value_that_makes_no_sense_is_refused_on_its_line(tmp_path: Path, number: int) -> None:
    name = LINES[number].split(" ")[0]
    write(tmp_path, "hips.toml", "\n".join([*LINES[:number], f"{name} = {{ zzz = 1 }}", *LINES[number + 1 :]]))
    catalogue = load_catalogue([tmp_path])
    assert catalogue.routines == ()
    problem = catalogue.problems[0]
    assert (problem.line, problem.key.split(".")[-1]) == (number + 1, name)
    assert problem.what
    assert problem.cure.endswith((".", "?"))


@pytest.mark.parametrize("number", ONE_LINERS, ids=lambda number: f"{number + 1} {LINES[number].split(' ')[0]}")
def test_any_key_that_is_misspelt_is_refused_on_its_line(tmp_path: Path, number: int) -> None:
    write(tmp_path, "hips.toml", "\n".join([*LINES[:number], f"x{LINES[number]}", *LINES[number + 1 :]]))
    problems = load_catalogue([tmp_path]).problems
    name = LINES[number].split(" ")[0]
    (unknown,) = [problem for problem in problems if problem.what == "there is no such key"]
    assert (unknown.line, unknown.key.split(".")[-1]) == (number + 1, f"x{name}")
    assert unknown.cure == f"Did you mean '{name}'?"


@pytest.mark.parametrize(
    ("area", "extra", "key", "what"),
    [
        ("hips", 'aliases = ["our hips", "Neck"]', "aliases[2]", "'Neck' finds the routine 'neck' already"),
        ("hips", 'aliases = ["wall-sit"]', "aliases[1]", "'wall-sit' finds the exercise 'wall-sit' already"),
        ("hips", 'aliases = ["carpal"]', "aliases[1]", "'carpal' finds the routine 'hands' already"),
        ("neck", 'aliases = ["sway"]', "aliases[1]", "'sway' finds the exercise 'mine-sway' already"),
    ],
)
def test_a_word_that_finds_something_else_is_refused(
    tmp_path: Path, area: str, extra: str, key: str, what: str
) -> None:
    text = own("mine", area=area, extra=extra, exercise_keys=SEATED)
    file = write(tmp_path, "mine.toml", text)
    catalogue = load_catalogue([CONTENT, tmp_path])
    (problem,) = catalogue.problems
    assert (problem.file, problem.key, problem.what) == (file, key, what)
    assert text.splitlines()[problem.line - 1] == extra
    assert "another word" in problem.cure
    assert "mine" not in {routine.id for routine in catalogue.routines}


def test_words_of_exercises_are_told_apart_too(tmp_path: Path) -> None:
    write(tmp_path, "mine.toml", own("mine", exercise_keys=f'{SEATED}\nalso_known_as = ["Tree", "Chin-Tuck"]'))
    (problem,) = load_catalogue([CONTENT, tmp_path]).problems
    assert problem.key == "exercises[1].also_known_as[2]"
    assert problem.what == "'Chin-Tuck' finds the exercise 'chin-tuck' already"


def test_a_stand_in_of_another_file_takes_the_place_of_a_seated_version(tmp_path: Path) -> None:
    write(tmp_path, "mine.toml", own("mine", exercise_keys='seated_stand_in = "seated-march"'))
    catalogue = load_catalogue([CONTENT, tmp_path])
    assert catalogue.problems == ()
    seated = catalogue.exercise("mine-sway").seated
    assert seated == f"Seated march. {catalogue.exercise('seated-march').cues[0]}"


def test_a_seated_version_in_words_goes_before_the_stand_in() -> None:
    raise_ = load_catalogue([CONTENT]).exercise("side-leg-raise")
    assert raise_.seated_stand_in == "strap-press"
    assert raise_.seated is not None
    assert raise_.seated.startswith("On your chair")


@pytest.mark.parametrize(
    ("name", "what", "cure"),
    [
        ("seated-marhc", "there is no exercise 'seated-marhc'", "Did you mean 'seated-march'?"),
        ("zzz", "there is no exercise 'zzz'", "limber routines list"),
        ("wall-sit", "'wall-sit' is not a seated exercise", "limber routines list"),
        ("mine-sway", "'mine-sway' is not a seated exercise", "limber routines list"),
    ],
)
def test_a_stand_in_that_cannot_stand_in_is_refused(tmp_path: Path, name: str, what: str, cure: str) -> None:
    text = own("mine", exercise_keys=f'seated_stand_in = "{name}"')
    write(tmp_path, "mine.toml", text)
    catalogue = load_catalogue([CONTENT, tmp_path])
    (problem,) = catalogue.problems
    assert (problem.key, problem.what) == ("exercises[1].seated_stand_in", what)
    assert cure in problem.cure
    assert text.splitlines()[problem.line - 1].startswith("seated_stand_in")
    assert len(catalogue.areas) == 6


def test_what_counted_on_a_file_that_is_left_out_is_left_out_too(tmp_path: Path) -> None:
    text = own("chair", exercise_keys=SEATED)
    lean = text[text.index("[[exercises]]") :].replace("chair-sway", "chair-lean").replace("standing", "seated")
    write(tmp_path, "chair.toml", f'{text}{lean}seated_stand_in = "nowhere"')
    write(tmp_path, "mine.toml", own("mine", exercise_keys='seated_stand_in = "chair-lean"'))
    catalogue = load_catalogue([CONTENT, tmp_path])
    assert {routine.id for routine in catalogue.routines} & {"chair", "mine"} == set()
    told = [(problem.file.name, problem.what) for problem in catalogue.problems]
    assert told == [
        ("chair.toml", "there is no exercise 'nowhere'"),
        ("mine.toml", "there is no exercise 'chair-lean'"),
    ]
    write(tmp_path, "chair.toml", text + lean)
    assert load_catalogue([CONTENT, tmp_path]).problems == ()


def test_a_file_can_be_read_by_itself_and_is_read_once(tmp_path: Path) -> None:
    file = write(tmp_path, "mine.toml", own("mine", exercise_keys=SEATED))
    write(tmp_path, "zzz.toml", "format = ")
    catalogue = load_catalogue([file])
    assert [routine.id for routine in catalogue.routines] == ["mine"]
    assert catalogue.problems == ()
    again = load_catalogue([CONTENT, CONTENT / "hips.toml", file])
    assert again.problems == ()
    assert [routine.id for routine in again.routines].count("hips") == 1


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (problem,) = load_catalogue([tmp_path / "gone.toml"]).problems
    assert problem.file.name == "gone.toml"
    assert "cannot be read" in problem.what


def test_team_routines_come_after_ours_of_the_same_area(tmp_path: Path) -> None:
    write(tmp_path, "mine.toml", own("mine", exercise_keys=SEATED))
    catalogue = load_catalogue([tmp_path, CONTENT])
    assert [routine.id for routine in catalogue.routines_for(catalogue.routine("mine").area)] == ["mine", "hips"]
    ours_first = load_catalogue([CONTENT, tmp_path])
    assert [routine.id for routine in ours_first.routines_for(catalogue.routine("mine").area)] == ["hips", "mine"]


@pytest.mark.parametrize(
    ("dose", "what"),
    [
        ("900", "this should be less than or equal to 600, and it is 900"),
        ("0", "this should be greater than or equal to 1, and it is 0"),
        ("[2, 900]", "[2, 900] is not one of the values allowed here"),
        ("[2, 3, 4]", "[2, 3, 4] is not one of the values allowed here"),
        ('"ten"', "this should be a whole number"),
    ],
)
def test_the_dose_of_an_only_exercise_is_all_that_is_told_when_it_alone_is_wrong(
    tmp_path: Path, dose: str, what: str
) -> None:
    text = own("ours", exercise_keys=SEATED).replace("hold_seconds = 10", f"hold_seconds = {dose}")
    write(tmp_path, "ours.toml", text)
    (problem,) = load_catalogue([tmp_path]).problems
    assert (problem.key, problem.what) == ("exercises[1].hold_seconds", what)
