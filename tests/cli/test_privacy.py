"""`limber export` hands out one person's own file or a channel's sums; `limber forget` asks, and then forgets."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.domain.breaks import BUTTON, Support
from bot.services import privacy
from bot.services.members import Caller
from bot.store.engine import open_engine
from bot.store.lock import hold
from tests.cli.conftest import Limber
from tests.store.world import NOON, World


@pytest.fixture
def stored(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Four people who did one break; three asked to be named."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    asyncio.run(_fill(sqlite_url))
    return sqlite_url


async def _fill(url: str) -> None:
    engine = open_engine(url)
    world = await World.create(engine)
    channel = await world.add_channel("C0DESIGN")
    break_id = await world.add_break(channel=channel)
    async with world.uow() as uow:
        for number, member in enumerate(world.members[:4]):
            where = (member.id, channel.id, NOON.date(), Support(BUTTON, is_on=True, event_at=NOON))
            await uow.breaks.record(*where, break_id=break_id, first_done_at=NOON)
            await uow.members.set_consent(channel.id, member.id, is_named=number < 3)
        await uow.commit()
    await engine.dispose()


async def _is_known(url: str, slack_id: str) -> bool:
    engine = open_engine(url)
    world_of = World(engine, None, None, ())  # type: ignore[arg-type]  # its unit of work is all that is used
    found = await privacy.find_member(world_of.uow, Caller("T1", slack_id))
    await engine.dispose()
    return found is not None


def test_a_persons_file_is_theirs_alone_and_goes_where_it_is_told(limber: Limber, stored: str, tmp_path: Path) -> None:
    with hold(stored):
        shown = limber("export", "person", "U2")
    assert json.loads(shown.output)["you"][0]["name"] == "Person 2"
    assert "Person 1" not in shown.output
    out = tmp_path / "two.json"
    assert limber("export", "person", "U2", "--out", str(out)).output.strip() == f"Written to {out}."
    assert json.loads(out.read_text())["you"][0]["slack_id"] == "U2"


def test_a_channels_file_has_sums_and_the_named_and_nobody_else(limber: Limber, stored: str) -> None:
    told = json.loads(limber("export", "channel", "C0DESIGN").output)
    assert told["breaks done by week"]["2026-03-02"] == 4
    named = [each["name"] for each in told["best of those who asked to be named"]]
    assert named == ["Person 1", "Person 2", "Person 3"]
    assert "U1" not in json.dumps(told)


def test_forgetting_asks_first_and_not_with_yes(limber: Limber, stored: str) -> None:
    assert limber("forget", "U2", typed="n\n").exit_code == 1
    assert asyncio.run(_is_known(stored, "U2"))
    assert "U2 is forgotten." in limber("forget", "U2", typed="y\n").output
    assert "U3 is forgotten." in limber("forget", "U3", "--yes").output
    assert not asyncio.run(_is_known(stored, "U2"))
    assert json.loads(limber("export", "channel", "C0DESIGN").output)["breaks done by week"]["2026-03-02"] == 4


def test_nobody_is_forgotten_beside_a_running_bot(limber: Limber, stored: str) -> None:
    with hold(stored):
        assert limber("forget", "U2", "--yes").exit_code == 1
    assert asyncio.run(_is_known(stored, "U2"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("export", "person", "U99"), "I hold nothing about a person 'U99'."),
        (("export", "channel", "C0NONE"), "I hold nothing about a channel 'C0NONE'."),
        (("forget", "U99", "--yes"), "I hold nothing about a person 'U99'."),
        (("export", "person", "U1", "--team", "nonsense"), "'nonsense' is not a workspace's id."),
    ],
)
def test_who_is_not_known_is_said(limber: Limber, stored: str, words: tuple[str, ...], sentence: str) -> None:
    result = limber(*words)
    assert result.exit_code == 2
    assert sentence in result.output
