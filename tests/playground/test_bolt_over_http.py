from typing import Any

from aiohttp import web as aiohttp_web
from slack_bolt.async_app import AsyncApp

from playground.client import Person
from playground.server import Playground


async def test_bolt_over_http_takes_the_playgrounds_signatures(slack: Playground, app: AsyncApp, anna: Person) -> None:
    @app.command("/echo")
    async def echo(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"You said {command['text']}")

    runner = aiohttp_web.AppRunner(app.web_app("/slack/events"))
    await runner.setup()
    try:
        await aiohttp_web.TCPSite(runner, "127.0.0.1", 0).start()
        await slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        assert await slack.verify_request_url()
        assert (await anna.say("C0DESIGN", "/echo hi"))["ok"]
        assert (await anna.state())["ephemerals"][0]["text"] == "You said hi"
        slack._slack.settings.signing_secret = "another"  # noqa: SLF001  (the only way to sign wrongly)
        assert (await anna.say("C0DESIGN", "/echo hi"))["error"] == "dispatch_failed"
    finally:
        await runner.cleanup()
