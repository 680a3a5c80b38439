"""Files of Slack's are read with the workspace's token; nobody else is sent it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.clients import Identity, OneGrant
from bot.slack.files import Files


@asynccontextmanager
async def _serving(seen: list[str | None]) -> AsyncIterator[TestServer]:
    """Serve a file of 100 bytes to whoever has the token, and lead others away, as Slack does."""

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        if seen[-1] != "Bearer xoxb-here":
            raise web.HTTPFound("/login")
        return web.Response(body=b"#" * 100)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    server = TestServer(app)
    async with server:
        yield server


@asynccontextmanager
async def _files(slack: TestServer, token: str) -> AsyncIterator[Files]:
    async with ClientSession() as session:
        client = AsyncWebClient(base_url=str(slack.make_url("/api/")), session=session)
        yield Files(lambda _: client, OneGrant(Identity("T1", "", "U0", "B0"), token))


async def test_a_file_is_read_with_the_token_and_no_further_than_asked() -> None:
    seen: list[str | None] = []
    async with _serving(seen) as slack, _files(slack, "xoxb-here") as files:
        assert await files.read("T1", str(slack.make_url("/files/a.toml")), 100) == b"#" * 100
        assert await files.read("T1", str(slack.make_url("/files/a.toml")), 10) == b"#" * 11
        assert await files.read("T2", str(slack.make_url("/files/a.toml")), 10) is None
    assert seen == ["Bearer xoxb-here"] * 2


async def test_the_page_for_logging_in_is_no_file() -> None:
    async with _serving([]) as slack, _files(slack, "xoxb-without-the-scope") as files:
        assert await files.read("T1", str(slack.make_url("/files/a.toml")), 100) is None


async def test_a_file_that_lies_elsewhere_is_not_asked_for() -> None:
    seen: list[str | None] = []
    async with _serving([]) as slack, _serving(seen) as elsewhere, _files(slack, "xoxb-here") as files:
        for url in (
            str(elsewhere.make_url("/a.toml")),
            "http://files.slack.com/a",
            "https://files.slack.com.example/a",
        ):
            assert await files.read("T1", url, 100) is None
    assert seen == []
