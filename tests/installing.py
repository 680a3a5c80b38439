"""A bot that workspaces install by OAuth, and a browser to do it with."""

import contextlib
import itertools
import os
import re
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from aiohttp import ClientSession
from pydantic import SecretStr

from bot.clock import utc_now
from bot.settings import Settings
from bot.slack.manifest import INSTALL_PATH, manifest
from bot.store.cipher import new_key
from playground.server import Playground
from tests.world import MONDAY, World, serving

NORTHLIGHT, SECOND = "T0LIMBER", "T0002"
KEY = new_key()


@dataclass(frozen=True)
class Seen:
    """What a browser was shown."""

    status: int
    text: str
    headers: Mapping[str, str]
    location: str = ""

    @property
    def link(self) -> str:
        """The way on: the page's first button."""
        found = re.search(r'class="button" href="([^"]+)"', self.text)
        assert found, self.text
        return unescape(found[1])


@dataclass
class Browser:
    """Goes where it is sent, one step at a time, and keeps the cookies of one address."""

    home: str
    cookies: dict[str, str] = field(default_factory=dict)
    _session: ClientSession = field(default_factory=ClientSession)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def get(self, url: str) -> Seen:
        return await self._go("GET", url)

    async def post(self, url: str, form: dict[str, Any]) -> Seen:
        return await self._go("POST", url, data=form)

    async def _go(self, method: str, url: str, **options: Any) -> Seen:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        own = headers if url.startswith(self.home) and self.cookies else {}
        async with self._session.request(method, url, headers=own, allow_redirects=False, **options) as answer:
            for name, cookie in SimpleCookie(answer.headers.get("Set-Cookie", "")).items():
                self.cookies[name] = cookie.value
            return Seen(answer.status, await answer.text(), dict(answer.headers), answer.headers.get("Location", ""))

    async def ask(self) -> str:
        """Begin an installation; answers the link to Slack."""
        return (await self.get(self.home + INSTALL_PATH)).link

    async def consent(self, link: str, team_id: str, decision: str = "allow", **form: Any) -> str:
        """Decide at Slack; answers where it sends us."""
        asked = dict(parse_qsl(urlsplit(link).query))
        address = link.partition("?")[0]
        chosen = {**asked, "team": team_id, "decision": decision, "optional": _OPTIONAL, **form}
        return (await self.post(address, chosen)).location

    async def install(self, team_id: str, **form: Any) -> Seen:
        """Install the app in a workspace."""
        return await self.get(await self.consent(await self.ask(), team_id, **form))


_OPTIONAL = ["channels:history", "groups:history"]


_FIRST_PORT = 20_000 + 1_000 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 12)
"""Of the thousand each process that runs tests has for itself, below those that systems give to whoever asks for any:
between the choice of one and the server that listens there, nobody else gets it."""

_NUMBERS = itertools.count(os.getpid())


def free_address() -> str:
    for number in _NUMBERS:
        port = _FIRST_PORT + number % 1_000
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return f"http://127.0.0.1:{port}"
    raise AssertionError("the numbers never end")


def oauth_settings(slack: Playground, database_url: str, address: str, **options: Any) -> Settings:
    """Make the settings of a bot that any workspace can install."""
    return Settings(
        slack_client_id=slack.client_id,
        slack_client_secret=SecretStr(slack.client_secret),
        slack_signing_secret=SecretStr(slack.signing_secret),
        slack_api_url=slack.api_url,
        token_keys=options.pop("token_keys", SecretStr(KEY)),
        database_url=database_url,
        port=int(address.rpartition(":")[2]),
        public_url=address,
        **options,
    )


@contextlib.asynccontextmanager
async def playground(address: str) -> AsyncIterator[Playground]:
    """Start two workspaces, neither of which has the app."""
    async with Playground(
        manifest=manifest(address), retry_delays=(0.2, 0.2, 0.2), workspaces=2, installed=False
    ) as slack:
        await slack.clock.set_offset(MONDAY - utc_now())
        await slack.deliver_to(f"{address}/slack/events")
        yield slack


@contextlib.asynccontextmanager
async def open_to_all(database_url: str) -> AsyncIterator[tuple[World, Browser]]:
    """Start two workspaces without the app, the bot that they can install, and a browser."""
    address = free_address()
    async with (
        playground(address) as slack,
        serving(slack, oauth_settings(slack, database_url, address)) as world,
        Browser(address) as browser,
    ):
        yield world, browser
