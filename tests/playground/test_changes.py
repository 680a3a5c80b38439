"""Channels and people themselves change by hand, and the app hears of it as Slack tells it."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground
from tests.playground.conftest import MANIFEST, client_of, running

DESIGN = "C0DESIGN"
EVENTS = ("channel_rename", "channel_archive", "group_unarchive", "group_rename", "user_change")


def _manifest() -> dict[str, Any]:
    scopes = [*MANIFEST["oauth_config"]["scopes"]["bot"], "groups:read"]
    subscriptions = {"event_subscriptions": {"bot_events": list(EVENTS)}}
    return MANIFEST | {"oauth_config": {"scopes": {"bot": scopes}}, "settings": subscriptions}


async def _change(slack: Playground, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    async with ClientSession() as session, session.post(f"{slack.page_url}playground/{path}", json=body) as answer:
        return answer.status, await answer.json()


def _listening(web: AsyncWebClient, slack: Playground) -> tuple[AsyncApp, asyncio.Queue[dict[str, Any]]]:
    app, heard = AsyncApp(client=web, signing_secret=slack.signing_secret), asyncio.Queue[dict[str, Any]]()

    async def hear(event: dict[str, Any]) -> None:
        heard.put_nowait(event)

    for name in EVENTS:
        app.event(name)(hear)
    return app, heard


async def test_the_app_hears_what_becomes_of_channels_and_people() -> None:
    async with Playground(manifest=_manifest()) as slack:
        web = client_of(slack)
        app, heard = _listening(web, slack)
        async with running(app, slack):
            assert (await _change(slack, f"channels/{DESIGN}", name="studio"))[0] == 200
            assert (await _change(slack, f"channels/{DESIGN}", name="studio", archived=True))[0] == 200
            assert (await _change(slack, f"channels/{DESIGN}", archived=False, private=True))[0] == 200
            assert (await _change(slack, f"channels/{DESIGN}", name="secret"))[0] == 200
            assert (await _change(slack, "people/U0MEI/profile", real_name="Mei Lim", is_restricted=True))[0] == 200
            async with asyncio.timeout(5):
                events = [await heard.get() for _ in range(5)]
        assert [event["type"] for event in events] == list(EVENTS)
        assert events[0]["channel"]["name"] == "studio"
        assert events[1]["channel"] == DESIGN
        assert events[-1]["user"]["profile"]["display_name"] == "Mei"
        assert events[-1]["user"]["is_restricted"]


async def test_people_of_another_workspace_and_deactivated_ones_are_shown_as_slack_shows_them() -> None:
    async with Playground(manifest=_manifest()) as slack:
        assert (await _change(slack, "people", id="U0ZOE", real_name="Zoe Far", team_id="T0OTHER"))[0] == 200
        user = (await client_of(slack).users_info(user="U0ZOE"))["user"]
        assert (user["team_id"], user["is_stranger"], user["deleted"]) == ("T0OTHER", True, False)
        assert (await _change(slack, "people/U0ZOE/profile", deleted=True))[0] == 200
        assert (await client_of(slack).users_info(user="U0ZOE"))["user"]["deleted"]
        assert (await _change(slack, "people/U0ZOE/messages", channel=DESIGN, text="hello"))[0] == 404


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("channels/C0NOWHERE", {"name": "x"}, 404),
        (f"channels/{DESIGN}", {"archived": "yes"}, 400),
        ("people/U0NOBODY/profile", {"real_name": "x"}, 404),
        ("people/U0MEI/profile", {"tz": 3}, 400),
        ("people/U0MEI/profile", {"tz": "Mars/Base"}, 400),
        ("people/U0MEI/profile", {"real_name": " "}, 400),
        ("people", {"id": "U0MEI", "real_name": "Mei"}, 409),
        ("people", {"real_name": "Mei"}, 400),
    ],
)
async def test_what_cannot_be_is_refused(path: str, body: dict[str, Any], status: int) -> None:
    async with Playground(manifest=MANIFEST) as slack:
        answer = await _change(slack, path, **body)
    assert (answer[0], answer[1]["ok"]) == (status, False)
