"""Documents that cannot rot: settings, decisions and the changelog are compared with the code."""

import ast
import re
import tomllib
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from subprocess import run

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "bot" / "settings.py"
DECISIONS = ROOT / "docs" / "adr"
CHANGE_KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
DECISION_LINES = 50

# Folders of one person's machine mean nothing to another.
PRIVATE_PATH = re.compile(r"(?<![\w.}/-])/(work|root|home/\w+|Users/\w+)/|\.\./shared\b")
# Names of our own tools outside this repository; as hashes, so that this file does not name them either.
PRIVATE_NAMES = {"fbb8037df8cc", "8cf10d1b0e07"}


def settings_names() -> list[str]:
    """The names in the environment: the fields of the class Settings, in capitals."""
    tree = ast.parse(SETTINGS.read_text()) if SETTINGS.exists() else ast.Module([], [])
    return [
        field.target.id.upper()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and field.target.id != "model_config"
    ]


def missing_words(words: Iterable[str], text: str) -> list[str]:
    return [word for word in words if not re.search(rf"\b{word}\b", text)]


def private_words(text: str) -> set[str]:
    names = set(re.findall(r"[a-z]+(?:-[a-z]+)+", text))
    hidden = {name for name in names if sha256(name.encode()).hexdigest()[:12] in PRIVATE_NAMES}
    return hidden | {match[0] for match in PRIVATE_PATH.finditer(text)}


def changelog_problems(text: str) -> list[str]:
    """What keeps a changelog from being read: https://keepachangelog.com/en/1.1.0/."""
    problems = []
    releases = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    if not text.startswith("# Changelog\n") or not releases or releases[0].splitlines()[0] != "[Unreleased]":
        problems.append("It opens with '# Changelog' and '## [Unreleased]'.")
    heads = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - (\S+)", each.splitlines()[0]) for each in releases[1:]]
    if None in heads:
        problems.append("A release is headed '## [1.2.3] - 2026-03-02'.")
    found = [(tuple(map(int, head.groups()[:3])), date.fromisoformat(head[4])) for head in heads if head]
    if any(newer[0] <= older[0] or newer[1] < older[1] for newer, older in pairwise(found)):
        problems.append("The newest release comes first.")
    for release in releases:
        for section in re.split(r"^### ", release, flags=re.MULTILINE)[1:]:
            kind, _, entries = section.partition("\n")
            if kind not in CHANGE_KINDS or not entries.strip().startswith("- "):
                problems.append(f"'### {kind}' is no kind of change, or has no entries.")
    return problems


@pytest.mark.parametrize(
    "place",
    ["README.md", "docs/**/*.md", ".env.example"],
)
def test_every_setting_is_explained(place: str) -> None:
    names = settings_names()
    assert names
    text = "\n".join(path.read_text() for path in ROOT.glob(place))
    assert missing_words(names, text) == []


def test_an_unexplained_setting_is_noticed() -> None:
    assert missing_words(["SLACK_BOT_TOKEN", "SLACK"], "`SLACK_BOT_TOKEN` is needed") == ["SLACK"]


def test_every_decision_is_in_the_index_and_fits_a_page() -> None:
    index = (DECISIONS / "README.md").read_text()
    decisions = sorted(DECISIONS.glob("[0-9]*.md"))
    assert sorted(set(re.findall(r"\((\d{4}-[^)]+\.md)\)", index))) == [path.name for path in decisions]
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    assert [path.name for path in decisions if len(path.read_text().splitlines()) > DECISION_LINES] == []


def test_the_changelog_can_be_read_by_a_program() -> None:
    assert changelog_problems((ROOT / "CHANGELOG.md").read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "# Changes\n\n## [Unreleased]\n",
        "# Changelog\n\n## 1.0.0\n",
        "# Changelog\n\n## [Unreleased]\n\n## [1.0.0]\n",
        "# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-01\n\n## [1.1.0] - 2026-02-01\n",
        "# Changelog\n\n## [Unreleased]\n\n### New\n\n- A thing\n",
        "# Changelog\n\n## [Unreleased]\n\n### Added\n",
    ],
)
def test_a_broken_changelog_is_noticed(text: str) -> None:
    assert changelog_problems(text)


def test_the_version_is_the_newest_release_or_comes_after_it() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    released = re.findall(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert [*map(int, version.split("."))] >= [*map(int, released[0].split("."))] if released else version


def test_nothing_names_a_private_folder_or_tool() -> None:
    # A checkout that belongs to somebody else is still ours to read.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")  # noqa: S603  # git, with words of our own
    found = {}
    for name in filter(None, listed):
        path = ROOT / name
        if (
            path.is_file()
            and b"\0" not in (content := path.read_bytes())
            and (words := private_words(content.decode()))
        ):
            found[name] = words
    assert found == {}


def test_a_private_folder_is_noticed() -> None:
    folder = "work"
    assert private_words(f"see /{folder}/notes.md and ../{'shared'}") == {f"/{folder}/", f"../{'shared'}"}
    assert not private_words(f"https://example.com/{folder}/1, a/{folder}/b")
