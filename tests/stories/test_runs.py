"""What people and Slack do to a run together: it ends in a sentence and in rows that say what happened."""

import asyncio
from functools import partial
from typing import Any

import pytest

from playground import interactions
from tests.world import DESIGN, World


async def _first_prompt(world: World) -> dict[str, Any]:
    await world.set_up()
    await world.go_to(2, 9, 25)
    return world.prompts()[0]


async def _together(world: World, *names: str) -> dict[str, Any]:
    """Open a run at the first break and let people join it; answers the prompt."""
    prompt = await _first_prompt(world)
    for number, name in enumerate(names, 1):
        await world.press(name, prompt, "break.together")
        await world.until(partial(_are_together, world, number), f"{name} is in")  # they are named in this order
    return prompt


async def _are_together(world: World, number: int) -> bool:
    async with world.limber.open_unit_of_work() as uow:
        run = await uow.runs.find(1)
    return run is not None and len(run.present) == number


async def _states(world: World) -> list[str]:
    async with world.limber.open_unit_of_work() as uow:
        run = await uow.runs.find(1)
    return [run.state] if run else []


def _delete(world: World, ts: str) -> None:
    """Delete a message as an admin of the workspace does."""
    del world.slack._slack.workspace.messages[DESIGN][ts]  # noqa: SLF001  # there is no button for it


async def test_two_presses_of_start_now_start_one_run(world: World) -> None:
    prompt = await _together(world, "anna", "mei")
    await world.until(lambda: "Anna and Mei" in world.prompts()[0]["text"], "both in the lobby")
    lobby = world.prompts()[0]
    await asyncio.gather(*(world.press(name, lobby, "run.start") for name in ("anna", "mei", "anna")))
    await world.until(lambda: len(world.replies(prompt["ts"])) == 1, "the first move")
    await world.go_to(2, 9, 40)
    said = [each["text"].split(":")[0] for each in world.replies(prompt["ts"])]
    assert said[:6] == [f"Move {number} of 5" for number in (1, 2, 3, 4, 4, 5)]
    assert len(said) == 7
    assert await world.count_done() == 2


async def test_while_it_is_on_the_prompt_lets_people_join_and_after_it_start_another(world: World) -> None:
    prompt = await _together(world, "anna", "mei")
    await world.go_to(2, 9, 27)
    await world.until(lambda: "Join in the thread" in world.prompts()[0]["text"], "joining is offered")
    await world.press("jonas", world.prompts()[0], "break.together")
    await world.whisper("jonas", "You're in. It's on in the thread now.")
    await world.go_to(2, 9, 40)
    await world.until(lambda: "Together" in world.prompts()[0]["text"], "another may be started")
    closing = world.replies(prompt["ts"])[-1]["text"]
    assert "Done together by Anna, Mei and Jonas" in closing
    await world.until(lambda: world.prompts()[0]["blocks"][-1]["elements"][0].get("text") == "3 done", "the live line")


async def test_its_message_deleted_in_the_lobby_calls_the_run_off(sqlite_world: World) -> None:
    prompt = await _together(sqlite_world, "anna", "mei")
    _delete(sqlite_world, prompt["ts"])
    await sqlite_world.go_to(2, 9, 50)
    assert sqlite_world.replies(prompt["ts"]) == []
    assert await _states(sqlite_world) == ["cancelled"]
    assert [error for _, error in await sqlite_world.outbox("run_step")] == ["thread_not_found"]
    for name in ("anna", "mei"):
        await sqlite_world.whisper(name, "The message you met at has been deleted, so the run together does not")
    assert await sqlite_world.count_done() == 0


async def test_its_message_deleted_in_the_middle_it_goes_on_in_the_thread_that_is_left(sqlite_world: World) -> None:
    prompt = await _together(sqlite_world, "anna", "mei")
    await sqlite_world.go_to(2, 9, 27)
    _delete(sqlite_world, prompt["ts"])
    await sqlite_world.go_to(2, 9, 50)
    assert len(sqlite_world.replies(prompt["ts"])) == 7
    assert await _states(sqlite_world) == ["finished"]
    assert await sqlite_world.count_done() == 2


async def test_who_comes_from_another_workspace_takes_part_and_is_counted(world: World) -> None:
    prompt = await _together(world, "anna")
    local = world.slack._slack  # noqa: SLF001  # no button of ours is pressed from elsewhere
    message = local.workspace.message(DESIGN, prompt["ts"])
    assert message is not None
    for action_id, value in (("break.together", "1"), ("break.done", "1")):
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
        pressed = interactions.message_action(local, "U0TOMAS", message, action | {"action_ts": local.next_ts()}, {})
        pressed["user"] = {"id": "U0ELSEWHERE", "username": "kim", "team_id": "T0ELSEWHERE"}
        assert (await world.deliver("interactive", pressed)).failure == ""
    assert await world.count_done() == 1
    await world.go_to(2, 9, 40)
    closing = world.replies(prompt["ts"])[-1]["text"]
    assert "Done together by Anna and kim" in closing
    assert await world.count_done() == 2


@pytest.mark.parametrize("action_id", ["run.pause", "run.leave"])
async def test_a_press_on_a_card_of_a_run_that_is_over_says_so(sqlite_world: World, action_id: str) -> None:
    prompt = await _together(sqlite_world, "anna", "mei")
    await sqlite_world.go_to(2, 9, 50)
    first = sqlite_world.replies(prompt["ts"])[0]
    await sqlite_world.press("mei", first, action_id)
    await sqlite_world.whisper("mei", "This run has ended.")
    assert await _states(sqlite_world) == ["finished"]


async def test_a_single_move_is_asked_for_by_its_name_shown_first_and_done_together(sqlite_world: World) -> None:
    world = sqlite_world
    assert (await world.person("anna").say(DESIGN, "/stretch head press"))["ok"]
    card = await world.whisper("anna", "Head press into hands, 30 seconds.")
    assert "It is one of lower back and glutes: `/stretch lowback` has them all." in card["text"]
    await world.press_whisper("anna", card, "routine.together")
    lobby = await world.until(lambda: world.slack.messages(DESIGN), "the lobby")
    assert lobby[0]["text"].startswith("Head press into hands, together: 1 move, about 1 minute")
    assert (await world.person("mei").say(DESIGN, "/stretch neck together"))["ok"]
    beside = await world.whisper("mei", "A run together is on in this channel already.")
    await world.press_whisper("mei", beside, "run.join")
    await world.whisper("mei", "You're in.")
    await world.go_to(2, 8, 10)
    move, closing = world.replies(lobby[0]["ts"])
    assert move["text"].startswith("Head press into hands, 30 seconds.")
    assert closing["text"].startswith("That was the head press into hands. Done together by Anna and Mei")
