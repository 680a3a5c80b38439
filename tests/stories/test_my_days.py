"""`/stretch me` and `why`, privately, and Home's weeks."""

from functools import partial

from tests.world import DESIGN, World


async def test_me_and_why_tell_the_numbers_and_the_days_behind_them(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    mei = world.person("mei")
    await mei.say(DESIGN, "/stretch why")
    await world.whisper("mei", "<#C0DESIGN>: no breaks in the last 30 days, and nothing done.")
    await world.go_to(2, 9, 25)
    await world.press("mei", world.prompts()[-1], "break.done")
    await world.whisper("mei", "Counted, and that was your first.")
    await mei.say(DESIGN, "/stretch me")
    me = await world.whisper("mei", "<#C0DESIGN>: 1 day in a row · 1 day altogether. 4 more days until a reserve day")
    assert "This week: Monday done. Your name on the board there: no." in me["text"]
    await world.press_whisper("mei", me, "help.why")
    why = await world.whisper("mei", "<#C0DESIGN>: 1 day in a row · 1 day altogether. The last 30 days:")
    assert "Monday 2 March: done at" in why["text"]
    assert "by Done." in why["text"]
    await world.press_whisper("mei", me, "consent.show")
    await world.whisper("mei", "You'll be on the board in <#C0DESIGN>.")
    await mei.say(DESIGN, "/stretch me")
    me = await world.whisper("mei", "<#C0DESIGN>: 1 day in a row · 1 day altogether. 4 more days until a reserve day")
    assert "Your name on the board there: yes. Buttons: Why these numbers; Hide my name." in me["text"]
    await world.press_whisper("mei", me, "consent.hide")
    await world.whisper("mei", "Kept private.")


async def test_reactions_are_answered_at_the_first_a_milestone_a_reserve_day_and_when_too_late(
    sqlite_world: World,
) -> None:
    world, count = sqlite_world, 0
    await world.set_up()
    jonas = world.person("jonas")
    for day in (2, 3, 4, 5, 6, 10):
        for hour, minute in ((9, 25), (13, 55)):
            await world.go_to(day, hour, minute)
            await jonas.react(DESIGN, world.prompts()[-1]["ts"], "muscle")
            count += 1
            await world.until(partial(_counted, world, count), "it counts")
    await jonas.react(DESIGN, world.prompts()[0]["ts"], "white_check_mark")
    await world.whisper("jonas", "That break closed when Monday ended")
    told = [each["text"] for each in (await jonas.state())["ephemerals"]]
    beginnings = (
        "Counted, and that was your first.",
        "Counted. 5 days in a row, your longest so far. Want your name",
        "Counted. Monday had none, so a reserve day covered it: 6 in a row.",
        "That break closed",
    )
    assert [text.startswith(beginning) for text, beginning in zip(told, beginnings, strict=True)] == [True] * 4, told


async def _counted(world: World, count: int) -> bool:
    return await world.count_done() == count
