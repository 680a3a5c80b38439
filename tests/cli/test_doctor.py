import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from pydantic import SecretStr

from bot.doctor import Check, State, examine, sqlite
from bot.domain.schedules import Schedule
from bot.settings import Settings
from bot.slack.manifest import manifest
from bot.store.engine import open_engine
from bot.store.sqlite import best_journal_mode, driver
from playground.server import Playground
from tests.cli.conftest import Limber
from tests.store.world import NOON, World


def settings_for(slack: Playground, url: str, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_api_url": slack.api_url,
        "database_url": url,
    }
    return Settings.model_validate(values | changes)


def states(checks: list[Check]) -> dict[str, State]:
    return {check.name: check.state for check in checks}


def found(checks: list[Check], name: str) -> Check:
    return next(check for check in checks if check.name == name)


@pytest.fixture
async def slack() -> AsyncIterator[Playground]:
    async with Playground(manifest=manifest()) as playground:
        yield playground


async def fault(slack: Playground, **values: Any) -> None:
    async with ClientSession() as session, session.post(slack.page_url + "playground/faults", json=values) as answer:
        assert answer.ok


async def test_where_all_is_well_every_check_is_ok(slack: Playground, database_url: str) -> None:
    checks = await examine(settings_for(slack, database_url))
    assert {check.state for check in checks} == {State.OK}, checks
    names = [check.name for check in checks if check.name != "sqlite"]
    assert names == ["settings", "database", "schema", "slack", "bot token", "scopes", "app token", "routines"]
    assert "sqlite" in states(checks) or "PostgreSQL" in found(checks, "database").what
    assert not any(secret in str(checks) for secret in (slack.bot_token, slack.app_token))


async def test_holidays_that_are_no_longer_known_are_named(slack: Playground, database_url: str) -> None:
    engine = open_engine(database_url)
    world = await World.create(engine)
    mine = Schedule(frozenset({0}), (time(10),), "UTC", "hips", holidays="DE-QQ")
    async with world.uow() as uow:
        await uow.schedules.add(world.channel.id, mine, next_due_at=None, now=NOON)
        await uow.commit()
    await engine.dispose()
    check = found(await examine(settings_for(slack, database_url)), "holidays")
    assert (check.state, check.what) == (State.WARNING, "Those of DE-QQ are not known.")


async def test_the_sqlite_that_opens_the_file_is_named_and_the_files_journal_mode(
    slack: Playground, sqlite_url: str
) -> None:
    check = found(await examine(settings_for(slack, sqlite_url)), "sqlite")
    assert check.what.startswith(f"{driver().sqlite_version}, journal mode {best_journal_mode()}")


@pytest.mark.parametrize(
    ("used", "mode", "state", "what"),
    [
        ((3, 53, 4), "WAL", State.OK, "3.53.4, journal mode WAL. One bot"),
        ((3, 53, 4), None, State.OK, "3.53.4. One bot"),
        (
            (3, 51, 2),
            "DELETE",
            State.OK,
            "3.51.2, journal mode DELETE; WAL, in which commits are faster, is safe from 3.51.3",
        ),
        ((3, 51, 2), "WAL", State.WARNING, "3.51.2, journal mode WAL: before 3.51.3 that can damage the file."),
    ],
)
def test_wal_is_warned_of_where_sqlite_is_too_old_for_it(
    used: tuple[int, ...], mode: str | None, state: State, what: str
) -> None:
    check = sqlite(used, mode)
    assert (check.state, bool(check.cure)) == (state, state is State.WARNING)
    assert check.what.startswith(what)


@pytest.mark.parametrize(
    ("setting", "token", "name"),
    [("slack_bot_token", "xoxb-wrong", "bot token"), ("slack_app_token", "xapp-wrong", "app token")],
)
async def test_a_wrong_token_is_named_with_its_cure(
    slack: Playground, sqlite_url: str, setting: str, token: str, name: str
) -> None:
    check = found(await examine(settings_for(slack, sqlite_url, **{setting: SecretStr(token)})), name)
    assert check.state is State.FAILED
    assert f"{setting.upper()}: invalid_auth" in check.what
    assert check.cure


@pytest.mark.parametrize(
    ("scope", "state"),
    [("reactions:read", State.FAILED), ("channels:history", State.WARNING), ("files:read", State.WARNING)],
)
async def test_a_missing_scope_is_named(sqlite_url: str, scope: str, state: State) -> None:
    granted = manifest()
    granted["oauth_config"]["scopes"]["bot"].remove(scope)
    async with Playground(manifest=granted) as slack:
        checks = await examine(settings_for(slack, sqlite_url))
    (check,) = [check for check in checks if check.state is not State.OK]
    assert (check.name, check.state) == ("scopes", state)
    assert scope in check.what


async def test_in_http_mode_pictures_need_an_address_and_no_scope(sqlite_url: str) -> None:
    granted = manifest()
    for scope in ("files:write", "files:read"):
        granted["oauth_config"]["scopes"]["bot"].remove(scope)
    async with Playground(manifest=granted) as slack:
        changes = {"slack_app_token": None, "slack_signing_secret": slack.signing_secret}
        checks = await examine(settings_for(slack, sqlite_url, **changes))
        assert {check.name for check in checks if check.state is not State.OK} == {"pictures"}
        changes["public_url"] = "https://limber.example.com"
        checks = await examine(settings_for(slack, sqlite_url, **changes))
        assert {check.state for check in checks} == {State.OK}


async def test_a_database_that_is_not_migrated_is_said_with_the_command(
    slack: Playground, blank_database_url: str
) -> None:
    check = found(await examine(settings_for(slack, blank_database_url)), "schema")
    assert (check.state, check.cure) == (State.FAILED, "Run: limber db upgrade")


async def test_a_database_that_is_away_is_said_without_its_password(slack: Playground) -> None:
    checks = await examine(settings_for(slack, "postgresql://limber:hunter2@127.0.0.1:1/limber"))
    assert states(checks)["database"] is State.FAILED
    assert "hunter2" not in str(checks)


@pytest.mark.parametrize(
    "values",
    [
        {"method": "*", "fault": "drop"},
        {"method": "api.test", "fault": "server_error"},
        {"method": "auth.test", "fault": "drop"},
    ],
)
async def test_slack_that_breaks_off_is_said(slack: Playground, sqlite_url: str, values: dict[str, Any]) -> None:
    await fault(slack, **values)
    checks = await examine(settings_for(slack, sqlite_url))
    assert [check.name for check in checks if check.state is State.FAILED] in (["slack"], ["tokens"])


async def test_slack_that_cannot_be_reached_is_said(slack: Playground, sqlite_url: str) -> None:
    settings = settings_for(slack, sqlite_url, slack_api_url="http://127.0.0.1:1/api/")
    checks = await examine(settings)
    assert [check.name for check in checks if check.state is State.FAILED] == ["slack"]
    assert "bot token" not in states(checks)


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/json"])
async def test_what_is_not_slack_is_said(slack: Playground, sqlite_url: str, kind: str) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<h1>Sign in</h1>", content_type=kind)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", page)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    check = found(await examine(settings_for(slack, sqlite_url, slack_api_url=url)), "slack")
    await runner.cleanup()
    assert (check.state, "not Slack" in check.what) == (State.FAILED, True)


async def test_an_own_routine_that_is_wrong_is_named_with_line_and_cure(
    slack: Playground, sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "ours.toml").write_text('id = "ours"\ntitle = \n')
    checks = await examine(settings_for(slack, sqlite_url, routines_folder=tmp_path))
    check = next(check for check in checks if check.state is State.FAILED)
    assert "ours.toml, line 2" in check.what
    assert check.cure


@contextmanager
def in_environment(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[None]:
    with monkeypatch.context() as patch:
        for name, value in settings.model_dump(exclude_none=True).items():
            patch.setenv(name.upper(), value.get_secret_value() if isinstance(value, SecretStr) else str(value))
        yield


async def test_the_command_prints_a_line_for_each_check_in_words(
    slack: Playground, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, limber: Limber
) -> None:
    with in_environment(monkeypatch, settings_for(slack, sqlite_url)):
        well = await asyncio.to_thread(limber, "doctor")
    assert well.exit_code == 0
    assert well.output.endswith("\nAll is well.\n")
    assert [line[:4] for line in well.output.splitlines()[:-2]] == ["ok  "] * 9


def test_the_command_fails_when_a_check_does(limber: Limber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    result = limber("doctor")
    assert result.exit_code == 1
    assert result.output.startswith("fail settings    LOG_LEVEL: must be one of")
    assert result.output.endswith("1 to put right.\n")
