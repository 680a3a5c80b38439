import errno
import sys
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.errors import CannotRun
from bot.settings import Settings
from tests.cli.conftest import Limber


def stand_in(monkeypatch: pytest.MonkeyPatch, module: str, **functions: Any) -> None:
    monkeypatch.setitem(sys.modules, module, SimpleNamespace(**functions))


def test_the_demo_gets_what_was_asked_for(limber: Limber, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []
    stand_in(monkeypatch, "bot.demo", demo=lambda **asked: calls.append(asked))
    assert limber("demo").exit_code == 0
    assert limber("demo", "--reset", "--port", "4000", "--no-browser").exit_code == 0
    assert all(callable(asked.pop("announce")) for asked in calls)
    assert calls == [
        {"reset": False, "port": 3210, "open_browser": True},
        {"reset": True, "port": 4000, "open_browser": False},
    ]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("run",), {"answers Slack", "delivers"}),
        (("run", "--no-scheduler"), {"answers Slack"}),
        (("worker",), {"delivers"}),
    ],
)
def test_run_and_worker_get_the_settings_and_what_to_do(
    limber: Limber, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], parts: set[str]
) -> None:
    calls: list[tuple[Settings, frozenset[str]]] = []
    stand_in(monkeypatch, "bot.process", run=lambda *given: calls.append(given))
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert limber(*words).exit_code == 0
    [(settings, given)] = calls
    assert settings.mode == "socket"
    assert {str(part) for part in given} == parts


@pytest.mark.parametrize("words", [("run", "--no-scheduler"), ("worker",)])
def test_a_sqlite_file_has_one_bot_which_does_everything(
    limber: Limber, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    refused = limber(*words)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("A SQLite file has one bot: run `limber run`, or set DATABASE_URL to PostgreSQL")


@pytest.mark.parametrize(
    ("variables", "code", "sentence"),
    [
        (
            {},
            2,
            "SLACK_BOT_TOKEN is not set. Write it into .env; .env.example shows how, and `limber setup` does it.\n",
        ),
        ({"PORT": "0"}, 2, "PORT: the port must be a whole number from 1 to 65535. Example: PORT=3000\n"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"},
            1,
            "The database has no tables yet. Run: limber db upgrade\n",
        ),
    ],
)
def test_run_says_what_is_missing(
    limber: Limber, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], code: int, sentence: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    result = limber("run")
    assert (result.exit_code, result.stderr) == (code, sentence)


def test_a_port_in_use_is_one_sentence(limber: Limber, monkeypatch: pytest.MonkeyPatch) -> None:
    def demo(**_: Any) -> None:
        raise OSError(errno.EADDRINUSE, "Address already in use")

    stand_in(monkeypatch, "bot.demo", demo=demo)
    result = limber("demo")
    assert (result.exit_code, result.stderr.startswith("This port is in use already.")) == (1, True)


def test_what_the_operator_has_to_put_right_is_one_sentence(limber: Limber, monkeypatch: pytest.MonkeyPatch) -> None:
    def demo(**_: Any) -> None:
        raise CannotRun("Slack does not accept the token.")

    stand_in(monkeypatch, "bot.demo", demo=demo)
    result = limber("demo")
    assert (result.exit_code, result.stderr) == (1, "Slack does not accept the token.\n")


def test_the_version_and_the_commands_can_be_asked_for(limber: Limber) -> None:
    assert limber("--version").output == f"limber {version('limber')}\n"
    text = limber("--help").output
    assert all(word in text for word in ("demo", "run", "doctor", "manifest", "schedules", "db"))


def test_a_mistyped_command_is_told_the_nearest(limber: Limber) -> None:
    assert "Did you mean 'schedules'?" in limber("schedule").stderr
    assert "Did you mean 'list'?" in limber("schedules", "lst").stderr
