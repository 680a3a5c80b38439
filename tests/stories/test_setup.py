"""Setting breaks up without leaving Slack: the greeting, the forms, and who may use them."""

import json
from typing import Any

from bot.domain.holidays import holidays_of
from tests.world import DESIGN, ENGINEERING, World


def _form(**fields: Any) -> dict[str, dict[str, Any]]:
    """Fill a form's fields, which are named like their blocks."""
    usual = {"times": "10:00", "weekdays": ["0", "1"], "zone": "Berlin"}
    return {name: {name: value} for name, value in (usual | fields).items()}


async def _open(world: World, name: str) -> dict[str, Any]:
    assert (await world.person(name).say(DESIGN, "/stretch setup"))["ok"]
    return await world.until_view(name, "")


async def _press(world: World, name: str, view: dict[str, Any], action_id: str, **more: Any) -> dict[str, Any]:
    return await world.person(name).press({"type": "view", "view_id": view["id"]}, action_id, **more)


def _texts(view: dict[str, Any]) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


# The greeting


async def test_two_presses_lead_from_the_invitation_to_the_first_break(world: World) -> None:
    tomas = world.person("tomas")
    assert (await tomas.say(ENGINEERING, "/invite @limber"))["ok"]
    hello = await _last(world, "Hello, I'm Limber.")
    assert "Tomás, you invited me, so you can start:" in hello["text"]
    assert "Europe/Madrid" in _texts(hello)
    container = {"type": "message", "channel": ENGINEERING, "ts": hello["ts"]}
    assert (await tomas.press(container, "greeting.start"))["ok"]
    await world.whisper("tomas", f"Started. The first break in <#{ENGINEERING}> comes on Monday 2 March at 10:25.")
    introduced = await _last(world, "Tomás set up stretch breaks here: weekdays at 10:25 and 14:55, Madrid time")
    assert introduced["ts"] == hello["ts"]  # one message: the greeting became the introduction
    for said in ("let it pass", "nothing about health", "Anyone can pause it for today", "What is kept"):
        assert said in introduced["text"]
    await world.go_to(2, 9, 25)
    assert [each["text"][:8] for each in world.slack.messages(ENGINEERING)][1:] == ["Stretch:"]


async def _last(world: World, beginning: str, channel: str = ENGINEERING) -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        return next((each for each in world.slack.messages(channel) if each["text"].startswith(beginning)), None)

    message: dict[str, Any] = await world.until(found, beginning)
    return message


async def test_start_pressed_twice_or_by_two_makes_one_schedule_and_times_can_be_chosen_instead(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    await world.person("tomas").say(ENGINEERING, "/invite @limber")
    hello = await _last(world, "Hello, I'm Limber.")
    container = {"type": "message", "channel": ENGINEERING, "ts": hello["ts"]}
    await world.person("anna").press(container, "schedule.setup")
    form = await world.until_view("anna", "At these times")
    await world.person("anna").submit(form["id"], _form(areas=["neck"]))
    await world.until_view("anna", "Saved.")
    await _last(world, "Anna set up stretch breaks here: Monday and Tuesday at 10:00, Berlin time, neck")
    await world.forge_press("tomas", hello["ts"], "greeting.start", f"{ENGINEERING}|UTC", channel=ENGINEERING)
    await world.whisper("tomas", f"Breaks are set up in <#{ENGINEERING}> already.")
    assert len(await world.schedules()) == 1


async def test_an_invitation_told_twice_is_greeted_once_and_one_where_breaks_are_goes_without(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    await world.set_up()
    for channel in (DESIGN, ENGINEERING):
        event = world.event(
            type="member_joined_channel", user=world.app_user, channel=channel, inviter="U0ANNA", channel_type="C"
        )
        for _ in range(2):
            assert (await world.deliver("events_api", event)).failure == ""
    await world.go_to(2, 8, 30)
    assert [state for state, _ in await world.outbox("hello")] == ["dead"]  # it is not in #engineering, after all


# The forms


async def _open_all(world: World, name: str) -> dict[str, Any]:
    view = await _open(world, name)
    assert "holidays" not in _texts(view)
    await _press(world, name, view, "schedule.more", values={"times": {"times": "11:11"}})
    view = await world.until_view(name, "Exercises to leave out")
    assert "11:11" in _texts(view)
    return view


async def test_every_wrong_field_has_its_sentence_and_nothing_typed_is_lost(sqlite_world: World) -> None:
    view = await _open_all(sqlite_world, "jonas")
    wrong = _form(
        times="25:99", zone="Berln", weekdays=[], areas=[], holidays="Germny", days_off="32 Dec",
        starts_on="2026-05-01", ends_on="2026-04-01",
    )  # fmt: skip
    jonas = sqlite_world.person("jonas")
    first = (await jonas.submit(view["id"], wrong))["errors"]
    assert first == dict.fromkeys(("weekdays", "areas"), "Please complete this required field.")
    wrong |= _form(times="25:99", zone="Berln", areas=["neck"])
    wrong["zone"] = {"zone": "Berln"}
    assert (await jonas.submit(view["id"], wrong))["errors"] == {
        "times": "I couldn't read '25:99' as a time. Try 10:25, 14:55.",
        "zone": "I don't know the time zone 'Berln'. Did you mean Europe/Berlin?",
        "holidays": "I don't know the holidays of 'Germny'. Did you mean Germany?",
        "days_off": "I couldn't read '32 Dec' as dates. Try 24 Dec to 2 Jan, 2w, until Friday or 2026-12-24.",
        "ends_on": "The last day comes before the first.",
    }
    (still,) = (await jonas.state())["views"]
    assert still["id"] == view["id"]
    assert await sqlite_world.schedules() == []


async def test_the_whole_form_becomes_the_schedule_and_comes_back_as_it_was(world: World) -> None:
    holidays_of("US", 2026)  # loading a country for the first time takes a busy machine seconds
    view = await _open_all(world, "jonas")
    entered = _form(
        times="22:15, 9.30 and 15", zone="new york", areas=["neck", "hips"], serves="mix", unit="exercise",
        left_out=["chin-tuck"], holidays="United States", days_off="24 Dec to 2 Jan", starts_on="2026-03-02",
        ends_on="2026-12-31",
    )  # fmt: skip
    answer = await world.person("jonas").submit(view["id"], entered)
    assert answer["ok"], answer
    saved = await world.until_view("jonas", "Saved.")
    words = "Monday and Tuesday at 09:30, 15:00 and 22:15, New York time, a mix of neck and hips"
    assert words in saved["blocks"][1]["text"]["text"]
    (schedule,) = await world.schedules()
    await _press(world, "jonas", saved, "schedule.edit")
    form = await world.until_view("jonas", "At these times")
    answer = await world.person("jonas").submit(form["id"], {})
    assert answer["ok"], answer
    await world.until_view("jonas", "Saved.")
    assert await world.schedules() == [schedule]


async def test_the_form_shows_the_next_five_breaks_also_in_the_readers_zone(sqlite_world: World) -> None:
    world = sqlite_world
    view = await _open(world, "priya")
    await _press(world, "priya", view, "schedule.preview", values=_form(times="10:25, 11, 12, 13, 14", areas=["hips"]))
    shown = _texts(await world.until_view("priya", "Next, Berlin time:"))
    assert "Monday 2 March at 10:25 (14:55 for you)" in shown
    assert "5 a day is a lot" in shown
    await _press(world, "priya", view, "schedule.preview", values=_form(times="soon"))
    assert "couldn't read 'soon'" in _texts(await world.until_view("priya", "couldn't read"))
    assert await world.schedules() == []


async def test_times_on_both_sides_of_midnight_ask_when_a_new_day_begins(sqlite_world: World) -> None:
    world = sqlite_world
    view = await _open(world, "mei")
    assert "day_starts" not in _texts(view)
    night = _form(times="22:00, 02:00", areas=["hips"])
    assert (await world.person("mei").submit(view["id"], night))["ok"]
    asked = await world.until_view("mei", "These times lie on both sides of midnight.")
    assert await world.schedules() == []
    assert (await world.person("mei").submit(asked["id"], night | _form(times="22:00, 02:00", day_starts="05:00")))[
        "ok"
    ]
    await world.until_view("mei", "Saved.")
    ((_, record),) = await _records(world)
    assert record.channel.day_starts_at.hour == 5


async def _records(world: World) -> Any:
    async with world.limber.open_unit_of_work() as uow:
        return await uow.schedules.list_all()


async def test_several_schedules_are_added_edited_paused_resumed_and_deleted(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    view = await _open(world, "anna")
    await _press(world, "anna", view, "schedule.add")
    form = await world.until_view("anna", "At these times")
    await world.person("anna").submit(form["id"], _form(times="16:00", areas=["neck"]))
    view = await world.until_view("anna", "Saved.")
    assert [len(each.times) for each in await world.schedules()] == [2, 1]
    second = [block["block_id"] for block in view["blocks"] if block["type"] == "actions"][1]
    await _press(world, "anna", view, "schedule.pause", block_id=second)
    view = await world.until_view("anna", "These breaks are paused.")
    assert [each.paused for each in await world.schedules()] == [False, True]
    second = [block["block_id"] for block in view["blocks"] if block["type"] == "actions"][1]
    await _press(world, "anna", view, "schedule.resume", block_id=second)
    view = await world.until_view("anna", "These breaks go on.")
    await _press(world, "anna", view, "schedule.delete")
    view = await world.until_view("anna", "Deleted. What people did stays.")
    assert [len(each.times) for each in await world.schedules()] == [1]
    await _press(world, "anna", view, "schedule.delete")
    await world.until_view("anna", "makes new ones")


async def test_one_is_sent_now_counts_for_who_does_it_and_not_twice_in_a_row(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    view = await _open(world, "anna")
    await _press(world, "anna", view, "schedule.send")
    view = await world.until_view("anna", "On its way.")
    (prompt,) = await world.until(world.prompts, "the prompt")
    await world.press("mei", prompt, "break.done")
    await world.whisper("mei", "Counted, and that was your first.")
    await _press(world, "anna", view, "schedule.send")
    await world.until_view("anna", "A break came here a few minutes ago")
    assert len(world.prompts()) == 1


# Who may


async def test_who_is_not_a_keeper_sees_the_breaks_and_can_pause_them_for_today(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    view = await _open(world, "mei")
    assert "Looked after by Anna." in _texts(view)
    assert "Monday 2 March at 10:25 (17:25 for you)" in _texts(view)
    assert [
        each["action_id"] for block in view["blocks"] for each in block.get("elements", []) if "action_id" in each
    ] == ["pause.today"]
    await _press(world, "mei", view, "pause.today")
    await world.until_view("mei", "Paused for today.")


async def test_a_form_of_somebody_who_lost_the_right_is_refused_and_changes_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()
    await world.name_keepers("anna", "jonas")
    view = await _open(world, "jonas")
    await _press(world, "jonas", view, "schedule.edit")
    form = await world.until_view("jonas", "At these times")
    await world.name_keepers("anna")
    before = await world.schedules()
    assert (await world.person("jonas").submit(form["id"], _form(times="11:11", areas=["neck"])))["ok"]
    await world.until_view("jonas", "Anna looks after the breaks here.")
    assert await world.schedules() == before
