from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.limits import Limits, Window, most_within, overfull_windows
from playground.server import Playground
from tests.playground.conftest import MANIFEST, client_of


@pytest.fixture
async def slack() -> AsyncIterator[Playground]:
    async with Playground(manifest=MANIFEST, limits=True, workspaces=2) as slack:
        yield slack


async def refused_for(call: Any) -> int:
    """Expect a refusal, and tell for how many seconds."""
    with pytest.raises(SlackApiError) as caught:
        await call
    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    return int(response.headers["Retry-After"])


async def test_a_channel_takes_a_small_burst_and_then_asks_for_patience(slack: Playground, web: AsyncWebClient) -> None:
    for _ in range(4):
        await web.chat_postMessage(channel="C0DESIGN", text="x")
    assert 1 <= await refused_for(web.chat_postMessage(channel="C0DESIGN", text="x")) <= 3
    assert (await web.chat_postMessage(channel="U0MEI", text="another channel"))["ok"]
    assert len(slack.messages("C0DESIGN")) == 4
    (overfull,) = overfull_windows(slack.calls())
    assert overfull.startswith("chat.postMessage T0LIMBER C0DESIGN: 5 calls in 3 s")


async def test_edits_share_fifty_a_minute_in_each_workspace(slack: Playground, web: AsyncWebClient) -> None:
    neighbour = slack.neighbours[0]
    theirs = client_of(slack, neighbour.bot_token)
    ts = (await web.chat_postMessage(channel="C0DESIGN", text="x"))["ts"]
    for number in range(50):
        await web.chat_update(channel="C0DESIGN", ts=ts, text=str(number))
    assert overfull_windows(slack.calls()) == []
    assert 50 < await refused_for(web.chat_update(channel="C0DESIGN", ts=ts, text="x")) <= 60
    ts = (await theirs.chat_postMessage(channel=neighbour.channels[0], text="x"))["ts"]
    assert (await theirs.chat_update(channel=neighbour.channels[0], ts=ts, text="y"))["ok"]
    assert (await web.auth_test())["ok"], "only the method is held"


async def test_the_strict_limit_is_one_page_of_fifteen_a_minute(slack: Playground, web: AsyncWebClient) -> None:
    async def switch(**body: Any) -> int:
        async with ClientSession() as session, session.post(slack.page_url + "playground/limits", json=body) as answer:
            return answer.status

    assert await switch(on=False) == 200
    for number in range(20):
        await web.chat_postMessage(channel="C0DESIGN", text=str(number))
    assert await switch(on=True, history_limit="strict") == 200
    page = await web.conversations_history(channel="C0DESIGN", limit=200)
    assert (len(page["messages"]), page["has_more"]) == (15, True)
    assert slack.calls("conversations.history")[0]["arguments"]["limit"] in (200, "200"), "as it was sent"
    assert 50 < await refused_for(web.conversations_history(channel="C0DESIGN")) <= 60
    assert await switch(on=True, history_limit="tier3") == 200
    assert len((await web.conversations_history(channel="C0DESIGN", limit=200))["messages"]) == 20
    assert [await switch(on=True, history_limit="none"), await switch()] == [400, 400]


async def test_limits_are_off_until_they_are_switched_on() -> None:
    async with Playground(manifest=MANIFEST) as slack:
        for _ in range(120):
            await client_of(slack).users_info(user="U0MEI")


def test_a_window_slides_and_refused_calls_do_not_count() -> None:
    limits = Limits()
    limits.switch(on=True)
    at = [limits.refuse_for("chat.postMessage", "T1", "C1", now) for now in (0, 0.5, 1, 2, 2.5, 2.9, 3.1, 3.2)]
    assert at == [0, 0, 0, 0, 1, 1, 0, 1]
    assert limits.refuse_for("chat.postMessage", "T1", "C2", 3) == 0


def test_a_call_a_second_for_ever_never_meets_a_limit() -> None:
    limits = Limits()
    limits.switch(on=True)
    calls = [(second + channel / 100, f"C{channel}") for second in range(200) for channel in range(4)]
    assert {limits.refuse_for("chat.postMessage", "T1", channel, now) for now, channel in calls} == {0}


def test_the_fullest_window_of_a_log_is_found() -> None:
    def call(at: float, channel: str = "C1") -> dict[str, Any]:
        return {"method": "m", "team_id": "T1", "arguments": {"channel": channel}, "monotonic": at}

    log = [call(0), call(9), call(12), call(18.9), call(18.95, "C2")]
    windows = {"m": (Window(3, 10), Window(2, 10, per_channel=True))}
    assert overfull_windows(log, windows) == ["m T1: 4 calls in 10 s, 3 fit", "m T1 C1: 3 calls in 10 s, 2 fit"]
    assert most_within([0, 10], 10) == 1
    assert most_within([0, 9.9], 10) == 2


async def test_measurements_may_leave_out_the_check_of_blocks() -> None:
    nonsense: list[dict[str, Any]] = [{"type": "nonsense"}]
    async with Playground(manifest=MANIFEST, check_blocks=False) as slack:
        assert (await client_of(slack).chat_postMessage(channel="C0DESIGN", text="x", blocks=nonsense))["ok"]
