"""The demo: the bot and a local Slack in one process, with a clock that people can move on."""

import asyncio
import shutil
import webbrowser
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.clock import utc_now
from bot.domain.greetings import usual
from bot.domain.schedules import next_occurrence
from bot.process import stop_event, until_stopped, write_log
from bot.services import members, outbox, schedules
from bot.services.members import Caller
from bot.settings import Settings, has_desktop, ignore_proxies
from bot.slack.manifest import manifest
from bot.store import migrations
from bot.wiring import Limber, running
from playground.seed import NORTHLIGHT
from playground.server import Playground

FOLDER = Path("demo")
"""Where the demo keeps its data, so that it survives a restart."""

_FIRST_BREAK_IN = timedelta(seconds=5)
_SCHEDULE = usual("Europe/Berlin")
_SETTLE_FOR = timedelta(minutes=2)
_POLL_SECONDS = 0.05


def demo(*, reset: bool, port: int, open_browser: bool, announce: Callable[[str], None]) -> None:
    """Run the demo until Ctrl-C; `reset` starts over, `announce` is told the address. Raises OSError, DatabaseBusy."""
    if reset:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    ignore_proxies()
    write_log("WARNING", "%(levelname)s %(name)s: %(message)s")
    asyncio.run(_demo_until_stopped(FOLDER, port, open_browser=open_browser, announce=announce))


async def _demo_until_stopped(folder: Path, port: int, *, open_browser: bool, announce: Callable[[str], None]) -> None:
    await until_stopped(_demo(folder, port, open_browser=open_browser, announce=announce), stop_event())


async def _demo(folder: Path, port: int, *, open_browser: bool, announce: Callable[[str], None]) -> None:
    control = TimeControl()
    state = folder / "slack.jsonl"
    app_manifest = manifest()
    async with Playground(manifest=app_manifest, state=state, port=port, time_control=control.move) as slack:
        settings = _settings(slack, folder)
        migrations.upgrade(settings.database_url)
        async with running(settings, clock=slack.clock.now) as limber:
            control.attach(slack, limber)
            # Asked of the database: a first start that was cut short is made up for.
            if not await schedules.list_schedules(limber.open_unit_of_work):
                await limber.pictures.first_shown()  # the first prompt is the first thing people see
                await _begin_before_first_break(slack)
                await _set_up(limber)
            announce(f"\nThe demo is at {slack.page_url}\nCtrl-C stops it; its data stays in {folder}/.\n")
            if open_browser and has_desktop():
                await asyncio.to_thread(webbrowser.open, slack.page_url)
            await asyncio.Event().wait()


def _settings(slack: Playground, folder: Path) -> Settings:
    return Settings(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_app_token=SecretStr(slack.app_token),
        slack_api_url=slack.api_url,
        database_url=f"sqlite:///{folder / 'limber.db'}",
    )


async def _begin_before_first_break(slack: Playground) -> None:
    """Set the playground's time a few seconds before a break is due, so that nobody waits for one."""
    first = next_occurrence(_SCHEDULE, slack.clock.now())
    if first is not None:
        await slack.clock.set_offset(first.due_at - _FIRST_BREAK_IN - utc_now())


async def _set_up(limber: Limber) -> None:
    """Set breaks up in the first channel the app is in, as a person would with `/stretch setup`."""
    caller = Caller(NORTHLIGHT.team_id, NORTHLIGHT.people[0].id)
    keeper = await members.learn_member(limber.open_unit_of_work, limber.directory, caller, now=limber.clock())
    place = NORTHLIGHT.channels[0]
    channel = await schedules.ensure_channel(limber.open_unit_of_work, caller.team_id, place.id, name=place.name)
    await schedules.add_schedule(
        limber.open_unit_of_work, limber.catalogue, channel, _SCHEDULE, keeper=keeper, now=limber.clock()
    )


class TimeControl:
    """Moves the playground's time on: from due instant to due instant, waiting at each until everything is said."""

    def __init__(self) -> None:
        self._slack: Playground | None = None
        self._limber: Limber | None = None

    def attach(self, slack: Playground, limber: Limber) -> None:
        """Say whose time it moves and whose messages it waits for."""
        self._slack, self._limber = slack, limber

    async def move(self, step: str) -> None:
        """Go to the next break, or a day or a week on."""
        slack, limber = self._attached()
        now = slack.clock.now()
        days = {"day": 1, "week": 7}
        if step in days:
            target = now + timedelta(days=days[step])
        else:
            target = await outbox.next_break_due_at(limber.open_unit_of_work, now) or now
        await self.advance_to(target)

    async def advance_to(self, target: datetime) -> None:
        """Walk to an instant (UTC); nothing on the way is skipped."""
        slack, limber = self._attached()
        await self._settle(limber)
        while (due_at := await limber.next_due_at()) is not None and due_at <= target:
            await self._set_time(slack, due_at)
            await self._settle(limber)
        await self._set_time(slack, target)
        await self._settle(limber)

    def _attached(self) -> tuple[Playground, Limber]:
        if self._slack is None or self._limber is None:
            raise RuntimeError("The bot has not started yet.")
        return self._slack, self._limber

    async def _set_time(self, slack: Playground, instant: datetime) -> None:
        if instant > slack.clock.now():
            await slack.clock.set_offset(instant - utc_now())

    async def _settle(self, limber: Limber) -> None:
        async with asyncio.timeout(_SETTLE_FOR.total_seconds()):
            await limber.plan()
            while not await limber.is_settled():
                limber.metronome.wake()
                await asyncio.sleep(_POLL_SECONDS)
