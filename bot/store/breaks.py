"""Breaks, participations and their supports."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, delete, exists, false, func, select, true, update

from bot.domain.breaks import Break, BreakFacts, DoneHow, NewBreak, Origin, Support, holding
from bot.domain.choices import Choice, Shown
from bot.domain.workspaces import Channel, is_direct
from bot.store.base import core
from bot.store.bulk import as_rows, given
from bot.store.repository import Repository, insert, is_alone, upsert
from bot.store.retention import WHO
from bot.store.tables import BreakRow, ChannelRow, MemberRow, ParticipationRow, RunRow, SupportRow
from bot.store.types import among, among_given
from bot.store.workspaces import CHANNEL

_BREAKS, _CHANNELS, _MEMBERS, _RUNS = core(BreakRow), core(ChannelRow), core(MemberRow), core(RunRow)
_DONE, _SUPPORTS = core(ParticipationRow), core(SupportRow)

# What a press needs is written once: building a statement takes longer than carrying it out.
_TAKE = (
    select(_BREAKS, *CHANNEL)
    .join(_CHANNELS, _CHANNELS.c.id == _BREAKS.c.channel_id)
    .where(_BREAKS.c.id == bindparam("break_id"))
    .with_for_update(of=_BREAKS, key_share=True)
)
_STATE = (
    select(_DONE.c.is_done, _DONE.c.first_done_at, _SUPPORTS)
    .outerjoin(_SUPPORTS, _SUPPORTS.c.participation_id == _DONE.c.id)
    .where(_DONE.c.member_id == bindparam("member_id"), _DONE.c.break_id == bindparam("break_id"))
)
_COUNT = select(func.count()).where(_DONE.c.break_id == bindparam("break_id"), _DONE.c.is_done)
_MADE_HERE = (
    _DONE.c.channel_id == bindparam("channel_id"),
    _DONE.c.is_done,
    _DONE.c.local_date.between(bindparam("since"), bindparam("until")),
)
_PEOPLE = select(func.count(WHO.distinct())).where(*_MADE_HERE)
_BY_DATE = (
    select(_DONE.c.local_date, func.count().label("done"))
    .where(*_MADE_HERE)
    .group_by(_DONE.c.local_date)
    .order_by(_DONE.c.local_date)
)
_LATEST = (
    select(_BREAKS)
    .where(
        _BREAKS.c.channel_id == bindparam("channel_id"),
        _BREAKS.c.due_at <= bindparam("now"),
        _BREAKS.c.message_ts.is_not(None),
    )
    .order_by(_BREAKS.c.due_at.desc())
    .limit(1)
)
_MISSED_BY_US = (
    select(_BREAKS.c.due_at)
    .where(
        _BREAKS.c.channel_id == bindparam("channel_id"),
        _BREAKS.c.origin == Origin.SCHEDULE,
        _BREAKS.c.message_ts.is_(None),
        _BREAKS.c.due_at >= bindparam("since"),
        _BREAKS.c.due_at < bindparam("until"),
    )
    .order_by(_BREAKS.c.due_at)
)


_NAMES = [each.name for each in fields(Break)]
_ORIGIN = _NAMES.index("origin")
_IN_ORDER = attrgetter(*_NAMES)

_EARLIER = _BREAKS.alias("earlier")
_SERVED_BEFORE = select(func.count()).where(
    _EARLIER.c.channel_id == _BREAKS.c.channel_id,
    _EARLIER.c.exercise_id == _BREAKS.c.exercise_id,
    _EARLIER.c.due_at < _BREAKS.c.due_at,
)
_DONE_BY = select(func.count()).where(_DONE.c.break_id == _BREAKS.c.id, _DONE.c.is_done)
_FACTS = (
    select(
        *(_BREAKS.c[name] for name in _NAMES),
        *(_CHANNELS.c.zone, _CHANNELS.c.slack_id),
        *(_SERVED_BEFORE.scalar_subquery(), _DONE_BY.scalar_subquery()),
        exists().where(_RUNS.c.live_break_id == _BREAKS.c.id),
        *(func.coalesce(_MEMBERS.c[each.value], false()) for each in Choice),
    )
    .join(_CHANNELS, _CHANNELS.c.id == _BREAKS.c.channel_id)
    .outerjoin(_MEMBERS, _MEMBERS.c.id == _CHANNELS.c.keeper_id)
    .where(among_given(_BREAKS.c.id, "ids"))
)


def _facts(row: Any) -> BreakFacts:
    zone, slack_id, served, done, has_run, wants_stills, *shown = row[len(_NAMES) :]
    return BreakFacts(to_break(row), zone, is_direct(slack_id), served, done, has_run, wants_stills, Shown(*shown))


def to_break(row: Any) -> Break:
    """Turn a stored break, or a row with its columns, into the value."""
    values = list(_IN_ORDER(row))
    values[_ORIGIN] = Origin(values[_ORIGIN])
    return Break(*values)


def _columns(break_: NewBreak) -> dict[str, object]:
    return {
        "channel_id": break_.channel_ids,
        "due_at": break_.due_at,
        "local_date": break_.local_date,
        "exercise_id": break_.exercise_id,
        "routine_id": break_.routine_id,
        "origin": break_.origin,
        "counts": False,
        "whole_routine": break_.whole_routine,
        "drawn_from": break_.drawn_from,
        "position": break_.position,
    }


_SUPPORT_KEY, _SUPPORT_STATE = ("participation_id", "kind"), ("is_on", "event_at")
_RECORD_SUPPORT = upsert("sqlite", _SUPPORTS, _SUPPORT_KEY, _SUPPORT_STATE)


_COLUMNS = (
    *("channel_id", "due_at", "local_date", "exercise_id", "routine_id", "origin", "counts", "whole_routine"),
    *("drawn_from", "position"),
)


@lru_cache
def _add_all(dialect: str) -> Any:
    rows = given(dialect, _BREAKS, _COLUMNS, each="channel_id")
    # In one order everywhere, so that two workers at the same instants wait for each other instead of locking up.
    chosen = select(*rows.c).where(true()).order_by(rows.c.channel_id, rows.c.due_at)
    statement = insert(dialect, _BREAKS).from_select(_COLUMNS, chosen)
    return statement.on_conflict_do_nothing(index_elements=["channel_id", "due_at"]).returning(_BREAKS.c.id)


@lru_cache
def _mark_all_posted(dialect: str) -> Any:
    posted = given(dialect, _BREAKS, ("id", "message_ts", "posted_at", "counts"))
    values = {name: posted.c[name] for name in ("message_ts", "posted_at", "counts")}
    return update(_BREAKS).where(_BREAKS.c.id == posted.c.id).values(values)


# As a rule the newest break is of the pool, and one step in an index finds it, however long the history.
_LAST_POSITIONS = select(
    _CHANNELS.c.id,
    select(_BREAKS.c.position)
    .where(_BREAKS.c.channel_id == _CHANNELS.c.id, _BREAKS.c.drawn_from == bindparam("drawn_from"))
    .order_by(_BREAKS.c.due_at.desc())
    .limit(1)
    .scalar_subquery(),
).where(among_given(_CHANNELS.c.id, "ids"))


@lru_cache
def _record_done(dialect: str, key: str) -> Any:
    return upsert(dialect, _DONE, ("member_id", key), ("is_done", "first_done_at")).returning(_DONE.c.id)


@lru_cache
def _record_both(key: str) -> Any:
    """Write both rows in one statement, which PostgreSQL can: each is a way there and back."""
    names = ("member_id", "channel_id", "break_id", "run_id", "local_date", "is_done", "first_done_at")
    done = _record_done("postgresql", key).values({name: bindparam(name, type_=_DONE.c[name].type) for name in names})
    row = done.cte("done")
    its = [bindparam(name, type_=_SUPPORTS.c[name].type) for name in ("kind", *_SUPPORT_STATE)]
    support = select(row.c.id, *its)
    return upsert("postgresql", _SUPPORTS, _SUPPORT_KEY, _SUPPORT_STATE, support)


@dataclass(frozen=True, slots=True)
class Counted:
    """A stored participation: whether it holds, since when (UTC), and its supports by kind."""

    is_done: bool
    first_done_at: datetime | None
    supports: Mapping[str, Support]


class Breaks(Repository):
    """Stored breaks and who did them."""

    async def add_all(self, breaks: Sequence[NewBreak]) -> list[int]:
        """Store breaks and answer their ids, leaving out those whose channel has one at that instant."""
        if not breaks:
            return []
        rows = as_rows(_columns(each) for each in breaks)
        return list((await self._session.execute(_add_all(self._dialect), {"rows": rows})).scalars())

    async def find(self, break_id: int) -> Break | None:
        """Find a break by its id."""
        row = await self._session.get(BreakRow, break_id, populate_existing=True)
        return to_break(row) if row else None

    async def take(self, break_id: int) -> tuple[Break, Channel] | None:
        """Find a break and its channel, and let one transaction at a time count who did it.

        Without that, two that count in each other's breaks could wait for each other.
        """
        row = (await self._session.execute(_TAKE, {"break_id": break_id})).one_or_none()
        return (to_break(row), Channel(*row[-len(CHANNEL) :])) if row else None

    async def find_by_message(self, channel_id: int, ts: str) -> Break | None:
        """Find the break whose prompt is this message."""
        query = select(BreakRow).where(BreakRow.channel_id == channel_id, BreakRow.message_ts == ts)
        row = (await self._session.execute(query)).scalar_one_or_none()
        return to_break(row) if row else None

    async def latest(self, channel_id: int, now: datetime) -> Break | None:
        """Find the newest posted break of a channel at `now` (UTC)."""
        row = (await self._session.execute(_LATEST, {"channel_id": channel_id, "now": now})).one_or_none()
        return to_break(row) if row else None

    async def newest_due_at(self, channel_id: int, now: datetime) -> datetime | None:
        """Find when (UTC) the newest break of a channel was due by `now`, posted or not."""
        query = select(func.max(BreakRow.due_at)).where(BreakRow.channel_id == channel_id, BreakRow.due_at <= now)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def last_positions(self, channel_ids: Collection[int], drawn_from: str) -> dict[int, int]:
        """Map channels to the position of what they were served last of a pool; who never was is left out."""
        where = {"ids": sorted(channel_ids), "drawn_from": drawn_from}
        found = (await self._session.execute(_LAST_POSITIONS, where)).all()
        return {channel_id: last for channel_id, last in found if last is not None}

    async def facts(self, break_ids: Collection[int]) -> list[BreakFacts]:
        """Tell of breaks what their messages show, in one statement however many they are."""
        return [_facts(row) for row in (await self._session.execute(_FACTS, {"ids": sorted(break_ids)})).all()]

    async def remove(self, break_ids: Collection[int]) -> None:
        """Delete breaks that nobody has seen."""
        if break_ids:
            await self._session.execute(delete(_BREAKS).where(among(_BREAKS.c.id, break_ids)))

    async def mark_posted(self, break_id: int, ts: str, *, posted_at: datetime | None, counts: bool) -> None:
        """Remember a prompt's message; `counts` makes its date a break day, never set for a healed outcome."""
        values: dict[str, object] = {"message_ts": ts}
        if posted_at is not None:
            values.update(posted_at=posted_at, counts=counts)
        await self._session.execute(update(BreakRow).where(BreakRow.id == break_id).values(**values))

    async def mark_all_posted(self, posted: Sequence[Mapping[str, Any]]) -> None:
        """Remember the messages of many breaks, given as id, message_ts, posted_at (UTC) and counts."""
        if not posted:
            return
        await self._session.execute(_mark_all_posted(self._dialect), {"rows": as_rows(posted)})

    async def missed_by_us(self, channel_id: int, *, since: datetime, until: datetime) -> list[datetime]:
        """List due instants in [since, until) of scheduled breaks that never went out."""
        where = {"channel_id": channel_id, "since": since, "until": until}
        return list((await self._session.execute(_MISSED_BY_US, where)).scalars())

    async def state_of(self, member_id: int, break_id: int) -> Counted | None:
        """Tell how a person's participation in a break stands; None if they never touched it."""
        rows = (await self._session.execute(_STATE, {"member_id": member_id, "break_id": break_id})).all()
        if not rows:
            return None
        supports = {row.kind: Support(row.kind, row.is_on, row.event_at) for row in rows if row.kind is not None}
        return Counted(rows[0].is_done, rows[0].first_done_at, supports)

    async def record(
        self,
        member_id: int,
        channel_id: int,
        local_date: date,
        support: Support,
        *,
        break_id: int | None = None,
        run_id: int | None = None,
        first_done_at: datetime | None,
    ) -> None:
        """Store a support, and whether by it a person did a break, or a run outside breaks, and since when (UTC)."""
        key = "break_id" if break_id is not None else "run_id"
        done = {
            "member_id": member_id,
            "channel_id": channel_id,
            "break_id": break_id,
            "run_id": run_id,
            "local_date": local_date,
            "is_done": first_done_at is not None,
            "first_done_at": first_done_at,
        }
        its = {"kind": support.kind, "is_on": support.is_on, "event_at": support.event_at}
        if not is_alone(self._dialect):
            await self._session.execute(_record_both(key), done | its)
            return
        participation_id = (await self._session.execute(_record_done("sqlite", key), done)).scalar_one()
        await self._session.execute(_RECORD_SUPPORT, {"participation_id": participation_id, **its})

    async def count_done(self, break_id: int) -> int:
        """Count who did a break."""
        return (await self._session.execute(_COUNT, {"break_id": break_id})).scalar_one()

    async def zones_of(self, channel_id: int, *, since: date) -> set[str]:
        """List the zones of those who took part in a channel on or after a local date."""
        query = (
            select(MemberRow.zone)
            .join(ParticipationRow, ParticipationRow.member_id == MemberRow.id)
            .where(ParticipationRow.channel_id == channel_id, ParticipationRow.local_date >= since)
            .distinct()
        )
        return set((await self._session.execute(query)).scalars())

    async def done_how(self, member_id: int, *, since: date, until: date) -> list[DoneHow]:
        """List when and how a person took part anywhere, both dates included, the earliest first."""
        query = (
            select(_DONE.c.id, _DONE.c.local_date, _DONE.c.channel_id, _DONE.c.first_done_at, _SUPPORTS)
            .join(_SUPPORTS, _SUPPORTS.c.participation_id == _DONE.c.id)
            .where(_DONE.c.member_id == member_id, _DONE.c.is_done, _DONE.c.local_date.between(since, until))
            .order_by(_DONE.c.first_done_at, _DONE.c.id)
        )
        found: dict[tuple[Any, ...], list[Support]] = defaultdict(list)
        for row in (await self._session.execute(query)).all():
            found[row[:4]].append(Support(row.kind, row.is_on, row.event_at))
        return [
            DoneHow(day, channel_id, at, tuple(sorted(each.kind for each in holding(supports))))
            for (_, day, channel_id, at), supports in found.items()
        ]

    async def people_in(self, channel_id: int, *, since: date, until: date) -> int:
        """Count who took part in a channel from `since` to `until`, both included."""
        where = {"channel_id": channel_id, "since": since, "until": until}
        return (await self._session.execute(_PEOPLE, where)).scalar_one()

    async def done_by_date(self, channel_id: int, *, since: date, until: date) -> list[tuple[date, int]]:
        """Count the participations made in a channel on each date, both ends included, oldest first."""
        where = {"channel_id": channel_id, "since": since, "until": until}
        return [(row.local_date, row.done) for row in (await self._session.execute(_BY_DATE, where)).all()]
