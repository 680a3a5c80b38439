"""Calls of a workspace are as far apart as Slack wants them, however unevenly their turns come through."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.outbox import WORKSPACE_POST_EVERY
from bot.domain.spacing import Spacing

EVERY = WORKSPACE_POST_EVERY.total_seconds()


@given(st.lists(st.floats(0, 3), min_size=6, max_size=40))
def test_six_calls_never_come_within_one_second(late: list[float]) -> None:
    spacing, now = Spacing(), 0.0
    made: list[float] = []
    for at in sorted(number * EVERY + each for number, each in enumerate(late)):
        now = max(now, at)
        while wait := spacing.wait(1, now, EVERY):
            now += wait
        made.append(now)
    assert all(later - earlier > 1 for earlier, later in zip(made, made[5:], strict=False))


def test_a_call_on_time_waits_for_nobody() -> None:
    spacing = Spacing()
    for number in range(2000):
        assert spacing.wait(1, number * EVERY, EVERY) == 0
        assert spacing.wait(number + 2, number * EVERY, EVERY) == 0  # others have a pace of their own
