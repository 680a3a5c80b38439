"""What is said of pauses is so: nothing is promised that does not come."""

from dataclasses import replace

from bot.domain.pauses import FellSilent
from bot.domain.schedules import Occurrence
from bot.slack.views import pauses
from tests.slack.samples import CHANNEL, NOW, PAUSES

TODAY = NOW.date()


def test_a_silent_channel_is_told_in_break_days_which_may_be_weeks_apart() -> None:
    said = pauses.fell_silent(FellSilent("C0DESIGN")).text
    assert said.startswith("Nobody has used the breaks here for 10 break days in a row, so I've paused them.")


def test_they_go_on_is_said_only_where_something_follows() -> None:
    following = Occurrence(NOW, TODAY)
    assert pauses.resumed(CHANNEL, following, None, (), TODAY).text.startswith("They go on. The next break here is on")
    stopped = replace(CHANNEL, stopped_because="is_archived")
    for text, why in (
        (pauses.resumed(stopped, None, None, (), TODAY).text, "is archived, so no new breaks come there"),
        (pauses.resumed(CHANNEL, None, None, (), TODAY).text, "each has ended, or is paused by itself"),
        (pauses.resumed(CHANNEL, None, PAUSES[0], (), TODAY).text, "Another pause holds them for today."),
    ):
        assert not text.startswith("They go on")
        assert why in text


def test_a_pause_within_a_longer_one_says_what_else_holds_the_breaks() -> None:
    today, for_good = PAUSES[0], next(each for each in PAUSES if each.until is None)
    said = pauses.paused(CHANNEL, [today], None, for_good, TODAY).text
    assert said.startswith("Paused for today. Another pause holds them until somebody resumes them.")
    alone = pauses.paused(CHANNEL, [for_good], None, for_good, TODAY).text
    assert alone.startswith("Paused until somebody resumes them. Button")
