"""Limber as processes of its own, to be killed and stopped."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

ROOT = Path(__file__).parents[2]


@dataclass
class Program:
    """A running `limber`, and the file that holds what it said."""

    process: asyncio.subprocess.Process
    log: Path

    def said(self) -> str:
        return self.log.read_text()

    async def kill(self) -> None:
        """End it the way a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def terminate(self, within: float) -> int:
        """Ask it to stop, and answer its exit code; raises TimeoutError."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(within):
            return await self.process.wait()


@contextlib.asynccontextmanager
async def limber(folder: Path, *words: str, module: str = "bot", **variables: str) -> AsyncIterator[Program]:
    """Run a command in a folder of its own."""
    log = folder / "said.txt"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **variables}
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *words, cwd=folder, env=environment, stdout=output, stderr=output
        )
    try:
        yield Program(process, log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until(condition: Callable[[], Awaitable[Any]], what: str, seconds: float) -> Any:
    """Wait until something is so, and answer it."""
    for _ in range(int(seconds / 0.05)):
        if found := await condition():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"never happened: {what}")


@dataclass
class Demo:
    """A running demo, looked at and used as Anna does it."""

    program: Program
    address: str
    session: ClientSession

    async def state(self, user: str = "U0ANNA") -> Any:
        async with self.session.get(f"{self.address}playground/state", params={"as": user}) as response:
            return await response.json()

    async def do(self, path: str, **body: Any) -> Any:
        async with self.session.post(f"{self.address}playground/{path}", json=body) as response:
            return await response.json()

    async def press(self, user: str, ts: str, action_id: str) -> None:
        container = {"type": "message", "channel": "C0DESIGN", "ts": ts}
        answer = await self.do(f"people/{user}/press", container=container, action_id=action_id)
        assert answer["ok"], answer

    async def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.state())["messages"].get("C0DESIGN", [])
        return found

    async def prompts(self) -> list[dict[str, Any]]:
        return [each for each in await self.messages() if each["text"].startswith("Stretch:")]


@contextlib.asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[Demo]:
    """Start the demo, or start it again; its data stays in the folder."""
    (folder / "said.txt").write_text("")
    async with limber(folder, "demo", "--no-browser", "--port", "0") as program, ClientSession() as session:

        async def address() -> str | None:
            lines = [line for line in program.said().splitlines() if line.startswith("The demo is at ")]
            if program.process.returncode is not None:
                raise AssertionError(program.said())
            return lines[0].removeprefix("The demo is at ") if lines else None

        yield Demo(program, await until(address, "the demo starts", 60), session)


def says(message: dict[str, Any], text: str) -> bool:
    """Tell whether a message's blocks say something."""
    return text in json.dumps(message["blocks"], ensure_ascii=False)
