"""*Remind me in 15 minutes*: one direct message for a person and break, unless they have done it by then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.breaks import LATE_CUTOFF, closes_at
from bot.domain.errors import BreakClosed
from bot.domain.outbox import Kind, Message
from bot.domain.workspaces import Member
from bot.services.breaks import Sight, take
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork

REMIND_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What came of asking: when (UTC) it comes if it is new, and whether the break is done already."""

    due_at: datetime
    is_new: bool
    is_done: bool = False


async def remind(open_unit_of_work: OpenUnitOfWork, sight: Sight, member: Member, now: datetime) -> Reminder:
    """Remind somebody of a break in 15 minutes, once; raises BreakUnknown, BreakClosed if it is closed by then."""
    due_at = now + REMIND_AFTER
    async with open_unit_of_work() as uow:
        break_, channel = await take(uow, sight, now)
        if due_at >= closes_at(
            break_, channel_zone=channel.zone, person_zone=member.zone, day_starts_at=channel.day_starts_at
        ):
            raise BreakClosed(break_.local_date)
        is_done = await _is_done(uow, break_.id, member.id)
        message = Message(
            channel_id=channel.id,
            kind=Kind.REMINDER,
            subject_id=break_.id,
            key=f"{Kind.REMINDER}:{break_.id}:{member.id}",
            due_at=due_at,
            step=member.id,
            expires_at=due_at + LATE_CUTOFF,
        )
        is_new = not is_done and await uow.outbox.enqueue(message)
        await uow.commit()
    return Reminder(due_at, is_new, is_done)


async def whom_to_remind(uow: UnitOfWork, break_id: int, member_id: int) -> Member | None:
    """Find the person to remind, within the caller's transaction; None if they have done the break meanwhile."""
    return None if await _is_done(uow, break_id, member_id) else await uow.members.get(member_id)


async def _is_done(uow: UnitOfWork, break_id: int, member_id: int) -> bool:
    found = await uow.breaks.state_of(member_id, break_id)
    return found is not None and found.is_done
