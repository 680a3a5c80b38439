"""Channels and people change: renamed, archived, made private, guests, strangers, deactivated, invited again."""

import json
from typing import Any

import pytest
from aiohttp import ClientSession

from playground import interactions
from playground.seed import NORTHLIGHT
from tests.world import DESIGN, ENGINEERING, World


async def _change(world: World, path: str, **body: Any) -> None:
    """Do by HTTP what the playground's switches page does."""
    address = f"{world.slack.page_url}playground/{path}"
    async with ClientSession() as session, session.post(address, json=body) as answer:
        assert answer.status == 200, await answer.text()


async def _channel(world: World, slack_id: str = DESIGN) -> Any:
    async with world.limber.open_unit_of_work() as uow:
        return await uow.workspaces.find_channel(NORTHLIGHT.team_id, slack_id)


async def _member(world: World, name: str) -> Any:
    async with world.limber.open_unit_of_work() as uow:
        return await uow.members.find_in_team(NORTHLIGHT.team_id, f"U0{name.upper()}")


# Channels


async def test_a_renamed_channel_has_its_new_name_on_the_board(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await _change(world, f"channels/{DESIGN}", name="design-team")
    await world.until(lambda: _has_name(world, "design-team"), "the new name")


async def _has_name(world: World, name: str) -> bool:
    return bool((await _channel(world)).name == name)


async def test_an_archived_channel_stops_with_one_word_to_its_keeper_and_goes_on_when_it_is_back(world: World) -> None:
    await world.set_up()
    await _change(world, f"channels/{DESIGN}", archived=True)
    assert await world.stopped_because() == "is_archived"
    await world.go_to(2, 10, 0)
    assert world.prompts() == []
    assert ["is archived" in text for text in world.direct_texts("anna")] == [True]
    await _change(world, f"channels/{DESIGN}", archived=False)
    assert await world.stopped_because() is None
    await world.go_to(2, 14, 0)
    assert len(world.prompts()) == 1
    assert len(world.direct_texts("anna")) == 1


async def test_a_channel_brought_back_without_the_app_waits_for_an_invitation(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await _change(world, f"channels/{DESIGN}", archived=True)
    await _change(world, f"channels/{DESIGN}/members", user=world.app_user, present=False)
    await _change(world, f"channels/{DESIGN}", archived=False)
    assert await world.stopped_because() == "not_in_channel"
    await world.person("anna").say(DESIGN, "/invite @limber")
    assert await world.stopped_because() is None


async def test_a_channel_made_private_keeps_its_breaks_and_is_nobody_elses_to_see(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await _change(world, f"channels/{DESIGN}", private=True)
    await _change(world, f"channels/{DESIGN}", name="secret")
    await world.go_to(2, 9, 25)
    assert len(world.prompts()) == 1
    assert (await _channel(world)).name == "secret"  # told as group_rename
    await world.person("anna").say(DESIGN, "/remove @limber")
    assert await world.stopped_because() == "not_in_channel"  # told as group_left


async def test_a_command_in_a_private_channel_leaves_its_name_as_it_is(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await _change(world, f"channels/{DESIGN}", private=True)
    await world.person("anna").say(DESIGN, "/stretch board")
    await world.whisper("anna", "There is no board of last week for")
    assert (await _channel(world)).name == "design"


async def test_a_late_word_of_leaving_after_the_return_stops_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    left = world.event(type="channel_left", channel=DESIGN, actor_id="U0ANNA")
    assert (await world.deliver("events_api", left)).failure == ""
    archived = world.event(type="channel_archive", channel=DESIGN, user="U0ANNA")
    assert (await world.deliver("events_api", archived)).failure == ""
    assert await world.stopped_because() is None


async def test_when_slack_does_not_answer_the_events_own_word_is_taken(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await world.order_fault("conversations.info", "timeout", seconds=5, count=9)
    await _change(world, f"channels/{DESIGN}", archived=True)
    assert await world.stopped_because() == "is_archived"


async def test_a_deleted_channel_stops_and_one_with_a_new_id_goes_on_under_it(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    moved = world.event(type="channel_id_changed", old_channel_id=DESIGN, new_channel_id="C0MOVED")
    assert (await world.deliver("events_api", moved)).failure == ""
    assert (await _channel(world, "C0MOVED")) is not None
    deleted = world.event(type="channel_deleted", channel="C0MOVED")
    assert (await world.deliver("events_api", deleted)).failure == ""
    assert await world.stopped_because("C0MOVED") == "not_in_channel"


async def test_a_channel_without_breaks_that_is_archived_is_nobodys_news(sqlite_world: World) -> None:
    world = sqlite_world
    await world.person("anna").say(DESIGN, "/stretch next")
    await world.until(lambda: _channel(world), "the channel is known")
    await _change(world, f"channels/{DESIGN}", archived=True)
    await world.go_to(2, 8, 30)
    assert await world.outbox("stopped") == []


# People


async def test_a_renamed_person_in_another_zone_is_called_and_read_to_as_now(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await _change(world, "people/U0ANNA/profile", real_name="Annika Berg", tz="Asia/Tokyo")
    anna = await _member(world, "anna")
    assert (anna.name, anna.zone) == ("Annika", "Asia/Tokyo")
    stale = world.event(type="user_change", user={"id": "U0ANNA", "real_name": "Old", "tz": "UTC"}) | {}
    stale["event"]["event_ts"] = "1700000000.000100"
    assert (await world.deliver("events_api", stale)).failure == ""
    assert (await _member(world, "anna")).name == "Annika"


@pytest.mark.parametrize(
    "profile",
    [{"is_restricted": True}, {"team_id": "T0OTHER", "is_admin": True}],
    ids=["a guest", "another workspace's"],
)
async def test_guests_and_strangers_take_part_but_set_nothing_up(sqlite_world: World, profile: dict[str, Any]) -> None:
    world = sqlite_world
    await _change(world, "people/U0MEI/profile", **profile)
    mei = world.person("mei")
    await mei.say(DESIGN, "/stretch setup")
    await world.whisper("mei", "Breaks for a channel are set up by full members of this workspace.")
    assert (await mei.state())["views"] == []
    await world.set_up()
    await mei.say(DESIGN, "/stretch setup")
    view = await world.until_view("mei", "Looked after by Anna.")
    assert "schedule.edit" not in json.dumps(view["blocks"])
    await world.go_to(2, 9, 25)
    await world.press("mei", world.prompts()[0], "break.done")
    await world.whisper("mei", "Counted, and that was your first.")
    async with world.limber.open_unit_of_work() as uow:
        assert await uow.workspaces.list_team_ids() == [NORTHLIGHT.team_id]


async def test_a_press_from_another_workspace_counts_for_the_one_the_app_is_in_and_for_no_other(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    await world.set_up()
    await world.go_to(2, 9, 25)
    local, prompt = world.slack._slack, world.prompts()[0]  # noqa: SLF001  # tests may look everywhere
    message = local.workspace.message(DESIGN, prompt["ts"])
    assert message is not None
    done = prompt["blocks"][-1]["elements"][0] | {"block_id": "b", "action_ts": local.next_ts()}
    told = interactions.message_action(local, "U0MEI", message, done, {})
    far = told | {"user": told["user"] | {"team_id": "T0OTHER"}}
    for theirs in ({"team": {"id": "T0OTHER"}}, {"team": {"id": "T0OTHER"}, "enterprise": {"id": "E0OTHER"}}):
        await world.deliver("interactive", far | theirs)
        assert await world.count_done() == 0
    await world.deliver("interactive", far | {"enterprise": {"id": "E0OTHER"}})
    await world.whisper("mei", "Counted, and that was your first.")
    assert await world.count_done() == 1
    async with world.limber.open_unit_of_work() as uow:
        assert await uow.workspaces.list_team_ids() == [NORTHLIGHT.team_id]


async def test_who_is_not_in_a_channel_does_not_set_it_up(sqlite_world: World) -> None:
    world = sqlite_world
    await world.person("tomas").say(ENGINEERING, "/invite @limber")
    hello = await world.until(lambda: world.slack.messages(ENGINEERING), "the greeting")
    await world.forge_press("mei", hello[0]["ts"], "greeting.start", f"{ENGINEERING}|UTC", channel=ENGINEERING)
    await world.whisper("mei", "Breaks are set up by people who are in the channel.")
    assert await world.schedules() == []


async def test_a_bots_reaction_is_nobodys_participation(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await _change(world, "people", id="U0ROBOT", real_name="Robot", is_bot=True)
    await world.go_to(2, 9, 25)
    ts = world.prompts()[0]["ts"]
    item = {"type": "message", "channel": DESIGN, "ts": ts}
    event = world.event(type="reaction_added", user="U0ROBOT", reaction="muscle", item=item, item_user=world.app_user)
    assert (await world.deliver("events_api", event)).failure == ""
    assert await world.count_done() == 0


async def test_breaks_of_ones_own_stop_with_the_account_and_go_on_with_it(sqlite_world: World) -> None:
    world = sqlite_world
    mei = world.person("mei")
    await mei.state()
    await mei.say("D0MEI", "/stretch setup")
    form = await world.until_view("mei", "Breaks of your own")
    await mei.submit(form["id"], {"times": {"times": "18:00"}, "areas": {"areas": ["neck"]}})
    await world.until_view("mei", "Saved.")
    await _change(world, "people/U0MEI/profile", deleted=True)
    assert await world.stopped_because("D0MEI") == "account_deactivated"
    await world.go_to(2, 11, 0)
    assert world.slack.messages("D0MEI") == []
    await _change(world, "people/U0MEI/profile", deleted=False)
    await world.go_to(3, 11, 0)
    assert [each["text"][:8] for each in world.slack.messages("D0MEI")] == ["Stretch:"]


async def test_a_deactivated_keeper_is_not_written_to_but_another_one_is(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await world.name_keepers("anna", "jonas")
    await _change(world, "people/U0ANNA/profile", deleted=True)
    await world.person("tomas").say(DESIGN, "/remove @limber")
    await world.go_to(2, 8, 30)
    assert world.direct_texts("anna") == []
    assert len(world.direct_texts("jonas")) == 1
