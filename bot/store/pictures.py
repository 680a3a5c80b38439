"""The pictures that were uploaded to workspaces, and whose turn it is to upload."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, select, tuple_, update

from bot.domain.pictures import LEASE, Upload
from bot.store.repository import Repository
from bot.store.tables import PictureRow, WorkspaceRow
from bot.store.types import database_time


class Pictures(Repository):
    """Stored pictures; leases and waits are on the database's clock, for all processes."""

    async def expect(self, workspace_id: int, digests: Mapping[str, str]) -> None:
        """Note which pictures, by name and digest, a workspace should have; one that has changed goes up again."""
        if not digests:
            return
        rows = [
            {"workspace_id": workspace_id, "name": name, "digest": digest, "file_id": ""}
            for name, digest in sorted(digests.items())  # in one order, so that processes at once do not deadlock
        ]
        statement = self._insert(PictureRow).values(rows)
        new = statement.excluded
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["workspace_id", "name"],
                set_={"digest": new.digest, "file_id": "", "is_shown": False, "attempts": 0},
                where=PictureRow.digest != new.digest,
            )
        )

    async def list_shown(self, workspace_id: int, digests: Mapping[str, str]) -> Mapping[str, str]:
        """Map the names of those of these pictures that Slack can show to their file ids."""
        query = select(PictureRow.name, PictureRow.digest, PictureRow.file_id).where(
            PictureRow.workspace_id == workspace_id, PictureRow.is_shown
        )
        rows = (await self._session.execute(query)).all()
        return {row.name: row.file_id for row in rows if digests.get(row.name) == row.digest}

    async def claim(self, workspace_id: int, digests: Mapping[str, str], first: Collection[str]) -> Upload | None:
        """Lease the workspace's uploads and choose the next picture; None when it is not our turn, or all are there."""
        leased = (
            update(WorkspaceRow)
            .where(WorkspaceRow.id == workspace_id, WorkspaceRow.upload_at <= database_time())
            .values(upload_at=database_time(LEASE.total_seconds()))
            .returning(WorkspaceRow.id)
        )
        if (await self._session.execute(leased)).scalar_one_or_none() is None:
            return None
        # Stills first, because every channel's prompt has one; what failed goes last.
        query = (
            select(PictureRow)
            .where(
                PictureRow.workspace_id == workspace_id,
                ~PictureRow.is_shown,
                tuple_(PictureRow.name, PictureRow.digest).in_(list(digests.items())),
            )
            .order_by(
                PictureRow.attempts, PictureRow.name.not_in(first), PictureRow.name.like("%.gif"), PictureRow.name
            )
            .limit(1)
        )
        row = (await self._session.execute(query)).scalar_one_or_none()
        if row is None:
            await self._put_off(workspace_id, timedelta(0))
            return None
        row.attempts += 1
        await self._session.flush()
        return Upload(workspace_id, row.name, row.digest, row.file_id, row.attempts)

    async def free_in(self, workspace_id: int) -> timedelta:
        """Say how long the workspace's uploads are still leased or put off."""
        query = select(WorkspaceRow.upload_at, database_time().label("now")).where(WorkspaceRow.id == workspace_id)
        row = (await self._session.execute(query)).one()
        left: timedelta = row.upload_at - row.now
        return max(left, timedelta(0))

    async def settle(self, upload: Upload, *, wait: timedelta, **changes: Any) -> bool:
        """Write down what became of a claim (`file_id`, `is_shown`) and when uploads go on; False if it was lost."""
        # In the order in which a claim locks the two, so that neither waits for the other for ever.
        workspace = select(WorkspaceRow.id).where(WorkspaceRow.id == upload.workspace_id)
        await self._session.execute(workspace.with_for_update(key_share=True))
        ours = and_(
            PictureRow.workspace_id == upload.workspace_id,
            PictureRow.name == upload.name,
            PictureRow.digest == upload.digest,
            PictureRow.attempts == upload.attempts,
        )
        statement = update(PictureRow).where(ours).values(**changes).returning(PictureRow.name)
        if (await self._session.execute(statement)).scalar_one_or_none() is None:
            return False
        await self._put_off(upload.workspace_id, wait)
        return True

    async def _put_off(self, workspace_id: int, wait: timedelta) -> None:
        upload_at = database_time(wait.total_seconds())
        await self._session.execute(
            update(WorkspaceRow).where(WorkspaceRow.id == workspace_id).values(upload_at=upload_at)
        )

    async def doubt(self, workspace_id: int, file_ids: Collection[str]) -> None:
        """Take pictures for not shown any more: Slack refused a message with them."""
        await self._session.execute(
            update(PictureRow)
            .where(PictureRow.workspace_id == workspace_id, PictureRow.file_id.in_(file_ids))
            .values(is_shown=False)
        )
