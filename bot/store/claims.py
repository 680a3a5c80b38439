"""Whose turn it is: messages are claimed with a lease, and Slack's pace is part of the claim, for all processes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
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
from bot.domain.instants import earliest
from bot.domain.outbox import AWAITED, EDITS, Ahead, Delivery, Kind, Lane, State
from bot.store.base import core
from bot.store.repository import Repository, is_alone
from bot.store.tables import ChannelRow, OutboxRow, WorkspaceRow
from bot.store.turns import Turn, Turns, ahead, is_paced, left_in, opens_at, turn_of
from bot.store.types import among_given, database_time, database_time_in, latest

_OUTBOX, _CHANNELS, _WORKSPACES = core(OutboxRow), core(ChannelRow), core(WorkspaceRow)

_DELIVERED = (
    *(_OUTBOX.c[name] for name in ("id", "kind", "subject_id", "step", "key", "due_at", "expires_at")),
    *(_OUTBOX.c[name] for name in ("attempts", "revision", "channel_id", "intent_at")),
)
_KINDS = {kind.value: kind for kind in Kind}

_EARLIEST = select(_OUTBOX.c.due_at).where(_OUTBOX.c.is_open).order_by(_OUTBOX.c.due_at).limit(1)
"""Written once: every tick asks it."""

_IS_LOST = _OUTBOX.c.state == State.UNCERTAIN
_IS_EDIT = _OUTBOX.c.kind.in_(EDITS)


_LANE = case((_IS_LOST, Lane.LOOK_UP), (_IS_EDIT, Lane.EDIT), else_=Lane.POST)
_IS_OPEN = and_(_OUTBOX.c.is_open, _OUTBOX.c.state.in_((State.PENDING, State.LEASED, State.UNCERTAIN)))


_NOW: BindParameter[datetime] = bindparam("now")
_SOON: BindParameter[datetime] = bindparam("soon")
"""Until when prompts may be claimed that are due later; what else there is has to be due now."""

_IS_DUE = and_(_OUTBOX.c.due_at <= _SOON, or_(_OUTBOX.c.due_at <= _NOW, _OUTBOX.c.kind == Kind.PROMPT))


def _at(now: datetime) -> dict[str, Any]:
    return {"now": now, "soon": now + outbox.CLAIM_AHEAD} | ahead()


def _is_waiting() -> ColumnElement[bool]:
    """Say that a message is due and nobody's, and that its channel may have it."""
    return and_(_IS_OPEN, _IS_DUE, _OUTBOX.c.available_at <= database_time(), _is_next_in_channel())


def _is_next_in_channel() -> ColumnElement[bool]:
    """Say that no post to a message's channel is on its way: there is one at a time."""
    other = _OUTBOX.alias("other")
    in_flight = select(other.c.channel_id).where(
        other.c.is_open,
        other.c.kind.not_in(EDITS),
        other.c.state.in_((State.LEASED, State.INTENT)),
        other.c.available_at > database_time(),
    )
    return or_(_IS_LOST, _IS_EDIT, _OUTBOX.c.channel_id.not_in(in_flight))


_ENOUGH = 0.5
"""The share of its limit that a claim is content with: more messages than it may have may be of one workspace."""

AT_LEAST = 2000
"""Messages a claim looks at before it looks at all there are, however few it is to take."""

_ALL = 2**31 - 1


class _Waiting(NamedTuple):
    """A message whose turn it may be, and where it belongs; what comes first of its kind sorts first.

    `left` is how many its workspace may have of them now. `turn_at` is on the database's clock, as `waiting_since`.
    """

    is_awaited: int
    waiting_since: datetime
    due_at: datetime
    id: int
    channel_id: int
    workspace_id: int
    slack_id: str
    team_id: str
    lane: str
    turn_at: datetime
    left: int


Chosen = Mapping[str, Sequence[_Waiting]]
"""What may be claimed, by lane."""


class Claims(Repository):
    """Stored messages as couriers compete for them."""

    async def earliest_due_at(self) -> datetime | None:
        """Find when (UTC) the first open message is due, past or future; None when all is said."""
        return (await self._session.execute(_EARLIEST)).scalar_one_or_none()

    async def choose(self, now: datetime, limit: int) -> Chosen:
        """Choose what may be claimed at `now` (UTC), looking no further than needed while there is much.

        That is also what may be sent soon, see `CLAIM_AHEAD`.
        """
        page = max(limit, AT_LEAST)
        waiting, seen = await self._waiting(page, now)
        chosen = _choose(waiting, limit)
        if seen == page and sum(map(len, chosen.values())) < _ENOUGH * limit:
            # Few workspaces have it all: the others' turn is further back.
            waiting, _ = await self._waiting(_ALL, now)
            chosen = _choose(waiting, limit)
        return chosen

    async def claim(self, chosen: Chosen, now: datetime, owner: str) -> list[Delivery]:
        """Lease for `owner` what was chosen a moment ago, but for what another worker was quicker to take.

        Of each workspace those are posts of several channels; one edit; to be looked up, all of one channel. A channel
        has one post in flight at a time.
        """
        leased = [
            each for lane, waiting in chosen.items() for each in await self._claim_in(Lane(lane), waiting, now, owner)
        ]
        return sorted(leased, key=attrgetter("due_at", "id"))

    async def look_ahead(self, now: datetime) -> Ahead:
        """Say when there may be more to claim than at `now` (UTC)."""
        where = _at(now) | {"pause": outbox.POST_PAUSE.total_seconds()}
        row = (await self._session.execute(_look_ahead(), where)).one()
        opens, lease_ends, is_lost, soon, later_on, here = row
        due_at = earliest(soon, later_on - outbox.CLAIM_AHEAD if later_on else None)
        return Ahead(_seconds(here, opens), _seconds(here, lease_ends), _seconds(now, due_at), bool(is_lost))

    async def _waiting(self, page: int, now: datetime) -> tuple[list[_Waiting], int]:
        rows = (await self._session.execute(_waiting(), {"page": page} | _at(now))).all()
        return [_Waiting(*row[1:]) for row in rows if row[1] is not None], rows[0][0]

    async def _claim_in(self, lane: Lane, chosen: Sequence[_Waiting], now: datetime, owner: str) -> list[Delivery]:
        counts = Counter(each.workspace_id for each in chosen)
        wanted = {each.workspace_id: (counts[each.workspace_id], each.turn_at) for each in chosen}
        turns = await Turns(self._session).take(lane, wanted)
        places = {each.channel_id: each for each in chosen if each.workspace_id in turns}
        state = State.UNCERTAIN if lane is Lane.LOOK_UP else State.LEASED
        leased = await self._lease(lane, places, now, owner)
        return [_delivery(row, places, state, owner, turns) for row in leased]

    async def _lease(self, lane: Lane, chosen: Mapping[int, _Waiting], now: datetime, owner: str) -> Sequence[Row[Any]]:
        ids = chosen if lane is Lane.LOOK_UP else (each.id for each in chosen.values())
        where = {"ids": sorted(ids), "of": owner, "lease": outbox.LEASE.total_seconds()} | _at(now)
        return (await self._session.execute(_lease(self._dialect, lane is Lane.LOOK_UP), where)).all()

    async def expire_intents(self) -> None:
        """Turn intents whose worker vanished into uncertain outcomes; an edit is simply due again."""
        await self._session.execute(_expire_intents())


def _seconds(here: datetime, then: datetime | None) -> float | None:
    return None if then is None else (then - here).total_seconds()


def _choose(waiting: Iterable[_Waiting], limit: int) -> Chosen:
    """Choose of each channel and lane what comes first, as much as its workspace has left; in all up to a limit."""
    left: dict[tuple[int, str], int] = {}
    served: set[tuple[int, str]] = set()
    chosen = []
    for each in sorted(waiting):
        workspace, channel = (each.workspace_id, each.lane), (each.channel_id, each.lane)
        if channel not in served and left.setdefault(workspace, each.left):
            left[workspace] -= 1
            served.add(channel)
            chosen.append(each)
    if len(chosen) > limit:
        chosen = sorted(chosen, key=attrgetter("is_awaited", "due_at", "id"))[:limit]
    by_lane: dict[str, list[_Waiting]] = defaultdict(list)
    for each in chosen:
        by_lane[each.lane].append(each)
    return by_lane


@lru_cache  # building a statement takes longer than carrying it out
def _waiting() -> Select[Any]:
    """Select of the first messages due, a `page` of them, those whose turn it may be.

    Beside each stands at how many it looked, in a row with nothing else if there is none.
    """
    # Looked up for these messages alone: with many due at one instant, a join would come before the limit.
    looked_at = (
        select(
            *(_OUTBOX.c.id, _OUTBOX.c.due_at, _OUTBOX.c.channel_id, _LANE.label("lane")),
            case((_OUTBOX.c.kind.in_(AWAITED), 0), else_=1).label("is_awaited"),
        )
        .where(_is_waiting())
        .order_by(_OUTBOX.c.due_at)
        .limit(bindparam("page", type_=Integer))
        .cte("looked_at")
    )
    message, channel = looked_at.c, _CHANNELS.c
    # A channel that has waited longest goes first, or those behind five busy ones would never have their turn.
    waiting_since = case((message.lane == Lane.POST, channel.post_at), else_=turn_of(message.lane))
    open_ = (
        select(
            *(message.is_awaited, waiting_since.label("waiting_since"), message.due_at, message.id, message.channel_id),
            *(channel.workspace_id, channel.slack_id, _WORKSPACES.c.team_id, message.lane),
            *(turn_of(message.lane).label("turn_at"), left_in(message.lane).label("left")),
        )
        .join(_CHANNELS, channel.id == message.channel_id)
        .join(_WORKSPACES, _WORKSPACES.c.id == channel.workspace_id)
        .where(is_paced(message.lane == Lane.POST), left_in(message.lane) > 0)
        .subquery()
    )
    seen = select(func.count().label("seen")).select_from(looked_at).subquery()
    return select(seen.c.seen, *open_.c).select_from(seen.outerjoin(open_, true()))


@lru_cache
def _look_ahead() -> Select[Any]:
    """Select what `Ahead` says of what is due, and what time it is by the database's clock.

    What waits for another in its channel may be claimed when that is settled, and is left out. The first message that
    is due later may be a prompt.
    """
    own, here = _OUTBOX.c, database_time()
    waits = (own.available_at, opens_at(_LANE), case((_LANE == Lane.POST, _CHANNELS.c.post_at)))
    is_held = and_(own.state == State.LEASED, own.available_at > here)
    opens = (
        select(func.min(latest(*waits)))
        .join(_CHANNELS, _CHANNELS.c.id == own.channel_id)
        .join(_WORKSPACES, _WORKSPACES.c.id == _CHANNELS.c.workspace_id)
        .where(own.is_open, _IS_DUE, own.state != State.INTENT, ~is_held, _is_next_in_channel())
    )
    leases = (
        select(
            func.min(case((own.available_at > here, own.available_at))).label("end"),
            func.max(case((and_(own.state == State.INTENT, own.available_at <= here), 1), else_=0)).label("lost"),
        )
        .where(own.is_open, own.state.in_((State.LEASED, State.INTENT)))
        .subquery()
    )
    later_on = select(func.min(own.due_at)).where(own.is_open, own.due_at > _SOON)
    soon = select(func.min(own.due_at)).where(own.is_open, ~_IS_DUE, own.due_at <= _SOON)
    dues = (soon.scalar_subquery(), later_on.scalar_subquery())
    return select(opens.scalar_subquery(), leases.c.end, leases.c.lost, *dues, here)


@lru_cache
def _lease(dialect: str, is_look_up: bool) -> Any:  # noqa: FBT001  # a cache's key
    values: dict[str, Any] = {"owner": bindparam("of"), "available_at": database_time_in("lease")}
    if is_look_up:  # one call finds all that a channel waits for
        these = and_(among_given(_OUTBOX.c.channel_id, "ids"), _IS_LOST)
    else:
        these = among_given(_OUTBOX.c.id, "ids")
        values |= {"state": State.LEASED, "attempts": _OUTBOX.c.attempts + 1}
    # What a message waited for has not changed since, as its workspace's turn has not; the message itself may have.
    waiting = (these, _IS_OPEN, _IS_DUE, _OUTBOX.c.available_at <= database_time())
    free = and_(*waiting) if is_alone(dialect) else _unlocked(*waiting)
    return update(_OUTBOX).where(free).values(values).returning(*_DELIVERED)


@lru_cache
def _expire_intents() -> Update:
    expired = and_(_OUTBOX.c.is_open, _OUTBOX.c.state == State.INTENT, _OUTBOX.c.available_at <= database_time())
    state = case((_OUTBOX.c.kind.in_(EDITS), State.PENDING), else_=State.UNCERTAIN)
    return update(_OUTBOX).where(_unlocked(expired)).values(state=state, error="worker lost")


def _unlocked(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Leave out messages that somebody is changing: a claim takes many, and waits for none."""
    return _OUTBOX.c.id.in_(select(_OUTBOX.c.id).where(*conditions).with_for_update(skip_locked=True))


def _delivery(
    row: Row[Any], places: Mapping[int, _Waiting], state: State, owner: str, turns: Mapping[int, Turn]
) -> Delivery:
    # Unpacked in one go: a claim may be of thousands, and a row's columns are looked up by name.
    id_, kind, subject_id, step, key, due_at, expires_at, attempts, revision, channel_id, intent_at = tuple(row)
    place = places[channel_id]
    return Delivery(
        *(id_, _KINDS[kind], subject_id, step, key, due_at, expires_at, state, owner, attempts, revision),
        *(place.workspace_id, place.team_id, channel_id, place.slack_id, intent_at, *turns[place.workspace_id]),
    )
