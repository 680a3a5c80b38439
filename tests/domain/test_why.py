"""One reason for every moment, whatever the rows say."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dates import Dates
from bot.domain.outbox import State
from bot.domain.pauses import Pause, PausedBecause
from bot.domain.schedules import Occurrence, Schedule, next_occurrence
from bot.domain.why import Facts, PausedBy, Post, Reason, Scheduled, date_meant, explain, nearest
from tests.domain.test_schedules import instants, schedules

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BERLIN = "Europe/Berlin"
WEEKDAYS = Schedule(frozenset(range(5)), (time(10, 25), time(14, 55)), BERLIN, "lower-back")
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


def local(day: date, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    wall = datetime.combine(day, time(hour, minute, fold=fold), ZoneInfo(BERLIN))
    return wall.astimezone(UTC)


FRIDAY = date(2026, 11, 20)
DUE = local(FRIDAY, 10, 25)
NOW = DUE + 6 * HOUR


def facts(schedule: Schedule = WEEKDAYS, *, created_at: datetime = LONG_AGO, **others: object) -> Facts:
    return replace(Facts(BERLIN, schedules=(Scheduled(1, schedule, created_at),)), **others)  # type: ignore[arg-type]  # any field of Facts


def reason(known: Facts, at: datetime = DUE, now: datetime = NOW) -> Reason:
    return explain(known, at, now).reason


def paused(since: datetime, until: datetime | None, why: PausedBecause = PausedBecause.KEEPER) -> Facts:
    return facts(pauses=(PausedBy(Pause(since, until, why), "U1"),))


def test_without_schedules_nothing_is_due() -> None:
    assert reason(Facts(BERLIN)) is Reason.NO_SCHEDULES


def test_a_row_is_the_answer_whatever_else_holds() -> None:
    post = Post(DUE, State.MISSED)
    known = replace(paused(DUE - HOUR, None), post=post, stopped_because="is_archived")
    assert explain(known, DUE, NOW).post is post
    assert reason(known) is Reason.RECORDED
    assert reason(replace(known, schedules=())) is Reason.RECORDED


def test_what_is_still_to_come_is_said_to_come() -> None:
    assert reason(facts(), DUE + 7 * DAY) is Reason.COMING


def test_a_break_that_is_due_and_has_no_row_waits_for_whoever_plans() -> None:
    waiting = facts(schedules=(Scheduled(1, WEEKDAYS, LONG_AGO, next_due_at=DUE),))
    assert reason(waiting, DUE, DUE) is Reason.NOT_PLANNED
    assert reason(waiting, local(FRIDAY, 14, 55), NOW) is Reason.NOT_PLANNED
    assert reason(waiting, DUE + 7 * DAY) is Reason.COMING
    assert reason(waiting, DUE - DAY) is Reason.CHANGED


def test_a_pause_is_named_with_whoever_asked_for_it() -> None:
    known = replace(paused(DUE - HOUR, DUE + HOUR, PausedBecause.TODAY), after=Post(DUE + DAY, State.SENT))
    answer = explain(known, DUE, NOW)
    assert (answer.reason, answer.paused) == (Reason.PAUSED, known.pauses[0])
    assert reason(paused(DUE, None)) is Reason.PAUSED
    assert reason(paused(DUE + MINUTE, None)) is Reason.CHANGED
    assert reason(paused(DUE - HOUR, DUE)) is Reason.CHANGED
    assert reason(paused(DUE, None), DUE + 7 * DAY) is Reason.PAUSED, "what is still to come rests too"


def test_the_break_in_whose_place_a_channel_fell_silent_belongs_to_the_silence() -> None:
    silent = paused(DUE + timedelta(seconds=0.4), None, PausedBecause.SILENT)
    assert reason(silent) is Reason.PAUSED
    later = Post(DUE + timedelta(seconds=0.2), State.SENT)
    assert reason(replace(silent, after=later)) is Reason.CHANGED


def test_a_stopped_channel_is_stopped_since_its_last_break() -> None:
    stopped = facts(stopped_because="is_archived", before=Post(DUE - DAY, State.DEAD))
    assert reason(stopped) is Reason.STOPPED
    assert reason(stopped, DUE + 7 * DAY) is Reason.STOPPED
    assert reason(replace(stopped, after=Post(DUE + HOUR, State.SENT))) is Reason.CHANGED


def test_a_schedule_that_rests_or_was_made_later_is_said_to() -> None:
    assert reason(facts(replace(WEEKDAYS, paused=True))) is Reason.SCHEDULE_PAUSED
    assert reason(facts(created_at=DUE)) is Reason.MADE_LATER
    assert reason(facts(created_at=DUE - MINUTE)) is Reason.CHANGED


def test_of_several_schedules_that_meet_the_one_that_could_have_had_the_break_explains() -> None:
    rests = Scheduled(1, replace(WEEKDAYS, paused=True), LONG_AGO)
    new = Scheduled(2, WEEKDAYS, DUE + MINUTE)
    goes = Scheduled(3, WEEKDAYS, LONG_AGO)
    answer = explain(facts(schedules=(new, rests)), DUE, NOW)
    assert (answer.reason, answer.scheduled) == (Reason.SCHEDULE_PAUSED, rests)
    answer = explain(facts(schedules=(rests, goes)), DUE + 7 * DAY, NOW)
    assert (answer.reason, answer.scheduled) == (Reason.COMING, goes)


def test_what_passed_while_limber_did_not_run_points_to_the_row_that_was_kept() -> None:
    first = Post(DUE - DAY, State.MISSED, settled_at=DUE + HOUR)
    answer = explain(facts(before=first), DUE, NOW)
    assert (answer.reason, answer.post) == (Reason.NOT_RUNNING, first)
    assert reason(facts(before=replace(first, settled_at=DUE - HOUR))) is Reason.CHANGED
    assert reason(facts(before=replace(first, state=State.SENT))) is Reason.CHANGED


def test_days_without_breaks_are_told_apart() -> None:
    assert reason(facts(), local(FRIDAY + DAY, 10, 25)) is Reason.WEEKDAY
    assert reason(facts(replace(WEEKDAYS, days_off=(Dates(FRIDAY, FRIDAY),)))) is Reason.DAY_OFF
    assert reason(facts(replace(WEEKDAYS, starts_on=FRIDAY + DAY))) is Reason.BEFORE_START
    assert reason(facts(replace(WEEKDAYS, ends_on=FRIDAY - DAY))) is Reason.AFTER_END
    christmas = local(date(2026, 12, 25), 14, 55)
    assert reason(facts(replace(WEEKDAYS, holidays="DE")), christmas) is Reason.HOLIDAY
    assert reason(facts(), christmas) is Reason.COMING


def test_a_night_belongs_to_the_day_before_where_the_day_starts_later() -> None:
    night = replace(WEEKDAYS, times=(time(1),), day_starts_at=time(6))
    assert reason(facts(night), local(FRIDAY + DAY, 1)) is Reason.COMING
    assert reason(facts(night), local(FRIDAY - 4 * DAY, 1)) is Reason.WEEKDAY


def test_another_time_of_day_points_to_the_schedule_with_the_nearest() -> None:
    late = Scheduled(2, replace(WEEKDAYS, times=(time(23, 50),)), LONG_AGO)
    known = facts()
    several = replace(known, schedules=(*known.schedules, late))
    assert reason(known, DUE + MINUTE) is Reason.NOT_A_TIME
    assert explain(several, local(FRIDAY, 0, 5), NOW).scheduled is late, "it is near across midnight"
    assert explain(several, local(FRIDAY, 15), NOW).scheduled is known.schedules[0]


def test_a_time_that_comes_twice_has_its_break_the_first_time() -> None:
    night = replace(WEEKDAYS, weekdays=frozenset(range(7)), times=(time(2, 30),))
    back = date(2026, 10, 25)
    assert reason(facts(night), local(back, 2, 30, fold=1)) is Reason.REPEATED
    assert reason(facts(night), local(back, 2, 30)) is Reason.CHANGED


def test_a_time_that_the_clocks_moved_is_still_the_schedules_own() -> None:
    night = replace(WEEKDAYS, times=(time(2, 30),))
    assert reason(facts(night), local(date(2026, 3, 29), 3)) is Reason.WEEKDAY
    assert reason(facts(replace(night, weekdays=frozenset({6}))), local(date(2026, 3, 29), 3)) is Reason.CHANGED
    assert reason(facts(night), local(date(2026, 3, 28), 3)) is Reason.NOT_A_TIME
    # In Cairo midnight was left out that Friday: a break of 00:00 is served at one, and it is still Friday's.
    friday = Schedule(frozenset({0}), (time(0),), "Africa/Cairo", "neck")
    cairo = replace(facts(friday), zone="Africa/Cairo")
    assert reason(cairo, datetime(2023, 4, 27, 22, tzinfo=UTC)) is Reason.WEEKDAY
    # In Nuuk the gap ended at midnight: what the last hour of Saturday should have had is Saturday's.
    saturday = Schedule(frozenset({6}), (time(23, 30),), "America/Nuuk", "neck")
    gap_ends = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert date_meant(saturday, gap_ends) == date(2026, 3, 28)
    assert reason(replace(facts(saturday), zone="America/Nuuk"), gap_ends) is Reason.WEEKDAY


def test_the_nearest_breaks_are_rows_where_there_are_some_and_else_what_is_to_come() -> None:
    row, other = Post(DUE - DAY, State.SENT), Post(DUE + HOUR, State.SENT)
    monday = Occurrence(local(date(2026, 11, 23), 10, 25), date(2026, 11, 23))
    assert nearest(facts(before=row, after=other), DUE, NOW) == (row, other)
    assert nearest(facts(before=row), DUE, NOW) == (row, monday)
    assert nearest(facts(), DUE, NOW) == (None, monday)
    assert nearest(facts(stopped_because="is_archived", before=row), DUE, NOW) == (row, None)
    in_two_weeks = monday.due_at + 7 * DAY
    before, after = nearest(facts(before=row), in_two_weeks, NOW)
    assert isinstance(before, Occurrence)
    assert isinstance(after, Occurrence)
    assert before.due_at == local(date(2026, 11, 27), 14, 55)
    assert after.due_at == in_two_weeks + 4 * HOUR + 30 * MINUTE


posts = st.builds(Post, due_at=instants, state=st.sampled_from(State), settled_at=st.none() | instants)
pauses = st.builds(Pause, since=instants, until=st.none() | instants, why=st.sampled_from(PausedBecause))


@st.composite
def known(draw: st.DrawFn) -> Facts:
    first = draw(schedules())
    others = [replace(each, zone=first.zone) for each in draw(st.lists(schedules(), max_size=2))]
    several = [replace(each, paused=draw(st.booleans())) for each in [first, *others][draw(st.integers(0, 1)) :]]
    return Facts(
        first.zone,
        draw(st.none() | st.just("is_archived")),
        tuple(
            Scheduled(number, each, draw(instants), draw(st.none() | instants)) for number, each in enumerate(several)
        ),
        tuple(PausedBy(each) for each in draw(st.lists(pauses, max_size=2))),
        draw(st.none() | posts),
        draw(st.none() | posts),
        draw(st.none() | posts),
    )


def moment(told: Facts, at: datetime, kind: str) -> datetime:
    """Move a moment to where it matters: drawn blindly, it is hardly ever one of a schedule."""
    if kind == "any" or not told.schedules:
        return at
    schedule = replace(told.schedules[0].schedule, paused=False)
    if kind == "due":
        found = next_occurrence(schedule, at)
        return found.due_at if found else at
    wall = datetime.combine(at.date(), schedule.times[0], ZoneInfo(schedule.zone))
    return wall.replace(fold=1).astimezone(UTC)


@settings(max_examples=300)
@given(known(), instants, instants, st.sampled_from(["any", "due", "shown"]))
def test_every_moment_has_one_answer_and_a_row_exactly_when_there_is_one(
    told: Facts, at: datetime, now: datetime, kind: str
) -> None:
    at = moment(told, at, kind)
    answer = explain(told, at, now)
    assert (answer.reason is Reason.RECORDED) == (told.post is not None)
    assert answer.post is told.post or answer.reason is Reason.NOT_RUNNING
    assert (answer.paused is not None) == (answer.reason is Reason.PAUSED)
    assert (answer.scheduled is None) == (answer.reason in {Reason.RECORDED, Reason.NO_SCHEDULES})
    if kind == "due" and told.post is None and told.schedules:
        assert answer.reason not in {Reason.NOT_A_TIME, Reason.WEEKDAY, Reason.DAY_OFF, Reason.REPEATED}
    if answer.reason is Reason.COMING:
        assert at > now - MINUTE
    if answer.reason is Reason.REPEATED:
        assert at.astimezone(ZoneInfo(told.zone)).fold == 1
