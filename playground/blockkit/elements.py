"""Block elements: one row per element, as on the pages below https://docs.slack.dev/reference/block-kit/block-elements."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from playground.blockkit.composition import (
    action_id,
    any_url,
    choice_option,
    chosen_among_options,
    confirm,
    conversation_filter,
    dispatch_action_config,
    image,
    link_option,
    menu_option,
    not_more_chosen,
    option_group,
    plain_text,
    user_ids,
    web_url,
)
from playground.blockkit.rich_text import rich_text
from playground.blockkit.rules import (
    Problem,
    Rule,
    at,
    boolean,
    exactly_one_of,
    integer,
    items,
    one_of,
    ordered,
    shape,
    string,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def _real_date(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
    try:
        dt.date.fromisoformat(value.get("initial_date", "2000-01-01"))
    except ValueError:
        yield Problem(at(pointer, "initial_date"), "This is not a day of the calendar.")


def _number_bounds(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """Compare the decimal strings of a number input (number-input-element)."""
    given = {key: Decimal(value[key]) for key in ("min_value", "initial_value", "max_value") if key in value}
    keys = list(given)
    for low, high in itertools.pairwise(keys):
        if given[low] > given[high]:
            yield Problem(at(pointer, low), f"{low} must not be greater than {high}.")
    for key in keys if not value["is_decimal_allowed"] else ():
        if "." in value[key]:
            yield Problem(at(pointer, key), "This must be a whole number, as is_decimal_allowed is false.")


def _initial_fits(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
    if len(value.get("initial_value", "")) > value.get("max_length", 3000):
        yield Problem(at(pointer, "initial_value"), "This must have no more than max_length characters.")


_DATE: Final = string(like=r"\d{4}-\d{2}-\d{2}", called="a date as YYYY-MM-DD")
_TIME: Final = string(like=r"([01]\d|2[0-3]):[0-5]\d", called="a time as HH:mm, 00:00 to 23:59")
_ZONE: Final = string(like=r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*", called="an IANA time zone")
_DECIMAL: Final = string(like=r"-?\d+(\.\d+)?", called="a number written in digits")
_STYLE: Final = one_of("primary", "danger")

# What elements share, each on its own page: all that act, those that ask back, those that take the focus.
_ACTION: Final[dict[str, Rule]] = {"action_id": action_id}
_PRESS: Final[dict[str, Rule]] = {**_ACTION, "confirm": confirm}
_CHOOSE: Final[dict[str, Rule]] = {**_PRESS, "focus_on_load": boolean}
_PICK: Final[dict[str, Rule]] = {**_CHOOSE, "placeholder": plain_text(150)}
_PICK_MANY: Final[dict[str, Rule]] = {**_PICK, "max_selected_items": integer(1)}
_TYPE_IN: Final[dict[str, Rule]] = {
    **_ACTION,
    "focus_on_load": boolean,
    "placeholder": plain_text(150),
    "dispatch_action_config": dispatch_action_config,
}
_LABELLED: Final[dict[str, Rule]] = {"accessibility_label": string(75)}
_ALL_OPTIONS: Final[dict[str, Rule]] = {
    "options": items(menu_option, 1, 100),
    "option_groups": items(option_group, 1, 100),
}
_ONE_SOURCE: Final = exactly_one_of("options", "option_groups")
_IDS: Final = items(string(), 1)
_WITHIN: Final = {"filter": conversation_filter, "default_to_current_conversation": boolean}
_FEEDBACK: Final = shape("", {"text": plain_text(75), "value": string(2000)}, _LABELLED)
_TRIGGER: Final = shape(
    "",
    {"url": web_url},
    {"customizable_input_parameters": items(shape("", {"name": string(), "value": string(empty=True)}), 1)},
)

ELEMENTS: Final[dict[str, Rule]] = {
    "button": shape(
        "button",
        {"text": plain_text(75)},
        {
            **_PRESS,
            **_LABELLED,
            "value": string(2000),
            "url": any_url,
            "style": _STYLE,
            "agent_prompt": string(4000),
            "agent_prompt_display": string(4000),
            "visible_to_user_ids": user_ids,
        },
    ),
    "checkboxes": shape(
        "checkboxes",
        {"options": items(choice_option, 1, 10)},
        {**_CHOOSE, "initial_options": items(choice_option, 1, 10)},
        chosen_among_options,
    ),
    "radio_buttons": shape(
        "radio_buttons",
        {"options": items(choice_option, 1, 10)},
        {**_CHOOSE, "initial_option": choice_option},
        chosen_among_options,
    ),
    "overflow": shape("overflow", {"options": items(link_option, 1, 5)}, _PRESS),
    "datepicker": shape("datepicker", {}, {**_PICK, "initial_date": _DATE}, _real_date),
    "timepicker": shape("timepicker", {}, {**_PICK, "initial_time": _TIME, "timezone": _ZONE}),
    # Ten digits of Unix time in seconds.
    "datetimepicker": shape(
        "datetimepicker", {}, {**_CHOOSE, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}
    ),
    "static_select": shape(
        "static_select",
        {},
        {**_PICK, **_ALL_OPTIONS, "initial_option": menu_option},
        _ONE_SOURCE,
        chosen_among_options,
    ),
    "multi_static_select": shape(
        "multi_static_select",
        {},
        {**_PICK_MANY, **_ALL_OPTIONS, "initial_options": items(menu_option, 1, 100)},
        _ONE_SOURCE,
        chosen_among_options,
        not_more_chosen("initial_options"),
    ),
    "external_select": shape(
        "external_select", {}, {**_PICK, "initial_option": menu_option, "min_query_length": integer(0)}
    ),
    "multi_external_select": shape(
        "multi_external_select",
        {},
        {**_PICK_MANY, "initial_options": items(menu_option, 1, 100), "min_query_length": integer(0)},
        not_more_chosen("initial_options"),
    ),
    "users_select": shape("users_select", {}, {**_PICK, "initial_user": string()}),
    "multi_users_select": shape(
        "multi_users_select", {}, {**_PICK_MANY, "initial_users": _IDS}, not_more_chosen("initial_users")
    ),
    "conversations_select": shape(
        "conversations_select",
        {},
        {**_PICK, **_WITHIN, "initial_conversation": string(), "response_url_enabled": boolean},
    ),
    "multi_conversations_select": shape(
        "multi_conversations_select",
        {},
        {**_PICK_MANY, **_WITHIN, "initial_conversations": _IDS},
        not_more_chosen("initial_conversations"),
    ),
    "channels_select": shape(
        "channels_select", {}, {**_PICK, "initial_channel": string(), "response_url_enabled": boolean}
    ),
    "multi_channels_select": shape(
        "multi_channels_select",
        {},
        {**_PICK_MANY, "initial_channels": _IDS},
        not_more_chosen("initial_channels"),
    ),
    "plain_text_input": shape(
        "plain_text_input",
        {},
        {
            **_TYPE_IN,
            "initial_value": string(3000),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        ordered("min_length", "max_length"),
        _initial_fits,
    ),
    "email_text_input": shape("email_text_input", {}, {**_TYPE_IN, "initial_value": string()}),
    "url_text_input": shape("url_text_input", {}, {**_TYPE_IN, "initial_value": any_url}),
    "number_input": shape(
        "number_input",
        {"is_decimal_allowed": boolean},
        {**_TYPE_IN, "initial_value": _DECIMAL, "min_value": _DECIMAL, "max_value": _DECIMAL},
        _number_bounds,
    ),
    "rich_text_input": shape(
        "rich_text_input",
        {},
        {
            **_TYPE_IN,
            "initial_value": rich_text,
            "min_lines": integer(1, 100),
            "max_lines": integer(1, 100),
        },
        ordered("min_lines", "max_lines"),
    ),
    "file_input": shape("file_input", {}, {**_ACTION, "filetypes": items(string(), 1), "max_files": integer(1, 10)}),
    "workflow_button": shape(
        "workflow_button",
        {"text": plain_text(75), "workflow": shape("", {"trigger": _TRIGGER}), "action_id": action_id},
        {**_LABELLED, "style": _STYLE},
    ),
    "feedback_buttons": shape(
        "feedback_buttons", {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, _ACTION
    ),
    # The trash can is the only icon there is, icon-button-element.
    "icon_button": shape(
        "icon_button",
        {"icon": one_of("trash"), "text": plain_text(75)},
        {**_PRESS, **_LABELLED, "value": string(2000), "visible_to_user_ids": user_ids},
    ),
    "image": image(),
}
