"""The playground refuses what Slack refuses: each block and element, whole, bare, and broken in every way."""

# ruff: noqa: FBT001, FBT003 (parametrize passes booleans by name, the tables are JSON)

from __future__ import annotations

import copy
import logging
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from playground.blockkit import Problem, validate_home, validate_message, validate_modal
from playground.blockkit.blocks import BLOCKS, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION
from playground.blockkit.elements import ELEMENTS
from playground.blockkit.surfaces import BLOCK_SURFACES, ELEMENT_SURFACES

if TYPE_CHECKING:
    from collections.abc import Iterator

GONE = object()
URL = "https://limber.example/a.png"


def plain(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, **more}


def rich(text: str) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def option(value: str, **more: Any) -> dict[str, Any]:
    return {"text": plain(value), "value": value, **more}


CONFIRM = {
    "title": plain("t" * 100),
    "text": mrkdwn("x" * 300),
    "confirm": plain("c" * 30),
    "deny": plain("d" * 30),
    "style": "danger",
}
PRESS = {"action_id": "a" * 255, "confirm": CONFIRM}
CHOOSE = {**PRESS, "focus_on_load": True}
PICK = {**CHOOSE, "placeholder": plain("p" * 150, emoji=True)}
MANY = {**PICK, "max_selected_items": 2}
TYPE_IN = {
    "action_id": "a",
    "focus_on_load": False,
    "placeholder": plain("p" * 150),
    "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]},
}
FILTER = {"include": ["im", "mpim"], "exclude_external_shared_channels": True, "exclude_bot_users": True}
HUNDRED = [option(str(each), description=plain("d" * 75)) for each in range(100)]
GROUPS = [
    {"label": plain("l" * 75), "options": HUNDRED},
    *[{"label": plain("l"), "options": HUNDRED[:1]}] * 99,
]
RICH_CHOICES = [{"text": mrkdwn("*b*", verbatim=True), "value": str(each)} for each in range(10)]
THUMB = {"text": plain("👍"), "value": "up"}
LABELLED_THUMB = {"text": plain("t" * 75), "value": "v" * 2000, "accessibility_label": "l" * 75}
WORKFLOW = {"trigger": {"url": "https://slack.com/shortcuts/Ft1/abc"}}
WORKFLOW_WITH_INPUTS = {
    "trigger": {**WORKFLOW["trigger"], "customizable_input_parameters": [{"name": "n", "value": "v"}]}
}

# For each element the least Slack takes and the most.
ELEMENT_EXAMPLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "button": (
        {"text": plain("Go")},
        {
            **PRESS,
            "text": plain("t" * 75, emoji=False),
            "value": "v" * 2000,
            "url": "https://limber.example/" + "u" * 2977,
            "style": "primary",
            "accessibility_label": "l" * 75,
            "agent_prompt": "p" * 4000,
            "agent_prompt_display": "d",
            "visible_to_user_ids": ["U1"],
        },
    ),
    "checkboxes": (
        {"options": [option("a")]},
        {**CHOOSE, "options": RICH_CHOICES, "initial_options": RICH_CHOICES[:2]},
    ),
    "radio_buttons": (
        {"options": [option("a")]},
        {**CHOOSE, "options": RICH_CHOICES, "initial_option": RICH_CHOICES[3]},
    ),
    "overflow": ({"options": [option("a")]}, {**PRESS, "options": [option("a", url=URL)] * 5}),
    "datepicker": ({}, {**PICK, "initial_date": "2028-02-29"}),
    "timepicker": ({}, {**PICK, "initial_time": "23:59", "timezone": "America/Argentina/Buenos_Aires"}),
    "datetimepicker": ({}, {**CHOOSE, "initial_date_time": 1_628_633_820}),
    "static_select": (
        {"options": [option("a")]},
        {**PICK, "option_groups": GROUPS, "initial_option": HUNDRED[99]},
    ),
    "multi_static_select": (
        {"option_groups": [{"label": plain("l"), "options": [option("a")]}]},
        {**MANY, "options": HUNDRED, "initial_options": HUNDRED[:2]},
    ),
    "external_select": ({}, {**PICK, "initial_option": option("a"), "min_query_length": 0}),
    "multi_external_select": ({}, {**MANY, "initial_options": [option("a")], "min_query_length": 3}),
    "users_select": ({}, {**PICK, "initial_user": "U1"}),
    "multi_users_select": ({}, {**MANY, "initial_users": ["U1", "U2"]}),
    "conversations_select": (
        {},
        {
            **PICK,
            "initial_conversation": "C1",
            "default_to_current_conversation": True,
            "filter": FILTER,
            "response_url_enabled": False,
        },
    ),
    "multi_conversations_select": (
        {},
        {
            **MANY,
            "initial_conversations": ["C1"],
            "default_to_current_conversation": True,
            "filter": FILTER,
        },
    ),
    "channels_select": ({}, {**PICK, "initial_channel": "C1", "response_url_enabled": False}),
    "multi_channels_select": ({}, {**MANY, "initial_channels": ["C1"]}),
    "plain_text_input": (
        {},
        {
            **TYPE_IN,
            "initial_value": "v" * 3000,
            "multiline": True,
            "min_length": 3000,
            "max_length": 3000,
        },
    ),
    "email_text_input": ({}, {**TYPE_IN, "initial_value": "anna@limber.example"}),
    "url_text_input": ({}, {**TYPE_IN, "initial_value": URL}),
    "number_input": (
        {"is_decimal_allowed": False},
        {
            **TYPE_IN,
            "is_decimal_allowed": True,
            "initial_value": "0.5",
            "min_value": "-10",
            "max_value": "10.25",
        },
    ),
    "rich_text_input": ({}, {**TYPE_IN, "initial_value": rich("hi"), "min_lines": 1, "max_lines": 100}),
    "file_input": ({}, {"action_id": "a", "filetypes": ["png"], "max_files": 10}),
    "workflow_button": (
        {"text": plain("Go"), "workflow": WORKFLOW, "action_id": "a"},
        {
            "text": plain("t" * 75),
            "workflow": WORKFLOW_WITH_INPUTS,
            "action_id": "a",
            "style": "danger",
            "accessibility_label": "l" * 75,
        },
    ),
    "feedback_buttons": (
        {"positive_button": THUMB, "negative_button": THUMB},
        {"positive_button": LABELLED_THUMB, "negative_button": LABELLED_THUMB, "action_id": "a"},
    ),
    "icon_button": (
        {"icon": "trash", "text": plain("Delete")},
        {
            **PRESS,
            "icon": "trash",
            "text": plain("t" * 75),
            "value": "v" * 2000,
            "accessibility_label": "l" * 75,
            "visible_to_user_ids": [f"U{each}" for each in range(10)],
        },
    ),
    "image": (
        {"alt_text": "a", "image_url": "http://limber.example/a.png"},
        {"alt_text": "a" * 2000, "slack_file": {"id": "F1"}},
    ),
}

STYLE = {"bold": True, "italic": True, "strike": True, "underline": True, "code": True}
MENTION_STYLE = {"bold": True, "highlight": True, "client_highlight": True, "unlink": True}
EVERYTHING_INLINE = [
    {"type": "text", "text": "a", "style": STYLE},
    {"type": "link", "url": "mailto:a@b.example", "text": "a", "unsafe": False, "style": STYLE},
    {"type": "user", "user_id": "U1", "style": MENTION_STYLE},
    {"type": "usergroup", "usergroup_id": "S1", "style": MENTION_STYLE},
    {"type": "channel", "channel_id": "C1", "style": MENTION_STYLE},
    {"type": "team", "team_id": "T1", "style": STYLE},
    {"type": "broadcast", "range": "here", "style": STYLE},
    {"type": "color", "value": "#aB09fF", "style": STYLE},
    {
        "type": "date",
        "timestamp": 1,
        "format": "{date_long}",
        "url": URL,
        "fallback": "then",
        "style": STYLE,
    },
    {
        "type": "emoji",
        "name": "wave",
        "unicode": "1f44b",
        "skin_tone": 2,
        "style": STYLE,
    },
]
RICH: list[dict[str, Any]] = [
    {"type": "rich_text_section", "elements": EVERYTHING_INLINE},
    {
        "type": "rich_text_list",
        "style": "ordered",
        "indent": 8,
        "offset": 1,
        "border": 1,
        "elements": [{"type": "rich_text_section", "elements": EVERYTHING_INLINE}],
    },
    {"type": "rich_text_quote", "border": 0, "elements": EVERYTHING_INLINE},
    {"type": "rich_text_preformatted", "border": 0, "elements": EVERYTHING_INLINE[:2]},
]

RAW = {"type": "raw_text", "text": "a"}
NUMBER = {"type": "raw_number", "value": 1.5, "text": "1.5"}
CATEGORIES = [f"c{each:018}" + "e" for each in range(20)]
BARS = {
    "type": "bar",
    "series": [{"name": "n", "data": [{"label": "Mon", "value": -1}]}],
    "axis_config": {"categories": ["Mon"]},
}
LINES = {
    "type": "line",
    "series": [
        {
            "name": f"{each}" + "n" * 19,
            "data": [{"label": category, "value": 0.5} for category in CATEGORIES],
        }
        for each in range(6)
    ],
    "axis_config": {"categories": CATEGORIES, "x_label": "x" * 50, "y_label": "y" * 50},
}
PIE: dict[str, Any] = {"type": "pie", "segments": [{"label": "Push-ups", "value": 0.1}]}
ICON = {"type": "image", "alt_text": "a", "image_url": URL}
BUTTON = {"type": "button", "text": plain("Go")}
CARD: dict[str, Any] = {"type": "card", "body": plain("b")}
TASK = {"task_id": "1", "title": "t", "status": "complete"}
WHOLE_TASK = {
    **TASK,
    "block_id": "t",
    "details": rich("d"),
    "output": rich("o"),
    "sources": [{"type": "url", "url": URL, "text": "t"}],
}

# For each block the least Slack takes and the most.
BLOCK_EXAMPLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "section": (
        {"text": plain("a")},
        {
            "text": mrkdwn("t" * 3000),
            "fields": [plain("f" * 2000)] * 10,
            "accessory": BUTTON,
            "expand": True,
        },
    ),
    "header": ({"text": plain("a")}, {"text": plain("h" * 150)}),
    "context": ({"elements": [plain("a")]}, {"elements": [ICON, *[mrkdwn("t" * 3000)] * 9]}),
    "actions": ({"elements": [BUTTON]}, {"elements": [BUTTON] * 25}),
    "context_actions": (
        {"elements": [{"type": "icon_button", "icon": "trash", "text": plain("Delete")}]},
        {"elements": [*[{"type": "feedback_buttons", "positive_button": THUMB, "negative_button": THUMB}] * 5]},
    ),
    "image": (
        {"image_url": URL, "alt_text": "a"},
        {"slack_file": {"url": URL}, "alt_text": "a" * 2000, "title": plain("t" * 2000)},
    ),
    "divider": ({}, {}),
    "input": (
        {"label": plain("l"), "element": {"type": "plain_text_input"}},
        {
            "label": plain("l" * 2000),
            "hint": plain("h" * 2000),
            "element": {"type": "plain_text_input"},
            "optional": True,
            "dispatch_action": True,
        },
    ),
    "file": ({"external_id": "a", "source": "remote"}, {"external_id": "a", "source": "remote"}),
    "video": (
        {"alt_text": "a", "title": plain("t"), "thumbnail_url": URL, "video_url": URL},
        {
            "alt_text": "a" * 2000,
            "title": plain("t" * 199),
            "thumbnail_url": URL,
            "video_url": URL,
            "title_url": URL,
            "author_name": "a" * 49,
            "provider_name": "p" * 49,
            "provider_icon_url": URL,
            "description": plain("d" * 199),
        },
    ),
    "rich_text": ({"elements": [{"type": "rich_text_section", "elements": []}]}, {"elements": RICH}),
    "markdown": ({"text": "a"}, {"text": "m" * 12_000}),
    "table": (
        {"rows": [[RAW]]},
        {
            "rows": [[RAW] * 19 + [NUMBER]] * 99 + [[rich("a")] * 20],
            "column_settings": [{"align": "right", "is_wrapped": True}] * 20,
        },
    ),
    "data_table": (
        {"rows": [[RAW], [NUMBER]], "caption": "c"},
        {
            "rows": [[RAW] * 20] * 100 + [[rich("a")] * 20],
            "caption": "c",
            "page_size": 100,
            "row_header_column_index": 19,
        },
    ),
    "data_visualization": ({"title": "t", "chart": BARS}, {"title": "t" * 50, "chart": LINES}),
    "alert": ({"text": plain("a")}, {"text": mrkdwn("t" * 200), "level": "success"}),
    "card": (
        {"body": plain("b")},
        {
            "hero_image": ICON,
            "icon": ICON,
            "title": mrkdwn("t" * 150),
            "subtitle": mrkdwn("s" * 150),
            "body": mrkdwn("b" * 200),
            "actions": [BUTTON] * 3,
        },
    ),
    "carousel": ({"elements": [CARD]}, {"elements": [CARD] * 10}),
    "task_card": (TASK, WHOLE_TASK),
    "plan": (
        {"title": "t", "tasks": [TASK]},
        {
            "title": "t",
            "tasks": [
                {**WHOLE_TASK, "type": "task_card", "task_id": str(each), "status": "pending"} for each in range(50)
            ],
        },
    ),
    "container": (
        {"title": plain("t"), "child_blocks": [{"type": "divider"}]},
        {
            "title": plain("t" * 150),
            "rich_text_title": rich("t"),
            "subtitle": mrkdwn("s" * 150),
            "child_blocks": [{"type": "divider"}] * 10,
            "width": "full",
            "icon": ICON,
            "is_collapsible": True,
            "default_collapsed": True,
            "has_header_divider": False,
        },
    ),
}


def example(kind: str, *, most: bool, element: bool) -> dict[str, Any]:
    examples = ELEMENT_EXAMPLES if element else BLOCK_EXAMPLES
    return {"type": kind, **examples[kind][most], **({"block_id": "b" * 255} if most and not element else {})}


def checked(block: dict[str, Any]) -> list[Problem]:
    """Validate one block where its kind and its element's kind may be."""
    kinds = [each.get("type") for each in (block, block.get("element")) if isinstance(each, dict)]
    allowed = {**BLOCK_SURFACES, **ELEMENT_SURFACES}
    if any(isinstance(kind, str) and "message" not in allowed.get(kind, ("message",)) for kind in kinds):
        view = {"type": "modal", "title": plain("t"), "submit": plain("s"), "blocks": [block]}
        found = validate_modal(view)
        return [Problem(each.pointer.removeprefix("/view"), each.reason) for each in found]
    return validate_message([block])


def hosted(kind: str, value: Any) -> tuple[dict[str, Any], str]:
    """Put an element into a block that takes it, and say where."""
    if kind in IN_INPUT:
        return {"type": "input", "label": plain("l"), "element": value}, "/blocks/0/element"
    if kind in IN_ACTIONS:
        return {"type": "actions", "elements": [value]}, "/blocks/0/elements/0"
    if kind in IN_CONTEXT_ACTIONS:
        return {"type": "context_actions", "elements": [value]}, "/blocks/0/elements/0"
    return {"type": "section", "text": plain("a"), "accessory": value}, "/blocks/0/accessory"


def tried(kind: str, value: Any, *, element: bool) -> list[Problem]:
    """Validate a block or an element; the pointers are relative to it."""
    block, prefix = hosted(kind, value) if element else (value, "/blocks/0")
    return [Problem(each.pointer.removeprefix(prefix), each.reason) for each in checked(block)]


def with_change(value: Any, path: str, new: Any) -> Any:
    """Copy a value with one place of it replaced, added or taken away."""
    if not path:
        return new
    step, _, rest = path[1:].partition("/")
    inner = copy.copy(value)
    key: Any = int(step) if isinstance(value, list) else step
    if new is GONE and not rest:
        del inner[key]
    else:
        inner[key] = with_change(inner[key], f"/{rest}", new) if rest else new
    return inner


def places(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Walk a value, the first three items of each list."""
    yield pointer, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value[:3]) if isinstance(value, list) else ()
    for key, each in pairs:
        yield from places(each, f"{pointer}/{key}")


KINDS = [
    pytest.param(kind, element, id=f"{'element' if element else 'block'}-{kind}")
    for element, examples in ((False, BLOCK_EXAMPLES), (True, ELEMENT_EXAMPLES))
    for kind in examples
]


def test_there_is_an_example_of_every_block_and_element() -> None:
    assert set(BLOCK_EXAMPLES) == set(BLOCKS)
    assert set(ELEMENT_EXAMPLES) == set(ELEMENTS)
    assert {*IN_SECTION, *IN_ACTIONS, *IN_INPUT, *IN_CONTEXT_ACTIONS} == set(ELEMENTS)


@pytest.mark.parametrize(("kind", "element"), KINDS)
@pytest.mark.parametrize("most", [False, True])
def test_the_least_and_the_most_are_taken(kind: str, element: bool, most: bool) -> None:
    assert tried(kind, example(kind, most=most, element=element), element=element) == []


@pytest.mark.parametrize(("kind", "element"), KINDS)
def test_nothing_of_the_least_may_be_missing(kind: str, element: bool) -> None:
    least = example(kind, most=False, element=element)
    for pointer, _ in places(least):
        if pointer and not pointer.rsplit("/", 1)[1].isdigit():
            problems = tried(kind, with_change(least, pointer, GONE), element=element)
            assert problems, pointer
            assert problems[0].pointer in {pointer.rsplit("/", 1)[0], pointer.rsplit("/", 2)[0]}


@pytest.mark.parametrize(("kind", "element"), KINDS)
def test_no_place_takes_null_or_a_wrong_type(kind: str, element: bool) -> None:
    for most in (False, True):
        value = example(kind, most=most, element=element)
        for pointer, old in places(value):
            for wrong in (None, {"wrong": 1} if not isinstance(old, dict) else []):
                if pointer and not (wrong == [] and old == {}):
                    problems = tried(kind, with_change(value, pointer, wrong), element=element)
                    assert pointer in [each.pointer for each in problems], (pointer, wrong)


@pytest.mark.parametrize(("kind", "element"), KINDS)
def test_no_object_takes_an_unknown_field(kind: str, element: bool) -> None:
    for most in (False, True):
        value = example(kind, most=most, element=element)
        for pointer, old in places(value):
            if isinstance(old, dict):
                problems = tried(kind, with_change(value, f"{pointer}/x~y", 1), element=element)
                assert Problem(pointer, "There is no field x~y here.") in problems


def test_a_type_that_slack_does_not_know_is_named() -> None:
    assert [each.pointer for each in validate_message([{"type": "call"}])] == ["/blocks/0/type"]
    assert [each.pointer for each in validate_message([{}, 1])] == ["/blocks/0", "/blocks/1"]
    assert validate_message([{"type": "sektion"}])[0].reason.startswith("sektion is not a block")


def breaks(path: str, *values: Any, where: str | None = None) -> list[tuple[str, Any, str]]:
    return [(path, value, path if where is None else where) for value in values]


LONG_URL = "https://limber.example/" + "u" * 2978
PLAIN = [plain("a")]
# What a block or an element (as above, its least with these changes) is refused for, and where.
BROKEN_BLOCKS: dict[str, list[tuple[str, Any, str]]] = {
    "section": [
        *breaks("/text", mrkdwn("a", emoji=True), plain("a", verbatim=True)),
        *breaks("/text/text", "t" * 3001, "", 5),
        *breaks("/text/type", "markdown"),
        *breaks("/fields", [], PLAIN * 11),
        *breaks("/fields", [plain("f" * 2001)], where="/fields/0/text"),
        *breaks("/accessory", {"type": "plain_text_input"}, where="/accessory/type"),
        *breaks("/accessory", {"type": "datetimepicker"}, where="/accessory/type"),
        *breaks("/block_id", "b" * 256, ""),
    ],
    "header": [
        *breaks("/text/text", "h" * 151),
        *breaks("/text", mrkdwn("a"), where="/text/type"),
    ],
    "context": [
        *breaks("/elements", [], PLAIN * 11),
        *breaks("/elements", [BUTTON], where="/elements/0/type"),
    ],
    "actions": [
        *breaks("/elements", [], [BUTTON] * 26),
        *breaks("/elements", [ICON], where="/elements/0/type"),
        *breaks("/elements", [{"type": "plain_text_input"}], where="/elements/0/type"),
    ],
    "context_actions": [
        *breaks("/elements", [], [{"type": "icon_button", "icon": "trash", "text": plain("a")}] * 6),
        *breaks("/elements", [BUTTON], where="/elements/0/type"),
    ],
    "image": [
        *breaks("/alt_text", "a" * 2001, ""),
        *breaks("/image_url", LONG_URL, "ftp://limber.example/a.png", "https:///a.png", "a.png", "https://a b"),
        *breaks("/slack_file", {"id": "F1"}, where=""),
        *breaks("/title", plain("t" * 2001), where="/title/text"),
        *breaks("/title", mrkdwn("t"), where="/title/type"),
    ],
    "input": [
        *breaks("/label", plain("l" * 2001), where="/label/text"),
        *breaks("/label", mrkdwn("l"), where="/label/type"),
        *breaks("/hint", plain("h" * 2001), where="/hint/text"),
        *breaks("/element", BUTTON, {"type": "overflow"}, {"type": "workflow_button"}, where="/element/type"),
        *breaks("/optional", "yes"),
    ],
    "file": breaks("/source", "local"),
    "video": [
        *breaks("/title", plain("t" * 200), where="/title/text"),
        *breaks("/author_name", "a" * 50),
        *breaks("/provider_name", "p" * 50),
        *breaks("/alt_text", "a" * 2001),
        *breaks("/description", plain("d" * 200), where="/description/text"),
        *breaks("/video_url", "http://limber.example/v", LONG_URL),
        *breaks("/title_url", "http://limber.example/v"),
    ],
    "rich_text": [
        *breaks("/elements", []),
        *breaks("/elements", [{"type": "text", "text": "a"}], where="/elements/0/type"),
        *breaks("/elements/0/elements", [{"type": "text", "text": ""}], where="/elements/0/elements/0/text"),
        *breaks("/elements/0/elements", [{"type": "smile"}], where="/elements/0/elements/0/type"),
        *breaks(
            "/elements/0/elements",
            [{"type": "text", "text": "a", "style": {"highlight": True}}],
            where="/elements/0/elements/0/style",
        ),
        *breaks(
            "/elements/0/elements",
            [{"type": "broadcast", "range": "all"}],
            where="/elements/0/elements/0/range",
        ),
        *breaks(
            "/elements/0/elements",
            [{"type": "color", "value": "red"}],
            where="/elements/0/elements/0/value",
        ),
        *breaks("/elements/0", {**RICH[1], "style": "dots"}, where="/elements/0/style"),
        *breaks("/elements/0", {**RICH[1], "indent": 9}, where="/elements/0/indent"),
        *breaks("/elements/0", {**RICH[1], "border": 2}, where="/elements/0/border"),
        *breaks("/elements/0", {**RICH[1], "elements": [RICH[2]]}, where="/elements/0/elements/0/type"),
        *breaks(
            "/elements/0",
            {**RICH[3], "elements": [EVERYTHING_INLINE[2]]},
            where="/elements/0/elements/0/type",
        ),
    ],
    "markdown": breaks("/text", "m" * 12_001, ""),
    "table": [
        *breaks("/rows", [], [[RAW]] * 101, [[{**RAW, "text": "t" * 5001}], [{**RAW, "text": "t" * 5000}]]),
        *breaks("/rows/0", [], [RAW] * 21),
        *breaks("/rows", [[RAW], [RAW, RAW]], where="/rows/1"),
        *breaks("/rows/0/0", plain("a"), where="/rows/0/0/type"),
        *breaks("/rows/0/0/text", ""),
        *breaks("/column_settings", [{}] * 21, []),
        *breaks("/column_settings", [{"align": "justify"}], where="/column_settings/0/align"),
        *breaks("/rows/0/0", {**NUMBER, "value": float("nan")}, {**NUMBER, "value": True}, where="/rows/0/0/value"),
    ],
    "data_table": [
        *breaks("/rows", [[RAW]], [[RAW]] * 102),
        *breaks("/rows/0/0", rich("a"), where="/rows/0/0/type"),
        *breaks("/rows/1", [RAW, RAW]),
        *breaks("/caption", ""),
        *breaks("/page_size", 0, 101, 5.0),
        *breaks("/row_header_column_index", 1, -1),
    ],
    "data_visualization": [
        *breaks("/title", "t" * 51, plain("t")),
        *breaks("/chart", {"type": "radar"}, where="/chart/type"),
        *breaks("/chart", {"type": "pie", "segments": []}, where="/chart/segments"),
        *breaks("/chart", {"type": "pie", "segments": PIE["segments"] * 7}, where="/chart/segments"),
        *breaks(
            "/chart",
            {"type": "pie", "segments": [{"label": "a", "value": 0}]},
            where="/chart/segments/0/value",
        ),
        *breaks(
            "/chart/series",
            [],
            [{"name": str(each), "data": [{"label": "Mon", "value": 1}]} for each in range(7)],
        ),
        *breaks("/chart/series/0/name", "n" * 21),
        *breaks("/chart/series/0/data", [{"label": "Tue", "value": 1}], [{"label": "Mon", "value": 1}] * 2, []),
        *breaks("/chart/series/0/data/0/label", "l" * 21),
        *breaks("/chart/series/0/data/0/value", "1", True, float("inf")),
        *breaks("/chart/axis_config/categories", ["Mon", "Mon"], [], CATEGORIES * 2),
        *breaks("/chart/axis_config/x_label", "x" * 51),
        *breaks(
            "/chart/series",
            [{"name": "n", "data": [{"label": "Mon", "value": 1}]}] * 2,
            where="/chart/series/1/name",
        ),
    ],
    "alert": [
        *breaks("/text/text", "t" * 201),
        *breaks("/level", "critical"),
    ],
    "card": [
        *breaks("/body/text", "b" * 201),
        *breaks("/title", plain("t" * 151), where="/title/text"),
        *breaks("/subtitle", plain("t" * 151), where="/subtitle/text"),
        *breaks("/actions", [BUTTON] * 4, []),
        *breaks("/actions", [{"type": "datepicker"}], where="/actions/0/type"),
    ],
    "carousel": [
        *breaks("/elements", [], [CARD] * 11),
        *breaks("/elements", [{"type": "divider"}], where="/elements/0/type"),
    ],
    "task_card": [*breaks("/status", "done", "pending"), *breaks("/sources", [])],
    "plan": [
        *breaks("/tasks", [], [{**TASK, "task_id": str(each)} for each in range(51)]),
        *breaks("/tasks", [TASK, TASK], where="/tasks/1/task_id"),
    ],
    "container": [
        *breaks("/title", plain("t" * 151), where="/title/text"),
        *breaks("/subtitle", plain("t" * 151), where="/subtitle/text"),
        *breaks("/child_blocks", [], [{"type": "divider"}] * 11),
        *breaks("/child_blocks", [{"type": "markdown", "text": "a"}], where="/child_blocks/0/type"),
        *breaks("/width", "huge"),
        *breaks("/default_collapsed", True),
    ],
}

BROKEN_ELEMENTS: dict[str, list[tuple[str, Any, str]]] = {
    "button": [
        *breaks("/text/text", "t" * 76),
        *breaks("/text", mrkdwn("a"), where="/text/type"),
        *breaks("/value", "v" * 2001, 5),
        *breaks("/url", LONG_URL, "limber.example"),
        *breaks("/style", "warning"),
        *breaks("/accessibility_label", "l" * 76),
        *breaks("/action_id", "a" * 256, ""),
        *breaks("/agent_prompt", "p" * 4001),
        *breaks("/visible_to_user_ids", []),
        *breaks("/confirm", {**CONFIRM, "title": plain("t" * 101)}, where="/confirm/title/text"),
        *breaks("/confirm", {**CONFIRM, "text": plain("t" * 301)}, where="/confirm/text/text"),
        *breaks("/confirm", {**CONFIRM, "confirm": plain("t" * 31)}, where="/confirm/confirm/text"),
        *breaks("/confirm", {**CONFIRM, "deny": plain("t" * 31)}, where="/confirm/deny/text"),
        *breaks("/confirm", {**CONFIRM, "title": mrkdwn("t")}, where="/confirm/title/type"),
        *breaks("/confirm", {**CONFIRM, "style": "none"}, where="/confirm/style"),
        *breaks("/confirm", {"title": plain("a"), "text": plain("a"), "confirm": plain("a")}),
    ],
    "checkboxes": [
        *breaks("/options", [], [option(str(each)) for each in range(11)]),
        *breaks("/initial_options", []),
        *breaks("/initial_options", [option("z")], where="/initial_options/0"),
        *breaks("/options/0/url", URL, where="/options/0"),
        *breaks("/options/0/value", "v" * 151, ""),
        *breaks("/options/0/text/text", "t" * 76),
        *breaks("/options/0/description", plain("t" * 76), where="/options/0/description/text"),
    ],
    "radio_buttons": [
        *breaks("/options", [], [option(str(each)) for each in range(11)]),
        *breaks("/initial_option", option("z"), option("a", description=plain("d"))),
    ],
    "overflow": [
        *breaks("/options", [], [option("a")] * 6),
        *breaks("/options/0/text", mrkdwn("a"), where="/options/0/text/type"),
        *breaks("/options/0/url", LONG_URL),
        *breaks("/placeholder", plain("p"), where=""),
    ],
    "datepicker": [
        *breaks("/initial_date", "2027-02-29", "2027-2-9", "29.02.2028", "\uff12027-01-01"),
        *breaks("/placeholder", plain("p" * 151), where="/placeholder/text"),
    ],
    "timepicker": [
        *breaks("/initial_time", "24:00", "30:00", "9:00", "09:60"),
        *breaks("/timezone", "Europe Berlin", ""),
    ],
    "datetimepicker": [
        *breaks("/initial_date_time", 1, 10_000_000_000, "1628633820", True),
        *breaks("/placeholder", plain("p"), where=""),
    ],
    "static_select": [
        *breaks("/options", [], [option(str(each)) for each in range(101)]),
        *breaks("/options", GONE, where=""),
        *breaks("/option_groups", GROUPS, where=""),
        *breaks("/options/0/text", mrkdwn("a"), where="/options/0/text/type"),
        *breaks("/initial_option", option("z")),
        *breaks("/placeholder", mrkdwn("p"), where="/placeholder/type"),
        *breaks("/max_selected_items", 1, where=""),
    ],
    "multi_static_select": [
        *breaks("/option_groups", [], [GROUPS[0]] * 101),
        *breaks("/option_groups/0/options", [], [option(str(each)) for each in range(101)]),
        *breaks("/option_groups/0/label/text", "l" * 76),
        *breaks("/initial_options", [option("z")], where="/initial_options/0"),
        *breaks("/max_selected_items", 0),
    ],
    "external_select": breaks("/min_query_length", -1),
    "multi_users_select": breaks("/initial_users", [], "U1"),
    "conversations_select": [
        *breaks("/filter", {}),
        *breaks("/filter", {"include": []}, {"include": ["im", "im"]}, where="/filter/include"),
        *breaks("/filter", {"include": ["dm"]}, where="/filter/include/0"),
        *breaks("/response_url_enabled", True),
    ],
    "channels_select": breaks("/response_url_enabled", True),
    "plain_text_input": [
        *breaks("/min_length", -1, 3001),
        *breaks("/max_length", 0, 3001),
        *breaks("/initial_value", "v" * 3001, ""),
        *breaks("/dispatch_action_config", {}),
        *breaks(
            "/dispatch_action_config",
            {"trigger_actions_on": []},
            {"trigger_actions_on": ["on_enter_pressed"] * 2},
            where="/dispatch_action_config/trigger_actions_on",
        ),
        *breaks(
            "/dispatch_action_config",
            {"trigger_actions_on": ["on_blur"]},
            where="/dispatch_action_config/trigger_actions_on/0",
        ),
    ],
    "email_text_input": breaks("/placeholder", plain("p" * 151), where="/placeholder/text"),
    "url_text_input": breaks("/initial_value", "limber"),
    "number_input": [
        *breaks("/min_value", 1, "one", "1.5", "NaN"),
        *breaks("/is_decimal_allowed", "no"),
    ],
    "rich_text_input": [
        *breaks("/min_lines", 0, 101),
        *breaks("/max_lines", 0, 101),
        *breaks("/initial_value", plain("a"), where="/initial_value"),
    ],
    "file_input": [
        *breaks("/max_files", 0, 11),
        *breaks("/filetypes", [], "png"),
    ],
    "workflow_button": [
        *breaks("/workflow/trigger/url", "limber"),
        *breaks("/workflow/trigger/customizable_input_parameters", []),
        *breaks("/confirm", CONFIRM, where=""),
    ],
    "feedback_buttons": [
        *breaks("/positive_button/text/text", "t" * 76),
        *breaks("/negative_button/value", "v" * 2001),
        *breaks("/negative_button/accessibility_label", "l" * 76),
    ],
    "icon_button": [
        *breaks("/icon", "pencil"),
        *breaks("/value", "v" * 2001),
        *breaks("/visible_to_user_ids", ["U"] * 11),
    ],
    "image": [
        *breaks("/slack_file", {"id": "F1"}, where=""),
        *breaks("/image_url", GONE, where=""),
        *breaks("/title", plain("t"), where=""),
        *breaks("/alt_text", "a" * 2001),
    ],
}

BROKEN = [
    pytest.param(kind, element, path, value, where, id=f"{kind}-{path}-{number}")
    for element, rows in ((False, BROKEN_BLOCKS), (True, BROKEN_ELEMENTS))
    for kind, changes in rows.items()
    for number, (path, value, where) in enumerate(changes)
]


@pytest.mark.parametrize(("kind", "element", "path", "value", "where"), BROKEN)
def test_each_rule_is_kept(kind: str, element: bool, path: str, value: Any, where: str) -> None:
    least = example(kind, most=False, element=element)
    problems = tried(kind, with_change(least, path, value), element=element)
    assert where in [each.pointer for each in problems], problems
    assert all(each.reason.endswith(".") for each in problems)


PAIRS = [
    ("plain_text_input", {"min_length": 5, "max_length": 4}, "/min_length"),
    ("plain_text_input", {"initial_value": "12345", "max_length": 4}, "/initial_value"),
    ("rich_text_input", {"min_lines": 5, "max_lines": 4}, "/min_lines"),
    ("number_input", {"is_decimal_allowed": False, "min_value": "5", "max_value": "4"}, "/min_value"),
    ("number_input", {"is_decimal_allowed": False, "initial_value": "5", "max_value": "4"}, "/initial_value"),
    ("multi_users_select", {"initial_users": ["U1", "U2"], "max_selected_items": 1}, "/initial_users"),
    ("image", {"alt_text": "a", "slack_file": {}}, "/slack_file"),
    ("image", {"alt_text": "a", "slack_file": {"id": "F1", "url": URL}}, "/slack_file"),
]


@pytest.mark.parametrize(("kind", "fields", "where"), PAIRS)
def test_fields_agree_with_each_other(kind: str, fields: dict[str, Any], where: str) -> None:
    assert [each.pointer for each in tried(kind, {"type": kind, **fields}, element=True)] == [where]


LONGEST_URL = LONG_URL[:-1]
LONGEST_OPTION = {"text": plain("t" * 75), "value": "v" * 150, "description": plain("d" * 75)}
EXACT = [
    {"type": "section", "fields": PLAIN},
    {"type": "card", "actions": [BUTTON]},
    {"type": "image", "alt_text": "a", "image_url": LONGEST_URL},
    {**example("video", most=False, element=False), "video_url": LONGEST_URL},
    {"type": "table", "rows": [[{**RAW, "text": "t" * 10_000}]], "column_settings": [{}]},
    {
        "type": "data_table",
        "caption": "c",
        "rows": [[RAW], [RAW]],
        "page_size": 1,
        "row_header_column_index": 0,
    },
    hosted("overflow", {"type": "overflow", "options": [LONGEST_OPTION]})[0],
    hosted("users_select", {"type": "conversations_select", "filter": {"include": ["im"]}})[0],
    hosted(
        "plain_text_input",
        {
            "type": "plain_text_input",
            "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
        },
    )[0],
]


@pytest.mark.parametrize("block", EXACT)
def test_exactly_the_limit_is_taken(block: dict[str, Any]) -> None:
    assert validate_message([block]) == []


@pytest.mark.parametrize("time", ["00:00", "09:05", "10:10", "19:59", "20:00"])
def test_times_of_day_are_taken(time: str) -> None:
    assert tried("timepicker", {"type": "timepicker", "initial_time": time}, element=True) == []


def test_a_container_with_a_divider_does_not_collapse() -> None:
    least = example("container", most=False, element=False)
    changed = {**least, "is_collapsible": True, "has_header_divider": True}
    assert [each.pointer for each in validate_message([changed])] == ["/blocks/0/has_header_divider"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
PLACES = [
    (kind, element, pointer)
    for element, examples in ((False, BLOCK_EXAMPLES), (True, ELEMENT_EXAMPLES))
    for kind in examples
    for pointer, _ in places(example(kind, most=True, element=element))
    if pointer
]


@given(JSON)
def test_no_json_at_all_raises(value: Any) -> None:
    for validate in (validate_message, validate_modal, validate_home):
        assert all(isinstance(each, Problem) for each in validate(value))
    assert isinstance(validate_modal({"type": "modal", "blocks": value, "title": value}), list)


@given(st.sampled_from(PLACES), JSON)
def test_no_json_in_any_place_raises(place: tuple[str, bool, str], value: Any) -> None:
    kind, element, pointer = place
    changed = with_change(example(kind, most=True, element=element), pointer, value)
    block = hosted(kind, changed)[0] if element else changed
    for surface in ("modal", "home"):
        validate = validate_modal if surface == "modal" else validate_home
        assert isinstance(validate({"type": surface, "blocks": [block]}), list)
    assert isinstance(validate_message([block]), list)


# slack_sdk 3.47 has no class for these two.
IN_SDK = [each for each in KINDS if each.values[0] not in {"data_table", "data_visualization"}]


@pytest.mark.parametrize(("kind", "element"), IN_SDK)
@pytest.mark.parametrize("most", [False, True])
def test_slack_sdk_takes_what_we_take(
    kind: str,
    element: bool,
    most: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    value = example(kind, most=most, element=element)
    block = hosted(kind, value)[0] if element else value
    with caplog.at_level(logging.WARNING):
        parsed = Block.parse(copy.deepcopy(block))
        assert parsed is not None
        rendered = parsed.to_dict()
    assert caplog.records == []
    assert rendered == known_to_sdk(block)


def known_to_sdk(value: Any) -> Any:
    """Leave out the two fields that @slack/types has and slack_sdk 3.47 drops."""
    if isinstance(value, list):
        return [known_to_sdk(each) for each in value]
    if not isinstance(value, dict):
        return value
    dropped = {"link": "unsafe", "rich_text_quote": "border"}.get(value.get("type", ""))
    return {key: known_to_sdk(each) for key, each in value.items() if key != dropped}


def test_slack_sdk_takes_our_modal() -> None:
    view: dict[str, Any] = {"type": "modal", "title": plain("t" * 24), "blocks": [{"type": "divider"}]}
    assert validate_modal(view) == []
    assert View(**copy.deepcopy(view)).to_dict() == view
