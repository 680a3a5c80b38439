import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, web
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from playground.client import Person
from playground.server import Playground
from tests.playground.conftest import MANIFEST, client_of, running, until

BUTTON = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}},
    ],
}


@pytest.fixture
async def link(slack: Playground) -> AsyncIterator[ClientWebSocketResponse]:
    """A bare websocket, which acknowledges nothing by itself."""
    url = (await client_of(slack, slack.app_token).apps_connections_open(app_token=slack.app_token))["url"]
    async with ClientSession() as session, session.ws_connect(url) as socket:
        yield socket


async def post(web_client: AsyncWebClient) -> str:
    return str((await web_client.chat_postMessage(channel="C0DESIGN", text="x", blocks=[BUTTON]))["ts"])


async def test_hello_names_the_app_and_the_connections(link: ClientWebSocketResponse) -> None:
    hello = await link.receive_json(timeout=10)
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0ECHO"}
    assert hello["debug_info"]["approximate_connection_time"] > 0


async def test_a_link_works_once(slack: Playground) -> None:
    url = (await client_of(slack).apps_connections_open(app_token=slack.app_token))["url"]
    async with ClientSession() as session:
        async with session.ws_connect(url):
            pass
        async with session.get(url) as response:
            assert response.status == 404


async def test_an_event_is_delivered_again_until_it_is_acknowledged(
    slack: Playground, web: AsyncWebClient, anna: Person, link: ClientWebSocketResponse
) -> None:
    ts = await post(web)
    await link.receive_json(timeout=10)
    reaction = asyncio.create_task(anna.react("C0DESIGN", ts, "muscle"))
    first = await link.receive_json(timeout=10)
    second = await link.receive_json(timeout=10)
    await link.send_json({"envelope_id": second["envelope_id"]})
    assert (await reaction)["ok"]
    with pytest.raises(TimeoutError):
        await link.receive_json(timeout=0.5)
    assert first["payload"] == second["payload"]
    assert first["envelope_id"] != second["envelope_id"]
    attempts = [(e["retry_attempt"], e["retry_reason"]) for e in (first, second)]
    assert attempts == [(0, ""), (1, "timeout")]
    event = first["payload"]["event"]
    assert (event["type"], event["user"], event["item"]["ts"]) == ("reaction_added", "U0ANNA", ts)
    assert first["payload"]["authorizations"][0]["user_id"] == "U0ECHO"
    assert first["accepts_response_payload"] is False


async def test_an_event_reaches_an_app_that_connects_later(
    slack: Playground, app: AsyncApp, web: AsyncWebClient, anna: Person
) -> None:
    seen: list[str] = []

    @app.event("reaction_added")
    async def added(event: dict[str, Any]) -> None:
        seen.append(event["reaction"])

    ts = await post(web)
    assert (await anna.react("C0DESIGN", ts, "muscle"))["ok"]
    async with running(app, slack):
        await until(lambda: seen)
    assert seen == ["muscle"]


async def test_events_nobody_subscribed_to_are_not_delivered(
    web: AsyncWebClient, anna: Person, link: ClientWebSocketResponse
) -> None:
    await link.receive_json(timeout=10)
    await anna.say("C0DESIGN", "hello")
    with pytest.raises(TimeoutError):
        await link.receive_json(timeout=0.3)


async def test_an_app_reconnects_when_it_is_asked_to(slack: Playground, app: AsyncApp, anna: Person) -> None:
    @app.command("/echo")
    async def echo(ack: Any) -> None:
        await ack("still here")

    async with running(app, slack):
        await slack.disconnect("refresh_requested")
        await slack.wait_until_connected()
        assert (await anna.say("C0DESIGN", "/echo"))["ok"]
        assert len(slack.calls("apps.connections.open")) == 2


async def test_one_of_several_connections_gets_each_payload(
    slack: Playground, anna: Person, web: AsyncWebClient, link: ClientWebSocketResponse
) -> None:
    url = (await client_of(slack).apps_connections_open(app_token=slack.app_token))["url"]
    ts = await post(web)
    async with ClientSession() as session, session.ws_connect(url) as other:
        assert (await link.receive_json())["num_connections"] == 1
        assert (await other.receive_json())["num_connections"] == 2
        reactions = [asyncio.create_task(anna.react("C0DESIGN", ts, name)) for name in ("muscle", "tada")]
        envelopes = [await socket.receive_json(timeout=10) for socket in (link, other)]
        # Acknowledged over the other connection, which Slack allows.
        for envelope in envelopes:
            await link.send_json({"envelope_id": envelope["envelope_id"]})
        await asyncio.gather(*reactions)
    assert {e["payload"]["event"]["reaction"] for e in envelopes} == {"muscle", "tada"}


async def test_a_press_fails_at_once_when_the_connection_breaks(
    slack: Playground, anna: Person, web: AsyncWebClient, link: ClientWebSocketResponse
) -> None:
    ts = await post(web)
    await link.receive_json(timeout=10)
    container = {"type": "message", "channel": "C0DESIGN", "ts": ts}
    press = asyncio.create_task(anna.press(container, "go"))
    await link.receive_json(timeout=10)
    await link.close()
    assert (await press)["error"] == "dispatch_failed", "after three seconds it would be operation_timeout"
    assert (await anna.press(container, "go"))["error"] == "app_not_connected"
    assert (await anna.state())["app"]["connected"] is False


async def test_a_response_url_works_five_times(
    slack: Playground, anna: Person, web: AsyncWebClient, link: ClientWebSocketResponse
) -> None:
    ts = await post(web)
    await link.receive_json(timeout=10)
    press = asyncio.create_task(anna.press({"type": "message", "channel": "C0DESIGN", "ts": ts}, "go"))
    envelope = await link.receive_json(timeout=10)
    await link.send_json({"envelope_id": envelope["envelope_id"]})
    await press
    url = envelope["payload"]["response_url"]
    statuses = []
    async with ClientSession() as session:
        async with session.post(url, json={"text": "x", "blocks": [{"type": "nonsense"}]}) as response:
            assert (await response.json())["error"] == "invalid_blocks"
        for number in range(6):
            async with session.post(url, json={"text": str(number)}) as response:
                statuses.append(response.status)
        async with session.post(slack.page_url + "response/unknown", json={"text": "x"}) as response:
            assert (await response.json())["error"] == "expired_url"
    assert statuses == [200] * 5 + [404]
    assert len((await anna.state())["ephemerals"]) == 5


class HttpApp:
    """An app that takes signed HTTP requests, checks every signature and keeps what it got."""

    def __init__(self, secret: str) -> None:
        self.verifier = SignatureVerifier(secret)
        self.requests: list[tuple[Any, dict[str, str]]] = []
        self.answers: list[web.Response] = []

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.text()
        assert self.verifier.is_valid_request(body, dict(request.headers))
        headers = {key.lower(): value for key, value in request.headers.items()}
        if request.content_type == "application/json":
            payload = json.loads(body)
        else:
            payload = {key: values[0] for key, values in parse_qs(body).items()}
        self.requests.append((payload, headers))
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": payload["challenge"]})
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def http_slack() -> AsyncIterator[tuple[Playground, HttpApp]]:
    async with Playground(manifest=MANIFEST, retry_delays=(0.05, 0.1)) as slack:
        http_app = HttpApp(slack.signing_secret)
        application = web.Application()
        application.router.add_post("/slack/events", http_app.handle)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        yield slack, http_app
        await runner.cleanup()


async def test_http_deliveries_are_signed_and_answered(http_slack: tuple[Playground, HttpApp]) -> None:
    slack, http_app = http_slack
    assert await slack.verify_request_url()
    ts = await post(client_of(slack))
    http_app.answers = [web.json_response({"text": "json"}), web.Response(text="plain")]
    async with Person(slack, "U0ANNA") as anna:
        await anna.say("C0DESIGN", "/echo a & b=ü")
        await anna.say("C0DESIGN", "/echo")
        await anna.press({"type": "message", "channel": "C0DESIGN", "ts": ts}, "go")
        texts = [ephemeral["text"] for ephemeral in (await anna.state())["ephemerals"]]
    assert texts == ["json", "plain"]
    assert http_app.requests[1][0]["text"] == "a & b=ü"
    assert json.loads(http_app.requests[3][0]["payload"])["type"] == "block_actions"


async def test_http_events_are_retried_with_slacks_headers(http_slack: tuple[Playground, HttpApp]) -> None:
    slack, http_app = http_slack
    ts = await post(client_of(slack))
    http_app.answers = [web.Response(status=500), web.Response(status=503)]
    async with Person(slack, "U0ANNA") as anna:
        await anna.react("C0DESIGN", ts, "muscle")
        await until(lambda: len(http_app.requests) == 3)
        http_app.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
        await anna.react("C0DESIGN", ts, "muscle", on=False)
        await asyncio.sleep(0.2)
    retries = [
        (headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason")) for _, headers in http_app.requests
    ]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), (None, None)]
    events = {payload["event_id"] for payload, _ in http_app.requests}
    assert len(events) == 2
