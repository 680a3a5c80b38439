"""What the board says of weeks, of what we missed, and of a person's own place."""

from bot.domain.boards import Board
from bot.slack.views import boards
from tests.slack import samples


def said(board: Board) -> str:
    place = {"channel_name": "design", "channel_slack_id": "C0DESIGN"}
    return boards.weekly(board, board_id=None, **place, zone=samples.ZONE).text


def test_the_best_week_so_far_is_also_one_from_before_the_chart() -> None:
    assert "Best week so far: 60." in said(samples.board_of((), best_before=60, breaks_done=20))
    assert "Your best week so far." in said(samples.board_of((), best_before=60, breaks_done=60))
