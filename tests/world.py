"""The whole program on real parts: a playground, the bot connected to it, and people who act."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from pydantic import SecretStr

from bot.clock import utc_now
from bot.demo import TimeControl
from bot.domain.schedules import Schedule
from bot.services import members, schedules
from bot.services.members import Caller
from bot.settings import Settings
from bot.slack.manifest import manifest
from bot.wiring import Limber, running
from playground.client import Person
from playground.seed import NORTHLIGHT
from playground.server import Playground

DESIGN = "C0DESIGN"
ENGINEERING = "C0ENGINEERING"
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # 09:00 in Berlin
TWICE_A_DAY = Schedule(frozenset(range(5)), (time(10, 25), time(14, 55)), "Europe/Berlin", "lower-back")


@dataclass
class World:
    """One workspace with the bot in it."""

    slack: Playground
    limber: Limber
    control: TimeControl
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """Find somebody by their first name."""
        user = f"U0{name.upper()}"
        if user not in self.people:
            self.people[user] = Person(self.slack, user)
        return self.people[user]

    async def set_up(self, schedule: Schedule = TWICE_A_DAY) -> None:
        """Have Anna set breaks up in #design."""
        caller = Caller(NORTHLIGHT.team_id, "U0ANNA")
        keeper = await members.learn_member(
            self.limber.open_unit_of_work, self.limber.directory, caller, now=self.limber.clock()
        )
        channel = await schedules.ensure_channel(self.limber.open_unit_of_work, caller.team_id, DESIGN, name="design")
        await schedules.add_schedule(
            self.limber.open_unit_of_work, channel, schedule, keeper=keeper, now=self.limber.clock()
        )

    async def go_to(self, day: int, hour: int, minute: int = 0) -> None:
        """Walk to a time in March 2026, UTC."""
        await self.control.advance_to(datetime(2026, 3, day, hour, minute, tzinfo=UTC))

    def prompts(self) -> list[dict[str, Any]]:
        """List the prompts in #design, oldest first."""
        return [each for each in self.slack.messages(DESIGN) if each["text"].startswith("Stretch:")]

    def replies(self, ts: str) -> list[dict[str, Any]]:
        """List the replies in a thread of #design, oldest first."""
        return [each for each in self.slack.messages(DESIGN) if each.get("thread_ts") == ts != each["ts"]]

    async def until(self, condition: Callable[[], Any], what: str, seconds: float = 10) -> Any:
        """Wait until something is so, and answer it."""
        for _ in range(int(seconds / 0.05)):
            if found := condition():
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"never happened: {what}")

    async def whisper(self, name: str, beginning: str) -> dict[str, Any]:
        """Wait for a private message that begins in a certain way."""
        for _ in range(200):
            state = await self.person(name).state()
            for each in reversed(state["ephemerals"]):
                if each["text"].startswith(beginning):
                    found: dict[str, Any] = each
                    return found
            await asyncio.sleep(0.05)
        said = [each["text"][:60] for each in (await self.person(name).state())["ephemerals"]]
        raise AssertionError(f"{name} was never told {beginning!r}, only {said}")

    async def until_view(self, name: str, text: str) -> dict[str, Any]:
        """Wait until the modal that somebody has open says something."""
        views: list[dict[str, Any]] = []
        for _ in range(200):
            views = (await self.person(name).state())["views"]
            if views and text in json.dumps(views[-1]["blocks"], ensure_ascii=False):
                found: dict[str, Any] = views[-1]
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"{name} has no modal that says {text!r}: {views and views[-1]['blocks']}")

    async def press(self, name: str, message: dict[str, Any], action_id: str, value: Any = None) -> dict[str, Any]:
        """Press a button of a message in #design."""
        container = {"type": "message", "channel": DESIGN, "ts": message["ts"]}
        return await self.person(name).press(container, action_id, value)

    async def press_whisper(self, name: str, whispered: dict[str, Any], action_id: str) -> dict[str, Any]:
        """Press a button of a private message."""
        return await self.person(name).press({"type": "ephemeral", "id": whispered["id"]}, action_id)


@contextlib.asynccontextmanager
async def living(database_url: str, *, start: datetime = MONDAY, **options: Any) -> AsyncIterator[World]:
    """Start a playground at `start` (UTC) and the bot on a migrated database."""
    control = TimeControl()
    async with Playground(
        manifest=manifest(), time_control=control.move, retry_delays=(0.2, 0.2, 0.2), **options
    ) as slack:
        await slack.clock.set_offset(start - utc_now())
        async with connected(slack, database_url, control) as world:
            yield world


@contextlib.asynccontextmanager
async def connected(slack: Playground, database_url: str, control: TimeControl | None = None) -> AsyncIterator[World]:
    """Start the bot on a playground that is there."""
    control = control or TimeControl()
    settings = Settings(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_app_token=SecretStr(slack.app_token),
        slack_api_url=slack.api_url,
        database_url=database_url,
    )
    async with running(settings, clock=slack.clock.now) as limber:
        control.attach(slack, limber)
        world = World(slack, limber, control)
        await slack.wait_until_connected()
        try:
            yield world
        finally:
            for person in world.people.values():
                await person.__aexit__(None, None, None)


A_MINUTE = timedelta(minutes=1)
