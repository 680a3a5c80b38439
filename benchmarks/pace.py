"""Slack's pace: many workspaces with posts due at once, one to four workers, and a Slack that notes when each came."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import insert, update

from benchmarks.databases import PostgreSQL
from benchmarks.figures import Figure
from benchmarks.fleet import workers
from bot.clock import utc_now
from bot.process import leave_what_is_loaded_alone
from bot.slack.manifest import manifest
from bot.store.engine import open_sync_engine
from bot.store.migrations import upgrade
from bot.store.tables import ChannelRow, ScheduleRow, WorkspaceRow
from playground.limits import most_within
from playground.neighbours import Neighbour
from playground.server import Playground

WORKSPACES = 100
POSTS_EACH = 20
WORKERS = (1, 2, 4)
LIMIT = 5
"""Posts that a workspace is to get within a second at most."""

FLOOR_SECONDS = (POSTS_EACH - 1) / LIMIT
"""When the last post of a workspace may come at the earliest, with the first at once."""

_IN_SECONDS = 4
_PATIENCE_SECONDS = 90


def measure(server: PostgreSQL, rounds: int, tick: Callable[[], object]) -> list[Figure]:
    """Let so many workers post what is due at one instant, a number of times each."""
    return asyncio.run(_measure(server, rounds, tick))


async def _measure(server: PostgreSQL, rounds: int, tick: Callable[[], object]) -> list[Figure]:
    taken: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for _ in range(rounds):
        for count in WORKERS:
            taken[count].append(await _run(server, count))
            tick()
    return [
        Figure(
            f"last post, {count} worker{'s' * (count > 1)}",
            server.name,
            [seconds for seconds, _ in runs],
            "s",
            (),
            f"{max(seconds for seconds, _ in runs) / FLOOR_SECONDS:.2f} times the floor at worst;"
            f" at most {max(most for _, most in runs)} a second in a workspace",
        )
        for count, runs in taken.items()
    ]


async def _run(server: PostgreSQL, count: int) -> tuple[float, int]:
    """Answer how long the last post took, and the most that one workspace had within any second."""
    async with Playground(manifest=manifest(), workspaces=WORKSPACES + 1, check_blocks=False) as slack:
        with server.filled(lambda url: _fill(url, slack.neighbours)) as template, template.copy() as url:
            tokens = {each.team_id: each.bot_token for each in slack.neighbours}
            leave_what_is_loaded_alone()  # a Slack that looks for garbage notes calls too late
            async with workers(count, url, slack.api_url, tokens):
                due_at = utc_now() + timedelta(seconds=_IN_SECONDS)
                begin = monotonic() + _IN_SECONDS
                await asyncio.to_thread(_make_due, url, due_at)
                times = await _posts(slack)
    last = max(at for each in times.values() for at in each)
    return last - begin, max(most_within(each, 1.0) for each in times.values())


async def _posts(slack: Playground) -> dict[str, list[float]]:
    """Wait until all have come, and answer when, by workspace."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while len(calls := slack.calls("chat.postMessage")) < WORKSPACES * POSTS_EACH:  # noqa: ASYNC110  # a log is read
            await asyncio.sleep(0.2)
    times: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        times[call["team_id"]].append(call["monotonic"])
    return times


def _fill(url: str, neighbours: Sequence[Neighbour]) -> None:
    upgrade(url)
    places = [(number, slack_id) for number, each in enumerate(neighbours, 1) for slack_id in each.channels]
    now = utc_now()
    with open_sync_engine(url).begin() as connection:
        connection.execute(
            insert(WorkspaceRow),
            [{"team_id": each.team_id, "name": "", "app_user_id": "", "app_bot_id": ""} for each in neighbours],
        )
        connection.execute(
            insert(ChannelRow),
            [{"workspace_id": number, "slack_id": slack_id, "name": "", "zone": "UTC"} for number, slack_id in places],
        )
        connection.execute(
            insert(ScheduleRow),
            [
                {
                    "channel_id": number,
                    "weekdays": [0, 1, 2, 3, 4, 5, 6],
                    "times": [f"{(now + timedelta(hours=12)):%H:%M}"],
                    "area": "lower-back",
                    "paused": False,
                    "version": 1,
                    "created_at": now,
                }
                for number in range(1, len(places) + 1)
            ],
        )


def _make_due(url: str, due_at: datetime) -> None:
    with open_sync_engine(url).begin() as connection:
        connection.execute(update(ScheduleRow).values(next_due_at=due_at))
