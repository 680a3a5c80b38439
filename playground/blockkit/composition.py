"""Composition objects: texts, options, confirmations, images, filters, and the fields that elements share.

Each row is a field of a page below https://docs.slack.dev/reference/block-kit/composition-objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.blockkit.rules import (
    Problem,
    Rule,
    at,
    boolean,
    exactly_one_of,
    items,
    one_of,
    shape,
    some_of,
    string,
    tagged,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TEXT_MOST = 3000  # characters in any text object, text-object

block_id: Rule = string(255)
action_id: Rule = string(255)
any_url: Rule = string(3000, like=r"[A-Za-z][A-Za-z0-9+.\-]*:\S+", called="a URL")
web_url: Rule = string(3000, like=r"https?://[^\s/?#]+\S*", called="an http or https URL")
secure_url: Rule = string(3000, like=r"https://[^\s/?#]+\S*", called="an https URL")
user_ids: Rule = items(string(), 1, 10)


def texts(most: int = TEXT_MOST) -> dict[str, Rule]:
    """Give the rules of both text objects of 1 to `most` characters (text-object)."""
    return {
        "plain_text": shape("plain_text", {"text": string(most)}, {"emoji": boolean}),
        "mrkdwn": shape("mrkdwn", {"text": string(most)}, {"verbatim": boolean}),
    }


def plain_text(most: int = TEXT_MOST) -> Rule:
    """Want a plain_text object of 1 to `most` characters."""
    return tagged({"plain_text": texts(most)["plain_text"]}, "text object")


def any_text(most: int = TEXT_MOST) -> Rule:
    """Want a plain_text or mrkdwn object of 1 to `most` characters."""
    return tagged(texts(most), "text object")


def option(text: Callable[[int], Rule], **more: Rule) -> Rule:
    """Want an option: text and description of 75 characters, value of 150 (option-object)."""
    return shape("", {"text": text(75), "value": string(150)}, {"description": plain_text(75), **more})


menu_option: Rule = option(plain_text)
link_option: Rule = option(plain_text, url=any_url)  # a url only in overflow menus
choice_option: Rule = option(any_text)  # mrkdwn only in checkboxes and radio buttons

option_group: Rule = shape("", {"label": plain_text(75), "options": items(menu_option, 1, 100)})

confirm: Rule = shape(  # confirmation-dialog-object
    "",
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)

slack_file: Rule = shape("", {}, {"id": string(), "url": web_url}, exactly_one_of("id", "url"))

_IMAGE_SOURCE = exactly_one_of("image_url", "slack_file")


def image(**more: Rule) -> Rule:
    """Want an image, as an element or (with more fields) as a block (image-element, image-block)."""
    fields: Mapping[str, Rule] = {"image_url": web_url, "slack_file": slack_file}
    return shape("image", {"alt_text": string(2000)}, {**fields, **more}, _IMAGE_SOURCE)


conversation_filter: Rule = shape(  # conversation-filter-object: not empty
    "",
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 1, unique=True),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    some_of("include", "exclude_external_shared_channels", "exclude_bot_users"),
)

dispatch_action_config: Rule = shape(  # dispatch-action-configuration-object
    "",
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 1, 2, unique=True)},
)


def chosen_among_options(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """Want `initial_option` and `initial_options` to be among the options exactly (select-menu-element)."""
    offered = list(value.get("options", []))
    offered += [each for group in value.get("option_groups", []) for each in group["options"]]
    if "initial_option" in value and value["initial_option"] not in offered:
        yield Problem(at(pointer, "initial_option"), "This must be exactly one of the options.")
    for index, chosen in enumerate(value.get("initial_options", [])):
        if chosen not in offered:
            yield Problem(at(at(pointer, "initial_options"), index), "This must be exactly one of the options.")


def not_more_chosen(key: str) -> Callable[[dict[str, Any], str], Iterator[Problem]]:
    """Want no more chosen at first than `max_selected_items` (multi-select-menu-element)."""

    def check(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
        if len(value.get(key, [])) > value.get("max_selected_items", len(value.get(key, []))):
            yield Problem(at(pointer, key), "This must have no more than max_selected_items items.")

    return check
