"""Posts a second: one worker with no pace to keep, beside bare loops of the SDK's client, to a Slack that counts."""

import asyncio
from collections.abc import Callable
from functools import partial

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks import channels
from benchmarks.channels import Size
from benchmarks.contenders.limber import catalogue, database
from benchmarks.counting_slack import counting_slack, rate
from benchmarks.databases import Host, PostgreSQL, SQLiteFiles
from benchmarks.figures import Figure, compare
from benchmarks.fleet import workers
from bot.clock import utc_now
from bot.services.planning import materialise_due
from bot.slack.clients import LIBRARIES

POSTS = Size(2_000, 2_000, per_workspace=1)
CALLS_AT_ONCE = 50
"""How many calls the wider of the two bare loops has under way: more do not make it faster."""

_TEXT = "Stretch: seated twist, two minutes."
_BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "As long as a prompt's own. " * 12}}] * 6
"""What the bare loops send: about as much as a prompt."""


def measure(sqlite: SQLiteFiles, server: PostgreSQL, rounds: int, tick: Callable[[], object]) -> list[Figure]:
    """Measure the bare loops, and a worker on each database, in turns."""
    return asyncio.run(_measure([sqlite, server], rounds, tick))


async def _measure(hosts: list[Host], rounds: int, tick: Callable[[], object]) -> list[Figure]:
    ours: dict[str, list[float]] = {host.name: [] for host in hosts}
    bare: dict[int, list[float]] = {1: [], CALLS_AT_ONCE: []}
    async with counting_slack() as address:
        for _ in range(rounds):
            for at_once, rates in bare.items():
                rates.append(await _bare(address, at_once))
                tick()
            for host in hosts:
                ours[host.name].append(await _worker(host, address))
                tick()
    figures = [
        Figure(f"bare loop of the SDK's client, {at_once} at a time", "", rates, "a second")
        for at_once, rates in bare.items()
    ]
    for name, rates in ours.items():
        shares = ", ".join(
            f"{sorted(compare(rates_bare, rates))[rounds // 2]:.2f} of the loop with {at_once} at a time"
            for at_once, rates_bare in bare.items()
        )
        figures.append(Figure("Limber, one worker", name, rates, "a second", (), shares))
    return figures


async def _bare(address: str, at_once: int) -> float:
    left = iter(range(POSTS.due))
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            "xoxb-bare", base_url=f"{address}api/", session=session, retry_handlers=[], logger=LIBRARIES[1]
        )

        async def loop() -> None:
            for _ in left:
                await client.chat_postMessage(channel="C1", text=_TEXT, blocks=_BLOCKS)

        await asyncio.gather(*(loop() for _ in range(at_once)))
    return await rate(address, POSTS.due)


async def _worker(host: Host, address: str) -> float:
    fill = partial(channels.fill, size=POSTS, due_at=utc_now().replace(microsecond=0))
    with host.filled(fill) as template, template.copy() as url:
        # Nothing but posting is timed here: what is due has been planned before.
        async with database(url) as open_unit_of_work:
            while await materialise_due(open_unit_of_work, catalogue(), utc_now()):
                pass
        tokens = {f"T{number}": "xoxb-bench" for number in range(POSTS.due)}
        async with workers(1, url, f"{address}api/", tokens, with_pace=False):
            return await rate(address, POSTS.due)
