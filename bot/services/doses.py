"""Own doses: a private run is done at them, and says what the next time may be."""

from datetime import datetime

from bot.domain import doses, guides
from bot.domain.doses import Change, Offer
from bot.domain.errors import BreakUnknown
from bot.domain.runs import Run
from bot.domain.workspaces import Member
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue
from routines.model import Routine


async def at_own_doses(uow: UnitOfWork, routine: Routine, member: Member) -> Routine:
    """Copy a routine at somebody's own doses, within the caller's transaction; a joint run never is."""
    own = await uow.doses.list_for(member.id)
    exercises = tuple(doses.at_own_dose(each, own.get(each.id)) for each in routine.exercises)
    return routine.model_copy(update={"exercises": exercises})


async def list_offers(open_unit_of_work: OpenUnitOfWork, run: Run, member: Member, now: datetime) -> list[Offer]:
    """List what somebody may choose for the next time, of the moves they did in a private run."""
    async with open_unit_of_work() as uow:
        own = await uow.doses.list_for(member.id)
    done = run.routine.exercises[: guides.moves_done(run)]
    offers = [doses.offer(each, own.get(each.id), now) for each in done]
    return [each for each in offers if each is not None]


async def own_doses(uow: UnitOfWork, catalogue: Catalogue, member: Member, now: datetime) -> list[Offer]:
    """List what somebody may choose for the next time of what has a dose of their own, within the transaction."""
    own = await uow.doses.list_for(member.id)
    found = [doses.offer(each, own[each.id], now) for each in catalogue.exercises if each.id in own]
    return [each for each in found if each is not None]


async def list_own(
    open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, member: Member, now: datetime
) -> list[Offer]:
    """List the same for whoever asks."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        return await own_doses(uow, catalogue, member, now)


async def change_dose(
    open_unit_of_work: OpenUnitOfWork,
    catalogue: Catalogue,
    exercise_id: str,
    wanted: Change,
    member: Member,
    *,
    shown: int,
    now: datetime,
) -> Offer:
    """Change somebody's dose as wanted, if it still is the one they were shown, in seconds; answers what it is now.

    Raises BreakUnknown when the exercise is gone, or grows no more.
    """
    async with open_unit_of_work() as uow:
        try:
            exercise = catalogue.exercise(exercise_id)
        except KeyError:
            raise BreakUnknown from None
        own = (await uow.doses.list_for(member.id)).get(exercise_id)
        changed = doses.change(exercise, own, wanted, shown, now)
        if changed is not None:
            await uow.doses.set(member.id, exercise_id, changed)
        await uow.commit()
    offered = doses.offer(exercise, changed or own, now)
    if offered is None:
        raise BreakUnknown
    return offered
