"""All routines that can be offered: read from files, checked, and found by whatever people type."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from routines.model import Area, Exercise, Routine
from routines.positions import KeyPath, line_of, lines_of_keys
from routines.problems import Problem, key_text, nearest, problem_of_syntax, problems_of_values

Entry = TypeVar("Entry", Routine, Exercise)

CONTENT = Path(__file__).parent / "content"
PICTURES = Path(__file__).parent / "pictures"


@dataclass(frozen=True)
class Catalogue:
    """The routines that loaded, and what kept the others out."""

    routines: tuple[Routine, ...]
    problems: tuple[Problem, ...] = ()
    picture_folders: tuple[Path, ...] = (PICTURES,)

    @property
    def areas(self) -> tuple[Area, ...]:
        """The areas that have a routine, in the order menus show them."""
        present = {routine.area for routine in self.routines}
        return tuple(area for area in Area if area in present)

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise of every routine, in their order."""
        return tuple(exercise for routine in self.routines for exercise in routine.exercises)

    def routine(self, routine_id: str) -> Routine:
        """Look up a routine by its id; raises KeyError when there is none."""
        return _by_id(self.routines, routine_id)

    def exercise(self, exercise_id: str) -> Exercise:
        """Look up an exercise by its id; raises KeyError when there is none."""
        return _by_id(self.exercises, exercise_id)

    def routines_for(self, area: Area) -> tuple[Routine, ...]:
        """List the routines of one area."""
        return tuple(routine for routine in self.routines if routine.area is area)

    def routine_of(self, exercise_id: str) -> Routine:
        """Look up the routine an exercise belongs to; raises KeyError when there is none."""
        exercise = self.exercise(exercise_id)
        return next(routine for routine in self.routines if exercise in routine.exercises)

    def find(self, word: str) -> Routine | Exercise | None:
        """Find what somebody means by a word: case, spaces and hyphens do not matter; routines go first."""
        wanted = _plain(word)
        return next((found for name, found in self._names() if _plain(name) == wanted), None)

    def nearest(self, word: str) -> str | None:
        """Suggest the known word most like an unknown one, for 'did you mean'; None if nothing is like it."""
        by_plain = {_plain(name): name for name, _ in reversed(list(self._names()))}
        guess = nearest(_plain(word), list(by_plain))
        return by_plain[guess] if guess else None

    def picture_path(self, stem: str, *, moving: bool = False) -> Path:
        """Locate the picture of a stem in the folder that has it, packaged ones first.

        A team's own exercise may come with less: for a mirror image or a moving picture that is not there,
        this gives the plain still.
        """
        paths = [picture_path(stem, moving=moving, folder=folder) for folder in self.picture_folders]
        plain = stem.removesuffix("-left")
        paths += [picture_path(plain, moving=moving, folder=folder) for folder in self.picture_folders]
        paths += [picture_path(plain, folder=folder) for folder in self.picture_folders]
        return next((path for path in paths if path.exists()), paths[0])

    def _names(self) -> Iterator[tuple[str, Routine | Exercise]]:
        for routine in self.routines:
            for name in (routine.id, *routine.aliases, routine.area, routine.area.title, routine.title):
                yield name, routine
        for exercise in self.exercises:
            for name in (exercise.id, exercise.name, *exercise.also_known_as):
                yield name, exercise


def picture_path(stem: str, *, moving: bool = False, folder: Path = PICTURES) -> Path:
    """Name the file a picture is kept in: a still PNG, or a moving GIF."""
    return folder / f"{stem}.{'gif' if moving else 'png'}"


def load_catalogue(folders: Sequence[Path]) -> Catalogue:
    """Load all TOML files of these folders; a file that is wrong is reported and left out.

    Own pictures are looked for in `pictures` beside the files, and the packaged ones may be used by all.
    """
    pictures = (PICTURES, *(folder / "pictures" for folder in folders if folder != CONTENT))
    routines: list[Routine] = []
    problems: list[Problem] = []
    for folder in folders:
        if not folder.is_dir():
            cure = "Create the folder, or correct its name in the settings."
            problems.append(Problem(folder, 1, "", "there is no such folder", cure))
        for file in sorted(folder.glob("*.toml")):
            routine, found = _load(file, routines, pictures)
            problems.extend(found)
            if routine and not found:
                routines.append(routine)
    return Catalogue(tuple(routines), tuple(problems), pictures)


@cache
def default_catalogue() -> Catalogue:
    """Load the routines that come with Limber, once."""
    return load_catalogue([CONTENT])


def _load(file: Path, others: Sequence[Routine], pictures: Sequence[Path]) -> tuple[Routine | None, list[Problem]]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        cure = "Save it as UTF-8 text that this program may read."
        return None, [Problem(file, 1, "", f"it cannot be read ({error})", cure)]
    try:
        routine = Routine.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return None, [problem_of_syntax(file, error, text)]
    except ValidationError as error:
        return None, problems_of_values(file, error, text)
    return routine, [
        *_clashes(file, text, routine, others),
        *_missing_pictures(file, text, routine, pictures),
    ]


def _clashes(file: Path, text: str, routine: Routine, others: Sequence[Routine]) -> Iterator[Problem]:
    lines = lines_of_keys(text)
    if routine.id != file.stem:
        cure = f"Write id = '{file.stem}', or call the file {routine.id}.toml."
        yield Problem(file, line_of(lines, ["id"]), "id", f"'{routine.id}' is not the file's name", cure)
    if any(routine.id == other.id for other in others):
        cure = "Give the routine and its file another name."
        yield Problem(file, line_of(lines, ["id"]), "id", f"there is a routine '{routine.id}' already", cure)
    taken = {exercise.id for other in others for exercise in other.exercises}
    for index, exercise in enumerate(routine.exercises):
        if exercise.id in taken:
            path: KeyPath = ("exercises", index, "id")
            cure = f"Give it an id of its own, as in '{routine.id}-{exercise.id}'."
            what = f"there is an exercise '{exercise.id}' already"
            yield Problem(file, line_of(lines, path), key_text(path), what, cure)
        taken.add(exercise.id)


def _missing_pictures(file: Path, text: str, routine: Routine, pictures: Sequence[Path]) -> Iterator[Problem]:
    lines = lines_of_keys(text)
    for index, exercise in enumerate(routine.exercises):
        name = picture_path(exercise.picture).name
        if not any((folder / name).exists() for folder in pictures):
            path: KeyPath = ("exercises", index, "picture")
            known = sorted(found.stem for folder in pictures for found in folder.glob("*.png"))
            guess = nearest(exercise.picture, known)
            cure = f"Put {name} (800 x 600 px) into a folder 'pictures' beside this file"
            cure += f", or write picture = '{guess or known[0]}'." if known else "."
            yield Problem(file, line_of(lines, path), key_text(path), f"there is no picture {name}", cure)


def _by_id(entries: Sequence[Entry], entry_id: str) -> Entry:
    for entry in entries:
        if entry.id == entry_id:
            return entry
    raise KeyError(entry_id)


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "", word.casefold())
