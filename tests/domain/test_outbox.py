"""What every Slack error comes to, and how long to wait."""

from datetime import timedelta

import pytest

from bot.domain.outbox import (
    CHANNEL_GONE_ERRORS,
    EDITS,
    TRY_LATER_ERRORS,
    UNKNOWN_ERRORS,
    Kind,
    Outcome,
    back_off,
    outcome_of_error,
)


@pytest.mark.parametrize("error", ["message_limit_exceeded", "rate_limited", "ratelimited", "team_added_to_org"])
def test_what_passes_by_itself_is_tried_later(error: str) -> None:
    assert outcome_of_error(error) is Outcome.TRY_LATER


@pytest.mark.parametrize("error", ["fatal_error", "internal_error", "request_timeout", "service_unavailable"])
def test_an_error_after_which_the_message_may_be_there_is_unknown(error: str) -> None:
    assert outcome_of_error(error) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "error",
    [
        "account_inactive",
        "channel_not_found",
        "invalid_auth",
        "is_archived",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    ],
)
def test_an_error_that_only_people_can_cure_stops_the_channel(error: str) -> None:
    assert outcome_of_error(error) is Outcome.CHANNEL_GONE


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long", "no_text", "message_not_found", "", "new_in_2030"])
def test_any_other_error_is_a_refusal_of_this_message_alone(error: str) -> None:
    assert outcome_of_error(error) is Outcome.REFUSED


def test_no_error_means_two_things() -> None:
    sets = [CHANNEL_GONE_ERRORS, UNKNOWN_ERRORS, TRY_LATER_ERRORS]
    assert sum(map(len, sets)) == len(frozenset().union(*sets))


def test_backing_off_doubles_from_a_second_to_a_minute() -> None:
    assert [back_off(attempts) / timedelta(seconds=1) for attempts in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert back_off(5000) == timedelta(minutes=1)


def test_edits_are_edits() -> None:
    assert {kind for kind in Kind if kind.endswith("_edit")} == EDITS
