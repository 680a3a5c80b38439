import asyncio
import re
from datetime import date, timedelta

import pytest

from bot.cli.reading import read_weekdays
from bot.clock import utc_now
from bot.domain.errors import InvalidInput
from bot.domain.pauses import Pause
from bot.settings import Settings
from bot.store.engine import open_engine
from bot.store.lock import hold
from bot.store.unit_of_work import UnitOfWork
from tests.cli.conftest import Limber

DAY = timedelta(days=1)
ADD = ("schedules", "add", "--channel", "C0DESIGN", "--team", "T0LIMBER", "--zone", "Europe/Berlin")


@pytest.fixture(autouse=True)
def _database(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "database_url" in request.fixturenames:
        monkeypatch.setenv("DATABASE_URL", request.getfixturevalue("database_url"))


def test_an_added_schedule_is_listed_with_its_next_time_in_the_channels_zone(limber: Limber, database_url: str) -> None:
    added = limber(*ADD, "--days", "mon-wed", "--times", "9, 14.30")
    assert added.exit_code == 0
    assert "Schedule 1: Monday to Wednesday at 09:00 and 14:30, Lower back, Europe/Berlin. Next at" in added.output
    listed = limber("schedules", "list").output.splitlines()
    assert listed[0].split() == ["No.", "Workspace", "Channel", "When", "Area", "Zone", "Next"]
    assert re.search(
        r"^1 +T0LIMBER +C0DESIGN .* Lower back +Europe/Berlin +\w{3} \d+ \w{3} (09:00|14:30) *$", listed[1]
    )


def test_exercises_are_left_out_by_their_names_and_come_back(limber: Limber, database_url: str) -> None:
    assert "without side-lunge, wall-sit" in limber(*ADD, "--leave-out", "Wall sit, side lunge").output
    assert "without" not in limber("schedules", "edit", "1", "--leave-out", "none").output


def test_one_routine_alone_may_be_served(limber: Limber, database_url: str) -> None:
    assert "Lower back (only hips)" in limber(*ADD, "--only", "Hips").output
    assert "only" not in limber("schedules", "edit", "1", "--only", "none").output
    assert "I don't know the routine 'wall sit'. There are: hands," in limber(*ADD, "--only", "wall sit").stderr


def test_a_schedule_can_be_paused_resumed_and_removed(limber: Limber, database_url: str) -> None:
    limber(*ADD)
    assert limber("schedules", "pause", "1").output == "Schedule 1 is paused.\n"
    assert "paused" in limber("schedules", "list").output
    assert limber("schedules", "resume", "1").output == "Schedule 1 goes on.\n"
    assert "paused" not in limber("schedules", "list").output
    assert limber("schedules", "remove", "1", typed="n\n").exit_code == 1
    assert "C0DESIGN" in limber("schedules", "list").output
    assert limber("schedules", "remove", "1", typed="y\n").exit_code == 0
    assert "There are no schedules yet." in limber("schedules", "list").output


async def _hold(url: str, **facts: str) -> None:
    """Pause the channel for good, or stop it."""
    engine = open_engine(url)
    async with UnitOfWork(engine) as uow:
        if facts:
            await uow.workspaces.update_channel(1, **facts)
        else:
            await uow.pauses.add(1, Pause(utc_now(), None), member_id=None)
        await uow.commit()
    await engine.dispose()


def test_what_holds_a_schedule_is_said_instead_of_a_time_that_does_not_come(limber: Limber, database_url: str) -> None:
    limber(*ADD)
    asyncio.run(_hold(database_url))
    held = "Nothing is due: the channel is paused until somebody resumes them. `/stretch resume` there lets it go on.\n"
    assert limber("schedules", "edit", "1", "--times", "9").output.endswith(f"Europe/Berlin. {held}")
    limber("schedules", "pause", "1")
    assert limber("schedules", "resume", "1").output == f"Schedule 1 is no longer paused by itself. {held}"
    asyncio.run(_hold(database_url, stopped_because="is_archived"))
    stopped = limber("schedules", "edit", "1", "--times", "9").output
    assert stopped.endswith("Nothing is due: the channel is stopped (is_archived).\n")


def test_what_is_known_already_need_not_be_said_again(limber: Limber, database_url: str) -> None:
    short = ("schedules", "add", "--channel", "C0DESIGN")
    assert "I know no workspace yet" in limber(*short).stderr
    assert "--zone Europe/Berlin" in limber(*short, "--team", "T0LIMBER").stderr
    limber(*ADD)
    assert "Europe/Berlin" in limber(*short, "--times", "16:00").output
    limber(*ADD[:4], "--team", "T0OTHER", "--zone", "Asia/Tokyo")
    refused = limber(*short)
    assert refused.exit_code == 2
    assert "T0LIMBER, T0OTHER" in refused.stderr


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--days", "mon-fry", "I couldn't read 'fry' as a weekday. Try mon-fri, or mon,wed,fri."),
        ("--days", "", "Please choose at least one weekday."),
        ("--times", "25:00", "I couldn't read '25:00' as a time. Try 10:25, 14:55."),
        ("--zone", "Berln", "I don't know the time zone 'Berln'. Did you mean Europe/Berlin?"),
        ("--leave-out", "wal sit", "I don't know the exercise 'wal sit'. Did you mean"),
        ("--area", "lower-bak", "I don't know the area 'lower-bak'. Did you mean lower-back?"),
        ("--channel", "#design", "'#design' is not a channel's id."),
        ("--team", "Northlight", "'Northlight' is not a workspace's id. It looks like T0123ABCD."),
    ],
)
def test_what_cannot_be_read_is_refused_with_an_example(limber: Limber, option: str, value: str, sentence: str) -> None:
    result = limber(*ADD, option, value)
    assert result.exit_code == 2
    assert result.stderr.startswith(sentence)
    assert result.stdout == ""


@pytest.mark.parametrize("verb", ["pause", "resume", "remove"])
def test_a_schedule_that_is_not_there_is_said_so(limber: Limber, database_url: str, verb: str) -> None:
    result = limber("schedules", verb, "7", typed="y\n")
    assert result.exit_code == 1
    assert "There is no such schedule." in result.stderr


@pytest.mark.parametrize("words", [ADD, ("schedules", "pause", "1"), ("schedules", "remove", "1", "--yes")])
def test_beside_the_running_bot_nothing_is_written_but_the_list_is_shown(
    limber: Limber, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    limber(*ADD)
    with hold(sqlite_url):
        refused = limber(*words)
        listed = limber("schedules", "list")
    assert refused.exit_code == 1
    assert refused.stderr == "The bot is running on this database; stop it first.\n"
    assert listed.exit_code == 0
    assert "C0DESIGN" in listed.output


def test_before_the_tables_are_made_one_is_told_how(limber: Limber) -> None:
    result = limber("schedules", "list")
    assert result.exit_code == 1
    assert result.stderr == "The database has no tables yet. Run: limber db upgrade\n"
    assert Settings().database_url.endswith("limber.db")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Monday, wed", {0, 2}),
        ("sat-mon", {5, 6, 0}),
        ("weekdays", {0, 1, 2, 3, 4}),
        ("daily", {0, 1, 2, 3, 4, 5, 6}),
        ("thu-thu", {3}),
    ],
)
def test_weekdays_are_read_as_people_type_them(text: str, days: set[int]) -> None:
    assert read_weekdays(text) == days


@pytest.mark.parametrize("text", ["m", "mon-", "-", "someday"])
def test_other_words_are_no_weekdays(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_weekdays(text)


def test_a_schedule_may_have_all_there_is_and_be_changed_in_part(limber: Limber, database_url: str) -> None:
    first, off, last = (_monday_in(utc_now().year + 1, month) for month in (2, 8, 10))
    extras = ("--routine", "--holidays", "de-by", "--days-off", f"{off} to {off + 4 * DAY}", "--from", str(first))
    added = limber(*ADD, *extras, "--to", str(last))
    expected = (
        f"weekdays at 10:25 and 14:55, not on holidays (DE-BY), off {off} to {off + 4 * DAY}, from {first},"
        f" to {last}, Lower back (routine), Europe/Berlin. Next at Mon {first.day} Feb 10:25."
    )
    assert expected in added.output
    edited = limber("schedules", "edit", "1", "--times", "9", "--holidays", "none", "--days-off", "none", "--exercise")
    assert f"weekdays at 09:00, from {first}, to {last}, Lower back, Europe/Berlin" in edited.output
    following = f"Mon {first.day} Feb 09:00\nTue {first.day + 1} Feb 09:00\n"
    assert limber("schedules", "next", "1", "--count", "2").output == following
    assert f"Mon {first.day} Feb 09:00" in limber("schedules", "list").output


def test_a_schedule_that_is_over_has_ended_and_is_not_paused(limber: Limber, database_url: str) -> None:
    limber(*ADD, "--from", "2026-03-02", "--to", "2026-03-06")
    limber("schedules", "add", "--channel", "C0OTHER", "--zone", "Europe/Berlin")
    limber("schedules", "pause", "2")
    _, ended, paused = (line.split()[-1] for line in limber("schedules", "list").output.splitlines())
    assert (ended, paused) == ("ended", "paused")


def test_what_is_written_goes_by_the_databases_clock_and_not_the_machines(
    limber: Limber, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgresql_url)
    ahead = utc_now() + timedelta(days=40)
    monkeypatch.setattr("bot.cli.schedules.utc_now", lambda: ahead)
    monkeypatch.setattr("bot.store.clock.utc_now", lambda: ahead)
    added = limber(*ADD, "--days", "daily", "--times", "0,6,12,18").output
    due = re.search(r"Next at \w+ (\d+ \w+) ", added)
    assert due is not None
    assert due[1] in {f"{day.day} {day:%b}" for day in (utc_now() + each * DAY for each in range(3))}


def _monday_in(year: int, month: int) -> date:
    """Find the second Monday of a month, for the command goes by today's date."""
    return next(day for day in (date(year, month, each) for each in range(8, 15)) if day.weekday() == 0)


def test_many_times_and_times_around_midnight_are_pointed_out(limber: Limber, database_url: str) -> None:
    many = limber(*ADD, "--times", "9,10,11,12,13")
    assert "5 a day is a lot; people like 1 or 2 best." in many.output
    night = limber("schedules", "add", "--channel", "C0NIGHT", "--zone", "Europe/Berlin", "--times", "22,1")
    assert "--day-starts 06:00 makes them one day" in night.output
    mended = limber("schedules", "edit", "2", "--day-starts", "6")
    assert "midnight" not in mended.output


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--holidays", "XX", "I don't know the holidays of 'XX'. Try Germany, or DE-BY for Bavaria."),
        ("--days-off", "soon", "I couldn't read 'soon' as dates. Try 24 Dec to 2 Jan"),
        ("--from", "2w", "'2w' is more than one date. Try 24 Dec."),
        ("--to", "9999-12-31", "31 December 9999 is too far away. Try one in the next three years, such as 24 Dec"),
        ("--serve", "randomly", "I don't know 'randomly'. There are: fixed, rotation, mix."),
        ("--areas", "lowback,kneecap", "I don't know the area 'kneecap'."),
        ("--day-starts", "4,5", "Please give one time, such as 04:00."),
    ],
)
def test_what_else_cannot_be_read_is_refused_with_an_example(
    limber: Limber, option: str, value: str, sentence: str
) -> None:
    result = limber(*ADD, option, value)
    assert result.exit_code == 2
    assert result.stderr.startswith(sentence)


def test_a_last_day_before_the_first_is_refused(limber: Limber) -> None:
    result = limber(*ADD, "--from", str(_monday_in(utc_now().year + 1, 3)), "--to", "today")
    assert result.stderr == "The last day comes before the first.\n"
