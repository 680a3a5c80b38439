"""Times, weekdays and zones, as people type and read them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.times import MAX_TIMES, parse_times, parse_weekdays, parse_zone, times_in_words, weekdays_in_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10:25, 14:55", (time(10, 25), time(14, 55))),
        ("9.30 and 15", (time(9, 30), time(15))),
        ("9.30 AND 15", (time(9, 30), time(15))),
        (" 14:55;10:25  10:25 ", (time(10, 25), time(14, 55))),
        ("9h30\n0:00", (time(0), time(9, 30))),
        ("10:25 am, 2:55 pm", (time(10, 25), time(14, 55))),
        ("9.30am and 3 P.M.", (time(9, 30), time(15))),
        ("12am 12:30 p.m. 11:59pm", (time(0), time(12, 30), time(23, 59))),
        ("14:55, 9am", (time(9), time(14, 55))),
    ],
)
def test_times_are_read_as_people_type_them(text: str, expected: tuple[time, ...]) -> None:
    assert parse_times(text) == expected


@pytest.mark.parametrize(
    "text", ["", "  ,; ", "noon", "24:00", "10:60", "14:25pm", "0am", "10:25 m", "pm", "-1", "10:25:30", "9" * 50]
)
def test_times_that_cannot_be_read_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_times(text)
    assert refused.value.field == "times"
    assert "10:25" in refused.value.sentence
    assert len(refused.value.sentence) < 150


@pytest.mark.parametrize("text", ["2 and 4pm", "10:25, 2:55 pm", "9 am 12"])
def test_a_time_without_the_am_or_pm_of_another_is_asked_about(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_times(text)
    assert "am or pm? Try 10:25 am, 2:55 pm." in refused.value.sentence


def test_more_times_than_a_day_holds_are_refused_with_the_limit() -> None:
    assert len(parse_times(" ".join(str(hour) for hour in range(MAX_TIMES)))) == MAX_TIMES
    with pytest.raises(InvalidInput, match="times") as refused:
        parse_times(" ".join(str(hour) for hour in range(MAX_TIMES + 1)))
    assert str(MAX_TIMES) in refused.value.sentence


@given(st.text(max_size=30))
def test_no_text_makes_reading_times_fail_otherwise(text: str) -> None:
    try:
        found = parse_times(text)
    except InvalidInput:
        return
    assert found == tuple(sorted(set(found)))
    assert parse_times(times_in_words(found)) == found


@pytest.mark.parametrize("text", ["Europe/Berlin", " europe/berlin ", "America/New York", "utc"])
def test_zones_are_read_in_any_case_and_with_spaces(text: str) -> None:
    assert parse_zone(text).casefold() == text.strip().replace(" ", "_").casefold()


@pytest.mark.parametrize(
    ("text", "zone"), [("berlin", "Europe/Berlin"), ("New York", "America/New_York"), ("kolkata", "Asia/Kolkata")]
)
def test_a_city_is_enough_to_name_a_zone(text: str, zone: str) -> None:
    assert parse_zone(text) == zone


@pytest.mark.parametrize("text", ["", "Berln", "Mars/Base", "../etc/passwd", "x" * 500])
def test_unknown_zones_are_refused_with_the_nearest_or_an_example(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_zone(text)
    assert refused.value.field == "zone"
    assert "Europe/Berlin" in refused.value.sentence
    assert len(refused.value.sentence) < 150


def test_no_weekday_at_all_is_refused_with_what_to_do() -> None:
    assert parse_weekdays([4, 0, 0]) == {0, 4}
    for nothing in ([], [7, -1]):
        with pytest.raises(InvalidInput) as refused:
            parse_weekdays(nothing)
        assert refused.value.field == "weekdays"
        assert "choose" in refused.value.sentence


@pytest.mark.parametrize(
    ("weekdays", "words"),
    [
        ({0, 1, 2, 3, 4}, "weekdays"),
        (set(range(7)), "every day"),
        ({0}, "Monday"),
        ({0, 3}, "Monday and Thursday"),
        ({0, 1}, "Monday and Tuesday"),
        ({0, 1, 2}, "Monday to Wednesday"),
        ({0, 2, 4}, "Monday, Wednesday and Friday"),
        ({5, 6}, "Saturday and Sunday"),
    ],
)
def test_weekdays_are_said_as_people_do(weekdays: set[int], words: str) -> None:
    assert weekdays_in_words(frozenset(weekdays)) == words


def test_times_are_said_as_people_do() -> None:
    assert times_in_words([time(9, 5)]) == "09:05"
    assert times_in_words([time(9), time(12), time(15)]) == "09:00, 12:00 and 15:00"
