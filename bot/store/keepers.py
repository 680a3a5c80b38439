"""Who looks after channels, what they chose for them, and where the app introduced itself."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, delete, or_, select, update

from bot.domain.boards import BoardPlan
from bot.domain.keepers import ChannelSettings
from bot.domain.workspaces import Channel, Member
from bot.store.base import core
from bot.store.members import MEMBER, to_member
from bot.store.repository import Repository
from bot.store.tables import ChannelRow, MemberRow
from bot.store.tables_keepers import ChannelSettingsRow, GreetingRow, KeeperRow

_USUAL = ChannelSettings()

_KEEPERS, _MEMBERS = core(KeeperRow), core(MemberRow)
_FURTHER = select(_KEEPERS.c.member_id).where(_KEEPERS.c.channel_id == bindparam("channel_id"))
_IS_FURTHER = _FURTHER.where(_KEEPERS.c.member_id == bindparam("member_id"))
_ALL = (
    select(*MEMBER)
    .where(or_(_MEMBERS.c.id == bindparam("keeper_id"), _MEMBERS.c.id.in_(_FURTHER)))
    .order_by(_MEMBERS.c.id)
)


class Keepers(Repository):
    """Stored keepers, settings and introductions of channels."""

    async def list_of(self, channel: Channel) -> list[Member]:
        """List who looks after a channel, the first keeper first."""
        where = {"channel_id": channel.id, "keeper_id": channel.keeper_id}
        found = [to_member(row) for row in (await self._session.execute(_ALL, where)).all()]
        return sorted(found, key=lambda each: each.id != channel.keeper_id)

    async def is_keeper(self, channel: Channel, member_id: int) -> bool:
        """Tell whether somebody looks after a channel."""
        if channel.keeper_id == member_id:
            return True
        where = {"channel_id": channel.id, "member_id": member_id}
        return (await self._session.execute(_IS_FURTHER, where)).first() is not None

    async def kept_by(self, member_id: int) -> list[int]:
        """List the ids of the channels somebody looks after."""
        further = select(KeeperRow.channel_id).where(KeeperRow.member_id == member_id)
        query = select(ChannelRow.id).where((ChannelRow.keeper_id == member_id) | ChannelRow.id.in_(further))
        return sorted((await self._session.execute(query)).scalars())

    async def set(self, channel_id: int, member_ids: Sequence[int]) -> None:
        """Have these people, the first keeper first, and nobody else look after a channel."""
        first, *further = member_ids
        await self._session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(keeper_id=first))
        await self._session.execute(delete(KeeperRow).where(KeeperRow.channel_id == channel_id))
        for member_id in further:
            await self._session.execute(self._insert(KeeperRow).values(channel_id=channel_id, member_id=member_id))

    async def settings(self, channel_id: int) -> ChannelSettings:
        """Find what was chosen for a channel."""
        row = await self._session.get(ChannelSettingsRow, channel_id, populate_existing=True)
        return _to_settings(row) if row else _USUAL

    async def settings_of(self, channel_ids: Collection[int]) -> dict[int, ChannelSettings]:
        """Map channels to what was chosen for them, in one statement however many they are."""
        query = select(ChannelSettingsRow).where(ChannelSettingsRow.channel_id.in_(channel_ids))
        rows = (await self._session.execute(query.execution_options(populate_existing=True))).scalars()
        return dict.fromkeys(channel_ids, _USUAL) | {row.channel_id: _to_settings(row) for row in rows}

    async def set_settings(self, channel_id: int, settings: ChannelSettings) -> None:
        """Store what was chosen for a channel."""
        values = {
            "reactions": list(settings.reactions),
            "has_board": settings.board.is_on,
            "board_weekday": settings.board.weekday,
            "board_time": settings.board.at,
        }
        statement = self._insert(ChannelSettingsRow).values(channel_id=channel_id, **values)
        await self._session.execute(statement.on_conflict_do_update(index_elements=["channel_id"], set_=values))

    async def greeting_of(self, channel_id: int) -> str | None:
        """Find the message, by its `ts`, in which the app greeted or introduced itself to a channel."""
        row = await self._session.get(GreetingRow, channel_id, populate_existing=True)
        return row.message_ts if row else None

    async def set_greeting(self, channel_id: int, ts: str) -> None:
        """Remember the message in which the app greeted or introduced itself to a channel."""
        statement = self._insert(GreetingRow).values(channel_id=channel_id, message_ts=ts)
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=["channel_id"], set_={"message_ts": ts})
        )


def _to_settings(row: ChannelSettingsRow) -> ChannelSettings:
    return ChannelSettings(tuple(row.reactions), BoardPlan(row.has_board, row.board_weekday, row.board_time))
