"""Installing by OAuth: who comes back from Slack with what, and what becomes of it."""

import logging
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.doctor import State, examine
from bot.domain.errors import CannotRun
from bot.slack.app import SlackApp
from bot.slack.clients import REMEMBERED, Grant, Identity, OneGrant, RememberedGrants, authorize_with
from bot.slack.manifest import REDIRECT_PATH
from bot.store.cipher import new_key
from bot.wiring import running
from tests.installing import NORTHLIGHT, SECOND, Browser, free_address, oauth_settings, open_to_all, playground
from tests.world import World, serving


@pytest.fixture
async def installing(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[World, Browser]]:
    # In the environment, as in production.
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    async with open_to_all(sqlite_url) as world_and_browser:
        yield world_and_browser


async def stored(world: World, query: str) -> list[tuple[object, ...]]:
    async with world.limber.open_unit_of_work() as uow:
        return [tuple(row) for row in await uow._session.execute(text(query))]  # noqa: SLF001  # tests look everywhere


async def test_an_installation_ends_on_a_page_that_says_what_to_do_next(installing: tuple[World, Browser]) -> None:
    world, browser = installing
    begin = await browser.get(browser.home + "/slack/install")
    assert begin.status == 200
    assert "Add to Slack" in begin.text
    done = await browser.install(NORTHLIGHT)
    assert done.status == 200
    assert "Limber is installed in Northlight Studio" in done.text
    assert "/invite @Limber" in done.text
    assert "does not work" not in done.text
    (row,) = await stored(world, "SELECT team_id, bot_scopes, enterprise_id FROM slack_bots")
    assert row[0] == NORTHLIGHT
    assert "files:write" not in str(row[1])
    ((name, scopes, gone),) = await stored(world, "SELECT name, scopes, uninstalled_at FROM workspaces")
    assert (name, gone) == ("Northlight Studio", None)
    assert set(str(scopes).split(",")) == set(str(row[1]).split(","))


async def test_pages_are_not_kept_not_framed_and_run_no_script(installing: tuple[World, Browser]) -> None:
    _, browser = installing
    page = await browser.get(browser.home + "/slack/install")
    assert "<script" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    cookie = page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


async def test_a_workspace_can_be_chosen_in_the_link_and_nothing_else_can(installing: tuple[World, Browser]) -> None:
    _, browser = installing
    address = browser.home + "/slack/install?team="
    assert "&team=T0002" in (await browser.get(address + "T0002")).link
    assert "evil" not in (await browser.get(address + "T1%26redirect_uri=https://evil.example.com")).link


async def test_who_says_no_at_slack_has_installed_nothing(installing: tuple[World, Browser]) -> None:
    world, browser = installing
    page = await browser.get(await browser.consent(await browser.ask(), NORTHLIGHT, "deny"))
    assert (page.status, "You said no at Slack" in page.text) == (200, True)
    assert await stored(world, "SELECT * FROM slack_bots UNION ALL SELECT * FROM slack_bots") == []


async def test_a_way_back_from_slack_that_is_used_again_is_refused(installing: tuple[World, Browser]) -> None:
    world, browser = installing
    back = await browser.consent(await browser.ask(), NORTHLIGHT)
    cookies = dict(browser.cookies)
    assert (await browser.get(back)).status == 200
    browser.cookies = cookies  # as they were: only the state itself can be told to be used up
    again = await browser.get(back)
    assert again.status == 400
    assert "no longer good" in again.text
    assert len(await stored(world, "SELECT id FROM slack_bots")) == 1
    assert len(world.slack.calls("oauth.v2.access")) == 1


async def test_a_state_is_good_in_the_browser_it_was_given_to_alone(installing: tuple[World, Browser]) -> None:
    world, browser = installing
    back = await browser.consent(await browser.ask(), NORTHLIGHT)
    async with Browser(browser.home) as other:
        assert (await other.get(back)).status == 400
    assert (await browser.get(back)).status == 400, "somebody else has seen it"
    assert await stored(world, "SELECT id FROM slack_bots") == []


async def test_a_state_that_is_too_old_is_refused_and_forgotten(installing: tuple[World, Browser]) -> None:
    world, browser = installing
    back = await browser.consent(await browser.ask(), NORTHLIGHT)
    async with world.limber.open_unit_of_work() as uow:
        await uow._session.execute(text("UPDATE slack_oauth_states SET expire_at = '2020-01-01 00:00:00.000000'"))  # noqa: SLF001  # tests may look everywhere
        await uow.commit()
    assert (await browser.get(back)).status == 400
    await browser.ask()
    async with world.limber.open_unit_of_work() as uow:
        await uow._session.execute(text("UPDATE slack_oauth_states SET expire_at = '2020-01-01 00:00:00.000000'"))  # noqa: SLF001  # tests may look everywhere
        await uow.commit()
    await world.limber.tidy()
    assert await stored(world, "SELECT id FROM slack_oauth_states") == []


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?state=x&code=y", "?error=access_denied", "?state="])
async def test_who_comes_from_elsewhere_is_refused_with_a_page(installing: tuple[World, Browser], query: str) -> None:
    _, browser = installing
    page = await browser.get(browser.home + REDIRECT_PATH + query)
    assert page.status == 400
    assert "Start again" in page.text


async def test_a_code_that_slack_does_not_take_is_refused(
    installing: tuple[World, Browser], caplog: pytest.LogCaptureFixture
) -> None:
    world, browser = installing
    back = await browser.consent(await browser.ask(), NORTHLIGHT)
    page = await browser.get(back.replace("code=", "code=forged"))
    assert (page.status, "invalid_code" in page.text) == (400, True)
    assert await stored(world, "SELECT id FROM slack_bots") == []
    assert "forged" not in caplog.text


@pytest.mark.parametrize("fault", ["drop", "server_error"])
async def test_while_slack_does_not_answer_nothing_is_installed(installing: tuple[World, Browser], fault: str) -> None:
    world, browser = installing
    back = await browser.consent(await browser.ask(), NORTHLIGHT)
    await world.order_fault("oauth.v2.access", fault)
    page = await browser.get(back)
    assert page.status in {400, 502}
    assert "Start again" in page.text
    assert await stored(world, "SELECT id FROM slack_bots") == []


async def test_a_whole_organisation_is_refused_and_its_token_given_back(installing: tuple[World, Browser]) -> None:
    world, browser = installing
    page = await browser.install(NORTHLIGHT, organisation="1")
    assert page.status == 400
    assert "workspace by workspace" in page.text
    assert await stored(world, "SELECT id FROM slack_bots") == []
    assert await stored(world, "SELECT id FROM workspaces") == []
    (revoked,) = world.slack.calls("auth.revoke")
    assert revoked["response"]["revoked"]


async def test_scopes_that_were_left_out_are_said_and_break_nothing(
    installing: tuple[World, Browser], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    world, browser = installing
    page = await browser.install(NORTHLIGHT, optional=[])
    assert page.status == 200
    assert "may not read channels' history" in page.text
    assert f"installed in the workspace {NORTHLIGHT}, without channels:history, groups:history" in caplog.text
    assert (await world.person("anna").say("C0ENGINEERING", "/stretch help"))["ok"]
    await world.set_up()
    home = await home_of(world, "anna")
    assert "I may not read this workspace's channels" in home
    assert "I may not read files" not in home, "nobody asked for that"
    assert "I may not" not in await home_of(world, "mei"), "it is said to keepers alone"
    await browser.install(NORTHLIGHT)
    assert "I may not" not in await home_of(world, "anna")


async def home_of(world: World, name: str) -> str:
    seen = len(world.slack.calls("views.publish"))
    await world.person(name).open_home()
    await world.until(lambda: len(world.slack.calls("views.publish")) > seen, "Home")
    return str((await world.person(name).state())["home"])


async def test_a_token_is_unreadable_in_the_database_and_in_no_log(
    installing: tuple[World, Browser], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    world, browser = installing
    await browser.install(NORTHLIGHT)
    ((token,),) = await stored(world, "SELECT bot_token FROM slack_bots")
    assert world.slack.bot_token not in str(token)
    assert world.slack.bot_token not in caplog.text


async def test_installing_again_keeps_one_token_the_newest(installing: tuple[World, Browser]) -> None:
    world, browser = installing
    await browser.install(NORTHLIGHT)
    first = world.slack.bot_token
    await browser.install(NORTHLIGHT)
    assert world.slack.bot_token != first
    assert len(await stored(world, "SELECT id FROM slack_bots")) == 1
    assert (await world.person("anna").open_home())["ok"]
    await world.until(lambda: world.slack.calls("views.publish"), "Home")
    assert world.slack.calls("views.publish")[0]["response"]["ok"]


async def test_a_workspace_that_has_not_installed_it_gets_no_answer(
    installing: tuple[World, Browser], caplog: pytest.LogCaptureFixture
) -> None:
    world, browser = installing
    await browser.install(NORTHLIGHT)
    other = {"command": "/stretch", "team_id": SECOND, "user_id": "U1", "channel_id": "C1", "text": "help"}
    answer = await world.deliver("slash_commands", other)
    assert "pictured" not in str(answer.body)
    assert "not installed in this workspace" in str(answer.body)
    assert f"the workspace {SECOND}, where the app is not installed" in caplog.text
    assert await stored(world, "SELECT team_id FROM workspaces") == [(NORTHLIGHT,)]


async def test_a_key_that_does_not_read_the_tokens_stops_the_start_with_a_sentence(sqlite_url: str) -> None:
    address = free_address()
    async with playground(address) as slack, Browser(address) as browser:
        async with serving(slack, oauth_settings(slack, sqlite_url, address)):
            await browser.install(NORTHLIGHT)
        settings = oauth_settings(slack, sqlite_url, address, token_keys=SecretStr(new_key()))
        with pytest.raises(CannotRun, match=rf"TOKEN_KEYS does not read .* \({NORTHLIGHT}\)\. Put the key back"):
            async with running(settings):
                pass
        checks = {check.name: check for check in await examine(oauth_settings(slack, sqlite_url, address))}
        assert checks["keys"].state is State.OK
        assert checks["workspaces"].what == "1 installed"


def test_bolt_keeps_no_tokens_of_its_own_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN"):
        monkeypatch.setenv(name, "1.2")
    nothing: Any = None
    app = SlackApp(nothing, nothing, authorize_with(OneGrant(Identity(NORTHLIGHT, "", "U", "B"), "xoxb-1")), "secret")
    assert app.bolt.oauth_flow is None
    assert caplog.text == ""
    assert os.environ["SLACK_CLIENT_ID"] == "1.2", "it is ours again"


async def test_what_is_remembered_of_workspaces_is_bounded() -> None:
    reads: list[str] = []

    async def read(team_id: str) -> Grant | None:
        reads.append(team_id)
        return Grant("xoxb-", "U", "B") if team_id.startswith("T") else None

    grants = RememberedGrants(read)
    for number in range(REMEMBERED + 1):
        await grants.find(f"T{number}")
        await grants.find(f"X{number}")
    assert len(grants._known) == REMEMBERED  # noqa: SLF001  # the bound is what is claimed
    reads.clear()
    await grants.find(f"T{REMEMBERED}")
    assert reads == [], "the newest is remembered"
    await grants.find("T0")
    await grants.find("X1")
    assert reads == ["T0", "X1"], "the oldest is not, and neither is one that is not there"
