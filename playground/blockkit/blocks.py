"""Blocks: one row per block, as on the pages below https://docs.slack.dev/reference/block-kit/blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playground.blockkit.composition import any_text, block_id, image, plain_text, secure_url, texts, web_url
from playground.blockkit.data import data_table, data_visualization, table
from playground.blockkit.elements import ELEMENTS
from playground.blockkit.rich_text import rich_text
from playground.blockkit.rules import (
    Problem,
    Rule,
    at,
    boolean,
    items,
    one_of,
    shape,
    some_of,
    string,
    tagged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SELECTS: Final = (
    *("static_select", "external_select", "users_select", "conversations_select", "channels_select"),
    *("multi_static_select", "multi_external_select", "multi_users_select"),
    *("multi_conversations_select", "multi_channels_select"),
)
_CHOICES: Final = (*_SELECTS, "checkboxes", "radio_buttons", "datepicker", "timepicker")

# Which elements may be where, from @slack/types and the "compatible block elements" of each block's page.
IN_SECTION: Final = (*_CHOICES, "button", "overflow", "workflow_button", "image")
IN_ACTIONS: Final = (*_CHOICES, "button", "overflow", "workflow_button", "datetimepicker", "rich_text_input")
IN_INPUT: Final = (
    *(*_CHOICES, "datetimepicker", "plain_text_input", "rich_text_input", "email_text_input"),
    *("url_text_input", "number_input", "file_input"),
)
IN_CONTEXT_ACTIONS: Final = ("feedback_buttons", "icon_button")

# Children on which the container-block page and the live service agree.
IN_CONTAINER: Final = ("actions", "context", "divider", "header", "image", "section", "table", "video")


def _element(names: tuple[str, ...]) -> Rule:
    return tagged({name: ELEMENTS[name] for name in names}, "block element")


def _collapsing(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
    collapsible = value.get("is_collapsible", False)
    if value.get("default_collapsed", False) and not collapsible:
        yield Problem(at(pointer, "default_collapsed"), "This needs is_collapsible to be true.")
    if value.get("has_header_divider", False) and collapsible:
        yield Problem(at(pointer, "has_header_divider"), "This needs is_collapsible to be false.")


def _different_tasks(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
    seen = [task["task_id"] for task in value["tasks"]]
    for index, task_id in enumerate(seen):
        if task_id in seen[:index]:
            yield Problem(f"{pointer}/tasks/{index}/task_id", "No two tasks of a plan may have the same task_id.")


_ANY: Final[dict[str, Rule]] = {"block_id": block_id}
_IMAGE: Final = ELEMENTS["image"]
_TASK: Final[dict[str, Rule]] = {
    "task_id": string(),
    "title": string(),
    "status": one_of("pending", "in_progress", "complete", "error"),
}
_TASK_MORE: Final[dict[str, Rule]] = {
    "block_id": block_id,
    "details": rich_text,
    "output": rich_text,
    "sources": items(shape("url", {"url": web_url, "text": string()}), 1),
}
_CARD: Final = shape(
    "card",
    {},
    {
        **_ANY,
        "hero_image": _IMAGE,
        "icon": _IMAGE,
        "title": any_text(150),
        "subtitle": any_text(150),
        "body": any_text(200),
        "actions": items(_element(("button",)), 1, 3),
    },
    some_of("hero_image", "title", "actions", "body"),
)

BLOCKS: Final[dict[str, Rule]] = {
    "section": shape(
        "section",
        {},
        {
            **_ANY,
            "text": any_text(3000),
            "fields": items(any_text(2000), 1, 10),
            "accessory": _element(IN_SECTION),
            "expand": boolean,
        },
        some_of("text", "fields"),
    ),
    "header": shape("header", {"text": plain_text(150)}, _ANY),
    "context": shape(
        "context", {"elements": items(tagged({"image": _IMAGE, **texts()}, "context element"), 1, 10)}, _ANY
    ),
    "actions": shape("actions", {"elements": items(_element(IN_ACTIONS), 1, 25)}, _ANY),
    "context_actions": shape("context_actions", {"elements": items(_element(IN_CONTEXT_ACTIONS), 1, 5)}, _ANY),
    "image": image(block_id=block_id, title=plain_text(2000)),
    "divider": shape("divider", {}, _ANY),
    "input": shape(
        "input",
        {"label": plain_text(2000), "element": _element(IN_INPUT)},
        {**_ANY, "hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "file": shape("file", {"external_id": string(), "source": one_of("remote")}, _ANY),
    # The page says "less than" 200 and 50 characters.
    "video": shape(
        "video",
        {
            "alt_text": string(2000),
            "title": plain_text(199),
            "thumbnail_url": web_url,
            "video_url": secure_url,
        },
        {
            **_ANY,
            "title_url": secure_url,
            "author_name": string(49),
            "provider_name": string(49),
            "provider_icon_url": web_url,
            "description": plain_text(199),
        },
    ),
    "rich_text": rich_text,
    "markdown": shape("markdown", {"text": string(12_000)}, _ANY),
    "table": table,
    "data_table": data_table,
    "data_visualization": data_visualization,
    # 200 characters: the Java SDK's AlertBlock.
    "alert": shape(
        "alert",
        {"text": any_text(200)},
        {**_ANY, "level": one_of("default", "info", "warning", "error", "success")},
    ),
    "card": _CARD,
    "carousel": shape("carousel", {"elements": items(tagged({"card": _CARD}, "block"), 1, 10)}, _ANY),
    "task_card": shape("task_card", _TASK, _TASK_MORE),
    "plan": shape(
        "plan",
        {
            "title": string(),
            "tasks": items(shape("", _TASK, {**_TASK_MORE, "type": one_of("task_card")}), 1, 50),
        },
        _ANY,
        _different_tasks,
    ),
}
BLOCKS["container"] = shape(
    "container",
    {"child_blocks": items(tagged({kind: BLOCKS[kind] for kind in IN_CONTAINER}, "block"), 1, 10)},
    {
        **_ANY,
        "title": plain_text(150),
        "rich_text_title": rich_text,
        "subtitle": any_text(150),
        "width": one_of("narrow", "standard", "wide", "full"),
        "icon": _IMAGE,
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
    },
    some_of("title", "rich_text_title"),
    _collapsing,
)

block: Final[Rule] = tagged(BLOCKS, "block")
