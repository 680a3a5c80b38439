"""Dates as people type them: on Wednesday 4 March 2026."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.aways import parse_away
from bot.domain.dates import Dates, dates_in_words, dates_to_type, parse_date, parse_dates, parse_days_off
from bot.domain.errors import InvalidInput

TODAY = date(2026, 3, 4)


def day(month: int, of: int, year: int = 2026) -> date:
    return date(year, month, of)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", TODAY, TODAY),
        ("Tomorrow", day(3, 5), day(3, 5)),
        ("2w", TODAY, day(3, 17)),
        ("for 3 days", TODAY, day(3, 6)),
        ("24 Dec", day(12, 24), day(12, 24)),
        ("dec 24", day(12, 24), day(12, 24)),
        ("3 March", day(3, 3, 2027), day(3, 3, 2027)),
        ("29 feb", day(2, 29, 2028), day(2, 29, 2028)),
        ("1 May 2027", day(5, 1, 2027), day(5, 1, 2027)),
        ("2026-12-24", day(12, 24), day(12, 24)),
        ("Friday", day(3, 6), day(3, 6)),
        ("wed", day(3, 11), day(3, 11)),
        ("until Friday", TODAY, day(3, 5)),
        ("24 Dec to 2 Jan", day(12, 24), day(1, 2, 2027)),
        ("24 dec - 2 jan", day(12, 24), day(1, 2, 2027)),
        ("from 24 Dec until 2 Jan", day(12, 24), day(1, 1, 2027)),
        ("friday to monday", day(3, 6), day(3, 9)),
        ("yesterday", day(3, 3), day(3, 3)),
        ("yesterday to tomorrow", day(3, 3), day(3, 5)),
        ("last Monday", day(3, 2), day(3, 2)),
        ("last wednesday", day(2, 25), day(2, 25)),
        ("this Friday", day(3, 6), day(3, 6)),
        ("this Wednesday", TODAY, TODAY),
        ("on next Friday", day(3, 6), day(3, 6)),
        ("today to Wednesday", TODAY, TODAY),
        ("Friday to Friday", day(3, 6), day(3, 6)),
        ("Friday to next Friday", day(3, 6), day(3, 13)),
        ("today until Wednesday", TODAY, day(3, 10)),
        ("this week", day(3, 2), day(3, 8)),
        ("for next week", day(3, 9), day(3, 15)),
        ("until next week", TODAY, day(3, 8)),
        ("a week", TODAY, day(3, 10)),
        ("two weeks", TODAY, day(3, 17)),
        ("1 month", TODAY, day(4, 3)),
        ("12 months", TODAY, day(3, 3, 2027)),
        ("from Monday for 2 weeks", day(3, 9), day(3, 22)),
        ("24th Dec", day(12, 24), day(12, 24)),
        ("the 24th of December", day(12, 24), day(12, 24)),
        ("24. Dec", day(12, 24), day(12, 24)),
        ("24.12.", day(12, 24), day(12, 24)),
        ("24.12.2026", day(12, 24), day(12, 24)),
        ("24.12.26", day(12, 24), day(12, 24)),
        ("24.12.-2.1.", day(12, 24), day(1, 2, 2027)),
        ("24.-28.12.", day(12, 24), day(12, 28)),
        ("24 Dec-2 Jan", day(12, 24), day(1, 2, 2027)),
        ("24-28 Dec", day(12, 24), day(12, 28)),
        ("24 to 28 December", day(12, 24), day(12, 28)),
        ("Dec 24-28", day(12, 24), day(12, 28)),
        ("December 24, 2026", day(12, 24), day(12, 24)),
        ("Friday 6 March", day(3, 6), day(3, 6)),
        ("Thursday 24 to Monday 28 December", day(12, 24), day(12, 28)),
        ("2026-12-24-2026-12-28", day(12, 24), day(12, 28)),
        ("24 Dec 2026 to 20 Dec 2027", day(12, 24), day(12, 20, 2027)),
    ],
)
def test_dates_are_read_as_people_type_them(text: str, first: date, last: date) -> None:
    assert parse_dates(text, TODAY) == Dates(first, last)


def test_from_alone_has_no_end() -> None:
    found = parse_dates("from Monday", TODAY)
    assert found == Dates(day(3, 9), None)
    assert day(1, 1, 2099) in found
    assert day(3, 8) not in found


def test_since_is_from_a_day_that_has_come_and_has_no_end() -> None:
    assert parse_dates("since Monday", TODAY) == Dates(day(3, 2), None)
    assert parse_dates("since Wednesday", TODAY) == Dates(TODAY, None)
    assert parse_dates("since 20 Feb", TODAY, back=31) == Dates(day(2, 20), None)
    assert parse_dates("since last week", TODAY) == Dates(day(2, 23), None)


def test_a_date_just_past_is_meant_where_days_back_are_allowed() -> None:
    assert parse_dates("3 March", TODAY, back=31).first == day(3, 3)
    assert parse_dates("28 Feb to 3 March", TODAY, back=31) == Dates(day(2, 28), day(3, 3))


@pytest.mark.parametrize(
    "text", ["", "soon", "32 Dec", "31 Feb", "from", "to", "until", "until today", "0d", "2026-13-01",
             "2 fortnights", "march", "24 Dec to 2 Jan to 4 Jan", "4/5", "24/12", "13.13.", "2 to 4", "since 20 Dec",
             "since 2 weeks", "Monday for Friday", "fridays", "2026-12-24 to 2026-12-20"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_dates(text, TODAY, field="until")
    assert refused.value.field == "until"
    assert "24 Dec to 2 Jan" in refused.value.sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("24 Dec to 20 Dec", "That would be 362 days. If you mean it, please write the years: 24 Dec 2026 to"),
        ("27 Feb to 29 Feb", "That would be 368 days. If you mean it, please write the years: 27 Feb 2027 to 29"),
        ("until 1 March", "That would be 362 days. If you mean it, please write the years: 4 Mar 2026 to 28 Feb 2027."),
        ("24 Dec to 28 Dec 2027", "That would be 370 days. If you mean it, please write the years: 24 Dec 2026 to"),
        ("Thursday 6 March", "6 March 2026 is a Friday. Try Friday 6 March 2026, or 6 March 2026 alone."),
        ("mon-fri", "'mon-fri' sounds like days of every week. For dates, try Monday to Friday or 24-28 Dec."),
        ("2026-12-24 to 2026-12-20", "That ends before it begins. Try 24 Dec to 2 Jan."),
        ("9999-12-31", "31 December 9999 is too far away. Try one in the next three years, such as 24 Dec 2027."),
        ("until 9999-12-31", "30 December 9999 is too far away. Try one in the next three years, such as 24 Dec"),
        ("1 Jan 0001", "1 January 1 is too far away. Try one in the next three years, such as 24 Dec 2027."),
        ("9999w", "21 October 2217 is too far away. Try one in the next three years, such as 24 Dec 2027."),
    ],
)  # fmt: skip
def test_what_is_surely_not_meant_is_refused_with_the_reason_and_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_dates(text, TODAY)
    assert refused.value.sentence.startswith(sentence)


_TYPED = (
    "from since until to till for last this next week month monday fri 24 31 29 feb dec 2027 9999 0000 24.12. 24th"
    " 9999-12-31 0001-01-01 2026-12-24 yesterday today a 2w 9999 months - / , 24-28 ² ٣"
)


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(_TYPED.split()), max_size=6).map(" ".join)
    | st.from_regex(r"(from )?[0-9a-z ]{0,9}( (to|until) [0-9a-z -]{0,12})?", fullmatch=True)
)
def test_no_text_makes_reading_dates_fail_otherwise(text: str) -> None:
    readers: list[Callable[[], object]] = [
        lambda: parse_dates(text, TODAY, back=365),
        lambda: parse_away(text, TODAY),
        lambda: parse_days_off(text, TODAY),
        lambda: parse_date(text, TODAY, "from"),
    ]
    for read in readers:
        with suppress(InvalidInput):
            found = read()
            if isinstance(found, Dates):
                assert found.last is None or found.first <= found.last <= TODAY + timedelta(days=1100)


@given(st.dates(TODAY, date(2028, 1, 1)), st.integers(0, 400))
def test_dates_that_are_written_out_are_read_as_written(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    assert parse_dates(f"{first} to {last}", TODAY) == Dates(first, last)
    assert parse_dates(dates_to_type(Dates(first, last)), TODAY) == Dates(first, last)


@example(date(2027, 1, 1), 334, None).via("a December eleven months ahead, which was taken for the last one")
@example(date(2027, 1, 1), 334, 0)
@example(date(2027, 1, 1), 334, 31)
@given(st.dates(TODAY, TODAY + timedelta(days=365)), st.integers(-31, 600), st.integers(0, 400) | st.none())
def test_dates_are_read_as_limber_says_them(today: date, ahead: int, length: int | None) -> None:
    first = today + timedelta(days=ahead)
    dates = Dates(first, None if length is None else first + timedelta(days=length))
    assert parse_dates(dates_in_words(dates, today), today, back=31) == dates


def test_days_off_are_several_dates_and_ranges() -> None:
    found = parse_days_off("1 May, 24 Dec to 2 Jan", TODAY)
    assert found == (Dates(day(5, 1), day(5, 1)), Dates(day(12, 24), day(1, 2, 2027)))
    assert parse_days_off("none", TODAY) == ()
    with pytest.raises(InvalidInput, match="days_off") as refused:
        parse_days_off("from Monday", TODAY)
    assert "need an end" in refused.value.sentence


def test_one_date_is_not_two() -> None:
    assert parse_date("24 Dec", TODAY, "to") == day(12, 24)
    assert parse_date("none", TODAY, "to") is None
    with pytest.raises(InvalidInput):
        parse_date("24 Dec to 2 Jan", TODAY, "to")


def test_dates_are_said_as_people_do() -> None:
    assert dates_in_words(Dates(day(3, 6), day(3, 6)), TODAY) == "Friday 6 March"
    assert dates_in_words(Dates(day(3, 6), day(3, 9)), TODAY) == "6 to 9 March"
    assert dates_in_words(Dates(day(12, 24), day(1, 2, 2027)), TODAY) == "24 December to 2 January 2027"


def test_the_year_is_said_wherever_it_is_not_todays() -> None:
    assert dates_in_words(Dates(day(10, 20, 2027), None), TODAY) == "from 20 October 2027"
    assert dates_in_words(Dates(day(1, 4, 2027), day(1, 6, 2027)), TODAY) == "4 to 6 January 2027"
    assert dates_in_words(Dates(day(12, 24, 2025), day(1, 2)), TODAY) == "24 December 2025 to 2 January"
    assert dates_in_words(Dates(day(12, 24), day(12, 28, 2027)), TODAY) == "24 December 2026 to 28 December 2027"
