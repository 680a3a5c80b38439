"""A Slack that takes every message and remembers nothing but how many there were, and when; a process of its own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

from aiohttp import ClientSession, web

_ROOT = Path(__file__).parents[1]


class CountingSlack:
    """Counts calls of chat.postMessage."""

    def __init__(self) -> None:
        self._times: list[float] = []

    async def take(self, request: web.Request) -> web.Response:
        """Take a message."""
        await request.read()
        self._times.append(monotonic())
        answer = b'{"ok":true,"ts":"1772529900.%06d"}' % len(self._times)
        return web.Response(body=answer, content_type="application/json")

    async def count(self, _request: web.Request) -> web.Response:
        """Say how many there were and how long they took, and begin anew once as many as asked for are there."""
        took = self._times[-1] - self._times[0] if self._times else 0.0
        return web.json_response({"count": len(self._times), "seconds": took})

    async def forget(self, _request: web.Request) -> web.Response:
        """Begin anew."""
        self._times.clear()
        return web.Response()

    def application(self) -> web.Application:
        """Put the routes together."""
        app = web.Application(client_max_size=2**20)
        app.router.add_post("/api/chat.postMessage", self.take)
        app.router.add_get("/count", self.count)
        app.router.add_post("/forget", self.forget)
        return app


async def rate(address: str, wanted: int, seconds: float = 120) -> float:
    """Wait until so many messages have come, and answer how many that were a second."""
    async with asyncio.timeout(seconds), ClientSession(address) as session:
        while True:
            async with session.get("/count") as response:
                found = await response.json()
            if found["count"] >= wanted:
                await session.post("/forget")
                return float((found["count"] - 1) / found["seconds"])
            await asyncio.sleep(0.2)


@asynccontextmanager
async def counting_slack() -> AsyncIterator[str]:
    """Run one, and answer its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __spec__.name, cwd=_ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


async def _serve() -> None:
    runner = web.AppRunner(CountingSlack().application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
