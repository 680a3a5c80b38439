"""The main job, from a scheduled prompt to the weekly board."""

from typing import Any

from tests.pace import on_one
from tests.world import DESIGN, World


async def test_a_prompt_comes_on_time_with_exercise_picture_cues_and_buttons(world: World) -> None:
    await world.limber.pictures.looked_after()
    await world.set_up()
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    kinds = [block["type"] for block in prompt["blocks"]]
    assert kinds[0] == "header"
    assert "image" in kinds
    assert prompt["blocks"][0]["text"]["text"] == "Lower back: wall sit, 30 seconds"
    *buttons, menu = prompt["blocks"][-1]["elements"]
    assert [button["text"]["text"] for button in buttons] == ["Done", "Guide me, 30 s", "Together, 7 min"]
    assert [entry["text"]["text"] for entry in menu["options"]] == [
        "Another exercise",
        "Seated or no equipment",
        "Remind me in 15 minutes",
        "I'm off today",
        "Show it moving",
    ]


async def test_done_is_recorded_and_answered_privately_and_undo_takes_it_back(world: World) -> None:
    await world.set_up()
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    assert (await world.press("mei", prompt, "break.done"))["ok"]
    first = await world.whisper("mei", "Counted, and that was your first.")
    await world.press_whisper("mei", first, "break.undo")
    await world.whisper("mei", "Taken back.")
    assert (await world.person("jonas").state())["ephemerals"] == []


async def test_a_reaction_counts_and_taking_it_back_uncounts(world: World) -> None:
    await world.set_up()
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    for name in ("anna", "mei", "jonas"):
        await world.person(name).react(DESIGN, prompt["ts"], "muscle::skin-tone-4")
    await world.until(lambda: _live_line(world) == "3 done", "the live line")
    await world.person("mei").react(DESIGN, prompt["ts"], "muscle::skin-tone-4", on=False)
    await world.until(lambda: _live_line(world) is None, "the live line goes away below three")


def _live_line(world: World) -> str | None:
    last = world.prompts()[0]["blocks"][-1]
    return last["elements"][0]["text"] if last["type"] == "context" else None


async def test_together_runs_the_routine_step_by_step_in_the_thread(world: World) -> None:
    await world.set_up()
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    await world.press("anna", prompt, "break.together")
    await world.until(lambda: "In so far: Anna" in world.prompts()[0]["text"], "the lobby in the prompt")
    await world.press("tomas", world.prompts()[0], "run.join")
    await world.until(lambda: "Anna and Tom" in world.prompts()[0]["text"], "both in the lobby")
    await world.go_to(2, 9, 40)
    said = [each["text"] for each in world.replies(prompt["ts"])]
    assert [text.split(":")[0] for text in said[:6]] == [
        "Move 1 of 5",
        "Move 2 of 5",
        "Move 3 of 5",
        "Move 4 of 5",
        "Move 4 of 5",
        "Move 5 of 5",
    ]
    assert said[6].startswith("That was the lower back and glutes routine: 5 moves")
    assert len(said) == 7
    assert "Done together by Anna and Tom" in said[6]
    assert (await world.press("anna", prompt, "break.done"))["ok"]
    await world.whisper("anna", "Already counted")


async def test_stretch_lowback_shows_a_card_and_runs_on_demand(world: World) -> None:
    answer = await world.person("priya").say(DESIGN, "/stretch lowback")
    assert answer["ok"]
    card = await world.whisper("priya", "Lower back and glutes: 5 moves")
    await world.press_whisper("priya", card, "routine.together")
    lobby = await world.until(
        lambda: [each for each in world.slack.messages(DESIGN) if "together" in each["text"]], "the lobby"
    )
    await world.press("mei", lobby[0], "run.join")
    await world.go_to(2, 8, 20)
    replies = world.replies(lobby[0]["ts"])
    assert len(replies) == 7
    assert "Done together by Priya and Mei" in replies[-1]["text"]


@on_one("postgresql")
async def test_the_weekly_board_shows_exactly_what_was_pressed(world: World) -> None:
    await world.set_up()
    doers = {
        2: ("anna", "mei", "jonas", "priya"),
        3: ("anna", "mei"),
        4: ("anna", "mei", "jonas"),
        5: ("anna", "mei"),
        6: ("anna", "mei", "jonas"),
    }
    for day, names in doers.items():
        await world.go_to(day, 9, 25)
        prompt = world.prompts()[-1]
        for name in names:
            assert (await world.press(name, prompt, "break.done"))["ok"]
            if day == 2:
                first = await world.whisper(name, "Counted, and that was your first.")
                await world.press_whisper(name, first, "consent.show" if name != "priya" else "consent.hide")
    await world.go_to(9, 8, 5)
    boards = [each for each in world.slack.messages(DESIGN) if each["text"].startswith("#design, 2 to 8 March.")]
    assert len(boards) == 1
    text = boards[0]["text"]
    assert "Your first week: 14 breaks on 5 break days." in text
    table = next(block for block in boards[0]["blocks"] if block["type"] == "data_table")
    rows = [[cell["text"] for cell in row] for row in table["rows"][1:]]
    assert rows == [
        ["1", "Anna", "5", "every day", "5"],
        ["1", "Mei", "5", "every day", "5"],
        ["3", "Jonas", "1", "3 days", "1"],
    ]
    assert "Days in a row: 1 Anna and Mei, 5. 3 Jonas, 1." in text
    assert "Priya" not in text


async def test_setup_opens_a_modal_and_saving_it_gets_breaks_into_the_channel(world: World) -> None:
    jonas = world.person("jonas")
    assert (await jonas.say(DESIGN, "/stretch setup"))["ok"]
    (view,) = (await jonas.state())["views"]
    assert view["title"]["text"] == "Stretch breaks"
    wrong = await jonas.submit(view["id"], _entered(times="25:99", zone="Europe/Berlin"))
    assert wrong["errors"] == {"times": "I couldn't read '25:99' as a time. Try 10:25, 14:55."}
    assert (await jonas.submit(view["id"], _entered(times="10:00", zone="europe/berlin")))["ok"]
    saved = await world.until_view("jonas", "Saved.")
    assert "Monday and Tuesday at 10:00, Berlin time" in saved["blocks"][1]["text"]["text"]
    await world.go_to(2, 9, 0)
    assert len(world.prompts()) == 1
    said = world.slack.messages(DESIGN)[0]["text"]
    assert said.startswith("Jonas set up stretch breaks here: Monday and Tuesday at 10:00")


def _entered(*, times: str, zone: str) -> dict[str, dict[str, object]]:
    return {
        "weekdays": {"weekdays": ["0", "1"]},
        "times": {"times": times},
        "zone": {"zone": zone},
        "areas": {"areas": ["lower-back"]},
    }


async def test_an_unknown_word_gets_the_nearest_match(world: World) -> None:
    assert (await world.person("mei").say(DESIGN, "/stretch lowbak"))["ok"]
    await world.whisper("mei", "I don't know 'lowbak'. Did you mean `/stretch lowback`?")


async def test_the_keeper_pauses_resumes_and_deletes_in_the_modal_and_others_are_told_who_may(world: World) -> None:
    await world.set_up()
    anna, mei = world.person("anna"), world.person("mei")
    assert (await anna.say(DESIGN, "/stretch setup"))["ok"]
    view = (await anna.state())["views"][-1]
    await _press_in(world, "anna", view, "schedule.pause")
    await world.until_view("anna", "These breaks are paused.")
    await world.go_to(2, 14, 0)
    assert world.prompts() == []
    view = (await anna.state())["views"][-1]
    await _press_in(world, "anna", view, "schedule.resume")
    await world.until_view("anna", "These breaks go on.")
    await mei.say(DESIGN, "/stretch setup")
    await world.until_view("mei", "Looked after by Anna.")
    view = (await anna.state())["views"][-1]
    await _press_in(world, "anna", view, "schedule.delete")
    await world.until_view("anna", "Deleted.")
    await world.go_to(3, 14, 0)
    assert world.prompts() == []


async def _press_in(world: World, name: str, view: dict[str, Any], action_id: str) -> None:
    answer = await world.person(name).press({"type": "view", "view_id": view["id"]}, action_id)
    assert answer["ok"], answer
