"""A real Chromium, a playground with an app in it, and people at its page."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Playwright, async_playwright, expect
from playwright.async_api import Error as PlaywrightError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground
from tests.browser.echo import MANIFEST, build_app

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_PATIENCE_MS = 30_000

expect.set_options(timeout=_PATIENCE_MS)  # five seconds else, whatever a page's own is

OpenPage = Callable[..., Awaitable[Page]]


async def _launch(playwright: Playwright) -> Browser:
    found = (os.environ.get("LIMBER_CHROMIUM"), *map(shutil.which, _CHROMIUMS))
    installed = next(filter(None, found), None)
    try:
        return await playwright.chromium.launch(executable_path=installed, args=_FLAGS)
    except PlaywrightError as error:
        reason = f"no Chromium could be started: {str(error).splitlines()[0]}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(f"{reason} (apt-get install chromium, or: playwright install chromium)")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await _launch(playwright)
        yield browser
        await browser.close()


class Steps:
    """A time control that only moves when it is let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, step: str) -> None:
        self.asked.append(step)


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest_asyncio.fixture(loop_scope="session")
async def slack(steps: Steps) -> AsyncIterator[Playground]:
    async with Playground(manifest=MANIFEST, time_control=steps) as playground:
        yield playground


@pytest_asyncio.fixture(loop_scope="session")
async def web(slack: Playground) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, timeout=5, retry_handlers=[])


@pytest_asyncio.fixture(loop_scope="session")
async def app(slack: Playground, web: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    app = build_app(web, slack.signing_secret)
    client = AsyncWebClient(slack.app_token, base_url=slack.api_url, timeout=5, retry_handlers=[])
    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # the SDK ships no types
    await slack.wait_until_connected()
    yield app
    await handler.close_async()  # type: ignore[no-untyped-call]  # the SDK ships no types


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, slack: Playground) -> AsyncIterator[OpenPage]:
    """Open the page as somebody, somewhere; an error on the page fails the test."""
    problems: list[str] = []
    async with AsyncExitStack() as stack:

        async def start(place: str = "as=U0ANNA&channel=C0DESIGN", **context: Any) -> Page:
            options: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
            inside = await browser.new_context(**options | context)
            stack.push_async_callback(inside.close)
            page = await inside.new_page()
            page.set_default_timeout(_PATIENCE_MS)
            page.on("pageerror", lambda error: problems.append(str(error)))
            await page.goto(f"{slack.page_url}?{place}")
            await page.wait_for_selector("#main")
            return page

        yield start
    assert problems == []
