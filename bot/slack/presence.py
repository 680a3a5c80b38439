"""Asks Slack once a day where we are still installed: the event that tells of a removal may have been lost."""

import logging
from datetime import datetime, timedelta

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.services import installations
from bot.services.ports import OpenUnitOfWork
from bot.slack.clients import Grants
from bot.slack.directory import ClientOf
from bot.slack.payloads import error_name

logger = logging.getLogger(__name__)

_ASKED_EVERY = timedelta(days=1)

_GONE = frozenset({"account_inactive", "token_revoked"})
"""What Slack says of the token of a workspace that removed the app; other errors may be a fault of ours."""


class Presence:
    """Notices workspaces that have gone without our hearing of it. `asked_at` (UTC) is when that was known last."""

    def __init__(
        self,
        open_unit_of_work: OpenUnitOfWork,
        client_of: ClientOf,
        grants: Grants,
        clock: Clock,
        asked_at: datetime | None = None,
    ) -> None:
        self._open = open_unit_of_work
        self._client_of = client_of
        self._grants = grants
        self._clock = clock
        self._asked_at = asked_at

    async def look(self) -> None:
        """Ask, if a day has passed, and stop everything where we are installed no more."""
        now = self._clock()
        if self._asked_at is not None and now - self._asked_at < _ASKED_EVERY:
            return
        self._asked_at = now
        for each in await installations.list_all(self._open):
            if each.uninstalled_at is None and await self._has_gone(each.team_id):
                logger.warning("the workspace %s has removed the app, and we did not hear of it", each.team_id)
                await installations.uninstall(self._open, each.team_id, now, now)
                self._grants.forget(each.team_id)

    async def _has_gone(self, team_id: str) -> bool:
        if await self._grants.find(team_id) is None:
            return False  # nothing to ask with, and so nothing to conclude
        try:
            await self._client_of(team_id).auth_test()
        except SlackApiError as error:
            return error_name(error) in _GONE
        except (aiohttp.ClientError, TimeoutError):
            return False
        return False
