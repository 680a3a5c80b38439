"""Looking people and channels up: everything asked is in the form, as Slack's own SDKs send it."""

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.slack.clients import Clients
from bot.slack.directory import SlackDirectory


async def test_what_is_asked_for_is_in_the_form() -> None:
    async def answer(request: web.Request) -> web.Response:
        asked = dict(await request.post())
        known = {"id": "U0MEI", "tz": "Europe/Berlin"} if asked.get("user") == "U0MEI" else None
        return web.json_response({"ok": True, "user": known} if known else {"ok": False, "error": "user_not_found"})

    app = web.Application()
    app.router.add_post("/api/users.info", answer)
    async with TestServer(app) as server, Clients(str(server.make_url("/api/"))) as clients:
        person = await SlackDirectory(lambda _: clients.anonymous("xoxb-1")).person("T0LIMBER", "U0MEI")
    assert person is not None
    assert person.zone == "Europe/Berlin"
