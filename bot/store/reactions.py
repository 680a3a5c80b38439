"""Reactions on messages that may be prompts whose `ts` is not known yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select

from bot.domain.breaks import Support
from bot.domain.workspaces import Member
from bot.store.base import core
from bot.store.members import MEMBER, to_member
from bot.store.repository import Repository
from bot.store.tables import BreakRow, EarlyReactionRow, MemberRow
from bot.store.types import among_given

_EARLY, _MEMBERS, _BREAKS = core(EarlyReactionRow), core(MemberRow), core(BreakRow)

_WAITING = (
    select(*(_EARLY.c[name] for name in ("channel_id", "message_ts", "kind", "is_on", "event_at")), *MEMBER)
    .join(_MEMBERS, _MEMBERS.c.id == _EARLY.c.member_id)
    .where(among_given(_EARLY.c.channel_id, "ids"))
    .order_by(_EARLY.c.event_at, _EARLY.c.member_id, _EARLY.c.kind)
)
"""Written once: every settlement of prompts asks it."""

AWAITED_FOR = timedelta(days=1)
"""How long a reaction waits to be known as one on a prompt."""


@dataclass(frozen=True, slots=True)
class EarlyReaction:
    """A person's reaction on a message of a channel."""

    channel_id: int
    message_ts: str
    member: Member
    support: Support


class EarlyReactions(Repository):
    """Stored reactions that wait for their prompt to be known."""

    async def await_prompt(self, channel_id: int, event_at: datetime) -> bool:
        """Tell whether a prompt of a channel was under way at an instant (UTC), and have its settlement wait for us."""
        query = (
            select(_BREAKS.c.id)
            .where(
                _BREAKS.c.channel_id == channel_id,
                _BREAKS.c.message_ts.is_(None),
                _BREAKS.c.due_at.between(event_at - AWAITED_FOR, event_at),
            )
            .with_for_update(key_share=True)
        )
        return (await self._session.execute(query)).first() is not None

    async def keep(self, early: EarlyReaction) -> None:
        """Store a reaction, the newest state of it by Slack's event time; what has waited too long is dropped."""
        await self.drop(early.channel_id, early.support.event_at - AWAITED_FOR)
        statement = self._insert(_EARLY).values(
            channel_id=early.channel_id,
            message_ts=early.message_ts,
            member_id=early.member.id,
            kind=early.support.kind,
            is_on=early.support.is_on,
            event_at=early.support.event_at,
        )
        new = statement.excluded
        newer = or_(new.event_at > _EARLY.c.event_at, and_(new.event_at == _EARLY.c.event_at, new.is_on))
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["channel_id", "message_ts", "member_id", "kind"],
                set_={"is_on": new.is_on, "event_at": new.event_at},
                where=newer,
            )
        )

    async def list_in(self, channel_ids: Collection[int]) -> list[EarlyReaction]:
        """List what waits in channels, the oldest first."""
        rows = (await self._session.execute(_WAITING, {"ids": sorted(channel_ids)})).all()
        return [
            EarlyReaction(channel_id, ts, to_member(member), Support(kind, is_on=is_on, event_at=event_at))
            for channel_id, ts, kind, is_on, event_at, *member in rows
        ]

    async def drop(self, channel_id: int, before: datetime, *, ts: str = "") -> None:
        """Delete what came before an instant (UTC) in a channel, and what was on one message."""
        gone = or_(_EARLY.c.event_at < before, _EARLY.c.message_ts == ts)
        await self._session.execute(delete(_EARLY).where(_EARLY.c.channel_id == channel_id, gone))
