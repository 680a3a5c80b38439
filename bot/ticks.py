"""What the metronome calls for: plan what is due, and tidy up; the courier delivers."""

import asyncio
import logging
from functools import partial

from bot.clock import Clock, utc_now
from bot.services import boards, installations, planning, retention
from bot.services.ports import OpenUnitOfWork
from bot.slack.presence import Presence
from routines.catalogue import Catalogue

logger = logging.getLogger(__name__)

_NOTHING_PLANNED_SECONDS = 3600.0
_OTHERS_AT_IT_SECONDS = 0.1


async def plan(open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, clock: Clock) -> float:
    """Turn what is due into rows: breaks with their prompts, boards; answers in how many seconds there is more."""
    now = clock()
    at = await planning.plan_at(open_unit_of_work)
    if at is not None and at <= now:
        make = partial(planning.materialise_due, open_unit_of_work, catalogue, ahead=planning.AHEAD)
        while await make(now) == planning.BATCH:  # noqa: ASYNC110  # it is work, not waiting
            await asyncio.sleep(0)  # with one connection, the courier has its turn between batches
        await boards.make_due(open_unit_of_work, now)
        at = await planning.plan_at(open_unit_of_work)
    if at is None:
        return _NOTHING_PLANNED_SECONDS
    # What is overdue still is in another worker's hands.
    return (at - now).total_seconds() if at > now else _OTHERS_AT_IT_SECONDS


async def tidy(open_unit_of_work: OpenUnitOfWork, clock: Clock, retention_days: int, presence: Presence) -> None:
    """Notice who has gone, erase what has to go by now, and fold what is older than it is kept one by one."""
    await presence.look()
    for team_id in await installations.tidy(open_unit_of_work, clock(), utc_now()):
        logger.info("erased the workspace %s, uninstalled a week ago", team_id)
    folded = await retention.fold_old(open_unit_of_work, clock(), retention_days)
    if folded:
        logger.info("what %d people did more than %d days ago is folded", folded, retention_days)
