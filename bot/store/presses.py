"""What one press of Done needs to know, in two statements: the break that is taken, and all that is known beside it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import itemgetter
from types import SimpleNamespace
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
    literal,
    null,
    or_,
    select,
    union_all,
)

from bot.domain.breaks import Break
from bot.domain.dates import Dates
from bot.domain.streaks import Checkpoint
from bot.domain.workspaces import Channel, Member
from bot.store.base import core
from bot.store.breaks import Counted, to_break, to_counted
from bot.store.members import to_member
from bot.store.repository import Repository
from bot.store.streaks import BreakDates, to_break_dates, to_checkpoint
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


_EMPTY: dict[str, Any] = {
    **dict.fromkeys(("id", "current", "reserve", "best", "days", "weeks", "missed"), cast(null(), BigInteger)),
    **dict.fromkeys(("day", "last_day", "until", "missed_first", "missed_last"), cast(null(), Date)),
    **dict.fromkeys(("first_done_at", "event_at"), cast(null(), UtcDateTime)),
    **dict.fromkeys(("is_done", "is_on", "counts"), cast(null(), Boolean)),
    "kind": cast(null(), String),
}
"""The columns that rows of all kinds have in one answer, and what stands in those that a kind has no use for."""


def _rows(what: str, source: FromClause, **given: Any) -> Select[Any]:
    columns = [given.get(name, empty).label(name) for name, empty in _EMPTY.items()]
    return select(literal(what, String).label("what"), *columns).select_from(source)


_MEMBER: BindParameter[int] = bindparam("member_id")
_CHANNEL: BindParameter[int] = bindparam("channel_id")
_BREAK: BindParameter[int] = bindparam("break_id")
_UNTIL = select(_STREAKS.c.until).where(_STREAKS.c.member_id == _MEMBER, _STREAKS.c.channel_id == _CHANNEL)
_FROM_FOLDED = func.coalesce(_UNTIL.scalar_subquery(), literal(date.min, Date))
_IF_FOLDED = func.coalesce(_UNTIL.scalar_subquery(), literal(date.max, Date))
_HIS_DONE = (_DONE.c.member_id == _MEMBER, _DONE.c.is_done, _DONE.c.local_date >= _FROM_FOLDED)

_FOLDED = _rows("folded", _STREAKS, **{name: _STREAKS.c[name] for name in _EMPTY if name in _STREAKS.c}).where(
    _STREAKS.c.member_id == _MEMBER, _STREAKS.c.channel_id == _CHANNEL
)
_COUNTED = _rows(
    "counted",
    _DONE.outerjoin(_SUPPORTS, _SUPPORTS.c.participation_id == _DONE.c.id),
    **{name: _DONE.c[name] for name in ("id", "is_done", "first_done_at")},
    **{name: _SUPPORTS.c[name] for name in ("kind", "is_on", "event_at")},
).where(_DONE.c.member_id == _MEMBER, _DONE.c.break_id == _BREAK)
_ALL_DONE = _rows("done", _DONE, id=_DONE.c.channel_id, day=_DONE.c.local_date).where(*_HIS_DONE)
_ALL_AWAYS = _rows("away", _AWAYS, day=_AWAYS.c.first_on, last_day=_AWAYS.c.last_on).where(
    _AWAYS.c.member_id == _MEMBER, or_(_AWAYS.c.last_on.is_(None), _AWAYS.c.last_on >= _FROM_FOLDED)
)
_ALL_BREAKS = _rows("break", _BREAKS, day=_BREAKS.c.local_date, counts=_BREAKS.c.counts).where(
    _BREAKS.c.channel_id == _CHANNEL,
    _BREAKS.c.local_date >= _IF_FOLDED,
    or_(_BREAKS.c.counts, _BREAKS.c.message_ts.is_not(None)),
)
_PEOPLE = _rows("people", _DONE, id=func.count()).where(_DONE.c.break_id == _BREAK, _DONE.c.is_done)

_STANDING = union_all(_FOLDED, _COUNTED, _ALL_DONE, _ALL_AWAYS, _ALL_BREAKS, _PEOPLE)

_OF_CHANNEL = [_CHANNELS.c[each.name] for each in fields(Channel)]
_MEMBER_FIELDS = [each.name for each in fields(Member)]
_OF_MEMBER = [_MEMBERS.c[name] for name in _MEMBER_FIELDS]
"""The columns of values, in the order of their fields."""

_TEAM = select(_WORKSPACES.c.id).where(_WORKSPACES.c.team_id == bindparam("team_id")).scalar_subquery()
_TAKE = (
    select(_BREAKS, *_OF_CHANNEL, *_OF_MEMBER)
    .join(_CHANNELS, _CHANNELS.c.id == _BREAKS.c.channel_id)
    .outerjoin(_MEMBERS, (_MEMBERS.c.workspace_id == _TEAM) & (_MEMBERS.c.slack_id == bindparam("slack_id")))
    .where(_BREAKS.c.id == _BREAK)
    .with_for_update(of=_BREAKS, key_share=True)
)


class Presses(Repository):
    """Reads for a press of Done, each written once: building a statement takes longer than carrying it out."""

    async def take(self, break_id: int, team_id: str, slack_id: str) -> tuple[Break, Channel, Member | None] | None:
        """Take a break as `Breaks.take` does, with its channel and with the person who pressed, if they are known."""
        where = {"break_id": break_id, "team_id": team_id, "slack_id": slack_id}
        row = (await self._session.execute(_TAKE, where)).one_or_none()
        if row is None:
            return None
        own = len(_OF_CHANNEL), len(_OF_MEMBER)
        channel, person = row[-sum(own) : -own[1]], dict(zip(_MEMBER_FIELDS, row[-own[1] :], strict=True))
        return to_break(row), Channel(*channel), to_member(SimpleNamespace(**person)) if person["id"] else None

    async def standing(self, member_id: int, break_: Break) -> Standing:
        """Read where a person stands beside a break that the transaction has taken."""
        where = {"member_id": member_id, "break_id": break_.id, "channel_id": break_.channel_id}
        rows: dict[str, list[Any]] = defaultdict(list)
        for row in (await self._session.execute(_STANDING, where)).all():
            rows[row.what].append(row)
        folded = to_checkpoint(rows["folded"][0]) if rows["folded"] else None
        return Standing(
            counted=to_counted(rows["counted"]),
            people=rows["people"][0].id,
            folded=folded,
            breaks=to_break_dates([(row.day, row.counts) for row in rows["break"]]) if folded else None,
            done=sorted(((row.id, row.day) for row in rows["done"]), key=itemgetter(1)),
            aways=[Dates(row.day, row.last_day) for row in rows["away"]],
        )
