"""The shortcut "Stretch now", from anywhere in Slack."""

from typing import Any

from tests.world import World


async def press(world: World, view: dict[str, Any], action_id: str, value: str | None = None) -> None:
    container = {"type": "view", "view_id": view["id"]}
    assert (await world.person("mei").press(container, action_id, value))["ok"]


async def test_anybody_stretches_now_wherever_they_are(sqlite_world: World) -> None:
    world, mei = sqlite_world, sqlite_world.person("mei")
    assert (await mei.use_shortcut("stretch_now"))["ok"]
    view = await world.until_view("mei", "Lower back")
    assert view["title"]["text"] == "Stretch now"
    await press(world, view, "shortcut.show")
    other = await world.until_view("mei", "Something else?")
    await press(world, other, "shortcut.guide")
    await world.until_view("mei", "1 of 5")
    assert len((await mei.state())["views"]) == 1, "it all happens in one place"


async def test_a_shortcut_that_slack_opens_no_modal_for_is_answered_directly(sqlite_world: World) -> None:
    await sqlite_world.order_fault("views.open", "refuse", error="internal_error")
    assert (await sqlite_world.person("mei").use_shortcut("stretch_now"))["ok"]
    await sqlite_world.until(lambda: sqlite_world.direct_texts("mei"), "an answer")
    assert "too slow to open" in sqlite_world.direct_texts("mei")[0]
