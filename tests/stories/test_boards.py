"""`/stretch board`: last week's and the best ever, privately, with the names of those who asked."""

from typing import Any

from tests.world import DESIGN, World


async def everybody_did_monday(world: World) -> None:
    await world.set_up()
    await world.go_to(2, 9, 25)
    for name in ("anna", "tomas", "mei"):
        await world.press(name, world.prompts()[-1], "break.done")
        counted = await world.whisper(name, "Counted, and that was your first.")
        await world.press_whisper(name, counted, "consent.show")
        await world.whisper(name, "You'll be on the board in <#C0DESIGN>.")


async def asked(world: World, name: str, command: str, beginning: str) -> dict[str, Any]:
    await world.person(name).say(DESIGN, command)
    return await world.whisper(name, beginning)


async def test_the_board_is_shown_to_who_asks_and_posted_for_nobody(sqlite_world: World) -> None:
    world = sqlite_world
    await everybody_did_monday(world)
    await asked(world, "mei", "/stretch board", "There is no board of last week for <#C0DESIGN>. The next one comes on")
    await world.go_to(7, 12)
    await world.person("anna").say(DESIGN, "/stretch pause 3w")
    await world.whisper("anna", "Paused")
    await world.go_to(9, 12)
    board = await asked(
        world, "mei", "/stretch board", "#design, 2 to 8 March. Your first week: 3 breaks on 5 break days."
    )
    assert "streaks appear here" in board["text"]
    assert not any(each["text"].startswith("#design") for each in world.slack.messages(DESIGN))


async def test_all_time_ranks_the_best_of_those_who_are_named(sqlite_world: World) -> None:
    world = sqlite_world
    await everybody_did_monday(world)
    ever = await asked(world, "mei", "/stretch board all time", "#design, all time. 1 Anna, 1 in a row")
    assert "1 Mei, 1 in a row, 1 altogether; 1 Tom\u00e1s, 1 in a row, 1 altogether." in ever["text"]
