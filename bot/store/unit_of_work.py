"""One transaction and the repositories in it; whatever is not committed is rolled back."""

from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

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
from bot.store.repository import NEWS, UNTOLD, Repository
from bot.store.retention import Retention
from bot.store.runs import Runs
from bot.store.schedules import Schedules
from bot.store.streaks import Streaks
from bot.store.turns import Turns
from bot.store.why import Why
from bot.store.workspaces import Workspaces

Made = TypeVar("Made", bound=Repository)

DatabaseAway = (DBAPIError, PoolTimeoutError, OSError)
"""What is raised when the database cannot be reached or refuses to answer."""


class _Made(Generic[Made]):
    """A repository that is made when it is used first: most units of work use a few of them."""

    def __init__(self, kind: type[Made]) -> None:
        self._kind = kind

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, uow: "UnitOfWork", _owner: type) -> Made:
        made = uow.__dict__[self._name] = self._kind(uow._session)  # noqa: SLF001  # its own; from now on it is found there
        return made


class UnitOfWork:
    """A transaction: `async with open_unit_of_work() as uow: …; await uow.commit()`."""

    aways = _Made(Aways)
    boards = _Made(Boards)
    breaks = _Made(Breaks)
    claims = _Made(Claims)
    doses = _Made(Doses)
    installations = _Made(Installations)
    keepers = _Made(Keepers)
    members = _Made(Members)
    outbox = _Made(Outbox)
    own_routines = _Made(OwnRoutines)
    pauses = _Made(Pauses)
    pictures = _Made(Pictures)
    presses = _Made(Presses)
    privacy = _Made(Privacy)
    reactions = _Made(EarlyReactions)
    retention = _Made(Retention)
    runs = _Made(Runs)
    schedules = _Made(Schedules)
    streaks = _Made(Streaks)
    turns = _Made(Turns)
    why = _Made(Why)
    workspaces = _Made(Workspaces)

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._session = AsyncSession(engine, expire_on_commit=False)

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
        if self._session.info.pop(UNTOLD, False):
            await bell.announce(self._session)
        await self._session.commit()
        if self._session.info.pop(NEWS, False):
            bell.ring(self._engine)


OpenUnitOfWork = Callable[[], UnitOfWork]
"""Opens a fresh unit of work."""
