"""Away days."""

from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update

from bot.domain.aways import Away
from bot.domain.dates import Dates
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import AwayRow

_AWAYS = core(AwayRow)
_OF_MEMBER = (
    select(_AWAYS)
    .where(
        _AWAYS.c.member_id == bindparam("member_id"),
        or_(_AWAYS.c.last_on.is_(None), _AWAYS.c.last_on >= bindparam("since")),
    )
    .order_by(_AWAYS.c.first_on, _AWAYS.c.id)
)


def _to_away(row: Any) -> Away:
    return Away(row.id, Dates(row.first_on, row.last_on))


class Aways(Repository):
    """Stored away days."""

    async def add(self, member_id: int, dates: Dates) -> int:
        """Store away days and answer their id."""
        statement = (
            self._insert(_AWAYS)
            .values(member_id=member_id, first_on=dates.first, last_on=dates.last)
            .returning(_AWAYS.c.id)
        )
        away_id: int = (await self._session.execute(statement)).scalar_one()
        return away_id

    async def change(self, away_id: int, dates: Dates) -> None:
        """Change the dates of stored away days."""
        await self._session.execute(
            update(_AWAYS).where(_AWAYS.c.id == away_id).values(first_on=dates.first, last_on=dates.last)
        )

    async def remove(self, away_id: int) -> None:
        """Delete away days."""
        await self._session.execute(delete(_AWAYS).where(_AWAYS.c.id == away_id))

    async def list_of(self, member_id: int, *, since: date = date.min) -> list[Away]:
        """List a person's away days that last beyond a date or to it, the earliest first."""
        where = {"member_id": member_id, "since": since}
        return [_to_away(row) for row in (await self._session.execute(_OF_MEMBER, where)).all()]
