"""The JSON Schema that editors use accepts our files, and refuses what the loader refuses."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from routines.catalogue import CONTENT
from routines.schema import schema

VALIDATOR = Draft202012Validator(schema())
FILES = sorted(CONTENT.glob("*.toml"))


def data(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_our_files_are_accepted_and_name_it_for_editors(file: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(data(file))] == []
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("#:schema ")
    assert (file.parent / first.removeprefix("#:schema ")).resolve().name == "routine.schema.json"
    assert (file.parent / first.removeprefix("#:schema ")).is_file()


def broken(**changes: Any) -> dict[str, Any]:
    made = data(CONTENT / "legs.toml")
    made["exercises"][-1].update(changes)
    return made


@pytest.mark.parametrize(
    "changes",
    [
        {"hold_seconds": 0},
        {"hold_seconds": [1, 2, 3]},
        {"kind": "bounce"},
        {"tips": ["One.", "Two.", "Three."]},
        {"cues": ["x" * 161, "Two."]},
        {"hold_secs": 3},
        {"id": "Calf Stretch"},
        {"reps": "10"},
        {"equipment": [{"name": "A wall"}]},
        {"progression": {"start": 30}},
    ],
    ids=str,
)
def test_what_is_wrong_is_refused(changes: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(broken())) == []
    assert list(VALIDATOR.iter_errors(broken(**changes)))


def test_a_standing_move_needs_a_seated_version_or_a_stand_in() -> None:
    made = broken()
    last = made["exercises"][-1]
    assert last["position"] == "standing"
    del last["seated"]
    assert list(VALIDATOR.iter_errors(made)) == []
    del last["seated_stand_in"]
    assert list(VALIDATOR.iter_errors(made))
    last["position"] = "seated"
    assert list(VALIDATOR.iter_errors(made)) == []


def test_every_key_explains_itself_and_nothing_is_null() -> None:
    made = schema()
    for owner in (made, *(each for each in made["$defs"].values() if "properties" in each)):
        for name, key in owner["properties"].items():
            assert key.get("description") or "$ref" in key, name
    assert "null" not in str(made)


def test_the_handbook_explains_every_key() -> None:
    handbook = (CONTENT.parents[1] / "docs" / "routines.md").read_text(encoding="utf-8")
    made = schema()
    owners = [made, *(each for each in made["$defs"].values() if "properties" in each)]
    keys = {name for owner in owners for name in owner["properties"]}
    spelt = {key for key in keys for form in (f"`{key}`", f".{key}]", f"[{key}]") if form in handbook}
    assert keys - spelt == set()
