"""Installing a workspace, stopping it at once when it has gone, and erasing it when nobody came back."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.installations import ERASED_AFTER, EVENTS_KEPT_FOR, UNINSTALLED, Workspace
from bot.services.workspaces import resume_all
from bot.store.unit_of_work import OpenUnitOfWork


async def install(
    open_unit_of_work: OpenUnitOfWork,
    team_id: str,
    *,
    name: str,
    app_user_id: str,
    app_bot_id: str,
    scopes: Collection[str],
    now: datetime,
    is_new: bool = True,
) -> None:
    """Keep what Slack says of a workspace and of the app in it, and let everything go on that its absence stopped.

    `is_new` is false for a workspace that may have been installed all along, by a token in the settings.
    """
    async with open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace(
            team_id, name=name, app_user_id=app_user_id, app_bot_id=app_bot_id, scopes=",".join(sorted(scopes))
        )
        known = await uow.installations.lock(team_id)
        if is_new or known is None or known.installed_at is None or known.uninstalled_at is not None:
            await uow.installations.note(workspace.id, installed_at=now, uninstalled_at=None)
        await resume_all(uow, team_id, now)
        await uow.commit()


async def uninstall(open_unit_of_work: OpenUnitOfWork, team_id: str, event_at: datetime, now: datetime) -> bool:
    """Stop everything in a workspace that the app was removed from at `event_at` (UTC); tells whether it was there.

    An event that is older than the installation is about an earlier one, and changes nothing; neither does a second.
    """
    async with open_unit_of_work() as uow:
        known = await uow.installations.lock(team_id)
        if known is None or known.uninstalled_at is not None or not known.is_ended_by(event_at):
            return False
        await uow.installations.note(known.workspace_id, installed_at=known.installed_at, uninstalled_at=now)
        await uow.installations.stop_all(known.workspace_id, UNINSTALLED)
        await uow.installations.forget_token(team_id)
        await uow.commit()
    return True


async def tidy(open_unit_of_work: OpenUnitOfWork, now: datetime, real_now: datetime) -> list[str]:
    """Erase workspaces that went long ago, states that expired and events of long ago; answers who was erased.

    `now` is UTC on the product's clock, `real_now` on the system's, which is what states go by.
    """
    async with open_unit_of_work() as uow:
        erased = await uow.installations.erase(now - ERASED_AFTER)
        await uow.installations.forget_states(real_now)
        await uow.installations.forget_events(now - EVENTS_KEPT_FOR)
        await uow.commit()
    return erased


async def list_all(open_unit_of_work: OpenUnitOfWork) -> list[Workspace]:
    """List all workspaces, those that have gone included."""
    async with open_unit_of_work() as uow:
        return await uow.installations.list_all()


async def is_handled(open_unit_of_work: OpenUnitOfWork, event_id: str) -> bool:
    """Tell whether an event of Slack's has had its effect already."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        return await uow.installations.is_handled(event_id)


async def remember_event(open_unit_of_work: OpenUnitOfWork, event_id: str, now: datetime) -> None:
    """Remember that an event of Slack's has had its effect."""
    async with open_unit_of_work() as uow:
        await uow.installations.remember_event(event_id, now)
        await uow.commit()
