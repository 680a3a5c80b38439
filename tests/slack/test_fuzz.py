"""Whatever a payload has become on its way: it is acknowledged, nothing fails, and no row changes that should not."""

import gc
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import sha256
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine

import bot.slack.answers
from bot.domain.boards import Figures, Performance
from bot.domain.dates import Dates
from bot.services import aways, breaks, guides, runs, schedules
from bot.services.breaks import Sight
from bot.services.guides import Origin
from bot.services.ports import ChannelFacts, PersonFacts
from bot.slack import event_payloads, payloads
from bot.slack.app import SlackApp
from bot.slack.clients import Identity, OneGrant, authorize_with
from bot.slack.dispatch import Dependencies
from bot.slack.event_payloads import Payload
from bot.slack.files import Files
from bot.slack.incoming import WebSocket
from bot.slack.payloads import Malformed
from bot.slack.pictures import Pictures
from bot.store.engine import open_engine
from bot.store.sqlite import driver
from bot.store.sqlite_connection import Connection
from bot.store.unit_of_work import UnitOfWork
from tests.services.courier import CATALOGUE
from tests.slack.fuzz import ANNA, DESIGN, TEAM, TS, Builder, Sent, mutated
from tests.store.world import World
from tests.world import TWICE_A_DAY

NOW = payloads.instant_of(TS) + timedelta(seconds=10)
PEOPLE = ("U0ANNA", "U0MEI", "U0JONAS", "U0TOMAS")
BY_ANOTHER_CLOCK = {"available_at", "intent_at", "post_at", "edit_at", "look_up_at", "upload_at", "stand_in"}
"""Columns that the database's own clock or chance fills in."""


class Directory:
    """Knows four people and two channels, as Slack would."""

    async def person(self, _: str, slack_id: str) -> PersonFacts | None:
        return PersonFacts(slack_id, "Europe/Berlin", is_admin=slack_id == ANNA) if slack_id in PEOPLE else None

    async def channel(self, _: str, slack_id: str) -> ChannelFacts | None:
        return ChannelFacts("design", is_member=True) if slack_id == DESIGN else None

    async def is_in(self, _: str, slack_id: str, channel_slack_id: str) -> bool | None:
        return slack_id in PEOPLE and channel_slack_id == DESIGN


class Said(dict[str, Any]):
    """An answer of Slack's, which grants nothing beyond what is required."""

    headers: Mapping[str, str] = {}


class Answering(AsyncWebClient):
    """Says yes to every call, and takes no time for it: the real one against the playground is tested elsewhere."""

    async def api_call(self, *_: Any, **__: Any) -> Any:
        return Said(ok=True, channel="D0ANNA", ts=TS, message_ts=TS, files=[{"id": "F1"}])

    async def files_upload_v2(self, **_: Any) -> Any:
        return {"ok": True}


@dataclass
class Fuzzed:
    """The bot as it is, without a network, on a database that can be put back as it was."""

    database: Any
    pristine: Any
    app: SlackApp
    handler: Any
    acknowledged: list[SocketModeResponse] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tables = dict(_tables(self.database))
        self._written = self.database.total_changes

    async def deliver(self, sent: Sent) -> None:
        """Hand a payload to the bot as the websocket would, and wait until everything that follows is done."""
        self.acknowledged.clear()
        client = SimpleNamespace(send_socket_mode_response=self._take, logger=logging.getLogger("fuzz"))
        await self.handler.handle(client, SocketModeRequest(sent.kind, "envelope", sent.payload))
        await self.app.drain()

    async def _take(self, response: SocketModeResponse) -> None:
        self.acknowledged.append(response)

    def has_changed(self) -> bool:
        """Tell whether anything was written since the database was put back."""
        return bool(self.database.total_changes != self._written)

    def rows(self) -> str:
        """Sum up all rows."""
        said = sha256()
        for table, select in self._tables.items():
            said.update(repr((table, sorted(map(repr, self.database.execute(select))))).encode())
        return said.hexdigest()

    def put_back(self) -> None:
        """Make the database as it was."""
        self.pristine.backup(self.database)
        self._written = self.database.total_changes


def _tables(connection: Any) -> Iterator[tuple[str, str]]:
    """Name the tables, and the statement that reads what can be compared of each."""
    known = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'handled_events' ORDER BY name"
    ).fetchall()
    for (table,) in known:
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] not in BY_ANOTHER_CLOCK]
        yield table, f"SELECT {', '.join(names)} FROM {table}"  # noqa: S608  # our own tables


async def _connection(engine: AsyncEngine) -> Any:
    """Find the one connection that the bot uses, and have it never wait for the disk."""
    async with engine.connect() as lent:
        connection: Any = (await lent.get_raw_connection()).driver_connection
    connection.raw.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY")
    return connection.raw


async def _at_once(_: Connection, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Stand in for the driver's thread: to change threads takes longer than most statements do."""
    return function(*arguments, **options)


async def _fill(engine: AsyncEngine) -> None:
    """Have something there for every button: a schedule, a break, runs, a board, away days, breaks of one's own."""
    async with UnitOfWork(engine) as uow:
        workspace = await uow.workspaces.ensure_workspace(TEAM, app_user_id="U0LIMBER", app_bot_id="B0LIMBER")
        channel = await uow.workspaces.ensure_channel(workspace.id, DESIGN, name="design", zone="Europe/Berlin")
        direct = await uow.workspaces.ensure_channel(workspace.id, "D0ANNA", zone="Europe/Berlin")
        people = [
            await uow.members.ensure(workspace.id, slack_id, name=slack_id, zone="Europe/Berlin", learned_at=NOW)
            for slack_id in PEOPLE
        ]
        await uow.commit()
    world, (anna, mei, *_) = World(engine, workspace, channel, tuple(people)), people
    for place in (channel, direct):
        await schedules.add_schedule(world.uow, CATALOGUE, place, TWICE_A_DAY, keeper=anna, now=NOW)
    break_id = await world.add_break(NOW, ts=TS)
    await breaks.press_done(world.uow, Sight(break_id), mei, on=True, event_at=NOW, now=NOW)
    await runs.do_together(world.uow, CATALOGUE, Sight(break_id), mei, NOW)
    await guides.open_guide(world.uow, Origin(TEAM, DESIGN), CATALOGUE.routine("lowback"), anna, NOW)
    await aways.go_away(world.uow, CATALOGUE, anna, Dates(NOW.date() + timedelta(days=9), None), NOW)
    async with world.uow() as uow:
        listed = {member.id: Performance("", 1, 1, 1, 1) for member in (anna, mei)}
        last_week = NOW.date() - timedelta(days=7)
        await uow.boards.add(channel.id, Figures(last_week, 2, 2, 1, ((last_week, 2),), performances=listed))
        await uow.commit()


IDENTITY = Identity(TEAM, "Northlight", "U0LIMBER", "B0LIMBER")


@pytest.fixture
async def fuzzed(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Fuzzed]:
    monkeypatch.setattr(Connection, "_execute", _at_once)
    engine = open_engine(sqlite_url)
    database, pristine = await _connection(engine), driver().connect(":memory:")
    await _fill(engine)
    database.backup(pristine)

    async def send(*_: object, **__: object) -> int:
        return 200

    monkeypatch.setattr(bot.slack.answers, "_send", send)
    client = Answering("xoxb-1")
    pictures = Pictures(CATALOGUE, "https://limber.example")
    grant = OneGrant(IDENTITY, "xoxb-1")
    deps = Dependencies(
        partial(UnitOfWork, engine),
        CATALOGUE,
        lambda: NOW,
        Directory(),
        pictures,
        Files(lambda _: client, grant),
        grant.forget,
        retention_days=400,
    )
    app = SlackApp(deps, lambda _: client, authorize_with(grant), None)
    handler = WebSocket(app, "xapp-1", "https://slack.example/api/")
    gc.freeze()  # what is there by now stays, and need not be looked through again and again
    yield Fuzzed(database, pristine, app, handler)
    gc.unfreeze()
    await handler.close()
    await engine.dispose()
    pristine.close()


_EVENTS: dict[Any, Callable[[dict[str, Any]], Payload | None]] = {
    "reaction_added": event_payloads.reaction,
    "reaction_removed": event_payloads.reaction,
    "app_home_opened": event_payloads.home_opened,
    "member_joined_channel": event_payloads.membership,
    "channel_left": event_payloads.membership,
    "group_left": event_payloads.membership,
    "user_change": event_payloads.person_change,
    "app_uninstalled": event_payloads.uninstalled,
    "tokens_revoked": event_payloads.uninstalled,
}


def meaning(sent: Sent) -> Payload | Malformed | None:
    """Read a payload as Bolt and the bot do; what either cannot read is Malformed."""
    body, kind = sent.payload, sent.payload.get("type")
    try:
        AsyncBoltRequest(mode="socket_mode", body=body)
        if not payloads.is_sound(body):
            return Malformed("a part")
        if sent.kind == "slash_commands":
            return payloads.command(body)
        if kind == "shortcut":
            return payloads.shortcut(body)
        if sent.kind == "interactive":
            return payloads.press(body) if kind == "block_actions" else payloads.submission(body)
        event_payloads.event_id(body)
        read = _EVENTS.get(body["event"]["type"], event_payloads.channel_change)
        return read(body)
    except Malformed as error:
        return error
    except (KeyError, TypeError, AttributeError):
        return Malformed("what Bolt looks at")


def same_kind(one: Sent, other: Sent) -> bool:
    """Tell whether Slack's own names for what it is about are the same, so that the same listener hears of it."""
    return bool(_kind(one) == _kind(other))


def _kind(sent: Sent) -> Any:
    event = sent.payload.get("event")
    named, place = (event.get("type"), event.get("channel")) if isinstance(event, dict) else (None, None)
    # Whose Home was opened is one thing, where their messages with the app are another.
    return [sent.payload.get("type"), sent.payload.get("command"), named, place if named == "app_home_opened" else ""]


async def fuzz(fuzzed: Fuzzed, caplog: pytest.LogCaptureFixture, count: int, seed: int) -> None:
    seeds, random = Builder().all(), Random(seed)  # noqa: S311  # no secret
    before, after = fuzzed.rows(), dict[int, str]()
    for number in range(count):
        which = random.randrange(len(seeds))
        changed, how = mutated(seeds[which], random)
        what = f"{number} of seed {seed}, payload {which}: {how}"
        rows = await outcome(fuzzed, caplog, changed, before, what)
        read = meaning(changed)
        if read is None or isinstance(read, Malformed) or event_payloads.team_of(read) != TEAM:
            assert rows == before, f"what cannot be read has changed something: {what}"
        elif read == meaning(seeds[which]) and same_kind(seeds[which], changed):
            if which not in after:
                after[which] = await outcome(fuzzed, caplog, seeds[which], before, f"{what}, unchanged")
            assert rows == after[which], f"what means the same has done something else: {what}"
    assert len(set(after.values())) > 30, "hardly any payload has an effect any more"


async def outcome(fuzzed: Fuzzed, caplog: pytest.LogCaptureFixture, sent: Sent, before: str, what: str) -> str:
    """Deliver a payload and answer what all rows come to afterwards; the database is put back."""
    await fuzzed.deliver(sent)
    assert len(fuzzed.acknowledged) == 1, what
    # That a workspace has not installed the app, Bolt calls an error.
    records = [each for each in caplog.records if each.name != "slack_bolt.AsyncMultiTeamsAuthorization"]
    failed = [each for each in records if each.levelno >= logging.ERROR or each.exc_info]
    assert failed == [], (what, failed[0].getMessage(), failed[0].exc_info)
    caplog.clear()
    if not fuzzed.has_changed():
        return before
    rows = fuzzed.rows()
    fuzzed.put_back()
    return rows


async def test_2000_payloads_that_went_wrong_are_all_acknowledged_and_harmless(
    fuzzed: Fuzzed, caplog: pytest.LogCaptureFixture
) -> None:
    await fuzz(fuzzed, caplog, 2000, seed=7)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
async def test_100000_payloads_that_went_wrong_are_all_acknowledged_and_harmless(
    fuzzed: Fuzzed, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    await fuzz(fuzzed, caplog, 10_000, seed)
