"""The whole program on real parts: a playground, the bot connected to it, and people who act."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from aiohttp import ClientSession
from pydantic import SecretStr
from sqlalchemy import text

from bot.clock import utc_now
from bot.demo import TimeControl
from bot.domain.keepers import ChannelSettings
from bot.domain.schedules import Schedule
from bot.domain.workspaces import Member
from bot.services import keepers, members, schedules
from bot.services.members import Caller
from bot.settings import Settings
from bot.slack.manifest import manifest
from bot.wiring import Limber, running
from playground import events, interactions
from playground.client import Person
from playground.delivery import Answer, Delivery, Kind
from playground.seed import NORTHLIGHT
from playground.server import Playground
from routines.catalogue import default_catalogue

DESIGN = "C0DESIGN"
ENGINEERING = "C0ENGINEERING"
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # 09:00 in Berlin
TWICE_A_DAY = Schedule(frozenset(range(5)), (time(10, 25), time(14, 55)), "Europe/Berlin", "lower-back")

FEW_PICTURES = {
    f"{step.picture}.{kind}": "0" * 16
    for step in default_catalogue().routine("lowback").steps()
    for kind in ("png", "gif")
}
"""The lower back's, by file name with a digest."""


@dataclass
class World:
    """One workspace with the bot in it."""

    slack: Playground
    limber: Limber
    control: TimeControl
    settings: Settings
    stop: Callable[[], Awaitable[Any]]
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """Find somebody by their first name."""
        user = f"U0{name.upper()}"
        if user not in self.people:
            self.people[user] = Person(self.slack, user)
        return self.people[user]

    async def set_up(self, schedule: Schedule = TWICE_A_DAY) -> None:
        """Have Anna set breaks up in #design."""
        keeper = await self._anna()
        channel = await schedules.ensure_channel(
            self.limber.open_unit_of_work, NORTHLIGHT.team_id, DESIGN, name="design"
        )
        await schedules.add_schedule(
            self.limber.open_unit_of_work,
            self.limber.catalogue,
            channel,
            schedule,
            keeper=keeper,
            now=self.limber.clock(),
        )

    async def _anna(self) -> Member:
        caller = Caller(NORTHLIGHT.team_id, "U0ANNA")
        return await members.learn_member(
            self.limber.open_unit_of_work, self.limber.directory, caller, now=self.limber.clock()
        )

    async def go_to(self, day: int, hour: int, minute: int = 0) -> None:
        """Walk to a time in March 2026, UTC."""
        await self.control.advance_to(datetime(2026, 3, day, hour, minute, tzinfo=UTC))

    def prompts(self) -> list[dict[str, Any]]:
        """List the prompts in #design, oldest first."""
        return [each for each in self.slack.messages(DESIGN) if each["text"].startswith("Stretch:")]

    def direct_texts(self, name: str) -> list[str]:
        """List what the app has told somebody in their direct messages with it, oldest first."""
        direct = self.slack._slack.dm_with(f"U0{name.upper()}")  # noqa: SLF001  # its id is Slack's to choose
        return [each["text"] for each in self.slack.messages(direct.id)]

    def replies(self, ts: str) -> list[dict[str, Any]]:
        """List the replies in a thread of #design, oldest first."""
        return [each for each in self.slack.messages(DESIGN) if each.get("thread_ts") == ts != each["ts"]]

    async def until(self, condition: Callable[[], Any], what: str, seconds: float = 10) -> Any:
        """Wait until something is so, and answer it."""
        for _ in range(int(seconds / 0.05)):
            found = condition()
            if found := (await found if isinstance(found, Awaitable) else found):
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

    async def order_fault(self, method: str, fault: str, **details: Any) -> None:
        """Have the next calls of a Web API method fail."""
        address = f"{self.slack.page_url}playground/faults"
        async with (
            ClientSession() as session,
            session.post(address, json={"method": method, "fault": fault, **details}),
        ):
            pass

    async def clear_faults(self) -> None:
        """Let every call succeed again."""
        async with ClientSession() as session, session.delete(f"{self.slack.page_url}playground/faults"):
            pass

    async def outbox(self, kind: str = "prompt") -> list[tuple[str, str | None]]:
        """List state and error of each message of a kind, oldest first."""
        async with self.limber.open_unit_of_work() as uow:
            query = text("SELECT state, error FROM outbox WHERE kind = :kind ORDER BY id")
            rows = await uow._session.execute(query, {"kind": kind})  # noqa: SLF001  # tests may look everywhere
            return [(row.state, row.error) for row in rows]

    async def change_times(self) -> None:
        """Have Anna move the first schedule to 09:09."""
        keeper = await self._anna()
        async with self.limber.open_unit_of_work() as uow:
            ((_, record), *_) = await uow.schedules.list_all()
        changed = replace(record.schedule, times=(time(9, 9),))
        await schedules.change_schedule(
            self.limber.open_unit_of_work,
            self.limber.catalogue,
            record.id,
            changed,
            member=keeper,
            now=self.limber.clock(),
        )

    async def stopped_because(self, slack_id: str = DESIGN) -> str | None:
        """Tell why a channel has stopped."""
        async with self.limber.open_unit_of_work() as uow:
            channel = await uow.workspaces.find_channel(NORTHLIGHT.team_id, slack_id)
            return channel.stopped_because if channel else None

    async def count_done(self) -> int:
        """Count all participations that hold."""
        async with self.limber.open_unit_of_work() as uow:
            query = text("SELECT count(*) FROM participations WHERE is_done")
            return int((await uow._session.execute(query)).scalar_one())  # noqa: SLF001  # tests may look everywhere

    async def deliver(self, kind: Kind, payload: dict[str, Any]) -> Answer:
        """Hand the bot a payload of one's own making, the way Slack would."""
        return await self.slack._transport().deliver(Delivery(kind, payload))  # noqa: SLF001  # as above

    @property
    def app_user(self) -> str:
        """The app's own user."""
        return self.slack._slack.app.user_id  # noqa: SLF001  # as above

    async def schedules(self) -> list[Schedule]:
        """List all stored schedules, oldest first."""
        async with self.limber.open_unit_of_work() as uow:
            return [record.schedule for _, record in await uow.schedules.list_all()]

    async def name_keepers(self, *names: str) -> None:
        """Have Anna say who looks after #design."""
        callers = [Caller(NORTHLIGHT.team_id, f"U0{name.upper()}") for name in names]
        learn = partial(members.learn_member, self.limber.open_unit_of_work, self.limber.directory)
        named = [await learn(caller, now=self.limber.clock()) for caller in callers]
        channel = await schedules.ensure_channel(self.limber.open_unit_of_work, NORTHLIGHT.team_id, DESIGN)
        anna = await self._anna()
        usual = ChannelSettings()
        await keepers.change(
            self.limber.open_unit_of_work, channel, usual, named, member=anna, is_admin=True, now=self.limber.clock()
        )

    async def forge_press(self, name: str, ts: str, action_id: str, value: str, *, channel: str = DESIGN) -> Answer:
        """Deliver a press that no button offers."""
        local = self.slack._slack  # noqa: SLF001  # as above
        message = local.workspace.message(channel, ts)
        assert message is not None
        action = {
            "type": "button",
            "action_id": action_id,
            "block_id": "b",
            "value": value,
            "action_ts": local.next_ts(),
        }
        user = f"U0{name.upper()}"
        return await self.deliver("interactive", interactions.message_action(local, user, message, action, {}))

    def event(self, **fields: Any) -> dict[str, Any]:
        """Make an event that happens now; delivering it twice repeats it."""
        local = self.slack._slack  # noqa: SLF001  # as above
        return events.event_callback(local, {"event_ts": local.next_ts(), **fields})

    async def press(self, name: str, message: dict[str, Any], action_id: str, value: Any = None) -> dict[str, Any]:
        """Press a button of a message in #design."""
        container = {"type": "message", "channel": DESIGN, "ts": message["ts"]}
        return await self.person(name).press(container, action_id, value)

    async def press_whisper(self, name: str, whispered: dict[str, Any], action_id: str) -> dict[str, Any]:
        """Press a button of a private message."""
        return await self.person(name).press({"type": "ephemeral", "id": whispered["id"]}, action_id)


@contextlib.asynccontextmanager
async def living(
    database_url: str,
    *,
    start: datetime = MONDAY,
    app_manifest: dict[str, Any] | None = None,
    **options: Any,
) -> AsyncIterator[World]:
    """Start a playground at `start` (UTC) and the bot on a migrated database; `options` are more settings."""
    control = TimeControl()
    async with Playground(
        manifest=app_manifest or manifest(), time_control=control.move, retry_delays=(0.2, 0.2, 0.2)
    ) as slack:
        await slack.clock.set_offset(start - utc_now())
        async with connected(slack, database_url, control, **options) as world:
            yield world


@contextlib.asynccontextmanager
async def connected(
    slack: Playground, database_url: str, control: TimeControl | None = None, **options: Any
) -> AsyncIterator[World]:
    """Start the bot on a playground that is there; `options` are more settings."""
    settings = Settings(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_app_token=SecretStr(slack.app_token),
        slack_api_url=slack.api_url,
        database_url=database_url,
        **options,
    )
    async with serving(slack, settings, control) as world:
        await slack.wait_until_connected()
        yield world


@contextlib.asynccontextmanager
async def serving(slack: Playground, settings: Settings, control: TimeControl | None = None) -> AsyncIterator[World]:
    """Start the bot with these settings."""
    control = control or TimeControl()
    async with contextlib.AsyncExitStack() as bot:
        limber = await bot.enter_async_context(running(settings, clock=slack.clock.now))
        control.attach(slack, limber)
        world = World(slack, limber, control, settings, bot.aclose)
        try:
            yield world
        finally:
            for person in world.people.values():
                await person.__aexit__(None, None, None)


A_MINUTE = timedelta(minutes=1)
