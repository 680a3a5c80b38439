"""What people, Slack and bad luck can do wrong: each is answered with a sentence, and nothing is lost or doubled."""

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from bot.services import workspaces
from bot.store.engine import open_sync_engine
from playground.seed import NORTHLIGHT
from tests import postgresql
from tests.world import DESIGN, ENGINEERING, World, living

APP = "U0LIMBER"
MEMBERSHIP = f"playground/channels/{DESIGN}/members"


async def _first_prompt(world: World) -> dict[str, Any]:
    await world.set_up()
    await world.go_to(2, 9, 25)
    return world.prompts()[0]


def _reaction(world: World, prompt: dict[str, Any], *, on: bool = True, user: str = "U0MEI") -> dict[str, Any]:
    item = {"type": "message", "channel": DESIGN, "ts": prompt["ts"]}
    kind = "reaction_added" if on else "reaction_removed"
    return world.event(type=kind, user=user, reaction="muscle", item=item, item_user=APP)


# What people type


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/stretch lowbak", "Lower back and glutes: 5 moves"),
        ("/stretch LOW-BAK", "Lower back and glutes: 5 moves"),
        ("/stretch wallsitt", "Wall sit, 30 seconds."),
    ],
)
async def test_a_word_nobody_knows_gets_the_nearest(sqlite_world: World, typed: str, meant: str) -> None:
    await sqlite_world.person("mei").say(DESIGN, typed)
    whispered = await sqlite_world.whisper("mei", "I don't know '")
    assert "Did you mean `/stretch " in whispered["text"]
    assert (await sqlite_world.press_whisper("mei", whispered, "routine.show"))["ok"]
    await sqlite_world.whisper("mei", meant)


@pytest.mark.parametrize("typed", ["<!channel> *now*", "x" * 2900, "'; drop table breaks; --", "🦒"])
async def test_nonsense_is_answered_and_calls_nobody(sqlite_world: World, typed: str) -> None:
    assert (await sqlite_world.person("mei").say(DESIGN, f"/stretch {typed}"))["ok"]
    whispered = await sqlite_world.whisper("mei", "I don't know '")
    assert "<!channel>" not in whispered["text"] + json.dumps(whispered["blocks"])
    assert "`/stretch help` lists what I do know." in whispered["text"]


@pytest.mark.parametrize("typed", ["setpu", "hlep", "bord", "boards"])
async def test_a_mistyped_command_gets_the_command_and_no_exercise(sqlite_world: World, typed: str) -> None:
    await sqlite_world.person("mei").say(DESIGN, f"/stretch {typed}")
    known = {"setpu": "setup", "hlep": "help", "bord": "board", "boards": "board"}
    await sqlite_world.whisper("mei", f"I don't know '{typed}'. Did you mean `/stretch {known[typed]}`?")


@pytest.mark.parametrize("typed", ["/stretch board", "/stretch lowback together"])
async def test_what_belongs_in_a_channel_says_so_in_a_direct_message(sqlite_world: World, typed: str) -> None:
    anna = sqlite_world.person("anna")
    assert (await anna.state())["views"] == []
    assert (await anna.say("D0ANNA", typed))["ok"]
    await sqlite_world.whisper("anna", "That is for a channel, with people in it: please type it there.")
    assert (await anna.state())["views"] == []


async def test_in_a_direct_message_a_routine_is_done_privately_and_counts(world: World) -> None:
    anna = world.person("anna")
    await anna.state()
    assert (await anna.say("D0ANNA", "/stretch lowback"))["ok"]
    card = await world.whisper("anna", "Lower back and glutes: 5 moves")
    assert "invite" not in card["text"]
    assert "Together" not in card["text"]
    await world.press_whisper("anna", card, "routine.guide")
    for move in ("1 of 5", "2 of 5", "3 of 5", "right side", "left side", "5 of 5"):
        view = await world.until_view("anna", move)
        assert (await anna.submit(view["id"], {}))["ok"]
    await world.until_view("anna", "5 moves done. Counted")
    assert await world.count_done() == 1
    assert world.slack.messages("D0ANNA") == []


async def test_where_the_app_is_no_member_it_offers_the_private_run_and_says_how_to_invite_it(
    sqlite_world: World,
) -> None:
    jonas = sqlite_world.person("jonas")
    await jonas.say(ENGINEERING, "/stretch lowback")
    card = await sqlite_world.whisper("jonas", "Lower back and glutes: 5 moves")
    assert f"I'm not in <#{ENGINEERING}> yet" in card["text"]
    assert "`/invite @Limber`" in card["text"]
    await jonas.say(ENGINEERING, "/stretch lowback together")
    await sqlite_world.whisper("jonas", f"I'm not in <#{ENGINEERING}> yet, so I can't post there.")
    await jonas.say(ENGINEERING, "/stretch setup")
    assert (await jonas.state())["views"] == []
    await sqlite_world.press_whisper("jonas", card, "routine.guide")
    await sqlite_world.until_view("jonas", "Wall sit")


async def test_when_slack_does_not_answer_nobody_is_told_to_invite_an_app_that_is_there(sqlite_world: World) -> None:
    await sqlite_world.order_fault("conversations.info", "timeout", seconds=5)
    assert (await sqlite_world.person("anna").say(DESIGN, "/stretch lowback"))["ok"]
    card = await sqlite_world.whisper("anna", "Lower back and glutes: 5 moves")
    assert "invite" not in card["text"]


# What is pressed


async def test_two_people_who_press_at_once_are_both_counted(world: World) -> None:
    prompt = await _first_prompt(world)
    names = ("anna", "tomas", "mei", "jonas", "priya")
    answers = await asyncio.gather(*(world.press(name, prompt, "break.done") for name in names for _ in range(3)))
    assert all(answer["ok"] for answer in answers)
    await world.until(lambda: "5 done" in json.dumps(world.prompts()[0]["blocks"]), "all five on the live line")
    assert await world.count_done() == 5


async def test_two_people_who_press_together_at_once_are_in_one_run(world: World) -> None:
    prompt = await _first_prompt(world)
    answers = await asyncio.gather(*(world.press(name, prompt, "break.together") for name in ("anna", "mei", "jonas")))
    assert all(answer["ok"] for answer in answers)
    await world.go_to(2, 9, 28)
    assert len([each for each in world.replies(prompt["ts"]) if each["text"].startswith("Move 1 of 5")]) == 1


async def test_a_double_press_counts_once_and_says_since_when(world: World) -> None:
    prompt = await _first_prompt(world)
    for _ in range(2):
        assert (await world.press("mei", prompt, "break.done"))["ok"]
    await world.whisper("mei", "Counted, and that was your first.")
    await world.whisper("mei", "Already counted at 17:25.")
    assert await world.count_done() == 1


async def test_an_event_that_is_delivered_again_changes_nothing(world: World) -> None:
    prompt = await _first_prompt(world)
    added = _reaction(world, prompt)
    for _ in range(3):
        assert (await world.deliver("events_api", added)).failure == ""
    assert await world.count_done() == 1


async def test_added_and_removed_may_arrive_in_any_order(world: World) -> None:
    prompt = await _first_prompt(world)
    added, removed = _reaction(world, prompt), _reaction(world, prompt, on=False)
    for event in (removed, added, added, removed):
        await world.deliver("events_api", event)
        assert await world.count_done() == 0
    again = _reaction(world, prompt)
    for event in (again, removed, added):
        await world.deliver("events_api", event)
        assert await world.count_done() == 1


async def test_a_reaction_on_a_foreign_message_or_by_the_app_itself_counts_for_nobody(sqlite_world: World) -> None:
    prompt = await _first_prompt(sqlite_world)
    said = await sqlite_world.person("anna").say(DESIGN, "Morning")
    foreign = {"ts": said["ts"]}
    assert (await sqlite_world.deliver("events_api", _reaction(sqlite_world, foreign))).failure == ""
    assert (await sqlite_world.deliver("events_api", _reaction(sqlite_world, prompt, user=APP))).failure == ""
    assert await sqlite_world.count_done() == 0


@pytest.mark.parametrize(
    ("action_id", "value", "sentence"),
    [
        ("break.done", "forty-one", "I don't know this button any more."),
        ("break.done", "", "I don't know this button any more."),
        ("break.done", "99999", "I don't know this break any more."),
        ("break.guide", "99999", "I don't know this break any more."),
        ("break.together", "99999", "I don't know this break any more."),
        ("run.join", "99999", "This run has ended."),
        ("run.menu", "dance:1", "I don't know this button any more."),
        ("run.menu", "skip", "I don't know this button any more."),
        ("routine.guide", "gone|C0DESIGN", "I don't know this break any more."),
        ("routine.together", "gone|C0DESIGN", "I don't know this break any more."),
        ("schedule.pause", "99999", "These breaks were deleted meanwhile."),
        ("button.of.old", "1", "I don't know this button any more."),
    ],
)
async def test_a_press_that_makes_no_sense_is_answered(
    sqlite_world: World, action_id: str, value: str, sentence: str
) -> None:
    prompt = await _first_prompt(sqlite_world)
    answer = await sqlite_world.forge_press("mei", prompt["ts"], action_id, value)
    assert answer.failure == ""
    await sqlite_world.whisper("mei", sentence)


async def test_a_closed_break_says_when_it_closed_and_stays_as_it_is(world: World) -> None:
    prompt = await _first_prompt(world)
    await world.press("anna", prompt, "break.done")
    first = await world.whisper("anna", "Counted, and that was your first.")
    await world.go_to(3, 9, 0)
    for name in ("anna", "mei"):  # whose screens still show it as it was; by now it is folded
        assert (await world.forge_press(name, prompt["ts"], "break.done", "1")).failure == ""
        await world.whisper(name, "That break closed when Monday ended, so its count stays as it is.")
    await world.press_whisper("anna", first, "break.undo")
    await world.person("mei").react(DESIGN, prompt["ts"], "muscle")
    assert await world.count_done() == 1


# Modals


def _entered(times: str) -> dict[str, dict[str, object]]:
    return {
        "weekdays": {"weekdays": ["0", "1"]},
        "times": {"times": times},
        "zone": {"zone": "Europe/Berlin"},
        "areas": {"areas": ["lower-back"]},
    }


async def test_a_modal_that_went_stale_says_so_and_keeps_what_was_entered(world: World) -> None:
    await world.set_up()
    anna = world.person("anna")
    await anna.say(DESIGN, "/stretch setup")
    view = (await anna.state())["views"][-1]
    await anna.press({"type": "view", "view_id": view["id"]}, "schedule.edit")
    view = await world.until_view("anna", "At these times")
    await world.change_times()
    assert (await anna.submit(view["id"], _entered("11:11")))["ok"]
    view = await world.until_view("anna", "This changed while it was open.")
    assert "11:11" in json.dumps(view["blocks"])
    assert "Saved now: weekdays at 09:09" in json.dumps(view["blocks"])
    assert (await anna.submit(view["id"], _entered("11:11")))["ok"]
    await world.until_view("anna", "Saved.")


async def test_a_modal_submitted_twice_makes_one_schedule(world: World) -> None:
    jonas = world.person("jonas")
    await jonas.say(DESIGN, "/stretch setup")
    view = (await jonas.state())["views"][-1]
    await asyncio.gather(*(jonas.submit(view["id"], _entered("11:11")) for _ in range(2)))
    async with world.limber.open_unit_of_work() as uow:
        assert len(await uow.schedules.list_all()) == 1


async def test_a_modal_opens_without_its_picture_when_that_is_gone_from_slack(sqlite_world: World) -> None:
    prompt = await _first_prompt(sqlite_world)
    await sqlite_world.until(lambda: _uploads(sqlite_world) >= 12, "the pictures")
    sqlite_world.slack._slack.workspace.files.clear()  # noqa: SLF001  # somebody deleted them
    assert (await sqlite_world.press("mei", prompt, "break.guide"))["ok"]
    await sqlite_world.until_view("mei", "Wall sit")
    await sqlite_world.person("mei").say(DESIGN, "/stretch lowbak")
    nearest = await sqlite_world.whisper("mei", "I don't know 'lowbak'")
    await sqlite_world.press_whisper("mei", nearest, "routine.show")
    await sqlite_world.whisper("mei", "Lower back and glutes")


def _uploads(world: World) -> int:
    return len(world.slack.calls("files.completeUploadExternal"))


# Leaving and coming back


async def test_removed_from_a_channel_the_breaks_stop_at_once_and_go_on_when_it_is_invited(world: World) -> None:
    prompt = await _first_prompt(world)
    anna = world.person("anna")
    assert (await anna.say(DESIGN, "/remove @limber"))["ok"]
    assert await world.stopped_because() == "not_in_channel"
    await world.go_to(2, 14, 30)
    assert len(world.prompts()) == 1
    assert [call for call in world.slack.calls("chat.postMessage") if not call["response"]["ok"]] == []
    assert (await world.press("mei", prompt, "break.done"))["ok"]
    told = await world.whisper("mei", "Counted, and that was your first.")
    assert f"I'm no longer in <#{DESIGN}>" in told["text"]
    assert "`/invite @Limber`" in told["text"]
    assert await world.count_done() == 1
    assert (await anna.say(DESIGN, "/invite @limber"))["ok"]
    assert await world.stopped_because() is None
    await world.go_to(3, 9, 25)
    assert len(world.prompts()) == 2


async def test_removed_during_a_run_the_run_ends_and_says_so_to_who_presses(sqlite_world: World) -> None:
    prompt = await _first_prompt(sqlite_world)
    await sqlite_world.press("anna", prompt, "break.together")
    await sqlite_world.press("mei", prompt, "break.together")
    await sqlite_world.go_to(2, 9, 27)
    shown = sqlite_world.replies(prompt["ts"])
    await sqlite_world.person("anna").say(DESIGN, "/remove @limber")
    await sqlite_world.go_to(2, 9, 50)
    assert sqlite_world.replies(prompt["ts"]) == shown
    for name in ("anna", "mei"):
        (text, *_) = [each for each in sqlite_world.direct_texts(name) if "run together" in each]
        assert text.startswith("I can no longer post in <#C0DESIGN>, so the run together there has ended.")
    await sqlite_world.press("mei", shown[-1], "run.pause")
    await sqlite_world.whisper("mei", "This run has ended.")


@pytest.mark.parametrize("kind", ["channel_left", "group_left"])
async def test_a_channel_we_never_knew_may_be_left(sqlite_world: World, kind: str) -> None:
    event = sqlite_world.event(type=kind, channel="C0UNKNOWN", actor_id="U0ANNA")
    assert (await sqlite_world.deliver("events_api", event)).failure == ""
    found = await workspaces.find_channel(sqlite_world.limber.open_unit_of_work, NORTHLIGHT.team_id, "C0UNKNOWN")
    assert found is None


# What breaks on our side


async def test_with_the_database_away_a_press_says_that_it_is_not_counted_and_works_once_it_is_back(
    postgresql_url: str, postgresql_server: postgresql.Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with living(postgresql_url) as world:
        prompt = await _first_prompt(world)
        with _closed(postgresql_server, postgresql_url):
            assert (await world.press("mei", prompt, "break.done"))["ok"]
            await world.whisper("mei", "I couldn't save that just now, so it isn't counted yet.")
            assert (await world.person("mei").say(DESIGN, "/stretch me"))["ok"]
        await world.press("mei", prompt, "break.done")
        await world.whisper("mei", "Counted, and that was your first.")
        await world.go_to(2, 13, 55)
        assert len(world.prompts()) == 2
        for secret in (world.slack.bot_token, world.slack.app_token, "Mei", "Counted", "Stretch:", DESIGN):
            assert secret not in caplog.text


@contextmanager
def _closed(server: postgresql.Server, url: str) -> Iterator[None]:
    """Throw everybody out of a database and let nobody in."""
    name = url.removeprefix("postgresql://postgres@/").partition("?")[0]
    with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
        allow = SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        admin.execute(allow.format(Identifier(name), SQL("false")))
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            admin.execute(allow.format(Identifier(name), SQL("true")))


async def test_a_press_that_waits_for_a_locked_file_is_acknowledged_in_time_and_answered_when_it_is_known(
    sqlite_url: str,
) -> None:
    async with living(sqlite_url) as world:
        prompt = await _first_prompt(world)
        with open_sync_engine(sqlite_url).begin():
            assert (await world.press("mei", prompt, "break.done"))["ok"]
            assert (await world.person("mei").state())["ephemerals"] == []
        await world.whisper("mei", "Counted, and that was your first.")


@pytest.mark.parametrize("method", ["users.info", "conversations.info", "*"])
async def test_a_press_is_acknowledged_in_time_though_slack_itself_hangs(sqlite_world: World, method: str) -> None:
    prompt = await _first_prompt(sqlite_world)
    await sqlite_world.order_fault(method, "timeout", seconds=20, times=9)
    assert (await sqlite_world.press("mei", prompt, "break.done"))["ok"]
    assert (await sqlite_world.person("priya").say(DESIGN, "/stretch me"))["ok"]
    await sqlite_world.whisper("mei", "Counted, and that was your first.")
    await sqlite_world.clear_faults()


async def test_a_broken_routine_file_is_reported_and_left_out_and_the_others_work(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "broken.toml").write_text('id = "broken"\ntitle = 7\n')
    async with living(sqlite_url, routines_folder=folder) as world:
        assert "broken.toml" in caplog.text
        await world.person("mei").say(DESIGN, "/stretch broken")
        await world.whisper("mei", "I don't know 'broken'.")
        await world.person("mei").say(DESIGN, "/stretch lowback")
        await world.whisper("mei", "Lower back and glutes: 5 moves")
