"""Slack's pace, kept by all processes together: when each workspace and each channel may have its next call."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, or_, select, update

from bot.domain import outbox
from bot.domain.outbox import POST_BURST, Lane
from bot.store.base import core
from bot.store.bulk import as_rows, given
from bot.store.repository import Repository, is_alone
from bot.store.tables import ChannelRow, WorkspaceRow
from bot.store.types import among_given, database_time, database_time_in

_WORKSPACES, _CHANNELS = core(WorkspaceRow), core(ChannelRow)
_HAD = _WORKSPACES.c.posts_in_burst

_NEXT_AT = {Lane.EDIT: _WORKSPACES.c.edit_at, Lane.LOOK_UP: _WORKSPACES.c.look_up_at, Lane.POST: _WORKSPACES.c.post_at}
"""Until when (database's clock) a lane of a workspace is closed; posts are, once it has had all of its burst."""


def _every(lane: Lane) -> timedelta:
    # Read when needed and not once, so that a test may quicken the pace.
    return {Lane.POST: outbox.POST_PAUSE, Lane.EDIT: outbox.EDIT_EVERY, Lane.LOOK_UP: outbox.LOOK_UP_EVERY}[lane]


def turn_of(lane: Any) -> ColumnElement[datetime]:
    """Say when (database's clock) a column's lane of a workspace, joined, opens again, or has been open since."""
    return case(_NEXT_AT, value=lane)


def left_in(lane: Any) -> ColumnElement[int]:
    """Say how many messages of a column's lane a workspace, joined, may have at once."""
    is_open = case(_NEXT_AT, value=lane) <= database_time()
    return case(
        (is_open, case((lane == Lane.POST, POST_BURST), else_=1)), (lane == Lane.POST, POST_BURST - _HAD), else_=0
    )


def opens_at(lane: Any) -> ColumnElement[Any]:
    """Say when (database's clock) a workspace, joined, may have its next message of a column's lane."""
    has_some_left = and_(lane == Lane.POST, _HAD < POST_BURST)
    return case((has_some_left, database_time()), else_=turn_of(lane))


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
        values[_HAD] = case((next_at <= database_time(), 0), else_=_HAD) + wanted.c[_HAD.name]
        taken = taken.where(values[_HAD] <= POST_BURST)
    if not is_alone(dialect):
        free = select(_WORKSPACES.c.id).where(among_given(_WORKSPACES.c.id, "ids"))
        taken = taken.where(_WORKSPACES.c.id.in_(free.with_for_update(skip_locked=True, key_share=True)))
    return taken.values(values).returning(_WORKSPACES.c.id, next_at)


@lru_cache
def _confirm(dialect: str) -> Any:
    posting = given(dialect, _WORKSPACES, ("id", _HAD.name, "post_at"), each="id")
    is_in_turn, is_open = posting.c.post_at > database_time(), _WORKSPACES.c.post_at <= database_time()
    had = case((is_in_turn, _HAD), (is_open, posting.c.posts_in_burst), else_=_HAD + posting.c.posts_in_burst)
    confirmed = update(_WORKSPACES).where(_WORKSPACES.c.id == posting.c.id, had <= POST_BURST)
    if not is_alone(dialect):
        confirmed = confirmed.where(_in_order(_WORKSPACES))
    return confirmed.values({_WORKSPACES.c.post_at: database_time_in("pause"), _HAD: had}).returning(_WORKSPACES.c.id)


def _in_order(table: Table) -> ColumnElement[bool]:
    """Say that rows are those of given ids, locked in one order everywhere: two workers wait, and do not lock up."""
    chosen = select(table.c.id).where(among_given(table.c.id, "ids")).order_by(table.c.id)
    return table.c.id.in_(chosen.with_for_update(key_share=True))


_REOPEN = update(_CHANNELS).where(_in_order(_CHANNELS)).values(post_at=database_time_in("pause"))


def _alike(turns: Mapping[int, tuple[int, datetime]], name: str) -> str:
    """Write workspaces' turns as rows, of which there are few: one for all that are alike."""
    alike: dict[tuple[int, datetime], list[int]] = defaultdict(list)
    for workspace_id, turn in turns.items():
        alike[turn].append(workspace_id)
    return as_rows({"id": ids, _HAD.name: count, name: at} for (count, at), ids in alike.items())


class Turns(Repository):
    """The turns that workspaces and channels have had."""

    async def take(self, lane: Lane, wanted: Mapping[int, tuple[int, datetime]]) -> dict[int, datetime]:
        """Take the turn of workspaces, by their ids, for so many messages; answers until when they have it.

        Beside it stands when it was seen to open: where that has changed, another worker was first. One who is at it
        leaves the others to us.
        """
        rows = _alike(wanted, _NEXT_AT[lane].name)
        where = {"rows": rows, "ids": sorted(wanted), "pause": _every(lane).total_seconds()}
        return dict(map(tuple, (await self._session.execute(_take(self._dialect, lane), where)).all()))

    async def confirm(self, posting: Mapping[int, tuple[int, datetime]]) -> set[int]:
        """Begin the pause after workspaces' posts now, right before the calls; answers which may post.

        They are given as so many posts by id, with the end of the turn that was taken for them. Who comes later than
        that takes a turn anew, if there is one.
        """
        where = {"rows": _alike(posting, "post_at"), "ids": sorted(posting), "pause": _every(Lane.POST).total_seconds()}
        return set((await self._session.execute(_confirm(self._dialect), where)).scalars())

    async def pause(self, workspace_id: int, lane: Lane, wait: timedelta) -> None:
        """Hold a lane of a workspace for Slack's Retry-After; every process obeys."""
        next_at, until = _NEXT_AT[lane], database_time(wait.total_seconds())
        values: dict[Any, Any] = {next_at: case((next_at < until, until), else_=next_at)}
        if lane is Lane.POST:
            values[_HAD] = POST_BURST
        await self._session.execute(update(_WORKSPACES).where(_WORKSPACES.c.id == workspace_id).values(values))

    async def reopen_channels(self, channel_ids: set[int]) -> None:
        """Let channels have their next post a second after the one that has just been settled."""
        await self._session.execute(_REOPEN, {"ids": sorted(channel_ids), "pause": outbox.POST_EVERY.total_seconds()})
