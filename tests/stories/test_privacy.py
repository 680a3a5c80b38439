"""What is kept, handed over and erased, as people meet it: the command, Home, the introduction, and who comes back."""

import json
from base64 import b64decode
from typing import Any

from sqlalchemy import text as sql

from tests.stories.test_stills import home_of
from tests.world import DESIGN, World


async def after_a_break(world: World) -> dict[str, Any]:
    """Have Anna and Mei do a break."""
    await world.set_up()
    await world.go_to(2, 9, 25)
    (prompt,) = world.prompts()
    for name in ("anna", "mei"):
        await world.press(name, prompt, "break.done")
        await world.whisper(name, "Counted")
    return prompt


async def rows(world: World, statement: str) -> list[Any]:
    async with world.limber.open_unit_of_work() as uow:
        return list((await uow._session.execute(sql(statement))).all())  # noqa: SLF001  # tests may look everywhere


def files_of(world: World, name: str) -> list[str]:
    """Read the files that somebody got in their direct messages with the app."""
    local = world.slack._slack  # noqa: SLF001  # as above
    direct = local.dm_with(f"U0{name.upper()}")
    ids = [file_id for message in local.workspace.messages.get(direct.id, {}).values() for file_id in message.files]
    return [b64decode(local.workspace.files[file_id].content).decode() for file_id in ids]


async def test_mydata_comes_as_a_file_to_the_person_alone(sqlite_world: World) -> None:
    await after_a_break(sqlite_world)
    await sqlite_world.person("mei").say(DESIGN, "/stretch mydata")
    await sqlite_world.whisper("mei", "Everything I hold about you is on its way")
    (text,) = await sqlite_world.until(lambda: files_of(sqlite_world, "mei"), "the file")
    told = json.loads(text)
    assert told["you"][0]["slack_id"] == "U0MEI"
    assert len(told["breaks and runs you did"]) == 1
    assert "U0ANNA" not in text
    assert files_of(sqlite_world, "anna") == []


async def test_where_files_are_not_granted_it_comes_as_text(sqlite_world: World) -> None:
    await after_a_break(sqlite_world)
    await sqlite_world.order_fault("files.getUploadURLExternal", "error", error="missing_scope", times=9)
    await sqlite_world.person("mei").say(DESIGN, "/stretch mydata")
    said = await sqlite_world.until(lambda: sqlite_world.direct_texts("mei")[1:], "the text")
    assert said[0].startswith("```")
    assert '"slack_id": "U0MEI"' in "".join(said)


async def test_forget_me_asks_once_and_then_nothing_is_left_but_the_totals(sqlite_world: World) -> None:
    world = sqlite_world
    await after_a_break(world)
    mei = world.person("mei")
    await mei.say(DESIGN, "/stretch forget me")
    asked = await world.whisper("mei", "Shall I forget you?")
    await world.press_whisper("mei", asked, "privacy.keep")
    await world.whisper("mei", "Nothing was erased.")
    assert await world.count_done() == 2
    await mei.say(DESIGN, "/stretch forget me")
    asked = await world.whisper("mei", "Shall I forget you?")
    await world.press_whisper("mei", asked, "privacy.erase")
    await world.whisper("mei", "Erased.")
    assert await world.count_done() == 1, "the break was open"
    people = [row.slack_id for row in await rows(world, "SELECT slack_id FROM members")]
    assert "U0MEI" not in people
    await mei.say(DESIGN, "/stretch mydata")
    await world.whisper("mei", "I hold nothing about you.")
    assert [row.slack_id for row in await rows(world, "SELECT slack_id FROM members")] == people


async def test_home_says_what_is_kept_and_is_blank_after_erasing(sqlite_world: World) -> None:
    world = sqlite_world
    await after_a_break(world)
    mei = world.person("mei")
    await mei.open_home()
    home = await world.until(lambda: home_of(world, "mei"), "the Home tab")
    assert (await mei.press({"type": "view", "view_id": home["id"]}, "privacy.kept"))["ok"]
    screen = await world.until_view("mei", "for 400 days")
    assert (await mei.press({"type": "view", "view_id": screen["id"]}, "privacy.download"))["ok"]
    await world.until_view("mei", "Everything I hold about you is on its way")
    await world.until(lambda: files_of(world, "mei"), "the file")
    assert (await mei.press({"type": "view", "view_id": home["id"]}, "privacy.erase"))["ok"]

    async def is_blank() -> bool:
        return "Nothing is kept about you." in json.dumps(await home_of(world, "mei"))

    await world.until(is_blank, "a blank Home")
    assert await rows(world, "SELECT id FROM members WHERE slack_id = 'U0MEI'") == []


async def test_the_introduction_leads_to_what_is_kept(sqlite_world: World) -> None:
    world = sqlite_world
    await world.set_up()

    def introduced() -> list[dict[str, Any]]:
        return [each for each in world.slack.messages(DESIGN) if "set up stretch breaks here" in each["text"]]

    (introduction,) = await world.until(introduced, "the introduction")
    await world.press("jonas", introduction, "privacy.kept")
    await world.until_view("jonas", "Whoever runs this server could read the database.")
    assert await rows(world, "SELECT id FROM members WHERE slack_id = 'U0JONAS'") == [], "looking is not taking part"


async def test_forget_alone_says_what_is_meant(sqlite_world: World) -> None:
    await sqlite_world.person("mei").say(DESIGN, "/stretch forget everything")
    await sqlite_world.whisper("mei", "I don't know 'forget everything'. Did you mean `/stretch forget me`?")
