"""Slack's pace, kept by all processes together: when each workspace and each channel may have its next call."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Integer,
    Row,
    Table,
    Update,
    and_,
    bindparam,
    case,
    column,
    or_,
    select,
    table,
    update,
)

from bot.domain import outbox
from bot.domain.outbox import POST_BURST, Delivery, Lane
from bot.store.base import core
from bot.store.bulk import as_rows, given
from bot.store.repository import Repository, is_alone
from bot.store.tables import ChannelRow, WorkspaceRow
from bot.store.types import among_given, database_time, database_time_in, database_time_plus, later, latest


class Turn(NamedTuple):
    """In which of its bursts a workspace has posts, and in how many seconds that begins."""

    burst: int
    opens_in: float


_WORKSPACES, _CHANNELS = core(WorkspaceRow), core(ChannelRow)
_BURST, _HAD, _ANSWERED = _WORKSPACES.c.burst, _WORKSPACES.c.posts_in_burst, _WORKSPACES.c.posts_answered

_NEXT_AT = {Lane.EDIT: _WORKSPACES.c.edit_at, Lane.LOOK_UP: _WORKSPACES.c.look_up_at, Lane.POST: _WORKSPACES.c.post_at}
"""Until when (database's clock) a lane of a workspace is closed; posts are, once it has had all of its burst."""

_IS_OPEN = _WORKSPACES.c.post_at <= database_time()
_OPENS_SOON = _WORKSPACES.c.post_at <= database_time_in("ahead")


def _every(lane: Lane) -> timedelta:
    # Read when needed and not once, so that a test may quicken the pace.
    return {Lane.POST: outbox.POST_PATIENCE, Lane.EDIT: outbox.EDIT_EVERY, Lane.LOOK_UP: outbox.LOOK_UP_EVERY}[lane]


def ahead() -> dict[str, float]:
    """Give the parameters of statements in which a turn is looked at before it opens."""
    seconds = outbox.CLAIM_AHEAD.total_seconds()
    return {"ahead": seconds, "sooner": -seconds}


def turn_of(lane: Any) -> ColumnElement[datetime]:
    """Say when (database's clock) a column's lane of a workspace, joined, opens again, or has been open since."""
    return case(_NEXT_AT, value=lane)


def left_in(lane: Any) -> ColumnElement[int]:
    """Say how many messages of a column's lane a workspace, joined, may have at once."""
    is_open = turn_of(lane) <= case((lane == Lane.POST, database_time_in("ahead")), else_=database_time())
    return case(
        (is_open, case((lane == Lane.POST, POST_BURST), else_=1)), (lane == Lane.POST, POST_BURST - _HAD), else_=0
    )


def opens_at(lane: Any) -> ColumnElement[Any]:
    """Say when (database's clock) a workspace's next message of a column's lane may be claimed at the earliest."""
    has_some_left = and_(lane == Lane.POST, _HAD < POST_BURST)
    is_under_way = and_(lane == Lane.POST, _ANSWERED < _HAD)
    turn, once_answered = turn_of(lane), database_time_in("pause")
    opens = case((and_(is_under_way, once_answered < turn), once_answered), else_=turn)
    return case((has_some_left, database_time()), (lane == Lane.POST, later(opens, "sooner")), else_=turn)


def is_paced(is_post: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say that a channel, joined, may have a message: posts in a channel are a second apart."""
    return or_(~is_post, _CHANNELS.c.post_at <= database_time())


@lru_cache  # building a statement takes longer than carrying it out
def _take(dialect: str, lane: Lane) -> Any:
    next_at = _NEXT_AT[lane]
    wanted = given(dialect, _WORKSPACES, ("id", _HAD.name, next_at.name), each="id")
    values: dict[Any, Any] = {next_at: database_time_in("pause")}
    taken = update(_WORKSPACES).where(_WORKSPACES.c.id == wanted.c.id, next_at == wanted.c[next_at.name])
    if lane is Lane.POST:
        values |= _in_burst(case((_OPENS_SOON, 0), else_=_HAD) + wanted.c[_HAD.name], is_new=_OPENS_SOON)
        begins = case((_OPENS_SOON, latest(next_at, database_time())), else_=database_time())
        values[next_at] = latest(next_at, later(begins, "pause"))
        taken = taken.where(values[_HAD] <= POST_BURST)
    if not is_alone(dialect):
        free = select(_WORKSPACES.c.id).where(among_given(_WORKSPACES.c.id, "ids"))
        taken = taken.where(_WORKSPACES.c.id.in_(free.with_for_update(skip_locked=True, key_share=True)))
    return taken.values(values).returning(_WORKSPACES.c.id, _BURST, next_at, database_time_in("pause"))


def _in_burst(had: ColumnElement[int], is_new: ColumnElement[bool]) -> dict[Any, Any]:
    return {_HAD: had, _BURST: case((is_new, _BURST + 1), else_=_BURST), _ANSWERED: case((is_new, 0), else_=_ANSWERED)}


@lru_cache
def _confirm(dialect: str) -> Any:
    posting = given(dialect, _WORKSPACES, ("id", _HAD.name, _BURST.name), each="id")
    is_in_burst, count = posting.c.burst == _BURST, posting.c.posts_in_burst
    had = case((is_in_burst, _HAD), (_IS_OPEN, count), else_=_HAD + count)
    confirmed = _ordered(dialect, _WORKSPACES).where(_WORKSPACES.c.id == posting.c.id, had <= POST_BURST)
    at_once, post_at = database_time_in("pause"), _WORKSPACES.c.post_at
    values = _in_burst(had, is_new=and_(~is_in_burst, _IS_OPEN)) | {post_at: latest(post_at, at_once)}
    return confirmed.values(values).returning(_WORKSPACES.c.id, _BURST, post_at, at_once)


_ANSWERS = table(
    "answers", column("id", BigInteger), column("count", Integer), column("burst", Integer), column("pause", Float)
)


@lru_cache
def _answer(dialect: str) -> Any:
    answered = given(dialect, _ANSWERS, ("id", "count", "burst", "pause"), each="id")
    count = _ANSWERED + answered.c["count"]
    # What others had answered meanwhile may be newer.
    pause = case((answered.c["count"] == _HAD, answered.c.pause), else_=bindparam("pause", type_=Float))
    post_at = case((count >= _HAD, database_time_plus(pause)), else_=_WORKSPACES.c.post_at)
    of_burst = (_WORKSPACES.c.id == answered.c.id, answered.c.burst == _BURST)
    return _ordered(dialect, _WORKSPACES).where(*of_burst).values({_ANSWERED: count, _WORKSPACES.c.post_at: post_at})


def _ordered(dialect: str, rows: Table) -> Update:
    """Update rows of given ids, of which others may change some at the same time."""
    return update(rows) if is_alone(dialect) else update(rows).where(_in_order(rows))


def _in_order(rows: Table) -> ColumnElement[bool]:
    """Say that rows are those of given ids, locked in one order everywhere: two workers wait, and do not lock up."""
    chosen = select(rows.c.id).where(among_given(rows.c.id, "ids")).order_by(rows.c.id)
    return rows.c.id.in_(chosen.with_for_update(key_share=True))


_REOPEN = update(_CHANNELS).where(_in_order(_CHANNELS)).values(post_at=database_time_in("pause"))


def _alike(turns: Iterable[tuple[int, tuple[Any, ...]]], names: Iterable[str]) -> str:
    """Write workspaces' turns as rows, of which there are few: one for all that are alike."""
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for workspace_id, turn in turns:
        alike[turn].append(workspace_id)
    return as_rows({"id": ids} | dict(zip(names, turn, strict=True)) for turn, ids in alike.items())


def _left_of(pause: float, since: float) -> float:
    """Say what is left of a pause; never less than that, and in steps, as which most are alike."""
    return max(0.0, ceil(100 * (pause - since)) / 100)


def _turns(rows: Iterable[Row[Any]]) -> dict[int, Turn]:
    """Read when turns begin from until when they close a lane, and until when one would that began now."""
    return {id_: Turn(burst, (until - at_once).total_seconds()) for id_, burst, until, at_once in map(tuple, rows)}


class Turns(Repository):
    """The turns that workspaces and channels have had."""

    async def take(self, lane: Lane, wanted: Mapping[int, tuple[int, datetime]]) -> dict[int, Turn]:
        """Take the turn of workspaces, by their ids, for so many messages; answers those that they have.

        Beside it stands when it was seen to open: where that has changed, another worker was first. One who is at it
        leaves the others to us.
        """
        rows = _alike(wanted.items(), (_HAD.name, _NEXT_AT[lane].name))
        where = {"rows": rows, "ids": sorted(wanted), "pause": _every(lane).total_seconds(), **ahead()}
        return _turns((await self._session.execute(_take(self._dialect, lane), where)).all())

    async def confirm(self, posts: Iterable[Delivery]) -> dict[int, Turn]:
        """Say that posts are called for now, or when their burst begins; answers the workspaces that may have them.

        Where their burst is over already they are in another, if there is room.
        """
        counts = Counter((each.workspace_id, each.burst) for each in posts)
        rows = _alike(((id_, (count, burst)) for (id_, burst), count in counts.items()), (_HAD.name, _BURST.name))
        ids = sorted({workspace_id for workspace_id, _ in counts})
        where = {"rows": rows, "ids": ids, "pause": outbox.POST_PATIENCE.total_seconds()}
        return _turns((await self._session.execute(_confirm(self._dialect), where)).all())

    async def answer(self, posts: Iterable[tuple[Delivery, float]]) -> None:
        """Say of posts for how many seconds nothing has been under way; other lanes are left out.

        When it is for none of a burst, its workspace has its pause, and then the next.
        """
        since: dict[tuple[int, int], list[float]] = defaultdict(list)
        for post, seconds in posts:
            if post.lane is Lane.POST:
                since[post.workspace_id, post.burst].append(seconds)
        pause = outbox.POST_PAUSE.total_seconds()
        turns = [(id_, (len(each), burst, _left_of(pause, min(each)))) for (id_, burst), each in since.items()]
        rows, ids = _alike(turns, ("count", "burst", "pause")), sorted({id_ for id_, _ in since})
        if ids:
            await self._session.execute(_answer(self._dialect), {"rows": rows, "ids": ids, "pause": pause})

    async def pause(self, workspace_id: int, lane: Lane, wait: timedelta) -> None:
        """Hold a lane of a workspace for Slack's Retry-After; every process obeys."""
        next_at, until = _NEXT_AT[lane], database_time(wait.total_seconds())
        values: dict[Any, Any] = {next_at: case((next_at < until, until), else_=next_at)}
        if lane is Lane.POST:
            values |= {_HAD: POST_BURST, _BURST: _BURST + 1, _ANSWERED: POST_BURST}  # those under way do not end it
        await self._session.execute(update(_WORKSPACES).where(_WORKSPACES.c.id == workspace_id).values(values))

    async def reopen_channels(self, channel_ids: set[int]) -> None:
        """Let channels have their next post a second after the one that has just been settled."""
        await self._session.execute(_REOPEN, {"ids": sorted(channel_ids), "pause": outbox.POST_EVERY.total_seconds()})
