"""What one chooses on Home is what one gets: in guides, on cards, in breaks of one's own; and Home is kept fresh."""

import json
from typing import Any

from routines.catalogue import default_catalogue
from tests.world import DESIGN, World

WALL_SIT = default_catalogue().exercise("wall-sit")


async def open_home(world: World, name: str) -> Any:
    await world.person(name).open_home()
    return await world.until(lambda: home_of(world, name), "the Home tab")


async def home_of(world: World, name: str) -> Any:
    return (await world.person(name).state())["home"]


async def says(world: World, name: str, text: str) -> bool:
    return text in json.dumps(await home_of(world, name))


async def press(world: World, name: str, action_id: str, then: str) -> None:
    """Press a button of Home, and wait until Home says so."""
    home = await open_home(world, name)
    assert (await world.person(name).press({"type": "view", "view_id": home["id"]}, action_id))["ok"]
    await world.until(lambda: says(world, name, then), then)


async def first_done(world: World, name: str) -> None:
    """Have breaks set up, and somebody do the first."""
    await world.set_up()
    await world.go_to(2, 9, 25)
    await world.press(name, world.prompts()[-1], "break.done")
    await world.whisper(name, "Counted, and that was your first.")


async def test_seated_first_is_how_guides_begin(sqlite_world: World) -> None:
    world = sqlite_world
    await press(world, "anna", "choice.set#seated_first", "Seated versions first: on")
    await world.person("anna").say(DESIGN, "/stretch lowback solo")
    view = await world.until_view("anna", "Wall sit")
    cues = next(block["text"]["text"] for block in view["blocks"][1:] if block["type"] == "section")
    assert cues.splitlines()[0].endswith(str(WALL_SIT.seated))
    await press(world, "anna", "choice.set#seated_first", "Seated versions first: off")


async def test_a_home_that_was_opened_is_brought_up_to_date_by_a_press_elsewhere(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await world.go_to(2, 9, 25)
    await open_home(world, "mei")
    await world.press("mei", world.prompts()[-1], "break.done")
    await world.until(lambda: says(world, "mei", "1 day in a row"), "the day on Home")


async def test_ones_name_is_shown_and_hidden_on_home(sqlite_world: World) -> None:
    world = sqlite_world
    await first_done(world, "mei")
    await press(world, "mei", "consent.show", "My name on the board in <#C0DESIGN>: yes")
    await press(world, "mei", "consent.hide", "My name on the board in <#C0DESIGN>: no")


async def test_a_home_that_was_opened_is_brought_up_to_date_by_a_command(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await open_home(world, "anna")
    for command, then in (
        ("/stretch away 24 Dec", "Away: Thursday 24 December"),
        ("/stretch pause 2w", "<#C0DESIGN>: Monday 16 March at 10:25"),
        ("/stretch resume", "<#C0DESIGN>: Monday 2 March at 10:25"),
    ):
        await world.person("anna").say(DESIGN, command)
        await world.until(lambda: says(world, "anna", then), then)  # noqa: B023  # called before the loop goes on


async def test_a_home_that_nobody_opened_is_not_published(sqlite_world: World) -> None:
    world = sqlite_world
    await first_done(world, "mei")
    await open_home(world, "anna")
    assert await home_of(world, "mei") is None
