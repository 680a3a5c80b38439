"""The architecture and the budgets of the code, measured."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "routines", "playground", "benchmarks")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.stat().st_size)

FUNCTION_MEDIAN, FUNCTION_P90, FUNCTION_MAX = 10, 30, 60
FILE_P90, FILE_MAX = 250, 400
READERS_OF_THE_ENVIRONMENT = {"bot/settings.py"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (
                f"{name_of(path)}:{node.lineno} {node.name}",
                (node.end_lineno or node.lineno) - node.lineno + 1,
            )


def reads_environment(source: str) -> bool:
    names = {"environ", "getenv", "environb"}
    return any(
        (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and names & {each.name for each in node.names})
        for node in ast.walk(ast.parse(source))
    )


def test_imports_point_the_right_way() -> None:
    lint = subprocess.run(  # noqa: S603  # our own tool
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout + lint.stderr


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_opens_with_one_sentence_on_what_lives_there(path: Path) -> None:
    first_line = (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n\n")[0]
    assert first_line.endswith("."), "Open the module with a docstring of one sentence."
    assert ". " not in first_line, "A second sentence goes into a paragraph of its own."


def test_functions_are_short() -> None:
    lengths = dict(function for path in MODULES for function in functions(path))
    longest = [f"{length} {name}" for name, length in lengths.items() if length > FUNCTION_MAX]
    assert not longest, f"More than {FUNCTION_MAX} lines: {longest}"
    assert median(lengths.values()) <= FUNCTION_MEDIAN
    assert quantiles(lengths.values(), n=10)[-1] <= FUNCTION_P90


def test_files_are_short() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in MODULES}
    longest = {name: length for name, length in lengths.items() if length > FILE_MAX}
    assert not longest, f"More than {FILE_MAX} lines: {longest}"
    assert quantiles(lengths.values(), n=10)[-1] <= FILE_P90


def test_only_the_settings_read_the_environment() -> None:
    readers = {name_of(path) for path in MODULES if reads_environment(path.read_text())}
    assert readers <= READERS_OF_THE_ENVIRONMENT


@pytest.mark.parametrize("line", ["import os\nos.environ['A']", "import os\nos.getenv('A')", "from os import environ"])
def test_a_reader_of_the_environment_is_noticed(line: str) -> None:
    assert reads_environment(line)
    assert not reads_environment("import os\nos.replace('a', 'b')")
