"""OAuth in the playground, as strict as Slack's: who may ask for what, codes that are good once, and an end to it."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError

from playground.client import Person
from playground.server import Playground
from tests.playground.conftest import MANIFEST, client_of

BACK = "https://app.example.com/back"
SCOPES = MANIFEST["oauth_config"]["scopes"]["bot"]
ASKING = {
    **MANIFEST,
    "oauth_config": {
        "redirect_urls": [BACK],
        "scopes": {"bot": SCOPES, "bot_optional": ["channels:history"]},
    },
    "settings": {"event_subscriptions": {"bot_events": ["app_uninstalled", "tokens_revoked"]}},
}


@pytest.fixture
async def slack() -> AsyncIterator[Playground]:
    async with Playground(manifest=ASKING, workspaces=2, installed=False, retry_delays=()) as playground:
        yield playground


def asked(slack: Playground, **changes: str) -> dict[str, str]:
    query = {"client_id": slack.client_id, "scope": ",".join(SCOPES), "redirect_uri": BACK, "state": "s1"}
    return query | changes


async def consent(slack: Playground, team: str = "T0LIMBER", **form: Any) -> dict[str, str]:
    """Decide on the page; answers what the browser brings back."""
    data = asked(slack) | {"team": team, "decision": "allow", "optional": "channels:history"} | form
    async with (
        ClientSession() as session,
        session.post(slack.page_url + "oauth/v2/authorize", data=data, allow_redirects=False) as answer,
    ):
        assert answer.status == 302, await answer.text()
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


async def exchange(slack: Playground, its_code: str, **changes: str) -> dict[str, Any]:
    credentials = {"client_id": slack.client_id, "client_secret": slack.client_secret}
    data = credentials | {"code": its_code, "redirect_uri": BACK} | changes
    async with ClientSession() as session, session.post(slack.api_url + "oauth.v2.access", data=data) as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def act(slack: Playground, path: str, **body: Any) -> dict[str, Any]:
    async with ClientSession() as session, session.post(slack.page_url + path, json=body) as answer:
        found: dict[str, Any] = await answer.json()
        return found


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "https://elsewhere.example.com"}, "bad_redirect_uri"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
async def test_a_link_that_asks_for_too_much_is_refused(slack: Playground, changes: dict[str, str], error: str) -> None:
    url = f"{slack.page_url}oauth/v2/authorize?{urlencode(asked(slack, **changes))}"
    async with ClientSession() as session, session.get(url) as answer:
        assert answer.status == 400
        assert error in await answer.text()


async def test_a_person_is_shown_who_asks_for_what_and_where(slack: Playground) -> None:
    url = f"{slack.page_url}oauth/v2/authorize?{urlencode(asked(slack, team='T0002'))}"
    async with ClientSession() as session, session.get(url) as answer:
        page = await answer.text()
    assert "Echo asks for permission" in page
    assert 'value="T0002" checked' in page
    assert "chat:write" in page
    assert "channels:history (optional)" in page


async def test_a_yes_is_a_code_and_a_code_a_token_once(slack: Playground) -> None:
    back = await consent(slack)
    assert back["state"] == "s1"
    answer = await exchange(slack, back["code"])
    assert answer["ok"]
    assert answer["team"] == {"id": "T0LIMBER", "name": "Northlight Studio"}
    assert answer["scope"] == ",".join(SCOPES)
    assert (await client_of(slack, answer["access_token"]).auth_test())["team_id"] == "T0LIMBER"
    assert (await exchange(slack, back["code"]))["error"] == "code_already_used"


async def test_a_no_is_no_code(slack: Playground) -> None:
    assert await consent(slack, decision="deny") == {"error": "access_denied", "state": "s1"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_secret": "guessed"}, "bad_client_secret"),
        ({"code": "guessed"}, "invalid_code"),
        ({"redirect_uri": "https://elsewhere.example.com"}, "bad_redirect_uri"),
    ],
)
async def test_a_code_is_worth_nothing_to_others(slack: Playground, changes: dict[str, str], error: str) -> None:
    back = await consent(slack)
    assert (await exchange(slack, back["code"], **changes))["error"] == error
    assert (await exchange(slack, back["code"]))["ok"]


async def test_an_optional_scope_may_be_left_out_and_a_call_that_needs_it_fails(slack: Playground) -> None:
    answer = await exchange(slack, (await consent(slack, optional=""))["code"])
    assert "channels:history" not in answer["scope"]
    web = client_of(slack, answer["access_token"])
    assert "channels:history" not in (await web.auth_test()).headers["X-OAuth-Scopes"]
    with pytest.raises(SlackApiError, match="missing_scope"):
        await web.conversations_history(channel="C0DESIGN")


async def test_each_workspace_has_its_own_token_and_a_new_one_ends_the_old(slack: Playground) -> None:
    first, second = [
        (await exchange(slack, (await consent(slack, team))["code"]))["access_token"] for team in ("T0LIMBER", "T0002")
    ]
    assert (await client_of(slack, second).auth_test())["team_id"] == "T0002"
    again = (await exchange(slack, (await consent(slack))["code"]))["access_token"]
    assert again != first
    with pytest.raises(SlackApiError, match="token_revoked"):
        await client_of(slack, first).auth_test()
    assert (await client_of(slack, again).auth_test())["ok"]


@pytest.mark.parametrize(
    ("way", "error", "told"),
    [
        ("uninstall", "account_inactive", ["app_uninstalled", "tokens_revoked"]),
        ("revoke", "token_revoked", ["tokens_revoked"]),
    ],
)
async def test_taken_out_the_token_ends_the_app_leaves_its_channels_and_is_told(
    slack: Playground, way: str, error: str, told: list[str]
) -> None:
    web = client_of(slack, (await exchange(slack, (await consent(slack))["code"]))["access_token"])
    async with Person(slack, "U0ANNA") as anna:
        assert (await anna.say("C0DESIGN", "/invite @echo"))["ok"]
        assert (await web.chat_postMessage(channel="C0DESIGN", text="here"))["ok"]
        assert (await act(slack, f"playground/workspaces/T0LIMBER/{way}"))["ok"]
        with pytest.raises(SlackApiError, match=error):
            await web.chat_postMessage(channel="C0DESIGN", text="gone")
        assert (await anna.say("C0DESIGN", "/echo words"))["error"] == "app_not_installed"
        channels = {each["id"]: each for each in (await anna.state())["channels"]}
    assert "U0ECHO" not in channels["C0DESIGN"]["members"]
    assert [event.payload["event"]["type"] for event in slack._slack.workspace.events.values()] in ([], told)  # noqa: SLF001  # tests may look everywhere
    assert (await act(slack, f"playground/workspaces/T0LIMBER/{way}"))["error"] == "app_not_installed"


async def test_a_token_can_be_given_back(slack: Playground) -> None:
    web = client_of(slack, (await exchange(slack, (await consent(slack))["code"]))["access_token"])
    assert (await web.auth_revoke(test=True))["revoked"] is False
    assert (await web.auth_revoke())["revoked"]
    with pytest.raises(SlackApiError, match="token_revoked"):
        await web.auth_test()


async def test_the_page_of_workspaces_takes_the_app_out(slack: Playground) -> None:
    await exchange(slack, (await consent(slack))["code"])
    async with ClientSession() as session:
        async with session.get(slack.page_url + "apps") as answer:
            page = await answer.text()
        assert page.count("Uninstall") == 1
        assert page.count("not installed") == 1
        async with session.post(slack.page_url + "apps/T0LIMBER", data={"what": "uninstall"}) as answer:
            assert (await answer.text()).count("not installed") == 2
        async with session.get(slack.page_url + "playground/workspaces") as answer:
            assert [each["installed"] for each in await answer.json()] == [False, False]


async def test_people_of_every_workspace_act_in_their_own(slack: Playground) -> None:
    async with Person(slack, "U0002P1") as person:
        assert (await person.say("C0002N1", "hello"))["ok"]
        assert (await person.say("C0DESIGN", "hello"))["error"] == "not_found"
        state = await person.state()
    assert state["workspace"]["id"] == "T0002"
    assert "C0DESIGN" not in state["messages"]
