"""Routines that workspaces wrote themselves, and the versions before."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select, update

from bot.domain.own_routines import KEPT_VERSIONS, OwnRoutine, Version
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import ChannelRow, MemberRow, WorkspaceRow
from bot.store.tables_own_routines import OwnRoutineRow
from bot.store.types import among_given

Versions = tuple[Version, ...]

_OWN, _CHANNELS = core(OwnRoutineRow), core(ChannelRow)
_IN_CHANNELS = (
    select(_CHANNELS.c.id, _OWN.c.digest, _OWN.c.retired_at)
    .join(_OWN, _OWN.c.workspace_id == _CHANNELS.c.workspace_id)
    .where(among_given(_CHANNELS.c.id, "ids"))
    .order_by(_OWN.c.id)
)


class OwnRoutines(Repository):
    """Stored own routines; a version never changes, it is replaced by another."""

    async def versions_in(self, channel_ids: Collection[int]) -> dict[int, Versions]:
        """Map channels to the versions of their workspaces, oldest first; channels without any are left out."""
        found: dict[int, list[Version]] = defaultdict(list)
        for channel_id, digest, retired_at in await self._session.execute(_IN_CHANNELS, {"ids": sorted(channel_ids)}):
            found[channel_id].append(Version(digest, is_retired=retired_at is not None))
        return {channel_id: tuple(versions) for channel_id, versions in found.items()}

    async def versions_of(self, team_id: str) -> Versions:
        """List the versions of a workspace, oldest first."""
        query = (
            select(OwnRoutineRow.digest, OwnRoutineRow.retired_at)
            .join(WorkspaceRow, WorkspaceRow.id == OwnRoutineRow.workspace_id)
            .where(WorkspaceRow.team_id == team_id)
            .order_by(OwnRoutineRow.id)
        )
        rows = await self._session.execute(query)
        return tuple(Version(digest, is_retired=retired_at is not None) for digest, retired_at in rows)

    async def texts(self, digests: Collection[str]) -> Mapping[str, str]:
        """Map the digests of versions to their TOML."""
        query = select(OwnRoutineRow.digest, OwnRoutineRow.toml).where(OwnRoutineRow.digest.in_(digests))
        return {row.digest: row.toml for row in await self._session.execute(query)}

    async def list_for(self, workspace_id: int) -> list[OwnRoutine]:
        """List a workspace's own routines that are in use, oldest first."""
        query = (
            select(OwnRoutineRow.routine_id, OwnRoutineRow.toml, OwnRoutineRow.accepted_at, MemberRow.name)
            .outerjoin(MemberRow, MemberRow.id == OwnRoutineRow.accepted_by)
            .where(OwnRoutineRow.workspace_id == workspace_id, OwnRoutineRow.retired_at.is_(None))
            .order_by(OwnRoutineRow.id)
        )
        return [OwnRoutine(*row) for row in await self._session.execute(query)]

    async def put(self, workspace_id: int, routine_id: str, toml: str, *, member_id: int, now: datetime) -> None:
        """Take a version into use in place of the one there was."""
        await self.retire(workspace_id, routine_id, now)
        digest = sha256(toml.encode()).hexdigest()
        self._session.add(
            OwnRoutineRow(
                workspace_id=workspace_id,
                routine_id=routine_id,
                toml=toml,
                digest=digest,
                accepted_by=member_id,
                accepted_at=now,
            )
        )
        await self._session.flush()

    async def text_of(self, version_id: int) -> str | None:
        """Find the TOML of a version by its id, while it is kept."""
        query = select(OwnRoutineRow.toml).where(OwnRoutineRow.id == version_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def retire(self, workspace_id: int, routine_id: str, now: datetime) -> int | None:
        """Take a routine out of use; its newest versions stay for prompts that show them.

        Answers the id of the version that was in use, None if there was none.
        """
        retired = (
            update(OwnRoutineRow)
            .where(
                OwnRoutineRow.workspace_id == workspace_id,
                OwnRoutineRow.routine_id == routine_id,
                OwnRoutineRow.retired_at.is_(None),
            )
            .values(retired_at=now)
            .returning(OwnRoutineRow.id)
        )
        version_id = (await self._session.execute(retired)).scalar_one_or_none()
        if version_id is None:
            return None
        past = (OwnRoutineRow.workspace_id == workspace_id) & OwnRoutineRow.retired_at.is_not(None)
        kept = select(OwnRoutineRow.id).where(past).order_by(OwnRoutineRow.retired_at.desc(), OwnRoutineRow.id.desc())
        await self._session.execute(
            delete(OwnRoutineRow).where(past, OwnRoutineRow.id.not_in(kept.limit(KEPT_VERSIONS).scalar_subquery()))
        )
        return version_id
