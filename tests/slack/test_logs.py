"""What the log holds: what happened, and no secret, nobody's name and nothing anybody wrote."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain import outbox
from bot.domain.errors import CannotRun
from bot.store.engine import open_engine
from bot.wiring import running
from playground.client import Person
from tests.world import DESIGN, TWICE_A_DAY, World


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


async def test_even_at_debug_nothing_writes_down_a_name_a_text_or_a_token(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    local = world.slack._slack  # noqa: SLF001  # tests may look everywhere
    for person in local.workspace.people.values():
        person.name, person.real_name = f"{MARKED}-{person.id}".lower(), f"{MARKED} {person.id}"
    await world.set_up(replace(TWICE_A_DAY, weekdays=frozenset({0})))
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    mei = world.person("mei")
    await world.press("mei", prompt, "break.done")
    await world.whisper("mei", "Counted")
    await mei.react(DESIGN, prompt["ts"], "muscle")
    await mei.open_home()
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
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=0.5))  # after which it is looked up what became of a message
    await world.order_fault("chat.postMessage", "internal_error")
    await world.go_to(9, 8, 5)
    await world.order_fault("chat.postMessage", "invalid_auth")
    await world.go_to(9, 9, 25)
    await world.stop()
    refused = [await _start_with(world, **{name: kind + MARKED}) for name, kind in TOKENS.items()]
    assert "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)" in refused[0]
    assert "Slack opens no websocket for SLACK_APP_TOKEN (invalid_auth)" in refused[1]
    said = caplog.text + "".join(capfd.readouterr()) + "".join(refused)
    for happened in ("DEBUG", "prompt:1: sent", "board:", "is not understood: a number"):
        assert happened in said
    slack = world.slack
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret, "ticket=", "/response/", "Stretch:"):
        assert secret not in said
    told = [line for line in said.splitlines() if MARKED.casefold() in line.casefold()]
    assert told == [], {line.split(" ")[-1] + line[:120] for line in told}


TOKENS = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}


async def _start_with(world: World, **tokens: str) -> str:
    settings = world.settings.model_copy(update={name: SecretStr(token) for name, token in tokens.items()})
    with pytest.raises(CannotRun) as refused:
        async with running(settings):
            pass
    return str(refused.value)
