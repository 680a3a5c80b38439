"""A playground, an app made of real Bolt in it, and people to act."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.client import Person
from playground.server import Playground

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Echo"},
    "features": {
        "bot_user": {"display_name": "Echo"},
        "slash_commands": [{"command": "/echo", "description": "Says it back", "usage_hint": "words"}],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "commands",
                "chat:write",
                "reactions:read",
                "reactions:write",
                "users:read",
                "channels:read",
                "channels:history",
                "im:write",
                "files:write",
                "files:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "reaction_added",
                "reaction_removed",
                "app_home_opened",
                "member_joined_channel",
                "member_left_channel",
                "channel_left",
                "message.im",
            ]
        }
    },
}

StartPerson = Callable[[str], Awaitable[Person]]


@asynccontextmanager
async def running(app: AsyncApp, slack: Playground) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect an app over Socket Mode."""
    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client_of(slack, slack.app_token))
    await handler.connect_async()  # type: ignore[no-untyped-call]  # the SDK ships no types
    await slack.wait_until_connected()
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # the SDK ships no types


async def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    """Wait until something is so; `condition` may be a coroutine function."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.01)


def client_of(slack: Playground, token: str | None = None) -> AsyncWebClient:
    """Make a client that calls the playground and repeats nothing by itself."""
    return AsyncWebClient(token or slack.bot_token, base_url=slack.api_url, timeout=30, retry_handlers=[])


def bolt_app(slack: Playground) -> AsyncApp:
    """Make an app that does nothing yet."""
    return AsyncApp(client=client_of(slack), signing_secret=slack.signing_secret)


@pytest.fixture
async def slack() -> AsyncIterator[Playground]:
    # Short at first, and long in all: an app that takes its time to come back still hears of what was missed.
    async with Playground(manifest=MANIFEST, retry_delays=(0.05, 0.1, 0.2, 0.5, 1, 2, 4)) as playground:
        yield playground


@pytest.fixture
def web(slack: Playground) -> AsyncWebClient:
    return client_of(slack)


@pytest.fixture
async def app(slack: Playground) -> AsyncApp:
    return bolt_app(slack)


@pytest.fixture
async def person(slack: Playground) -> AsyncIterator[StartPerson]:
    async with AsyncExitStack() as stack:

        async def start(user: str) -> Person:
            return await stack.enter_async_context(Person(slack, user))

        yield start


@pytest.fixture
async def anna(person: StartPerson) -> Person:
    return await person("U0ANNA")
