"""Surfaces: what messages, modals and Home tabs may hold, and what counts across all of their blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from playground.blockkit.blocks import BLOCKS, block
from playground.blockkit.composition import plain_text
from playground.blockkit.elements import ELEMENTS
from playground.blockkit.rules import Problem, Rule, at, boolean, items, shape, string

if TYPE_CHECKING:
    from collections.abc import Iterator

Surface = Literal["message", "modal", "home"]

# https://docs.slack.dev/blocks.json, "available-in-surfaces"; what is not named here may be on all three.
# It also has card in modals, table and data_table in Home tabs, where apps report that they do not work.
BLOCK_SURFACES: Final[dict[str, tuple[Surface, ...]]] = {
    "alert": ("modal",),
    "card": ("message", "home"),
    "carousel": ("message", "home"),
    "container": ("message", "home"),
    "context_actions": ("message",),
    "data_table": ("message",),
    "data_visualization": ("message", "home"),
    "file": ("message",),
    "markdown": ("message",),
    "plan": ("message",),
    "table": ("message",),
    "task_card": ("message",),
}
# "Available in surfaces" on each element's page.
ELEMENT_SURFACES: Final[dict[str, tuple[Surface, ...]]] = {
    "datetimepicker": ("message", "modal"),
    "email_text_input": ("modal",),
    "file_input": ("modal",),
    "number_input": ("modal",),
    "rich_text_input": ("modal", "home"),
    "url_text_input": ("modal",),
    "workflow_button": ("message",),
}
_NAMES: Final[dict[Surface, str]] = {"message": "messages", "modal": "modals", "home": "Home tabs"}

# How many of these blocks one message or view may hold, counted together.
AT_MOST: Final[dict[tuple[str, ...], int]] = {
    ("table", "data_table"): 1,  # only_one_table_allowed
    ("data_visualization",): 2,
    ("plan",): 1,
}
MARKDOWN_MOST: Final = 12_000  # characters in all markdown blocks together, markdown-block

_VIEW: Final[dict[str, Rule]] = {
    "private_metadata": string(3000, empty=True),
    "callback_id": string(255, empty=True),
    "external_id": string(255, empty=True),
}
_BLOCKS: Final[dict[Surface, Rule]] = {"message": items(block, 0, 50), "modal": items(block, 1, 100)}
_BLOCKS["home"] = _BLOCKS["modal"]

VIEWS: Final[dict[Surface, Rule]] = {  # https://docs.slack.dev/reference/views
    "modal": shape(
        "modal",
        {"title": plain_text(24), "blocks": _BLOCKS["modal"]},
        {
            **_VIEW,
            "submit": plain_text(24),
            "close": plain_text(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
        },
    ),
    "home": shape("home", {"blocks": _BLOCKS["home"]}, _VIEW),
}


class Placed(NamedTuple):
    """An object of a known type and its place: a block with its elements, or an element of one."""

    kind: str
    value: dict[str, Any]
    pointer: str


def message(blocks: Any) -> Iterator[Problem]:
    """Check a message's blocks (https://docs.slack.dev/reference/block-kit/blocks)."""
    yield from _BLOCKS["message"](blocks, "/blocks")
    yield from _across(_all_blocks(blocks, "/blocks"), "message")


def view(value: Any, surface: Surface) -> Iterator[Problem]:
    """Check a modal or a Home tab (https://docs.slack.dev/reference/views)."""
    yield from VIEWS[surface](value, "/view")
    if isinstance(value, dict):
        blocks = _all_blocks(value.get("blocks"), "/view/blocks")
        yield from _across(blocks, surface)
        if surface == "modal" and "submit" not in value and any(each.kind == "input" for each in blocks):
            yield Problem("/view", "A modal with an input block must have submit.")


def _across(blocks: list[Placed], surface: Surface) -> Iterator[Problem]:
    yield from _misplaced(blocks, surface)
    yield from _counts(blocks)
    yield from _repeated(blocks, "block_id")
    focused = []
    for placed in blocks:
        elements = _elements(placed)
        yield from _repeated(elements, "action_id")
        focused += [each for each in elements if each.value.get("focus_on_load") is True]
    for each in focused[1:]:
        yield Problem(at(each.pointer, "focus_on_load"), "Only one element may take the focus.")


def _misplaced(blocks: list[Placed], surface: Surface) -> Iterator[Problem]:
    for placed in blocks:
        if surface not in BLOCK_SURFACES.get(placed.kind, (surface,)):
            yield Problem(at(placed.pointer, "type"), f"{placed.kind} is not supported in {_NAMES[surface]}.")
        for each in _elements(placed):
            if surface not in ELEMENT_SURFACES.get(each.kind, (surface,)):
                yield Problem(at(each.pointer, "type"), f"{each.kind} is not supported in {_NAMES[surface]}.")
            # The select-menu-element page: it works in the input blocks of modals.
            elsewhere = surface != "modal" or placed.kind != "input"
            if elsewhere and each.value.get("response_url_enabled") is True:
                yield Problem(at(each.pointer, "response_url_enabled"), "This needs an input block of a modal.")
        # The task-card-block page: a task waits only inside a plan.
        if placed.kind == "task_card" and placed.value.get("status") == "pending":
            yield Problem(at(placed.pointer, "status"), "Only a task of a plan may be pending.")


def _counts(blocks: list[Placed]) -> Iterator[Problem]:
    for kinds, most in AT_MOST.items():
        for placed in [each for each in blocks if each.kind in kinds][most:]:
            yield Problem(placed.pointer, f"There may be no more than {most} {' or '.join(kinds)} block here.")
    characters = 0
    for placed in blocks:
        text = placed.value.get("text")
        if placed.kind == "markdown" and isinstance(text, str):
            characters += len(text)
            if len(text) <= MARKDOWN_MOST < characters:
                yield Problem(
                    at(placed.pointer, "text"),
                    f"All markdown blocks together must have no more than {MARKDOWN_MOST} characters.",
                )


def _repeated(placed: list[Placed], key: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for each in placed:
        name = each.value.get(key)
        if isinstance(name, str):
            if name in seen:
                yield Problem(at(each.pointer, key), f"The {key} {name:.40} is already taken.")
            seen.add(name)


def _placed(values: Any, pointer: str, kinds: dict[str, Rule]) -> list[Placed]:
    """Find the objects of a known type in a list that may be anything."""
    found = []
    for index, value in enumerate(values if isinstance(values, list) else ()):
        kind = value.get("type") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in kinds:
            found.append(Placed(kind, value, at(pointer, index)))
    return found


def _all_blocks(values: Any, pointer: str) -> list[Placed]:
    """Find every block, those inside containers and carousels too, in the order in which they are read."""
    found = []
    for outer in _placed(values, pointer, BLOCKS):
        found.append(outer)
        inner = {"container": "child_blocks", "carousel": "elements"}.get(outer.kind)
        if inner:
            found += _placed(outer.value.get(inner), at(outer.pointer, inner), BLOCKS)
    return found


def _elements(placed: Placed) -> list[Placed]:
    """Find the elements of one block."""
    found = []
    for key in ("elements", "actions"):
        found += _placed(placed.value.get(key), at(placed.pointer, key), ELEMENTS)
    for key in ("accessory", "element"):
        alone = _placed([placed.value.get(key)], placed.pointer, ELEMENTS)
        found += [each._replace(pointer=at(placed.pointer, key)) for each in alone]
    return found
