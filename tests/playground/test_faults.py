import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, web
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.client import Person
from playground.faults import Fault, Faults
from playground.server import Playground
from tests.playground.conftest import MANIFEST, StartPerson, client_of, running, until


async def order(slack: Playground, path: str = "faults", **body: Any) -> int:
    async with ClientSession() as session, session.post(f"{slack.page_url}playground/{path}", json=body) as response:
        return response.status


async def outcome(web_client: AsyncWebClient, text: str = "x") -> str:
    """Post, and tell what the caller learns of it."""
    try:
        await web_client.chat_postMessage(channel="C0DESIGN", text=text)
    except SlackApiError as error:
        data = error.response.data
        return f"{error.response.status_code} {data['error'] if isinstance(data, dict) else ''}"
    except (ClientError, TimeoutError) as error:
        return type(error).__name__
    return "ok"


def stored(slack: Playground) -> list[str]:
    return [message["text"] for message in slack.messages("C0DESIGN")]


async def until_reacted(person: Person) -> None:
    """Wait until somebody sees a reaction to the first message."""

    async def reacted() -> bool:
        return bool((await person.state())["messages"]["C0DESIGN"][0]["reactions"])

    await until(reacted)


@pytest.mark.parametrize(
    ("fault", "seen"), [("drop", "ServerDisconnectedError"), ("timeout", "TimeoutError"), ("server_error", "500")]
)
async def test_a_call_that_fails_before_it_is_accepted_stores_nothing(slack: Playground, fault: str, seen: str) -> None:
    patience = 1 if fault == "timeout" else 30
    web_client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, timeout=patience, retry_handlers=[])
    await order(slack, method="chat.postMessage", fault=fault, seconds=2, accepted=False)
    assert (await outcome(web_client, "refused")).startswith(seen)
    assert await outcome(client_of(slack), "taken") == "ok"
    assert stored(slack) == ["taken"]


@pytest.mark.parametrize(
    ("answer", "seen"),
    [("drop", "ServerDisconnectedError"), ("server_error", "500"), ("internal_error", "200 internal_error")],
)
async def test_a_late_call_fails_at_once_and_is_stored_seconds_afterwards(
    slack: Playground, web: AsyncWebClient, answer: str, seen: str
) -> None:
    await order(slack, method="chat.postMessage", fault="late", seconds=2, answer=answer)
    assert (await outcome(web, "late")).startswith(seen)
    assert await outcome(web, "on time") == "ok"
    assert stored(slack) == ["on time"]
    await until(lambda: stored(slack) == ["on time", "late"])
    assert [call["fault"] for call in slack.calls("chat.postMessage")] == ["late", None]


async def test_a_slow_call_succeeds_after_its_seconds(slack: Playground, web: AsyncWebClient) -> None:
    await order(slack, method="chat.postMessage", fault="slow", seconds=2)
    slow = asyncio.create_task(outcome(web, "slow"))
    await until(lambda: stored(slack) == ["slow"])
    assert not slow.done()
    assert await slow == "ok"


async def test_a_call_is_refused_by_any_name_of_slacks(slack: Playground, web: AsyncWebClient) -> None:
    await order(slack, method="chat.postMessage", fault="is_archived")
    assert await outcome(web) == "200 is_archived"
    assert stored(slack) == []


async def test_a_fault_of_one_channel_spares_the_others(slack: Playground, web: AsyncWebClient) -> None:
    await order(slack, method="chat.postMessage", channel="C0ENGINEERING", fault="fatal_error")
    assert await outcome(web) == "ok"
    with pytest.raises(SlackApiError, match="fatal_error"):
        await web.chat_postMessage(channel="C0ENGINEERING", text="x")


async def test_a_share_of_all_calls_fails_the_same_way_with_the_same_seed(
    slack: Playground, web: AsyncWebClient
) -> None:
    runs = []
    for _ in range(2):
        await order(slack, method="chat.postMessage", fault="is_archived", share=0.2, seed=5)
        await order(slack, method="*", fault="fatal_error", share=0.2, seed=6)
        runs.append([await outcome(web) for _ in range(40)])
        async with ClientSession() as session, session.delete(slack.page_url + "playground/faults"):
            pass
    assert runs[0] == runs[1]
    assert {*runs[0]} == {"ok", "200 is_archived", "200 fatal_error"}
    assert await outcome(web) == "ok", "cleared"


def test_what_an_order_hits_does_not_depend_on_the_other_orders() -> None:
    def hits(*others: Fault) -> list[bool]:
        faults = Faults()
        for fault in (Fault("*", "drop", share=0.1, seed=1), *others):
            faults.add(fault)
        taken = [faults.take("auth.test") for _ in range(500)]
        return [fault is not None and fault.fault == "drop" for fault in taken]

    alone = hits()
    assert hits(Fault("*", "timeout", share=0.5, seed=2), Fault("*", "ratelimited", times=400)) == alone
    assert 30 < sum(alone) < 70


def test_times_and_a_share_together_end_after_so_many_faults() -> None:
    faults = Faults()
    faults.add(Fault("*", "drop", share=0.5, times=3))
    assert sum(faults.take("auth.test") is not None for _ in range(100)) == 3


@pytest.mark.parametrize(
    "body",
    [
        {"method": "auth.test"},
        {"fault": "drop"},
        {"method": "auth.test", "fault": "drop", "share": 1.5},
        {"method": "auth.test", "fault": "drop", "share": "many"},
        {"method": "auth.test", "fault": "drop", "times": 0},
        {"method": "auth.test", "fault": "drop", "seconds": -1},
        {"delivery": "events_api", "fault": "timeout"},
    ],
)
async def test_an_order_that_makes_no_sense_is_400(slack: Playground, body: dict[str, Any]) -> None:
    assert await order(slack, **body) == 400


# Deliveries over Socket Mode, to a real Bolt app


class Seen:
    """An app that notes the reactions it hears of, with Slack's retry headers."""

    def __init__(self, app: AsyncApp) -> None:
        self.reactions: list[tuple[str, str, str]] = []
        self.commands = 0
        app.event("reaction_added")(self._added)
        app.command("/echo")(self._echo)

    async def _added(self, event: dict[str, Any], request: Any) -> None:
        headers = request.headers
        number, reason = (headers.get(f"x-slack-retry-{key}", [""])[0] for key in ("num", "reason"))
        self.reactions.append((event["reaction"], number, reason))

    async def _echo(self, ack: Any) -> None:
        self.commands += 1
        await ack(f"answer {self.commands}")

    async def heard(self, count: int) -> list[tuple[str, str, str]]:
        await until(lambda: len(self.reactions) >= count)
        return self.reactions


@pytest.fixture
async def seen(app: AsyncApp, slack: Playground) -> AsyncIterator[Seen]:
    seen = Seen(app)
    async with running(app, slack):
        yield seen


async def post(web_client: AsyncWebClient) -> str:
    return str((await web_client.chat_postMessage(channel="C0DESIGN", text="x"))["ts"])


async def test_an_envelope_cut_before_its_acknowledgement_is_delivered_again(
    slack: Playground, web: AsyncWebClient, anna: Person, seen: Seen
) -> None:
    ts = await post(web)
    await order(slack, delivery="events_api", fault="cut")
    await anna.react("C0DESIGN", ts, "muscle")
    # The app reconnects by itself, and Slack, which did not hear its acknowledgement, tries until it is there.
    first, *_, last = await seen.heard(2)
    assert first == ("muscle", "0", "")
    assert (last[0], int(last[1]) > 0) == ("muscle", True)
    assert last[2] == "connection_failed"
    assert len(slack.calls("apps.connections.open")) == 2


async def test_a_command_cut_before_its_acknowledgement_is_a_failure_to_the_person(
    slack: Playground, anna: Person, seen: Seen
) -> None:
    await order(slack, delivery="slash_commands", fault="cut")
    assert (await anna.say("C0DESIGN", "/echo"))["error"] == "dispatch_failed"


async def test_a_doubled_envelope_reaches_the_app_twice_and_is_answered_once(
    slack: Playground, web: AsyncWebClient, anna: Person, seen: Seen
) -> None:
    ts = await post(web)
    await order(slack, delivery="*", fault="double", times=2)
    await anna.react("C0DESIGN", ts, "muscle")
    assert await seen.heard(2) == [("muscle", "0", "")] * 2
    await anna.say("C0DESIGN", "/echo")
    assert seen.commands == 2
    assert len((await anna.state())["ephemerals"]) == 1


async def test_a_reordered_event_is_overtaken_by_the_next_one(
    slack: Playground, web: AsyncWebClient, person: StartPerson, seen: Seen
) -> None:
    ts = await post(web)
    await order(slack, delivery="events_api", fault="reorder", seconds=5)
    anna, mei = await person("U0ANNA"), await person("U0MEI")
    first = asyncio.create_task(anna.react("C0DESIGN", ts, "muscle"))
    await until_reacted(mei)
    await mei.react("C0DESIGN", ts, "tada")
    await first
    assert [name for name, *_ in await seen.heard(2)] == ["tada", "muscle"]


async def test_an_event_nothing_overtakes_arrives_in_the_end(
    slack: Playground, web: AsyncWebClient, anna: Person, seen: Seen
) -> None:
    ts = await post(web)
    await order(slack, delivery="events_api", fault="reorder", seconds=0.2)
    await anna.react("C0DESIGN", ts, "muscle")
    assert await seen.heard(1) == [("muscle", "0", "")]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_delivery_in_the_middle_of_a_reconnect_is_heard_once(
    slack: Playground, web: AsyncWebClient, anna: Person, seen: Seen, reason: str
) -> None:
    ts = await post(web)
    await order(slack, delivery="events_api", fault=reason)
    await anna.react("C0DESIGN", ts, "muscle")
    await slack.wait_until_connected()
    await anna.react("C0DESIGN", ts, "tada")
    assert await seen.heard(2) == [("muscle", "0", ""), ("tada", "0", "")]
    assert len(slack.calls("apps.connections.open")) == 2


async def test_the_app_is_asked_to_reconnect_by_request(slack: Playground, anna: Person, seen: Seen) -> None:
    assert await order(slack, "disconnect", reason="refresh_requested") == 200
    await slack.wait_until_connected()
    assert (await anna.say("C0DESIGN", "/echo"))["ok"]
    assert len(slack.calls("apps.connections.open")) == 2
    assert await order(slack, "disconnect", reason="boredom") == 400


# Deliveries over HTTP


@pytest.fixture
async def over_http(slack: Playground) -> AsyncIterator[list[tuple[str, str | None, str | None]]]:
    """What an app at an address of its own hears: reaction, retry number and reason."""
    heard: list[tuple[str, str | None, str | None]] = []

    async def handle(request: web.Request) -> web.Response:
        body = json.loads(await request.text())
        headers = request.headers
        heard.append((body["event"]["reaction"], headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")))
        return web.Response()

    application = web.Application()
    application.router.add_post("/slack/events", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield heard
    await runner.cleanup()


@pytest.mark.parametrize(("fault", "again"), [("cut", ("1", "connection_failed")), ("double", (None, None))])
async def test_http_requests_are_cut_and_doubled_too(
    slack: Playground, anna: Person, over_http: list[Any], fault: str, again: tuple[str | None, str | None]
) -> None:
    ts = await post(client_of(slack))
    await order(slack, delivery="events_api", fault=fault)
    await anna.react("C0DESIGN", ts, "muscle")
    await until(lambda: len(over_http) == 2)
    assert over_http == [("muscle", None, None), ("muscle", *again)]


async def test_http_requests_are_reordered_too(
    slack: Playground, web: AsyncWebClient, person: StartPerson, over_http: list[Any]
) -> None:
    ts = await post(web)
    await order(slack, delivery="events_api", fault="reorder", seconds=5)
    anna, mei = await person("U0ANNA"), await person("U0MEI")
    first = asyncio.create_task(anna.react("C0DESIGN", ts, "muscle"))
    await until_reacted(mei)
    await mei.react("C0DESIGN", ts, "tada")
    await first
    assert [name for name, *_ in over_http] == ["tada", "muscle"]


async def test_neighbours_are_other_workspaces_of_the_same_app() -> None:
    async with Playground(manifest=MANIFEST, workspaces=100) as slack:
        assert len(slack.neighbours) == 99
        for neighbour in slack.neighbours[::49]:
            client = client_of(slack, neighbour.bot_token)
            assert (await client.auth_test())["team_id"] == neighbour.team_id
            sent = await client.chat_postMessage(channel=neighbour.channels[0], text="Hi")
            assert (await client.users_info(user=neighbour.people[0]))["user"]["team_id"] == neighbour.team_id
            assert [message["ts"] for message in slack.messages(neighbour.channels[0])] == [sent["ts"]]
        teams = {call["team_id"] for call in slack.calls("chat.postMessage")}
        assert teams == {neighbour.team_id for neighbour in slack.neighbours[::49]}
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await client_of(slack).chat_postMessage(channel=slack.neighbours[0].channels[0], text="theirs")
