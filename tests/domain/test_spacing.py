"""Calls of a workspace are as far apart as Slack wants them, however unevenly their turns come through."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.outbox import POST_BURST, POST_PAUSE
from bot.domain.spacing import Spacing

PAUSE = POST_PAUSE.total_seconds()


@given(st.lists(st.floats(0, 3), min_size=6, max_size=40))
def test_six_calls_never_come_within_one_second(late: list[float]) -> None:
    spacing, now = Spacing(), 0.0
    made: list[float] = []
    for at in sorted(number // POST_BURST * PAUSE + each for number, each in enumerate(late)):
        now = max(now, at)
        while wait := spacing.wait(1, now, PAUSE):
            now += wait
        made.append(now)
    assert all(later - earlier > 1 for earlier, later in zip(made, made[5:], strict=False))


def test_a_call_on_time_waits_for_nobody() -> None:
    spacing = Spacing()
    for burst in range(400):
        for _ in range(POST_BURST):
            assert spacing.wait(1, burst * PAUSE, PAUSE) == 0
            assert spacing.wait(burst + 2, burst * PAUSE, PAUSE) == 0  # others have a pace of their own
