"""Works every number of a board out again from the raw rows, day by day, knowing nothing of the product's code.

It reads tables with plain SQL and walks through the calendar one date at a time, as the rules are written down.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, text

DAY = timedelta(days=1)


@dataclass
class Person:
    """What the rows say of somebody: dates done by channel, away days, choices of weekdays."""

    name: str
    choices: list[tuple[date, list[int]]]
    done: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    aways: list[tuple[date, date | None]] = field(default_factory=list)

    def did(self, day: date) -> bool:
        return any(day in dates for dates in self.done.values())

    def owes(self, day: date) -> bool:
        if any(first <= day and (last is None or day <= last) for first, last in self.aways):
            return False
        in_force = [days for since, days in self.choices if since <= day] or [days for _, days in self.choices[:1]]
        return not in_force or day.weekday() in in_force[-1]


@dataclass
class Numbers:
    """What a person's days come to."""

    current: int = 0
    reserve: int = 0
    best: int = 0
    days: int = 0
    weeks: int = 0


@dataclass
class Raw:
    """The rows of one channel, and of everybody."""

    channel_id: int
    scheduled: set[date]
    posted: set[date]
    people: dict[int, Person]
    made_here: list[tuple[int, date]]
    named: set[int]


def as_date(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def as_list(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def read(connection: Connection, channel_id: int) -> Raw:
    def rows(statement: str, **values: object) -> list[Any]:
        return list(connection.execute(text(statement), values))

    people = {
        row.id: Person(row.name, [(as_date(since), days) for since, days in as_list(row.weekdays)])
        for row in rows("SELECT id, name, weekdays FROM members")
    }
    for row in rows("SELECT member_id, first_on, last_on FROM aways"):
        people[row.member_id].aways.append((as_date(row.first_on), as_date(row.last_on) if row.last_on else None))
    made_here = []
    for row in rows("SELECT id, member_id, channel_id, local_date FROM participations"):
        supports = rows("SELECT kind, is_on, event_at FROM supports WHERE participation_id = :id", id=row.id)
        undone = max((str(each.event_at) for each in supports if each.kind == "undo"), default="")
        if any(each.is_on and each.kind != "undo" and str(each.event_at) > undone for each in supports):
            day = as_date(row.local_date)
            people[row.member_id].done[row.channel_id].add(day)
            if row.channel_id == channel_id:
                made_here.append((row.member_id, day))
    breaks = rows("SELECT local_date, counts, message_ts FROM breaks WHERE channel_id = :id", id=channel_id)
    return Raw(
        channel_id=channel_id,
        scheduled={as_date(row.local_date) for row in breaks if row.counts},
        posted={as_date(row.local_date) for row in breaks if row.counts or row.message_ts},
        people=people,
        made_here=made_here,
        named={
            row.member_id
            for row in rows("SELECT member_id, is_named FROM consents WHERE channel_id = :id", id=channel_id)
            if row.is_named
        },
    )


def numbers(raw: Raw, member_id: int, until: date) -> Numbers:
    """Walk through the calendar up to a date, included, all of which has ended."""
    person, found = raw.people[member_id], Numbers()
    here = person.done.get(raw.channel_id, set())
    first = min((day for day in here if day <= until), default=None)
    if first is None:
        return found
    day = first - first.weekday() * DAY
    kept_in_week = due_in_week = 0
    while day <= until:
        kept = person.did(day) and day in raw.posted
        due = kept or (day in raw.scheduled and person.owes(day))
        if day >= first and kept:
            found.current += 1
            found.days += 1
            found.best = max(found.best, found.current)
            found.reserve = min(10, found.reserve + 1)
        elif day >= first and due and found.reserve >= 5:
            found.reserve -= 5
        elif day >= first and due:
            found.current = found.reserve = 0
        kept_in_week, due_in_week = kept_in_week + kept, due_in_week + due
        if day.weekday() == 6:
            if due_in_week:
                found.weeks = found.weeks + 1 if kept_in_week >= (due_in_week + 1) // 2 else 0
            kept_in_week = due_in_week = 0
        day += DAY
    return found


def board(raw: Raw, monday: date) -> dict[str, Any]:
    """Work a board's figures out for the week that begins on a Monday."""
    week = [monday + number * DAY for number in range(7)]
    done = [each for each in raw.made_here if each[1] in week]
    rows = []
    for member_id in raw.named:
        person, found = raw.people[member_id], numbers(raw, member_id, week[-1])
        here = [day for day in person.done.get(raw.channel_id, set()) if day <= week[-1]]
        own = [day for day in week if here and day >= min(here)]
        kept = [day for day in own if person.did(day) and day in raw.posted]
        due = [day for day in own if day in kept or (day in raw.scheduled and person.owes(day))]
        if kept and found.current:
            rows.append((found.current, person.name, found.best, len(kept), len(kept) == len(due)))
    ranked = sorted((1 + sum(other[0] > row[0] for other in rows), *row[1:2], row[0], *row[2:]) for row in rows)
    weeks = Counter(day - day.weekday() * DAY for _, day in raw.made_here if day <= week[-1])
    shown, begins = [], max(min(weeks, default=monday), monday - 7 * 7 * DAY)
    while begins <= monday:
        shown.append((begins, weeks[begins]))
        begins += 7 * DAY
    return {
        "breaks_done": len(done),
        "weekly_totals": tuple(shown),
        "best_before": max((total for begun, total in weeks.items() if begun < shown[0][0]), default=0),
        "people": len({member_id for member_id, _ in done}),
        "break_days": len(raw.scheduled.intersection(week)),
        "standings": [row for row in ranked if row[0] <= 10] if len(ranked) >= 3 else [],
        "more": sum(row[0] > 10 for row in ranked) if len(ranked) >= 3 else 0,
    }
