"""What only takes time in a story, made quick: Slack's pace and all our pictures have tests of their own."""

from datetime import timedelta

import pytest

from bot.domain import outbox
from bot.slack.pictures import Pictures
from tests.conftest import BACKENDS
from tests.world import FEW_PICTURES


@pytest.fixture(autouse=True)
def quick_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the playground take twenty messages a second of each kind."""
    for name in ("POST_EVERY", "POST_PAUSE", "EDIT_EVERY", "LOOK_UP_EVERY"):
        monkeypatch.setattr(outbox, name, timedelta(seconds=0.05))


@pytest.fixture(autouse=True)
def few_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no more pictures than the lower back's."""
    monkeypatch.setattr(Pictures, "digests", FEW_PICTURES)


def on_one(backend: str) -> pytest.MarkDecorator:
    """Run what takes long and is much the same on both databases on one of them, and on both in `make test-long`."""
    return pytest.mark.parametrize(
        "database_url",
        [each if each == backend else pytest.param(each, marks=pytest.mark.long) for each in BACKENDS],
        indirect=True,
    )
