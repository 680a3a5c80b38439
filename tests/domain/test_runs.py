"""Runs under any order of presses, late and doubled ones included, by people in the run and out of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain import runs
from bot.domain.errors import NotInRun, NotTheStarter, RunOver
from bot.domain.runs import ALONE_FOR, LOBBY_FOR, OVER, PAUSE_FOR, Run, RunMember, RunState
from routines.catalogue import default_catalogue

ROUTINE = default_catalogue().routine("lowback")
STEPS = ROUTINE.steps()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STARTER, FRIEND, LATE, STRANGER = 1, 2, 3, 4
PEOPLE = st.sampled_from([STARTER, FRIEND, LATE, STRANGER])


def seconds(amount: float) -> timedelta:
    return timedelta(seconds=amount)


def a_lobby(*others: int) -> Run:
    run = Run(
        id=7,
        channel_id=1,
        break_id=1,
        starter_id=STARTER,
        routine=ROUTINE,
        state=RunState.LOBBY,
        started_at=NOON,
        next_at=NOON + LOBBY_FOR,
        thread_ts="1.1",
        members=(RunMember(STARTER, "Starter"),),
    )
    for member_id in others:
        run = runs.join(run, member_id, f"M{member_id}")
    return run


def running(*others: int, step: int = 0) -> Run:
    run = runs.start_now(a_lobby(*others), NOON)
    for shown in range(step + 1):
        run = runs.show_step(run, shown, run.next_at)
    return run


class AnyRun(RuleBasedStateMachine):
    """Presses and ticks in any order; a model keeps who was present whenever a step ended."""

    def __init__(self) -> None:
        super().__init__()
        self.run = a_lobby()
        self.now = NOON
        self.credit: dict[int, int] = {}
        self.shown = 0

    def _try(self, transition: Any, *arguments: Any) -> None:
        before = self.run
        try:
            self.run = transition(before, *arguments)
        except RunOver:
            assert before.is_over
        except NotInRun:
            member = before.member(arguments[0])
            assert member is None or member.has_left
        except NotTheStarter:
            starter = before.member(STARTER)
            assert starter is not None
            assert not starter.has_left
            assert arguments[0] != STARTER
        else:
            assert not before.is_over or self.run == before
            assert transition(before, *arguments) == self.run  # no hidden state

    @rule(amount=st.integers(0, 150))
    def time_passes(self, amount: int) -> None:
        self.now += seconds(amount)

    @rule(person=PEOPLE)
    def somebody_joins(self, person: int) -> None:
        self._try(runs.join, person, f"M{person}")
        assert self.run.is_over or person in {member.member_id for member in self.run.present}

    @rule(person=PEOPLE)
    def somebody_leaves(self, person: int) -> None:
        self._try(runs.leave, person)
        assert self.run.is_over or person not in {member.member_id for member in self.run.present}

    @rule()
    def somebody_starts_it(self) -> None:
        self._try(runs.start_now, self.now)

    @rule()
    def the_wait_is_over(self) -> None:
        before, self.run = self.run, runs.end_wait(self.run, self.now)
        assert self.run == before or before.state in {RunState.LOBBY, RunState.ALONE}

    @rule()
    @precondition(lambda self: self.run.state in {RunState.ALONE, RunState.RUNNING})
    def somebody_declines(self) -> None:
        before, self.run = self.run, runs.decline(self.run)
        assert self.run == before or before.state is RunState.ALONE

    @rule(person=PEOPLE)
    def somebody_pauses(self, person: int) -> None:
        self._try(runs.pause, person, self.now)

    @rule()
    def somebody_resumes(self) -> None:
        self._try(runs.resume, self.now)

    @rule(person=PEOPLE)
    def somebody_skips(self, person: int) -> None:
        step = self.run.step
        self._try(runs.skip, person, self.now)
        assert self.run.step == step

    @rule(person=PEOPLE)
    @precondition(lambda self: self.shown > 2)
    def somebody_stops(self, person: int) -> None:
        self._try(runs.stop, person)

    @rule(step=st.integers(-1, len(STEPS) - 1))
    def any_step_arrives(self, step: int) -> None:
        if step != self.run.step + 1:
            before = self.run
            self._try(runs.show_step, step, self.now)
            assert self.run == before

    @rule()
    @precondition(lambda self: self.run.step + 1 < len(STEPS))
    def the_next_step_is_shown(self) -> None:
        before = self.run
        self._try(runs.show_step, before.step + 1, self.now)
        if self.run != before:
            self._step_ended(before)
            self.shown += 1
            assert self.run.state is RunState.RUNNING
            shown = STEPS[self.run.step]
            assert self.run.next_at == self.now + seconds(shown.seconds + shown.rest_seconds)

    @rule()
    @precondition(lambda self: self.run.step == len(STEPS) - 1)
    def the_closing_card_is_shown(self) -> None:
        before = self.run
        self._try(runs.finish)
        if self.run != before:
            self._step_ended(before)
            assert self.run.state is RunState.FINISHED

    def _step_ended(self, before: Run) -> None:
        if before.step >= 0:
            for member in before.present:
                self.credit[member.member_id] = self.credit.get(member.member_id, 0) + 1

    @invariant()
    def credit_is_for_steps_that_ended_while_present(self) -> None:
        done = {member.member_id: member.steps_done for member in self.run.members if member.steps_done}
        assert done == self.credit
        assert {member.member_id for member in self.run.credited} == set(done)

    @invariant()
    def nobody_has_done_more_than_was_shown(self) -> None:
        assert all(member.steps_done <= self.shown <= len(STEPS) for member in self.run.members)
        assert self.run.step == self.shown - 1

    @invariant()
    def somebody_is_there_until_it_is_over(self) -> None:
        assert self.run.is_over or self.run.present
        assert len({member.member_id for member in self.run.members}) == len(self.run.members)

    @invariant()
    def only_a_pause_remembers_who_paused(self) -> None:
        paused = self.run.state is RunState.PAUSED
        assert self.run.is_over or (self.run.paused_by is not None) == paused
        assert paused or self.run.is_over or not self.run.remaining

    @invariant()
    def what_was_shown_to_nobody_is_called_off_and_not_stopped(self) -> None:
        assert self.run.state is not RunState.CANCELLED or self.run.step < 0
        assert self.run.state not in {RunState.STOPPED, RunState.FINISHED} or self.run.step >= 0


TestAnyRun = AnyRun.TestCase
TestAnyRun.settings = settings(max_examples=40, stateful_step_count=40)


@pytest.mark.parametrize("state", sorted(OVER))
def test_a_run_that_is_over_accepts_nothing(state: RunState) -> None:
    over = replace(running(FRIEND), state=state)
    transitions: list[Callable[[], Run]] = [
        lambda: runs.join(over, LATE, "Late"),
        lambda: runs.leave(over, FRIEND),
        lambda: runs.start_now(over, NOON),
        lambda: runs.show_step(over, 1, NOON),
        lambda: runs.finish(over),
        lambda: runs.pause(over, FRIEND, NOON),
        lambda: runs.resume(over, NOON),
        lambda: runs.skip(over, STARTER, NOON),
        lambda: runs.stop(over, STARTER),
    ]
    for transition in transitions:
        with pytest.raises(RunOver):
            transition()
    assert runs.end_wait(over, NOON) == runs.decline(over) == over


def test_a_whole_run_credits_each_for_what_they_were_there_for() -> None:
    run = running(FRIEND)
    run = runs.join(runs.show_step(run, 1, run.next_at), LATE, "Late")
    run = runs.leave(runs.show_step(run, 2, run.next_at), FRIEND)
    for step in range(3, len(STEPS)):
        run = runs.show_step(run, step, run.next_at)
    run = runs.finish(run)
    assert {member.name: member.steps_done for member in run.members} == {"Starter": 6, "M2": 2, "Late": 5}
    assert runs.ClosingCard(run, 400, None, "UTC").moves_done == 5


def test_a_lobby_with_company_runs_and_without_asks_the_one_who_is_there() -> None:
    assert runs.end_wait(a_lobby(FRIEND), NOON).state is RunState.RUNNING
    assert runs.end_wait(a_lobby(), NOON).state is RunState.ALONE
    assert runs.end_wait(runs.leave(a_lobby(FRIEND), STARTER), NOON).state is RunState.ALONE
    assert runs.start_now(runs.end_wait(a_lobby(), NOON), NOON).state is RunState.RUNNING


def test_who_was_asked_and_does_not_answer_leaves_no_run_behind() -> None:
    alone = runs.end_wait(a_lobby(), NOON)
    assert alone.next_at == NOON + ALONE_FOR
    assert runs.end_wait(alone, alone.next_at).state is RunState.CANCELLED


def test_coming_back_keeps_what_one_did() -> None:
    run = runs.leave(running(FRIEND, step=2), FRIEND)
    back = runs.join(run, FRIEND, "M2").member(FRIEND)
    assert back == RunMember(FRIEND, "M2", steps_done=2)


def test_joining_twice_is_being_in_once() -> None:
    once = runs.join(a_lobby(), FRIEND, "M2")
    assert runs.join(once, FRIEND, "M2") == once


def test_leaving_twice_or_without_having_been_in_is_refused() -> None:
    with pytest.raises(NotInRun):
        runs.leave(a_lobby(), STRANGER)
    with pytest.raises(NotInRun):
        runs.leave(runs.leave(a_lobby(FRIEND), FRIEND), FRIEND)


@pytest.mark.parametrize(
    ("run", "state"),
    [
        (a_lobby(), RunState.CANCELLED),
        (runs.end_wait(a_lobby(), NOON), RunState.CANCELLED),
        (runs.start_now(a_lobby(), NOON), RunState.CANCELLED),
        (running(), RunState.STOPPED),
    ],
)
def test_when_the_last_one_leaves_or_stops_it_a_run_that_showed_nothing_is_called_off(
    run: Run, state: RunState
) -> None:
    assert runs.leave(run, STARTER).state is state
    assert runs.stop(run, STARTER).state is state


def test_a_pause_holds_what_is_left_and_goes_on_by_itself_after_two_minutes() -> None:
    run = running(FRIEND)
    shown_until = run.next_at
    paused = runs.pause(run, FRIEND, shown_until - seconds(20))
    assert (paused.state, paused.paused_by, paused.remaining) == (RunState.PAUSED, "M2", seconds(20))
    assert paused.next_at == shown_until - seconds(20) + PAUSE_FOR + seconds(20)
    assert runs.pause(paused, STARTER, shown_until) == paused
    resumed = runs.resume(paused, shown_until + seconds(30))
    assert resumed.next_at == shown_until + seconds(50)
    assert (resumed.state, resumed.paused_by, resumed.remaining) == (RunState.RUNNING, None, timedelta(0))
    assert runs.resume(resumed, NOON) == resumed


def test_a_pause_that_came_too_late_does_not_hold_the_next_card() -> None:
    run = running(FRIEND)
    late = runs.pause(run, FRIEND, run.next_at + seconds(1))
    assert late.remaining == timedelta(0)
    shown = runs.show_step(late, 1, late.next_at)
    assert (shown.state, shown.step, shown.paused_by) == (RunState.RUNNING, 1, None)


@pytest.mark.parametrize("person", [LATE, STRANGER])
def test_only_people_in_the_run_pause_it(person: int) -> None:
    run = runs.leave(runs.join(running(FRIEND), LATE, "Late"), LATE)
    with pytest.raises(NotInRun):
        runs.pause(run, person, NOON)


@pytest.mark.parametrize("transition", [lambda run, who: runs.skip(run, who, NOON + seconds(3)), runs.stop])
def test_skip_and_stop_belong_to_the_starter_while_there(transition: Callable[[Run, int], Run]) -> None:
    run = running(FRIEND)
    assert transition(run, STARTER) != run
    with pytest.raises(NotTheStarter) as refused:
        transition(run, FRIEND)
    assert refused.value.starter_name == "Starter"
    left = runs.leave(run, STARTER)
    assert transition(left, FRIEND) != left
    for outsider in (STARTER, STRANGER):
        with pytest.raises(NotInRun):
            transition(left, outsider)


def test_a_skip_brings_the_next_card_at_once_also_out_of_a_pause() -> None:
    paused = runs.pause(running(FRIEND), FRIEND, NOON)
    skipped = runs.skip(paused, STARTER, NOON + seconds(3))
    assert (skipped.state, skipped.next_at, skipped.step) == (RunState.RUNNING, NOON + seconds(3), 0)


def test_a_skip_before_the_first_card_changes_nothing() -> None:
    assert runs.skip(a_lobby(FRIEND), STARTER, NOON) == a_lobby(FRIEND)


def test_a_repeated_or_early_card_changes_nothing() -> None:
    run = running(FRIEND, step=1)
    for step in (-1, 0, 1, 3):
        assert runs.show_step(run, step, NOON) == run
    assert runs.show_step(a_lobby(FRIEND), 0, NOON) == a_lobby(FRIEND)


def test_nobody_came_is_over_when_declined_but_not_once_it_has_begun() -> None:
    assert runs.decline(runs.end_wait(a_lobby(), NOON)).state is RunState.CANCELLED
    assert runs.decline(running()) == running()


def test_a_step_card_lasts_its_seconds_and_names_what_follows() -> None:
    cards = [runs.step_card(running(FRIEND), step, NOON, "UTC") for step in range(len(STEPS))]
    assert [card.until - NOON for card in cards] == [seconds(each.seconds) for each in STEPS]
    assert [card.following for card in cards] == [*STEPS[1:], None]
    assert [card.is_other_side for card in cards] == [False, False, False, False, True, False]


@pytest.mark.parametrize(("step", "moves"), [(0, 0), (1, 1), (3, 3), (4, 3), (5, 4)])
def test_a_closing_card_counts_whole_moves(step: int, moves: int) -> None:
    stopped = runs.stop(running(step=step), STARTER)
    assert runs.ClosingCard(stopped, 60, None, "UTC").moves_done == moves
