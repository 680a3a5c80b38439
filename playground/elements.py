"""The interactive elements inside blocks: finding them, and what they say when somebody uses them."""

import secrets
from collections.abc import Iterator
from typing import Any

from playground.entities import Json

# What each kind of input calls its value in `state.values` and in `actions`.
_VALUE_KEYS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}
_PRESSED_ONLY = {"button", "overflow", "workflow_button", "feedback_buttons", "icon_button"}
_INTERACTIVE = _PRESSED_ONLY | _VALUE_KEYS.keys()
_NESTED = (dict, list)


class UnknownOptionError(Exception):
    """A menu was given a value that it does not offer."""


def elements(blocks: Any, block_id: str = "") -> Iterator[tuple[str, Json]]:
    """Walk through all interactive elements, each with the id of the block around it."""
    if isinstance(blocks, list):
        for entry in blocks:
            yield from elements(entry, block_id)
    elif isinstance(blocks, dict):
        inner = blocks.get("block_id", block_id)
        if blocks.get("type") in _INTERACTIVE:
            yield inner, blocks
        for value in blocks.values():
            if isinstance(value, dict | list):
                yield from elements(value, inner)


def with_ids(blocks: list[Json]) -> list[Json]:
    """Give a copy of blocks in which Slack's own ids name what the app left unnamed."""
    named: list[Json] = _named(blocks)
    for block in named:
        block.setdefault("block_id", _new_id())
    return named


def _named(value: Any) -> Any:
    # What comes from JSON holds nothing twice, and never itself: a deep copy looks for that all the time.
    if isinstance(value, list):
        return [_named(entry) if isinstance(entry, _NESTED) else entry for entry in value]
    copy = {key: _named(entry) if isinstance(entry, _NESTED) else entry for key, entry in value.items()}
    if copy.get("type") in _INTERACTIVE:
        copy.setdefault("action_id", _new_id())
    return copy


def _new_id() -> str:
    return secrets.token_urlsafe(4)


def find_element(blocks: Any, action_id: str, block_id: str | None) -> tuple[str, Json] | None:
    """Find the element somebody means."""
    matches = (
        (block, element)
        for block, element in elements(blocks)
        if element.get("action_id") == action_id and block_id in (None, block)
    )
    return next(matches, None)


def entered(element: Json, value: Any) -> Json:
    """Give what an input holds after somebody has entered `value`; raises UnknownOptionError."""
    key = _VALUE_KEYS[element["type"]]
    if key == "selected_option":
        value = None if value is None else _option(element, value)
    elif key == "selected_options":
        value = [_option(element, entry) for entry in value or []]
    elif key == "files":
        value = list(value or [])
    elif key == "selected_date_time":
        value = None if value is None else int(value)
    elif key == "value":
        value = None if value in (None, "") else str(value)
    return {"type": element["type"], key: value}


def initial(element: Json) -> Json:
    """Give what an input holds before anybody has touched it."""
    key = _VALUE_KEYS[element["type"]]
    initial_key = "initial_value" if key.endswith("value") else key.replace("selected", "initial")
    nothing: list[Json] | None = [] if key in {"selected_options", "files"} else None
    return {"type": element["type"], key: element.get(initial_key, nothing)}


def state_values(blocks: Any, chosen: Json) -> Json:
    """Give `state.values`: every input, with what was chosen in it or else what it began with."""
    values: Json = {}
    for block_id, element in elements(blocks):
        if element["type"] not in _PRESSED_ONLY:
            action_id = element["action_id"]
            held = chosen.get(block_id, {}).get(action_id)
            if held is None or held["type"] != element["type"]:
                held = initial(element)
            values.setdefault(block_id, {})[action_id] = held
    return values


def action(block_id: str, element: Json, value: Any, ts: str) -> Json:
    """Give one entry of `actions`: what somebody pressed or chose."""
    entry = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": ts,
    }
    if element["type"] in _VALUE_KEYS:
        return entry | entered(element, value)
    return entry | {key: element[key] for key in ("text", "value", "style") if key in element}


def chosen_in(block_id: str, element: Json, entry: Json) -> Json:
    """Give what an entry of `actions` leaves behind in `state.values`: nothing for a button."""
    if element["type"] in _PRESSED_ONLY:
        return {}
    held = {key: entry[key] for key in ("type", _VALUE_KEYS[element["type"]])}
    return {block_id: {element["action_id"]: held}}


def value_key(element: Json) -> str:
    """Name the key under which an input holds its value."""
    return _VALUE_KEYS[element["type"]]


def _option(element: Json, value: Any) -> Json:
    groups = [group["options"] for group in element.get("option_groups", [])]
    for options in [element.get("options", []), *groups]:
        for option in options:
            if option.get("value") == value:
                return dict(option)
    raise UnknownOptionError(str(value))
