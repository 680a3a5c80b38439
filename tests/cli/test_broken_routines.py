"""`limber routines check` on a broken file of each kind: the file, the line, the key, and what to write instead."""

from pathlib import Path

import pytest

from routines.reading import LARGEST_BYTES
from tests.cli.conftest import Limber
from tests.own import SWAY

_SECONDS = "Write: Seconds of one hold, from 1 to 600, or a range as [2, 3]."

BROKEN: dict[str, tuple[str | bytes, str, str]] = {
    "no TOML": (
        SWAY.replace('feel         = "hips"', 'feel         = "hips'),
        "23: this is not valid TOML: illegal character '\\n'",
        "Look at this line and the one above for a missing quote, bracket or equals sign.",
    ),
    "curly quotes": (
        SWAY.replace('"hips"\nhold', "\u201chips\u201d\nhold"),
        "23: this is not valid TOML: invalid value",
        "Write straight quotes: \" or '. Word processors and chats make curly ones of them.",
    ),
    "an unknown key": (
        SWAY.replace("hold_seconds = 10", "hold_seconds = 10\nrep = 3"),
        "25: exercises[1].rep: there is no such key",
        "Did you mean 'reps'?",
    ),
    "a missing key": (
        SWAY.replace('feel         = "hips"\n', ""),
        "16: exercises[1].feel: this key is missing",
        "Write: Where one feels it, so that 'You feel it in the ...' can be completed.",
    ),
    "a wrong type": (
        SWAY.replace('"Tree sway"', "7"),
        "18: exercises[1].name: this should be text",
        "Write: The name people read, 2 to 60 characters.",
    ),
    "a dose out of range": (
        SWAY.replace("hold_seconds = 10", "hold_seconds = 900"),
        "24: exercises[1].hold_seconds: this should be less than or equal to 600, and it is 900",
        _SECONDS,
    ),
    "an unknown picture": (
        SWAY.replace("hold_seconds = 10", 'hold_seconds = 10\npicture = "wall-sti"'),
        "25: exercises[1].picture: there is no picture wall-sti.png",
        "or write picture = 'wall-sit'.",
    ),
    "an id that is taken": (
        SWAY.replace('"tree-sway"', '"wall-sit"'),
        "17: exercises[1].id: there is an exercise 'wall-sit' already",
        "Give it an id of its own, as in 'sway-wall-sit'.",
    ),
    "no seated version": (
        SWAY.replace('seated       = "Sway on your chair."\n', ""),
        "16: exercises[1].seated: a standing exercise has no seated version",
        "Add seated = one sentence on how to do it on a chair, or seated_stand_in = the id of a seated move.",
    ),
    "a stand-in that is not seated": (
        SWAY.replace('seated       = "Sway on your chair."', 'seated_stand_in = "wall-sit"'),
        "27: exercises[1].seated_stand_in: 'wall-sit' is not a seated exercise",
        "Write the id of a seated exercise: `limber routines list`.",
    ),
    "a word that is taken": (
        SWAY.replace('"willow"', '"rsi"'),
        "9: aliases[1]: 'rsi' finds the routine 'hands' already",
        "Take it out, or use another word.",
    ),
    "another name than the file's": (
        SWAY.replace('"sway"', '"swing"', 1),
        "3: id: 'swing' is not the file's name",
        "Write id = 'sway', or call the file swing.toml.",
    ),
    "too large": (
        SWAY + "#" * LARGEST_BYTES,
        "1: it has more than 40,000 bytes, which is what a routine may have",
        "Shorten it, or make two routines of it.",
    ),
    "not UTF-8": (
        SWAY.replace("Sway like", "Sw\u00e4y like").encode("latin-1"),
        "21: byte 0xe4 is not UTF-8 text",
        "Save the file as UTF-8, or take this character out.",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_told_with_line_key_and_cure_once(limber: Limber, tmp_path: Path, kind: str) -> None:
    content, where_and_what, cure = BROKEN[kind]
    file = tmp_path / "sway.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    checked = limber("routines", "check", str(file))
    assert checked.exit_code == 1
    told = checked.output.splitlines()
    assert told[0].startswith(f"{file}, line {where_and_what}"), told
    assert any(cure in line for line in told[1:3]), told
    assert told[-1].startswith("1 to put right.")


def test_a_file_that_begins_with_a_mark_of_its_encoding_is_well(limber: Limber, tmp_path: Path) -> None:
    (tmp_path / "sway.toml").write_text(SWAY, encoding="utf-8-sig")
    checked = limber("routines", "check", str(tmp_path / "sway.toml"))
    assert checked.exit_code == 0, checked.output
