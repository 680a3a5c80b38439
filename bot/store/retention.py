"""Old participations: whose there are, taking them away, and what they leave behind as totals."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, case, delete, func, select, true, union

from bot.domain.outbox import Kind
from bot.domain.streaks import week_start
from bot.store.base import core
from bot.store.bulk import as_rows, given
from bot.store.repository import Repository, insert
from bot.store.tables import AwayRow, OutboxRow, ParticipationRow, RunRow
from bot.store.tables_retention import ChannelWeekRow

_DONE, _AWAYS, _OUTBOX = core(ParticipationRow), core(AwayRow), core(OutboxRow)
_RUNS, _WEEKS = core(RunRow), core(ChannelWeekRow)

WHO = func.coalesce(_DONE.c.member_id, -_DONE.c.stand_in)
"""A number for each person within a channel and week, also for who had themselves forgotten."""

_TOTALS = (
    select(_WEEKS.c.week, _WEEKS.c.done, _WEEKS.c.people)
    .where(_WEEKS.c.channel_id == bindparam("channel_id"), _WEEKS.c.week <= bindparam("until"))
    .order_by(_WEEKS.c.week)
)


@lru_cache
def _add_to_weeks(dialect: str) -> Any:
    rows = given(dialect, _WEEKS, ("channel_id", "week", "done", "people", "last_on"))
    # SQLite takes the ON CONFLICT that follows a SELECT without WHERE for a join.
    statement = insert(dialect, _WEEKS).from_select(rows.c.keys(), select(*rows.c).where(true()))
    new = statement.excluded
    changed = {
        "done": _WEEKS.c.done + new.done,
        "people": _WEEKS.c.people + new.people,
        "last_on": case((new.last_on > _WEEKS.c.last_on, new.last_on), else_=_WEEKS.c.last_on),
    }
    return statement.on_conflict_do_update(index_elements=["channel_id", "week"], set_=changed)


@dataclass(frozen=True, slots=True)
class WeekTotal:
    """What was done in a channel, by how many people, in the ISO week of a Monday, of what is gone."""

    week: date
    done: int
    people: int


class Retention(Repository):
    """What is older than people are kept one by one."""

    async def people_before(self, until: date, after: int, limit: int) -> list[int]:
        """List the ids of people who have something older than a date, in order, beyond one id."""
        done = select(_DONE.c.member_id).where(_DONE.c.local_date < until, _DONE.c.member_id > after)
        away = select(_AWAYS.c.member_id).where(_AWAYS.c.last_on < until, _AWAYS.c.member_id > after)
        both = union(done, away).subquery()
        return list(
            (await self._session.execute(select(both.c.member_id).order_by("member_id").limit(limit))).scalars()
        )

    async def channels_of_nobody(self, until: date) -> list[int]:
        """List the ids of channels with participations of nobody that are older than a date, in order."""
        query = select(_DONE.c.channel_id).where(_DONE.c.local_date < until, _DONE.c.member_id.is_(None))
        return list((await self._session.execute(query.distinct().order_by(_DONE.c.channel_id))).scalars())

    async def turn_into_totals(
        self, until: date, *, member_id: int | None = None, channel_id: int | None = None
    ) -> None:
        """Delete the participations of a person, or those of nobody in a channel, before a Monday; their sums stay."""
        whose = _DONE.c.member_id == member_id
        if member_id is None:
            whose = _DONE.c.member_id.is_(None) & (_DONE.c.channel_id == channel_id)
        gone = (
            delete(_DONE)
            .where(whose, _DONE.c.local_date < until)
            .returning(_DONE.c.channel_id, _DONE.c.local_date, _DONE.c.is_done, WHO)
        )
        rows = (await self._session.execute(gone)).all()
        await self._add_to_weeks((channel, day, who) for channel, day, is_done, who in rows if is_done)

    async def _add_to_weeks(self, done: Iterable[tuple[int, date, int]]) -> None:
        totals, people, last_on = Counter[Any](), defaultdict[Any, set[int]](set), dict[Any, date]()
        for channel_id, day, who in done:
            key = (channel_id, week_start(day))
            totals[key] += 1
            people[key].add(who)
            last_on[key] = max(day, last_on.get(key, day))
        if not totals:
            return
        # In one order everywhere, so that two who add to the same weeks wait for each other instead of locking up.
        rows = [
            {"channel_id": key[0], "week": key[1], "done": done, "people": len(people[key]), "last_on": last_on[key]}
            for key, done in sorted(totals.items())
        ]
        await self._session.execute(_add_to_weeks(self._dialect), {"rows": as_rows(rows)})

    async def drop_aways(self, member_id: int, until: date) -> None:
        """Delete the away days of a person that ended before a date."""
        await self._session.execute(delete(_AWAYS).where(_AWAYS.c.member_id == member_id, _AWAYS.c.last_on < until))

    async def drop_traces(self, before: datetime) -> None:
        """Delete runs and reminders older than an instant (UTC), but no run that a participation is counted for."""
        counted = select(_DONE.c.run_id).where(_DONE.c.run_id.is_not(None))
        await self._session.execute(delete(_RUNS).where(_RUNS.c.started_at < before, _RUNS.c.id.not_in(counted)))
        await self._session.execute(delete(_OUTBOX).where(_OUTBOX.c.kind == Kind.REMINDER, _OUTBOX.c.due_at < before))

    async def totals_by_week(self, channel_id: int, *, until: date) -> list[WeekTotal]:
        """List the totals of a channel's weeks up to a date whose rows are gone, oldest first."""
        rows = (await self._session.execute(_TOTALS, {"channel_id": channel_id, "until": until})).all()
        return [WeekTotal(*row) for row in rows]
