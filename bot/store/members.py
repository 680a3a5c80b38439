"""People and what they chose: who they are in Slack, and on which boards their name may stand."""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, bindparam, cast, select, update

from bot.domain.aways import Chosen
from bot.domain.choices import Choice
from bot.domain.workspaces import Member, MemberKind
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import ConsentRow, MemberRow, WorkspaceRow

_MEMBERS, _WORKSPACES, _CONSENTS = core(MemberRow), core(WorkspaceRow), core(ConsentRow)
_NAMES = [each.name for each in fields(Member)]
MEMBER = [cast(_MEMBERS.c.weekdays, Text) if name == "weekdays" else _MEMBERS.c[name] for name in _NAMES]
"""The columns of a person's value, in the order of its fields; weekdays as text, read once for all alike."""

_WEEKDAYS, _KIND = _NAMES.index("weekdays"), _NAMES.index("kind")
_IN_TEAM = (
    select(*MEMBER)
    .join(_WORKSPACES, _WORKSPACES.c.id == _MEMBERS.c.workspace_id)
    .where(_WORKSPACES.c.team_id == bindparam("team_id"), _MEMBERS.c.slack_id == bindparam("slack_id"))
)
_BY_ID = select(*MEMBER).where(_MEMBERS.c.id == bindparam("member_id"))
_NAMED = (
    select(*MEMBER)
    .join(_CONSENTS, _CONSENTS.c.member_id == _MEMBERS.c.id)
    .where(_CONSENTS.c.channel_id == bindparam("channel_id"), _CONSENTS.c.is_named)
)
_CONSENT = select(_CONSENTS.c.is_named).where(
    _CONSENTS.c.channel_id == bindparam("channel_id"), _CONSENTS.c.member_id == bindparam("member_id")
)


@lru_cache
def _weekdays(document: str) -> Chosen:
    return tuple((date.fromisoformat(since), frozenset(days)) for since, days in json.loads(document))


def to_member(columns: Sequence[Any]) -> Member:
    """Turn a stored person's columns, which are `MEMBER`, into the value."""
    values = list(columns)
    values[_WEEKDAYS] = _weekdays(values[_WEEKDAYS])
    values[_KIND] = MemberKind(values[_KIND])
    return Member(*values)


class Members(Repository):
    """Stored people and their consents."""

    async def ensure(self, workspace_id: int, slack_id: str, **facts: str | datetime) -> Member:
        """Find or create a person by their Slack id, and keep what is newly known (`name`, `zone`, `kind`…)."""
        statement = self._insert(_MEMBERS).values(workspace_id=workspace_id, slack_id=slack_id, **facts)
        changed = facts or {"slack_id": slack_id}
        statement = statement.on_conflict_do_update(
            index_elements=["workspace_id", "slack_id"], set_=changed
        ).returning(*MEMBER)
        return to_member((await self._session.execute(statement)).one())

    async def find_in_team(self, team_id: str, slack_id: str) -> Member | None:
        """Find a person by their own and their workspace's Slack ids."""
        where = {"team_id": team_id, "slack_id": slack_id}
        row = (await self._session.execute(_IN_TEAM, where)).one_or_none()
        return to_member(row) if row else None

    async def get(self, member_id: int) -> Member:
        """Get a person by their id."""
        return to_member((await self._session.execute(_BY_ID, {"member_id": member_id})).one())

    async def lock(self, member_id: int) -> None:
        """Let one transaction at a time change what a person's streaks are worked out from, and fold them."""
        await self._session.execute(
            select(MemberRow.id).where(MemberRow.id == member_id).with_for_update(key_share=True)
        )

    async def set_weekdays(self, member_id: int, chosen: Chosen) -> None:
        """Store a person's choices of working weekdays."""
        weekdays = [[str(since), sorted(days)] for since, days in chosen]
        await self._session.execute(update(MemberRow).where(MemberRow.id == member_id).values(weekdays=weekdays))

    async def set_choice(self, member_id: int, choice: Choice, *, on: bool) -> None:
        """Remember something a person chose."""
        await self._session.execute(update(_MEMBERS).where(_MEMBERS.c.id == member_id).values({choice.value: on}))

    async def saw_home(self, member_id: int, direct_slack_id: str, at: datetime) -> None:
        """Remember when (UTC) a person opened their Home."""
        await self._session.execute(
            update(_MEMBERS).where(_MEMBERS.c.id == member_id).values(home_at=at, direct_slack_id=direct_slack_id)
        )

    async def consent(self, channel_id: int, member_id: int) -> bool | None:
        """Tell whether a person wants their name on a channel's board; None if they were never asked."""
        where = {"channel_id": channel_id, "member_id": member_id}
        return (await self._session.execute(_CONSENT, where)).scalar_one_or_none()

    async def set_consent(self, channel_id: int, member_id: int, *, is_named: bool) -> None:
        """Remember whether a person wants their name on a channel's board."""
        statement = self._insert(ConsentRow).values(channel_id=channel_id, member_id=member_id, is_named=is_named)
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=["channel_id", "member_id"], set_={"is_named": is_named})
        )

    async def list_named(self, channel_id: int) -> list[Member]:
        """List who asked to be named on a channel's board."""
        return [to_member(row) for row in (await self._session.execute(_NAMED, {"channel_id": channel_id})).all()]
