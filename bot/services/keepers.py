"""Who may change a channel's breaks, who looks after it, and what they chose beside its schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.boards import next_board_at
from bot.domain.errors import InvalidInput, NotAFullMember, NotTheKeeper
from bot.domain.keepers import ChannelSettings, active
from bot.domain.workspaces import Channel, Member, MemberKind
from bot.services.greetings import introduce
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork


@dataclass(frozen=True, slots=True)
class Kept:
    """Who looks after a channel, the first keeper first, and what they chose for it."""

    keepers: tuple[Member, ...]
    settings: ChannelSettings

    def may_change(self, member: Member, *, is_admin: bool) -> bool:
        """Tell whether somebody may change the channel's breaks: keepers and admins, and before there are any, all."""
        if not self.is_kept:
            return is_admin or member.kind is MemberKind.FULL
        return is_admin or any(each.id == member.id for each in self.keepers)

    @property
    def is_kept(self) -> bool:
        """Tell whether any of the keepers is still there."""
        return any(active(self.keepers))


async def show(open_unit_of_work: OpenUnitOfWork, channel: Channel) -> Kept:
    """Tell who looks after a channel, and how."""
    async with open_unit_of_work() as uow:
        channel = await uow.workspaces.get_channel(channel.id)
        return await _kept(uow, channel)


async def _kept(uow: UnitOfWork, channel: Channel) -> Kept:
    return Kept(tuple(await uow.keepers.list_of(channel)), await uow.keepers.settings(channel.id))


async def check_keeper(uow: UnitOfWork, channel: Channel, member: Member | None, *, is_admin: bool) -> None:
    """Let keepers and admins pass, and where there is no keeper yet any full member.

    `member` is None for the operator's command line, who may do all; an admin is one of their own workspace alone.
    Raises NotTheKeeper, NotAFullMember.
    """
    if member is None:
        return
    if member.workspace_id != channel.workspace_id:
        raise NotAFullMember
    if is_admin or channel.keeper_id == member.id:
        return
    keepers = await uow.keepers.list_of(channel)
    if any(each.id == member.id for each in keepers):
        return
    if active(keepers):
        raise NotTheKeeper(active(keepers)[0].name)
    if member.kind is not MemberKind.FULL and not channel.is_direct:
        raise NotAFullMember


async def adopt(uow: UnitOfWork, channel: Channel, member: Member | None) -> None:
    """Have somebody look after a channel that nobody does, or nobody any more, within the caller's transaction."""
    if member is not None and not active(await uow.keepers.list_of(channel)):
        await uow.keepers.set(channel.id, [member.id])


async def change(
    open_unit_of_work: OpenUnitOfWork,
    channel: Channel,
    settings: ChannelSettings,
    keepers: Sequence[Member],
    *,
    member: Member,
    is_admin: bool,
    now: datetime,
) -> None:
    """Keep a channel's settings and its keepers, from `now` (UTC) on.

    Raises NotTheKeeper, NotAFullMember, and InvalidInput for "keepers" where one may not be one.
    """
    async with open_unit_of_work() as uow:
        await uow.workspaces.lock_channel(channel.id)
        channel = await uow.workspaces.get_channel(channel.id)
        await check_keeper(uow, channel, member, is_admin=is_admin)
        before = await _kept(uow, channel)
        _check_named(keepers, before.keepers)
        await uow.keepers.set(channel.id, _first_stays_first(keepers, channel.keeper_id))
        await uow.keepers.set_settings(channel.id, settings)
        await introduce(uow, channel, now, posts=False)
        if settings.board != before.settings.board:
            due_at = next_board_at(now, channel.zone, settings.board)
            await uow.workspaces.update_channel(channel.id, board_due_at=due_at)
        await uow.commit()


def _check_named(keepers: Sequence[Member], before: Sequence[Member]) -> None:
    if not keepers:
        raise InvalidInput("keepers", "Please name at least one person.")
    known = {each.id for each in before}
    for each in keepers:
        if each.kind is not MemberKind.FULL and each.id not in known:
            raise InvalidInput(
                "keepers", f"{each.name} is not a full member here. Only full members look after breaks."
            )


def _first_stays_first(keepers: Sequence[Member], first: int | None) -> list[int]:
    return sorted(dict.fromkeys(each.id for each in keepers), key=lambda each: each != first)
