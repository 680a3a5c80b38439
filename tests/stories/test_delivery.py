"""Whatever becomes of a call to Slack, a message is in the channel once or its absence is on record."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain import outbox
from bot.slack.manifest import manifest
from tests.pace import on_one
from tests.world import DESIGN, World, living


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up, look up and take over in tenths of a second: how long each waits changes nothing in what follows."""
    monkeypatch.setattr(outbox, "CALL_TIMEOUT", timedelta(seconds=1.5))
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=3.5))


async def _due(world: World) -> None:
    await world.set_up()
    await world.until(lambda: _introduced(world), "the introduction")
    assert world.prompts() == []


def _introduced(world: World) -> bool:
    return any("set up stretch breaks here" in each["text"] for each in world.slack.messages(DESIGN))


async def _post_through(world: World, fault: str, **details: Any) -> None:
    """Let a prompt become due, with its first post failing in some way, and wait until all is settled."""
    await _due(world)
    await _fail_post(world, fault, **details)


async def _fail_post(world: World, fault: str, **details: Any) -> None:
    await world.order_fault("chat.postMessage", fault, **details)
    await world.go_to(2, 9, 25)


async def _is_whole(world: World) -> None:
    """Check that the one prompt is known: a press counts, a reaction counts, and it is sent."""
    (prompt,) = world.prompts()
    assert [state for state, _ in await world.outbox()] == ["sent"]
    await world.press("mei", prompt, "break.done")
    await world.person("anna").react(DESIGN, prompt["ts"], "muscle")
    assert await world.count_done() == 2


@pytest.mark.parametrize("fault", ["drop", "timeout", "server_error"])
async def test_accepted_and_not_answered_it_is_found_by_its_metadata_and_not_sent_again(
    world: World, fault: str
) -> None:
    await _post_through(world, fault, seconds=5)
    assert len([call for call in world.slack.calls("chat.postMessage") if _is_prompt(call)]) == 1
    assert world.slack.calls("conversations.history") != []
    await _is_whole(world)


def _is_prompt(call: dict[str, Any]) -> bool:
    return str(call["arguments"].get("text")).startswith("Stretch:")


@pytest.mark.parametrize("fault", ["internal_error", "fatal_error"])
async def test_an_error_that_may_come_after_acceptance_is_looked_up_and_sent_once(world: World, fault: str) -> None:
    await _post_through(world, fault)
    assert len([call for call in world.slack.calls("chat.postMessage") if _is_prompt(call)]) == 2
    await _is_whole(world)


async def test_ratelimited_the_workspace_waits_as_long_as_slack_says_and_then_posts_once(world: World) -> None:
    await _due(world)
    await world.order_fault("chat.postMessage", "ratelimited", retry_after=2)
    await world.go_to(2, 9, 25)
    refused, accepted = [call for call in world.slack.calls("chat.postMessage") if _is_prompt(call)]
    assert _seconds_between(refused, accepted) >= 2
    await _is_whole(world)


def _seconds_between(first: dict[str, Any], second: dict[str, Any]) -> float:
    return (_instant(second) - _instant(first)).total_seconds()


def _instant(call: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(call["at"])


@pytest.mark.parametrize("method", ["conversations.history"])
@pytest.mark.parametrize(
    "fault", ["ratelimited", pytest.param("server_error", marks=pytest.mark.long), "internal_error"]
)
async def test_a_look_up_that_fails_is_made_again(sqlite_world: World, method: str, fault: str) -> None:
    await sqlite_world.order_fault(method, fault)
    await _post_through(sqlite_world, "drop")
    await _is_whole(sqlite_world)


@on_one("sqlite")
async def test_when_slack_cannot_be_reached_the_prompt_comes_as_soon_as_it_can(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 2)  # a prompt has until it is too late, not so many attempts
    await _due(world)
    client = world.limber.courier._client_of("T0LIMBER")  # noqa: SLF001  # its address is what changes
    monkeypatch.setattr(client, "base_url", "http://127.0.0.1:9/api/")
    await world.slack.clock.set_offset(world.slack.clock.offset + timedelta(hours=1, minutes=25))
    await world.limber.plan()
    await world.until(lambda: _error_is(world, "Slack could not be reached"), "a refused connection")
    await asyncio.sleep(4)
    ((state, error),) = await world.outbox()
    assert state in {"pending", "leased", "intent"}
    assert error == "Slack could not be reached"
    monkeypatch.undo()
    await world.until(world.prompts, "the prompt", seconds=20)
    await world.until(lambda: _states_are(world, ["sent"]), "it is sent")


async def _error_is(world: World, error: str) -> bool:
    return [found for _, found in await world.outbox()] == [error]


async def _states_are(world: World, states: list[str]) -> bool:
    return [state for state, _ in await world.outbox()] == states


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived", "token_revoked", "channel_not_found"])
async def test_what_cannot_succeed_stops_the_channel_with_its_reason(world: World, error: str) -> None:
    await _post_through(world, error)
    assert await world.outbox() == [("dead", error)]
    assert await world.stopped_because() == error
    await world.go_to(4, 9, 25)
    assert world.prompts() == []
    assert len([call for call in world.slack.calls("chat.postMessage") if _is_prompt(call)]) == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("not_in_channel", "I'm no longer in <#C0DESIGN>, so the stretch breaks there have stopped."),
        ("is_archived", "<#C0DESIGN> is archived, so the stretch breaks there have stopped."),
        ("restricted_action", "The settings of <#C0DESIGN> no longer let me post there, so the stretch breaks"),
    ],
)
async def test_the_keeper_is_told_once_and_privately_why_breaks_stopped(
    sqlite_world: World, error: str, sentence: str
) -> None:
    await _post_through(sqlite_world, error)
    await sqlite_world.go_to(4, 9, 25)
    (told,) = [text for text in sqlite_world.direct_texts("anna") if "have stopped" in text]
    assert told.startswith(sentence)
    assert [each for each in sqlite_world.slack.messages(DESIGN) if "have stopped" in each["text"]] == []


async def test_a_channel_in_which_posting_was_restricted_goes_on_when_its_keeper_says_so(sqlite_world: World) -> None:
    world = sqlite_world
    await _post_through(world, "restricted_action")
    await world.until(lambda: world.direct_texts("anna"), "the keeper is told")
    (told,) = world.direct_texts("anna")
    assert "can change its posting permissions; `/stretch resume` then brings them back." in told
    assert told.endswith("Button: Resume.")
    await world.person("mei").say(DESIGN, "/stretch resume")
    await world.whisper("mei", "Anna looks after the breaks here.")
    direct = world.slack._slack.dm_with("U0ANNA")  # noqa: SLF001  # its id is Slack's to choose
    (message,) = world.slack.messages(direct.id)
    await world.order_fault("chat.postMessage", "restricted_action")
    await world.person("anna").press(
        {"type": "message", "channel": direct.id, "ts": message["ts"]}, "pause.end", DESIGN
    )
    await world.whisper("anna", "I'll try again on Monday 2 March at 14:55.")
    assert await world.stopped_because() is None
    await world.go_to(2, 13, 55)
    await world.until(lambda: _is_stopped(world), "it stops again")
    await world.until(lambda: len(world.direct_texts("anna")) == 2, "the keeper is told again")
    await world.person("anna").say(DESIGN, "/stretch resume")
    await world.whisper("anna", "I'll try again on Tuesday 3 March at 10:25.")
    await world.go_to(3, 9, 25)
    assert len(world.prompts()) == 1


async def _is_stopped(world: World) -> bool:
    return await world.stopped_because() == "restricted_action"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("not_in_channel", "I'm no longer in <#C0DESIGN>, so no new breaks come there. Type `/invite @Limber` there"),
        ("is_archived", "<#C0DESIGN> is archived, so no new breaks come there."),
        ("token_revoked", "Slack no longer accepts this app's access, so no new breaks come there."),
    ],
)
async def test_who_resumes_a_channel_that_cannot_go_on_yet_is_told_why(
    sqlite_world: World, error: str, sentence: str
) -> None:
    await _post_through(sqlite_world, error)
    await sqlite_world.person("anna").say(DESIGN, "/stretch resume")
    await sqlite_world.whisper("anna", sentence)
    assert await sqlite_world.stopped_because() == error


async def test_what_a_channel_lost_is_looked_up_with_one_call(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    for name in ("anna", "mei"):
        await world.press(name, prompt, "break.together")
    await world.order_fault("chat.postMessage", "drop")
    await world.order_fault("conversations.replies", "ratelimited", retry_after=1)
    await world.go_to(2, 9, 45)
    refused, found = world.slack.calls("conversations.replies")
    assert _seconds_between(refused, found) >= 1, "the pause for this method is in the database"
    assert len([each for each in world.replies(prompt["ts"]) if each["text"].startswith("Move 1")]) == 1


async def test_a_token_that_slack_takes_again_lets_every_channel_go_on(sqlite_url: str) -> None:
    async with living(sqlite_url) as world:
        await _post_through(world, "token_revoked")
        assert await world.stopped_because() == "token_revoked"
    # Started again, on a fresh playground: what has to have survived is in the database.
    async with living(sqlite_url) as world:
        assert await world.stopped_because() is None
        await world.go_to(2, 13, 55)
        assert len(world.prompts()) == 1


async def test_changing_the_times_of_a_stopped_channel_lets_it_go_on(world: World) -> None:
    await _post_through(world, "is_archived")
    await world.change_times()
    assert await world.stopped_because() is None
    await world.go_to(3, 8, 9)
    assert len(world.prompts()) == 1


async def test_a_refusal_for_another_reason_is_recorded_and_the_next_break_comes(world: World) -> None:
    await _post_through(world, "msg_too_long")
    assert await world.outbox() == [("dead", "msg_too_long")]
    assert await world.stopped_because() is None
    await world.go_to(2, 13, 55)
    assert len(world.prompts()) == 1


async def test_a_picture_that_is_gone_from_slack_leaves_the_prompt_without_one(sqlite_world: World) -> None:
    await _due(sqlite_world)
    await sqlite_world.limber.pictures.looked_after()
    sqlite_world.slack._slack.workspace.files.clear()  # noqa: SLF001  # somebody deleted them
    await sqlite_world.go_to(2, 9, 25)
    (prompt,) = sqlite_world.prompts()
    assert "image" not in [block["type"] for block in prompt["blocks"]]
    await _is_whole(sqlite_world)


async def test_without_the_history_scope_nothing_is_sent_twice_and_the_first_press_heals_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = manifest()
    bare["oauth_config"]["scopes"] = {
        "bot": [scope for scope in bare["oauth_config"]["scopes"]["bot"] if not scope.endswith(":history")]
    }
    async with living(database_url, app_manifest=bare) as world:
        with monkeypatch.context() as patient:  # an introduction that a busy machine is late with would be missed too
            patient.setattr(outbox, "CALL_TIMEOUT", timedelta(seconds=10))
            await _due(world)
        await _fail_post(world, "drop")
        (prompt,) = world.prompts()
        ((state, error),) = await world.outbox()
        assert (state, error) == ("missed", "unknown outcome, and the app may not read the channel's history")
        assert (await world.press("mei", prompt, "break.done"))["ok"]
        await world.whisper("mei", "Counted, and that was your first.")
        assert await world.outbox() == [("sent", None)]
        await world.person("anna").react(DESIGN, prompt["ts"], "muscle")
        assert await world.count_done() == 2
        assert len(world.prompts()) == 1
        await world.go_to(2, 13, 55)
        assert len(world.prompts()) == 2


@on_one("postgresql")
async def test_a_run_survives_every_kind_of_lost_answer_with_each_card_once(world: World) -> None:
    await world.set_up()
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    for name in ("anna", "mei"):
        await world.press(name, prompt, "break.together")
    for fault in ("drop", "server_error", "timeout", "internal_error"):
        await world.order_fault("chat.postMessage", fault, seconds=3)
    await world.go_to(2, 9, 45)
    said = [each["text"].split(":")[0] for each in world.replies(prompt["ts"])]
    assert said[:6] == [f"Move {number} of 5" for number in (1, 2, 3, 4, 4, 5)]
    assert len(said) == 7


async def test_a_prompt_whose_thread_is_deleted_ends_its_run_and_nothing_hangs(sqlite_world: World) -> None:
    await sqlite_world.set_up()
    await sqlite_world.go_to(2, 9, 25)
    (prompt,) = sqlite_world.prompts()
    for name in ("anna", "mei"):
        await sqlite_world.press(name, prompt, "break.together")
    await sqlite_world.order_fault("chat.postMessage", "drop")
    await sqlite_world.order_fault("conversations.replies", "thread_not_found", times=50)
    await sqlite_world.go_to(2, 9, 45)
    assert await sqlite_world.limber.is_settled()


async def test_the_live_line_is_edited_again_after_an_edit_that_failed(world: World) -> None:
    await world.set_up()
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    for fault in ("drop", "server_error", "ratelimited"):
        await world.order_fault("chat.update", fault)
    await asyncio.gather(*(world.press(name, prompt, "break.done") for name in ("anna", "mei", "jonas", "priya")))
    await world.until(lambda: "4 done" in str(world.prompts()[0]["blocks"]), "the live line", seconds=20)


@on_one("sqlite")
async def test_more_than_ten_minutes_late_the_break_is_missed_by_us_and_the_board_says_so(world: World) -> None:
    await world.set_up()
    await world.go_to(2, 9, 25)
    for name in ("anna", "mei", "jonas"):
        await world.press(name, world.prompts()[0], "break.done")
    # Slept through 14:55, as a laptop does: nobody walks from due instant to due instant.
    await world.slack.clock.set_offset(world.slack.clock.offset + timedelta(hours=4, minutes=45))
    await world.until(lambda: _states_are(world, ["sent", "missed"]), "the second one is missed")
    assert len(world.prompts()) == 1
    await world.go_to(9, 8, 5)
    (board,) = [each for each in world.slack.messages(DESIGN) if each["text"].startswith("#design, 2 to 8 March.")]
    assert "Our break on Monday at 14:55 did not go out; that counts against nobody." in board["text"]
