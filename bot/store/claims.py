"""Whose turn it is: messages are claimed with a lease, and Slack's pace is part of the claim, for all processes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select, true, update

from bot.domain import outbox
from bot.domain.outbox import EDITS, Delivery, Kind, Lane, State
from bot.store.repository import Repository
from bot.store.tables import ChannelRow, OutboxRow, WorkspaceRow, core
from bot.store.types import among, database_time

_OUTBOX, _CHANNELS, _WORKSPACES = core(OutboxRow), core(ChannelRow), core(WorkspaceRow)

_DELIVERED = tuple(
    _OUTBOX.c[name]
    for name in (
        *("id", "kind", "subject_id", "step", "key", "due_at", "expires_at", "state", "owner"),
        *("attempts", "revision", "channel_id", "intent_at"),
    )
)

NEXT_AT = {Lane.POST: "post_at", Lane.EDIT: "edit_at", Lane.LOOK_UP: "look_up_at"}
"""The column of a workspace that holds until when (database's clock) a lane is closed."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """Which messages use a lane, and how long it is closed after each."""

    uses: ColumnElement[bool]
    every: timedelta


def _rules(lane: Lane) -> _Rules:
    # Read when needed and not once, so that a test may quicken the pace.
    waiting = _OUTBOX.c.state.in_((State.PENDING, State.LEASED))
    if lane is Lane.LOOK_UP:
        return _Rules(_OUTBOX.c.state == State.UNCERTAIN, outbox.LOOK_UP_EVERY)
    if lane is Lane.EDIT:
        return _Rules(and_(waiting, _OUTBOX.c.kind.in_(EDITS)), outbox.EDIT_EVERY)
    return _Rules(and_(waiting, _OUTBOX.c.kind.not_in(EDITS)), outbox.WORKSPACE_POST_EVERY)


def _is_claimable(rules: _Rules, now: datetime) -> ColumnElement[bool]:
    return and_(_OUTBOX.c.is_open, rules.uses, _OUTBOX.c.due_at <= now, _OUTBOX.c.available_at <= database_time())


class Claims(Repository):
    """Stored messages as couriers compete for them."""

    async def earliest_due_at(self) -> datetime | None:
        """Find when (UTC) the first open message is due, past or future; None when all is said."""
        query = select(_OUTBOX.c.due_at).where(_OUTBOX.c.is_open).order_by(_OUTBOX.c.due_at).limit(1)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def claim(self, lane: Lane, now: datetime, owner: str, limit: int) -> list[Delivery]:
        """Lease for `owner` what is due at `now` (UTC): of each of up to `limit` workspaces what comes first.

        That is one message; or, to be looked up, all of one channel. A channel has one post in flight at a time.
        """
        rules = _rules(lane)
        first = (await self._session.execute(self._firsts(lane, rules, now).limit(limit))).all()
        won = await self._take_turns(lane, rules, {row.workspace_id for row in first})
        first = [row for row in first if row.workspace_id in won]
        if not first:
            return []
        leased = await self._lease(lane, and_(_is_claimable(rules, now), _chosen(lane, first)), owner)
        by_channel = {row.channel_id: row for row in first}
        return sorted((_delivery(row, by_channel[row.channel_id]) for row in leased), key=_order)

    def _firsts(self, lane: Lane, rules: _Rules, now: datetime) -> Select[Any]:
        """Select the first claimable message of each workspace whose turn it is, those due earliest first."""
        # A channel that has waited longest goes first, or those behind five busy ones would never have their turn.
        longest = (_CHANNELS.c.post_at,) if lane is Lane.POST else ()
        order = (*longest, _OUTBOX.c.due_at, _OUTBOX.c.id)
        ranked = (
            select(
                _OUTBOX.c.id,
                _OUTBOX.c.due_at,
                _OUTBOX.c.channel_id,
                _CHANNELS.c.workspace_id,
                _CHANNELS.c.slack_id,
                _WORKSPACES.c.team_id,
                func.row_number().over(partition_by=_CHANNELS.c.workspace_id, order_by=order).label("position"),
            )
            .join(_CHANNELS, _CHANNELS.c.id == _OUTBOX.c.channel_id)
            .join(_WORKSPACES, _WORKSPACES.c.id == _CHANNELS.c.workspace_id)
            .where(_is_claimable(rules, now), _WORKSPACES.c[NEXT_AT[lane]] <= database_time(), _is_free(lane))
            .subquery()
        )
        return select(ranked).where(ranked.c.position == 1).order_by(ranked.c.due_at, ranked.c.id)

    async def _take_turns(self, lane: Lane, rules: _Rules, workspace_ids: set[int]) -> set[int]:
        """Take the turn of workspaces; another worker who is at it, or was first, leaves the others to us."""
        if not workspace_ids:
            return set()
        next_at = _WORKSPACES.c[NEXT_AT[lane]]
        open_lanes = (
            select(_WORKSPACES.c.id)
            .where(among(_WORKSPACES.c.id, workspace_ids), next_at <= database_time())
            .with_for_update(skip_locked=True, key_share=True)
        )
        taken = (
            update(_WORKSPACES)
            .where(_WORKSPACES.c.id.in_(open_lanes))
            .values({next_at: database_time(rules.every.total_seconds())})
            .returning(_WORKSPACES.c.id)
        )
        return set((await self._session.execute(taken)).scalars())

    async def _lease(self, lane: Lane, chosen: ColumnElement[bool], owner: str) -> Sequence[Row[Any]]:
        values: dict[str, Any] = {"owner": owner, "available_at": database_time(outbox.LEASE.total_seconds())}
        if lane is not Lane.LOOK_UP:
            values |= {"state": State.LEASED, "attempts": _OUTBOX.c.attempts + 1}
        free = _unlocked(chosen, _is_free(lane))
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

    async def expire_intents(self) -> None:
        """Turn intents whose worker vanished into uncertain outcomes; an edit is simply due again."""
        expired = and_(_OUTBOX.c.is_open, _OUTBOX.c.state == State.INTENT, _OUTBOX.c.available_at <= database_time())
        state = case((_OUTBOX.c.kind.in_(EDITS), State.PENDING), else_=State.UNCERTAIN)
        await self._session.execute(update(_OUTBOX).where(_unlocked(expired)).values(state=state, error="worker lost"))


def _is_free(lane: Lane) -> ColumnElement[bool]:
    """Say that a message's channel may have a post: a second after the last, and none is in flight."""
    if lane is not Lane.POST:
        return true()
    other = _OUTBOX.alias("other")
    in_flight = select(other.c.channel_id).where(
        other.c.is_open,
        other.c.kind.not_in(EDITS),
        other.c.state.in_((State.LEASED, State.INTENT)),
        other.c.available_at > database_time(),
    )
    # Asked of the channels in question alone: there are many that wait for nothing.
    rested = select(_CHANNELS.c.id).where(
        _CHANNELS.c.id == _OUTBOX.c.channel_id, _CHANNELS.c.post_at <= database_time()
    )
    return and_(_OUTBOX.c.channel_id.not_in(in_flight), rested.correlate(_OUTBOX).exists())


def _unlocked(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Leave out messages that somebody is changing: a claim takes many, and waits for none."""
    return _OUTBOX.c.id.in_(select(_OUTBOX.c.id).where(*conditions).with_for_update(skip_locked=True))


def _chosen(lane: Lane, first: Sequence[Row[Any]]) -> ColumnElement[bool]:
    if lane is Lane.LOOK_UP:  # one call finds all that a channel waits for
        return among(_OUTBOX.c.channel_id, {row.channel_id for row in first})
    return among(_OUTBOX.c.id, {row.id for row in first})


def _delivery(row: Row[Any], place: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        kind=Kind(row.kind),
        subject_id=row.subject_id,
        step=row.step,
        key=row.key,
        due_at=row.due_at,
        expires_at=row.expires_at,
        state=State(row.state),
        owner=row.owner,
        attempts=row.attempts,
        revision=row.revision,
        workspace_id=place.workspace_id,
        team_id=place.team_id,
        channel_id=row.channel_id,
        slack_channel_id=place.slack_id,
        intent_at=row.intent_at,
    )


def _order(delivery: Delivery) -> tuple[datetime, int]:
    return delivery.due_at, delivery.id
