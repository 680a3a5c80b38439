"""The menu of a prompt: what it shows is private, and what is done instead counts for the break."""

from typing import Any

from sqlalchemy import text

from tests.slack.looking import texts
from tests.world import DESIGN, World


async def _choose(world: World, name: str, word: str) -> dict[str, Any]:
    prompt = world.prompts()[0]
    options = prompt["blocks"][-1]["elements"][-1]["options"]
    value = next(each["value"] for each in options if each["value"].startswith(word))
    container = {"type": "message", "channel": DESIGN, "ts": prompt["ts"]}
    return await world.person(name).press(container, "break.menu", value)


async def _at_the_first_break(world: World) -> None:
    await world.set_up()
    await world.go_to(2, 9, 25)


async def test_another_exercise_is_shown_privately_and_counts_for_the_break(sqlite_world: World) -> None:
    await _at_the_first_break(sqlite_world)
    assert (await _choose(sqlite_world, "mei", "another"))["ok"]
    other = await sqlite_world.whisper("mei", "Seated strap press, 90 seconds.")
    await sqlite_world.press_whisper("mei", other, "break.another")
    other = await sqlite_world.whisper("mei", "Block squeeze")
    assert (await sqlite_world.person("jonas").state())["ephemerals"] == []
    await sqlite_world.press_whisper("mei", other, "break.guide_other")
    view = await sqlite_world.until_view("mei", "Block squeeze")
    await sqlite_world.person("mei").submit(view["id"], {})
    await sqlite_world.until_view("mei", "1 move done. Counted")
    await sqlite_world.press("mei", sqlite_world.prompts()[0], "break.done")
    await sqlite_world.whisper("mei", "Already counted")


async def test_how_it_goes_on_a_chair_and_in_motion(sqlite_world: World) -> None:
    await _at_the_first_break(sqlite_world)
    await _choose(sqlite_world, "mei", "seated")
    shown = await sqlite_world.whisper("mei", "Wall sit. Seated:")
    await _choose(sqlite_world, "jonas", "moving")
    await sqlite_world.whisper("jonas", "Wall sit, 30 seconds.")
    await sqlite_world.press_whisper("mei", shown, "break.done")
    await sqlite_world.whisper("mei", "Counted, and that was your first.")


async def test_a_reminder_comes_once_in_direct_messages_and_its_done_counts(world: World) -> None:
    await _at_the_first_break(world)
    await _choose(world, "anna", "remind")
    await world.whisper("anna", "I'll remind you once, in our direct messages, at 10:40.")
    await _choose(world, "anna", "remind")
    await world.whisper("anna", "You have asked for this one already")
    await world.go_to(2, 9, 39)
    assert world.direct_texts("anna") == []
    await world.go_to(2, 10, 30)
    (text,) = world.direct_texts("anna")
    assert text.startswith("Wall sit, 30 seconds. You asked me to remind you.")
    direct = world.slack._slack.dm_with("U0ANNA")  # noqa: SLF001  # its id is Slack's to choose
    (message,) = world.slack.messages(direct.id)
    container = {"type": "message", "channel": direct.id, "ts": message["ts"]}
    assert (await world.person("anna").press(container, "break.done"))["ok"]
    await world.whisper("anna", "Counted, and that was your first.")
    assert world.prompts()[0]["text"].startswith("Stretch: wall sit")


async def test_off_today_is_an_away_day_said_privately_and_can_be_undone(world: World) -> None:
    await _at_the_first_break(world)
    await _choose(world, "mei", "off")
    said = await world.whisper("mei", "Off, then. Today is not counted as yours")
    await _choose(world, "mei", "off")
    assert await _aways(world) == [("2026-03-02", "2026-03-02")]
    await world.press("mei", world.prompts()[0], "break.done")
    await world.whisper("mei", "Counted, and that was your first.")
    await world.press_whisper("mei", said, "away.cancel")
    await world.whisper("mei", "Taken back: those days count as yours again.")
    assert await _aways(world) == []
    assert [said for said in texts(world.prompts()) if "mei" in said.casefold()] == []


async def _aways(world: World) -> list[tuple[str, str]]:
    async with world.limber.open_unit_of_work() as uow:
        found = await uow._session.execute(text("SELECT first_on, last_on FROM aways"))  # noqa: SLF001  # as tests may
        return [(str(first), str(last)) for first, last in found]


async def test_yesterdays_prompt_is_folded_to_what_it_was_and_can_still_be_done(world: World) -> None:
    await _at_the_first_break(world)
    for name in ("anna", "jonas", "mei"):
        await world.press(name, world.prompts()[0], "break.done")
    await world.go_to(3, 4, 0)
    await world.until(lambda: "on Monday. 3 people did it." in world.prompts()[0]["text"], "the prompt is folded")
    (line,) = world.prompts()[0]["blocks"]
    assert line["text"]["text"] == "*Monday:* wall sit, 30 seconds. 3 people did it."
    await world.press("priya", world.prompts()[0], "break.guide")
    view = await world.until_view("priya", "Wall sit")
    await world.person("priya").submit(view["id"], {})
    await world.until_view("priya", "1 move done. Counted")
    assert await world.count_done() == 4
