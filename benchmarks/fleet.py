"""Workers as processes of their own: each plans and delivers as `limber worker` does, to whatever Slack it is given."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import utc_now
from bot.domain import outbox as rules
from bot.process import leave_what_is_loaded_alone
from bot.scheduler import Metronome
from bot.slack.clients import LIBRARIES
from bot.slack.courier import Courier
from bot.slack.pictures import Pictures
from bot.store import bell
from bot.store.engine import opened
from bot.store.unit_of_work import UnitOfWork
from bot.ticks import plan
from routines.catalogue import default_catalogue

_ROOT = Path(__file__).parents[1]
_READY = "ready"


@asynccontextmanager
async def working(url: str, api_url: str, tokens: dict[str, str]) -> AsyncIterator[None]:
    """Be a worker on a database, for workspaces whose tokens are given by their Slack ids."""
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(opened(url))
        open_unit_of_work, catalogue = partial(UnitOfWork, engine), default_catalogue()
        session = await stack.enter_async_context(aiohttp.ClientSession())
        clients = {
            team: AsyncWebClient(token, base_url=api_url, session=session, retry_handlers=[], logger=LIBRARIES[1])
            for team, token in tokens.items()
        }
        courier = Courier(
            open_unit_of_work,
            catalogue=catalogue,
            pictures=Pictures(catalogue, None),
            client_of=lambda team: clients[team],
            clock=utc_now,
        )
        metronome = Metronome(partial(plan, open_unit_of_work, catalogue, utc_now), courier.deliver_due)
        await stack.enter_async_context(bell.listening(engine, metronome.wake))
        stack.push_async_callback(courier.drain)
        stack.push_async_callback(metronome.stop)
        metronome.start()
        yield


@asynccontextmanager
async def workers(
    count: int, url: str, api_url: str, tokens: dict[str, str], *, with_pace: bool = True
) -> AsyncIterator[None]:
    """Run so many workers as processes of their own, at Slack's pace or at none."""
    order = json.dumps({"url": url, "api_url": api_url, "tokens": tokens, "with_pace": with_pace}).encode()
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            __spec__.name,
            cwd=_ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(count)
    ]
    try:
        for process in processes:
            await _hand_over(process, order)
        yield
    finally:
        for process in processes:
            process.terminate()
        await asyncio.gather(*(process.wait() for process in processes))


async def _hand_over(process: asyncio.subprocess.Process, order: bytes) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(order + b"\n")
    await process.stdin.drain()
    said = await process.stdout.readline()
    if said.decode().strip() != _READY:
        raise RuntimeError("a worker did not start")


async def _main(url: str, api_url: str, tokens: dict[str, str], *, with_pace: bool) -> None:
    if not with_pace:
        rules.POST_EVERY = rules.POST_PAUSE = timedelta(0)
    async with working(url, api_url, tokens):
        leave_what_is_loaded_alone()  # as the bot does when it has started
        print(_READY, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(**json.loads(sys.stdin.readline())))
