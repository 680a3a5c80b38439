"""The command line as a person has it: a folder of one's own, settings in the environment."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.clock import Clock
from bot.settings import Settings

Limber = Callable[..., Result]


def go_by(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """Have commands go by a clock in the place of the database's."""

    @asynccontextmanager
    async def shared_clock(_: AsyncEngine) -> AsyncIterator[Clock]:
        yield clock

    monkeypatch.setattr("bot.cli.store.shared_clock", shared_clock)


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def limber() -> Limber:
    """Runs a command; a traceback fails the test."""

    def run(*words: str, typed: str = "") -> Result:
        result = CliRunner().invoke(app, words, input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run
