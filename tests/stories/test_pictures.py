"""Uploaded pictures: each once, shown only when Slack can, tried again, brought back; and no prompt ever waits."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import utc_now
from bot.demo import TimeControl
from bot.slack import uploads
from bot.slack.manifest import manifest
from bot.slack.pictures import Pictures
from playground.server import Playground
from tests.world import DESIGN, FEW_PICTURES, MONDAY, World, connected


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait in hundredths of a second."""
    monkeypatch.setattr(uploads, "_LOOK_AFTER_SECONDS", (0.01,) * 5)
    monkeypatch.setattr(uploads, "_WHILE_OTHERS_UPLOAD_SECONDS", 0.05)
    monkeypatch.setattr(uploads, "back_off", lambda _: timedelta(seconds=0.05))


@pytest.fixture
def control() -> TimeControl:
    return TimeControl()


@pytest.fixture
async def slack(control: TimeControl) -> AsyncIterator[Playground]:
    async with Playground(manifest=manifest(), time_control=control.move) as slack:
        await slack.clock.set_offset(MONDAY - utc_now())
        yield slack


@pytest.fixture
async def world(slack: Playground, control: TimeControl, sqlite_url: str) -> AsyncIterator[World]:
    async with connected(slack, sqlite_url, control) as world:
        yield world


def uploaded(slack: Playground) -> list[str]:
    """List the names of the files that went up, in their order."""
    files = slack._slack.workspace.files  # noqa: SLF001  # tests may look everywhere
    return [
        files[each["id"]].name if each["id"] in files else "gone"
        for call in slack.calls("files.completeUploadExternal")
        if call["response"]["ok"]
        for each in call["response"]["files"]
    ]


def delete_all(slack: Playground) -> None:
    slack._slack.workspace.files.clear()  # noqa: SLF001  # somebody deleted them


def picture_of(message: dict[str, Any]) -> str | None:
    """Name the file that a message shows."""
    return next((block["slack_file"]["id"] for block in message["blocks"] if block["type"] == "image"), None)


def refused(slack: Playground, method: str) -> list[Any]:
    return [call for call in slack.calls(method) if not call["response"]["ok"]]


async def all_there(world: World) -> None:
    """Wait until Slack has shown every picture to the bot."""

    async def is_so() -> bool:
        async with world.limber.open_unit_of_work() as uow:
            workspace = await uow.workspaces.ensure_workspace("T0LIMBER")
            shown = await uow.pictures.list_shown(workspace.id, FEW_PICTURES)
        return len(shown) == len(FEW_PICTURES) == len(known(world, shown.values()))

    await world.until(is_so, "all pictures")


def known(world: World, file_ids: Any) -> set[str]:
    return set(file_ids) & set(world.slack._slack.workspace.files)  # noqa: SLF001  # as above


async def test_each_picture_goes_up_once_the_stills_first(world: World) -> None:
    await world.limber.pictures.looked_after()
    assert Counter(uploaded(world.slack)) == Counter(list(FEW_PICTURES))
    moves = [name.endswith(".gif") for name in uploaded(world.slack)]
    assert moves == sorted(moves)


async def test_what_set_up_suggests_goes_up_first_and_is_all_the_demo_waits_for(
    slack: Playground, control: TimeControl, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pictures, "digests", {"chin-tuck.png": "0" * 16} | FEW_PICTURES)
    async with connected(slack, sqlite_url, control) as world:
        await world.limber.pictures.first_shown()
        assert set(uploaded(slack)[: len(FEW_PICTURES)]) == set(FEW_PICTURES)
        assert world.limber.pictures.find("T0LIMBER", "wall-sit", moving=True) is not None


async def test_after_a_restart_nothing_goes_up_again(slack: Playground, control: TimeControl, sqlite_url: str) -> None:
    for _ in range(2):
        async with connected(slack, sqlite_url, control) as world:
            await world.limber.pictures.looked_after()
            assert world.limber.pictures.find("T0LIMBER", "wall-sit") is not None
    assert len(uploaded(slack)) == len(FEW_PICTURES)


async def test_two_processes_started_at_once_upload_each_picture_once(
    slack: Playground, control: TimeControl, postgresql_url: str
) -> None:
    async with (
        connected(slack, postgresql_url, control) as one,
        connected(slack, postgresql_url, TimeControl()) as two,
    ):
        for each in (one, two):
            await each.limber.pictures.looked_after()
            assert each.limber.pictures.find("T0LIMBER", "wall-sit", moving=True) is not None
    assert Counter(uploaded(slack)) == Counter(list(FEW_PICTURES))


async def test_a_picture_is_used_only_when_slack_can_show_it(
    slack: Playground, control: TimeControl, sqlite_url: str
) -> None:
    slack._slack.looks_at_new_files = 3  # noqa: SLF001  # as Slack does: it works on a file for some moments
    async with connected(slack, sqlite_url, control) as world:
        await world.set_up()
        await world.limber.pictures.looked_after()
        await world.go_to(2, 9, 25)
        assert picture_of(world.prompts()[0])
    looks = Counter(call["arguments"]["file"] for call in slack.calls("files.info"))
    assert set(looks.values()) == {4}
    assert refused(slack, "chat.postMessage") == []
    assert len(uploaded(slack)) == len(FEW_PICTURES)


async def test_a_picture_that_takes_slack_long_is_not_uploaded_twice(
    slack: Playground, control: TimeControl, sqlite_url: str
) -> None:
    slack._slack.looks_at_new_files = 8  # noqa: SLF001  # more looks than one turn takes
    async with connected(slack, sqlite_url, control) as world:
        await all_there(world)
    assert Counter(uploaded(slack)) == Counter(list(FEW_PICTURES))


async def test_a_prompt_does_not_wait_for_its_picture(slack: Playground, control: TimeControl, sqlite_url: str) -> None:
    slack._slack.looks_at_new_files = 10_000  # noqa: SLF001  # it never is
    async with connected(slack, sqlite_url, control) as world:
        await world.set_up()
        await world.go_to(2, 9, 25)
        assert picture_of(world.prompts()[0]) is None
    assert refused(slack, "chat.postMessage") == []


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("files.getUploadURLExternal", "internal_error"),
        ("files.completeUploadExternal", "server_error"),
        ("files.completeUploadExternal", "drop"),
        ("files.info", "internal_error"),
    ],
)
async def test_what_failed_is_tried_again_by_itself(
    slack: Playground, control: TimeControl, sqlite_url: str, method: str, fault: str
) -> None:
    async with connected(slack, sqlite_url, control) as world:
        await world.limber.pictures.looked_after()
        delete_all(slack)
        await world.order_fault(method, fault, times=2)
        world.limber.pictures.doubt("T0LIMBER", [world.limber.pictures.find("T0LIMBER", "wall-sit") or {}])
        await world.until(lambda: world.limber.pictures.find("T0LIMBER", "wall-sit"), "the picture")


async def test_a_refusal_for_now_is_obeyed(slack: Playground, control: TimeControl, sqlite_url: str) -> None:
    async with connected(slack, sqlite_url, control) as world:
        await world.limber.pictures.looked_after()
        delete_all(slack)
        before = len(slack.calls("files.getUploadURLExternal"))
        await world.order_fault("files.getUploadURLExternal", "ratelimited", retry_after=1)
        world.limber.pictures.doubt("T0LIMBER", [world.limber.pictures.find("T0LIMBER", "wall-sit") or {}])
        await world.until(lambda: world.limber.pictures.find("T0LIMBER", "wall-sit"), "the picture")
    first, second = slack.calls("files.getUploadURLExternal")[before:]
    assert second["monotonic"] - first["monotonic"] >= 0.99


async def test_a_picture_gone_from_slack_is_missing_once_and_there_when_the_prompt_is_next_written(
    world: World,
) -> None:
    await world.set_up()
    await world.limber.pictures.looked_after()
    await world.go_to(2, 8)
    delete_all(world.slack)
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    assert picture_of(prompt) is None
    await world.until(lambda: world.limber.pictures.find("T0LIMBER", "wall-sit"), "the picture")
    for name in ("anna", "jonas", "mei"):
        await world.press(name, prompt, "break.done")
    await world.until(lambda: picture_of(world.prompts()[0]), "the prompt with its picture, now that it says '3 done'")
    assert len(refused(world.slack, "chat.postMessage")) == 1
    assert refused(world.slack, "chat.update") == []


async def test_a_picture_gone_from_slack_is_brought_back_after_a_modal_and_after_a_whisper(world: World) -> None:
    await world.limber.pictures.looked_after()
    mei = world.person("mei")
    delete_all(world.slack)
    await mei.say(DESIGN, "/stretch lowback solo")
    view = await world.until_view("mei", "Wall sit")
    assert "image" not in [block["type"] for block in view["blocks"]]
    await world.until(lambda: "wall-sit.gif" in _files(world), "the moving picture")
    await mei.say(DESIGN, "/stretch lowbak")
    nearest = await world.whisper("mei", "I don't know 'lowbak'")
    await world.press_whisper("mei", nearest, "routine.show")
    await world.whisper("mei", "Lower back and glutes")
    await world.until(lambda: "wall-sit.png" in _files(world), "the still")


def _files(world: World) -> list[str]:
    return [file.name for file in world.slack._slack.workspace.files.values() if file.completed]  # noqa: SLF001  # tests may look everywhere


async def test_a_modal_that_goes_back_to_a_picture_that_is_gone_does_so_without_it(world: World) -> None:
    await world.limber.pictures.looked_after()
    mei = world.person("mei")
    await mei.say(DESIGN, "/stretch lowback solo")
    view = await world.until_view("mei", "1 of 5")
    await mei.submit(view["id"], {})
    following = await world.until_view("mei", "2 of 5")
    delete_all(world.slack)
    await mei.press({"type": "view", "view_id": following["id"]}, "guide.back")
    view = await world.until_view("mei", "1 of 5")
    assert "image" not in [block["type"] for block in view["blocks"]]
    await world.until(lambda: "wall-sit.gif" in _files(world), "the moving picture")


async def test_a_next_that_slack_refuses_for_its_picture_is_shown_without_it_at_once(world: World) -> None:
    await world.limber.pictures.looked_after()
    mei = world.person("mei")
    await mei.say(DESIGN, "/stretch lowback solo")
    view = await world.until_view("mei", "1 of 5")
    delete_all(world.slack)
    await mei.submit(view["id"], {})  # Slack tells the app nothing of it
    view = await world.until_view("mei", "2 of 5")
    assert "image" not in [block["type"] for block in view["blocks"]]
    assert await world.count_done() == 1
    await world.until(lambda: "strap-press.gif" in _files(world), "the moving picture")
    await mei.submit(view["id"], {})
    await world.until_view("mei", "3 of 5")


async def test_making_sure_of_a_next_disturbs_nobody_who_is_further_already(world: World) -> None:
    await world.limber.pictures.looked_after()
    mei = world.person("mei")
    await mei.say(DESIGN, "/stretch lowback solo")
    for step in (1, 2, 3):
        view = await world.until_view("mei", f"{step} of 5")
        await mei.submit(view["id"], {})
    made_sure = await world.until(lambda: world.slack.calls("views.update")[2:], "the calls that make sure")
    assert len(made_sure) == 1
    view = await world.until_view("mei", "4 of 5")
    assert "image" in [block["type"] for block in view["blocks"]]


async def test_a_doubted_picture_that_is_there_is_not_uploaded_again(world: World) -> None:
    await world.limber.pictures.looked_after()
    found = world.limber.pictures.find("T0LIMBER", "wall-sit")
    assert found is not None
    looks = len(world.slack.calls("files.info"))
    world.limber.pictures.doubt("T0LIMBER", [found])
    assert world.limber.pictures.find("T0LIMBER", "wall-sit") is None
    await world.until(lambda: world.limber.pictures.find("T0LIMBER", "wall-sit") == found, "the same file")
    assert len(world.slack.calls("files.info")) == looks + 1
    assert len(uploaded(world.slack)) == len(FEW_PICTURES)


async def test_without_the_scope_to_upload_slack_is_asked_every_ten_minutes(
    control: TimeControl, sqlite_url: str
) -> None:
    bare = manifest()
    bare["oauth_config"]["scopes"]["bot"].remove("files:write")
    async with Playground(manifest=bare) as slack, connected(slack, sqlite_url, control) as world:
        await world.limber.pictures.looked_after()
        await world.until(lambda: _minutes_left(world), "the wait of ten minutes")
        assert len(refused(slack, "files.getUploadURLExternal")) == 1


async def _minutes_left(world: World) -> bool:
    async with world.limber.open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace("T0LIMBER")
        return await uow.pictures.free_in(workspace.id) > timedelta(minutes=9)


async def test_without_the_scope_to_look_pictures_go_up_and_come_back_all_the_same(
    control: TimeControl, sqlite_url: str
) -> None:
    bare = manifest()
    bare["oauth_config"]["scopes"]["bot"].remove("files:read")
    async with Playground(manifest=bare, time_control=control.move) as slack:
        await slack.clock.set_offset(MONDAY - utc_now())
        async with connected(slack, sqlite_url, control) as world:
            await world.limber.pictures.looked_after()
            assert len(uploaded(slack)) == len(FEW_PICTURES)
            await world.set_up()
            delete_all(slack)
            await world.go_to(2, 9, 25)
            assert picture_of(world.prompts()[0]) is None
            await world.until(lambda: _files(world) == ["wall-sit.png"], "the picture")
