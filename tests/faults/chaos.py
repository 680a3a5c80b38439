"""Chaos: many prompts due, a Slack that fails every sixth call, processes killed at random; and what came of it.

The waits are real: a lease runs 14 seconds, and a message of unknown outcome is looked up when it ends. What is
random is drawn from a seed, except what a process happens to be doing when it is killed.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import utc_now
from bot.domain.schedules import Schedule
from bot.slack.manifest import OPTIONAL_SCOPES, manifest
from bot.store.engine import open_engine
from bot.store.unit_of_work import UnitOfWork
from playground.entities import Channel
from playground.faults import Fault
from playground.seed import APP, NORTHLIGHT, Seed
from playground.server import Playground
from tests.faults.processes import Program, limber

SHARE = 0.17
"""About every sixth call fails, in one of these ways."""

_CHANNELS_PER_WORKSPACE = 10

KINDS: tuple[dict[str, Any], ...] = (
    {"fault": "drop"},
    {"fault": "timeout", "seconds": 12},
    {"fault": "server_error"},
    {"fault": "server_error", "accepted": False},
    {"fault": "drop", "accepted": False},
    {"fault": "ratelimited"},
    {"fault": "late", "seconds": 3},
)


@dataclass(frozen=True)
class Plan:
    """A run: how many prompts, over how many seconds they fall due, with which processes and how many deaths."""

    label: str
    seed: int
    prompts: int
    over_seconds: float
    kills: int
    commands: tuple[tuple[str, ...], ...] = (("run",),)
    with_history: bool = True
    settled_within: float = 120.0


@dataclass
class Row:
    """A prompt's row in the outbox, as it ended."""

    key: str
    state: str
    is_open: bool
    error: str | None
    ts: str | None


@dataclass
class Outcome:
    """What came of a run, counted in Slack's messages and in the database's rows."""

    plan: Plan
    rows: list[Row]
    messages: Counter[str]
    faults: Counter[str]
    calls: Counter[str]
    kills: int
    seconds: float

    @property
    def posted(self) -> int:
        """How many prompts Slack has."""
        return len(self.messages)

    @property
    def doubled(self) -> list[str]:
        """Keys that Slack has more than once."""
        return [key for key, count in self.messages.items() if count > 1]

    @property
    def unposted(self) -> list[Row]:
        """Rows whose message Slack does not have."""
        return [row for row in self.rows if row.key not in self.messages]

    @property
    def unknown(self) -> int:
        """How many prompts Slack has, and their rows do not know it: nobody could look."""
        return sum(row.state != "sent" for row in self.rows if row.key in self.messages)

    @property
    def unsettled(self) -> list[Row]:
        """Rows whose end nobody knows."""
        return [row for row in self.rows if row.is_open]

    @property
    def unexplained(self) -> list[Row]:
        """Rows whose message Slack does not have, and that do not say why."""
        return [row for row in self.unposted if row.state not in ("missed", "dead") or not row.error]

    @property
    def lost(self) -> int:
        """How many prompts were due and never said."""
        return self.plan.prompts - self.posted

    def line(self) -> str:
        """Make a line for a table of results."""
        plan, unposted = self.plan, Counter(row.state for row in self.unposted)
        ends = ", ".join(f"{count} {state}" for state, count in unposted.items()) or "none"
        cells = (
            plan.label,
            plan.seed,
            f"{plan.prompts:,}",
            len(plan.commands),
            self.kills,
            f"{sum(self.faults.values())} of {self.calls['chat.postMessage']:,}",
            self.calls["conversations.history"],
            self.lost,
            len(self.doubled),
            ends,
            self.unknown,
            f"{self.seconds:.0f} s",
        )
        return f"| {' | '.join(str(cell) for cell in cells)} |"


HEAD = (
    "| run | seed | prompts | processes | kill -9 | faults | look-ups | lost | doubled | unposted | unknown | took |\n"
    "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | --- | ---: | ---: |"
)


@dataclass
class Fleet:
    """Processes of Limber on one database, and a new one for each that is killed."""

    folder: Path
    commands: Sequence[tuple[str, ...]]
    variables: dict[str, str]
    stack: contextlib.AsyncExitStack
    module: str = "bot"
    programs: dict[int, Program] = field(default_factory=dict)
    started: int = 0

    async def start(self, number: int) -> None:
        self.started += 1
        folder = self.folder / f"process-{self.started}"
        folder.mkdir(parents=True)
        running = limber(folder, *self.commands[number], module=self.module, **self.variables)
        self.programs[number] = await self.stack.enter_async_context(running)

    async def kill(self, number: int) -> None:
        await self.programs[number].kill()

    def said(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("process-*/said.txt")))

    @property
    def died_alone(self) -> list[int]:
        """Processes that ended though nobody killed them."""
        return [number for number, each in self.programs.items() if each.process.returncode is not None]


Disturbance = Callable[[Fleet, Plan, Random], Awaitable[None]]
"""What happens to the processes in the middle of a run."""


@contextlib.asynccontextmanager
async def fleet(
    folder: Path,
    slack: Playground,
    database_url: str,
    commands: Sequence[tuple[str, ...]] = (("run",),),
    module: str = "bot",
) -> AsyncIterator[Fleet]:
    """Start processes on a playground and a database."""
    variables = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
    }
    async with contextlib.AsyncExitStack() as stack:
        running = Fleet(folder, commands, variables, stack, module)
        for number in range(len(commands)):
            await running.start(number)
        yield running


def chaotic_manifest(*, with_history: bool = True) -> dict[str, Any]:
    """Make a manifest; without files:write, since the pictures' uploads only take time here."""
    made = manifest()
    left_out = {"files:write"} if with_history else {"files:write", *OPTIONAL_SCOPES}
    scopes = made["oauth_config"]["scopes"]
    scopes["bot"] = [scope for scope in scopes["bot"] if scope not in left_out]
    return made


def seed_with(channels: int) -> Seed:
    """Make a workspace with so many channels that the app is in."""
    members = [NORTHLIGHT.people[0].id, APP]
    names = (f"team-{number}" for number in range(channels))
    made = tuple(Channel(f"C{number:05}", name, members=members) for number, name in enumerate(names))
    return Seed(NORTHLIGHT.team_id, NORTHLIGHT.team_name, NORTHLIGHT.people, made)


async def fill(
    engine: AsyncEngine,
    channels: Sequence[str],
    due_at: Sequence[datetime],
    per_workspace: int = _CHANNELS_PER_WORKSPACE,
) -> None:
    """Give each channel a schedule that is due at its instant, and after that not before half a day is over."""
    now = utc_now()
    later = Schedule(frozenset(range(7)), (time((now.hour + 12) % 24),), "UTC", "lower-back")
    async with UnitOfWork(engine) as uow:
        for number, (slack_id, instant) in enumerate(zip(channels, due_at, strict=True)):
            # A workspace has five posts a second; one token of the playground stands for many here.
            team_id = f"{NORTHLIGHT.team_id}{number // per_workspace or ''}"
            workspace = await uow.workspaces.ensure_workspace(team_id, app_user_id="U", app_bot_id="B")
            channel = await uow.workspaces.ensure_channel(workspace.id, slack_id, name=slack_id)
            await uow.schedules.add(channel.id, later, next_due_at=instant, now=now)
        await uow.commit()


async def rows_of(engine: AsyncEngine) -> list[Row]:
    """Read the prompts' rows; none while the database is busy or away."""
    query = text("SELECT key, state, is_open, error, message_ts FROM outbox WHERE kind = 'prompt' ORDER BY id")
    try:
        async with engine.connect() as connection:
            return [
                Row(key, state, bool(is_open), *rest) for key, state, is_open, *rest in await connection.execute(query)
            ]
    except OperationalError:
        return []


def posted_keys(slack: Playground, channels: Sequence[str]) -> Counter[str]:
    """Count Slack's messages by the key in their metadata."""
    said = (message for channel in channels for message in slack.messages(channel))
    return Counter(message["metadata"]["event_payload"]["key"] for message in said)


def order_faults(slack: Playground, seed: int) -> None:
    """Have every sixth call or so fail, each kind with its own share; the first that strikes wins."""
    share = 1 - (1 - SHARE) ** (1 / len(KINDS))
    for number, kind in enumerate(KINDS):
        fault = Fault("chat.postMessage", **kind, share=share, seed=seed * 100 + number)
        slack._slack.faults.add(fault)  # noqa: SLF001  # as the page's own HTTP API does


async def unleash(plan: Plan, folder: Path, database_url: str, disturb: Disturbance | None = None) -> Outcome:
    """Carry a run out; `disturb` happens instead of the kills."""
    random = Random(plan.seed)  # noqa: S311  # repeatable, not secret
    seed = seed_with(plan.prompts)
    channels = [channel.id for channel in seed.channels]
    engine = open_engine(database_url)
    async with Playground(
        manifest=chaotic_manifest(with_history=plan.with_history), seed=seed, check_blocks=False
    ) as slack:
        order_faults(slack, plan.seed)
        begin = utc_now() + timedelta(seconds=2 + plan.prompts / 500)
        due_at = [begin + timedelta(seconds=random.uniform(0, plan.over_seconds)) for _ in channels]
        await fill(engine, channels, due_at)
        if database_url.startswith("sqlite"):
            await engine.dispose()
            engine = open_engine(database_url, read_only=True)
        async with fleet(folder, slack, database_url, plan.commands, "tests.faults.quick") as running:
            await _until_first(slack)
            started = asyncio.get_running_loop().time()
            await (disturb or _kill_some)(running, plan, random)
            rows = await _until_settled(engine, plan)
            seconds = asyncio.get_running_loop().time() - started
            assert not running.died_alone, running.said()[-2000:]
        await engine.dispose()
        return Outcome(
            plan,
            rows,
            posted_keys(slack, channels),
            faults=Counter(call["fault"] for call in slack.calls("chat.postMessage") if call["fault"]),
            calls=Counter(call["method"] for call in slack.calls()),
            kills=plan.kills,
            seconds=seconds,
        )


async def _until_first(slack: Playground, seconds: float = 90) -> None:
    async with asyncio.timeout(seconds):
        while not slack.calls("chat.postMessage"):  # noqa: ASYNC110  # other processes set no event
            await asyncio.sleep(0.05)


async def _kill_some(running: Fleet, plan: Plan, random: Random) -> None:
    pause = plan.over_seconds / max(1, plan.kills)
    for _ in range(plan.kills):
        await asyncio.sleep(random.uniform(0.2, 1.8) * pause)
        number = random.randrange(len(plan.commands))
        await running.kill(number)
        await running.start(number)


async def _until_settled(engine: AsyncEngine, plan: Plan) -> list[Row]:
    rows: list[Row] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(plan.settled_within):
            while len(rows) < plan.prompts or any(row.is_open for row in rows):
                await asyncio.sleep(0.5)
                rows = await rows_of(engine)
    return rows
