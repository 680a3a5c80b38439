"""Pausing from Slack, the next breaks, falling silent, and breaks of one's own in a direct message."""

import json
from dataclasses import replace
from datetime import time
from typing import Any

from tests.world import DESIGN, TWICE_A_DAY, World


async def fall_silent(world: World) -> list[dict[str, Any]]:
    """Let nobody use a channel's breaks for ten break days and more; answers what it is told of it."""
    await world.set_up(replace(TWICE_A_DAY, times=(time(10, 25),)))
    for day in range(2, 18):
        await world.go_to(day, 9, 25)
    return [each for each in world.slack.messages(DESIGN) if "I've paused them" in each["text"]]


async def set_up_own(world: World, *, area: str, **more: Any) -> None:
    """Have Anna set up breaks of her own at 11:11; `more` are values of the form by its blocks."""
    anna = world.person("anna")
    await anna.say("D0ANNA", "/stretch setup")
    form = await world.until_view("anna", "Breaks of your own, in our direct messages.")
    entered = {"times": {"times": "11:11"}, "zone": {"zone": "Europe/Berlin"}, "areas": {"areas": [area]}}
    assert (await anna.submit(form["id"], entered | more))["ok"]


async def test_anyone_pauses_for_today_sees_what_comes_next_and_resumes(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    mei = world.person("mei")
    await mei.say(DESIGN, "/stretch pause")
    paused = await world.whisper("mei", "Paused for today. The next break here is on Tuesday 3 March at 10:25.")
    await world.go_to(2, 9, 25)
    assert world.prompts() == []
    await mei.say(DESIGN, "/stretch next")
    await world.whisper("mei", "The next breaks here, Berlin time: Tuesday 3 March at 10:25")
    await world.press_whisper("mei", paused, "pause.end")
    await world.whisper("mei", "They go on. The next break here is on Monday 2 March at 14:55.")
    await world.go_to(2, 13, 55)
    assert len(world.prompts()) == 1


async def test_a_longer_pause_by_somebody_else_is_refused_with_the_keepers_name(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await world.person("jonas").say(DESIGN, "/stretch pause 2w")
    await world.whisper("jonas", "Anna")
    await world.person("anna").say(DESIGN, "/stretch pause until 20 March")
    await world.whisper("anna", "Paused until Friday 20 March. The next break here is on Friday 20 March at 10:25.")
    await world.person("jonas").say(DESIGN, "/stretch pause soonish")
    await world.whisper("jonas", "I couldn't read 'soonish' as dates.")


async def test_a_pause_that_is_planned_is_said_with_both_its_ends_and_can_be_taken_back(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    anna, following = world.person("anna"), "The next break here is on Monday 2 March at 10:25."
    await anna.say(DESIGN, "/stretch pause 24 Dec to 2 Jan")
    said = "Paused from Thursday 24 December until Sunday 3 January 2027."
    await world.whisper("anna", f"{said} {following}")
    await anna.say(DESIGN, "/stretch pause 9 March")
    await world.whisper("anna", f"Paused on Monday 9 March. {following}")
    await anna.say(DESIGN, "/stretch pause from 1 May")
    await world.whisper("anna", f"Paused from Friday 1 May until somebody resumes them. {following}")
    await anna.say(DESIGN, "/stretch pause 2026-02-02 to 2026-02-09")
    await world.whisper("anna", "Those days are over already. Try 24 Dec to 2 Jan, 2w, or until Friday.")
    await anna.say(DESIGN, "/stretch setup")
    view = await world.until_view("anna", said)
    assert (await anna.press({"type": "view", "view_id": view["id"]}, "pause.end"))["ok"]
    taken_back = "the pause on Monday 9 March, from Friday 1 May until somebody resumes them and from Thursday 24"
    await world.until_view("anna", f"Taken back: {taken_back} December until Sunday 3 January 2027. {following}")


async def test_who_edits_breaks_of_a_paused_channel_is_told_that_it_is_paused_and_how_they_come_back(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    await world.set_up()
    anna = world.person("anna")
    await anna.say(DESIGN, "/stretch pause for good")
    await world.whisper("anna", "Paused until somebody resumes them.")
    await anna.say(DESIGN, "/stretch setup")
    view = await world.until_view("anna", "Paused until somebody resumes them. Nothing comes at the moment.")
    await anna.press({"type": "view", "view_id": view["id"]}, "schedule.edit")
    form = await world.until_view("anna", "At these times")
    assert (await anna.submit(form["id"], {"times": {"times": "16:00"}}))["ok"]
    held = "All breaks here are paused until somebody resumes them; *Resume* brings them back."
    view = await world.until_view("anna", f"Saved. {held}")
    for action_id, said in (
        ("schedule.pause", "These breaks are paused."),
        ("schedule.resume", f"These breaks are no longer paused by themselves. {held}"),
    ):
        await anna.press({"type": "view", "view_id": view["id"]}, action_id)
        view = await world.until_view("anna", said)
    await anna.press({"type": "view", "view_id": view["id"]}, "pause.end")
    await world.until_view("anna", "They go on. The next break here is on Monday 2 March at 16:00.")


async def test_other_times_chosen_for_a_channel_that_fell_silent_come_as_they_are_told(sqlite_world: World) -> None:
    world = sqlite_world
    (said,) = await fall_silent(world)
    assert said["text"].startswith("Nobody has used the breaks here for 10 break days in a row")
    anna = world.person("anna")
    await world.press("anna", said, "schedule.setup")
    view = await world.until_view("anna", "Paused until somebody resumes them.")
    await anna.press({"type": "view", "view_id": view["id"]}, "schedule.edit")
    form = await world.until_view("anna", "At these times")
    assert (await anna.submit(form["id"], {"times": {"times": "16:00"}}))["ok"]
    await world.until_view("anna", f"Saved. The next one in <#{DESIGN}> is on Tuesday 17 March at 16:00.")
    before = len(world.prompts())
    await world.go_to(17, 15)
    assert len(world.prompts()) == before + 1


async def test_breaks_of_ones_own_that_rest_while_away_offer_to_be_back(sqlite_world: World) -> None:
    world = sqlite_world
    anna = world.person("anna")
    await anna.say("D0ANNA", "/stretch away")
    away = await world.whisper("anna", "Away until you're back")
    assert away
    await set_up_own(world, area="neck")
    await world.until_view("anna", "Saved. Nothing comes until you're back.")
    await anna.say("D0ANNA", "/stretch resume")
    quiet = await world.whisper("anna", "These breaks rest while you're away, and go on once you're back.")
    await world.press_whisper("anna", quiet, "away.back")
    await world.whisper("anna", "Welcome back.")
    await world.go_to(2, 10, 11)
    assert len(world.slack.messages("D0ANNA")) == 1


async def test_a_channel_that_nobody_uses_says_once_that_it_rests_and_anyone_wakes_it(sqlite_world: World) -> None:
    world = sqlite_world
    said = await fall_silent(world)
    assert len(said) == 1
    await world.press("mei", said[0], "pause.end")
    await world.whisper("mei", "They go on.")
    before = len(world.prompts())
    await world.go_to(18, 9, 25)
    assert len(world.prompts()) == before + 1


async def test_a_direct_message_with_the_app_is_a_channel_of_one(sqlite_world: World) -> None:
    world = sqlite_world
    anna = world.person("anna")
    await set_up_own(world, area="lower-back", weekdays={"weekdays": ["0", "1"]})
    await world.until_view("anna", "Saved. Your next one is on Monday 2 March at 11:11.")
    await world.until_view("anna", "Monday and Tuesday at 11:11, Berlin time, lower back.")
    await world.go_to(2, 10, 11)
    (prompt,) = world.slack.messages("D0ANNA")
    assert "Buttons: Done; Guide me; Stop these breaks; More." in prompt["text"]
    assert (await anna.press({"type": "message", "channel": "D0ANNA", "ts": prompt["ts"]}, "break.done"))["ok"]
    await world.whisper("anna", "Counted, and that was your first. Nobody but you sees this.")
    home = await home_of(world, "anna")
    assert "*Your own breaks* 1 day in a row" in home
    assert "board in <#D0ANNA>" not in home
    await anna.press({"type": "message", "channel": "D0ANNA", "ts": prompt["ts"]}, "pause.for_good")
    stopped = await world.whisper("anna", "Paused until you resume them.")
    await world.go_to(3, 12)
    assert len([each for each in world.slack.messages("D0ANNA") if "Stretch:" in each["text"]]) == 1
    await world.press_whisper("anna", stopped, "pause.end")
    await world.whisper("anna", "They go on.")
    await anna.open_home()
    for state, action_id in ((": Monday", "pause.for_good"), (", stopped for now: Monday", "pause.end")):
        home_tab = await _home_saying(world, f"here in a direct message{state}")
        assert (await anna.press({"type": "view", "view_id": home_tab["id"]}, action_id))["ok"]
    await _home_saying(world, "here in a direct message: Monday")
    await world.go_to(9, 12)
    assert len([each for each in world.slack.messages("D0ANNA") if "Stretch:" in each["text"]]) == 2
    assert all("Stretch:" in each["text"] for each in world.slack.messages("D0ANNA"))


async def _home_saying(world: World, words: str) -> dict[str, Any]:
    async def published() -> dict[str, Any] | None:
        home: dict[str, Any] = (await world.person("anna").state())["home"]
        return home if words in json.dumps(home) else None

    found: dict[str, Any] = await world.until(published, words)
    return found


async def home_of(world: World, name: str) -> str:
    await world.person(name).open_home()

    async def published() -> str:
        state = await world.person(name).state()
        return json.dumps(state["home"], ensure_ascii=False) if state["home"] else ""

    return str(await world.until(published, "the Home tab"))
