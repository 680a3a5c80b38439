"""What is said of pauses is so: nothing is promised that does not come."""

from bot.domain.pauses import FellSilent
from bot.slack.views import pauses


def test_a_silent_channel_is_told_in_break_days_which_may_be_weeks_apart() -> None:
    said = pauses.fell_silent(FellSilent("C0DESIGN")).text
    assert said.startswith("Nobody has used the breaks here for 10 break days in a row, so I've paused them.")
