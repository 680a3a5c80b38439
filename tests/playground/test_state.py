import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.client import Person
from playground.server import Playground
from playground.storage import Journal
from tests.playground.conftest import MANIFEST, StartPerson, client_of, until

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}


async def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "playground.json"
    async with Playground(manifest=MANIFEST, state=path) as slack, Person(slack, "U0ANNA") as anna:
        web = client_of(slack)
        ts = (await web.chat_postMessage(channel="C0DESIGN", text="Hi", blocks=[SECTION]))["ts"]
        await web.chat_postMessage(channel="C0DESIGN", text="Reply", thread_ts=ts)
        await web.chat_postEphemeral(channel="C0DESIGN", user="U0ANNA", text="You")
        await web.views_publish(user_id="U0ANNA", view={"type": "home", "blocks": [SECTION]})
        gone = (await web.chat_postMessage(channel="C0DESIGN", text="Gone"))["ts"]
        await web.chat_delete(channel="C0DESIGN", ts=gone)
        await web.files_upload_v2(content=b"x", filename="a.png", title="A")
        await anna.react("C0DESIGN", ts, "muscle")
        await anna.say("C0ENGINEERING", "/invite @Echo")
        await slack.clock.set_offset(timedelta(days=7))
        before = await anna.state()
        tokens = (slack.bot_token, slack.app_token, slack.signing_secret)
    async with Playground(manifest=MANIFEST, state=path) as slack, Person(slack, "U0ANNA") as anna:
        after = await anna.state()
        assert tokens == (slack.bot_token, slack.app_token, slack.signing_secret)
        assert slack.clock.offset == timedelta(days=7)
    before["clock"].pop("now")
    after["clock"].pop("now")
    assert before == after


async def test_an_event_that_was_not_acknowledged_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "playground.json"
    async with Playground(manifest=MANIFEST, state=path) as slack, Person(slack, "U0ANNA") as anna:
        await anna.open_home()
    async with Playground(manifest=MANIFEST, state=path) as slack, ClientSession() as session:
        url = (await client_of(slack).apps_connections_open(app_token=slack.app_token))["url"]
        async with session.ws_connect(url) as socket:
            await socket.receive_json(timeout=10)
            envelope = await socket.receive_json(timeout=10)
    assert envelope["payload"]["event"]["type"] == "app_home_opened"
    assert envelope["retry_attempt"] == 1


PROGRAM = """
import asyncio, json, sys
from pathlib import Path
from playground.server import Playground
async def main():
    async with Playground(manifest=json.loads(sys.argv[1]), state=Path(sys.argv[2])) as slack:
        print(json.dumps([slack.api_url, slack.bot_token]), flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_a_killed_playground_has_lost_no_answered_post(tmp_path: Path) -> None:
    path = tmp_path / "playground.json"
    command = [sys.executable, "-c", PROGRAM, json.dumps(MANIFEST), str(path)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    api_url, token = json.loads(await process.stdout.readline())
    web = AsyncWebClient(token, base_url=api_url, retry_handlers=[])
    stamps = []

    async def post_until_killed() -> None:
        while True:
            stamps.append((await web.chat_postMessage(channel="C0DESIGN", text="x"))["ts"])

    posting = asyncio.create_task(post_until_killed())
    await until(lambda: len(stamps) >= 10 or posting.done(), 60)
    process.send_signal(signal.SIGKILL)
    with pytest.raises((ClientError, OSError)):
        await posting
    await process.wait()
    async with Playground(manifest=MANIFEST, state=path) as slack:
        kept = [message["ts"] for message in slack.messages("C0DESIGN")]
    assert len(stamps) >= 10
    assert kept[: len(stamps)] == stamps


def test_a_line_cut_in_half_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "playground.json"
    journal = Journal(path)
    journal.append([("person", "U1", {"id": "U1"}), ("person", "U2", {"id": "U2"})])
    journal.append([("person", "U1", None)])
    journal.close()
    with path.open("ab") as file:
        file.write(b'[["person","U3",{"id":')
    reopened = Journal(path)
    reopened.append([("person", "U4", {"id": "U4"})])
    reopened.close()
    kept = Journal(path)
    kept.close()
    assert [body["id"] for _, body in kept.records()] == ["U2", "U4"]


class Stream:
    """Reads a person's live stream."""

    def __init__(self, content: Any) -> None:
        self._content = content

    async def next(self) -> dict[str, Any]:
        while True:
            line = (await self._content.readline()).decode()
            if line.startswith("data: "):
                data: dict[str, Any] = json.loads(line[6:])
                return data


@pytest.fixture
async def stream(slack: Playground) -> AsyncIterator[Stream]:
    url = slack.page_url + "playground/live?as=U0ANNA"
    async with (
        ClientSession(timeout=ClientTimeout(total=60), read_bufsize=2**22) as session,
        session.get(url) as response,
    ):
        assert response.content_type == "text/event-stream"
        yield Stream(response.content)


async def test_the_stream_begins_with_the_state_and_tells_changes(
    slack: Playground, web: AsyncWebClient, anna: Person, stream: Stream
) -> None:
    first = await stream.next()
    state = await anna.state()
    assert first["state"].keys() == state.keys()
    assert first["state"]["channels"] == state["channels"]
    await web.chat_postMessage(channel="C0DESIGN", text="Hi")
    second = await stream.next()
    assert second["revision"] > first["revision"]
    assert [message["text"] for message in second["state"]["messages"]["C0DESIGN"]] == ["Hi"]
    await slack.clock.set_offset(timedelta(days=1))
    third = await stream.next()
    assert third["state"]["clock"]["offset_seconds"] == 86_400


async def test_the_stream_is_throttled_and_the_newest_wins(web: AsyncWebClient, stream: Stream) -> None:
    await stream.next()
    started = asyncio.get_running_loop().time()
    for number in range(60):
        await web.chat_postMessage(channel="C0DESIGN", text=str(number))
    received = 0
    while True:
        changed = await stream.next()
        received += 1
        if len(changed["state"]["messages"]["C0DESIGN"]) == 60:
            break
    elapsed = asyncio.get_running_loop().time() - started
    assert received <= elapsed * 10 + 2


async def test_what_others_see_privately_does_not_wake_the_stream(
    web: AsyncWebClient, person: StartPerson, stream: Stream
) -> None:
    await stream.next()
    await web.chat_postEphemeral(channel="C0DESIGN", user="U0MEI", text="Mei only")
    await web.chat_postMessage(channel="U0MEI", text="Mei only")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.4):
            await stream.next()
    mei = await (await person("U0MEI")).state()
    assert [channel["id"] for channel in mei["channels"] if channel["kind"] == "dm"] == ["D0MEI"]
    assert mei["messages"]["D0MEI"][0]["text"] == "Mei only"


async def fault(slack: Playground, **body: Any) -> None:
    url = slack.page_url + "playground/faults"
    async with ClientSession() as session, session.post(url, json=body) as response:
        assert response.status == 200


async def test_accepted_faults_leave_their_message_behind(slack: Playground) -> None:
    outcomes: list[str] = []
    for name in ("drop", "timeout", "server_error", "internal_error"):
        patience = 1 if name == "timeout" else 30
        web = AsyncWebClient(slack.bot_token, base_url=slack.api_url, timeout=patience, retry_handlers=[])
        await fault(slack, method="chat.postMessage", fault=name, seconds=2)
        try:
            await web.chat_postMessage(channel="C0DESIGN", text=name)
        except SlackApiError as error:
            outcomes.append(str(error.response.status_code))
        except (ClientError, TimeoutError) as error:
            outcomes.append(type(error).__name__)
    assert outcomes == ["ServerDisconnectedError", "TimeoutError", "500", "200"]
    assert [m["text"] for m in slack.messages("C0DESIGN")] == ["drop", "timeout", "server_error"]


async def test_a_rate_limit_says_when_to_come_back_and_ends(slack: Playground, web: AsyncWebClient) -> None:
    await fault(slack, method="*", fault="ratelimited", times=2, retry_after=7)
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            await web.chat_postMessage(channel="C0DESIGN", text="x")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "7"
    await web.chat_postMessage(channel="C0DESIGN", text="x")
    assert len(slack.messages("C0DESIGN")) == 1
    await fault(slack, method="auth.test", fault="fatal_error", times=5)
    async with ClientSession() as session, session.delete(slack.page_url + "playground/faults"):
        pass
    assert (await web.auth_test())["ok"]


async def test_time_moves_once_at_a_time_and_the_page_sees_it() -> None:
    gate = asyncio.Event()

    async def move(step: str) -> None:
        await gate.wait()
        await slack.clock.set_offset(timedelta(days={"day": 1}.get(step, 7)))

    async def is_moving() -> bool:
        return bool((await anna.state())["clock"]["moving"])

    slack = Playground(manifest=MANIFEST, time_control=move)
    async with slack, Person(slack, "U0ANNA") as anna, ClientSession() as session:
        url = slack.page_url + "playground/time"
        first = asyncio.create_task(session.post(url, json={"step": "day"}))
        await until(is_moving)
        async with session.post(url, json={"step": "day"}) as second:
            assert second.status == 409
        gate.set()
        async with await first as response:
            assert (await response.json())["ok"]
        clock = (await anna.state())["clock"]
        assert (clock["moving"], clock["offset_seconds"], clock["time_control"]) == (False, 86_400, True)
        assert datetime.fromisoformat(clock["now"]).tzinfo == UTC


async def test_unknown_people_and_places_are_404(slack: Playground, web: AsyncWebClient) -> None:
    ts = (await web.chat_postMessage(channel="C0DESIGN", text="x"))["ts"]
    requests: list[tuple[str, dict[str, Any]]] = [
        ("people/U0GHOST/messages", {"channel": "C0DESIGN", "text": "x"}),
        ("people/U0ANNA/messages", {"channel": "C0GHOST", "text": "x"}),
        ("people/U0ANNA/reactions", {"channel": "C0DESIGN", "ts": "1.1", "name": "tada", "on": True}),
        (
            "people/U0ANNA/press",
            {"container": {"type": "message", "channel": "C0DESIGN", "ts": ts}, "action_id": "go"},
        ),
        ("people/U0ANNA/submit", {"view_id": "V0", "values": {}}),
        ("people/U0ANNA/close", {"view_id": "V0"}),
        ("channels/C0GHOST/members", {"user": "U0ANNA", "present": True}),
        ("time", {"step": "day"}),
    ]
    async with ClientSession() as session:
        for path, body in requests:
            async with session.post(f"{slack.page_url}playground/{path}", json=body) as response:
                answer = await response.json()
                assert (response.status, answer["ok"]) == (404, False), path
                assert answer["message"].endswith(".")
        async with session.get(slack.page_url + "playground/state?as=U0GHOST") as response:
            assert response.status == 404
        async with session.get(slack.page_url + "playground/state") as response:
            assert (await response.json())["me"] == "U0ANNA"


async def test_files_outside_the_page_are_not_served(slack: Playground) -> None:
    async with ClientSession() as session:
        for path in ("%2e%2e/server.py", "..%2fserver.py", "nothing.html"):
            async with session.get(slack.page_url + path) as response:
                assert response.status == 404
