"""Workspaces install the app themselves, use it, take it out, come back in time or too late."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.store.base import Base
from bot.wiring import Part, running
from playground import events
from playground.client import Person
from playground.local_slack import LocalSlack
from tests.installing import NORTHLIGHT, SECOND, Browser, free_address, oauth_settings, open_to_all, playground
from tests.world import DESIGN, World, serving

THEIRS = "C0002N1"
TIMES = {
    "weekdays": {"weekdays": ["0", "1", "2", "3", "4"]},
    "times": {"times": "10:25"},
    "zone": {"zone": "Europe/Berlin"},
    "areas": {"areas": ["lower-back"]},
}


@pytest.fixture
async def open_world(database_url: str) -> AsyncIterator[tuple[World, Browser]]:
    async with open_to_all(database_url) as world_and_browser:
        yield world_and_browser


@pytest.fixture
async def sqlite_open_world(sqlite_url: str) -> AsyncIterator[tuple[World, Browser]]:
    async with open_to_all(sqlite_url) as world_and_browser:
        yield world_and_browser


def local(world: World, team_id: str) -> LocalSlack:
    """The inside of a workspace's Slack."""
    return world.slack._oauth.find(team_id)  # noqa: SLF001  # tests may look everywhere


def somebody(world: World, user: str) -> Person:
    if user not in world.people:
        world.people[user] = Person(world.slack, user)
    return world.people[user]


async def set_up(world: World, user: str, channel: str) -> None:
    """Invite the app to a channel and choose times, as a person."""
    person = somebody(world, user)
    assert (await person.say(channel, "/invite @limber"))["ok"]
    assert (await person.say(channel, "/stretch setup"))["ok"]
    view = (await person.state())["views"][-1]
    assert (await person.submit(view["id"], TIMES))["ok"]


async def remove(world: World, team_id: str, *told: str) -> None:
    """Take the app out of a workspace, of which it hears this."""
    world.slack._oauth.remove(local(world, team_id), told, "account_inactive")  # noqa: SLF001  # tests may look everywhere
    await world.slack._queue.settled()  # noqa: SLF001  # tests may look everywhere


def prompts(world: World, channel: str) -> list[dict[str, Any]]:
    return [each for each in world.slack.messages(channel) if each["text"].startswith("Stretch:")]


async def do_it(world: World, user: str, channel: str) -> None:
    prompt = prompts(world, channel)[-1]
    container = {"type": "message", "channel": channel, "ts": prompt["ts"]}
    assert (await somebody(world, user).press(container, "break.done"))["ok"]


async def query(world: World, statement: str) -> list[tuple[Any, ...]]:
    async with world.limber.open_unit_of_work() as uow:
        return [tuple(row) for row in await uow._session.execute(text(statement))]  # noqa: SLF001  # tests may look everywhere


async def rows(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that has something to do with a workspace."""
    tables = set(Base.metadata.tables) - {"handled_events", "slack_oauth_states"}
    return {name: sorted(await query(world, f"SELECT * FROM {name}"), key=str) for name in tables}  # noqa: S608  # ours


async def test_two_workspaces_at_once_see_nothing_of_each_other_and_one_leaves_without_a_trace(
    open_world: tuple[World, Browser],
) -> None:
    world, browser = open_world
    for team_id in (NORTHLIGHT, SECOND):
        assert (await browser.install(team_id)).status == 200
    await set_up(world, "U0ANNA", DESIGN)
    await world.go_to(2, 9, 25)
    assert len(prompts(world, DESIGN)) == 1
    await do_it(world, "U0ANNA", DESIGN)

    await set_up(world, "U0002P1", THEIRS)
    await world.go_to(3, 9, 25)
    assert (len(prompts(world, DESIGN)), len(prompts(world, THEIRS))) == (2, 1)
    for user, channel in (("U0ANNA", DESIGN), ("U0002P1", THEIRS), ("U0002P2", THEIRS)):
        await do_it(world, user, channel)
    await _nothing_crosses(world)
    ((theirs,),) = await query(world, "SELECT max(id) FROM breaks")
    ours = prompts(world, DESIGN)[-1]
    await world.forge_press("mei", ours["ts"], "break.done", str(theirs))
    await _nothing_crosses(world)

    await remove(world, SECOND, "app_uninstalled", "tokens_revoked")
    said, before = len(world.slack.messages(THEIRS)), len(prompts(world, DESIGN))
    calls = len([call for call in world.slack.calls() if call["team_id"] == SECOND])
    await world.go_to(6, 9, 25)
    assert len(world.slack.messages(THEIRS)) == said, "everything stops at once"
    assert len([call for call in world.slack.calls() if call["team_id"] == SECOND]) == calls, "nothing is even tried"
    assert len(prompts(world, DESIGN)) == before + 3
    assert await query(world, "SELECT count(*) FROM workspaces") == [(2,)], "for a week it may come back"

    await world.go_to(10, 9, 40)
    kept = await rows(world)
    await world.limber.tidy()
    left = await rows(world)
    assert len(left["workspaces"]) == 1
    assert len(left["slack_bots"]) == 1
    assert SECOND not in str(left)
    assert "0002P" not in str(left)
    assert "0002N" not in str(left)
    for name, found in left.items():
        assert set(map(str, found)) <= set(map(str, kept[name])), f"{name} of the other is untouched"
    assert len(prompts(world, DESIGN)) == before + 5


async def _nothing_crosses(world: World) -> None:
    """Every row that names two things names two of one workspace."""
    pairs = [
        "participations p JOIN members m ON m.id = p.member_id JOIN channels c ON c.id = p.channel_id",
        "consents p JOIN members m ON m.id = p.member_id JOIN channels c ON c.id = p.channel_id",
        "streaks p JOIN members m ON m.id = p.member_id JOIN channels c ON c.id = p.channel_id",
        "runs p JOIN members m ON m.id = p.starter_id JOIN channels c ON c.id = p.channel_id",
        "channels c JOIN members m ON m.id = c.keeper_id",
    ]
    for joined in pairs:
        assert await query(world, f"SELECT c.id FROM {joined} WHERE m.workspace_id <> c.workspace_id") == [], joined  # noqa: S608  # the names are ours
    for user, others in (("U0ANNA", {SECOND, "U0002P", THEIRS}), ("U0002P1", {NORTHLIGHT, "U0ANNA", DESIGN})):
        published = len(world.slack.calls("views.publish"))
        assert (await somebody(world, user).open_home())["ok"]
        await world.until(lambda: len(world.slack.calls("views.publish")) > published, "Home")  # noqa: B023  # called before the loop goes on
        home = str((await somebody(world, user).state())["home"])
        assert [each for each in others if each in home] == []


async def test_a_return_within_a_week_restores_schedules_and_days(sqlite_open_world: tuple[World, Browser]) -> None:
    world, browser = sqlite_open_world
    await browser.install(NORTHLIGHT)
    await set_up(world, "U0ANNA", DESIGN)
    await world.go_to(2, 9, 25)
    await do_it(world, "U0ANNA", DESIGN)
    before = await query(world, "SELECT id, member_id, local_date, is_done FROM participations")
    await remove(world, NORTHLIGHT, "tokens_revoked", "app_uninstalled", "app_uninstalled")
    assert await query(world, "SELECT count(*) FROM schedules WHERE next_due_at IS NOT NULL") == [(0,)]
    assert await query(world, "SELECT count(*) FROM outbox WHERE is_open") == [(0,)]
    assert await query(world, "SELECT count(*) FROM slack_bots") == [(0,)]
    await world.go_to(3, 12)
    assert len(prompts(world, DESIGN)) == 1

    await browser.install(NORTHLIGHT)
    await somebody(world, "U0ANNA").say(DESIGN, "/invite @limber")
    await world.go_to(4, 9, 25)
    assert len(prompts(world, DESIGN)) == 2
    assert await query(world, "SELECT id, member_id, local_date, is_done FROM participations") == before


async def test_what_is_heard_late_of_a_removal_before_does_not_touch_a_new_installation(
    sqlite_open_world: tuple[World, Browser],
) -> None:
    world, browser = sqlite_open_world
    await browser.install(NORTHLIGHT)
    await set_up(world, "U0ANNA", DESIGN)
    late = [events.uninstalled(local(world, NORTHLIGHT), kind) for kind in ("app_uninstalled", "tokens_revoked")]
    await remove(world, NORTHLIGHT)  # nobody hears of it yet
    await world.go_to(2, 8, 5)
    await browser.install(NORTHLIGHT)
    await somebody(world, "U0ANNA").say(DESIGN, "/invite @limber")
    before = await rows(world)
    for event in (*late, *late):
        assert (await world.deliver("events_api", event)).failure == ""
    assert await rows(world) == before
    await world.go_to(2, 9, 25)
    assert len(prompts(world, DESIGN)) == 1


async def test_who_comes_back_after_a_week_starts_clean_and_late_events_find_nobody(
    sqlite_open_world: tuple[World, Browser],
) -> None:
    world, browser = sqlite_open_world
    await browser.install(NORTHLIGHT)
    await set_up(world, "U0ANNA", DESIGN)
    await world.go_to(2, 9, 25)
    await do_it(world, "U0ANNA", DESIGN)
    await remove(world, NORTHLIGHT, "app_uninstalled")
    late = events.uninstalled(local(world, NORTHLIGHT), "tokens_revoked")
    await world.control.advance_to(world.slack.clock.now() + timedelta(days=7, minutes=1))
    await world.limber.tidy()
    assert {name: found for name, found in (await rows(world)).items() if found} == {}
    assert (await world.deliver("events_api", late)).failure == ""
    assert {name: found for name, found in (await rows(world)).items() if found} == {}

    await browser.install(NORTHLIGHT)
    await somebody(world, "U0ANNA").say(DESIGN, "/invite @limber")
    assert await query(world, "SELECT count(*) FROM schedules") == [(0,)]
    assert await query(world, "SELECT count(*) FROM participations") == [(0,)]
    assert "No breaks" in str(await _home_of(world, "U0ANNA"))


async def _home_of(world: World, user: str) -> Any:
    await somebody(world, user).open_home()
    return await world.until(lambda: _home(world, user), "Home")


async def _home(world: World, user: str) -> Any:
    return (await somebody(world, user).state())["home"]


async def test_tokens_of_persons_that_are_revoked_are_none_of_our_business(
    sqlite_open_world: tuple[World, Browser],
) -> None:
    world, browser = sqlite_open_world
    await browser.install(NORTHLIGHT)
    event = events.uninstalled(local(world, NORTHLIGHT), "tokens_revoked")
    event["event"]["tokens"] = {"oauth": ["U0ANNA"], "bot": []}
    assert (await world.deliver("events_api", event)).failure == ""
    assert await query(world, "SELECT uninstalled_at FROM workspaces") == [(None,)]


async def test_a_removal_that_nobody_told_us_of_is_noticed_within_a_day(
    sqlite_open_world: tuple[World, Browser],
) -> None:
    world, browser = sqlite_open_world
    for team_id in (NORTHLIGHT, SECOND):
        await browser.install(team_id)
    await world.limber.tidy()
    await remove(world, SECOND)
    await world.limber.tidy()
    gone = "SELECT team_id FROM workspaces WHERE uninstalled_at IS NOT NULL"
    assert await query(world, gone) == [], "it has asked today"
    await world.order_fault("auth.test", "server_error")  # of the first: that says nothing
    await world.control.advance_to(world.slack.clock.now() + timedelta(days=1, minutes=1))
    await world.limber.tidy()
    assert await query(world, gone) == [(SECOND,)]
    await world.control.advance_to(world.slack.clock.now() + timedelta(days=7, minutes=1))
    await world.limber.tidy()
    assert await query(world, "SELECT team_id FROM workspaces") == [(NORTHLIGHT,)]


async def test_a_process_that_was_not_asked_hears_of_a_new_installation(postgresql_url: str) -> None:
    address = free_address()
    async with playground(address) as slack, Browser(address) as browser:
        settings = oauth_settings(slack, postgresql_url, address)
        async with (
            running(settings, clock=slack.clock.now, parts=frozenset({Part.DELIVERS})) as worker,
            serving(slack, settings, parts=frozenset({Part.ANSWERS})) as world,
        ):
            world.control.attach(slack, worker)
            await browser.install(NORTHLIGHT)
            await set_up(world, "U0ANNA", DESIGN)
            await world.go_to(2, 9, 25)
            assert len(prompts(world, DESIGN)) == 1, "the worker has read the token"
            await browser.install(NORTHLIGHT)
            await world.go_to(3, 9, 25)
            assert len(prompts(world, DESIGN)) == 2, "the token it remembers is refused, and read anew"
            assert await query(world, "SELECT count(*) FROM channels WHERE stopped_because IS NOT NULL") == [(0,)]
