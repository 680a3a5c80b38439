"""A press of Done, from Slack's verified payload to the committed row."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import product
from statistics import median
from time import perf_counter
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection, event, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.channels import DUE_AT
from benchmarks.contenders.limber import catalogue
from benchmarks.databases import Host, PostgreSQL, SQLiteFiles, Template
from benchmarks.figures import Figure
from bot.domain.breaks import Origin
from bot.domain.workspaces import Member
from bot.process import leave_what_is_loaded_alone
from bot.services import breaks
from bot.slack.app import SlackApp
from bot.slack.clients import Identity, OneGrant, authorize_with
from bot.slack.directory import SlackDirectory
from bot.slack.dispatch import Dependencies
from bot.slack.files import Files
from bot.slack.ids import Action
from bot.slack.pictures import Pictures
from bot.store.engine import open_sync_engine, opened
from bot.store.migrations import upgrade
from bot.store.tables import BreakRow, ChannelRow, MemberRow, ParticipationRow, WorkspaceRow
from bot.store.unit_of_work import UnitOfWork

PEOPLE = 40
PAST_BREAKS = 100
BREAKS = 3
"""Breaks of the day; everybody presses Done at each."""

_NOW = DUE_AT + timedelta(minutes=2)
_ZONE = "Europe/Berlin"
_NOWHERE = "http://127.0.0.1:9/"
_RETENTION_DAYS = 400

Press = Callable[[int, int], Awaitable[object]]
"""Presses Done at a break as a person, both by their ids."""


def measure(sqlite: SQLiteFiles, server: PostgreSQL, rounds: int, tick: Callable[[], object]) -> list[Figure]:
    """Press Done one after the other, through the service alone and through Bolt."""
    taken: dict[tuple[str, str], list[_Profile]] = defaultdict(list)
    hosts: tuple[Host, ...] = (sqlite, server)
    with ExitStack() as stack:
        templates = [(host.name, stack.enter_context(host.filled(_fill))) for host in hosts]
        for _ in range(rounds):
            for (way, pressing), (backend, template) in product(_WAYS.items(), templates):
                taken[way, backend].append(_time(template, pressing))
                tick()
    return [
        Figure(way, backend, [each.median_ms for each in profiles], "ms", note=_where_it_goes(profiles))
        for (way, backend), profiles in taken.items()
    ]


@dataclass
class _Profile:
    """How long presses took, and what the database had of it."""

    seconds: list[float] = field(default_factory=list)
    committed_at: float = 0.0
    statements: int = 0
    in_statements: float = 0.0
    in_commits: float = 0.0

    @property
    def median_ms(self) -> float:
        return median(self.seconds) * 1000


def _where_it_goes(profiles: list[_Profile]) -> str:
    total = sum(sum(each.seconds) for each in profiles)
    presses = sum(len(each.seconds) for each in profiles)
    statements = sum(each.statements for each in profiles) / presses
    executing = sum(each.in_statements for each in profiles) / total
    committing = sum(each.in_commits for each in profiles) / total
    rest = 1 - executing - committing
    return f"{statements:.0f} statements {executing:.0%}, commit {committing:.0%}, Python {rest:.0%}"


def _time(template: Template, pressing: "_Pressing") -> _Profile:
    with template.copy() as url:
        return asyncio.run(_press_all(url, pressing))


async def _press_all(url: str, pressing: "_Pressing") -> _Profile:
    profile = _Profile()
    async with opened(url) as engine, pressing(engine) as press:
        for person in range(1, PEOPLE + 1):
            await press(PAST_BREAKS + 1, person)  # compiles every statement, and folds what the week before closed
        leave_what_is_loaded_alone()  # as the bot does when it has started
        _watch(engine, profile)
        for break_id, person in product(range(PAST_BREAKS + 2, PAST_BREAKS + BREAKS + 1), range(1, PEOPLE + 1)):
            begun = perf_counter()
            await press(break_id, person)
            assert profile.committed_at > begun
            profile.seconds.append(profile.committed_at - begun)
    return profile


def _watch(engine: AsyncEngine, profile: _Profile) -> None:
    """Count statements, and the time in which the driver has them or a commit."""
    begun = [0.0]

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def _before(*_: Any) -> None:
        begun[0] = perf_counter()

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def _after(*_: Any) -> None:
        profile.statements += 1
        profile.in_statements += perf_counter() - begun[0]

    commit = engine.sync_engine.dialect.do_commit

    def _commit(connection: Any) -> None:
        start = perf_counter()
        commit(connection)
        profile.committed_at = perf_counter()
        profile.in_commits += profile.committed_at - start

    engine.sync_engine.dialect.do_commit = _commit  # type: ignore[assignment,method-assign]  # there is no event for its end


@asynccontextmanager
async def _through_the_service(engine: AsyncEngine) -> AsyncIterator[Press]:
    async def press(break_id: int, person: int) -> None:
        member = Member(person, 1, f"U{person}", f"Person {person}", _ZONE)
        sight = breaks.Sight(break_id)
        answer = await breaks.press_done(partial(UnitOfWork, engine), sight, member, on=True, event_at=_NOW, now=_NOW)
        assert answer.counted_at == _NOW

    yield press


@asynccontextmanager
async def _through_bolt(engine: AsyncEngine) -> AsyncIterator[Press]:
    # Nobody is called: people are known, and without a response_url nothing is said.
    client = AsyncWebClient(base_url=_NOWHERE)

    def client_of(team_id: str) -> AsyncWebClient:  # noqa: ARG001  # there is one workspace
        return client

    grant = OneGrant(Identity("T1", "", "U0", "B0"), "xoxb-")
    deps = Dependencies(
        partial(UnitOfWork, engine),
        catalogue(),
        lambda: _NOW,
        SlackDirectory(client_of),
        Pictures(catalogue(), None),
        Files(client_of, grant),
        grant.forget,
        _RETENTION_DAYS,
    )
    app = SlackApp(deps, client_of, authorize_with(grant), None)

    async def press(break_id: int, person: int) -> None:
        # Bolt's websocket mode takes the payload as it is: its signature was verified, or needs none.
        request = AsyncBoltRequest(body=_payload(break_id, person), mode="socket_mode")
        response = await app.bolt.async_dispatch(request)
        assert response.status == 200  # noqa: PLR2004  # HTTP's own number
        await app.drain()  # what follows the commit, as a look whether a Home is open, is not in the next one's way

    yield press


_Pressing = Callable[[AsyncEngine], Any]

_WAYS: dict[str, _Pressing] = {
    "Done, the service alone": _through_the_service,
    "Done, through Bolt": _through_bolt,
}


def _payload(break_id: int, person: int) -> dict[str, Any]:
    """Write what Slack sends, without a `response_url`: the answer comes after the commit."""
    return {
        "type": "block_actions",
        "team": {"id": "T1", "domain": "northlight"},
        "user": {"id": f"U{person}", "name": f"person{person}", "team_id": "T1"},
        "api_app_id": "A1",
        "container": {"type": "message", "message_ts": _ts(break_id), "channel_id": "C1", "is_ephemeral": False},
        "channel": {"id": "C1", "name": "design"},
        "trigger_id": "1.1.1",
        "actions": [
            {
                "type": "button",
                "action_id": Action.BREAK_DONE,
                "block_id": "buttons",
                "value": str(break_id),
                "action_ts": f"{_NOW.timestamp():.6f}",
            }
        ],
    }


def _ts(break_id: int) -> str:
    return f"1772529900.{break_id:06}"


def _fill(url: str) -> None:
    """Create one channel, its people and a hundred breaks of which each did every second."""
    upgrade(url)
    with open_sync_engine(url).begin() as connection:
        _insert_people(connection)
        connection.execute(insert(BreakRow), [_break(number) for number in range(1, PAST_BREAKS + BREAKS + 1)])
        connection.execute(
            insert(ParticipationRow),
            [
                _participation(number, person)
                for number, person in product(range(1, PAST_BREAKS + 1), range(1, PEOPLE + 1))
                if (number + person) % 2
            ],
        )


def _insert_people(connection: Connection) -> None:
    connection.execute(insert(WorkspaceRow), [{"team_id": "T1", "name": "", "app_user_id": "U0", "app_bot_id": "B0"}])
    connection.execute(insert(ChannelRow), [{"workspace_id": 1, "slack_id": "C1", "name": "design", "zone": _ZONE}])
    people = range(1, PEOPLE + 1)
    connection.execute(
        insert(MemberRow),
        [
            {
                "workspace_id": 1,
                "slack_id": f"U{each}",
                "name": f"Person {each}",
                "zone": _ZONE,
                "learned_at": _NOW,  # nobody has to be looked up in Slack
            }
            for each in people
        ],
    )


def _break(number: int) -> dict[str, object]:
    days_ago = max(0, PAST_BREAKS + 1 - number)
    due_at = DUE_AT - timedelta(days=days_ago, minutes=PAST_BREAKS + BREAKS - number if not days_ago else 0)
    return {
        "channel_id": 1,
        "due_at": due_at,
        "local_date": due_at.date(),
        "exercise_id": catalogue().exercises[0].id,
        "routine_id": catalogue().routines[0].id,
        "origin": Origin.SCHEDULE,
        "message_ts": _ts(number),
        "posted_at": due_at,
        "counts": True,
    }


def _participation(number: int, person: int) -> dict[str, object]:
    done = _break(number)
    return {
        "member_id": person,
        "channel_id": 1,
        "break_id": number,
        "local_date": done["local_date"],
        "is_done": True,
        "first_done_at": done["due_at"],
    }
