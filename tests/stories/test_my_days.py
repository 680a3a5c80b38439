"""`/stretch me` and `why`, privately, and Home's weeks."""

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
