"""Every routine that comes with Limber keeps the rules of content: what it has, says, and never says."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from bot.slack.ids import Word
from bot.slack.views import routines as views
from routines.catalogue import default_catalogue
from routines.model import Area, Exercise, Routine
from routines.words import names_of, plain

CATALOGUE = default_catalogue()
SIX = [area for area in Area if not area.is_spare]

PROMISES = re.compile(
    r"\bcur(e|es|ed|ing)\b|relie[fv]|prevent|\bheal|\bfix|therap|guarantee|\bhealth"
    r"|\btreats?\b|pain-free|gets? rid of|\bmelts?\b|improves?\b|protects?\b|strengthens?\b",
    re.IGNORECASE,
)
REPROACHES = re.compile(r"you missed|\blost\b|\bonly\b|don.t forget|\bmust (?!not fall)|\bshould\b", re.IGNORECASE)
STANDING = re.compile(r"\bstand(s|ing)?\b|\bstood\b|\bget up\b|\bon your feet\b", re.IGNORECASE)
ONE_SIDE = re.compile(r"\b(left|right)[ -](arm|hand|leg|knee|foot|shoulder|hip|side|ear|ankle|calf)\b", re.IGNORECASE)

every_routine = pytest.mark.parametrize("routine", CATALOGUE.routines, ids=lambda routine: routine.id)
every_exercise = pytest.mark.parametrize("exercise", CATALOGUE.exercises, ids=lambda exercise: exercise.id)


def said(exercise: Exercise) -> Iterator[str]:
    """List all that people read of an exercise, but what its picture shows."""
    yield from (exercise.name, *exercise.cues, *exercise.tips, exercise.feel, exercise.stop_if, exercise.easier)
    yield exercise.seated or ""
    yield from (text for item in exercise.equipment for text in (item.name, item.substitute))


def all_texts(routine: Routine) -> list[str]:
    own = [routine.title, routine.summary, routine.caution]
    return own + [text for exercise in routine.exercises for text in (*said(exercise), exercise.alt)]


def test_there_are_six_areas_of_five_exercises_and_a_spare_one() -> None:
    assert CATALOGUE.problems == ()
    assert list(CATALOGUE.areas) == SIX
    counts = {area: [len(each.exercises) for each in CATALOGUE.routines_for(area)] for area in Area}
    assert counts == {area: [5] for area in SIX} | {Area.EYES: [1]}


@every_routine
def test_nothing_is_promised_and_nobody_is_blamed(routine: Routine) -> None:
    for text in all_texts(routine):
        assert not PROMISES.search(text), text
        assert not REPROACHES.search(text), text
        assert "!" not in text, text
        assert text.isascii(), f"plain characters alone, no emoji: {text}"


@pytest.mark.parametrize(
    "text",
    [
        "This cures a stiff neck.",
        "Relieves tension.",
        "A therapeutic move.",
        "Prevents aches.",
        "Good for your health.",
    ],
)
def test_a_promise_is_noticed(text: str) -> None:
    assert PROMISES.search(text)


@every_routine
def test_no_wording_assumes_that_somebody_can_stand(routine: Routine) -> None:
    texts = [routine.title, routine.summary, routine.caution]
    for text in (*texts, *(text for exercise in routine.exercises for text in said(exercise))):
        assert not STANDING.search(text), text


@pytest.mark.parametrize("text", ["Stand up and stretch.", "While standing, lean.", "Get up first."])
def test_an_assumption_is_noticed(text: str) -> None:
    assert STANDING.search(text)


@every_exercise
def test_what_needs_two_feet_has_a_seated_version(exercise: Exercise) -> None:
    if exercise.position == "standing":
        assert exercise.seated
    if exercise.seated_stand_in:
        assert CATALOGUE.exercise(exercise.seated_stand_in).position == "seated"


@every_exercise
def test_a_prompt_has_its_words(exercise: Exercise) -> None:
    assert 2 <= len(exercise.cues) <= 3, "a prompt shows three; a fourth would never be read there"
    assert len(exercise.tips) >= 4
    assert all(text[0].isupper() and text[-1] == "." for text in (*exercise.cues, *exercise.tips, exercise.easier))
    assert exercise.stop_if.startswith("If ")
    assert exercise.stop_if.endswith(".")
    assert exercise.feel[0].islower()
    assert not exercise.feel.endswith(".")


@every_exercise
def test_tips_say_what_to_notice_and_how_to_do_less_and_more(exercise: Exercise) -> None:
    tips = " ".join(exercise.tips)
    assert re.search(r"\bnotice\b|\bfeel\b|\bquiet\b", tips, re.IGNORECASE)
    assert re.search(r"\bIf\b", tips), "a common slip, and the way back"
    assert "For a smaller version, " in tips
    assert "For a bigger one, " in tips


@every_exercise
def test_no_text_points_at_what_a_prompt_does_not_show(exercise: Exercise) -> None:
    assert "easier version" not in " ".join(said(exercise))


def test_no_tip_is_told_twice() -> None:
    tips = [tip for exercise in CATALOGUE.exercises for tip in exercise.tips]
    assert len(set(tips)) == len(tips)


@every_routine
def test_texts_fit_slack(routine: Routine) -> None:
    assert len(routine.title) <= 24, "the title of a modal"
    for exercise in routine.exercises:
        assert len(f"{routine.area.title}: {views.title(exercise)}") <= 150, "a header"
        assert len(f"5 of 5 - {exercise.name}, 2 minutes") <= 150, "a header of a run"
        assert 30 <= len(exercise.alt) <= 2000
        assert len(views.guidance(exercise)) <= 300, "one line, two at most"
        assert len(views.instead(exercise)) <= 400
        assert len(views.spoken(exercise)) <= 1500, "a notification that is read out"


@every_exercise
def test_a_picture_in_words_is_right_for_either_side(exercise: Exercise) -> None:
    if exercise.sides == "each":
        assert not ONE_SIDE.search(exercise.alt)
    assert STANDING.search(exercise.alt) is None


@every_exercise
def test_a_break_takes_two_minutes_at_most(exercise: Exercise) -> None:
    assert 5 <= exercise.seconds <= 120
    assert 1 <= exercise.breaths <= 18


@every_routine
def test_a_routine_takes_nine_minutes_at_most_with_a_rest_between_moves_and_none_at_its_end(routine: Routine) -> None:
    assert routine.seconds <= 540
    *rests, last = [exercise.rest_seconds for exercise in routine.exercises]
    assert all(5 <= rest <= 15 for rest in rests)
    assert last == 0


@every_routine
def test_each_file_says_where_it_comes_from_what_is_ours_and_that_nobody_has_checked_it(routine: Routine) -> None:
    assert routine.credit.reviewed == ""
    assert routine.credit.license == "CC-BY-4.0"
    assert "wording" in routine.credit.ours
    for exercise in routine.exercises:
        assert re.search(r"From the sources?: .+", exercise.origin)
        assert re.search(r"\b[Oo]urs?\b", exercise.origin)


@every_routine
def test_a_routine_says_when_to_stop_whom_to_ask_and_that_it_is_optional(routine: Routine) -> None:
    assert re.search(r"\bpain|\bhurt", routine.caution)
    assert re.search(r"ask a (clinician|doctor)", routine.caution)
    assert "optional" in routine.caution


def test_every_word_finds_one_thing() -> None:
    found = defaultdict(set)
    for word, thing in names_of(CATALOGUE.routines):
        found[plain(word)].add(f"{type(thing).__name__} {thing.id}")
    assert {word: things for word, things in found.items() if len(things) > 1} == {}


def test_no_word_of_a_routine_is_a_command() -> None:
    # "back" is both: for who is away, typed alone, it means that they are back.
    commands = {*Word, "mydata", "forget", "together", "solo"} - {Word.BACK}
    assert not {plain(word) for word, _ in names_of(CATALOGUE.routines)} & commands


def test_every_exercise_is_drawn() -> None:
    assert not CATALOGUE.notices
    assert all(CATALOGUE.picture_path(each.picture).exists() for each in CATALOGUE.exercises)
