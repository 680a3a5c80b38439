"""What is wrong in a routine file, said with file, line, key and cure."""

import difflib
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from routines.model import DISAGREEMENT, Credit, Equipment, Exercise, Progression, Routine
from routines.positions import KeyPath, line_of, lines_of_keys

_MODELS: dict[str, type[BaseModel]] = {
    "credit": Credit,
    "exercises": Exercise,
    "equipment": Equipment,
    "progression": Progression,
}
_LONGEST_QUOTE = 60
_CURLY = "\u201c\u201d\u2018\u2019\u201e"
_CANNOT_DEFAULT = "default_factory_not_called"
_PLAIN_WORDS = {
    "missing": "this key is missing",
    "string_type": "this should be text",
    "int_type": "this should be a whole number",
    "bool_type": "this should be true or false",
    "tuple_type": "this should be a list",
    "model_type": "this should be a table",
}


@dataclass(frozen=True)
class Problem:
    """One reason why a routine file was left out, and what to write instead."""

    file: Path
    line: int
    key: str
    what: str
    cure: str

    @property
    def sentence(self) -> str:
        """All of it in one line for a log or a terminal."""
        key = f"{self.key}: " if self.key else ""
        return f"{self.file.name}, line {self.line}: {key}{self.what}. {self.cure}"


def problem_of_size(file: Path, limit: int) -> Problem:
    """Describe a text of more bytes than a routine may have."""
    what = f"it has more than {limit:,} bytes, which is what a routine may have"
    return Problem(file, 1, "", what, "Shorten it, or make two routines of it.")


def problem_of_encoding(file: Path, error: UnicodeDecodeError) -> Problem:
    """Describe bytes that are not text."""
    before, wrong = bytes(error.object[: error.start]), bytes(error.object[error.start : error.start + 1])
    what = f"byte 0x{wrong.hex()} is not UTF-8 text"
    return Problem(file, before.count(b"\n") + 1, "", what, "Save the file as UTF-8, or take this character out.")


def problem_of_syntax(file: Path, error: tomllib.TOMLDecodeError, text: str) -> Problem:
    """Describe a text that is not TOML."""
    # Only Python 3.14 gives the line as a number; before, it stands in the message alone.
    what, _, tail = str(error).partition(" (at line ")
    line = int(tail.split(",")[0]) if tail else text.count("\n") + 1
    cure = "Look at this line and the one above for a missing quote, bracket or equals sign."
    if any(mark in _line(text, line) for mark in _CURLY):
        cure = "Write straight quotes: \" or '. Word processors and chats make curly ones of them."
    return Problem(file, line, "", f"this is not valid TOML: {what[:1].lower()}{what[1:]}", cure)


def _line(text: str, number: int) -> str:
    return next(iter(text.splitlines()[number - 1 : number]), "")


def problems_of_values(file: Path, error: ValidationError, text: str) -> list[Problem]:
    """Describe a text that is TOML, but not a routine, with one problem for each key."""
    lines = lines_of_keys(text)
    found: dict[KeyPath, Problem] = {}
    for detail in error.errors():
        if detail["type"] == _CANNOT_DEFAULT:
            continue  # the key it would be taken from is told already
        path = _path_in_file(detail["loc"])
        if detail["type"] == DISAGREEMENT:
            path = (*path, detail["ctx"]["key"])
        if path not in found:
            what, cure = _explain(detail, path)
            found[path] = Problem(file, line_of(lines, path), key_text(path), what, cure)
    told = [problem for path, problem in found.items() if not _is_told_inside(path, found)]
    return sorted(told, key=lambda problem: problem.line)


def key_text(path: Sequence[str | int]) -> str:
    """Write a key path as in 'exercises[2].cues[1]', counted from 1."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def nearest(word: str, known: Sequence[str], *, likeness: float = 0.6) -> str | None:
    """Choose the known word most like this one, or None if none is as like it, from 0 to 1, as that."""
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=likeness)), None)


def _is_told_inside(path: KeyPath, found: Collection[KeyPath]) -> bool:
    """Tell whether what is wrong with a list follows from its entries, as when it is empty without the wrong ones."""
    return any(other != path and other[: len(path)] == path and isinstance(other[len(path)], int) for other in found)


def _path_in_file(location: tuple[str | int, ...]) -> KeyPath:
    # pydantic appends the branch of a union it tried, as 'constrained-int': that is no key of the file.
    path: list[str | int] = []
    for part in location:
        if isinstance(part, str) and path and isinstance(path[-1], str) and path[-1] not in _MODELS:
            break
        path.append(part)
    return tuple(path)


def _explain(detail: ErrorDetails, path: KeyPath) -> tuple[str, str]:
    kind = detail["type"]
    names = [part for part in path if isinstance(part, str)]
    owner = _MODELS[names[-2]] if len(names) > 1 and names[-2] in _MODELS else Routine
    if kind == "extra_forbidden":
        return _explain_unknown(names[-1], owner)
    if kind == DISAGREEMENT:
        return detail["ctx"]["what"], detail["ctx"]["cure"]
    cure = _cure(owner, names[-1])
    # A list where a number may stand as well: that it is no number says nothing.
    if kind in {"literal_error", "enum"} or (kind == "int_type" and isinstance(detail["input"], list)):
        return f"{_quoted(detail['input'])} is not one of the values allowed here", cure
    if kind in _PLAIN_WORDS:
        return _PLAIN_WORDS[kind], cure
    message = detail["msg"].replace("Input", "this").replace("String", "this text")
    return f"{message[:1].lower()}{message[1:]}, and it is {_quoted(detail['input'])}", cure


def _explain_unknown(name: str, owner: type[BaseModel]) -> tuple[str, str]:
    known = sorted(owner.model_fields)
    guess = nearest(name, known)
    cure = f"Did you mean '{guess}'?" if guess else f"Take it out. The keys here are: {', '.join(known)}."
    return "there is no such key", cure


def _cure(owner: type[BaseModel], name: str) -> str:
    field = owner.model_fields.get(name)
    return f"Write: {field.description}" if field else "Compare it with a routine that works."


def _quoted(value: Any) -> str:
    words = repr(value)
    return words if len(words) <= _LONGEST_QUOTE else f"{words[:_LONGEST_QUOTE]}..."
