"""A routine is brought into the workspace as a file, chosen in a real browser."""

import pytest
from playwright.async_api import Browser, FilePayload, expect

from tests.own import SWAY
from tests.world import living

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def file(text: str) -> FilePayload:
    return {"name": "sway.toml", "mimeType": "application/toml", "buffer": text.encode()}


async def test_a_chosen_file_is_named_refused_with_its_line_and_taken_when_it_is_right(
    browser: Browser, sqlite_url: str
) -> None:
    async with living(sqlite_url) as world:
        page = await browser.new_page()
        await page.goto(f"{world.slack.page_url}?as=U0ANNA&channel=C0DESIGN")
        composer = page.get_by_role("textbox", name="Message #design")
        await composer.fill("/stretch routines")
        await composer.press("Enter")
        dialog = page.get_by_role("dialog")
        chosen = dialog.get_by_label("As a file")
        await chosen.set_input_files(file(SWAY.replace("hold_seconds = 10", "hold_seconds = 900")))
        await expect(dialog.get_by_text("sway.toml", exact=True)).to_be_visible()
        await dialog.get_by_role("button", name="Check and add").click()
        await expect(dialog.get_by_text("Line 24, exercises[1].hold_seconds")).to_be_visible()
        await chosen.set_input_files(file(SWAY))
        await dialog.get_by_role("button", name="Check and add").click()
        await expect(dialog.get_by_text("is added, for this workspace alone")).to_be_visible()
        await page.close()
