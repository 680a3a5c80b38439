"""The shortcut "Stretch now", from anywhere in Slack."""

from typing import Any

from sqlalchemy import text

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


async def test_what_the_shortcut_began_belongs_to_the_direct_messages_once_they_are_known(sqlite_world: World) -> None:
    world, mei = sqlite_world, sqlite_world.person("mei")
    await mei.use_shortcut("stretch_now")
    await press(world, await world.until_view("mei", "Lower back"), "shortcut.guide")
    await world.until_view("mei", "1 of 5")
    assert await _channels(world) == ["U0MEI"]
    await mei.open_home()

    async def is_known() -> bool:
        return await _channels(world) == ["D0MEI"]

    await world.until(is_known, "the direct messages in place of the person's own id")
    view = (await mei.state())["views"][-1]
    assert (await mei.submit(view["id"], {}))["ok"]
    await world.until_view("mei", "2 of 5")
    assert await world.count_done() == 1
    await mei.say("D0MEI", "/stretch setup")
    await world.until_view("mei", "Breaks of your own")
    assert await _channels(world) == ["D0MEI"]


async def _channels(world: World) -> list[str]:
    async with world.limber.open_unit_of_work() as uow:
        found = await uow._session.execute(text("SELECT slack_id FROM channels"))  # noqa: SLF001  # tests may look everywhere
        return list(found.scalars())


async def test_a_shortcut_that_slack_opens_no_modal_for_is_answered_directly(sqlite_world: World) -> None:
    await sqlite_world.order_fault("views.open", "refuse", error="internal_error")
    assert (await sqlite_world.person("mei").use_shortcut("stretch_now"))["ok"]
    await sqlite_world.until(lambda: sqlite_world.direct_texts("mei"), "an answer")
    assert "too slow to open" in sqlite_world.direct_texts("mei")[0]
