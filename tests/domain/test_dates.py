"""Dates as people type them: on Wednesday 4 March 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dates import Dates, dates_in_words, parse_date, parse_dates, parse_days_off
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
    ],
)
def test_dates_are_read_as_people_type_them(text: str, first: date, last: date) -> None:
    assert parse_dates(text, TODAY) == Dates(first, last)


def test_from_alone_has_no_end() -> None:
    found = parse_dates("from Monday", TODAY)
    assert found == Dates(day(3, 9), None)
    assert day(1, 1, 2099) in found
    assert day(3, 8) not in found


def test_a_date_just_past_is_meant_where_days_back_are_allowed() -> None:
    assert parse_dates("3 March", TODAY, back=31).first == day(3, 3)
    assert parse_dates("28 Feb to 3 March", TODAY, back=31) == Dates(day(2, 28), day(3, 3))


@pytest.mark.parametrize(
    "text", ["", "soon", "32 Dec", "31 Feb", "from", "to", "until", "until today", "9999w", "0d", "2026-13-01",
             "2 fortnights", "march", "24 Dec to 2 Jan to 4 Jan"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_dates(text, TODAY, field="until")
    assert refused.value.field == "until"
    assert "24 Dec to 2 Jan" in refused.value.sentence


@given(st.text(max_size=40) | st.from_regex(r"(from )?[0-9a-z ]{0,9}( (to|until) [0-9a-z -]{0,12})?", fullmatch=True))
def test_no_text_makes_reading_dates_fail_otherwise(text: str) -> None:
    try:
        found = parse_dates(text, TODAY)
    except InvalidInput:
        return
    assert found.last is None or found.first <= found.last


@given(st.dates(TODAY, date(2040, 1, 1)), st.integers(0, 400))
def test_dates_that_are_written_out_are_read_as_written(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    assert parse_dates(f"{first} to {last}", TODAY) == Dates(first, last)


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
