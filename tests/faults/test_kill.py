"""kill -9 at the worst moments: after a restart everything due has been said exactly once."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.clock import utc_now
from bot.domain.schedules import Schedule
from bot.services import schedules
from bot.slack.manifest import manifest
from bot.store.engine import open_engine, open_sync_engine
from bot.store.unit_of_work import UnitOfWork
from playground.client import Person
from playground.server import Playground
from routines.catalogue import default_catalogue
from tests.faults.processes import Demo, demo, limber, until
from tests.world import DESIGN

SETTLED_WITHIN = 90.0
"""Seconds: a lease has to run out, and then the message is looked up."""


def _rows(database: Path, query: str, **values: str) -> list[tuple[Any, ...]]:
    """Look into the database, beside the bot or after it."""
    with open_sync_engine(f"sqlite:///{database}", read_only=True).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def _states(database: Path, kind: str = "prompt") -> list[str]:
    try:
        return [state for (state,) in _rows(database, "SELECT state FROM outbox WHERE kind = :kind", kind=kind)]
    except OperationalError:  # locked, or not there yet
        return []


async def _sent(database: Path) -> bool:
    return _states(database) == ["sent"]


@pytest.mark.long
async def test_killed_before_a_break_is_due_the_demo_posts_it_once_after_a_restart(tmp_path: Path) -> None:
    async with demo(tmp_path) as first:
        assert await first.prompts() == []
        await first.program.kill()
    async with demo(tmp_path) as again:
        await until(again.prompts, "the prompt", 20)
        await until(partial(_sent, tmp_path / "demo" / "limber.db"), "it is settled", SETTLED_WITHIN)
        assert len(await again.prompts()) == 1


@pytest.mark.long
async def test_killed_while_it_starts_for_the_first_time_the_demo_makes_up_for_it(tmp_path: Path) -> None:
    async with limber(tmp_path, "demo", "--no-browser", "--port", "0") as program:

        async def begun() -> bool:
            return (tmp_path / "demo" / "slack.jsonl").exists()

        await until(begun, "the playground begins", 60)
        await program.kill()
    async with demo(tmp_path) as again:
        await until(again.prompts, "the prompt", 20)


@pytest.mark.long
async def test_killed_right_after_the_prompt_appears_it_is_there_once_and_counts(tmp_path: Path) -> None:
    async with demo(tmp_path) as first:
        await until(first.prompts, "the prompt", 20)
        await first.program.kill()
    async with demo(tmp_path) as again:
        await until(partial(_sent, tmp_path / "demo" / "limber.db"), "it is settled", SETTLED_WITHIN)
        (prompt,) = await again.prompts()
        await again.press("U0ANNA", prompt["ts"], "break.done")
        assert len(await again.prompts()) == 1


@pytest.mark.long
async def test_killed_during_a_run_it_goes_on_at_the_first_step_not_yet_shown(tmp_path: Path) -> None:
    async with demo(tmp_path) as first:
        (prompt,) = await until(first.prompts, "the prompt", 20)
        await first.press("U0ANNA", prompt["ts"], "break.together")
        await first.press("U0MEI", prompt["ts"], "break.together")
        await until(partial(_are_in, tmp_path / "demo" / "limber.db", 2), "both are in", 30)
        moving = asyncio.create_task(first.do("time", step="day"))
        await until(partial(_moves, first, at_least=3), "three moves", 60)
        await first.program.kill()
        await asyncio.gather(moving, return_exceptions=True)
    async with demo(tmp_path) as again:
        await again.do("time", step="break")
        said = [each["text"] for each in await again.messages() if each["thread_ts"] == prompt["ts"] != each["ts"]]
        assert [text.split(":")[0] for text in said[:6]] == [f"Move {number} of 5" for number in (1, 2, 3, 4, 4, 5)]
        assert said[6].startswith("That was the lower back and glutes routine")
        assert len(said) == 7


async def _are_in(database: Path, number: int) -> bool:
    return _rows(database, "SELECT count(*) FROM run_members") == [(number,)]


async def _moves(shown: Demo, *, at_least: int) -> bool:
    return len([each for each in await shown.messages() if each["text"].startswith("Move ")]) >= at_least


# Slack lives on in the test's own process while the bot dies in the middle of a call.


@pytest.fixture
async def slack() -> AsyncIterator[Playground]:
    async with Playground(manifest=manifest()) as slack:
        yield slack


@pytest.fixture
async def database(sqlite_url: str) -> Path:
    """A database in which a break is due a moment from now."""
    engine = open_engine(sqlite_url)
    open_unit_of_work = partial(UnitOfWork, engine)
    every_day = Schedule(frozenset(range(7)), (time((utc_now().hour + 12) % 24),), "UTC", "lower-back")
    channel = await schedules.ensure_channel(open_unit_of_work, "T0LIMBER", DESIGN, name="design")
    schedule_id = await schedules.add_schedule(
        open_unit_of_work, default_catalogue(), channel, every_day, keeper=None, now=utc_now()
    )
    async with open_unit_of_work() as uow:
        await uow.schedules.set_next_due(schedule_id, utc_now() + timedelta(seconds=1))
        await uow.commit()
    await engine.dispose()
    return Path(sqlite_url.removeprefix("sqlite:///"))


def _variables(slack: Playground, database: Path) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite:///{database}",
    }


async def _order_fault(slack: Playground, **fault: Any) -> None:
    async with ClientSession() as session, session.post(f"{slack.page_url}playground/faults", json=fault):
        pass


def _prompts(slack: Playground) -> list[dict[str, Any]]:
    return [each for each in slack.messages(DESIGN) if each["text"].startswith("Stretch:")]


async def _is_prompted(slack: Playground) -> bool:
    return bool(_prompts(slack))


async def test_killed_in_the_middle_of_a_call_the_message_is_found_and_not_sent_again(
    slack: Playground, database: Path, tmp_path: Path
) -> None:
    await _order_fault(slack, method="chat.postMessage", fault="timeout", seconds=60)
    async with limber(tmp_path, "run", **_variables(slack, database)) as first:
        await until(partial(_is_prompted, slack), "Slack has the prompt", 30)
        assert _states(database) == ["intent"]
        await first.kill()
    async with limber(tmp_path, "run", **_variables(slack, database)):
        await until(partial(_sent, database), "it is settled", SETTLED_WITHIN)
    assert len(_prompts(slack)) == 1


async def test_killed_after_the_intent_and_before_slack_took_it_the_message_is_sent(
    slack: Playground, database: Path, tmp_path: Path
) -> None:
    await _order_fault(slack, method="chat.postMessage", fault="timeout", seconds=60)
    async with limber(tmp_path, "run", **_variables(slack, database)) as first:
        await until(partial(_is_prompted, slack), "Slack has the prompt", 30)
        await first.kill()
    # As if the request had never arrived.
    slack._slack.workspace.messages[DESIGN].clear()  # noqa: SLF001  # tests may look everywhere
    async with limber(tmp_path, "run", **_variables(slack, database)):
        await until(partial(_sent, database), "it is settled", SETTLED_WITHIN)
    assert len(_prompts(slack)) == 1


# The same in the middle of a run


async def _begun(slack: Playground, anna: Person, mei: Person) -> str:
    """Have two people begin a run at the first prompt; answers the thread's ts."""
    await until(partial(_is_prompted, slack), "Slack has the prompt", 30)
    ts = str(_prompts(slack)[0]["ts"])
    for person, action_id in ((anna, "break.together"), (mei, "run.join"), (anna, "run.start")):
        await _press(person, slack, ts, action_id)
    return ts


async def _press(person: Person, slack: Playground, ts: str, action_id: str, value: str | None = None) -> None:
    """Press a button of a message as soon as it is there."""

    async def pressed() -> bool:
        container = {"type": "message", "channel": DESIGN, "ts": ts}
        return bool((await person.press(container, action_id, value))["ok"])

    await until(pressed, f"{person.user} presses {action_id}", 20)


def _cards(slack: Playground, ts: str) -> list[str]:
    return [each["text"].split(":")[0] for each in slack.messages(DESIGN) if each.get("thread_ts") == ts != each["ts"]]


async def _has_cards(slack: Playground, ts: str, number: int) -> bool:
    return len(_cards(slack, ts)) == number


async def _settled(database: Path, steps: int) -> bool:
    return _states(database, "run_step")[:steps] == ["sent"] * steps


@pytest.mark.long
async def test_killed_in_the_middle_of_a_cards_call_the_run_goes_on_with_that_card_shown_once(
    slack: Playground, database: Path, tmp_path: Path
) -> None:
    async with Person(slack, "U0ANNA") as anna, Person(slack, "U0MEI") as mei:
        async with limber(tmp_path, "run", **_variables(slack, database)) as first:
            await until(partial(_is_prompted, slack), "Slack has the prompt", 30)
            await until(partial(_sent, database), "it is settled", SETTLED_WITHIN)
            await _order_fault(slack, method="chat.postMessage", fault="timeout", seconds=60)
            ts = await _begun(slack, anna, mei)
            await until(partial(_has_cards, slack, ts, 1), "Slack has the first card", 20)
            await first.kill()
        async with limber(tmp_path, "run", **_variables(slack, database)):
            await until(partial(_settled, database, 1), "the card is found", SETTLED_WITHIN)
            card = next(each for each in slack.messages(DESIGN) if each["text"].startswith("Move 1"))
            await _press(anna, slack, card["ts"], "run.menu", "skip:1")
            await until(partial(_settled, database, 2), "the second card", 20)
    assert _cards(slack, ts) == ["Move 1 of 5", "Move 2 of 5"]
    assert _run(database) == ("running", 1)


def _run(database: Path) -> tuple[str, int]:
    ((state, step),) = _rows(database, "SELECT state, step FROM runs")
    return state, step


async def test_killed_in_the_middle_of_a_guide_it_goes_on_where_it_was(
    slack: Playground, database: Path, tmp_path: Path
) -> None:
    async with Person(slack, "U0MEI") as mei:
        async with limber(tmp_path, "run", **_variables(slack, database)) as first:
            await until(partial(_is_prompted, slack), "Slack has the prompt", 30)
            await mei.say(DESIGN, "/stretch lowback solo")
            view = await until(partial(_view, mei, "1 of 5"), "the guide", 20)
            await mei.submit(view["id"], {})
            view = await until(partial(_view, mei, "2 of 5"), "the second move", 20)
            await first.kill()
        async with limber(tmp_path, "run", **_variables(slack, database)):

            async def moved_on() -> Any:
                await mei.submit(view["id"], {})
                return await _view(mei, "3 of 5")

            await until(moved_on, "the third move", 30)
    assert _run(database) == ("running", 2)


async def _view(person: Person, text: str) -> Any:
    views = (await person.state())["views"]
    return views[-1] if views and text in json.dumps(views[-1]["blocks"]) else None


# Stopping in good order


def _files(folder: Path) -> set[str]:
    return {each.name for each in folder.glob("limber.db*")}


async def test_sigterm_stops_the_demo_without_a_traceback(tmp_path: Path) -> None:
    async with demo(tmp_path) as running:
        assert await running.program.terminate(within=10) == 0
        assert "Traceback" not in running.program.said()
    assert _files(tmp_path / "demo") == {"limber.db", "limber.db-lock"}


async def test_sigterm_waits_for_a_call_under_way_ten_seconds_at_most(
    slack: Playground, database: Path, tmp_path: Path
) -> None:
    await _order_fault(slack, method="chat.postMessage", fault="timeout", seconds=3)
    async with limber(tmp_path, "run", **_variables(slack, database)) as program:
        await until(partial(_is_prompted, slack), "Slack has the prompt", 30)
        assert await program.terminate(within=11) == 0
        assert "Traceback" not in program.said()
    assert _files(tmp_path) == {"limber.db", "limber.db-lock"}
    assert _states(database) in (["sent"], ["uncertain"])


async def test_sigterm_gives_up_on_a_call_that_never_ends(slack: Playground, database: Path, tmp_path: Path) -> None:
    await _order_fault(slack, method="chat.postMessage", fault="timeout", seconds=60)
    async with limber(tmp_path, "run", **_variables(slack, database)) as program:
        await until(partial(_is_prompted, slack), "Slack has the prompt", 30)
        assert await program.terminate(within=12) == 0
        assert "Traceback" not in program.said()
    assert _files(tmp_path) == {"limber.db", "limber.db-lock"}


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open", "files.getUploadURLExternal"])
async def test_sigterm_while_it_starts_stops_it_at_once(
    slack: Playground, database: Path, tmp_path: Path, method: str
) -> None:
    await _order_fault(slack, method=method, fault="timeout", seconds=60)

    async def asked() -> bool:
        return bool(slack.calls(method))

    async with limber(tmp_path, "run", **_variables(slack, database)) as program:
        await until(asked, "it asks Slack", 30)
        assert await program.terminate(within=8) == 0
        assert "Traceback" not in program.said()


async def test_what_the_operator_reads_names_each_message_and_no_secret_and_nobody(
    slack: Playground, database: Path, tmp_path: Path
) -> None:
    async with limber(tmp_path, "run", **_variables(slack, database)) as program:
        await until(partial(_sent, database), "the prompt", 30)
        assert await program.terminate(within=10) == 0
        said = program.said()
    assert "Limber is running: Socket Mode" in said
    assert "prompt:1: sent" in said
    assert len(said.splitlines()) < 30, "the metronome does not tick in the log"
    for secret in (slack.bot_token, slack.app_token, "Anna", "Stretch:", "ticket="):
        assert secret not in said
