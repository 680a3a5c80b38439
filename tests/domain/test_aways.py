"""Away days and working weekdays as people enter them; a mistake is answered with an example."""

from datetime import date, timedelta

import pytest

from bot.domain.aways import OwnDays, choose_weekdays, parse_away, until_back
from bot.domain.dates import Dates
from bot.domain.errors import InvalidInput

TODAY = date(2026, 3, 4)  # a Wednesday
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("", TODAY, None),
        ("2w", TODAY, date(2026, 3, 17)),
        ("24 Dec 2026 to 2 Jan", date(2026, 12, 24), date(2027, 1, 2)),
        ("3 to 14 Aug", date(2026, 8, 3), date(2026, 8, 14)),
        ("from yesterday", TODAY - DAY, None),
        ("since Monday until I\u2019m back", date(2026, 3, 2), None),
        ("until you're back", TODAY, None),
        ("24 Feb to 2 March", date(2026, 2, 24), date(2026, 3, 2)),
        ("2026-12-24", date(2026, 12, 24), date(2026, 12, 24)),
        ("tomorrow", TODAY + DAY, TODAY + DAY),
        ("from Monday", date(2026, 3, 9), None),
        ("1 Feb", date(2026, 2, 1), date(2026, 2, 1)),
        ("24 Dec to 2 Jan", date(2026, 12, 24), date(2027, 1, 2)),
        ("1 Dec", date(2026, 12, 1), date(2026, 12, 1)),
        ("1 Feb 2026", date(2026, 2, 1), date(2026, 2, 1)),
    ],
)
def test_away_days_are_read_as_people_type_them(text: str, first: date, last: date | None) -> None:
    assert parse_away(text, TODAY) == Dates(first, last)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("31 Jan", "31 Jan 2027"),
        ("from 5 Jan", "5 Jan 2027"),
        ("3 to 9 Jan", "3 Jan 2027"),
    ],
)
def test_a_date_that_passed_more_than_a_month_ago_is_not_taken_for_the_next_years(text: str, example: str) -> None:
    with pytest.raises(InvalidInput, match="31 days back") as refused:
        parse_away(text, TODAY)
    assert refused.value.sentence.endswith(f"For a date to come, please write its year: {example}.")


@pytest.mark.parametrize("text", ["32 Dec", "soonish", "0w"])
def test_what_cannot_be_read_is_answered_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="couldn't read") as refused:
        parse_away(text, TODAY)
    assert "Try `/stretch away 18 Mar to 22 Mar`" in refused.value.sentence


def test_days_more_than_a_month_back_are_refused() -> None:
    assert parse_away("2026-02-01", TODAY).first == TODAY - 31 * DAY
    with pytest.raises(InvalidInput, match="31 days back"):
        parse_away("2026-01-31", TODAY)


def test_who_is_back_was_away_until_yesterday() -> None:
    assert until_back(Dates(TODAY - DAY, None), TODAY) == Dates(TODAY - DAY, TODAY - DAY)
    assert until_back(Dates(TODAY, None), TODAY) is None


def test_a_second_choice_on_one_day_replaces_the_first_and_a_later_one_stands_beside_it() -> None:
    once = choose_weekdays((), [0, 1], TODAY)
    assert choose_weekdays(once, [2], TODAY) == ((TODAY, frozenset({2})),)
    assert choose_weekdays(once, [2], TODAY + DAY) == (*once, (TODAY + DAY, frozenset({2})))
    with pytest.raises(InvalidInput, match="at least one"):
        choose_weekdays(once, [], TODAY)


def test_the_away_days_named_are_those_that_last_longest() -> None:
    own = OwnDays(aways=(Dates(TODAY, TODAY), Dates(TODAY - DAY, None), Dates(TODAY, TODAY + DAY)))
    assert own.away_on(TODAY) == Dates(TODAY - DAY, None)
    assert own.away_on(TODAY - 2 * DAY) is None
