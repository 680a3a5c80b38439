"""A wrong file is refused with file, line, key and cure, and the others still work."""

from pathlib import Path

import pytest

from routines.catalogue import CONTENT, default_catalogue, load_catalogue
from routines.model import Area, Exercise, Routine

PACKAGED = {file.stem for file in CONTENT.glob("*.toml")}
GOOD = (CONTENT / "lowback.toml").read_text(encoding="utf-8")


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def own_routine(routine_id: str = "mine") -> str:
    """Give the packaged file new ids and no aliases, so that it can stand beside the original."""
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith(("aliases", "also_known_as")))
    text = text.replace('"lowback"', f'"{routine_id}"', 1)
    for exercise in default_catalogue().routine("lowback").exercises:
        text = text.replace(f'"{exercise.id}"', f'"{routine_id}-{exercise.id}"\npicture       = "{exercise.id}"')
    return text


# what to replace, by what, the line to be told (as the text that stands there), key, words of the cure
BROKEN = {
    "syntax": ('title   = "Lower', 'title   = Lower"', "title   = ", "", "missing quote"),
    "missing key": ('area    = "lower-back"\n', "", "#:schema", "area", "Write: One of: hands"),
    "unknown key": (
        "hold_seconds = 30\nrest",
        "hold_secs = 30\nrest",
        "hold_secs",
        "exercises[1].hold_secs",
        "'hold_seconds'",
    ),
    "strange key": ('summary = "Five', 'zzz = 1\nsummary = "Five', "zzz", "zzz", "Take it out"),
    "text for a number": (
        "hold_seconds = 30\nrest",
        'hold_seconds = "30"\nrest',
        'hold_seconds = "30"',
        "exercises[1].hold_seconds",
        "from 1 to 600",
    ),
    "number for a text": (
        'name          = "Wall sit"',
        "name          = 5",
        "name          = 5",
        "exercises[1].name",
        "2 to 60 characters",
    ),
    "too long a hold": (
        "hold_seconds = 30\nrest",
        "hold_seconds = 601\nrest",
        "hold_seconds = 601",
        "exercises[1].hold_seconds",
        "from 1 to 600",
    ),
    "reversed range": (
        "hold_seconds = [2, 3]",
        "hold_seconds = [3, 2]",
        "hold_seconds = [3, 2]",
        "exercises[4].hold_seconds",
        "smaller number first",
    ),
    "unknown area": ('"lower-back"\nlocale', '"elbow"\nlocale', '"elbow"', "area", "hands, lower-back, neck"),
    "unknown kind": (
        'kind          = "reps"',
        'kind          = "bounce"',
        '"bounce"',
        "exercises[4].kind",
        "'hold'",
    ),
    "reps of one": (
        "reps         = 10",
        "reps         = 1",
        "reps         = 1",
        "exercises[4].reps",
        "2 or more",
    ),
    "repeated hold": (
        "hold_seconds = 30\nrest",
        "reps = 3\nhold_seconds = 30\nrest",
        'kind          = "hold"',
        "exercises[1].kind",
        "kind = 'reps'",
    ),
    "long cue": (
        '"Squeeze it with both thighs."',
        '"' + "x" * 161 + '"',
        "x" * 161,
        "exercises[3].cues[2]",
        "3 to 160 characters",
    ),
    "bad id": (
        'id            = "head-press"',
        'id            = "Head Press"',
        '"Head Press"',
        "exercises[5].id",
        "Small letters",
    ),
    "progression start": (
        "start      = 30",
        "start      = 40",
        "[exercises.progression]",
        "exercises[1].progression",
        "Write 30",
    ),
    "progression order": (
        "increment  = [5, 10]",
        "increment  = [10, 5]",
        "increment  = [10, 5]",
        "exercises[1].progression.increment",
        "smaller number first",
    ),
    "progression ends": (
        "maximum    = 300",
        "maximum    = 20",
        "start      = 30",
        "exercises[1].progression.start",
        "maximum or less",
    ),
    "equipment": (
        'substitute = "No block? A rolled',
        'instead = "No block? A rolled',
        "[[exercises.equipment]]",
        "exercises[3].equipment[1].substitute",
        "One sentence",
    ),
    "another name": ('id      = "lowback"', 'id      = "lower"', 'id      = "lower"', "id", "id = 'broken'"),
    "no picture": (
        'kind          = "reps"',
        'kind          = "reps"\npicture = "side-lunges"',
        '"side-lunges"',
        "exercises[4].picture",
        "'side-lunge'",
    ),
    "same exercise twice": (
        'id            = "head-press"',
        'id            = "wall-sit"',
        "",
        "exercises[5].id",
        "id of its own",
    ),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_told_with_line_key_and_cure(tmp_path: Path, case: tuple[str, str, str, str, str]) -> None:
    old, new, at, key, cure = case
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if key != "id":
        text = text.replace('"lowback"', '"broken"', 1)
    file = write(tmp_path, "broken.toml", text)
    catalogue = load_catalogue([tmp_path])
    assert catalogue.routines == ()
    problem = next(each for each in catalogue.problems if each.key == key)
    assert problem.file == file
    assert cure in problem.cure
    assert at in text.splitlines()[problem.line - 1]
    assert problem.sentence.startswith(f"broken.toml, line {problem.line}: ")


def test_a_missing_seated_version_names_its_exercise(tmp_path: Path) -> None:
    lines = [line for line in GOOD.splitlines() if not line.startswith("seated ")]
    write(tmp_path, "lowback.toml", "\n".join(lines))
    problems = load_catalogue([tmp_path]).problems
    assert [problem.key for problem in problems] == ["exercises[1].seated", "exercises[4].seated"]
    assert all(lines[problem.line - 1] == "[[exercises]]" for problem in problems)


def test_several_problems_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = GOOD.replace("every_days = 3", "every_days = 0").replace('locale  = "en"', 'locale  = "English"')
    write(tmp_path, "lowback.toml", text)
    problems = load_catalogue([tmp_path]).problems
    assert [problem.key for problem in problems] == ["locale", "exercises[1].progression.every_days"]


def test_a_broken_file_leaves_the_others_working(tmp_path: Path) -> None:
    write(tmp_path, "aaa.toml", "format = 1\n[[")
    write(tmp_path, "mine.toml", own_routine())
    (tmp_path / "zzz.toml").write_bytes(b"\xff\xfe\x00")
    catalogue = load_catalogue([CONTENT, tmp_path])
    assert {routine.id for routine in catalogue.routines} == PACKAGED | {"mine"}
    assert [problem.file.name for problem in catalogue.problems] == ["aaa.toml", "zzz.toml"]


def test_ids_are_used_once(tmp_path: Path) -> None:
    write(tmp_path, "lowback.toml", GOOD)
    catalogue = load_catalogue([CONTENT, tmp_path])
    assert {routine.id for routine in catalogue.routines} == PACKAGED
    assert len(catalogue.problems) == 6  # the routine and its five exercises


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    catalogue = load_catalogue([tmp_path / "nowhere"])
    assert "no such folder" in catalogue.problems[0].what


def test_without_a_picture_an_exercise_is_shown_bare_and_that_is_noticed(tmp_path: Path) -> None:
    text = GOOD.replace('"lowback"', '"mine"', 1).replace('"wall-sit"', '"door-sit"', 1)
    write(tmp_path, "mine.toml", text)
    catalogue = load_catalogue([tmp_path])
    assert (catalogue.routine("mine").exercises[0].id, catalogue.problems) == ("door-sit", ())
    (notice,) = catalogue.notices
    assert (notice.key, notice.what) == ("exercises[1]", "'door-sit' has no picture yet")
    assert "door-sit.png (800 x 600 px)" in notice.cure
    assert not catalogue.picture_path("door-sit").exists()


def test_own_pictures_stand_beside_the_file(tmp_path: Path) -> None:
    text = GOOD.replace('"lowback"', '"mine"', 1).replace('"wall-sit"', '"door-sit"', 1)
    write(tmp_path, "mine.toml", text)
    (tmp_path / "pictures").mkdir()
    own = tmp_path / "pictures" / "door-sit.png"
    own.write_bytes(b"png")
    catalogue = load_catalogue([tmp_path])
    assert (catalogue.problems, catalogue.notices) == ((), ())
    assert catalogue.picture_path("door-sit") == own
    assert catalogue.picture_path("door-sit-left", moving=True) == own


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("lowback", "lowback"),
        ("lower-back", "lowback"),
        ("Lower Back", "lowback"),
        (" BACK ", "lowback"),
        ("lumbar", "lowback"),
        ("glutes", "lowback"),
        ("wall sit", "wall-sit"),
        ("WallSit", "wall-sit"),
        ("head press", "head-press"),
        ("Head press into hands", "head-press"),
        ("adductor_stretch", "side-lunge"),
        ("back", "lowback"),
        ("wrist", "hands"),
        ("RSI", "hands"),
        ("carpal", "hands"),
        ("elbow", "hands"),
        ("Hands and wrists", "hands"),
        ("neck", "neck"),
        ("shoulder", "shoulders"),
        ("upper back", "shoulders"),
        ("hip", "hips"),
        ("leg", "legs"),
        ("feet", "legs"),
        ("calf", "legs"),
        ("eyes", "eyes"),
        ("eye break", "eye-break"),
        ("sit to stand", "sit-to-stand"),
        ("figure 4", "figure-four"),
        ("nose", None),
        ("", None),
    ],
)
def test_words_find_routines_and_exercises(word: str, found: str | None) -> None:
    thing: Routine | Exercise | None = default_catalogue().find(word)
    assert (thing.id if thing else None) == found


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("lowbak", "lowback"),
        ("wal sit", "wall-sit"),
        ("sidelung", "side-lunge"),
        ("qqqq", None),
        ("wirst", "wrist"),
        ("sholder", "shoulder"),
        ("nek", "neck"),
        ("hnads", "hands"),
        ("calfs", "calf"),
        ("upper bak", "upper back"),
        ("chintuck", "chin-tuck"),
        ("eyess", "eyes"),
        ("elbo", "elbow"),
    ],
)
def test_unknown_words_get_the_nearest_one(word: str, guess: str | None) -> None:
    assert default_catalogue().nearest(word) == guess


@pytest.mark.parametrize(
    "typed",
    [
        *("setpu", "stup", "hlep", "hepl", "bord", "boards", "baord", "puase", "pauze", "resmue", "nxt", "nexxt"),
        *("awya", "forgt", "mydta", "wyh", "togehter", "sollo", "pouse", "resum", "hel", "bored", "qqqq"),
    ],
)
def test_a_mistyped_command_is_not_taken_for_a_stretch(typed: str) -> None:
    assert default_catalogue().nearest(typed) is None


def test_areas_come_in_the_order_of_menus_and_a_spare_one_is_found_but_never_offered() -> None:
    catalogue = default_catalogue()
    six = ("hands", "lower-back", "neck", "shoulders", "hips", "legs")
    assert catalogue.areas == six
    assert [routine.area for routine in catalogue.routines] == [*six, "eyes"]
    assert catalogue.routine("eyes").area.is_spare


def test_look_ups_by_id() -> None:
    catalogue = default_catalogue()
    assert catalogue.problems == ()
    assert catalogue.routine_of("wall-sit") is catalogue.routine("lowback")


def test_what_is_asked_for_is_a_whole_routine_or_a_single_move_and_found_again_by_its_id() -> None:
    catalogue = default_catalogue()
    assert catalogue.asked_for("lowback") is catalogue.routine("lowback")
    for exercise in catalogue.exercises:
        alone = catalogue.asked_for(exercise.id)
        assert alone.exercises == (exercise,)
        assert catalogue.asked_for(alone.asked_for_as) == alone
    with pytest.raises(KeyError):
        catalogue.asked_for("nothing")
    assert catalogue.routines_for(Area.NECK) == (catalogue.routine("neck"),)
    with pytest.raises(KeyError):
        catalogue.routine("nothing")
    with pytest.raises(KeyError):
        catalogue.exercise("nothing")
