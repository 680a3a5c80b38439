"""One transaction and the repositories in it; whatever is not committed is rolled back."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.store import bell
from bot.store.aways import Aways
from bot.store.boards import Boards
from bot.store.breaks import Breaks
from bot.store.claims import Claims
from bot.store.doses import Doses
from bot.store.engine import ONLY_LOOKS
from bot.store.installations import Installations
from bot.store.keepers import Keepers
from bot.store.members import Members
from bot.store.outbox import Outbox
from bot.store.own_routines import OwnRoutines
from bot.store.pauses import Pauses
from bot.store.pictures import Pictures
from bot.store.presses import Presses
from bot.store.privacy import Privacy
from bot.store.reactions import EarlyReactions
from bot.store.repository import NEWS
from bot.store.retention import Retention
from bot.store.runs import Runs
from bot.store.schedules import Schedules
from bot.store.streaks import Streaks
from bot.store.why import Why
from bot.store.workspaces import Workspaces

DatabaseAway = (DBAPIError, PoolTimeoutError, OSError)
"""What is raised when the database cannot be reached or refuses to answer."""


class UnitOfWork:
    """A transaction: `async with open_unit_of_work() as uow: …; await uow.commit()`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._session = AsyncSession(engine, expire_on_commit=False)
        self.aways = Aways(self._session)
        self.boards = Boards(self._session)
        self.breaks = Breaks(self._session)
        self.claims = Claims(self._session)
        self.doses = Doses(self._session)
        self.installations = Installations(self._session)
        self.keepers = Keepers(self._session)
        self.members = Members(self._session)
        self.outbox = Outbox(self._session)
        self.own_routines = OwnRoutines(self._session)
        self.pauses = Pauses(self._session)
        self.pictures = Pictures(self._session)
        self.presses = Presses(self._session)
        self.privacy = Privacy(self._session)
        self.reactions = EarlyReactions(self._session)
        self.retention = Retention(self._session)
        self.runs = Runs(self._session)
        self.schedules = Schedules(self._session)
        self.streaks = Streaks(self._session)
        self.why = Why(self._session)
        self.workspaces = Workspaces(self._session)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()  # which rolls back

    async def only_look(self) -> None:
        """Take what follows for looks that need no transaction: to begin and to end one costs more than they do.

        For whatever is read for every press, tick or view; see `ONLY_LOOKS`.
        """
        await self._session.connection(execution_options=ONLY_LOOKS[self._engine.dialect.name])

    async def commit(self) -> None:
        """Keep what was done, and wake those who may wait for it."""
        is_news = self._session.info.pop(NEWS, False)
        if is_news:
            await bell.announce(self._session)
        await self._session.commit()
        if is_news:
            bell.ring(self._engine)


OpenUnitOfWork = Callable[[], UnitOfWork]
"""Opens a fresh unit of work."""
