"""Socket Mode: what Slack does to websockets costs nobody a press, and what fails is acknowledged sensibly."""

import asyncio
from typing import Any

import pytest

from bot.slack import routes
from bot.store.engine import open_sync_engine
from bot.wiring import running
from playground.client import Person
from tests.world import DESIGN, World, living


async def _first_prompt(world: World) -> dict[str, Any]:
    await world.set_up()
    await world.go_to(2, 9, 25)
    return world.prompts()[0]


def _reaction(world: World, prompt: dict[str, Any]) -> dict[str, Any]:
    item = {"type": "message", "channel": DESIGN, "ts": prompt["ts"]}
    return world.event(type="reaction_added", user="U0MEI", reaction="muscle", item=item, item_user="U0LIMBER")


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_websocket_that_slack_refreshes_is_replaced_and_nothing_is_lost(world: World, reason: str) -> None:
    prompt = await _first_prompt(world)
    opened = len(world.slack.calls("apps.connections.open"))
    refreshing = asyncio.create_task(world.slack.disconnect(reason))
    for name in ("anna", "tomas", "jonas"):
        await world.person(name).react(DESIGN, prompt["ts"], "muscle")
    await refreshing
    await world.slack.wait_until_connected()
    assert len(world.slack.calls("apps.connections.open")) > opened or reason == "warning"
    await world.until(lambda: _count_is(world, 3), "the reactions are delivered, in the end")
    assert (await world.press("mei", prompt, "break.done"))["ok"]
    assert await world.count_done() == 4


async def _count_is(world: World, count: int) -> bool:
    return await world.count_done() == count


async def test_many_refreshes_leave_one_websocket(world: World) -> None:
    for _ in range(3):
        await world.slack.disconnect("refresh_requested")
        await world.slack.wait_until_connected()
    await asyncio.sleep(0.5)
    assert len(world.slack._socket_mode._sockets) == 1  # noqa: SLF001  # the playground's view of it
    assert (await world.person("anna").say(DESIGN, "/stretch"))["ok"]


async def test_an_event_that_could_not_be_stored_is_not_acknowledged_so_that_slack_sends_it_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(sqlite_url) as world:
        prompt = await _first_prompt(world)
        added = _reaction(world, prompt)
        with open_sync_engine(sqlite_url).begin():
            assert (await world.deliver("events_api", added)).failure != ""
        assert (await world.deliver("events_api", added)).failure == ""
        assert await world.count_done() == 1


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "team": {"id": "T0LIMBER"}, "user": {"id": "U0ANNA"}, "actions": []},
        {"type": "view_submission", "team": {"id": "T0LIMBER"}, "user": {"id": "U0ANNA"}, "view": {}},
        {"type": "message_action", "team": {"id": "T0LIMBER"}, "user": {"id": "U0ANNA"}, "callback_id": "x"},
        {},
    ],
)
async def test_a_payload_nobody_can_read_takes_nothing_down(world: World, payload: dict[str, Any]) -> None:
    await world.deliver("interactive", payload)
    assert (await world.person("anna").say(DESIGN, "/stretch"))["ok"]
    await world.whisper("anna", "Short, pictured stretches")


async def test_a_listener_that_breaks_is_acknowledged_answered_and_written_down_without_names(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any) -> Any:
        raise ZeroDivisionError("by nobody's fault")

    monkeypatch.setitem(routes.PRESSES, "break.done", broken)
    monkeypatch.setitem(routes.WORDS, "me", broken)
    prompt = await _first_prompt(world)
    assert (await world.press("mei", prompt, "break.done"))["ok"]
    await world.whisper("mei", "Something went wrong on my side, and it is written down")
    assert (await world.person("anna").say(DESIGN, "/stretch me"))["ok"]
    await world.whisper("anna", "Something went wrong on my side, and it is written down")
    assert "ZeroDivisionError" in caplog.text


async def test_a_press_under_way_is_answered_before_the_bot_stops(sqlite_url: str) -> None:
    async with living(sqlite_url) as world:
        prompt = await _first_prompt(world)
        slack, settings = world.slack, world.settings
        await world.stop()
        async with Person(slack, "U0MEI") as mei:
            async with running(settings, clock=slack.clock.now):
                await slack.wait_until_connected()
                asked = len(slack.calls("users.info"))
                await world.order_fault("users.info", "timeout", seconds=0.7)
                container = {"type": "message", "channel": DESIGN, "ts": prompt["ts"]}
                pressing = asyncio.create_task(mei.press(container, "break.done"))
                await world.until(lambda: len(slack.calls("users.info")) > asked, "the press is being handled")
            answer = await pressing
            assert answer["ok"], answer
            said = [each["text"] for each in (await mei.state())["ephemerals"]]
        assert said[0].startswith("Counted, and that was your first.")
