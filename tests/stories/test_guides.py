"""On one's own: at one's own pace in a modal or in direct messages, put aside and taken up, counted once."""

from typing import Any

from tests.world import DESIGN, World


async def _first_prompt(world: World) -> dict[str, Any]:
    await world.set_up()
    await world.go_to(2, 9, 25)
    return world.prompts()[0]


async def _guide(world: World, name: str) -> dict[str, Any]:
    """Open the guide through the whole lower-back routine."""
    assert (await world.person(name).say(DESIGN, "/stretch lowback solo"))["ok"]
    return await world.until_view(name, "1 of 5 · Wall sit")


async def test_next_back_and_finish_go_through_a_routine_at_ones_own_pace(world: World) -> None:
    mei = world.person("mei")
    view = await _guide(world, "mei")
    await mei.submit(view["id"], {})
    view = await world.until_view("mei", "2 of 5")
    assert await world.count_done() == 1
    await mei.press({"type": "view", "view_id": view["id"]}, "guide.back")
    await world.until_view("mei", "1 of 5")
    for move in ("2 of 5", "3 of 5", "right side", "left side", "5 of 5"):
        await mei.submit(view["id"], {})
        await world.until_view("mei", move)
    await mei.submit(view["id"], {})
    await world.until_view("mei", "5 moves done. Counted; nothing more to press. Only you see this.")
    assert await world.count_done() == 1


async def test_stop_counts_what_was_done_and_the_guide_goes_on_from_there(world: World) -> None:
    mei = world.person("mei")
    view = await _guide(world, "mei")
    for move in ("2 of 5", "3 of 5"):
        await mei.submit(view["id"], {})
        await world.until_view("mei", move)
    await mei.close(view["id"])
    await world.whisper("mei", "2 of 5 moves done, and counted. *Guide me* goes on from there within the hour.")
    assert (await mei.say(DESIGN, "/stretch lowback solo"))["ok"]
    view = await world.until_view("mei", "3 of 5")
    await mei.press({"type": "view", "view_id": view["id"]}, "guide.finish")
    await world.until_view("mei", "3 of 5 moves done. Counted")
    assert await world.count_done() == 1


async def test_a_guide_begun_on_home_is_kept_like_any_other(world: World) -> None:
    mei = world.person("mei")
    await mei.open_home()
    home = await world.until(lambda: _home(world, "mei"), "the Home tab")
    where = {"type": "view", "view_id": home["id"]}
    assert (await mei.press(where, "choice.set#wants_stills"))["ok"]  # what changes Home keeps what it carries
    await world.until(lambda: _says(world, "mei", "messages: still"), "stills")
    assert (await mei.press(where, "routine.guide"))["ok"]
    view = await world.until_view("mei", "1 of 5")
    await mei.submit(view["id"], {})
    view = await world.until_view("mei", "2 of 5")
    await mei.close(view["id"])
    direct = world.slack._slack.dm_with("U0MEI")  # noqa: SLF001  # its id is Slack's to choose
    assert (await mei.say(direct.id, "/stretch lowback solo"))["ok"]
    await world.until_view("mei", "2 of 5")
    assert await world.count_done() == 1


async def _home(world: World, name: str) -> Any:
    return (await world.person(name).state())["home"]


async def _says(world: World, name: str, text: str) -> bool:
    return text in str(await _home(world, name))


async def test_a_guide_that_is_stopped_before_a_step_has_ended_says_and_counts_nothing(sqlite_world: World) -> None:
    mei = sqlite_world.person("mei")
    view = await _guide(sqlite_world, "mei")
    await mei.close(view["id"])
    assert await sqlite_world.count_done() == 0
    assert (await mei.state())["ephemerals"] == []


async def test_a_guide_left_open_for_an_hour_ends_in_a_sentence_with_what_was_done(world: World) -> None:
    mei = world.person("mei")
    view = await _guide(world, "mei")
    await mei.submit(view["id"], {})
    await world.until_view("mei", "2 of 5")
    await world.go_to(2, 9, 5)
    assert (await mei.submit(view["id"], {}))["ok"]
    await world.until_view("mei", "This guide has ended, as one left alone for an hour does. 1 of 5 moves counted.")
    async with world.limber.open_unit_of_work() as uow:
        run = await uow.runs.find(1)
    assert run is not None
    assert (run.state, run.members[0].steps_done) == ("stopped", 1)


async def test_where_no_modal_can_be_opened_the_guide_is_in_direct_messages(world: World) -> None:
    prompt = await _first_prompt(world)
    await world.order_fault("views.open", "expired_trigger_id", times=1)
    assert (await world.press("mei", prompt, "break.guide"))["ok"]
    await world.whisper("mei", "Slack was too slow to open that, so the guide is in your direct messages with me.")
    (message,) = _direct(world, "mei")
    assert message["text"].startswith("Wall sit · 30 seconds.")
    await _press_direct(world, "mei", message, "guide.next")
    await world.until(lambda: _direct(world, "mei")[0]["text"].startswith("1 move done. Counted"), "it has ended")
    assert await world.count_done() == 1


async def test_longer_next_time_is_longer_the_next_time_alone_and_the_same_together(world: World) -> None:
    prompt = await _first_prompt(world)
    mei = world.person("mei")
    await world.press("mei", prompt, "break.guide")
    view = await world.until_view("mei", "Wall sit · 30 seconds")
    await mei.submit(view["id"], {})
    view = await world.until_view("mei", "*Wall sit* is at 30 seconds for you. The next time?")
    labels = [each["text"]["text"] for each in view["blocks"][-1]["elements"]]
    assert labels == ["Longer, 35 s", "The same", "Shorter, 25 s"]
    await mei.press({"type": "view", "view_id": view["id"]}, "dose.longer")
    view = await world.until_view("mei", "Wall sit: 35 seconds the next time you do it on your own.")
    await mei.close(view["id"])
    await mei.say(DESIGN, "/stretch me")
    assert "Wall sit is at 35 seconds for you." in (await world.whisper("mei", "<#C0DESIGN>: 1 day in a row"))["text"]
    await world.go_to(3, 9, 25)
    await mei.say(DESIGN, "/stretch wall sit solo")
    view = await world.until_view("mei", "Wall sit · 35 seconds")
    await mei.submit(view["id"], {})
    await world.until_view("mei", "Longer is possible again from Thursday on.")
    for name in ("mei", "anna"):
        await world.press(name, world.prompts()[-1], "break.together")
    await world.go_to(3, 9, 27)
    move, *_ = world.replies(world.prompts()[-1]["ts"])
    assert move["text"].startswith("Move 1 of 5: wall sit, 30 seconds.")


async def test_next_back_and_stop_turn_the_one_direct_message(sqlite_world: World) -> None:
    world = sqlite_world
    await world.order_fault("views.open", "expired_trigger_id", times=1)
    await world.person("mei").say(DESIGN, "/stretch lowback solo")
    await world.until(lambda: len(_direct(world, "mei")) == 1, "the guide")
    for action_id, beginning in (
        ("guide.next", "2 of 5 · Seated strap press"),
        ("guide.next", "3 of 5"),
        ("guide.back", "2 of 5"),
        ("guide.stop", "2 of 5 moves done, and counted."),
    ):
        await _press_direct(world, "mei", _direct(world, "mei")[0], action_id)
        await world.until(lambda: _direct(world, "mei")[0]["text"].startswith(beginning), beginning)  # noqa: B023  # called before the loop goes on
    assert len(_direct(world, "mei")) == 1


def _direct(world: World, name: str) -> list[dict[str, Any]]:
    direct = world.slack._slack.dm_with(f"U0{name.upper()}")  # noqa: SLF001  # its id is Slack's to choose
    return world.slack.messages(direct.id)


async def _press_direct(world: World, name: str, message: dict[str, Any], action_id: str) -> None:
    direct = world.slack._slack.dm_with(f"U0{name.upper()}")  # noqa: SLF001  # as above
    container = {"type": "message", "channel": direct.id, "ts": message["ts"]}
    answer = await world.person(name).press(container, action_id)
    assert answer["ok"], answer
