"""The app is removed from a workspace: everything stops at once."""

import logging

from bot.services import installations
from bot.slack.dispatch import Dependencies
from bot.slack.event_payloads import Uninstalled

logger = logging.getLogger(__name__)


async def uninstalled(deps: Dependencies, gone: Uninstalled) -> None:
    """Stop everything in a workspace that took the app's token back."""
    if await installations.uninstall(deps.open_unit_of_work, gone.team_id, gone.event_at, deps.clock()):
        logger.info("uninstalled from the workspace %s; what is known of it is erased in a week", gone.team_id)
    deps.forget_grant(gone.team_id)
