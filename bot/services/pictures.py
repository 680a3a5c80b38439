"""Seeing to it that a workspace has every picture, each uploaded once, whichever process does it."""

from collections.abc import Collection, Mapping

from bot.domain.pictures import LEASE, Brought, Stock, Upload
from bot.store.unit_of_work import OpenUnitOfWork


async def expect(open_unit_of_work: OpenUnitOfWork, team_id: str, digests: Mapping[str, str]) -> None:
    """Note which pictures, by file name and digest, a workspace should have."""
    async with open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace(team_id)
        await uow.pictures.expect(workspace.id, digests)
        await uow.commit()


async def take_stock(
    open_unit_of_work: OpenUnitOfWork,
    team_id: str,
    digests: Mapping[str, str],
    first: Collection[str] = (),
    *,
    brought: Brought | None = None,
    doubted: Collection[str] = (),
) -> Stock:
    """See which of these pictures a workspace has, and lease the next that is missing if nobody else uploads there.

    Those in `first` go first. `brought` says how the upload before ended, `doubted` are file ids with which Slack
    refused a message.
    """
    async with open_unit_of_work() as uow:
        if brought is not None:
            await uow.pictures.settle(brought.upload, wait=brought.wait, is_shown=brought.is_shown)
        workspace = await uow.workspaces.ensure_workspace(team_id)
        if doubted:
            await uow.pictures.doubt(workspace.id, doubted)
        shown = await uow.pictures.list_shown(workspace.id, digests)
        upload = await uow.pictures.claim(workspace.id, digests, first) if len(shown) < len(digests) else None
        wait = await uow.pictures.free_in(workspace.id)
        await uow.commit()
    return Stock(shown, upload, wait)


async def remember_upload(open_unit_of_work: OpenUnitOfWork, upload: Upload, file_id: str) -> bool:
    """Remember at once under which file id a picture went up, so that it never goes up twice; False if it was lost."""
    async with open_unit_of_work() as uow:
        is_ours = await uow.pictures.settle(upload, wait=LEASE, file_id=file_id)
        await uow.commit()
    return is_ours
