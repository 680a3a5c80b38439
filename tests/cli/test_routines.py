from pathlib import Path

import pytest

from bot.cli.reading import read_area
from bot.domain.errors import InvalidInput
from routines.catalogue import CONTENT, default_catalogue
from tests.cli.conftest import Limber

ROOT = Path(__file__).parents[2]
HIPS = (CONTENT / "hips.toml").read_text(encoding="utf-8")


def own(folder: Path, name: str = "ours.toml", text: str = "") -> Path:
    """Keep a file of one's own: the packaged hips with ids, words and pictures of its own, unless a text is given."""
    if not text:
        lines = (line for line in HIPS.splitlines() if not line.startswith(("aliases", "also_known_as")))
        text = "\n".join(lines).replace('"hips"', '"ours"', 1)
        for exercise in default_catalogue().routine("hips").exercises:
            text = text.replace(f'"{exercise.id}"', f'"our-{exercise.id}"\npicture = "wall-sit"')
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_what_comes_with_limber_is_well(limber: Limber) -> None:
    checked = limber("routines", "check")
    assert checked.exit_code == 0
    assert checked.output.splitlines()[-1] == "All is well: 6 areas, 30 exercises, and 1 spare."
    assert limber("routines", "check", str(CONTENT)).output == checked.output


def test_a_file_of_ones_own_is_counted_alone(limber: Limber, tmp_path: Path) -> None:
    file = own(tmp_path / "team")
    for path in (file, file.parent):
        checked = limber("routines", "check", str(path))
        assert (checked.exit_code, checked.output) == (0, "All is well: 1 area, 5 exercises.\n")


def test_a_wrong_file_is_told_with_line_key_and_cure_and_the_others_are_not_hidden(
    limber: Limber, tmp_path: Path
) -> None:
    folder = own(tmp_path / "team").parent
    right = (folder / "ours.toml").read_text()
    wrong = right.replace('"ours"', '"wrong"', 1).replace("hold_seconds = 30", "hold_seconds = 900")
    file = own(folder, "wrong.toml", wrong)
    line = wrong[: wrong.index("hold_seconds = 900")].count("\n") + 1
    checked = limber("routines", "check", str(folder))
    assert checked.exit_code == 1
    first, cure, last = checked.output.splitlines()
    assert first.startswith(f"{file}, line {line}: exercises[2].hold_seconds: ")
    assert "900" in first
    assert cure == "    Write: Seconds of one hold, from 1 to 600, or a range as [2, 3]."
    assert last == "1 to put right. What is wrong is left out; the rest works."
    assert limber("routines", "check", str(folder / "ours.toml")).exit_code == 0


def test_a_file_is_checked_beside_what_comes_with_limber(limber: Limber, tmp_path: Path) -> None:
    checked = limber("routines", "check", str(own(tmp_path / "team", "hips.toml", HIPS)))
    assert checked.exit_code == 1
    assert "id: there is a routine 'hips' already." in checked.output


def test_routines_of_the_settings_are_checked_and_listed(
    limber: Limber, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own(tmp_path / "team").parent
    monkeypatch.setenv("ROUTINES_FOLDER", str(folder))
    assert "6 areas, 35 exercises, and 1 spare." in limber("routines", "check").output
    listed = limber("routines", "list").output
    assert "our-figure-four" in listed
    own(folder, "broken.toml", "format = ")
    checked = limber("routines", "check")
    assert checked.exit_code == 1
    assert "broken.toml, line 1: this is not valid TOML" in checked.output


def test_a_missing_picture_is_said_and_is_no_fault(limber: Limber, tmp_path: Path) -> None:
    file = own(tmp_path / "team")
    file.write_text(file.read_text().replace('\npicture = "wall-sit"', "", 1))
    checked = limber("routines", "check", str(file))
    assert checked.exit_code == 0
    assert "exercises[1]: 'our-figure-four' has no picture yet." in checked.output
    assert "Put our-figure-four.png (800 x 600 px) into a folder 'pictures' beside this file." in checked.output


@pytest.mark.parametrize(
    ("name", "exit_code", "words"),
    [("nowhere", 2, "does not exist"), ("notes.md", 1, "ends in .toml"), ("empty", 1, "no routine files")],
)
def test_a_path_without_routines_is_said(limber: Limber, tmp_path: Path, name: str, exit_code: int, words: str) -> None:
    (tmp_path / "notes.md").write_text("Nothing.")
    (tmp_path / "empty").mkdir()
    checked = limber("routines", "check", str(tmp_path / name))
    assert checked.exit_code == exit_code
    assert words in checked.output


def test_all_exercises_are_listed_with_dose_and_the_words_that_find_them(limber: Limber) -> None:
    listed = limber("routines", "list").output
    for exercise in default_catalogue().exercises:
        assert f" {exercise.id} " in listed
    assert "strap-press" in next(line for line in listed.splitlines() if " side-leg-raise " in line)
    assert "/stretch hands: also hand, wrist," in listed


@pytest.mark.parametrize(("word", "area"), [("neck", "neck"), ("Lumbar", "lower-back"), ("rsi", "hands")])
def test_an_area_is_read_by_any_of_its_words(word: str, area: str) -> None:
    assert read_area(word, default_catalogue()) == area


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("eyes", "I don't know the area 'eyes'. There are: hands, lower-back, neck, shoulders, hips, legs."),
        ("nekc", "I don't know the area 'nekc'. Did you mean neck? There are:"),
    ],
)
def test_breaks_are_served_from_the_six_areas_alone(word: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_area(word, default_catalogue())
    assert refused.value.sentence.startswith(sentence)


def test_the_schema_in_the_repository_is_what_the_command_prints(limber: Limber) -> None:
    printed = limber("routines", "schema").stdout_bytes
    assert printed == (ROOT / "routines" / "routine.schema.json").read_bytes(), (
        "Run: limber routines schema > routines/routine.schema.json"
    )
