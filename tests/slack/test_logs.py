"""What the log holds at INFO: what happened, and no secret, nobody's name and nothing anybody wrote."""

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.store.engine import open_engine
from playground.client import Person
from tests.world import DESIGN, World


async def test_a_day_in_the_log_holds_no_token_no_name_and_no_text(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await world.set_up()
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    await world.press("mei", prompt, "break.done")
    await world.whisper("mei", "Counted, and that was your first.")
    await world.press("mei", prompt, "break.guide")
    await world.person("priya").react(DESIGN, prompt["ts"], "muscle")
    await world.person("tomas").open_home()
    await world.person("jonas").say(DESIGN, "/stretch me and my secret words")
    await world.forge_press("anna", prompt["ts"], "break.done", "my secret value")
    await world.order_fault("users.info", "timeout", seconds=2)
    await world.order_fault("views.open", "expired_trigger_id")
    await world.press("jonas", prompt, "break.guide")
    await world.order_fault("chat.postMessage", "internal_error")
    await world.go_to(2, 13, 55)
    await world.go_to(9, 8, 5)
    await world.stop()
    said = caplog.text
    assert "prompt:1: sent" in said
    assert "a payload is not understood: a number" in said, "the failure is there"
    slack = world.slack
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret, "ticket=", "/response/"):
        assert secret not in said
    for name in ("Anna", "Mei", "Jonas", "Priya", "Tom", "anna", "mei", "jonas", "priya"):
        assert name not in said.replace("tests/", ""), name
    for written in ("secret words", "Stretch:", "Counted", "Lower back"):
        assert written not in said


async def test_even_at_debug_the_log_holds_no_token(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await world.set_up()
    await world.go_to(2, 9, 25)
    async with Person(world.slack, "U0MEI") as mei:
        await mei.say(DESIGN, "/stretch lowback")
    await world.slack.disconnect()
    await world.slack.wait_until_connected()
    assert world.slack.bot_token not in caplog.text
    assert world.slack.app_token not in caplog.text


async def test_a_failing_statement_is_written_down_without_what_it_was_about(database_url: str) -> None:
    engine = open_engine(database_url)
    with pytest.raises(DBAPIError) as failed:
        async with engine.begin() as connection:
            await connection.execute(text("INSERT INTO members (no_such_column) VALUES (:name)"), {"name": "Anna"})
    assert "Anna" not in str(failed.value)
    await engine.dispose()


MARKED = "Quillfeather"
"""Stands in every name, text and value of these stories; nothing like it may be in a log."""


async def test_even_at_debug_no_library_writes_down_a_name_a_text_or_a_token(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    local = world.slack._slack  # noqa: SLF001  # tests may look everywhere
    for person in local.workspace.people.values():
        person.name, person.real_name = f"{MARKED}-{person.id}".lower(), f"{MARKED} {person.id}"
    await world.set_up()
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    mei = world.person("mei")
    await world.press("mei", prompt, "break.done")
    await world.whisper("mei", "Counted")
    await mei.react(DESIGN, prompt["ts"], "muscle")
    await mei.say(DESIGN, f"/stretch {MARKED} and more words")
    await mei.say(DESIGN, f"/stretch away {MARKED}")
    await mei.say(DESIGN, "/stretch mydata")
    await mei.say(DESIGN, "/stretch setup")
    await world.forge_press("anna", prompt["ts"], "break.done", MARKED)
    await world.forge_press("anna", prompt["ts"], "privacy.nothing", MARKED)
    await world.deliver("interactive", {"type": "block_actions", "actions": [{"action_id": MARKED}]})
    for method, fault in (("users.info", "timeout"), ("views.open", "expired_trigger_id")):
        await world.order_fault(method, fault, seconds=2)
        await world.press("jonas", prompt, "break.guide")
    await world.order_fault("chat.postMessage", "invalid_auth")
    await world.go_to(2, 13, 55)
    await world.stop()
    said = caplog.text + "".join(capfd.readouterr())
    assert "DEBUG" in said
    slack = world.slack
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret):
        assert secret not in said
    told = [line for line in said.splitlines() if MARKED.casefold() in line.casefold()]
    assert told == [], {line.split(" ")[-1] + line[:120] for line in told}
