"""What the board says of weeks, of what we missed, and of a person's own place."""

from datetime import UTC, datetime, timedelta

from bot.domain.boards import Board, BoardPlan
from bot.slack.views import boards, parts
from tests.slack import samples


def said(board: Board, name: str = "design") -> str:
    return boards.weekly(board, board_id=None, channel_name=name, channel_slack_id="C0DESIGN", zone=samples.ZONE).text


def test_a_board_of_a_channel_whose_name_is_not_known_begins_with_its_week() -> None:
    assert said(samples.board_of(())).startswith("#design, 23 February to 1 March. ")
    assert said(samples.board_of(()), name="").startswith("23 February to 1 March. ")
    assert boards.all_time((), 0, channel_name="").text.startswith("All time. ")


def test_the_best_week_so_far_is_also_one_from_before_the_chart() -> None:
    assert "Best week so far: 60." in said(samples.board_of((), best_before=60, breaks_done=20))
    assert "Your best week so far." in said(samples.board_of((), best_before=60, breaks_done=60))


def test_where_there_is_no_board_of_last_week_the_channels_own_plan_is_said() -> None:
    assert "comes on Monday after" in boards.none_of_last_week("C0DESIGN", BoardPlan()).text
    assert "comes on Thursday after" in boards.none_of_last_week("C0DESIGN", BoardPlan(weekday=3)).text
    assert boards.none_of_last_week("C0DESIGN", BoardPlan(is_on=False)).text.endswith("Weekly boards are off there.")


def test_breaks_that_did_not_go_out_are_as_many_as_there_were_on_the_channels_own_days() -> None:
    night = datetime(2026, 2, 23, 23, 25, tzinfo=UTC)  # Tuesday in Berlin
    missed = [night + timedelta(days=day) for day in range(5)]
    one, two, five = (said(samples.board_of((), missed_by_us=tuple(missed[:number]))) for number in (1, 2, 5))
    assert "Our break on Tuesday at 00:25 did not go out; that counts against nobody." in one
    assert "Our breaks on Tuesday at 00:25 and on Wednesday at 00:25 did not go out;" in two
    assert "on Thursday at 00:25 and 2 more did not go out;" in five


def test_ones_own_week_says_of_one_day_that_it_is_one() -> None:
    assert boards.own_week(1, 1, 4, None, is_named=False).text == "Your 1 day that week, 4 in a row."
    assert boards.own_week(1, 3, 0, None, is_named=False).text == "1 of your 3 days."


def test_a_place_in_an_order_is_written_as_it_is_said() -> None:
    said = ["1st", "2nd", "3rd", "4th", "11th", "13th", "21st", "102nd", "111th"]
    assert [parts.ordinal(number) for number in (1, 2, 3, 4, 11, 13, 21, 102, 111)] == said
