"""People and what they chose: who they are in Slack, and on which boards their name may stand."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.domain.aways import Chosen
from bot.domain.workspaces import Member, MemberKind
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import ConsentRow, MemberRow, WorkspaceRow

_MEMBERS, _WORKSPACES = core(MemberRow), core(WorkspaceRow)
_IN_TEAM = (
    select(_MEMBERS)
    .join(_WORKSPACES, _WORKSPACES.c.id == _MEMBERS.c.workspace_id)
    .where(_WORKSPACES.c.team_id == bindparam("team_id"), _MEMBERS.c.slack_id == bindparam("slack_id"))
)


def to_member(row: Any) -> Member:
    """Turn a stored person, or a row with their columns, into the value."""
    return Member(
        id=row.id,
        workspace_id=row.workspace_id,
        slack_id=row.slack_id,
        name=row.name,
        zone=row.zone,
        learned_at=row.learned_at,
        wants_stills=row.wants_stills,
        weekdays=tuple((date.fromisoformat(since), frozenset(days)) for since, days in row.weekdays),
        kind=MemberKind(row.kind),
    )


class Members(Repository):
    """Stored people and their consents."""

    async def ensure(self, workspace_id: int, slack_id: str, **facts: str | datetime) -> Member:
        """Find or create a person by their Slack id, and keep what is newly known (`name`, `zone`, `kind`…)."""
        statement = self._insert(MemberRow).values(workspace_id=workspace_id, slack_id=slack_id, **facts)
        changed = facts or {"slack_id": slack_id}
        statement = statement.on_conflict_do_update(
            index_elements=["workspace_id", "slack_id"], set_=changed
        ).returning(MemberRow)
        row = (await self._session.execute(statement, execution_options={"populate_existing": True})).scalar_one()
        return to_member(row)

    async def find_in_team(self, team_id: str, slack_id: str) -> Member | None:
        """Find a person by their own and their workspace's Slack ids."""
        where = {"team_id": team_id, "slack_id": slack_id}
        row = (await self._session.execute(_IN_TEAM, where)).one_or_none()
        return to_member(row) if row else None

    async def get(self, member_id: int) -> Member:
        """Get a person by their id."""
        return to_member(await self._session.get_one(MemberRow, member_id))

    async def lock(self, member_id: int) -> None:
        """Let one transaction at a time change what a person's streaks are worked out from, and fold them."""
        await self._session.execute(
            select(MemberRow.id).where(MemberRow.id == member_id).with_for_update(key_share=True)
        )

    async def set_weekdays(self, member_id: int, chosen: Chosen) -> None:
        """Store a person's choices of working weekdays."""
        weekdays = [[str(since), sorted(days)] for since, days in chosen]
        await self._session.execute(update(MemberRow).where(MemberRow.id == member_id).values(weekdays=weekdays))

    async def set_stills(self, member_id: int, *, wants_stills: bool) -> None:
        """Remember whether a person wants pictures that do not move."""
        await self._session.execute(
            update(MemberRow).where(MemberRow.id == member_id).values(wants_stills=wants_stills)
        )

    async def consent(self, channel_id: int, member_id: int) -> bool | None:
        """Tell whether a person wants their name on a channel's board; None if they were never asked."""
        row = await self._session.get(ConsentRow, (channel_id, member_id))
        return row.is_named if row else None

    async def set_consent(self, channel_id: int, member_id: int, *, is_named: bool) -> None:
        """Remember whether a person wants their name on a channel's board."""
        statement = self._insert(ConsentRow).values(channel_id=channel_id, member_id=member_id, is_named=is_named)
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=["channel_id", "member_id"], set_={"is_named": is_named})
        )

    async def list_named(self, channel_id: int) -> list[Member]:
        """List who asked to be named on a channel's board."""
        query = (
            select(MemberRow)
            .join(ConsentRow, ConsentRow.member_id == MemberRow.id)
            .where(ConsentRow.channel_id == channel_id, ConsentRow.is_named)
        )
        return [to_member(row) for row in (await self._session.execute(query)).scalars()]
