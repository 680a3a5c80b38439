"""The pages of an installation in a real browser, under their own security headers."""

import pytest
from playwright.async_api import Browser, ConsoleMessage

from tests.installing import open_to_all

pytestmark = pytest.mark.browser


@pytest.mark.asyncio(loop_scope="session")
async def test_a_person_installs_it_with_two_clicks(browser: Browser, sqlite_url: str) -> None:
    async with open_to_all(sqlite_url) as (_, ours):
        page = await browser.new_page(color_scheme="light")
        said: list[ConsoleMessage] = []
        page.on("console", lambda message: said.append(message))  # noqa: PLW0108  # Playwright takes no builtin
        await page.goto(ours.home + "/slack/install")
        background = "getComputedStyle(document.querySelector('main')).backgroundColor"
        assert await page.evaluate(background) == "rgb(255, 253, 248)", "the style sheet is let in"
        await page.get_by_role("link", name="Add to Slack").click()
        await page.get_by_role("button", name="Allow").click()
        await page.get_by_role("heading", name="Limber is installed in Northlight Studio").wait_for()
        assert await page.get_by_role("link", name="Open Limber in Slack").is_visible()
        await page.reload()
        await page.get_by_role("heading", name="This link is no longer good").wait_for()
        await page.get_by_role("link", name="Start again").click()
        await page.get_by_role("heading", name="Stretch breaks for your team").wait_for()
        assert [each.text for each in said if "400" not in each.text] == []
        await page.close()
