"""All routines that can be offered: read from files, checked, and found by whatever people type."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from routines.model import Area, Exercise, Routine
from routines.problems import Problem, nearest
from routines.reading import read_routines, read_texts
from routines.words import names_of, plain

Entry = TypeVar("Entry", Routine, Exercise)

CONTENT = Path(__file__).parent / "content"
PICTURES = Path(__file__).parent / "pictures"
EXAMPLE = Path(__file__).parent / "example.toml"
"""A routine to begin one's own with."""

_LIKENESS = 0.7  # with hundreds of words a lower one finds an arm in mistyped boards


@dataclass(frozen=True, eq=False)  # told apart as such: comparing every word of every routine would take long
class Catalogue:
    """The routines that loaded, what kept the others out, and what is worth a notice in those that loaded.

    Those that are `retired` nobody is offered any more; prompts that show one of their exercises go on with it.
    """

    routines: tuple[Routine, ...]
    problems: tuple[Problem, ...] = ()
    picture_folders: tuple[Path, ...] = (PICTURES,)
    notices: tuple[Problem, ...] = ()
    retired: tuple[Routine, ...] = ()

    @property
    def areas(self) -> tuple[Area, ...]:
        """The areas that breaks can be served from, in the order menus show them; spare ones are not among them."""
        present = {routine.area for routine in self.routines}
        return tuple(area for area in Area if area in present and not area.is_spare)

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise of every routine, in their order."""
        return tuple(exercise for routine in self.routines for exercise in routine.exercises)

    def routine(self, routine_id: str) -> Routine:
        """Look up a routine by its id; raises KeyError when there is none."""
        return _by_id((*self.routines, *self.retired), routine_id)

    def exercise(self, exercise_id: str) -> Exercise:
        """Look up an exercise by its id; raises KeyError when there is none."""
        retired = tuple(exercise for routine in self.retired for exercise in routine.exercises)
        return _by_id((*self.exercises, *retired), exercise_id)

    def asked_for(self, entry_id: str) -> Routine:
        """Look up what somebody does by an id: a routine, or an exercise as a routine of one move; raises KeyError."""
        with suppress(KeyError):
            return self.routine(entry_id)
        return self.routine_of(entry_id).only(self.exercise(entry_id))

    def routines_for(self, area: Area) -> tuple[Routine, ...]:
        """List the routines of one area."""
        return tuple(routine for routine in self.routines if routine.area is area)

    def routine_of(self, exercise_id: str) -> Routine:
        """Look up the routine an exercise belongs to; raises KeyError when there is none."""
        exercise = self.exercise(exercise_id)
        return next(routine for routine in (*self.routines, *self.retired) if exercise in routine.exercises)

    def extended(self, texts: Sequence[str], retired: Sequence[str] = ()) -> "Catalogue":
        """Copy the catalogue with more routines, given as TOML; what is wrong with one is told and it is left out.

        Of the retired ones, the first that has an exercise or an id is asked for it.
        """
        reading = read_texts(texts, self.routines, self.picture_folders)
        known = (*self.routines, *reading.routines)
        past = read_texts(retired, known, self.picture_folders, may_clash=True).routines
        return replace(
            self,
            routines=_in_order([*self.routines, *reading.routines]),
            problems=(*self.problems, *reading.problems),
            notices=(*self.notices, *reading.notices),
            retired=(*self.retired, *past),
        )

    def find(self, word: str) -> Routine | Exercise | None:
        """Find what somebody means by a word: case, spaces and hyphens do not matter; routines go first."""
        wanted = plain(word)
        return next((found for name, found in names_of(self.routines) if plain(name) == wanted), None)

    def nearest(self, word: str) -> str | None:
        """Suggest the known word most like an unknown one, for 'did you mean'; None if nothing is like it."""
        by_plain = {plain(name): name for name, _ in reversed(list(names_of(self.routines)))}
        guess = nearest(plain(word), list(by_plain), likeness=_LIKENESS)
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


def picture_path(stem: str, *, moving: bool = False, folder: Path = PICTURES) -> Path:
    """Name the file a picture is kept in: a still PNG, or a moving GIF."""
    return folder / f"{stem}.{'gif' if moving else 'png'}"


def load_catalogue(places: Sequence[Path]) -> Catalogue:
    """Load all TOML files of these folders, or files by themselves; one that is wrong is reported and left out.

    Own pictures are looked for in `pictures` beside the files, and the packaged ones may be used by all. Areas come
    in the order menus show them, spare ones last.
    """
    folders = dict.fromkeys(place if place.is_dir() else place.parent for place in places if place != CONTENT)
    pictures = (PICTURES, *(folder / "pictures" for folder in folders))
    reading = read_routines(places, pictures)
    return Catalogue(_in_order(reading.routines), tuple(reading.problems), pictures, tuple(reading.notices))


def _in_order(routines: Sequence[Routine]) -> tuple[Routine, ...]:
    order = list(Area)
    return tuple(sorted(routines, key=lambda routine: order.index(routine.area)))


def catalogue_with(own: Path | None) -> Catalogue:
    """Load the routines that come with Limber, and those in a team's own folder."""
    return load_catalogue([CONTENT, *([own] if own else [])])


@cache
def default_catalogue() -> Catalogue:
    """Load the routines that come with Limber, once."""
    return catalogue_with(None)


def _by_id(entries: Sequence[Entry], entry_id: str) -> Entry:
    for entry in entries:
        if entry.id == entry_id:
            return entry
    raise KeyError(entry_id)
