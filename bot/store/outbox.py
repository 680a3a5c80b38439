"""The outbox: enqueued once, sent after an intent, settled behind a fence."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy import insert as plain_insert

from bot.domain import outbox
from bot.domain.outbox import EDITS, Delivery, Kind, Message, Record, State
from bot.store.base import core
from bot.store.bell import TELL
from bot.store.bulk import as_rows, given
from bot.store.repository import NEWS, Repository, insert
from bot.store.tables import BreakRow, ChannelRow, OutboxRow, WorkspaceRow
from bot.store.types import among_given, database_time, database_time_in, later

_OUTBOX, _BREAKS = core(OutboxRow), core(BreakRow)


def _columns(message: Message) -> dict[str, Any]:
    return {
        "channel_id": message.channel_id,
        "kind": message.kind,
        "subject_id": message.subject_id,
        "step": message.step,
        "key": message.key,
        "state": State.PENDING,
        "is_open": True,
        "due_at": message.due_at,
        "expires_at": message.expires_at,
        "attempts": 0,
        "revision": 1,
    }


# What is carried out often is written once: building a statement takes longer than carrying it out.


@lru_cache
def _enqueue(dialect: str, *, is_edit: bool) -> Any:
    statement = insert(dialect, _OUTBOX).values(available_at=database_time())
    changed = _again(statement.excluded.due_at)
    conflicting = (
        statement.on_conflict_do_update(index_elements=["key"], set_=changed)
        if is_edit
        else statement.on_conflict_do_nothing(index_elements=["key"])
    )
    return conflicting.returning(_OUTBOX.c.id, *([TELL] if dialect == "postgresql" else []))


def _again(due_at: ColumnElement[datetime]) -> dict[str, Any]:
    # An edit on its way keeps its lease: settling it sees the new revision and makes it pending once more.
    # One that waits keeps its place in the queue, or the busiest message would never get its turn.
    own = _OUTBOX.c
    on_its_way = or_(own.state == State.LEASED, own.state == State.INTENT)  # IN would be spelled out every time
    waits_since_earlier = and_(own.state == State.PENDING, own.due_at < due_at)
    return {
        "revision": own.revision + 1,
        "is_open": True,
        "due_at": case((waits_since_earlier, own.due_at), else_=due_at),
        "attempts": case((on_its_way, own.attempts), else_=0),
        "state": case((on_its_way, own.state), else_=State.PENDING),
    }


_COLUMNS = tuple(_columns(Message(0, Kind.PROMPT, 0, "", datetime.min)))  # noqa: DTZ901  # its names alone


@lru_cache
def _enqueue_all(dialect: str) -> Any:
    rows = given(dialect, _OUTBOX, _COLUMNS)
    # SQLite takes the ON CONFLICT that follows a SELECT without WHERE for a join.
    chosen = select(*rows.c, database_time()).where(true())
    statement = insert(dialect, _OUTBOX).from_select([*_COLUMNS, "available_at"], chosen)
    return statement.on_conflict_do_nothing(index_elements=["key"])


_PROMPTS = {
    "channel_id": _BREAKS.c.channel_id,
    "kind": literal(Kind.PROMPT),
    "subject_id": _BREAKS.c.id,
    "step": literal(0),
    "key": literal("prompt:") + cast(_BREAKS.c.id, String),
    "state": literal(State.PENDING),
    "is_open": true(),
    "due_at": _BREAKS.c.due_at,
    "expires_at": later(_BREAKS.c.due_at, "expire_after"),
    "available_at": database_time(),
    "attempts": literal(0),
    "revision": literal(1),
}
_ENQUEUE_PROMPTS = plain_insert(_OUTBOX).from_select(
    list(_PROMPTS), select(*_PROMPTS.values()).where(among_given(_BREAKS.c.id, "ids"))
)
_OURS = (
    among_given(_OUTBOX.c.id, "ids"),
    _OUTBOX.c.owner == bindparam("of"),
    _OUTBOX.c.state == State.LEASED,
)
_DECLARE_INTENTS = (
    update(_OUTBOX)
    .where(*_OURS)
    .values(state=State.INTENT, intent_at=database_time(), available_at=database_time_in("lease"))
    .returning(_OUTBOX.c.id)
)
_GIVE_BACK = (
    update(_OUTBOX)
    .where(*_OURS)
    .values(state=State.PENDING, available_at=database_time(), attempts=_OUTBOX.c.attempts - 1)
)


@lru_cache
def _settle_sent(dialect: str) -> Any:
    sent = given(dialect, _OUTBOX, ("id", "owner", "message_ts", "settled_at"))
    # Whose lease has ended may be uncertain by now, and is its owner's until somebody claims the look-up.
    is_called = or_(_OUTBOX.c.state == State.INTENT, _OUTBOX.c.state == State.UNCERTAIN)
    return (
        update(_OUTBOX)
        .where(_OUTBOX.c.id == sent.c.id, _OUTBOX.c.owner == sent.c.owner, is_called)
        .values(
            state=State.SENT,
            is_open=False,
            error=None,
            message_ts=sent.c.message_ts,
            settled_at=sent.c.settled_at,
        )
        .returning(_OUTBOX.c.id)
    )


class Outbox(Repository):
    """Stored messages of every process's courier."""

    async def enqueue(self, message: Message) -> bool:
        """Store a message to send; tells whether it is new. An edit that is there already is made due again."""
        self._session.info[NEWS] = True  # the statement tells the other processes itself
        statement = _enqueue(self._dialect, is_edit=message.kind in EDITS)
        return (await self._session.execute(statement, _columns(message))).scalar_one_or_none() is not None

    async def say_again(self, key: str, due_at: datetime) -> None:
        """Make an edit due (UTC) once more, if it was ever enqueued."""
        self._announce()
        again = update(_OUTBOX).where(_OUTBOX.c.key == key).values(_again(literal(due_at, _OUTBOX.c.due_at.type)))
        await self._session.execute(again)

    async def enqueue_all(self, messages: Sequence[Message], *, wakes: bool = True) -> None:
        """Store messages to send, unless they are there already; `wakes` where some are due now."""
        if wakes and messages:
            self._announce()
        if messages:
            rows = as_rows(_columns(each) for each in messages)
            await self._session.execute(_enqueue_all(self._dialect), {"rows": rows})

    async def enqueue_prompts(self, break_ids: Collection[int], expire_after: timedelta) -> None:
        """Store the prompts of new breaks, due and soon of no use as these are; the rows never leave the database."""
        self._announce()
        given_ids = {"ids": sorted(break_ids), "expire_after": expire_after.total_seconds()}
        await self._session.execute(_ENQUEUE_PROMPTS, given_ids)

    async def take_prompts_back(self, channel_id: int, now: datetime) -> set[int]:
        """Delete a channel's prompts that are due after `now` (UTC) and nobody's; answers the ids of their breaks."""
        mine = (_OUTBOX.c.channel_id == channel_id, _OUTBOX.c.kind == Kind.PROMPT, _OUTBOX.c.due_at > now)
        gone = delete(_OUTBOX).where(*mine, _OUTBOX.c.state == State.PENDING).returning(_OUTBOX.c.subject_id)
        return set((await self._session.execute(gone)).scalars())

    async def reschedule(self, key: str, due_at: datetime) -> None:
        """Move a message that has not been claimed to another due instant (UTC)."""
        self._announce()
        await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.key == key, OutboxRow.state == State.PENDING)
            .values(due_at=due_at, available_at=database_time())
        )

    async def drop(self, keys: Collection[str], reason: str) -> None:
        """Give up messages that have not been claimed."""
        await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.key.in_(keys), OutboxRow.state == State.PENDING)
            .values(state=State.DROPPED, is_open=False, error=reason)
        )

    async def drop_channel(self, channel_id: int, reason: str) -> None:
        """Give up everything unclaimed for a channel that cannot be posted to any more; guides still end by theirs."""
        await self._session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.channel_id == channel_id, OutboxRow.state == State.PENDING, OutboxRow.kind != Kind.GUIDE_END
            )
            .values(state=State.DEAD, is_open=False, error=reason)
        )

    async def declare_intents(self, owner: str, ids: Collection[int]) -> set[int]:
        """Say which messages of a claim are sent next, and renew their lease; answers those that are still ours."""
        where = {"ids": sorted(ids), "of": owner, "lease": outbox.LEASE.total_seconds()}
        return set((await self._session.execute(_DECLARE_INTENTS, where)).scalars())

    async def give_back(self, owner: str, ids: Collection[int]) -> None:
        """Make messages of a claim that cannot be sent now claimable again; it was no attempt."""
        await self._session.execute(_GIVE_BACK, {"ids": sorted(ids), "of": owner})

    async def settle(
        self,
        delivery: Delivery,
        state: State,
        *,
        now: datetime | None,
        ts: str | None = None,
        error: str | None = None,
    ) -> bool:
        """End a delivery at `now` (UTC), if anybody knows when; an edit that changed meanwhile is due again.

        False when the lease was lost.
        """
        newer = OutboxRow.revision != delivery.revision
        return await self._fenced(
            delivery,
            state=case((newer, State.PENDING), else_=state),
            is_open=case((newer, True), else_=False),
            available_at=database_time(),
            message_ts=ts,
            error=error,
            settled_at=now,
        )

    async def settle_sent(self, sent: Sequence[Mapping[str, Any]]) -> set[int]:
        """End many posts, given as id, owner, message_ts and settled_at (UTC); answers the ids of those still ours."""
        return set((await self._session.execute(_settle_sent(self._dialect), {"rows": as_rows(sent)})).scalars())

    async def try_later(self, delivery: Delivery, wait: timedelta, error: str | None) -> bool:
        """Make a delivery due again after `wait`; False when the lease was lost."""
        self._announce()
        return await self._fenced(
            delivery, state=State.PENDING, available_at=database_time(wait.total_seconds()), error=error
        )

    async def mark_uncertain(self, delivery: Delivery, error: str) -> bool:
        """Say that Slack may have taken the message: it is looked for when its lease ends. False when it was lost."""
        return await self._fenced(delivery, state=State.UNCERTAIN, error=error)

    async def heal(self, key: str, ts: str) -> None:
        """Settle a message that turned out to be there, so that it is not sent again: state and ts, nothing else.

        One whose call is under way is left to the worker who made it.
        """
        unsettled = OutboxRow.state.in_((State.PENDING, State.LEASED, State.UNCERTAIN))
        is_given_up = and_(OutboxRow.state == State.MISSED, OutboxRow.error == outbox.UNKNOWABLE)
        await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.key == key, or_(unsettled, is_given_up))
            .values(state=State.SENT, is_open=False, message_ts=ts, settled_at=None, error=None)
        )

    async def is_settled(self, now: datetime) -> bool:
        """Tell whether nothing that is due at `now` (UTC) is still open."""
        query = select(OutboxRow.id).where(OutboxRow.is_open, OutboxRow.due_at <= now).limit(1)
        return (await self._session.execute(query)).scalar_one_or_none() is None

    async def next_due_at(self, after: datetime, kind: Kind | None = None) -> datetime | None:
        """Find the first instant later than `after` (UTC) at which a message, or one of a kind, is due."""
        query = select(func.min(OutboxRow.due_at)).where(OutboxRow.is_open, OutboxRow.due_at > after)
        if kind is not None:
            query = query.where(OutboxRow.kind == kind)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def list_records(
        self,
        *,
        limit: int,
        channel_slack_id: str | None = None,
        states: Collection[State] = (),
        kinds: Collection[Kind] = (),
        only_open: bool = False,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Record]:
        """List what the database knows of messages, due in [since, until) (UTC), the newest `limit`, oldest first."""
        conditions = [
            ChannelRow.slack_id == channel_slack_id if channel_slack_id else None,
            OutboxRow.state.in_(states) if states else None,
            OutboxRow.kind.in_(kinds) if kinds else None,
            OutboxRow.is_open if only_open else None,
            OutboxRow.due_at >= since if since else None,
            OutboxRow.due_at < until if until else None,
        ]
        query = (
            select(OutboxRow, ChannelRow, WorkspaceRow.team_id)
            .join(ChannelRow, ChannelRow.id == OutboxRow.channel_id)
            .join(WorkspaceRow, WorkspaceRow.id == ChannelRow.workspace_id)
            .where(*(each for each in conditions if each is not None))
            .order_by(OutboxRow.due_at.desc(), OutboxRow.id.desc())
            .limit(limit)
        )
        found = (await self._session.execute(query)).all()
        return [_to_record(row, channel, team_id) for row, channel, team_id in reversed(found)]

    async def _fenced(self, delivery: Delivery, **values: Any) -> bool:
        statement = (
            update(OutboxRow)
            .where(
                OutboxRow.id == delivery.id,
                OutboxRow.owner == delivery.owner,
                OutboxRow.attempts == delivery.attempts,
                OutboxRow.state.in_((State.LEASED, State.INTENT, State.UNCERTAIN)),
            )
            .values(**values)
            .returning(OutboxRow.id)
        )
        return (await self._session.execute(statement)).scalar_one_or_none() is not None


def _to_record(row: OutboxRow, channel: ChannelRow, team_id: str) -> Record:
    return Record(
        kind=Kind(row.kind),
        key=row.key,
        state=State(row.state),
        due_at=row.due_at,
        settled_at=row.settled_at,
        attempts=row.attempts,
        error=row.error,
        team_id=team_id,
        channel_slack_id=channel.slack_id,
        channel_name=channel.name,
        zone=channel.zone,
    )
