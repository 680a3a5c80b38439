"""HTTP mode: the same bot behind an address of its own, with every request verified."""

import hashlib
import hmac
import json
import re
import socket
import time
from collections.abc import AsyncIterator, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr
from sqlalchemy import text

from bot.clock import utc_now
from bot.domain.errors import CannotRun
from bot.http import AddressInUse
from bot.settings import Settings
from bot.slack.manifest import manifest
from bot.wiring import running
from playground.server import Playground
from tests.installing import free_address
from tests.world import DESIGN, MONDAY, World, serving

COMMAND = {"command": "/stretch", "team_id": "T0LIMBER", "user_id": "U0ANNA", "channel_id": DESIGN, "text": "help"}


@pytest.fixture
def address() -> str:
    return free_address()


@pytest.fixture
async def slack(address: str) -> AsyncIterator[Playground]:
    async with Playground(manifest=manifest(address), retry_delays=(0.2, 0.2, 0.2)) as slack:
        await slack.clock.set_offset(MONDAY - utc_now())
        yield slack


@pytest.fixture
def settings(slack: Playground, address: str, sqlite_url: str) -> Settings:
    return Settings(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_signing_secret=SecretStr(slack.signing_secret),
        slack_api_url=slack.api_url,
        database_url=sqlite_url,
        host="127.0.0.1",
        port=int(address.rpartition(":")[2]),
        public_url=address,
    )


@pytest.fixture
async def world(slack: Playground, settings: Settings, address: str) -> AsyncIterator[World]:
    async with serving(slack, settings) as world:
        await slack.deliver_to(f"{address}/slack/events")
        yield world


async def _send(
    address: str, form: dict[str, str], secret: str, *, age: float = 0, headers: Mapping[str, str] | None = None
) -> tuple[int, str]:
    body = urlencode(form)
    timestamp = str(int(time.time() - age))  # noqa: TID251  # signatures go by the system's time
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    signed = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    async with (
        ClientSession() as session,
        session.post(f"{address}/slack/events", data=body, headers=signed | dict(headers or {})) as response,
    ):
        return response.status, await response.text()


async def test_slack_can_verify_the_address(world: World) -> None:
    assert await world.slack.verify_request_url()


async def test_a_day_in_http_mode_is_a_day_as_any_other(world: World) -> None:
    anna, mei = world.person("anna"), world.person("mei")
    assert (await anna.say(DESIGN, "/stretch setup"))["ok"]
    view = (await anna.state())["views"][-1]
    entered: dict[str, Any] = {
        "weekdays": {"weekdays": ["0"]},
        "times": {"times": "half past ten"},
        "zone": {"zone": "Europe/Berlin"},
        "areas": {"areas": ["lower-back"]},
    }
    assert "times" in (await anna.submit(view["id"], entered))["errors"]
    assert (await anna.submit(view["id"], entered | {"times": {"times": "10:25"}}))["ok"]
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    assert (await world.press("anna", prompt, "break.done"))["ok"]
    first = await world.whisper("anna", "Counted, and that was your first.")
    await world.press_whisper("anna", first, "consent.show")
    await world.whisper("anna", "You'll be on the board")
    assert (await mei.react(DESIGN, prompt["ts"], "muscle"))["ok"]
    await world.whisper("mei", "Counted, and that was your first.")
    assert (await anna.open_home())["ok"]
    home = await world.until(lambda: _home(world), "Home")
    assert "Done." in json.dumps(home["blocks"])
    assert world.slack.calls("files.getUploadURLExternal") == []


async def _home(world: World) -> Any:
    return (await world.person("anna").state())["home"]


async def test_the_picture_of_a_prompt_is_at_our_own_address_and_may_be_kept_for_ever(
    world: World, address: str
) -> None:
    await world.set_up()
    await world.go_to(2, 9, 25)
    (image,) = [block for block in world.prompts()[0]["blocks"] if block["type"] == "image"]
    assert image["image_url"].startswith(f"{address}/pictures/")
    async with ClientSession() as session, session.get(image["image_url"]) as response:
        assert response.status == 200
        assert response.content_type == "image/png"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert (await response.read()).startswith(b"\x89PNG")


async def test_every_picture_comes_with_its_own_type_and_tag_and_can_be_asked_for_by_head(
    world: World, address: str
) -> None:
    digests = world.limber.pictures.digests
    assert len(digests) > 80
    tags = set()
    async with ClientSession() as session:
        for name, digest in digests.items():
            async with session.head(f"{address}/pictures/{digest}/{name}") as response:
                assert response.status == 200
                assert response.content_type == {"png": "image/png", "gif": "image/gif"}[name.partition(".")[2]]
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                tags.add(response.headers["ETag"])
    assert len(tags) == len(digests)


async def test_a_modal_moves_at_our_own_address(world: World, address: str) -> None:
    await world.person("mei").say(DESIGN, "/stretch lowback solo")
    view = await world.until_view("mei", "Wall sit")
    (image,) = [block for block in view["blocks"] if block["type"] == "image"]
    assert image["image_url"].endswith("/wall-sit.gif")
    async with ClientSession() as session, session.get(image["image_url"]) as response:
        assert (await response.read()).startswith(b"GIF89a")


async def test_somebody_elses_digest_does_not_serve_a_picture(world: World, address: str) -> None:
    digest = world.limber.pictures.digests["wall-sit.gif"]
    async with ClientSession() as session, session.get(f"{address}/pictures/{digest}/wall-sit.png") as response:
        assert response.status == 404
        assert response.headers["Cache-Control"] == "no-store", "a picture of a newer version may yet come"


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/0123456789abcdef/wall-sit.png",
        "/pictures/0123456789abcdef/..%2f..%2fcontent%2flowback.toml",
        "/pictures/../bot/settings.py",
        "/pictures/%2e%2e/%2e%2e/manifest.json",
        "/pictures/0123456789abcdef/%2fetc%2fpasswd",
        "/pictures/x/%00.png",
        "/pictures/wall-sit.png",
        "/",
        "/slack/events",
    ],
)
async def test_anything_else_is_not_there(world: World, address: str, path: str) -> None:
    async with ClientSession() as session, session.get(address + path) as response:
        assert response.status in {404, 405}


async def test_the_health_check_answers(world: World, address: str) -> None:
    async with ClientSession() as session, session.get(f"{address}/healthz") as response:
        assert (response.status, await response.text()) == (200, "ok")


async def test_a_request_signed_by_slack_is_answered(world: World, address: str) -> None:
    status, body = await _send(address, COMMAND, world.slack.signing_secret)
    assert status == 200
    assert "Short, pictured stretches" in body


async def test_a_forged_signature_is_refused(world: World, address: str) -> None:
    status, body = await _send(address, COMMAND, "not the secret")
    assert status == 401
    assert "stretches" not in body


@pytest.mark.parametrize("missing", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
async def test_a_request_without_a_signature_is_refused(world: World, address: str, missing: str) -> None:
    status, _ = await _send(address, COMMAND, world.slack.signing_secret, headers={missing: ""})
    assert status == 401


@pytest.mark.parametrize("timestamp", ["9" * 5000, "-1", "1e9", "soon"])
async def test_a_time_that_is_none_is_refused(world: World, address: str, timestamp: str) -> None:
    late = {"X-Slack-Request-Timestamp": timestamp}
    status, _ = await _send(address, COMMAND, world.slack.signing_secret, headers=late)
    assert status == 401


@pytest.mark.parametrize("age", [301, 3600, -360])  # what comes from ahead comes nearer while it is sent
async def test_a_request_recorded_more_than_five_minutes_ago_is_refused(world: World, address: str, age: int) -> None:
    status, _ = await _send(address, COMMAND, world.slack.signing_secret, age=age)
    assert status == 401


async def test_an_oversized_body_is_refused_whether_it_says_its_length_or_not(world: World, address: str) -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65_536

    now = {"X-Slack-Request-Timestamp": str(int(time.time()))}  # noqa: TID251  # as above
    async with ClientSession() as session:
        async with session.post(f"{address}/slack/events", data=BytesIO(b"x" * 1_200_000), headers=now) as response:
            assert response.status == 413
        async with session.post(f"{address}/slack/events", data=in_pieces(), headers=now) as response:
            assert response.status == 413


async def test_another_workspace_gets_no_answer_of_ours(world: World, address: str) -> None:
    status, body = await _send(address, COMMAND | {"team_id": "T0OTHER"}, world.slack.signing_secret)
    assert status == 200
    assert "pictured" not in body


async def test_a_port_that_is_taken_is_said(settings: Settings) -> None:
    taken = pytest.raises(AddressInUse, match=f"Port {settings.port} on 127.0.0.1 is in use")
    with socket.create_server((settings.host, settings.port)), taken:
        async with running(settings):
            pass


async def test_an_address_that_is_not_ours_is_said(settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"host": "192.0.2.1"})
    with pytest.raises(CannotRun, match=r"Nothing can listen at 192\.0\.2\.1"):
        async with running(elsewhere):
            pass


async def test_a_stop_does_not_wait_for_a_request_that_never_ends(
    settings: Settings,
) -> None:
    async with running(settings):
        stuck = socket.create_connection((settings.host, settings.port))
        beginning = (
            "POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nX-Slack-Request-Timestamp: 1\r\n\r\n{"
        )
        stuck.sendall(beginning.encode())
        await _until_connected(settings)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 8
    stuck.close()


async def _until_connected(settings: Settings) -> None:
    async with (
        ClientSession() as session,
        session.get(f"http://{settings.host}:{settings.port}/healthz") as response,
    ):
        assert response.status == 200


async def test_ready_says_what_is_wrong_until_nothing_is(world: World, address: str) -> None:
    async def ready() -> tuple[int, str]:
        async with ClientSession() as session, session.get(f"{address}/readyz") as response:
            return response.status, await response.text()

    async def is_ready() -> bool:
        return await ready() == (200, "ready")

    await world.until(is_ready, "ready")

    async def change(statement: str) -> None:
        async with world.limber.open_unit_of_work() as uow:
            await uow._session.execute(text(statement))  # noqa: SLF001  # tests may look everywhere
            await uow.commit()

    await change("UPDATE alembic_version SET version_num = version_num || '9'")
    status, said = await ready()
    assert status == 503
    assert re.fullmatch(r"the database is at (\d+)9, this Limber needs \1", said)
    await change("ALTER TABLE alembic_version RENAME TO away")
    assert await ready() == (503, "the database does not answer")
    await world.limber.metronome.stop()
    assert await ready() == (503, "the database does not answer\nthe scheduler does not beat")


async def test_metrics_count_deliveries_and_presses_and_name_nobody(world: World, address: str) -> None:
    async def counted(name: str) -> float:
        async with ClientSession() as session, session.get(f"{address}/metrics") as response:
            text = await response.text()
        assert "T0LIMBER" not in text
        assert "C0DESIGN" not in text
        return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))

    sent = 'limber_deliveries_total{kind="prompt",outcome="sent"}'
    before, pressed = await counted(sent), await counted('limber_presses_total{kind="button"}')
    late = await counted("limber_delivery_lateness_seconds_count")
    await world.set_up()
    await world.go_to(2, 9, 25)
    await world.press("anna", world.prompts()[0], "break.done")
    assert await counted(sent) == before + 1
    assert await counted("limber_delivery_lateness_seconds_count") > late
    assert await counted('limber_presses_total{kind="button"}') == pressed + 1
    assert await counted("limber_queue_age_seconds") == 0


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"type": "event_callback", "event": {'),
        ("application/json", b"[1, 2]"),
        ("application/x-www-form-urlencoded", b"payload=%7B%22type%22"),
        ("application/x-www-form-urlencoded", b"payload=3"),
    ],
)
async def test_a_signed_body_that_cannot_be_read_is_refused(
    world: World, address: str, content_type: str, body: bytes
) -> None:
    assert await _post(address, body, world.slack.signing_secret, content_type) == 400


async def test_an_unsigned_body_is_refused_before_it_is_read(world: World, address: str) -> None:
    # Bolt itself answers a check of the certificate before it looks at the signature.
    for body in (b"\xff\xfe\x00", b"ssl_check=1&token=x", b'{"type": "url_verification", "challenge": "x"}', b"{"):
        assert await _post(address, body, "not the secret", "application/x-www-form-urlencoded") == 401


async def _post(address: str, body: bytes, secret: str, content_type: str) -> int:
    timestamp = str(int(time.time()))  # noqa: TID251  # as above
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    async with (
        ClientSession() as session,
        session.post(f"{address}/slack/events", data=body, headers=headers) as response,
    ):
        return response.status


async def test_a_body_that_is_cut_off_changes_nothing_and_is_no_error(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection((settings.host, settings.port)) as line:
        line.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
    await _until_connected(settings)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
