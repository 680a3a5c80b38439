"""Delivering what is due: claim it, gather what it shows, and declare the intent to send it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain import outbox as rules
from bot.domain.breaks import Prompt
from bot.domain.greetings import Introduction
from bot.domain.instants import earliest
from bot.domain.outbox import IN_THREAD, Ahead, Delivery, Kind, Lane, State
from bot.domain.runs import ClosingCard, GoesOn, PauseNote, StepCard
from bot.services.messages import BoardMessage, Facts, LobbyMessage, gather, gather_prompts
from bot.store.turns import Turn
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue

CLAIM = 2000
"""Messages one claim takes, where nobody says how many there is room for."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a pass has leased: messages to send, and those of unknown outcome to look up, a channel's together.

    `ahead` tells when there may be more.
    """

    to_send: list[Delivery] = field(default_factory=list)
    to_look_up: list[Delivery] = field(default_factory=list)
    ahead: Ahead = field(default_factory=Ahead)

    def __len__(self) -> int:
        """Count what was leased."""
        return len(self.to_send) + len(self.to_look_up)


@dataclass(frozen=True, slots=True)
class Ready:
    """A delivery whose intent is declared: what to show, the message to change, the thread to reply in."""

    delivery: Delivery
    facts: Facts
    edits_ts: str | None = None
    thread_ts: str | None = None


async def claim(
    open_unit_of_work: OpenUnitOfWork, now: datetime, limit: int = CLAIM, *, looks_after_lost: bool = False
) -> Claimed:
    """Lease what is due at `now` (UTC) or to be sent soon after, up to `limit` messages.

    Calls that nobody settled are looked after when there is nothing else to claim, or if `looks_after_lost`.
    """
    async with open_unit_of_work() as uow:
        await uow.only_look()
        due_at = await uow.claims.earliest_due_at()
        claim_at = None if due_at is None else due_at - rules.CLAIM_AHEAD
        if claim_at is None or claim_at > now:
            return Claimed(ahead=Ahead(due_in=None if claim_at is None else (claim_at - now).total_seconds()))
        chosen = await uow.claims.choose(now, limit)
        ahead = None if chosen else await uow.claims.look_ahead(now)
    if ahead is not None and not ahead.is_lost:
        return Claimed(ahead=ahead)
    async with open_unit_of_work() as uow:
        if ahead is not None or looks_after_lost:
            await uow.claims.expire_intents()
        if ahead is not None:
            chosen = await uow.claims.choose(now, limit)
        # A name of its own for every claim: who has lost one cannot pass for its present owner.
        claimed = await uow.claims.claim(chosen, now, owner=secrets.token_hex(16))
        await uow.commit()
    to_look_up = [each for each in claimed if each.state is State.UNCERTAIN]
    to_send = [each for each in claimed if each.state is not State.UNCERTAIN]
    return Claimed(to_send, to_look_up, Ahead(opens_in=0.0))  # how long there is nothing, the next look says


async def prepare(
    open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, delivery: Delivery, now: datetime
) -> Ready | None:
    """Gather what a claimed delivery shows and declare the intent to send it, in one transaction.

    None when it is not to be sent: too late, put off, overtaken, or leased by somebody else by now.
    """
    ready = None
    async with open_unit_of_work() as uow:
        prepared = _TOO_LATE if _is_late(delivery, now) else await gather(uow, catalogue, delivery, now)
        if isinstance(prepared, datetime):
            await uow.outbox.try_later(delivery, timedelta(0), None)
            await uow.outbox.reschedule(delivery.key, prepared)
            await uow.turns.answer([(delivery, 0.0)])
        elif isinstance(prepared, str):
            await _give_up(uow, delivery, prepared, now)
        else:
            for declared in await _declare_intents(uow, [delivery]):
                ready = _address(declared, prepared)
        await uow.commit()
    return ready


async def prepare_prompts(
    open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, deliveries: Sequence[Delivery], now: datetime
) -> list[Ready]:
    """Do for all prompts of one claim what `prepare` does for one message, in one transaction."""
    async with open_unit_of_work() as uow:
        gathered = await gather_prompts(uow, catalogue, deliveries)
        shown: dict[int, Facts] = {}
        for delivery in deliveries:
            prepared = _TOO_LATE if _is_late(delivery, now) else gathered[delivery.id]
            if isinstance(prepared, str):
                await _give_up(uow, delivery, prepared, now)
            else:
                shown[delivery.id] = prepared
        declared = await _declare_intents(uow, [each for each in deliveries if each.id in shown])
        await uow.commit()
    return [_address(each, shown[each.id]) for each in declared]


async def _declare_intents(uow: UnitOfWork, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Say which messages of one claim are called for at once; answers those that may be.

    Left out are those that are somebody else's by now, and those that come too late for their turn and have no other.
    """
    if not deliveries:
        return []
    posts = [each for each in deliveries if each.lane is Lane.POST]
    turns = await uow.turns.confirm(posts) if posts else {}
    too_late = {each.id for each in posts if each.workspace_id not in turns}
    if too_late:
        await uow.outbox.give_back(posts[0].owner, too_late)
    called = {each.id for each in deliveries} - too_late
    ours = await uow.outbox.declare_intents(deliveries[0].owner, called) if called else set()
    return [_having(each, turns.get(each.workspace_id)) for each in deliveries if each.id in ours]


def _having(delivery: Delivery, turn: Turn | None) -> Delivery:
    return delivery if turn is None else delivery._replace(burst=turn.burst, opens_in=turn.opens_in)


_TOO_LATE = "too late to be of use"


def _is_late(delivery: Delivery, now: datetime) -> bool:
    return delivery.expires_at is not None and now > delivery.expires_at


async def _give_up(uow: UnitOfWork, delivery: Delivery, reason: str, now: datetime) -> None:
    state = State.MISSED if reason == _TOO_LATE else State.DROPPED
    await uow.outbox.settle(delivery, state, now=now, error=reason)
    await uow.turns.answer([(delivery, 0.0)])


def _address(delivery: Delivery, facts: Facts) -> Ready:
    match facts:
        case Prompt():
            return Ready(delivery, facts, edits_ts=facts.break_.message_ts if delivery.is_edit else None)
        case LobbyMessage(run=run) if delivery.is_edit:
            return Ready(delivery, facts, edits_ts=run.thread_ts)
        case BoardMessage(message_ts=ts) | Introduction(message_ts=ts) if delivery.is_edit:
            return Ready(delivery, facts, edits_ts=ts)
        case StepCard(run=run) | PauseNote(run=run) | GoesOn(run=run) | ClosingCard(run=run):
            return Ready(delivery, facts, thread_ts=run.thread_ts)
        case _:
            return Ready(delivery, facts)


async def is_settled(open_unit_of_work: OpenUnitOfWork, now: datetime) -> bool:
    """Tell whether nothing that is due at `now` (UTC) is still on its way."""
    async with open_unit_of_work() as uow:
        return await uow.outbox.is_settled(now)


async def queue_age(open_unit_of_work: OpenUnitOfWork, now: datetime) -> timedelta:
    """Tell for how long the oldest message that is due at `now` (UTC) has waited; nothing when none does."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        due_at = await uow.claims.earliest_due_at()
    return max(now - due_at, timedelta(0)) if due_at is not None else timedelta(0)


async def next_due_at(open_unit_of_work: OpenUnitOfWork, after: datetime) -> datetime | None:
    """Find the first instant later than `after` (UTC) at which a schedule, a board or a message is due."""
    async with open_unit_of_work() as uow:
        return earliest(
            await uow.schedules.next_due_at(after),
            await uow.workspaces.next_board_due_at(after),
            await uow.outbox.next_due_at(after),
        )


async def next_break_due_at(open_unit_of_work: OpenUnitOfWork, after: datetime) -> datetime | None:
    """Find the first instant later than `after` (UTC) at which a break is due, made ahead or not."""
    async with open_unit_of_work() as uow:
        return earliest(await uow.outbox.next_due_at(after, Kind.PROMPT), await uow.schedules.next_due_at(after))


async def thread_of(open_unit_of_work: OpenUnitOfWork, delivery: Delivery) -> str | None:
    """Find the thread a message was meant for; None for one in the channel itself."""
    if delivery.kind not in IN_THREAD:
        return None
    async with open_unit_of_work() as uow:
        await uow.only_look()
        run = await uow.runs.find(delivery.subject_id)
    return run.thread_ts if run else None
