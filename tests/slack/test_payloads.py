"""Slack's payloads, as it sends them and with what it sometimes leaves out, become the same typed values."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.workspaces import MemberKind
from bot.services.members import Caller
from bot.slack import event_payloads, payloads

AT = datetime(2026, 3, 2, 9, 25, 0, 123456, tzinfo=UTC)
ACTION = {"type": "button", "action_id": "break.done", "value": "41", "action_ts": "1772443500.123456"}


def pressed(**changes: Any) -> dict[str, Any]:
    """Write a `block_actions` payload."""
    body: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": "T0LIMBER", "domain": "northlight"},
        "user": {"id": "U0ANNA", "username": "anna", "name": "anna", "team_id": "T0LIMBER"},
        "container": {"type": "message", "message_ts": "1.2", "channel_id": "C0DESIGN", "is_ephemeral": False},
        "channel": {"id": "C0DESIGN", "name": "design"},
        "trigger_id": "1.2.3",
        "response_url": "https://hooks.slack.example/actions/1",
        "actions": [ACTION],
    }
    return body | changes


def test_a_press_on_a_message_names_who_what_when_and_where() -> None:
    press = payloads.press(pressed())
    assert press.caller == Caller("T0LIMBER", "U0ANNA", "anna")
    assert (press.action_id, press.value, press.number, press.event_at) == ("break.done", "41", 41, AT)
    assert (press.channel_slack_id, press.message_ts, press.is_ephemeral) == ("C0DESIGN", "1.2", False)
    assert press.view is None


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"id": "U0ANNA", "name": "anna"}, "anna"),
        ({"id": "U0ANNA", "username": "anna"}, "anna"),
        ({"id": "U0ANNA", "name": None}, ""),
        ({"id": "U0ANNA"}, ""),
    ],
)
def test_a_user_may_come_without_a_name(user: dict[str, Any], name: str) -> None:
    assert payloads.press(pressed(user=user)).caller.name == name


def test_the_workspace_is_the_persons_own_where_the_payload_has_none() -> None:
    user = {"id": "U0ANNA", "team_id": "T0LIMBER"}
    assert payloads.press(pressed(team=None, user=user)).caller.team_id == "T0LIMBER"


def test_in_a_modal_of_a_shared_channel_the_workspace_is_the_one_the_app_is_in() -> None:
    view = {"id": "V1", "type": "modal", "app_installed_team_id": "T0LIMBER"}
    body = pressed(team={"id": "T0ELSEWHERE"}, view=view)
    assert payloads.press(body).caller.team_id == "T0LIMBER"
    assert payloads.submission(body).caller.team_id == "T0LIMBER"


def test_an_ephemeral_container_is_told_apart_and_may_lack_the_channel_object() -> None:
    container = {"type": "message", "message_ts": "1.2", "channel_id": "D0ANNA", "is_ephemeral": True}
    press = payloads.press(pressed(container=container, channel=None))
    assert (press.is_ephemeral, press.channel_slack_id) == (True, "D0ANNA")


def test_a_press_in_a_view_has_no_channel_and_no_message() -> None:
    view = {"id": "V1", "type": "home", "hash": "h", "callback_id": "", "private_metadata": "", "state": {"values": {}}}
    body = pressed(container={"type": "view", "view_id": "V1"}, view=view)
    del body["channel"], body["response_url"]
    press = payloads.press(body)
    assert (press.channel_slack_id, press.message_ts, press.response_url) == (None, None, None)
    assert press.view == payloads.OpenView("V1", "home", "", "h", {}, {})


def test_an_overflow_menu_gives_the_chosen_entry() -> None:
    chosen = {"text": {"type": "plain_text", "text": "Skip this move"}, "value": "skip:7"}
    action = {"type": "overflow", "action_id": "run.menu", "action_ts": "1.2", "selected_option": chosen}
    assert payloads.press(pressed(actions=[action])).value == "skip:7"


def test_the_number_that_tells_two_equal_buttons_apart_is_taken_off() -> None:
    press = payloads.press(pressed(actions=[ACTION | {"action_id": "routine.show#2"}]))
    assert press.action_id == "routine.show"


@pytest.mark.parametrize("action", [{}, {"value": None}])
def test_a_button_without_a_value_has_an_empty_one(action: dict[str, Any]) -> None:
    bare = {"type": "button", "action_id": "guide.next", "action_ts": "1.000100"}
    press = payloads.press(pressed(actions=[bare | action]))
    assert (press.value, press.event_at.microsecond) == ("", 100)


@pytest.mark.parametrize("value", ["", "forty-one", "41; drop table"])
def test_a_value_that_should_be_a_number_and_is_not_says_so(value: str) -> None:
    press = payloads.press(pressed(actions=[ACTION | {"value": value}]))
    with pytest.raises(ValueError, match="a number"):
        _ = press.number


@pytest.mark.parametrize(
    ("text", "words"), [("", ()), ("  lowback   together ", ("lowback", "together")), ("me\n", ("me",))]
)
def test_a_command_is_split_into_words(text: str, words: tuple[str, ...]) -> None:
    body = {"team_id": "T0LIMBER", "user_id": "U0ANNA", "channel_id": "C0DESIGN", "channel_name": "design"}
    command = payloads.command(body | {"text": text, "response_url": "https://hooks.slack.example/1"})
    assert (command.caller, command.words) == (Caller("T0LIMBER", "U0ANNA"), words)
    assert (command.channel_slack_id, command.channel_name) == ("C0DESIGN", "design")


@pytest.mark.parametrize("name", ["privategroup", "directmessage", "mpdm-anna--ben--mei-1"])
def test_what_slack_writes_in_place_of_a_name_is_not_taken_for_one(name: str) -> None:
    body = {"team_id": "T0LIMBER", "user_id": "U0ANNA", "channel_id": "D0ANNA", "channel_name": name}
    assert payloads.command(body).channel_name == ""


def test_a_command_without_text_is_one_without_words() -> None:
    body = {"team_id": "T0LIMBER", "user_id": "U0ANNA", "user_name": "anna", "channel_id": "C0DESIGN"}
    assert payloads.command(body).words == ()


def test_a_submission_brings_what_was_entered_field_by_field() -> None:
    values = {
        "weekdays": {"weekdays": {"type": "checkboxes", "selected_options": [{"value": "0"}, {"value": "4"}]}},
        "times": {"times": {"type": "plain_text_input", "value": "10:25"}},
        "zone": {"zone": {"type": "plain_text_input", "value": None}},
        "area": {"area": {"type": "static_select", "selected_option": {"value": "lower-back"}}},
        "none": {"none": {"type": "static_select", "selected_option": None}},
        "empty": {},
    }
    view = {"id": "V1", "callback_id": "schedule", "private_metadata": '{"channel": "C0DESIGN"}'}
    body = pressed(type="view_submission", view=view | {"state": {"values": values}})
    submission = payloads.submission(body)
    assert submission.view.carried == {"channel": "C0DESIGN"}
    assert submission.view.entered == {
        "weekdays": ["0", "4"],
        "times": "10:25",
        "zone": None,
        "area": "lower-back",
        "none": None,
        "empty": None,
    }


def event(**fields: Any) -> dict[str, Any]:
    """Wrap an event as the Events API does."""
    return {"team_id": "T0LIMBER", "type": "event_callback", "event_id": "Ev1", "event": fields}


def test_a_reaction_has_slacks_own_time() -> None:
    item = {"type": "message", "channel": "C0DESIGN", "ts": "1.2"}
    fields = {"user": "U0MEI", "reaction": "muscle::skin-tone-4", "item": item, "event_ts": "1772443500.123456"}
    added = event_payloads.reaction(event(type="reaction_added", **fields))
    removed = event_payloads.reaction(event(type="reaction_removed", **fields))
    assert added is not None
    assert removed is not None
    assert (added.is_on, removed.is_on, added.event_at, added.name) == (True, False, AT, "muscle::skin-tone-4")


def test_an_event_of_a_shared_channel_belongs_to_the_workspace_it_is_told_for() -> None:
    item = {"type": "message", "channel": "C0SHARED", "ts": "1.1"}
    body = event(type="reaction_added", user="U0FAR", reaction="muscle", item=item, event_ts="1.2")
    told = body | {"team_id": "T0OTHER", "authorizations": [{"team_id": "T0LIMBER"}]}
    reacted = event_payloads.reaction(told)
    assert reacted is not None
    assert reacted.caller == Caller("T0LIMBER", "U0FAR")


@pytest.mark.parametrize(
    ("user", "kind", "is_admin"),
    [
        ({"is_admin": True}, MemberKind.FULL, True),
        ({"is_owner": True}, MemberKind.FULL, True),
        ({"is_restricted": True}, MemberKind.GUEST, False),
        ({"is_ultra_restricted": True}, MemberKind.GUEST, False),
        ({"team_id": "T0OTHER", "is_admin": True}, MemberKind.STRANGER, False),
        ({"is_stranger": True}, MemberKind.STRANGER, False),
        ({"is_bot": True}, MemberKind.BOT, False),
        ({"deleted": True, "is_admin": True}, MemberKind.GONE, False),
    ],
)
def test_slack_says_what_somebody_is_to_the_workspace(
    *, user: dict[str, Any], kind: MemberKind, is_admin: bool
) -> None:
    facts = event_payloads.person_facts(
        "T0LIMBER", {"id": "U0MEI", "team_id": "T0LIMBER", "tz": "Asia/Singapore"} | user
    )
    assert (facts.kind, facts.is_admin, facts.zone) == (kind, is_admin, "Asia/Singapore")


def test_an_event_about_a_channel_names_it_whatever_its_shape() -> None:
    renamed = event_payloads.channel_change(
        event(type="group_rename", channel={"id": "C1", "name": "new"}, event_ts="1.2")
    )
    assert (renamed.channel_slack_id, renamed.kind, renamed.name) == ("C1", "rename", "new")
    archived = event_payloads.channel_change(event(type="channel_archive", channel="C1", event_ts="1.2"))
    assert (archived.channel_slack_id, archived.kind) == ("C1", "archive")
    moved = event_payloads.channel_change(event(type="channel_id_changed", old_channel_id="G1", new_channel_id="C1"))
    assert (moved.channel_slack_id, moved.kind, moved.new_id) == ("G1", "id_changed", "C1")


def test_a_reaction_on_a_file_is_none_of_ours() -> None:
    item = {"type": "file", "file": "F1"}
    fields = {"user": "U0MEI", "reaction": "muscle", "item": item, "event_ts": "1.2"}
    assert event_payloads.reaction(event(type="reaction_added", **fields)) is None


@pytest.mark.parametrize("kind", ["channel_left", "group_left"])
def test_the_apps_own_leaving_names_the_channel_and_no_user(kind: str) -> None:
    left = event_payloads.membership(event(type=kind, channel="C0DESIGN", actor_id="U0ANNA", event_ts="1.2"))
    assert left == event_payloads.Membership("T0LIMBER", "", "C0DESIGN", event_ts="1.2")


@pytest.mark.parametrize("event_ts", [{}, {"event_ts": "1772443500.000000"}])
def test_where_an_event_does_not_say_when_it_was_its_envelope_does(event_ts: dict[str, str]) -> None:
    body = event(type="user_change", user={"id": "U0MEI"}, **event_ts) | {"event_time": 1772443500}
    assert event_payloads.person_change(body).event_at == AT.replace(microsecond=0)
    with pytest.raises(payloads.Malformed, match="event_ts"):
        event_payloads.person_change(event(type="user_change", user={"id": "U0MEI"}))


@pytest.mark.parametrize(
    ("fields", "caller"),
    [({"tab": "home"}, Caller("T0LIMBER", "U0MEI")), ({}, Caller("T0LIMBER", "U0MEI")), ({"tab": "messages"}, None)],
)
def test_home_is_opened_only_by_its_own_tab(fields: dict[str, str], caller: Caller | None) -> None:
    assert event_payloads.home_opened(event(type="app_home_opened", user="U0MEI", **fields)) == caller


@pytest.mark.parametrize(
    ("response", "name"),
    [
        (SimpleNamespace(data={"ok": False, "error": "channel_not_found"}), "channel_not_found"),
        (SimpleNamespace(data={"ok": False}), None),
        (SimpleNamespace(data=b"<html>"), None),
        (SimpleNamespace(data=None), None),
        (SimpleNamespace(status=502), None),
        (None, None),
    ],
)
def test_an_error_is_named_if_slack_named_it(response: Any, name: str | None) -> None:
    error = Exception("failed")
    error.response = response  # type: ignore[attr-defined]  # as SlackApiError has it
    assert payloads.error_name(error) == name
