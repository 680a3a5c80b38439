"""Every area is a word away, alone and together, and breaks are served from the one that was chosen."""

from dataclasses import replace

import pytest

from tests.world import DESIGN, TWICE_A_DAY, World


async def test_every_area_is_shown_for_the_words_people_say(sqlite_world: World) -> None:
    for typed, card in {
        "wrist": "Hands and wrists: 5 moves, about 5 minutes.",
        "lumbar": "Lower back and glutes: 5 moves, about 7 minutes.",
        "neck": "Neck: 5 moves, about 5 minutes.",
        "upper back": "Shoulders and upper back: 5 moves, about 5 minutes.",
        "hip": "Hips: 5 moves, about 6 minutes.",
        "Feet": "Legs and feet: 5 moves, about 8 minutes.",
        "calf raise": "Legs and feet: 5 moves, about 8 minutes.",
        "eyes": "Eye break, 20 seconds.",
    }.items():
        assert (await sqlite_world.person("mei").say(DESIGN, f"/stretch {typed}"))["ok"]
        await sqlite_world.whisper("mei", card)


@pytest.mark.parametrize(
    ("area", "prompts"),
    [
        ("neck", ("Stretch: chin tuck, 5 times.", "Stretch: side neck tilt, 30 seconds on each side.")),
        ("legs", ("Stretch: chair rise, 10 times.", "Stretch: heel raise, 10 times.")),
    ],
)
async def test_a_channel_gets_the_exercises_of_its_area_in_turn(
    sqlite_world: World, area: str, prompts: tuple[str, str]
) -> None:
    await sqlite_world.set_up(replace(TWICE_A_DAY, area=area))
    await sqlite_world.go_to(2, 9, 25)
    await sqlite_world.go_to(2, 13, 55)
    said = [prompt["text"] for prompt in sqlite_world.prompts()]
    assert [text.startswith(first) for text, first in zip(said, prompts, strict=True)] == [True, True]


async def test_each_side_is_a_step_of_the_neck_routine_together(sqlite_world: World) -> None:
    await sqlite_world.person("priya").say(DESIGN, "/stretch neck")
    card = await sqlite_world.whisper("priya", "Neck: 5 moves")
    await sqlite_world.press_whisper("priya", card, "routine.together")
    lobby = await sqlite_world.until(
        lambda: [each for each in sqlite_world.slack.messages(DESIGN) if "together" in each["text"]], "the lobby"
    )
    await sqlite_world.press("mei", lobby[0], "run.join")
    await sqlite_world.go_to(2, 8, 20)
    said = [each["text"] for each in sqlite_world.replies(lobby[0]["ts"])]
    assert [text.split(",")[0] for text in said[:-1]] == [
        "Move 1 of 5: chin tuck",
        "Move 2 of 5: side neck tilt",
        "Move 2 of 5: side neck tilt",
        "Move 3 of 5: head turn",
        "Move 3 of 5: head turn",
        "Move 4 of 5: chin to chest",
        "Move 5 of 5: shoulder shrug",
    ]
    assert "left side, 30 seconds. Now the other side, in the same way." in said[2]
    assert said[-1].startswith("That was the neck routine: 5 moves")
