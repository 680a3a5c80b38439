"""An admin brings a routine into the workspace, as text or as a file; wrong ones are told, and nothing is lost."""

import base64
from functools import partial
from typing import Any

from bot.slack.manifest import manifest
from bot.slack.views.own_routines import field_id
from routines.catalogue import EXAMPLE
from tests.own import SWAY
from tests.world import DESIGN, World, living

FIRST = field_id(0, "")


async def _open(world: World, name: str = "anna") -> dict[str, Any]:
    await world.person(name).say(DESIGN, "/stretch routines")
    return await world.until_view(name, "Routines that this workspace wrote itself.")


async def _press(world: World, view: dict[str, Any], action_id: str, value: str = "", **typed: str) -> None:
    values = {block_id: {"text": text} for block_id, text in typed.items()}
    container = {"type": "view", "view_id": view["id"]}
    pressed = await world.person("anna").press(container, action_id, value or None, values=values or None)
    assert pressed["ok"], pressed


async def _paste(world: World, view: dict[str, Any], text: str, block_id: str = FIRST) -> dict[str, Any]:
    return await world.person("anna").submit(view["id"], {block_id: {"text": text}})


async def _upload(world: World, view: dict[str, Any], content: bytes, text: str | None = None) -> dict[str, Any]:
    file = {"name": "sway.toml", "content": base64.b64encode(content).decode()}
    return await world.person("anna").submit(view["id"], {"file": {"file": [file]}, FIRST: {"text": text}})


async def test_a_pasted_routine_is_there_for_everybody_until_it_is_removed(sqlite_world: World) -> None:
    view = await _open(sqlite_world)
    assert (await _paste(sqlite_world, view, SWAY))["ok"]
    await sqlite_world.until_view("anna", "*Our sway* is added, for this workspace alone.")
    await sqlite_world.person("mei").say(DESIGN, "/stretch willow")
    card = await sqlite_world.whisper("mei", "Tree sway, 10 seconds.")
    assert "image" not in {block["type"] for block in card["blocks"]}
    await sqlite_world.press_whisper("mei", card, "routine.guide")
    await sqlite_world.until_view("mei", "Sway like a tree.")
    view = await _open(sqlite_world)
    await _press(sqlite_world, view, "own.remove")
    await sqlite_world.until(lambda: _is_gone(sqlite_world), "the routine to be gone from the list")
    await sqlite_world.person("mei").say(DESIGN, "/stretch willow")
    await sqlite_world.whisper("mei", "I don't know 'willow'.")


async def _is_gone(world: World) -> bool:
    views = (await world.person("anna").state())["views"]
    return "Our sway" not in str(views[-1]["blocks"])


async def test_breaks_of_its_area_serve_it_in_words(sqlite_world: World) -> None:
    await _paste(sqlite_world, await _open(sqlite_world), SWAY.replace('"hips"', '"lower-back"'))
    await sqlite_world.set_up()
    for day in (2, 3, 4):
        await sqlite_world.go_to(day, 9, 25)
        await sqlite_world.go_to(day, 13, 55)
    (prompt,) = [each for each in sqlite_world.prompts() if each["text"].startswith("Stretch: tree sway, 10 seconds.")]
    assert "Sway like a tree." in prompt["text"]
    assert "image" not in {block["type"] for block in prompt["blocks"]}


async def test_a_wrong_routine_is_refused_under_its_field_with_line_key_and_cure(sqlite_world: World) -> None:
    view = await _open(sqlite_world)
    refused = await _paste(sqlite_world, view, SWAY.replace("hold_seconds = 10", "hold_seconds = 900"))
    assert refused["errors"] == {
        FIRST: "Line 24, exercises[1].hold_seconds: this should be less than or equal to 600, and it is 900."
        " Write: Seconds of one hold, from 1 to 600, or a range as [2, 3]."
    }
    assert (await _paste(sqlite_world, view, SWAY))["ok"]


async def test_a_routine_may_fill_several_fields_and_is_told_in_which_it_is_wrong(sqlite_world: World) -> None:
    view = await _open(sqlite_world)
    head, _, tail = SWAY.partition("\n[[exercises]]")
    await _press(sqlite_world, view, "own.room", **{FIRST: head})
    view = await sqlite_world.until_view("anna", "Text, part 2")
    tail = f"[[exercises]]{tail}"
    values = {FIRST: {"text": head}, field_id(1, ""): {"text": tail.replace("hold_seconds = 10", "hold_seconds = 0")}}
    refused = await sqlite_world.person("anna").submit(view["id"], values)
    (sentence,) = [refused["errors"].pop(field_id(1, ""))]
    assert refused["errors"] == {}
    assert sentence.startswith("Line 9, exercises[1].hold_seconds: this should be greater than or equal to 1")
    values[field_id(1, "")] = {"text": tail}
    assert (await sqlite_world.person("anna").submit(view["id"], values))["ok"]


async def test_an_uploaded_file_is_taken_and_a_wrong_one_told_under_it(sqlite_world: World) -> None:
    view = await _open(sqlite_world)
    assert (await _upload(sqlite_world, view, b"\xff"))["errors"] == {
        "file": "Line 1: byte 0xff is not UTF-8 text. Save the file as UTF-8, or take this character out."
    }
    too_large = await _upload(sqlite_world, view, b"#" * 50_000)
    assert too_large["errors"]["file"].startswith("Line 1: it has more than 40,000 bytes")
    both = await _upload(sqlite_world, view, SWAY.encode(), "format = 1")
    assert both["errors"] == {FIRST: "There is a file and a text. Please leave one of them."}
    assert (await _upload(sqlite_world, view, b"\xef\xbb\xbf" + SWAY.encode()))["ok"]
    await sqlite_world.until_view("anna", "*Our sway* is added")


async def test_nothing_handed_in_is_asked_for(sqlite_world: World) -> None:
    refused = await sqlite_world.person("anna").submit((await _open(sqlite_world))["id"], {})
    assert refused["errors"] == {FIRST: "Paste a routine here, or choose a file above."}


async def test_a_routine_is_changed_in_the_form_and_takes_the_place_of_the_old_one(sqlite_world: World) -> None:
    await _paste(sqlite_world, await _open(sqlite_world), SWAY)
    await _press(sqlite_world, await _open(sqlite_world), "own.change")
    view = await sqlite_world.until_view("anna", "hold_seconds = 10")
    field = field_id(0, "sway")
    assert (await _paste(sqlite_world, view, SWAY.replace("Our sway", "Our own sway"), field))["ok"]
    await sqlite_world.until_view("anna", "*Our own sway* is changed")


async def test_the_example_is_right_as_it_stands(sqlite_world: World) -> None:
    await _press(sqlite_world, await _open(sqlite_world), "own.example")
    view = await sqlite_world.until_view("anna", "coffee-stretch")
    assert (await _paste(sqlite_world, view, EXAMPLE.read_text(encoding="utf-8"), field_id(0, "example")))["ok"]
    await sqlite_world.until_view("anna", "*While the coffee runs* is added")


async def test_who_is_no_admin_sees_the_list_and_changes_nothing(sqlite_world: World) -> None:
    admins = await _open(sqlite_world)
    await _paste(sqlite_world, admins, SWAY)
    view = await _open(sqlite_world, "mei")
    assert not view.get("submit")
    assert "own.remove" not in str(view["blocks"])
    assert "Admins of the workspace add, change and remove them." in str(view["blocks"])


async def test_without_the_scope_for_files_the_form_takes_text_alone(sqlite_url: str) -> None:
    bare = manifest()
    bare["oauth_config"]["scopes"]["bot"].remove("files:read")
    async with living(sqlite_url, app_manifest=bare) as world:
        view = await _open(world)
        assert "file_input" not in str(view["blocks"])
        assert (await _paste(world, view, SWAY))["ok"]


async def test_set_up_can_leave_out_all_but_the_teams_own_moves(sqlite_world: World) -> None:
    await _paste(sqlite_world, await _open(sqlite_world), SWAY)
    await sqlite_world.person("anna").say(DESIGN, "/stretch setup")
    await _press(sqlite_world, await sqlite_world.until_view("anna", "At these times"), "schedule.more")
    view = await sqlite_world.until_view("anna", "Exercises to leave out")
    assert "tree-sway" in str(view["blocks"])
    packaged = [exercise.id for exercise in sqlite_world.limber.catalogue.routine("hips").exercises]
    values = {"times": "10:00", "weekdays": ["0", "1"], "zone": "Berlin", "areas": ["hips"], "left_out": packaged}
    entered = {name: {name: value} for name, value in values.items()}
    assert (await sqlite_world.person("anna").submit(view["id"], entered))["ok"]
    for day in (2, 3):
        await sqlite_world.go_to(day, 9)
    assert [each["text"][:18] for each in sqlite_world.prompts()] == ["Stretch: tree sway"] * 2
    await _press(sqlite_world, await _open(sqlite_world), "own.remove")
    await sqlite_world.until(lambda: _is_gone(sqlite_world), "the routine to be gone from the list")
    await sqlite_world.go_to(9, 9)
    assert sqlite_world.prompts()[-1]["text"].startswith("Stretch: ")
    assert len(sqlite_world.prompts()) == 3
    (told,) = [each for each in sqlite_world.direct_texts("anna") if "was removed" in each]
    assert told.startswith("The routine *Our sway* was removed, and the breaks in <#C")


async def test_set_up_offers_an_own_routine_as_a_whole(sqlite_world: World) -> None:
    await _paste(sqlite_world, await _open(sqlite_world), SWAY)
    await sqlite_world.person("anna").say(DESIGN, "/stretch setup")
    await _press(sqlite_world, await sqlite_world.until_view("anna", "At these times"), "schedule.more")
    view = await sqlite_world.until_view("anna", "It comes from")
    values = {"times": "10:00", "weekdays": ["0"], "zone": "Berlin", "routine": "sway", "unit": "routine"}
    entered = {name: {name: value} for name, value in values.items()}
    assert (await sqlite_world.person("anna").submit(view["id"], entered))["ok"]
    await sqlite_world.until_view("anna", "the whole sway routine")
    (stored,) = await sqlite_world.schedules()
    assert (stored.routine_id, stored.whole_routine, stored.area) == ("sway", True, "lower-back")
    await sqlite_world.go_to(2, 9)
    assert sqlite_world.prompts()[0]["text"].startswith("Stretch: our sway")
    await sqlite_world.until(partial(_introduced, sqlite_world, "one finished move counts"), "what a routine asks for")
    for toml, said in ((None, "Berlin time, lower back routine"), (SWAY, "the whole sway routine")):
        view = await _open(sqlite_world)
        await (_paste(sqlite_world, view, toml) if toml else _press(sqlite_world, view, "own.remove"))
        await sqlite_world.until(partial(_introduced, sqlite_world, said), f"an introduction that says {said!r}")


def _introduced(world: World, said: str) -> bool:
    return any(said in each["text"] for each in world.slack.messages(DESIGN) if "set up stretch breaks" in each["text"])
