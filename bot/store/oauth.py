"""The stores that an installation by OAuth needs: slack_sdk's, on our database, with the tokens encrypted."""

from copy import copy
from typing import Any

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import utc_now
from bot.domain.installations import CONSENT_WITHIN
from bot.store.base import core
from bot.store.cipher import Cipher, TokensUnreadable
from bot.store.tables_installations import BotRow, OAuthStateRow

_BOTS, _STATES = core(BotRow), core(OAuthStateRow)


class BotStore(AsyncSQLAlchemyInstallationStore):
    """One bot token a workspace, and nothing about who installed it: we ask for no token of a person's.

    A workspace is known by its own id alone, which stays when it moves into an organisation.
    """

    def __init__(self, engine: AsyncEngine, client_id: str, cipher: Cipher) -> None:
        super().__init__(client_id=client_id, engine=engine)
        self.bots = _BOTS
        self._cipher = cipher

    async def async_save(self, installation: Installation) -> None:
        """Keep the token of an installation, in place of an older one."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep a bot token, in place of an older one."""
        kept = copy(bot)
        kept.enterprise_id = None
        kept.bot_token = self._cipher.encrypt(bot.bot_token)
        if bot.bot_refresh_token is not None:
            kept.bot_refresh_token = self._cipher.encrypt(bot.bot_refresh_token)
        await super().async_save_bot(kept)
        newest = select(func.max(_BOTS.c.id)).where(_BOTS.c.team_id == bot.team_id).scalar_subquery()
        async with self.engine.begin() as connection:
            await connection.execute(delete(_BOTS).where(_BOTS.c.team_id == bot.team_id, _BOTS.c.id < newest))

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None = None,  # noqa: ARG002  # see above
        team_id: str | None,
        is_enterprise_install: bool | None = False,  # noqa: ARG002  # these are refused
    ) -> Bot | None:
        """Find a workspace's token; raises TokensUnreadable."""
        bot: Bot | None = await super().async_find_bot(enterprise_id=None, team_id=team_id)
        if bot is not None:
            bot.bot_token = self._cipher.decrypt(bot.bot_token)
        return bot

    async def check_readable(self) -> None:
        """See whether our keys read every token; raises TokensUnreadable with what to do."""
        unreadable = await self.list_unreadable()
        if unreadable:
            raise TokensUnreadable(
                f"TOKEN_KEYS does not read the tokens of {len(unreadable)} workspaces ({', '.join(unreadable[:5])})."
                " Put the key back under which they were written, after the newest one. If it is lost for good,"
                " `limber tokens renew --drop-unreadable` forgets them, and those workspaces have to install again."
            )

    async def list_unreadable(self) -> list[str]:
        """List the workspaces whose tokens no key of ours reads."""
        return [str(team_id) for team_id, token in await self._tokens() if not self._reads(token)]

    async def renew(self, *, drop_unreadable: bool = False) -> int:
        """Encrypt every token with the newest key; answers how many. What cannot be read is dropped, or left."""
        count = 0
        for team_id, token in await self._tokens():
            async with self.engine.begin() as connection:
                of_team = _BOTS.c.team_id == team_id, _BOTS.c.bot_token == token  # a newer one is left alone
                if self._reads(token):
                    renewed = self._cipher.encrypt(self._cipher.decrypt(token))
                    await connection.execute(update(_BOTS).where(*of_team).values(bot_token=renewed))
                    count += 1
                elif drop_unreadable:
                    await connection.execute(delete(_BOTS).where(*of_team))
        return count

    async def _tokens(self) -> list[Any]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(select(_BOTS.c.team_id, _BOTS.c.bot_token))).all())

    def _reads(self, token: str) -> bool:
        try:
            self._cipher.decrypt(token)
        except TokensUnreadable:
            return False
        return True


class StateStore(AsyncSQLAlchemyOAuthStateStore):
    """States on our database, each good once however many browsers come back with it at a time."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(expiration_seconds=int(CONSENT_WITHIN.total_seconds()), engine=engine)
        self.oauth_states = _STATES

    async def async_consume(self, state: str) -> bool:
        """Tell whether a state is ours and still good, and use it up in the same statement."""
        now = utc_now().replace(tzinfo=None)  # the SDK counts in real time, without a zone
        used_up = delete(_STATES).where(_STATES.c.state == state).returning(_STATES.c.expire_at)
        async with self.engine.begin() as connection:
            expire_at = (await connection.execute(used_up)).scalar_one_or_none()
        return expire_at is not None and expire_at > now
