import json
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground
from tests.playground.conftest import client_of

BLOCKS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}},
    {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}}]},
]


async def refused(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await call
    answer: dict[str, Any] = caught.value.response.data
    return answer


async def test_auth_test_names_the_workspace_and_the_granted_scopes(web: AsyncWebClient) -> None:
    answer = await web.auth_test()
    assert (answer["team"], answer["user_id"]) == ("Northlight Studio", "U0ECHO")
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_a_message_comes_back_in_the_history_with_blocks_named_and_metadata(
    web: AsyncWebClient,
) -> None:
    metadata = {"event_type": "break", "event_payload": {"id": 7}}
    sent = await web.chat_postMessage(channel="C0DESIGN", text="Hi", blocks=BLOCKS, metadata=metadata)
    plain = await web.conversations_history(channel="C0DESIGN")
    full = await web.conversations_history(channel="C0DESIGN", include_all_metadata=True)
    message = full["messages"][0]
    assert message["ts"] == sent["ts"]
    assert message["metadata"] == metadata
    assert "metadata" not in plain["messages"][0]
    assert message["blocks"][0]["block_id"]
    assert message["blocks"][1]["elements"][0]["action_id"]


async def test_form_arguments_and_json_arguments_mean_the_same(slack: Playground) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    url = slack.api_url + "chat.postMessage"
    body = {"channel": "C0DESIGN", "text": "Hi", "blocks": BLOCKS}
    form = body | {"blocks": json.dumps(BLOCKS), "token": slack.bot_token}
    async with ClientSession() as session:
        for request in ({"json": body, "headers": headers}, {"data": form}):
            async with session.post(url, **request) as response:
                assert (await response.json())["ok"]
        async with session.get(slack.api_url + "auth.test", params={"token": slack.bot_token}) as response:
            assert (await response.json())["ok"]
    first, second = slack.messages("C0DESIGN")
    assert first["blocks"][0]["text"] == second["blocks"][0]["text"]


async def test_ts_grows_even_when_the_clock_goes_back(slack: Playground, web: AsyncWebClient) -> None:
    stamps = []
    for _ in range(20):
        answer = await web.chat_postMessage(channel="C0DESIGN", text="x")
        stamps.append(float(answer["ts"]))
        await slack.clock.set_offset(slack.clock.offset / 2)
    assert stamps == sorted(set(stamps))


async def test_posting_to_a_person_opens_the_direct_messages(web: AsyncWebClient) -> None:
    sent = await web.chat_postMessage(channel="U0MEI", text="Hi")
    opened = await web.conversations_open(users="U0MEI")
    assert sent["channel"] == opened["channel"]["id"] == "D0MEI"


@pytest.mark.parametrize(
    ("channel", "text", "error"),
    [
        ("C0NOWHERE", "x", "channel_not_found"),
        ("C0ENGINEERING", "x", "not_in_channel"),
        ("C0DESIGN", "", "no_text"),
        ("C0DESIGN", "x" * 40_001, "msg_too_long"),
    ],
)
async def test_what_cannot_be_posted_is_refused_by_slacks_name(
    web: AsyncWebClient, channel: str, text: str, error: str
) -> None:
    answer = await refused(web.api_call("chat.postMessage", json={"channel": channel, "text": text}))
    assert answer["error"] == error


async def test_tokens_and_methods_are_checked(slack: Playground, web: AsyncWebClient) -> None:
    unknown = await refused(web.api_call("chat.shout"))
    invalid = await refused(client_of(slack, "xoxb-wrong").auth_test())
    wrong_kind = await refused(client_of(slack, slack.app_token).auth_test())
    async with ClientSession() as session, session.post(slack.api_url + "auth.test") as response:
        missing = await response.json()
    errors = [answer["error"] for answer in (unknown, invalid, wrong_kind, missing)]
    assert errors == ["unknown_method", "invalid_auth", "not_allowed_token_type", "not_authed"]


async def test_a_scope_that_was_not_granted_is_named(web: AsyncWebClient) -> None:
    answer = await refused(web.team_info())
    assert (answer["error"], answer["needed"]) == ("missing_scope", "team:read")
    assert "users:read" in answer["provided"]


async def test_refused_blocks_are_pointed_at(web: AsyncWebClient) -> None:
    blocks = [{"type": "image", "slack_file": {"id": "F0GONE"}, "alt_text": "gone"}]
    answer = await refused(web.chat_postMessage(channel="C0DESIGN", text="x", blocks=blocks))
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {answer['errors'][0]}"]


async def test_an_update_without_blocks_removes_them(web: AsyncWebClient, slack: Playground) -> None:
    sent = await web.chat_postMessage(channel="C0DESIGN", text="Hi", blocks=BLOCKS)
    await web.chat_update(channel="C0DESIGN", ts=sent["ts"], text="Bye", blocks=BLOCKS[:1])
    assert "edited" not in slack.messages("C0DESIGN")[0]
    await web.chat_update(channel="C0DESIGN", ts=sent["ts"], text="Bye")
    message = slack.messages("C0DESIGN")[0]
    assert "blocks" not in message
    assert "edited" in message
    too_long = await refused(web.chat_update(channel="C0DESIGN", ts=sent["ts"], text="x" * 4001))
    gone = await refused(web.chat_update(channel="C0DESIGN", ts="1.000001", text="x"))
    assert [too_long["error"], gone["error"]] == ["msg_too_long", "message_not_found"]


async def test_a_thread_is_counted_on_its_parent(web: AsyncWebClient) -> None:
    parent = (await web.chat_postMessage(channel="C0DESIGN", text="Parent"))["ts"]
    replies = [(await web.chat_postMessage(channel="C0DESIGN", text="Reply", thread_ts=parent))["ts"] for _ in "ab"]
    thread = await web.conversations_replies(channel="C0DESIGN", ts=parent)
    assert [message["ts"] for message in thread["messages"]] == [parent, *replies]
    assert (thread["messages"][0]["reply_count"], thread["messages"][0]["latest_reply"]) == (2, replies[1])
    history = await web.conversations_history(channel="C0DESIGN")
    assert [message["ts"] for message in history["messages"]] == [parent]
    await web.chat_delete(channel="C0DESIGN", ts=replies[1])
    thread = await web.conversations_replies(channel="C0DESIGN", ts=parent)
    assert thread["messages"][0]["latest_reply"] == replies[0]


async def test_history_comes_newest_first_in_pages_and_windows(web: AsyncWebClient) -> None:
    stamps = [(await web.chat_postMessage(channel="C0DESIGN", text=str(n)))["ts"] for n in range(5)]
    seen = []
    cursor = ""
    for _ in range(3):
        page = await web.conversations_history(channel="C0DESIGN", limit=2, cursor=cursor)
        seen += [message["ts"] for message in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
    assert seen == stamps[::-1]
    assert cursor == ""
    window = await web.conversations_history(channel="C0DESIGN", oldest=stamps[1], latest=stamps[3])
    assert [message["ts"] for message in window["messages"]] == [stamps[2]]
    window = await web.conversations_history(channel="C0DESIGN", oldest=stamps[1], latest=stamps[3], inclusive=True)
    assert len(window["messages"]) == 3


async def test_people_have_slacks_shape(web: AsyncWebClient) -> None:
    user = (await web.users_info(user="U0MEI", include_locale=True))["user"]
    assert (user["tz"], user["tz_offset"], user["locale"]) == ("Asia/Singapore", 8 * 3600, "en-US")
    assert user["profile"]["real_name"] == "Mei Tan"
    members = (await web.users_list(limit=200))["members"]
    assert {member["id"] for member in members if member["is_bot"]} == {"U0ECHO"}
    assert (await refused(web.users_info(user="U0GONE")))["error"] == "user_not_found"


async def test_the_apps_channels_and_their_members_are_listed(web: AsyncWebClient) -> None:
    own = await web.users_conversations(types="public_channel")
    everything = await web.conversations_list()
    info = await web.conversations_info(channel="C0ENGINEERING")
    members = await web.conversations_members(channel="C0DESIGN")
    assert [channel["id"] for channel in own["channels"]] == ["C0DESIGN"]
    assert len(everything["channels"]) == 2
    assert info["channel"]["is_member"] is False
    assert set(members["members"]) >= {"U0ANNA", "U0ECHO"}
    assert (await refused(web.users_conversations(types="im")))["error"] == "missing_scope"


async def test_a_new_file_is_shown_only_when_slack_is_done_with_it(slack: Playground, web: AsyncWebClient) -> None:
    slack._slack.looks_at_new_files = 1  # noqa: SLF001  # tests may look everywhere
    file_id = (await web.files_upload_v2(content=b"\x89PNG", filename="pose.png"))["files"][0]["id"]
    blocks = [{"type": "image", "alt_text": "A pose", "slack_file": {"id": file_id}}]
    early = await refused(web.chat_postMessage(channel="C0DESIGN", text="A pose", blocks=blocks))
    assert early["error"] == "invalid_blocks"
    assert (await web.files_info(file=file_id))["file"]["mimetype"] == ""
    assert (await web.files_info(file=file_id))["file"]["mimetype"] == "image/png"
    assert (await web.chat_postMessage(channel="C0DESIGN", text="A pose", blocks=blocks))["ok"]


async def test_an_uploaded_picture_is_served_and_may_be_shown(slack: Playground, web: AsyncWebClient) -> None:
    content = b"\x89PNG not really"
    answer = await web.files_upload_v2(content=content, filename="pose.png", title="A pose")
    file = answer["files"][0]
    async with ClientSession() as session, session.get(file["url_private"]) as response:
        assert (await response.read(), response.content_type) == (content, "image/png")
    block = {"type": "image", "slack_file": {"id": file["id"]}, "alt_text": "A pose"}
    assert (await web.chat_postMessage(channel="C0DESIGN", text="x", blocks=[block]))["ok"]
    info = await web.files_info(file=file["id"])
    assert info["file"]["size"] == len(content)


async def test_reactions_of_the_app_are_kept_once(web: AsyncWebClient) -> None:
    ts = (await web.chat_postMessage(channel="C0DESIGN", text="x"))["ts"]
    await web.reactions_add(channel="C0DESIGN", timestamp=ts, name="muscle")
    again = await refused(web.reactions_add(channel="C0DESIGN", timestamp=ts, name="muscle"))
    shown = await web.reactions_get(channel="C0DESIGN", timestamp=ts)
    assert again["error"] == "already_reacted"
    assert shown["message"]["reactions"] == [{"name": "muscle", "users": ["U0ECHO"], "count": 1}]
    await web.reactions_remove(channel="C0DESIGN", timestamp=ts, name="muscle")
    assert (await refused(web.reactions_remove(channel="C0DESIGN", timestamp=ts, name="muscle")))[
        "error"
    ] == "no_reaction"


async def test_calls_are_recorded_without_the_token(slack: Playground, web: AsyncWebClient) -> None:
    await web.chat_postMessage(channel="C0DESIGN", text="Hi")
    (call,) = slack.calls("chat.postMessage")
    assert call["arguments"]["text"] == "Hi"
    assert call["response"]["ok"]
    assert slack.bot_token not in json.dumps(call)
    async with ClientSession() as session:
        url = slack.page_url + "playground/calls?method=chat.postMessage"
        async with session.get(url) as response:
            assert await response.json() == [call]
