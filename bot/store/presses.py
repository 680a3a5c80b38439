"""What one press of Done needs to know, in two statements: the break that is taken, and all that is known beside it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    Date,
    FromClause,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from bot.domain.breaks import Break, Support
from bot.domain.dates import Dates
from bot.domain.streaks import Checkpoint
from bot.domain.workspaces import Channel, Member
from bot.store.base import core
from bot.store.breaks import Counted, to_break
from bot.store.members import MEMBER, to_member
from bot.store.repository import Repository
from bot.store.streaks import FOLDED, BreakDates, to_break_dates, to_checkpoint
from bot.store.tables import (
    AwayRow,
    BreakRow,
    ChannelRow,
    MemberRow,
    ParticipationRow,
    StreakRow,
    SupportRow,
    WorkspaceRow,
)
from bot.store.types import UtcDateTime
from bot.store.workspaces import CHANNEL

_BREAKS, _CHANNELS, _MEMBERS, _WORKSPACES = core(BreakRow), core(ChannelRow), core(MemberRow), core(WorkspaceRow)
_DONE, _SUPPORTS, _STREAKS, _AWAYS = core(ParticipationRow), core(SupportRow), core(StreakRow), core(AwayRow)


@dataclass(frozen=True, slots=True)
class Standing:
    """A person beside a break: their participation in it, how many have done it, what their numbers are made of.

    `done` are their participations in the workspace as (channel id, date), oldest first; with `folded`, those from its
    end on, and so with `breaks` and `aways`. Without it, `breaks` is None.
    """

    counted: Counted | None
    people: int
    folded: Checkpoint | None
    breaks: BreakDates | None
    done: Sequence[tuple[int, date]]
    aways: Sequence[Dates]


_TYPES: dict[str, Any] = {
    **dict.fromkeys(("id", "current", "reserve", "best", "days", "weeks", "missed"), BigInteger),
    **dict.fromkeys(("day", "first_day", "last_day"), Date),
    **dict.fromkeys(("done_at", "event_at"), UtcDateTime),
    **dict.fromkeys(("counts", "is_on"), Boolean),
    "kind": String,
}
"""The columns that rows of all kinds have in one answer. The first kind says their types, and is named."""


def _rows(what: str, source: FromClause, **given: Any) -> Select[Any]:
    columns = [given.get(name, null()) for name in _TYPES]
    return select(literal_column(f"'{what}'", String), *columns).select_from(source)


_MEMBER: BindParameter[int] = bindparam("member_id")
_CHANNEL: BindParameter[int] = bindparam("channel_id")
_BREAK: BindParameter[int] = bindparam("break_id")
_UNTIL = select(_STREAKS.c.until).where(_STREAKS.c.member_id == _MEMBER, _STREAKS.c.channel_id == _CHANNEL)
_FROM_FOLDED = func.coalesce(_UNTIL.scalar_subquery(), literal_column(f"'{date.min}'", Date))
_IF_FOLDED = func.coalesce(_UNTIL.scalar_subquery(), literal_column(f"'{date.max}'", Date))

_PEOPLE = select(
    literal_column("'people'", String).label("what"),
    func.count().label("id"),
    *(cast(null(), kind).label(name) for name, kind in _TYPES.items() if name != "id"),
).where(_DONE.c.break_id == _BREAK, _DONE.c.is_done)
_DAYS = {"until": "day", "missed_first": "first_day", "missed_last": "last_day"}
_PLACES = {name: _DAYS.get(name, name) for name in FOLDED}
"""Where what is folded stands among them."""

_IN_PLACES = attrgetter(*_PLACES.values())

_FOLDED = _rows(
    "folded",
    _STREAKS,
    **{place: _STREAKS.c[name] for name, place in _PLACES.items()},
).where(_STREAKS.c.member_id == _MEMBER, _STREAKS.c.channel_id == _CHANNEL)
_COUNTED = _rows(
    "counted",
    _DONE.outerjoin(_SUPPORTS, _SUPPORTS.c.participation_id == _DONE.c.id),
    counts=_DONE.c.is_done,
    done_at=_DONE.c.first_done_at,
    **{name: _SUPPORTS.c[name] for name in ("kind", "is_on", "event_at")},
).where(_DONE.c.member_id == _MEMBER, _DONE.c.break_id == _BREAK)
_ALL_DONE = _rows("done", _DONE, id=_DONE.c.channel_id, day=_DONE.c.local_date).where(
    _DONE.c.member_id == _MEMBER, _DONE.c.is_done, _DONE.c.local_date >= _FROM_FOLDED
)
_ALL_AWAYS = _rows("away", _AWAYS, first_day=_AWAYS.c.first_on, last_day=_AWAYS.c.last_on).where(
    _AWAYS.c.member_id == _MEMBER, or_(_AWAYS.c.last_on.is_(None), _AWAYS.c.last_on >= _FROM_FOLDED)
)
_ALL_BREAKS = _rows("break", _BREAKS, day=_BREAKS.c.local_date, counts=_BREAKS.c.counts).where(
    _BREAKS.c.channel_id == _CHANNEL,
    _BREAKS.c.local_date >= _IF_FOLDED,
    or_(_BREAKS.c.counts, _BREAKS.c.message_ts.is_not(None)),
)

_STANDING = union_all(_PEOPLE, _FOLDED, _COUNTED, _ALL_DONE, _ALL_AWAYS, _ALL_BREAKS)

_TEAM = select(_WORKSPACES.c.id).where(_WORKSPACES.c.team_id == bindparam("team_id")).scalar_subquery()
_TAKE = (
    select(_BREAKS, *CHANNEL, *MEMBER)
    .join(_CHANNELS, _CHANNELS.c.id == _BREAKS.c.channel_id)
    .outerjoin(_MEMBERS, (_MEMBERS.c.workspace_id == _TEAM) & (_MEMBERS.c.slack_id == bindparam("slack_id")))
    .where(_BREAKS.c.id == _BREAK)
    .with_for_update(of=_BREAKS, key_share=True)
)


def _to_counted(rows: Sequence[Any]) -> Counted | None:
    if not rows:
        return None
    supports = {row.kind: Support(row.kind, row.is_on, row.event_at) for row in rows if row.kind is not None}
    return Counted(rows[0].counts, rows[0].done_at, supports)


class Presses(Repository):
    """Reads for a press of Done, each written once: building a statement takes longer than carrying it out."""

    async def take(self, break_id: int, team_id: str, slack_id: str) -> tuple[Break, Channel, Member | None] | None:
        """Take a break as `Breaks.take` does, with its channel and with the person who pressed, if they are known."""
        where = {"break_id": break_id, "team_id": team_id, "slack_id": slack_id}
        row = (await self._session.execute(_TAKE, where)).one_or_none()
        if row is None:
            return None
        channel, member = row[-len(CHANNEL) - len(MEMBER) : -len(MEMBER)], row[-len(MEMBER) :]
        return to_break(row), Channel(*channel), to_member(member) if member[0] is not None else None

    async def standing(self, member_id: int, break_: Break) -> Standing:
        """Read where a person stands beside a break that the transaction has taken."""
        where = {"member_id": member_id, "break_id": break_.id, "channel_id": break_.channel_id}
        rows: dict[str, list[Any]] = defaultdict(list)
        for row in (await self._session.execute(_STANDING, where)).all():
            rows[row.what].append(row)
        folded = next((to_checkpoint(_IN_PLACES(row)) for row in rows["folded"]), None)
        return Standing(
            counted=_to_counted(rows["counted"]),
            people=rows["people"][0].id,
            folded=folded,
            breaks=to_break_dates([(row.day, row.counts) for row in rows["break"]]) if folded else None,
            done=sorted(((row.id, row.day) for row in rows["done"]), key=itemgetter(1)),
            aways=[Dates(row.first_day, row.last_day) for row in rows["away"]],
        )
