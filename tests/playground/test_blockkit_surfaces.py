"""What messages, modals and Home tabs may hold, and what counts across their blocks."""

from __future__ import annotations

from typing import Any

import pytest

from playground.blockkit import validate_home, validate_message, validate_modal
from playground.blockkit.surfaces import BLOCK_SURFACES, ELEMENT_SURFACES

DIVIDER = {"type": "divider"}
RAW = {"type": "raw_text", "text": "a"}
TABLE = {"type": "table", "rows": [[RAW]]}
DATA_TABLE = {"type": "data_table", "caption": "c", "rows": [[RAW], [RAW]]}
PIE = {"type": "pie", "segments": [{"label": "a", "value": 1}]}
CHART = {"type": "data_visualization", "title": "t", "chart": PIE}
PLAN = {"type": "plan", "title": "t", "tasks": [{"task_id": "1", "title": "t", "status": "pending"}]}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", "text": plain("a"), **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Go"), **more}


def field(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": plain("l"), "element": element, **more}


def modal(*blocks: Any, **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("t"), "submit": plain("s"), "blocks": list(blocks), **more}


def home(*blocks: Any, **more: Any) -> dict[str, Any]:
    return {"type": "home", "blocks": list(blocks), **more}


def where(value: Any) -> list[str]:
    """List the pointers at which a message (a list) or a view is refused."""
    if isinstance(value, list):
        return [each.pointer for each in validate_message(value)]
    found = validate_home(value) if value["type"] == "home" else validate_modal(value)
    return [each.pointer for each in found]


def test_a_message_holds_up_to_fifty_blocks() -> None:
    assert where([]) == []
    assert where([DIVIDER] * 50) == []
    assert where([DIVIDER] * 51) == ["/blocks"]
    for wrong in (None, "[]", {"type": "divider"}, 5):
        assert [each.pointer for each in validate_message(wrong)] == ["/blocks"]


@pytest.mark.parametrize("view", [modal, home])
def test_a_view_holds_one_to_a_hundred_blocks(view: Any) -> None:
    assert where(view(*[DIVIDER] * 100)) == []
    assert where(view(*[DIVIDER] * 101)) == ["/view/blocks"]
    assert where(view()) == ["/view/blocks"]


def test_a_modal_has_its_fields() -> None:
    whole = modal(
        field({"type": "plain_text_input"}),
        title=plain("t" * 24),
        submit=plain("s" * 24),
        close=plain("c" * 24),
        private_metadata="p" * 3000,
        callback_id="c" * 255,
        external_id="e" * 255,
        clear_on_close=True,
        notify_on_close=True,
    )
    assert where(whole) == []
    assert where({**whole, "private_metadata": "", "callback_id": ""}) == []


@pytest.mark.parametrize(
    ("field_name", "value", "pointer"),
    [
        ("title", plain("t" * 25), "/view/title/text"),
        ("title", {"type": "mrkdwn", "text": "t"}, "/view/title/type"),
        ("submit", plain("s" * 25), "/view/submit/text"),
        ("close", plain("c" * 25), "/view/close/text"),
        ("private_metadata", "p" * 3001, "/view/private_metadata"),
        ("callback_id", "c" * 256, "/view/callback_id"),
        ("external_id", "e" * 256, "/view/external_id"),
        ("notify_on_close", "yes", "/view/notify_on_close"),
        ("type", "home", "/view/type"),
        ("hash", "1.abc", "/view"),
        ("id", "V1", "/view"),
    ],
)
def test_a_modal_is_refused_for_a_field(field_name: str, value: Any, pointer: str) -> None:
    found = validate_modal({**modal(DIVIDER), field_name: value})
    assert [each.pointer for each in found] == [pointer]


def test_a_modal_needs_a_title_and_with_input_a_submit() -> None:
    assert where({"type": "modal", "blocks": [DIVIDER]}) == ["/view"]
    assert where({"type": "modal", "title": plain("t"), "blocks": [DIVIDER]}) == []
    without = {"type": "modal", "title": plain("t"), "blocks": [field({"type": "plain_text_input"})]}
    assert [each.reason for each in validate_modal(without)] == ["A modal with an input block must have submit."]


def test_a_home_tab_has_no_title_and_no_buttons() -> None:
    assert where(home(DIVIDER, private_metadata="p", callback_id="c", external_id="e")) == []
    for name in ("title", "submit", "close"):
        assert where(home(DIVIDER, **{name: plain("t")})) == ["/view"]
    assert validate_home(modal(DIVIDER))[0].pointer == "/view"


BLOCKS: dict[str, dict[str, Any]] = {
    "alert": {"type": "alert", "text": plain("a")},
    "card": {"type": "card", "title": plain("a")},
    "carousel": {"type": "carousel", "elements": [{"type": "card", "title": plain("a")}]},
    "container": {"type": "container", "title": plain("a"), "child_blocks": [DIVIDER]},
    "context_actions": {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "icon": "trash", "text": plain("a")}],
    },
    "data_table": DATA_TABLE,
    "data_visualization": CHART,
    "file": {"type": "file", "external_id": "a", "source": "remote"},
    "markdown": {"type": "markdown", "text": "a"},
    "plan": PLAN,
    "table": TABLE,
    "task_card": {"type": "task_card", "task_id": "1", "title": "t", "status": "complete"},
    "input": field({"type": "plain_text_input"}),
    "section": section(),
}


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_blocks_are_only_where_they_are_supported(kind: str) -> None:
    assert set(BLOCK_SURFACES) < set(BLOCKS)
    allowed = BLOCK_SURFACES.get(kind, ("message", "modal", "home"))
    block = BLOCKS[kind]
    for surface, value, pointer in (
        ("message", [block], "/blocks/0/type"),
        ("modal", modal(block), "/view/blocks/0/type"),
        ("home", home(block), "/view/blocks/0/type"),
    ):
        refused = [at for at in where(value) if not at.endswith("/elements/0/type")]
        assert refused == ([] if surface in allowed else [pointer])


ELEMENTS: dict[str, dict[str, Any]] = {
    "datetimepicker": {},
    "email_text_input": {},
    "file_input": {},
    "number_input": {"is_decimal_allowed": True},
    "rich_text_input": {},
    "url_text_input": {},
}


@pytest.mark.parametrize("kind", sorted(ELEMENTS))
def test_elements_are_only_where_they_are_supported(kind: str) -> None:
    assert set(ELEMENT_SURFACES) == {*ELEMENTS, "workflow_button"}
    block = field({"type": kind, **ELEMENTS[kind]})
    for surface, value, prefix in (
        ("message", [block], ""),
        ("modal", modal(block), "/view"),
        ("home", home(block), "/view"),
    ):
        allowed = surface in ELEMENT_SURFACES[kind]
        assert where(value) == ([] if allowed else [f"{prefix}/blocks/0/element/type"])


def test_a_workflow_button_is_only_in_messages() -> None:
    trigger = {"trigger": {"url": "https://slack.com/shortcuts/Ft1/abc"}}
    press = {"type": "workflow_button", "text": plain("a"), "action_id": "a", "workflow": trigger}
    assert where([section(accessory=press)]) == []
    assert where(home(section(accessory=press))) == ["/view/blocks/0/accessory/type"]


def test_block_ids_are_different_inside_containers_too() -> None:
    one, other = {**DIVIDER, "block_id": "a"}, {**DIVIDER, "block_id": "b"}
    assert where([one, other]) == []
    assert where([one, other, one]) == ["/blocks/2/block_id"]
    box = {"type": "container", "title": plain("t"), "child_blocks": [DIVIDER, one]}
    assert where([one, box]) == ["/blocks/1/child_blocks/1/block_id"]
    assert where(modal(one, one)) == ["/view/blocks/1/block_id"]


def test_action_ids_are_different_within_a_block() -> None:
    actions = {"type": "actions", "elements": [button(action_id="a"), button(action_id="b")]}
    assert where([actions, actions]) == []
    twice = {"type": "actions", "elements": [button(action_id="a"), button(), button(action_id="a")]}
    assert where([twice]) == ["/blocks/0/elements/2/action_id"]
    card = {"type": "card", "title": plain("a"), "actions": [button(action_id="a")] * 2}
    assert where([{"type": "carousel", "elements": [card]}]) == ["/blocks/0/elements/0/actions/1/action_id"]


def test_one_element_takes_the_focus() -> None:
    focused, calm = ({"type": "plain_text_input", "focus_on_load": each} for each in (True, False))
    assert where(modal(field(calm), field(focused), field(calm))) == []
    assert where(modal(field(focused), field(focused))) == ["/view/blocks/1/element/focus_on_load"]


def test_a_response_url_comes_from_a_modals_input_only() -> None:
    menu = {"type": "conversations_select", "response_url_enabled": True}
    assert where(modal(field(menu))) == []
    assert where(modal(section(accessory=menu))) == ["/view/blocks/0/accessory/response_url_enabled"]
    assert where(home(field(menu))) == ["/view/blocks/0/element/response_url_enabled"]


def test_a_message_has_one_table_of_either_kind() -> None:
    assert where([TABLE, DIVIDER]) == []
    assert where([TABLE, TABLE]) == ["/blocks/1"]
    assert where([TABLE, DIVIDER, DATA_TABLE]) == ["/blocks/2"]
    box = {"type": "container", "title": plain("t"), "child_blocks": [TABLE]}
    assert where([DATA_TABLE, box]) == ["/blocks/1/child_blocks/0"]


def test_there_are_at_most_two_charts_and_one_plan() -> None:
    assert where([CHART] * 2) == []
    assert where([CHART] * 3) == ["/blocks/2"]
    assert where(home(*[CHART] * 3)) == ["/view/blocks/2"]
    assert where([PLAN, PLAN]) == ["/blocks/1"]


def test_markdown_counts_over_the_whole_message() -> None:
    half = {"type": "markdown", "text": "m" * 6000}
    assert where([half, half]) == []
    assert where([half, half, {"type": "markdown", "text": "m"}]) == ["/blocks/2/text"]
