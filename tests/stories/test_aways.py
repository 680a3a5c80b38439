"""Being away and coming back, as it is told in Slack."""

import json
from dataclasses import replace
from datetime import time

from tests.world import DESIGN, TWICE_A_DAY, World

ONCE_A_DAY = replace(TWICE_A_DAY, times=(time(10, 25),))


async def test_who_comes_back_after_a_gap_is_asked_once_and_can_leave_it_out(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up(ONCE_A_DAY)
    for day in (2, 3):
        await world.go_to(day, 9, 25)
        await world.press("mei", world.prompts()[-1], "break.done")
        await world.until(lambda: done_by_now(world, "mei"), "counted")
    for day in (4, 5, 6, 9):
        await world.go_to(day, 9, 25)
    await world.press("mei", world.prompts()[-1], "break.done")
    asked = await world.whisper("mei", "Welcome back. Counted: 3 days altogether, and your best of 2 stays.")
    assert "Were you away? Buttons: Leave those days out; Carry on; Undo." in asked["text"]
    await world.press_whisper("mei", asked, "away.leave_out")
    await world.whisper("mei", "Left out: 4 to 6 March. You're at 3 in a row.")
    await world.go_to(10, 9, 25)
    await world.press("mei", world.prompts()[-1], "break.done")
    await world.whisper("mei", "Counted. 4 days in a row.")


async def done_by_now(world: World, name: str) -> bool:
    state = await world.person(name).state()
    return bool(state["ephemerals"])


async def test_away_and_back_are_typed_and_back_alone_is_a_part_of_the_body(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up(ONCE_A_DAY)
    mei = world.person("mei")
    await mei.say(DESIGN, "/stretch back")
    await world.whisper("mei", "Lower back")
    await mei.say(DESIGN, "/stretch away 32 Dec")
    await world.whisper("mei", "I couldn't read '32 Dec' as dates. Try `/stretch away 16 Mar to 20 Mar`")
    await mei.say(DESIGN, "/stretch away")
    await world.whisper("mei", "Away until you're back")
    await world.go_to(4, 9, 25)
    await world.press("mei", world.prompts()[-1], "break.done")
    await world.whisper("mei", "Counted, and that was your first.")
    await mei.say(DESIGN, "/stretch back")
    await world.whisper("mei", "Welcome back. Left out: 2 to 3 March.")


async def test_home_has_ones_days_and_away_days(sqlite_world: World) -> None:
    world = sqlite_world
    mei = world.person("mei")
    await mei.open_home()

    async def home(text: str) -> str:
        async def published() -> str:
            state = await mei.state()
            said = json.dumps(state["home"], ensure_ascii=False) if state["home"] else ""
            return said if text in said else ""

        return str(await world.until(published, f"a Home tab with {text!r}"))

    await home("My days: as the schedule has them")
    tab = {"type": "view", "view_id": (await mei.state())["home"]["id"]}
    await mei.press(tab, "away.weekdays")
    view = await world.until_view("mei", "Days you work")
    await mei.submit(view["id"], {"weekdays": {"weekdays": ["0", "1", "2", "3"]}})
    await world.until_view("mei", "Saved. Your days: Monday to Thursday.")
    await mei.press(tab, "away.add")
    view = await world.until_view("mei", "Away on these days")
    await mei.submit(view["id"], {"away": {"away": "9 to soon"}})
    await mei.submit(view["id"], {"away": {"away": "9 March to 13 March"}})
    await world.until_view("mei", "Away: 9 to 13 March.")
    await mei.open_home()
    await home("My days: Monday to Thursday")
    await home("Away: 9 to 13 March")
