"""What the board says of weeks, of what we missed, and of a person's own place."""

from bot.domain.boards import Board, BoardPlan
from bot.slack.views import boards
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
