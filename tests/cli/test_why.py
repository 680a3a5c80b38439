"""`limber why`, asked of rows that the real services made, on both databases."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli.reading import read_moment
from bot.cli.reasons import explanation
from bot.domain.dates import Dates
from bot.domain.errors import InvalidInput
from bot.domain.outbox import Outcome, Result, State
from bot.domain.pauses import Pause
from bot.domain.schedules import Schedule
from bot.domain.why import Answer, PausedBy, Post, Reason, Scheduled
from bot.domain.workspaces import Channel
from bot.services import pauses, planning, schedules, settlement, workspaces
from bot.services.outbox import Ready
from bot.services.why import Explained
from bot.store.engine import open_engine
from bot.store.lock import hold
from bot.store.tables import OutboxRow
from tests.cli.conftest import Limber, go_by
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEKDAYS = Schedule(frozenset(range(5)), (time(13), time(15, 30)), "Europe/Berlin", "lower-back")
"""The first is noon in UTC, in winter."""

Story = Callable[[World, Courier], Awaitable[Any]]
Why = Callable[..., list[str]]


@pytest.fixture
def why(limber: Limber, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Why:
    """Lets a story happen, and asks why at an instant; answers the lines after the heading."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def ask(*words: str, story: Story | None = None, now: datetime = NOON + 20 * MINUTE) -> list[str]:
        if story is not None:
            asyncio.run(_happen(database_url, story))
        go_by(monkeypatch, lambda: now)
        result = limber("why", *words)
        assert result.exit_code == 0, result.stderr
        return result.output.splitlines()[1:]

    return ask


async def _happen(url: str, story: Story) -> None:
    engine = open_engine(url)
    try:
        world = await World.create(engine)
        await story(world, Courier(world))
    finally:
        await engine.dispose()


async def add(world: World, schedule: Schedule = WEEKDAYS, *, now: datetime = NOON - HOUR) -> int:
    return await schedules.add_schedule(world.uow, CATALOGUE, world.channel, schedule, keeper=None, now=now)


async def plan(world: World, now: datetime = NOON) -> None:
    await planning.materialise_due(world.uow, CATALOGUE, now)


async def pause(world: World, last: date | None, now: datetime = NOON - HOUR) -> None:
    dates = Dates(now.date(), last)
    await pauses.pause_channel(
        world.uow, CATALOGUE, world.channel, dates, member=world.members[0], is_admin=True, now=now
    )


async def posted(world: World, courier: Courier) -> None:
    await add(world)
    await plan(world)
    await courier.deliver(NOON + timedelta(seconds=3))


def answering(outcome: Outcome, error: str) -> Callable[[Ready], Result]:
    return lambda _: Result(outcome, error=error)


def test_a_posted_break_tells_when_how_late_and_which_message(why: Why) -> None:
    lines = why("C1", "13:00", story=posted)
    assert lines == [
        "Posted at 13:00:03, 3.0 s late, 1 attempt. Message 1.5.",
        "Before it: no break.",
        "After it: Monday 2 March at 15:30, to come.",
    ]


@pytest.mark.parametrize("name", ["C1", "design", "#design", "Design"])
def test_the_heading_says_what_was_asked(why: Why, limber: Limber, name: str) -> None:
    why("C1", "13:00", story=posted)
    assert limber("why", name, "13:00").output.splitlines()[0] == "#design, Monday 2 March at 13:00, Europe/Berlin"


def test_a_break_found_after_an_unknown_outcome_says_so(why: Why) -> None:
    async def healed(world: World, courier: Courier) -> None:
        await add(world)
        await plan(world)
        await courier.deliver(NOON, answering(Outcome.UNKNOWN, "no answer"))
        await world.pass_time(60)
        (delivery,) = await courier.deliver(NOON + MINUTE)
        await settlement.settle_lookup(world.uow, delivery, found_ts="7.7", can_look=True, now=NOON + MINUTE)

    first, *_ = why("C1", "13:00", story=healed)
    assert first == (
        "Posted, though Slack's answer never came: the message was found there, and not sent again. Message 7.7."
    )


def test_an_unknown_outcome_waits_to_be_looked_up(why: Why) -> None:
    async def uncertain(world: World, courier: Courier) -> None:
        await add(world)
        await plan(world)
        await courier.deliver(NOON, answering(Outcome.UNKNOWN, "no answer"))

    assert why("C1", "13:00", story=uncertain)[0] == (
        "Waiting to be looked up: Slack may have the message or not (no answer)."
    )


def test_a_missed_break_says_when_we_came_to_it(why: Why) -> None:
    async def missed(world: World, courier: Courier) -> None:
        await add(world)
        await plan(world, NOON + HOUR)
        await courier.deliver(NOON + HOUR)

    lines = why("C1", "13:00", story=missed, now=NOON + 2 * HOUR)
    assert lines[0] == (
        "Missed by us: too late to be of use. We came to it on Monday 2 March at 14:00, 1 attempt. "
        "It counts against nobody."
    )


def test_a_break_without_a_row_while_limber_did_not_run_names_the_time_it_was_away(why: Why) -> None:
    async def away(world: World, courier: Courier) -> None:
        await add(world)
        await plan(world, NOON + DAY - HOUR)
        await courier.deliver(NOON + DAY - HOUR)

    lines = why("C1", "15:30", story=away, now=NOON + DAY)
    assert lines[0] == (
        "Missed by us: Limber did not run then. "
        "Of what passed from Monday 2 March at 13:00 until Tuesday 3 March at 12:00, the first is recorded."
    )
    assert lines[1] == "Before it: Monday 2 March at 13:00, missed."


def test_a_break_that_waits_says_for_what(why: Why) -> None:
    async def refused(world: World, courier: Courier) -> None:
        await add(world)
        await plan(world)
        await courier.deliver(NOON, lambda _: Result(Outcome.TRY_LATER, error="ratelimited", retry_after=10 * HOUR))

    assert why("C1", "13:00", story=refused)[0] == "Waiting for the next attempt, after 1 attempt: ratelimited."


def test_a_break_nobody_delivers_asks_for_a_worker(why: Why) -> None:
    async def added(world: World, courier: Courier) -> None:
        await add(world)

    async def planned(world: World, courier: Courier) -> None:
        await plan(world)

    waits = "It waits for a process that delivers: does `limber run` or `limber worker` run?"
    assert why("C1", "13:00", story=added)[0] == f"A break of schedule 1 was due. {waits}"
    assert why("C1", "13:00", story=planned)[0] == waits


@pytest.mark.parametrize("state", ["leased", "intent"])
def test_a_break_on_its_way_is_said_to_be(why: Why, state: str) -> None:
    async def sending(world: World, courier: Courier) -> None:
        await add(world)
        await plan(world)
        async with AsyncSession(world.engine) as session:
            await session.execute(update(OutboxRow).values(state=state, attempts=1))
            await session.commit()

    assert why("C1", "13:00", story=sending)[0].startswith("Being sent at this moment")


def test_a_refused_break_and_the_stopped_channel_after_it_name_slacks_reason(why: Why) -> None:
    async def gone(world: World, courier: Courier) -> None:
        await add(world)
        await plan(world)
        await courier.deliver(NOON, answering(Outcome.CHANNEL_GONE, "is_archived"))

    lines = why("C1", "13:00", story=gone)
    assert lines == [
        "Not posted, for good: Slack said is_archived, 1 attempt.",
        "Before it: no break.",
        "After it: no break.",
    ]
    lines = why("C1", "15:30", now=NOON + DAY)
    assert lines[0] == "No break was due: the channel is stopped, because Slack said is_archived."
    assert why("C1", "tomorrow 13:00")[0] == "No break is due: the channel is stopped, because Slack said is_archived."


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("account_deactivated", "the account of the person whose breaks they are is deactivated"),
        ("account_inactive", "the app was uninstalled"),
    ],
)
def test_a_reason_that_slack_did_not_give_is_said_in_words(why: Why, reason: str, words: str) -> None:
    async def stop(world: World, _: Courier) -> None:
        await add(world)
        async with world.uow() as uow:
            await workspaces.stop_channel(uow, world.channel.id, reason, NOON - HOUR)
            await uow.commit()

    assert why("C1", "13:00", story=stop)[0] == f"No break was due: the channel is stopped, because {words}."


def test_an_overtaken_break_says_by_what(why: Why) -> None:
    async def dropped(world: World, courier: Courier) -> None:
        await add(world)
        await plan(world)
        async with world.uow() as uow:
            await uow.outbox.drop(await world.rows(OutboxRow, "key"), "the exercise is gone")
            await uow.commit()

    assert why("C1", "13:00", story=dropped)[0] == "Given up before it was sent: the exercise is gone."


def test_a_pause_for_the_day_names_who_and_how_long_by_id(why: Why) -> None:
    async def rests(world: World, courier: Courier) -> None:
        await add(world)
        await pause(world, NOON.date())
        await plan(world, NOON + MINUTE)

    lines = why("C1", "13:00", story=rests)
    assert lines[0] == (
        "No break was due: U1 paused breaks for the day, from Monday 2 March at 12:00 until Tuesday 3 March at 00:00."
    )
    assert lines[2] == "After it: Tuesday 3 March at 13:00, to come."
    assert "Person" not in "".join(lines), "ids, never names"


def test_a_keepers_pause_and_its_end_are_told_apart(why: Why) -> None:
    async def rests(world: World, courier: Courier) -> None:
        await add(world)
        await pause(world, None)
        await pauses.resume_channel(
            world.uow, CATALOGUE, world.channel, member=world.members[0], is_admin=True, now=NOON + DAY - HOUR
        )

    lines = why("C1", "13:00", story=rests, now=NOON + 2 * DAY)
    assert "A break of schedule 1 was due." in why("C1", "Tuesday", "13:00", now=NOON + 2 * DAY)[0]
    lines = why("C1", "Monday", "13:00", now=NOON + 2 * DAY)
    assert lines[0] == (
        "No break was due: U1, a keeper or an admin, paused breaks "
        "from Monday 2 March at 12:00 until Tuesday 3 March at 12:00."
    )


def test_a_channel_that_fell_silent_says_so_of_the_break_in_whose_place_it_did(why: Why) -> None:
    async def silent(world: World, courier: Courier) -> None:
        await add(world, replace(WEEKDAYS, weekdays=frozenset(range(7)), times=(time(13),)))
        for number in range(11):
            now = NOON + number * DAY + timedelta(seconds=0.4)
            await plan(world, now)
            await courier.deliver(now)

    eleventh = NOON + 10 * DAY + MINUTE
    expected = (
        "No break was due: nobody had used 10 break days in a row, "
        "so they paused by themselves until somebody lets them go on."
    )
    assert why("C1", "13:00", story=silent, now=eleventh)[0] == expected
    assert why("C1", "tomorrow 13:00", now=eleventh)[0] == expected.replace("was", "is", 1)
    assert why("C1", "yesterday 13:00", now=eleventh)[0].startswith("Posted at")


@pytest.mark.parametrize(
    ("changes", "time_", "expected"),
    [
        ({}, "2026-02-28 13:00", "Saturday is not among the days of schedule 1 (weekdays)"),
        ({}, "12:55", "12:55 is no time of schedule 1 (13:00 and 15:30); the nearest is 13:00"),
        ({"holidays": "DE"}, "2026-05-01 13:00", "Friday 1 May is a public holiday in DE (Labor Day)"),
        (
            {"days_off": (Dates(date(2026, 3, 2), date(2026, 3, 6)),)},
            "13:00",
            "2 to 6 March is off in schedule 1",
        ),
        ({"starts_on": date(2026, 4, 1)}, "13:00", "schedule 1 begins on Wednesday 1 April"),
        ({"ends_on": date(2026, 2, 27)}, "13:00", "schedule 1 ended on Friday 27 February"),
        ({"paused": True}, "13:00", "schedule 1 is paused"),
        (
            {"weekdays": frozenset(range(7)), "times": (time(2, 30),)},
            "2025-10-26 02:30",
            "schedule 1 was made only on Monday 2 March at 12:00",
        ),
    ],
)
def test_a_time_without_a_break_says_why(why: Why, changes: dict[str, Any], time_: str, expected: str) -> None:
    async def added(world: World, courier: Courier) -> None:
        await add(world, replace(WEEKDAYS, **changes))

    line = why("C1", time_, story=added)[0]
    assert line in (f"No break was due: {expected}.", f"No break is due: {expected}.")
    assert ("was" in line.split(" due")[0]) == ("05-01" not in time_)


def test_a_channel_without_schedules_says_so(why: Why) -> None:
    async def nothing(world: World, courier: Courier) -> None:
        pass

    assert why("C1", "13:00", story=nothing) == [
        "No break was due: the channel has no schedules.",
        "Before it: no break.",
        "After it: no break.",
    ]


def test_a_time_that_the_clocks_skipped_is_answered_with_the_break_it_moved_to(why: Why) -> None:
    async def sprung(world: World, courier: Courier) -> None:
        await add(world, replace(WEEKDAYS, weekdays=frozenset(range(7)), times=(time(2, 30),)))
        due_at = datetime(2026, 3, 29, 1, tzinfo=UTC)
        async with world.uow() as uow:
            await uow.schedules.set_next_due(1, due_at)
            await uow.commit()
        await plan(world, due_at)
        await courier.deliver(due_at)

    lines = why("C1", "2026-03-29 02:30", story=sprung, now=datetime(2026, 3, 29, 10, tzinfo=UTC))
    assert lines[0] == "The clocks went forward over 02:30; a break of that time is served at 03:00."
    assert lines[1] == "Posted at 03:00:00, 0.0 s late, 1 attempt. Message 1.5."


def test_what_is_still_to_come_is_said_and_an_edit_since_is_no_secret(why: Why) -> None:
    async def edited(world: World, courier: Courier) -> None:
        number = await add(world, now=NOON - 3 * DAY)
        after = replace(WEEKDAYS, times=(time(16),))
        await schedules.change_schedule(world.uow, CATALOGUE, number, after, now=NOON - DAY)

    assert why("C1", "tomorrow 16:00", story=edited) == [
        "A break is due then, of schedule 1.",
        "Before it: Monday 2 March at 16:00, to come.",
        "After it: Wednesday 4 March at 16:00, to come.",
    ]
    assert why("C1", "13:00")[:2] == [
        "No break was due: 13:00 is no time of schedule 1 (16:00); the nearest is 16:00.",
        "Schedule 1 was edited since it was made; this goes by how it reads now.",
    ]
    assert why("C1", "Friday 16:00")[0] == (
        "No break was due: schedule 1 as it is now has a break then; "
        "it was changed or paused, or the channel was stopped, meanwhile."
    )


def test_it_is_asked_beside_a_running_bot(why: Why, limber: Limber, database_url: str) -> None:
    why("C1", "13:00", story=posted)
    with hold(database_url):
        assert "Posted at 13:00:03" in limber("why", "C1", "13:00").output


def test_a_channel_that_is_unknown_or_not_the_only_one_is_refused(why: Why, limber: Limber) -> None:
    async def twice(world: World, courier: Courier) -> None:
        await posted(world, courier)
        async with world.uow() as uow:
            other = await uow.workspaces.ensure_workspace("T0OTHER")
            await uow.workspaces.ensure_channel(other.id, "C9", name="design", zone="UTC")
            await uow.commit()

    why("C1", "13:00", story=twice)
    unknown, several = limber("why", "general", "13:00"), limber("why", "design", "13:00")
    assert (unknown.exit_code, several.exit_code) == (2, 2)
    assert unknown.stderr.startswith("I know no channel 'general'.")
    assert "C1 in T1, C9 in T0OTHER" in several.stderr
    assert "the channel has no schedules" in limber("why", "design", "13:00", "--team", "T0OTHER").output


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("13:00", "2026-03-02 13:00"),
        ("13:21", "2026-03-01 13:21"),
        ("today 15:30", "2026-03-02 15:30"),
        ("yesterday 9.05", "2026-03-01 09:05"),
        ("tomorrow 9", "2026-03-03 09:00"),
        ("Monday 13:00", "2026-03-02 13:00"),
        ("mon 15:30", "2026-02-23 15:30"),
        ("last friday 10:25", "2026-02-27 10:25"),
        ("20 Nov 10:25", "2025-11-20 10:25"),
        ("2025-11-20 10:25", "2025-11-20 10:25"),
        ("2025-11-20T10:25", "2025-11-20 10:25"),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, expected: str) -> None:
    found = read_moment(typed, "Europe/Berlin", NOON + 20 * MINUTE)
    assert f"{found.day} {found.at:%H:%M}" == expected


@pytest.mark.parametrize("typed", ["", "25:00", "noon", "someday 10:25", "2w 10:25", "2026-03-02", "9999 days 10:25"])
def test_a_time_that_cannot_be_read_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(InvalidInput, match="Try 10:25, yesterday 10:25, Friday 10:25, or 2026-03-02 10:25"):
        read_moment(typed, "Europe/Berlin", NOON)


def test_a_date_that_a_zone_left_out_is_said_to_be_missing() -> None:
    with pytest.raises(InvalidInput, match="There is no 2011-12-30 in Pacific/Apia"):
        read_moment("2011-12-30 10:25", "Pacific/Apia", NOON)


IN_BERLIN = Channel(1, 1, "C1", "", "Europe/Berlin", None, "is_archived")
SCHEDULED = Scheduled(
    1,
    replace(WEEKDAYS, holidays="DE", days_off=(Dates(date(2026, 5, 1), date(2026, 5, 1)),), starts_on=NOON.date()),
    NOON,
)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(Reason.NO_SCHEDULES),
        *(Answer(Reason.RECORDED, post=Post(NOON, state, message_ts="1.5")) for state in State),
        *(
            Answer(reason, SCHEDULED, PausedBy(Pause(NOON, None)), Post(NOON, State.MISSED))
            for reason in Reason
            if reason not in (Reason.NO_SCHEDULES, Reason.RECORDED)
        ),
    ],
    ids=lambda answer: f"{answer.reason}{answer.post.state if answer.post else None}",
)
def test_every_answer_has_words_of_its_own(answer: Answer) -> None:
    asked = read_moment("2026-05-01 13:00", "Europe/Berlin", NOON)
    heading, words, *around = explanation(IN_BERLIN, asked, Explained(answer, None, None), NOON).splitlines()
    assert heading == "C1, Friday 1 May at 13:00, Europe/Berlin"
    assert re.fullmatch(r"[A-Z][^.].+[.?]", words)
    assert "None" not in words
    assert around == ["Before it: no break.", "After it: no break."]
    no_schedules = answer.reason is Reason.NO_SCHEDULES
    assert ("no schedules" in words) == no_schedules
