"""Whose turn it is: messages are claimed with a lease, and Slack's pace is part of the claim, for all processes."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    update,
)

from bot.domain import outbox
from bot.domain.outbox import AWAITED, EDITS, Delivery, Kind, Lane, State
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import ChannelRow, OutboxRow, WorkspaceRow
from bot.store.types import among, database_time, later

_OUTBOX, _CHANNELS, _WORKSPACES = core(OutboxRow), core(ChannelRow), core(WorkspaceRow)

_DELIVERED = (
    *(_OUTBOX.c[name] for name in ("id", "kind", "subject_id", "step", "key", "due_at", "expires_at")),
    *(_OUTBOX.c[name] for name in ("attempts", "revision", "channel_id", "intent_at")),
)
_KINDS = {kind.value: kind for kind in Kind}

_EARLIEST = select(_OUTBOX.c.due_at).where(_OUTBOX.c.is_open).order_by(_OUTBOX.c.due_at).limit(1)
"""Written once: every tick asks it."""

NEXT_AT = {Lane.POST: "post_at", Lane.EDIT: "edit_at", Lane.LOOK_UP: "look_up_at"}
"""The column of a workspace that holds until when (database's clock) a lane is closed."""


def _every(lane: Lane) -> timedelta:
    # Read when needed and not once, so that a test may quicken the pace.
    return {
        Lane.POST: outbox.WORKSPACE_POST_EVERY,
        Lane.EDIT: outbox.EDIT_EVERY,
        Lane.LOOK_UP: outbox.LOOK_UP_EVERY,
    }[lane]


_IS_LOST = _OUTBOX.c.state == State.UNCERTAIN
_IS_EDIT = _OUTBOX.c.kind.in_(EDITS)
_IS_POST = ~or_(_IS_LOST, _IS_EDIT)


def _by_lane(look_up: Any, edit: Any, post: Any) -> ColumnElement[Any]:
    """Choose by the lane that a message uses."""
    return case((_IS_LOST, look_up), (_IS_EDIT, edit), else_=post)


_IS_OPEN = and_(_OUTBOX.c.is_open, _OUTBOX.c.state.in_((State.PENDING, State.LEASED, State.UNCERTAIN)))


def _is_waiting(now: Any) -> ColumnElement[bool]:
    """Say that a message is due and nobody's, and that its channel may have it: one post in flight at a time."""
    other = _OUTBOX.alias("other")
    in_flight = select(other.c.channel_id).where(
        other.c.is_open,
        other.c.kind.not_in(EDITS),
        other.c.state.in_((State.LEASED, State.INTENT)),
        other.c.available_at > database_time(),
    )
    return and_(
        _IS_OPEN,
        _OUTBOX.c.due_at <= now,
        _OUTBOX.c.available_at <= database_time(),
        or_(_IS_LOST, _IS_EDIT, _OUTBOX.c.channel_id.not_in(in_flight)),
    )


def _is_paced(is_post: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say that the channel, joined, may have a message: posts in a channel are a second apart."""
    return or_(~is_post, _CHANNELS.c.post_at <= database_time())


_ENOUGH = 0.5
"""The share of its limit that a claim is content with: more than one message may be of one workspace."""

AT_LEAST = 500
"""Messages a claim looks at before it looks at all there are, however few it is to take."""

_ALL = 2**31 - 1


class Claims(Repository):
    """Stored messages as couriers compete for them."""

    async def earliest_due_at(self) -> datetime | None:
        """Find when (UTC) the first open message is due, past or future; None when all is said."""
        return (await self._session.execute(_EARLIEST)).scalar_one_or_none()

    async def claim(self, now: datetime, owner: str, limit: int) -> list[Delivery]:
        """Lease for `owner` what is due at `now` (UTC): of each workspace what comes first in each lane, up to a limit.

        That is one message; or, to be looked up, all of one channel. A channel has one post in flight at a time.
        """
        by_lane: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in await self._firsts(now, limit):
            by_lane[row.lane].append(row)
        leased = [
            each for lane, firsts in by_lane.items() for each in await self._claim_in(Lane(lane), firsts, now, owner)
        ]
        return sorted(leased, key=attrgetter("due_at", "id"))

    async def _firsts(self, now: datetime, limit: int) -> Sequence[Row[Any]]:
        """Find what comes first in each workspace and lane, looking no further than needed while there is much."""
        page = max(limit, AT_LEAST)
        found, seen = await self._firsts_among(page, now, limit)
        if seen == page and len(found) < _ENOUGH * limit:
            # Few workspaces have it all: the others' turn is further back.
            found, _ = await self._firsts_among(_ALL, now, limit)
        return found

    async def _firsts_among(self, page: int, now: datetime, limit: int) -> tuple[list[Row[Any]], int]:
        rows = (await self._session.execute(_firsts(), {"page": page, "now": now, "limit": limit})).all()
        return [row for row in rows if row.id is not None], rows[0].seen

    async def _claim_in(self, lane: Lane, firsts: Sequence[Row[Any]], now: datetime, owner: str) -> list[Delivery]:
        won = await self._take_turns(lane, {row.workspace_id for row in firsts})
        places = {row.channel_id: row for row in firsts if row.workspace_id in won}
        state = State.UNCERTAIN if lane is Lane.LOOK_UP else State.LEASED
        leased = await self._lease(lane, places.values(), now, owner)
        return [_delivery(row, places, state, owner) for row in leased]

    async def _take_turns(self, lane: Lane, workspace_ids: set[int]) -> set[int]:
        """Take the turn of workspaces; another worker who is at it, or was first, leaves the others to us."""
        next_at = _WORKSPACES.c[NEXT_AT[lane]]
        open_lanes = (
            select(_WORKSPACES.c.id)
            .where(among(_WORKSPACES.c.id, workspace_ids), next_at <= database_time())
            .with_for_update(skip_locked=True, key_share=True)
        )
        taken = (
            update(_WORKSPACES)
            .where(_WORKSPACES.c.id.in_(open_lanes))
            .values({next_at: _following_turn(lane)})
            .returning(_WORKSPACES.c.id)
        )
        return set((await self._session.execute(taken)).scalars())

    async def _lease(self, lane: Lane, chosen: Collection[Row[Any]], now: datetime, owner: str) -> Sequence[Row[Any]]:
        values: dict[str, Any] = {"owner": owner, "available_at": database_time(outbox.LEASE.total_seconds())}
        if lane is Lane.LOOK_UP:  # one call finds all that a channel waits for
            these = and_(among(_OUTBOX.c.channel_id, {row.channel_id for row in chosen}), _IS_LOST)
        else:
            these = among(_OUTBOX.c.id, {row.id for row in chosen})
            values |= {"state": State.LEASED, "attempts": _OUTBOX.c.attempts + 1}
        # Asked again in the statement that leases: another worker may have posted to the channel since. On SQLite there
        # is none: a transaction is alone from its first statement on.
        is_alone = self._session.get_bind().dialect.name == "sqlite" and lane is not Lane.LOOK_UP
        free = these if is_alone else _unlocked(these, _is_waiting(now), _is_paced(_IS_POST))
        return (await self._session.execute(update(_OUTBOX).where(free).values(values).returning(*_DELIVERED))).all()

    async def reopen_channels(self, channel_ids: set[int]) -> None:
        """Let channels have their next post a second after the one that has just been settled."""
        # In one order everywhere, so that two workers wait for each other instead of locking up.
        settled = select(_CHANNELS.c.id).where(among(_CHANNELS.c.id, channel_ids)).order_by(_CHANNELS.c.id)
        locked = settled.with_for_update(key_share=True)
        until = database_time(outbox.POST_EVERY.total_seconds())
        await self._session.execute(update(_CHANNELS).where(_CHANNELS.c.id.in_(locked)).values(post_at=until))

    async def pause(self, workspace_id: int, lane: Lane, wait: timedelta) -> None:
        """Hold a lane of a workspace for Slack's Retry-After; every process obeys."""
        next_at, until = _WORKSPACES.c[NEXT_AT[lane]], database_time(wait.total_seconds())
        await self._session.execute(
            update(_WORKSPACES).where(_WORKSPACES.c.id == workspace_id, next_at < until).values({next_at: until})
        )

    async def put_off(self, workspace_ids: set[int], late: timedelta) -> None:
        """Count the next turns of workspaces from a call that comes so much later than its own turn."""
        turn_at = _WORKSPACES.c[NEXT_AT[Lane.POST]]
        chosen = select(_WORKSPACES.c.id).where(among(_WORKSPACES.c.id, workspace_ids)).order_by(_WORKSPACES.c.id)
        locked = chosen.with_for_update(key_share=True)
        statement = update(_WORKSPACES).where(_WORKSPACES.c.id.in_(locked))
        await self._session.execute(statement.values({turn_at: later(turn_at, late.total_seconds())}))

    async def expire_intents(self) -> None:
        """Turn intents whose worker vanished into uncertain outcomes; an edit is simply due again."""
        await self._session.execute(_expire_intents())


def _following_turn(lane: Lane) -> ColumnElement[datetime]:
    """Say when a lane is open again: counted from its turn, not from when that was taken, or delays would add up."""
    turn_at, every = _WORKSPACES.c[NEXT_AT[lane]], _every(lane).total_seconds()
    is_in_use = turn_at > database_time(-outbox.MADE_UP_FOR.total_seconds())
    return case((is_in_use, later(turn_at, every)), else_=database_time(every))


@lru_cache  # building a statement takes longer than carrying it out
def _firsts() -> Select[Any]:
    """Select the first claimable message of each workspace and lane whose turn it is at `now`, up to a `limit`.

    Those due earliest go first. It looks at the first messages alone, a `page` of them; `seen` says at how many, in a
    row with nothing else if there is none.
    """
    # Looked up for these messages alone: with many due at one instant, a join would come before the limit.
    looked_at = (
        select(
            *(_OUTBOX.c.id, _OUTBOX.c.due_at, _OUTBOX.c.channel_id),
            _by_lane(Lane.LOOK_UP, Lane.EDIT, Lane.POST).label("lane"),
            case((_OUTBOX.c.kind.in_(AWAITED), 0), else_=1).label("is_awaited"),
        )
        .where(_is_waiting(bindparam("now")))
        .order_by(_OUTBOX.c.due_at)
        .limit(bindparam("page", type_=Integer))
        .cte("looked_at")
    )
    message = looked_at.c
    turn_at = case({lane: _WORKSPACES.c[name] for lane, name in NEXT_AT.items()}, value=message.lane)
    # A channel that has waited longest goes first, or those behind five busy ones would never have their turn.
    waiting_since = case((message.lane == Lane.POST, _CHANNELS.c.post_at))
    position = func.row_number().over(
        partition_by=(_CHANNELS.c.workspace_id, message.lane),
        order_by=(message.is_awaited, waiting_since, message.due_at, message.id),
    )
    columns = (message.id, message.channel_id, _CHANNELS.c.workspace_id, _CHANNELS.c.slack_id, _WORKSPACES.c.team_id)
    ranked = (
        select(*columns, message.lane, message.due_at, position.label("position"))
        .join(_CHANNELS, _CHANNELS.c.id == message.channel_id)
        .join(_WORKSPACES, _WORKSPACES.c.id == _CHANNELS.c.workspace_id)
        .where(_is_paced(message.lane == Lane.POST), turn_at <= database_time())
        .subquery()
    )
    first = select(ranked).where(ranked.c.position == 1).subquery()
    seen = select(func.count().label("seen")).select_from(looked_at).subquery()
    return (
        select(*(first.c[column.name] for column in columns), first.c.lane, seen.c.seen)
        .select_from(seen.outerjoin(first, true()))
        .order_by(first.c.due_at, first.c.id)
        .limit(bindparam("limit", type_=Integer))
    )


@lru_cache
def _expire_intents() -> Update:
    expired = and_(_OUTBOX.c.is_open, _OUTBOX.c.state == State.INTENT, _OUTBOX.c.available_at <= database_time())
    state = case((_OUTBOX.c.kind.in_(EDITS), State.PENDING), else_=State.UNCERTAIN)
    return update(_OUTBOX).where(_unlocked(expired)).values(state=state, error="worker lost")


def _unlocked(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Leave out messages that somebody is changing: a claim takes many, and waits for none."""
    with_channels = _OUTBOX.join(_CHANNELS, _CHANNELS.c.id == _OUTBOX.c.channel_id)
    free = select(_OUTBOX.c.id).select_from(with_channels).where(*conditions)
    return _OUTBOX.c.id.in_(free.with_for_update(skip_locked=True, of=_OUTBOX))


def _delivery(row: Row[Any], places: Mapping[int, Row[Any]], state: State, owner: str) -> Delivery:
    # Unpacked in one go: a claim may be of thousands, and a row's attributes are looked up by name.
    id_, kind, subject_id, step, key, due_at, expires_at, attempts, revision, channel_id, intent_at = tuple(row)
    _, _, workspace_id, slack_id, team_id, *_ = tuple(places[channel_id])
    return Delivery(
        id=id_,
        kind=_KINDS[kind],
        subject_id=subject_id,
        step=step,
        key=key,
        due_at=due_at,
        expires_at=expires_at,
        state=state,
        owner=owner,
        attempts=attempts,
        revision=revision,
        workspace_id=workspace_id,
        team_id=team_id,
        channel_id=channel_id,
        slack_channel_id=slack_id,
        intent_at=intent_at,
    )
