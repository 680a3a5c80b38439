"""A file in a form: uploaded with it, described to the app as Slack does, and read at its address."""

import base64
from typing import Any

from aiohttp import ClientSession
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.client import Person
from playground.server import Playground
from tests.playground.conftest import running

FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Files"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "file",
            "label": {"type": "plain_text", "text": "A file"},
            "element": {"type": "file_input", "action_id": "file", "max_files": 1},
        }
    ],
}


async def test_a_file_in_a_form_reaches_the_app_and_none_is_a_field_left_empty(
    slack: Playground, app: AsyncApp, anna: Person
) -> None:
    files: list[dict[str, Any]] = []

    @app.command("/echo")
    async def echo(ack: Any, client: AsyncWebClient, command: dict[str, Any]) -> None:
        await client.views_open(trigger_id=command["trigger_id"], view=FORM)
        await ack()

    @app.view("form")
    async def form(ack: Any, view: dict[str, Any]) -> None:
        files.extend(view["state"]["values"]["file"]["file"]["files"])
        await ack()

    async with running(app, slack):
        await anna.say("C0DESIGN", "/echo")
        (view,) = (await anna.state())["views"]
        empty = await anna.submit(view["id"], {"file": {"file": []}})
        given = {"name": "a.toml", "content": base64.b64encode(b"id = 1").decode()}
        assert (await anna.submit(view["id"], {"file": {"file": [given]}}))["ok"]
    assert set(empty["errors"]) == {"file"}
    assert [(each["name"], each["size"], each["user"]) for each in files] == [("a.toml", 6, "U0ANNA")]
    async with ClientSession() as session, session.get(files[0]["url_private_download"]) as response:
        assert await response.read() == b"id = 1"
