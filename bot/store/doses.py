"""People's own doses."""

from sqlalchemy import bindparam, select

from bot.domain.doses import Dose
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import DoseRow

_DOSES = core(DoseRow)
_OF_MEMBER = select(_DOSES).where(_DOSES.c.member_id == bindparam("member_id"))


class Doses(Repository):
    """Stored doses."""

    async def list_for(self, member_id: int) -> dict[str, Dose]:
        """Map exercises' ids to somebody's own dose."""
        rows = (await self._session.execute(_OF_MEMBER, {"member_id": member_id})).all()
        return {row.exercise_id: Dose(row.seconds, row.changed_at) for row in rows}

    async def set(self, member_id: int, exercise_id: str, dose: Dose) -> None:
        """Store somebody's own dose."""
        values = {"seconds": dose.seconds, "changed_at": dose.changed_at}
        statement = self._insert(DoseRow).values(member_id=member_id, exercise_id=exercise_id, **values)
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=["member_id", "exercise_id"], set_=values)
        )
