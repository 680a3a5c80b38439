"""The whole demo as a newcomer walks it: the real command, a real Chromium, and the keyboard alone."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DESIGN = "C0DESIGN"
LIMBER = Path(sys.executable).with_name("limber")
BERLIN = ZoneInfo("Europe/Berlin")
PATIENCE_MS = 30_000
TRAVEL_MS = 90_000


class Demo:
    """`limber demo` in a folder, from its first words to its end."""

    def __init__(self, process: Process, url: str) -> None:
        self._process = process
        self.url = url

    async def stop(self) -> None:
        """Press Ctrl-C and see it end well, without a word of complaint."""
        self._process.send_signal(signal.SIGINT)
        _, complaints = await asyncio.wait_for(self._process.communicate(), 60)
        assert complaints.decode() == ""
        assert self._process.returncode == 0


@asynccontextmanager
async def demo_in(folder: Path) -> AsyncIterator[Demo]:
    behind_a_proxy = os.environ | {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    process = await asyncio.create_subprocess_exec(
        LIMBER, "demo", "--no-browser", "--port", "0", cwd=folder, stdout=PIPE, stderr=PIPE, env=behind_a_proxy
    )
    try:
        yield Demo(process, await asyncio.wait_for(_address(process), 90))
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _address(process: Process) -> str:
    assert process.stdout is not None
    async for line in process.stdout:
        if found := re.search(r"http://\S+", line.decode()):
            return found[0]
    raise AssertionError(f"the demo never said where it is: {await process.communicate()}")


@asynccontextmanager
async def page_of(browser: Browser, demo: Demo) -> AsyncIterator[Page]:
    problems: list[str] = []
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    page = await context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(demo.url)
    yield page
    await context.close()
    assert problems == []


async def become(page: Page, name: str) -> None:
    await page.get_by_role("radio", name=name).press("Enter")
    await expect(page.get_by_role("radio", name=name)).to_be_checked()


async def press(place: Page | Locator, name: str | re.Pattern[str]) -> None:
    """Press a button with the keyboard; whatever the answer redraws, the focus stays somewhere."""
    await place.get_by_role("button", name=name, exact=isinstance(name, str)).press("Enter")
    page = place if isinstance(place, Page) else place.page
    await page.wait_for_function("document.activeElement !== document.body")


def whisper(page: Page, text: str) -> Locator:
    """Find a private answer."""
    return page.locator("[data-ephemeral]").filter(has_text=text)


def main(page: Page) -> Locator:
    return page.locator("#main")


async def see(locator: Locator) -> None:
    await expect(locator).to_be_visible(timeout=PATIENCE_MS)


async def is_loaded(picture: Locator) -> bool:
    return bool(await picture.evaluate("async (img) => (await img.decode(), img.naturalWidth > 0)"))


async def messages(page: Page, demo: Demo) -> list[tuple[str, str]]:
    state: dict[str, Any] = await (await page.request.get(f"{demo.url}playground/state?as=U0ANNA")).json()
    return [(each["ts"], each["text"]) for each in state["messages"][DESIGN]]


async def test_the_demo_from_the_first_prompt_to_the_board_and_after_a_restart(
    browser: Browser, tmp_path: Path
) -> None:
    async with demo_in(tmp_path) as demo, page_of(browser, demo) as page:
        prompt = await sees_a_prompt(page)
        day = await begun(page, demo)
        await presses_done_privately(page, prompt)
        await reacts_and_takes_it_back(page, prompt)
        await follows_the_guide(page)
        await finds_the_day_at_home(page, day)
        await does_it_together(page, prompt)
        await finds_the_board(page, day)
        said = await messages(page, demo)
        await demo.stop()
    async with demo_in(tmp_path) as demo, page_of(browser, demo) as page:
        await see(main(page).get_by_text(re.compile("^Your first week: ")))
        assert await messages(page, demo) == said
        await demo.stop()


async def begun(page: Page, demo: Demo) -> datetime:
    """Read from the prompt's time stamp on which day the demo begins, in the channel's zone."""
    ts = next(ts for ts, text in await messages(page, demo) if text.startswith("Stretch: "))
    return datetime.fromtimestamp(float(ts), BERLIN)


async def sees_a_prompt(page: Page) -> Locator:
    prompt = page.locator("#main article").filter(has=page.get_by_role("heading", name=re.compile("wall sit")))
    await see(prompt)
    assert await is_loaded(prompt.get_by_role("img", name=re.compile("sits against a wall")))
    await expect(prompt.get_by_role("listitem")).to_have_count(4)
    await expect(prompt.get_by_role("listitem").last).to_contain_text("Today's tip: ")
    for name in ("Done", "Guide me, 30 s", "Together, 7 min"):
        await expect(prompt.get_by_role("button", name=name)).to_be_in_viewport()
    await expect(prompt.get_by_role("heading")).to_be_in_viewport()
    return prompt


async def presses_done_privately(page: Page, prompt: Locator) -> None:
    await press(prompt, "Done")
    first = whisper(page, "Counted, and that was your first.")
    await see(first)
    await become(page, "Mei Tan")
    await see(prompt)
    await expect(page.locator("[data-ephemeral]")).to_have_count(0)
    await become(page, "Anna Berg")
    await press(first, "Show my name")
    await see(whisper(page, "You'll be on the board in #design"))


async def reacts_and_takes_it_back(page: Page, prompt: Locator) -> None:
    await become(page, "Mei Tan")
    await press(prompt, "Add a reaction")
    await page.get_by_role("menuitemcheckbox", name="muscle").press("Enter")
    await see(whisper(page, "Counted, and that was your first."))
    await become(page, "Jonas Lind")
    chip = prompt.get_by_role("button", name=re.compile("^muscle: "))
    await chip.press("Enter")
    await see(prompt.get_by_text("3 done", exact=True))
    await expect(chip).to_have_attribute("aria-label", "muscle: 2, Mei Tan, you")
    await chip.press("Enter")
    await expect(prompt.get_by_text("3 done", exact=True)).to_have_count(0)
    await chip.press("Enter")
    await see(prompt.get_by_text("3 done", exact=True))


async def follows_the_guide(page: Page) -> None:
    await become(page, "Priya Nair")
    composer = page.get_by_role("textbox", name="Message #design")
    await composer.fill("/stretch lowback")
    await composer.press("Enter")
    card = whisper(page, "Five moves for the glutes")
    await see(card.get_by_role("heading", name="Lower back and glutes: 5 moves, about 7 minutes"))
    await press(card, "Guide me, privately")
    dialog = page.get_by_role("dialog")
    await see(dialog.get_by_text("1 of 5 · Wall sit · 30 seconds"))
    await expect(dialog.get_by_role("button", name="Next")).to_be_focused()
    picture = dialog.get_by_role("img")
    assert await is_loaded(picture)
    shown = await page.request.get(str(await picture.evaluate("(img) => img.currentSrc")))
    assert (await shown.body()).startswith(b"GIF89a")
    await press(dialog, "Next")
    await see(dialog.get_by_text("2 of 5 · Seated strap press · 90 seconds"))
    await press(dialog, "Back")
    await see(dialog.get_by_text("1 of 5 · Wall sit · 30 seconds"))
    for following in ("2 of 5", "3 of 5", "4 of 5 · Side lunge, right", "4 of 5 · Side lunge, left", "5 of 5"):
        await press(dialog, "Next")
        await see(dialog.get_by_text(following))
    await press(dialog, "Finish")
    await see(dialog.get_by_text("5 moves done. Counted; nothing more to press."))
    await page.wait_for_function("document.activeElement !== document.body")
    await press(dialog, "Close")
    await expect(dialog).to_have_count(0)
    await page.wait_for_function("document.activeElement !== document.body")


async def finds_the_day_at_home(page: Page, day: datetime) -> None:
    await become(page, "Anna Berg")
    await press(page, "Limber")
    await see(main(page).get_by_text("1 day in a row · 1 day altogether"))
    await see(main(page).get_by_text(f"This week: {day:%A} done."))
    await see(main(page).get_by_text(f"Wall sit, 30 seconds, in #design at {day:%H:%M}. Done."))
    await press(page, "design")


async def does_it_together(page: Page, prompt: Locator) -> None:
    await press(prompt, "Together, 7 min")
    await see(prompt.get_by_text("In so far: Anna"))
    await become(page, "Tomás Rivera")
    await press(prompt, "Join")
    await see(prompt.get_by_text("In so far: Anna and Tomás"))
    await press(prompt, "Start now")
    await press(prompt, re.compile("^1 reply"))
    thread = page.locator("[data-pane=thread]")
    await see(thread.get_by_text("1 of 5 · Wall sit · 30 seconds"))
    await travel(page, "Next break")
    for move in ("2 of 5 · Seated strap press", "4 of 5 · Side lunge, left side", "5 of 5 · Head press into hands"):
        await expect(thread.get_by_text(re.compile(f"^{re.escape(move)}"))).to_have_count(1)
    last = thread.get_by_role("article").last
    await expect(last).to_contain_text("That was the lower back and glutes routine: 5 moves, 7 minutes.")
    await expect(last).to_contain_text("Done together by Anna and Tomás, and counted for each of you")
    assert await is_loaded(thread.get_by_role("img", name=re.compile("bends one knee")).first)


async def travel(page: Page, name: str) -> None:
    async with page.expect_response(re.compile("/playground/time$"), timeout=TRAVEL_MS):
        await press(page.get_by_role("group", name="Move time"), name)
    await page.wait_for_function("document.activeElement !== document.body")


async def finds_the_board(page: Page, day: datetime) -> None:
    """What was pressed: Done, two reactions, a run for two of whom one had pressed Done, and a guided routine."""
    await travel(page, "A week on")
    days = 5 - day.weekday()
    board = page.locator("#main article").filter(has_text="Your first week: ")
    await see(board.get_by_text(f"Your first week: 5 breaks on {days} break day{'s' if days > 1 else ''}."))
    await press(board, "My week, privately")
    await see(whisper(page, f"1 of your {days} days" if days > 1 else "Your 1 day that week"))
