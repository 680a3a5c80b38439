"""Every view is one that Slack takes, and offers nothing that is not answered."""

import logging
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SdkView

from bot.slack.ids import Action, View
from bot.slack.routes import PRESSES, SUBMISSIONS
from playground.blockkit import validate_home, validate_message, validate_modal
from tests.slack import samples
from tests.slack.looking import labels, objects, pressables

MESSAGES = dict(samples.messages())
MODALS = dict(samples.modals())
HOMES = dict(samples.homes())
EVERYTHING: dict[str, Any] = {name: message.blocks for name, message in MESSAGES.items()} | MODALS | HOMES

UNKNOWN_TO_THE_SDK = {"data_table", "data_visualization"}


def test_slack_takes_every_message() -> None:
    refused = {name: problems for name, message in MESSAGES.items() if (problems := validate_message(message.blocks))}
    assert refused == {}
    assert [name for name, message in MESSAGES.items() if not 0 < len(message.text) <= 4000] == []


def test_slack_takes_every_modal() -> None:
    assert {name: problems for name, view in MODALS.items() if (problems := validate_modal(view))} == {}


def test_slack_takes_every_home_tab() -> None:
    assert {name: problems for name, view in HOMES.items() if (problems := validate_home(view))} == {}


def test_slacks_own_models_read_every_view_and_lose_nothing(caplog: pytest.LogCaptureFixture) -> None:
    for view in (*MODALS.values(), *HOMES.values()):
        SdkView(**view).validate_json()
    with caplog.at_level(logging.WARNING, logger="slack_sdk"):
        for name, view in EVERYTHING.items():
            for block in view if isinstance(view, list) else view["blocks"]:
                if block["type"] not in UNKNOWN_TO_THE_SDK:
                    assert _as_the_sdk_reads_it(block) == _without_ids(block), name
    assert caplog.records == []


def _as_the_sdk_reads_it(block: dict[str, Any]) -> Any:
    parsed = Block.parse(block)
    assert parsed is not None, block["type"]
    parsed.validate_json()
    return _without_ids(parsed.to_dict())


def _without_ids(block: Any) -> Any:
    """Leave out what the SDK adds by itself."""
    if isinstance(block, dict):
        return {key: _without_ids(value) for key, value in block.items() if key != "block_id" and value is not False}
    return [_without_ids(each) for each in block] if isinstance(block, list) else block


def test_every_label_fits_on_its_button() -> None:
    assert {label for view in EVERYTHING.values() for label in labels(view) if not 0 < len(label) <= 75} == set()


def test_every_button_has_an_answer_and_every_answer_a_button() -> None:
    offered = {element["action_id"].partition("#")[0] for view in EVERYTHING.values() for element in pressables(view)}
    assert offered == set(PRESSES) == set(Action)


def test_every_modal_that_can_be_submitted_is_answered() -> None:
    submitted = {view["callback_id"] for view in MODALS.values() if "submit" in view}
    assert submitted == set(SUBMISSIONS)
    assert {view["callback_id"] for view in MODALS.values()} == set(View)


def test_what_a_text_field_holds_fits_into_it() -> None:
    fields = [each for view in MODALS.values() for each in objects(view) if each.get("type") == "plain_text_input"]
    assert fields
    assert [each for each in fields if len(each.get("initial_value", "")) > each["max_length"]] == []
