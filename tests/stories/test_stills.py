"""Stills for who chose them: in their guides and direct messages, and nowhere else."""

import json
from typing import Any

from tests.world import DESIGN, World

OWN_BREAKS = {
    "weekdays": {"weekdays": ["0", "1"]},
    "times": {"times": "11:11"},
    "zone": {"zone": "Europe/Berlin"},
    "areas": {"areas": ["lower-back"]},
}


async def choose(world: World, name: str, action_id: str, answer: str) -> None:
    """Press a button of somebody's Home, and wait until it says so."""
    person = world.person(name)
    await person.open_home()
    home = await world.until(lambda: home_of(world, name), "the Home tab")
    assert (await person.press({"type": "view", "view_id": home["id"]}, action_id))["ok"]
    await world.until(lambda: says(world, name, answer), answer)


async def home_of(world: World, name: str) -> Any:
    return (await world.person(name).state())["home"]


async def says(world: World, name: str, text: str) -> bool:
    return text in json.dumps(await home_of(world, name))


def kind_shown(world: World, blocks: list[dict[str, Any]]) -> str:
    """Tell what a message or modal shows: png or gif."""
    (file_id,) = [block["slack_file"]["id"] for block in blocks if block["type"] == "image"]
    name: str = world.slack._slack.workspace.files[file_id].name  # noqa: SLF001  # tests may look everywhere
    return name.partition(".")[2]


async def guide(world: World, name: str) -> dict[str, Any]:
    await world.person(name).say(DESIGN, "/stretch lowback solo")
    return await world.until_view(name, "Wall sit")


async def test_guides_move_until_somebody_chooses_stills_and_again_when_they_choose_that(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    await world.limber.pictures.looked_after()
    assert kind_shown(world, (await guide(world, "anna"))["blocks"]) == "gif"
    await choose(world, "anna", "choice.set#wants_stills", "messages: still")
    view = await guide(world, "anna")
    assert kind_shown(world, view["blocks"]) == "png"
    await world.person("anna").submit(view["id"], {})
    following = await world.until_view("anna", "2 of")
    assert kind_shown(world, following["blocks"]) == "png"
    await world.person("anna").press({"type": "view", "view_id": following["id"]}, "guide.back")
    assert kind_shown(world, (await world.until_view("anna", "1 of"))["blocks"]) == "png"
    assert kind_shown(world, (await guide(world, "mei"))["blocks"]) == "gif", "the choice is Anna's alone"
    await choose(world, "anna", "choice.set#wants_stills", "messages: moving")
    assert kind_shown(world, (await guide(world, "anna"))["blocks"]) == "gif"


async def test_breaks_of_ones_own_move_unless_one_chose_stills(world: World) -> None:
    await world.limber.pictures.looked_after()
    anna = world.person("anna")
    assert (await anna.say("D0ANNA", "/stretch setup"))["ok"]
    view = await world.until_view("anna", "Breaks of your own")
    assert (await anna.submit(view["id"], OWN_BREAKS))["ok"]
    await world.go_to(2, 10, 11)
    (first,) = world.slack.messages("D0ANNA")
    assert kind_shown(world, first["blocks"]) == "gif"
    await choose(world, "anna", "choice.set#wants_stills", "messages: still")
    await world.go_to(3, 10, 11)
    assert kind_shown(world, world.slack.messages("D0ANNA")[-1]["blocks"]) == "png"


async def test_a_channel_sees_a_still_and_a_run_moves_whatever_its_keeper_chose(sqlite_world: World) -> None:
    world = sqlite_world
    await world.limber.pictures.looked_after()
    await world.set_up()
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    assert kind_shown(world, prompt["blocks"]) == "png"
    await choose(world, "anna", "choice.set#wants_stills", "messages: still")
    for name in ("anna", "mei"):
        await world.press(name, prompt, "break.together")
    await world.go_to(2, 9, 27)
    assert kind_shown(world, world.replies(prompt["ts"])[0]["blocks"]) == "gif"
