"""What every Slack error comes to, and how long to wait."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.outbox import (
    CHANNEL_GONE_ERRORS,
    EDITS,
    MAX_ATTEMPTS,
    THREAD_GONE_ERRORS,
    TRY_FOR,
    TRY_LATER_ERRORS,
    UNKNOWN_ERRORS,
    Delivery,
    Kind,
    Outcome,
    Result,
    State,
    back_off,
    is_given_up,
    outcome_of_error,
)


@pytest.mark.parametrize(
    "error",
    ["external_channel_migrating", "message_limit_exceeded", "rate_limited", "ratelimited", "team_added_to_org"],
)
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
        "messages_tab_disabled",
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


@pytest.mark.parametrize("error", sorted(THREAD_GONE_ERRORS))
def test_a_thread_that_takes_no_reply_leaves_its_channel_alone(error: str) -> None:
    assert outcome_of_error(error) is Outcome.REFUSED


def test_no_error_means_two_things() -> None:
    sets = [CHANNEL_GONE_ERRORS, UNKNOWN_ERRORS, TRY_LATER_ERRORS]
    assert sum(map(len, sets)) == len(frozenset().union(*sets))


def test_backing_off_doubles_from_a_second_to_a_minute() -> None:
    assert [back_off(attempts) / timedelta(seconds=1) for attempts in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert back_off(5000) == timedelta(minutes=1)


def test_edits_are_edits() -> None:
    assert {kind for kind in Kind if kind.endswith("_edit")} == EDITS


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REFUSED, AWAY = Result(Outcome.TRY_LATER, error="service_busy"), Result(Outcome.UNREACHED)


def delivery(kind: Kind, attempts: int = MAX_ATTEMPTS, expires_at: datetime | None = None) -> Delivery:
    place = (1, "T1", 1, "C1")
    return Delivery(1, kind, 1, 0, "key", NOON, expires_at, State.INTENT, "ann", attempts, 1, *place, NOON, 0)


@pytest.mark.parametrize(
    ("said", "result", "late", "given_up"),
    [
        (delivery(Kind.FELL_SILENT), REFUSED, timedelta(0), True),
        (delivery(Kind.FELL_SILENT, MAX_ATTEMPTS - 1), REFUSED, TRY_FOR, False),
        (delivery(Kind.FELL_SILENT), Result(Outcome.TRY_LATER, retry_after=timedelta(seconds=1)), TRY_FOR, False),
        (delivery(Kind.PROMPT, expires_at=NOON + timedelta(minutes=10)), REFUSED, timedelta(0), False),
        (delivery(Kind.FELL_SILENT), AWAY, timedelta(hours=23), False),
        (delivery(Kind.FELL_SILENT), AWAY, TRY_FOR, True),
        (delivery(Kind.FELL_SILENT, 1), AWAY, 2 * TRY_FOR, False),
        (delivery(Kind.BOARD_EDIT), Result(Outcome.UNKNOWN), timedelta(hours=23), False),
        (delivery(Kind.RUN_STEP), AWAY, timedelta(minutes=2), True),
    ],
)
def test_refusals_are_final_after_so_many_and_slack_may_be_away_for_a_day_but_in_no_run(
    said: Delivery, result: Result, late: timedelta, *, given_up: bool
) -> None:
    assert is_given_up(said, result, NOON + late) is given_up
