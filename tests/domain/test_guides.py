"""A private run under any order of presses, late and doubled ones and those of others included."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.domain import guides
from bot.domain.errors import GuideOver, NotInRun
from bot.domain.guides import GUIDE_FOR, Turn
from bot.domain.runs import Run, RunState
from bot.domain.workspaces import Member
from routines.catalogue import default_catalogue

ROUTINE = default_catalogue().routine("lowback")
STEPS = len(ROUTINE.steps())
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANNA = Member(1, 1, "U1", "Anna", "UTC")
STRANGER = 2


def a_guide() -> Run:
    return guides.begin(ROUTINE, ANNA, channel_id=1, break_id=1, now=NOON)


def at(position: int, member_id: int = ANNA.id) -> Turn:
    return Turn(7, member_id, position)


class AnyGuide(RuleBasedStateMachine):
    """Presses at any step that was ever shown, and time; a model keeps which steps were ended."""

    def __init__(self) -> None:
        super().__init__()
        self.run = a_guide()
        self.now = NOON
        self.touched_at = NOON
        self.ended: set[int] = set()
        self.shown = {0}

    def _try(self, change: Callable[[Run, Turn, datetime], Run], position: int, member_id: int) -> bool:
        before, turn = self.run, at(position, member_id)
        try:
            self.run = change(before, turn, self.now)
        except NotInRun:
            assert member_id == STRANGER
        except GuideOver:
            assert before.is_over or self.now - self.touched_at >= GUIDE_FOR
        else:
            assert member_id == ANNA.id
            assert not before.is_over
            self.touched_at = self.now
            self.shown.add(self.run.step)
            return True
        return False

    @rule(minutes=st.sampled_from([0, 1, 20, 59, 60, 200]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(data=st.data(), who=st.sampled_from([ANNA.id, ANNA.id, STRANGER]))
    def next_is_pressed(self, data: st.DataObject, who: int) -> None:
        position = data.draw(st.sampled_from(sorted(self.shown)))
        if self._try(guides.forward, position, who):
            self.ended.update(range(position + 1))
            assert (self.run.state is RunState.FINISHED) == (position == STEPS - 1)
            assert self.run.is_over or self.run.step == position + 1

    @rule(data=st.data(), who=st.sampled_from([ANNA.id, STRANGER]))
    def back_is_pressed(self, data: st.DataObject, who: int) -> None:
        position = data.draw(st.sampled_from(sorted(self.shown)))
        if self._try(guides.back, position, who):
            assert self.run.step == max(position - 1, 0)

    @rule(data=st.data())
    def it_is_finished_here(self, data: st.DataObject) -> None:
        position = data.draw(st.sampled_from(sorted(self.shown)))
        if self._try(guides.finish_here, position, ANNA.id):
            self.ended.update(range(position + 1))
            assert self.run.state is (RunState.FINISHED if len(self.ended) == STEPS else RunState.STOPPED)

    @rule()
    def it_is_put_aside(self) -> None:
        self._try(guides.put_aside, self.run.step, ANNA.id)

    @rule()
    def it_is_taken_up(self) -> None:
        if not self.run.is_over and self.now < self.run.next_at:
            self.run = guides.take_up(self.run, self.now)
            self.touched_at = self.now

    @rule()
    def the_hour_is_looked_at(self) -> None:
        before, self.run = self.run, guides.end_left_open(self.run, self.now)
        assert self.run == before or self.now - self.touched_at >= GUIDE_FOR

    @invariant()
    def every_step_that_ended_counts_once(self) -> None:
        assert guides.steps_done(self.run) == len(self.ended)

    @invariant()
    def it_is_at_one_of_its_steps_and_has_one_person(self) -> None:
        assert 0 <= self.run.step < STEPS
        assert [member.member_id for member in self.run.members] == [ANNA.id]


TestAnyGuide = AnyGuide.TestCase
TestAnyGuide.settings = settings(max_examples=40, stateful_step_count=30)


def test_a_guide_that_has_ended_accepts_nothing() -> None:
    over = guides.finish_here(a_guide(), at(2), NOON)
    for change in (guides.forward, guides.back, guides.finish_here, guides.put_aside):
        with pytest.raises(GuideOver) as refused:
            change(over, at(2), NOON)
        assert (refused.value.moves_done, refused.value.moves) == (3, 5)


@pytest.mark.parametrize(
    ("done", "state"), [(0, RunState.CANCELLED), (2, RunState.STOPPED), (STEPS - 1, RunState.STOPPED)]
)
def test_a_guide_left_open_ends_after_an_hour_with_what_was_done(done: int, state: RunState) -> None:
    run = a_guide()
    for position in range(done):
        run = guides.forward(run, at(position), NOON)
    assert guides.end_left_open(run, NOON + GUIDE_FOR - timedelta(seconds=1)) == run
    assert guides.end_left_open(run, NOON + GUIDE_FOR).state is state


def test_a_move_with_two_sides_is_done_when_both_are() -> None:
    run, done = a_guide(), []
    for position in range(STEPS):
        run = guides.forward(run, at(position), NOON)
        done.append(guides.moves_done(run))
    assert done == [1, 2, 3, 3, 4, 5]
