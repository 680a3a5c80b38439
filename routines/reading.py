"""Reads routine files and compares them with each other: what is wrong is told and left out, the rest goes on."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from routines.model import Exercise, Routine
from routines.positions import KeyPath, line_of, lines_of_keys
from routines.problems import (
    Problem,
    key_text,
    nearest,
    problem_of_encoding,
    problem_of_size,
    problem_of_syntax,
    problems_of_values,
)
from routines.words import names_of, plain

PASTED = Path("routine.toml")
"""What a text is called that is in no file."""

LARGEST_BYTES = 40_000
"""What one routine may take; twenty exercises with all their words fit."""


@dataclass
class Reading:
    """What became of some files: the routines that are right, and why the others are left out.

    A notice is about a routine that works all the same.
    """

    routines: list[Routine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Source:
    file: Path
    text: str
    routine: Routine

    @cached_property
    def lines(self) -> dict[KeyPath, int]:
        return lines_of_keys(self.text)

    def problem(self, path: KeyPath, what: str, cure: str) -> Problem:
        return Problem(self.file, line_of(self.lines, path), key_text(path), what, cure)


def read_routines(places: Sequence[Path], pictures: Sequence[Path]) -> Reading:
    """Read the files of these folders, and files named themselves; pictures are looked for in the folders `pictures`.

    Of two files that claim the same, the one that is read first has it.
    """
    reading = Reading()
    accepted: list[_Source] = []
    for file in _files(places, reading):
        source = _load(file, reading)
        if source:
            found = [*_misnamed(source), *_clashes(source, [other.routine for other in accepted])]
            found += _wrong_pictures(source, pictures)
            reading.problems.extend(found)
            accepted.extend([] if found else [source])
    _finish(reading, accepted, (), pictures)
    return reading


def read_texts(
    texts: Sequence[str], known: Sequence[Routine], pictures: Sequence[Path], *, may_clash: bool = False
) -> Reading:
    """Read routines that are in no file, beside those that are known already and have what they claim.

    Those that are only there for what was made from them `may_clash`.
    """
    reading = Reading()
    accepted: list[_Source] = []
    for text in texts:
        source = _parse(PASTED, text, reading)
        if source:
            taken = [*known, *(other.routine for other in accepted)]
            clashes = () if may_clash else _clashes(source, taken)
            found = [*clashes, *_wrong_pictures(source, pictures)]
            reading.problems.extend(found)
            accepted.extend([] if found else [source])
    _finish(reading, accepted, known, pictures)
    return reading


def id_in(text: str) -> str | None:
    """Read the id of a routine that need not be right otherwise; None if there is none."""
    try:
        found = tomllib.loads(text).get("id")
    except tomllib.TOMLDecodeError:
        return None
    return found if isinstance(found, str) else None


def _finish(reading: Reading, accepted: list[_Source], known: Sequence[Routine], pictures: Sequence[Path]) -> None:
    """Keep the routines whose stand-ins are there, and say in words what these are."""
    others = {exercise.id: exercise for routine in known for exercise in routine.exercises}
    accepted = _with_known_stand_ins(accepted, others, reading)
    exercises = others | _exercises_of(accepted)
    reading.routines = [_fill_in_seated(source.routine, exercises) for source in accepted]
    reading.notices = [notice for source in accepted for notice in _missing_pictures(source, pictures)]


def _exercises_of(sources: Sequence[_Source]) -> dict[str, Exercise]:
    return {exercise.id: exercise for source in sources for exercise in source.routine.exercises}


def _files(places: Sequence[Path], reading: Reading) -> list[Path]:
    files: dict[Path, Path] = {}
    for place in places:
        if place.is_dir():
            files |= {file.resolve(): file for file in sorted(place.glob("*.toml"))}
        elif place.suffix == ".toml":
            files.setdefault(place.resolve(), place)
        elif place.exists():
            cure = f"Call it {place.stem}.toml if it is a routine."
            reading.problems.append(Problem(place, 1, "", "the name of a routine file ends in .toml", cure))
        else:
            cure = "Create the folder, or correct its name in the settings."
            reading.problems.append(Problem(place, 1, "", "there is no such folder", cure))
    return list(files.values())


def _load(file: Path, reading: Reading) -> _Source | None:
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST_BYTES + 1)
    except OSError as error:
        cure = "Save it as a text that this program may read."
        reading.problems.append(Problem(file, 1, "", f"it cannot be read ({error.strerror})", cure))
        return None
    text = text_of(raw, file)
    if isinstance(text, str):
        return _parse(file, text, reading)
    reading.problems.append(text)
    return None


def text_of(raw: bytes, file: Path = PASTED) -> str | Problem:
    """Read what a file holds as text, or say why it is none."""
    if len(raw) > LARGEST_BYTES:
        return problem_of_size(file, LARGEST_BYTES)
    try:
        return raw.decode("utf-8-sig")  # some editors begin a file with a mark of the encoding
    except UnicodeDecodeError as error:
        return problem_of_encoding(file, error)


def _parse(file: Path, text: str, reading: Reading) -> _Source | None:
    try:
        return _Source(file, text, Routine.model_validate(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        reading.problems.append(problem_of_syntax(file, error, text))
    except ValidationError as error:
        reading.problems.extend(problems_of_values(file, error, text))
    return None


def _misnamed(source: _Source) -> Iterator[Problem]:
    routine, file = source.routine, source.file
    if routine.id != file.stem:
        cure = f"Write id = '{file.stem}', or call the file {routine.id}.toml."
        yield source.problem(("id",), f"'{routine.id}' is not the file's name", cure)


def _clashes(source: _Source, others: Sequence[Routine]) -> Iterator[Problem]:
    routine = source.routine
    if any(routine.id == other.id for other in others):
        cure = "Give the routine and its file another name."
        yield source.problem(("id",), f"there is a routine '{routine.id}' already", cure)
    taken = {exercise.id for other in others for exercise in other.exercises}
    for index, exercise in enumerate(routine.exercises):
        if exercise.id in taken:
            cure = f"Give it an id of its own, as in '{routine.id}-{exercise.id}'."
            yield source.problem(("exercises", index, "id"), f"there is an exercise '{exercise.id}' already", cure)
        taken.add(exercise.id)
    yield from _words_taken(source, others)


def _words_taken(source: _Source, others: Sequence[Routine]) -> Iterator[Problem]:
    owners: dict[str, list[str]] = {}
    for name, thing in names_of([*others, source.routine]):
        owners.setdefault(plain(name), []).append(_called(thing))
    for path, word, owner in _aliases(source.routine):
        another = next((each for each in owners[plain(word)] if each != owner), None)
        if another:
            yield source.problem(path, f"'{word}' finds {another} already", "Take it out, or use another word.")


def _aliases(routine: Routine) -> Iterator[tuple[KeyPath, str, str]]:
    for index, word in enumerate(routine.aliases):
        yield ("aliases", index), word, _called(routine)
    for number, exercise in enumerate(routine.exercises):
        for index, word in enumerate(exercise.also_known_as):
            yield ("exercises", number, "also_known_as", index), word, _called(exercise)


def _called(thing: Routine | Exercise) -> str:
    return f"the {type(thing).__name__.lower()} '{thing.id}'"


def _with_known_stand_ins(sources: list[_Source], others: Mapping[str, Exercise], reading: Reading) -> list[_Source]:
    """Leave out what names a stand-in that is not there, and then what counted on what was left out."""
    while True:
        exercises = {**others, **_exercises_of(sources)}
        found = [problem for source in sources for problem in _wrong_stand_ins(source, exercises)]
        if not found:
            return sources
        reading.problems.extend(found)
        sources = [source for source in sources if not any(_wrong_stand_ins(source, exercises))]


def _wrong_stand_ins(source: _Source, exercises: Mapping[str, Exercise]) -> Iterator[Problem]:
    for index, exercise in enumerate(source.routine.exercises):
        name = exercise.seated_stand_in
        if name is None or (name in exercises and exercises[name].position == "seated"):
            continue
        seated = [each.id for each in exercises.values() if each.position == "seated"]
        guess = nearest(name, seated)
        cure = f"Did you mean '{guess}'?" if guess else "Write the id of a seated exercise: `limber routines list`."
        what = f"'{name}' is not a seated exercise" if name in exercises else f"there is no exercise '{name}'"
        yield source.problem(("exercises", index, "seated_stand_in"), what, cure)


def _fill_in_seated(routine: Routine, exercises: Mapping[str, Exercise]) -> Routine:
    """Say in words what a stand-in is, where the file only names it."""
    return routine.model_copy(update={"exercises": tuple(_seated(each, exercises) for each in routine.exercises)})


def _seated(exercise: Exercise, exercises: Mapping[str, Exercise]) -> Exercise:
    if exercise.seated or not exercise.seated_stand_in:
        return exercise
    stand_in = exercises[exercise.seated_stand_in]
    return exercise.model_copy(update={"seated": f"{stand_in.name}. {stand_in.cues[0]}"})


def _wrong_pictures(source: _Source, folders: Sequence[Path]) -> Iterator[Problem]:
    """Tell of pictures that a file names and nobody has."""
    for index, exercise in _without_picture(source.routine, folders):
        if exercise.picture != exercise.id:
            known = [found.stem for folder in folders for found in folder.glob("*.png")]
            guess = nearest(exercise.picture, known)
            cure = f"Put {exercise.picture}.png (800 x 600 px) into a folder 'pictures' beside this file"
            cure += f", or write picture = '{guess}'." if guess else ", or leave the key out."
            what = f"there is no picture {exercise.picture}.png"
            yield source.problem(("exercises", index, "picture"), what, cure)


def _missing_pictures(source: _Source, folders: Sequence[Path]) -> Iterator[Problem]:
    """Tell of exercises that are shown without a picture, because there is none yet."""
    for index, exercise in _without_picture(source.routine, folders):
        cure = f"Put {exercise.id}.png (800 x 600 px) into a folder 'pictures' beside this file."
        yield source.problem(("exercises", index), f"'{exercise.id}' has no picture yet", cure)


def _without_picture(routine: Routine, folders: Sequence[Path]) -> Iterator[tuple[int, Exercise]]:
    for index, exercise in enumerate(routine.exercises):
        if not any((folder / f"{exercise.picture}.png").exists() for folder in folders):
            yield index, exercise
