"""Take the README's pictures in docs/images/: a team that stretched for five weeks, seen in a real Chromium."""

import asyncio
import io
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Page, async_playwright
from pydantic import SecretStr

from bot.clock import utc_now
from bot.demo import TimeControl
from bot.domain.schedules import Schedule
from bot.services import boards, members, schedules
from bot.services.members import Caller
from bot.settings import Settings
from bot.slack.ids import Action
from bot.slack.manifest import manifest
from bot.store import migrations
from bot.wiring import Limber, running
from playground.client import Person
from playground.seed import NORTHLIGHT
from playground.server import Playground

IMAGES = Path(__file__).parent.parent / "docs" / "images"
LARGEST_BYTES = 200_000
WINDOW = {"width": 1280, "height": 900}

DESIGN = "C0DESIGN"
FIRST_MONDAY = datetime(2026, 2, 2, 9, 25, tzinfo=UTC)  # 10:25 in Berlin
SCHEDULE = Schedule(frozenset(range(5)), (time(10, 25),), "Europe/Berlin", "lower-back")
WEEKS = (
    ("anna", "anna mei jonas", "anna mei", "anna mei", "mei jonas"),
    ("anna mei", "anna mei jonas", "anna mei", "anna mei tomas", "anna mei"),
    ("anna mei priya", "anna mei jonas", "mei jonas", "anna mei tomas", "anna mei jonas"),
    ("anna mei priya", "anna mei jonas", "anna jonas", "anna mei tomas jonas", "mei jonas"),
    ("anna mei priya jonas", "anna mei jonas tomas", "anna mei jonas", "anna mei tomas", "anna mei jonas"),
)
"""Who did the break on each weekday."""
NAMED = ("anna", "mei", "jonas")


def _id_of(name: str) -> str:
    return f"U0{name.upper()}"


@dataclass(frozen=True)
class Team:
    """A workspace with the bot in it, and how to act in it."""

    slack: Playground
    limber: Limber
    control: TimeControl

    async def set_up(self) -> None:
        """Have Anna set breaks up in #design, and three people ask to be named on its board."""
        unit_of_work, directory = self.limber.open_unit_of_work, self.limber.directory
        caller = Caller(NORTHLIGHT.team_id, "U0ANNA")
        now = self.limber.clock()
        keeper = await members.learn_member(unit_of_work, directory, caller, now=now)
        channel = await schedules.ensure_channel(unit_of_work, caller.team_id, DESIGN, name="design")
        await schedules.add_schedule(unit_of_work, self.limber.catalogue, channel, SCHEDULE, keeper=keeper, now=now)
        for name in NAMED:
            person = Caller(caller.team_id, _id_of(name))
            member = await members.learn_member(unit_of_work, directory, person, now=now)
            await boards.set_consent(unit_of_work, caller.team_id, DESIGN, member, is_named=True, now=now)

    def newest(self, beginning: str) -> dict[str, Any]:
        """Find the newest message in #design that begins so."""
        return [each for each in self.slack.messages(DESIGN) if each["text"].startswith(beginning)][-1]

    async def press(self, name: str, message: dict[str, Any], action: Action) -> None:
        """Press a button of a message as somebody."""
        async with Person(self.slack, _id_of(name)) as person:
            await person.press({"type": "message", "channel": DESIGN, "ts": message["ts"]}, action)


@asynccontextmanager
async def _team() -> AsyncIterator[Team]:
    control = TimeControl()
    with tempfile.TemporaryDirectory() as folder:
        async with Playground(manifest=manifest(), time_control=control.move) as slack:
            await slack.clock.set_offset(FIRST_MONDAY - timedelta(minutes=5) - utc_now())
            settings = Settings(
                slack_bot_token=SecretStr(slack.bot_token),
                slack_app_token=SecretStr(slack.app_token),
                slack_api_url=slack.api_url,
                database_url=f"sqlite:///{folder}/limber.db",
            )
            migrations.upgrade(settings.database_url)
            async with running(settings, clock=slack.clock.now) as limber:
                control.attach(slack, limber)
                await slack.wait_until_connected()
                yield Team(slack, limber, control)


async def _live_through_the_weeks(team: Team) -> None:
    """Press Done on every day as it is told in WEEKS."""
    for week, days in enumerate(WEEKS):
        for day, names in enumerate(days):
            await team.control.advance_to(FIRST_MONDAY + timedelta(weeks=week, days=day))
            for name in names.split():
                await team.press(name, team.newest("Stretch: "), Action.BREAK_DONE)


async def _photograph(team: Team, page: Page) -> None:
    """Go on from the Monday after WEEKS, from picture to picture."""
    monday = FIRST_MONDAY + timedelta(weeks=len(WEEKS))
    place = f"{team.slack.page_url}?as=U0ANNA&channel={DESIGN}&theme=light"
    await team.control.advance_to(monday - timedelta(minutes=20))
    await page.goto(place)
    await page.get_by_role("button", name="My week, privately").last.wait_for()
    await _save(page, "board")
    await team.control.advance_to(monday)
    await page.get_by_role("button", name="Done").last.click()
    await page.get_by_role("button", name="Undo").last.wait_for()
    await page.get_by_role("region", name="Messages in #design").focus()
    await page.evaluate("document.activeElement.scrollBy(0, -2)")
    await _save(page, "prompt")
    await page.goto(f"{team.slack.page_url}?as=U0ANNA&home=1&theme=light")
    await page.get_by_text("Channels you look after").wait_for()
    await _save(page, "home")
    await page.goto(place)
    prompt = team.newest("Stretch: ")
    await team.press("anna", prompt, Action.BREAK_TOGETHER)
    for name in ("mei", "tomas"):
        await page.get_by_role("button", name="Join").wait_for()
        await team.press(name, prompt, Action.RUN_JOIN)
    await team.press("anna", prompt, Action.RUN_START)
    await page.goto(f"{place}&thread={prompt['ts']}")
    await page.locator("[data-pane=thread]").get_by_text("1 of 5").wait_for()
    await team.control.advance_to(team.slack.clock.now() + timedelta(seconds=60))
    await page.locator("[data-pane=thread]").get_by_text("2 of 5").wait_for()
    await _save(page, "thread")


async def _save(page: Page, name: str) -> None:
    """Wait until every picture is there, and save the window with as few colours as it needs."""
    await page.mouse.move(0, 0)
    await page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    picture = Image.open(io.BytesIO(await page.screenshot(animations="disabled"))).convert("RGB")
    path = IMAGES / f"{name}.png"
    picture.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name}: {size // 1000} kB")
    if size > LARGEST_BYTES:
        raise SystemExit(f"{path.name} is larger than {LARGEST_BYTES // 1000} kB.")


async def _main() -> None:
    IMAGES.mkdir(exist_ok=True)
    chromium = os.environ.get("LIMBER_CHROMIUM") or shutil.which("chromium")
    async with _team() as team, async_playwright() as playwright:
        await team.set_up()
        await _live_through_the_weeks(team)
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page(viewport=WINDOW, reduced_motion="reduce")  # type: ignore[arg-type]  # a dict for a TypedDict
        await _photograph(team, page)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(_main())
