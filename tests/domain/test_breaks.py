"""Supports add up to one participation in any order, and a break closes when the last of three clocks says so."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.breaks import (
    BUTTON,
    COUNTED_REACTIONS,
    RUN,
    UNDO,
    Answer,
    Break,
    Change,
    Support,
    closes_at,
    done_at,
    merge_support,
    reaction_support,
    tip_for,
)
from bot.domain.instants import local_date_of, local_instant
from bot.domain.streaks import Progress, Streak
from routines.catalogue import default_catalogue

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

moments = st.integers(0, 5).map(lambda minutes: NOON + timedelta(minutes=minutes))
supports = st.one_of(
    st.builds(lambda kind, at: Support(kind, is_on=True, event_at=at), st.sampled_from([BUTTON, RUN]), moments),
    st.builds(Support, st.just("reaction:muscle"), st.booleans(), moments),
    st.builds(lambda at: Support(UNDO, is_on=False, event_at=at), moments),
)


def state_after(events: list[Support]) -> dict[str, Support]:
    known: dict[str, Support] = {}
    for event in events:
        known[event.kind] = merge_support(known.get(event.kind), event)
    return known


@given(
    st.sampled_from([BUTTON, "reaction:muscle"]), st.lists(st.tuples(st.booleans(), moments), min_size=3, max_size=3)
)
def test_merging_supports_is_commutative_associative_and_idempotent(
    kind: str, states: list[tuple[bool, datetime]]
) -> None:
    one, two, three = (Support(kind, is_on, at) for is_on, at in states)
    assert merge_support(one, two) == merge_support(two, one)
    assert merge_support(merge_support(one, two), three) == merge_support(one, merge_support(two, three))
    assert merge_support(one, one) == merge_support(None, one) == one


@given(st.data(), st.lists(supports, max_size=8))
def test_events_shuffled_and_doubled_give_the_same_state(data: st.DataObject, events: list[Support]) -> None:
    doubled = [*events, *data.draw(st.lists(st.sampled_from(events), max_size=4) if events else st.just([]))]
    shuffled = data.draw(st.permutations(doubled))
    assert state_after(shuffled) == state_after(events)
    assert done_at(state_after(shuffled).values()) == done_at(state_after(events).values())


@given(st.lists(supports, max_size=8, unique_by=lambda event: event.event_at))
def test_what_holds_is_what_a_patient_observer_saw_in_slacks_order(events: list[Support]) -> None:
    on: set[str] = set()
    for event in sorted(events, key=lambda each: each.event_at):
        if event.kind == UNDO:
            on.clear()
        elif event.is_on:
            on.add(event.kind)
        else:
            on.discard(event.kind)
    assert bool(done_at(state_after(events).values())) == bool(on)


def test_a_reaction_from_before_an_undo_that_arrives_after_it_stays_undone() -> None:
    undo = Support(UNDO, is_on=False, event_at=NOON)
    earlier = Support("reaction:muscle", is_on=True, event_at=NOON - timedelta(seconds=1))
    later = Support("reaction:muscle", is_on=True, event_at=NOON + timedelta(seconds=1))
    assert done_at([undo, earlier]) is None
    assert done_at([undo, later]) == later.event_at


@pytest.mark.parametrize("name", [*COUNTED_REACTIONS, *(f"{name}::skin-tone-5" for name in COUNTED_REACTIONS)])
def test_counted_reactions_count_in_any_skin_tone(name: str) -> None:
    assert reaction_support(name) == f"reaction:{name.split('::', maxsplit=1)[0]}"


def a_break(at: time, zone: str = "Europe/Berlin", day: date = date(2026, 3, 3)) -> Break:
    due_at = local_instant(day, at, ZoneInfo(zone))
    assert due_at is not None
    return Break(1, 1, due_at, day, "wall-sit", "lowback")


@pytest.mark.parametrize(
    ("at", "person_zone", "closes"),
    [
        (time(10, 25), "Europe/Berlin", datetime(2026, 3, 3, 23, tzinfo=UTC)),
        (time(10, 25), "America/Los_Angeles", datetime(2026, 3, 4, 8, tzinfo=UTC)),
        (time(10, 25), "Pacific/Auckland", datetime(2026, 3, 3, 23, tzinfo=UTC)),
        (time(22, 30), "Europe/Berlin", datetime(2026, 3, 4, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_break_closes_when_its_date_ended_for_channel_and_person_and_four_hours_passed(
    at: time, person_zone: str, closes: datetime
) -> None:
    assert closes_at(a_break(at), channel_zone="Europe/Berlin", person_zone=person_zone) == closes


def test_a_channel_whose_day_starts_late_closes_its_breaks_late() -> None:
    closes = closes_at(
        a_break(time(10)), channel_zone="Europe/Berlin", person_zone="Europe/Berlin", day_starts_at=time(5)
    )
    assert closes == datetime(2026, 3, 4, 4, tzinfo=UTC)


@settings(max_examples=50)
@given(
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.sampled_from(["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"]),
    st.sampled_from(["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"]),
)
def test_while_it_is_the_breaks_date_anywhere_that_matters_it_is_open(
    at: time, channel_zone: str, person_zone: str
) -> None:
    break_ = a_break(at, channel_zone)
    closes = closes_at(break_, channel_zone=channel_zone, person_zone=person_zone)
    assert closes >= break_.due_at + timedelta(hours=4)
    assert local_date_of(closes, channel_zone) > break_.local_date
    assert local_date_of(closes, person_zone) > break_.local_date
    assert closes <= break_.due_at + timedelta(hours=50)


def test_every_tip_is_shown_once_before_any_returns() -> None:
    exercise = default_catalogue().exercise("wall-sit")
    shown = [tip_for(exercise, times) for times in range(2 * len(exercise.tips))]
    assert shown == [*exercise.tips, *exercise.tips]


def answered(current: int, *, covered: tuple[date, ...] = (), **changes: Any) -> Answer:
    progress = Progress(Streak(current, 0, current, current), covered=covered)
    return replace(Answer(Change.COUNTED, 41, "C0DESIGN", progress, None, "Europe/Berlin"), **changes)


@pytest.mark.parametrize(
    ("answer", "is_told"),
    [
        (answered(1, is_first_ever=True), True),
        (answered(5), True),
        (answered(6, covered=(date(2026, 3, 2),)), True),
        (answered(6), False),
        (answered(5, breaks_today=2), False),
        (answered(6, covered=(date(2026, 3, 2),), breaks_today=2), False),
        (answered(5, change=Change.ALREADY), False),
        (answered(5, change=Change.TAKEN_BACK), False),
    ],
)
def test_a_reaction_is_answered_at_a_first_a_milestone_or_a_reserve_day_and_once_a_day(
    answer: Answer, *, is_told: bool
) -> None:
    assert answer.is_notable == is_told
