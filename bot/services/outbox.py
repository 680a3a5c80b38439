"""Delivering what is due: claim, gather the facts, declare the intent, and settle what Slack answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.boards import Board
from bot.domain.breaks import LATE_CUTOFF, Origin, Prompt
from bot.domain.outbox import MAX_ATTEMPTS, Delivery, Kind, Outcome, Result, State, back_off
from bot.domain.pauses import FellSilent
from bot.domain.runs import ClosingCard, Run, RunState, StepCard
from bot.domain.workspaces import ScheduleRecord
from bot.services import boards, breaks, pauses, runs
from bot.services.workspaces import stop_channel
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue

CLAIM = 100
"""Messages one pass of a courier takes; each goes to another channel."""


@dataclass(frozen=True, slots=True)
class LobbyMessage:
    """A lobby outside breaks, as a message of its own; `zone` is the channel's."""

    run: Run
    zone: str


@dataclass(frozen=True, slots=True)
class NobodyCame:
    """What the one person there, as a rule the starter, is asked alone when a lobby ended without company."""

    run: Run
    starter_slack_id: str


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a channel is told once about its breaks and who set them up."""

    record: ScheduleRecord
    keeper_name: str


@dataclass(frozen=True, slots=True)
class BoardMessage:
    """A channel's weekly board."""

    board_id: int
    channel_name: str
    zone: str
    board: Board


Facts = Prompt | LobbyMessage | StepCard | NobodyCame | ClosingCard | BoardMessage | Introduction | FellSilent
"""What a message shows, gathered at delivery so that it sees the present state."""

Prepared = Facts | datetime | str
"""Facts to show; or the instant (UTC) to which it was put off; or the reason why it is not sent."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A delivery whose intent is declared: what to show, the message to change, the thread to reply in."""

    delivery: Delivery
    facts: Facts
    edits_ts: str | None = None
    thread_ts: str | None = None


async def claim(open_unit_of_work: OpenUnitOfWork, now: datetime, owner: str) -> tuple[list[Delivery], list[Delivery]]:
    """Lease what is due at `now` (UTC) for `owner`; answers what to send, and unknown outcomes to look up."""
    async with open_unit_of_work() as uow:
        await uow.outbox.expire_leases()
        to_send = [
            *await uow.outbox.claim_posts(now, owner, CLAIM),
            *await uow.outbox.claim_edits(now, owner, CLAIM),
        ]
        to_look_up = await uow.outbox.claim_uncertain(owner, CLAIM)
        await uow.commit()
    return to_send, to_look_up


async def prepare(
    open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, delivery: Delivery, now: datetime
) -> Ready | None:
    """Gather what a claimed delivery shows and declare the intent to send it, in one transaction.

    None when it is not to be sent: too late, put off, overtaken, or leased by somebody else by now.
    """
    async with open_unit_of_work() as uow:
        prepared = await _gather(uow, catalogue, delivery, now)
        if isinstance(prepared, datetime):
            await uow.outbox.try_later(delivery, timedelta(0), None)
            await uow.outbox.reschedule(delivery.key, prepared)
            await uow.commit()
            return None
        if isinstance(prepared, str):
            late = prepared == _TOO_LATE
            await uow.outbox.settle(delivery, State.MISSED if late else State.DROPPED, now=now, error=prepared)
            await uow.commit()
            return None
        ready = _address(delivery, prepared)
        if not await uow.outbox.declare_intent(delivery, now):
            return None
        await uow.commit()
    return ready


_TOO_LATE = "too late to be of use"


async def _gather(uow: UnitOfWork, catalogue: Catalogue, delivery: Delivery, now: datetime) -> Prepared:
    if delivery.expires_at is not None and now > delivery.expires_at:
        return _TOO_LATE
    subject = delivery.subject_id
    prepared: Prepared
    match delivery.kind:
        case Kind.PROMPT | Kind.PROMPT_EDIT:
            prepared = await breaks.show_prompt(uow, catalogue, subject) or "its exercise is gone from the catalogue"
        case Kind.RUN_STEP:
            prepared = await runs.prepare_step(uow, subject, delivery.step, now)
        case Kind.RUN_CLOSING:
            prepared = await runs.prepare_closing(uow, subject, now)
        case Kind.LOBBY | Kind.LOBBY_EDIT | Kind.RUN_ALONE:
            prepared = await _gather_lobby(uow, delivery)
        case Kind.BOARD:
            prepared = await _gather_board(uow, delivery)
        case Kind.INTRODUCTION:
            prepared = await _gather_introduction(uow, delivery)
        case Kind.FELL_SILENT:
            prepared = await pauses.prepare_fell_silent(uow, subject, delivery.slack_channel_id, now)
    return prepared


async def _gather_lobby(uow: UnitOfWork, delivery: Delivery) -> Prepared:
    run = await uow.runs.find(delivery.subject_id)
    if run is None:
        return "run gone"
    if delivery.kind is Kind.LOBBY_EDIT and run.thread_ts is None:
        return "its message is not there yet, and will show the present state"
    if delivery.kind is not Kind.RUN_ALONE:
        return LobbyMessage(run, (await uow.workspaces.get_channel(run.channel_id)).zone)
    if run.state is not RunState.ALONE:
        return "no longer alone"
    waiting = await uow.members.get(run.present[0].member_id)
    return NobodyCame(run, waiting.slack_id)


async def _gather_board(uow: UnitOfWork, delivery: Delivery) -> Prepared:
    found = await uow.boards.find(delivery.subject_id)
    if found is None:
        return "board gone"
    channel = await uow.workspaces.get_channel(found[0])
    board = await boards.gather(uow, channel, found[1])
    return BoardMessage(delivery.subject_id, channel.name, channel.zone, board)


async def _gather_introduction(uow: UnitOfWork, delivery: Delivery) -> Prepared:
    record = await uow.schedules.find(delivery.subject_id)
    if record is None or record.channel.keeper_id is None:
        return "schedule gone"
    keeper = await uow.members.get(record.channel.keeper_id)
    return Introduction(record, keeper.name)


def _address(delivery: Delivery, facts: Facts) -> Ready:
    match facts:
        case Prompt():
            return Ready(delivery, facts, edits_ts=facts.break_.message_ts if delivery.is_edit else None)
        case LobbyMessage(run=run) if delivery.is_edit:
            return Ready(delivery, facts, edits_ts=run.thread_ts)
        case StepCard(run=run) | ClosingCard(run=run):
            return Ready(delivery, facts, thread_ts=run.thread_ts)
        case _:
            return Ready(delivery, facts)


async def settle(open_unit_of_work: OpenUnitOfWork, ready: Ready, result: Result, now: datetime) -> None:
    """Record what a call to Slack came to, and what follows from it, in one transaction.

    `now` is the instant (UTC) of the call. Whoever lost the lease meanwhile changes nothing.
    """
    delivery = ready.delivery
    async with open_unit_of_work() as uow:
        match result.outcome:
            case Outcome.SENT:
                if await uow.outbox.settle(delivery, State.SENT, now=now, ts=result.ts):
                    await _after_sent(uow, delivery, result.ts, now)
            case Outcome.TRY_LATER if _may_try_later(delivery, result):
                await _try_later(uow, delivery, result, now)
            case Outcome.UNKNOWN if delivery.is_edit:
                await _try_later(uow, delivery, result, now)
            case Outcome.UNKNOWN:
                await uow.outbox.mark_uncertain(delivery, result.error or "no answer")
            case Outcome.CHANNEL_GONE:
                if await uow.outbox.settle(delivery, State.DEAD, now=now, error=result.error):
                    await stop_channel(uow, delivery.channel_id, result.error or "unknown")
            case _:
                if await uow.outbox.settle(delivery, State.DEAD, now=now, error=result.error):
                    await _after_failure(uow, delivery, now)
        await uow.commit()


def _may_try_later(delivery: Delivery, result: Result) -> bool:
    """Tell whether to try again: as often as Slack asks for it, until it is too late, or so many times."""
    return bool(result.retry_after) or delivery.expires_at is not None or delivery.attempts < MAX_ATTEMPTS


async def _try_later(uow: UnitOfWork, delivery: Delivery, result: Result, now: datetime) -> None:
    wait = max(result.retry_after, back_off(delivery.attempts))
    if delivery.is_edit and delivery.attempts >= MAX_ATTEMPTS and not result.retry_after:
        await uow.outbox.settle(delivery, State.DEAD, now=now, error=result.error)
        return
    await uow.outbox.try_later(delivery, wait, result.error)
    if result.retry_after:
        await uow.outbox.pause_workspace(delivery.workspace_id, result.retry_after, edits=delivery.is_edit)


async def settle_lookup(
    open_unit_of_work: OpenUnitOfWork,
    delivery: Delivery,
    *,
    found_ts: str | None,
    can_look: bool,
    now: datetime,
) -> None:
    """Settle a message of unknown outcome after looking for it in the channel's history.

    Found, it was sent: state and ts, nothing else, so a healed break costs nobody anything. Absent, it is sent,
    unless it is too late by now. Without access to the history it is never sent again: missing one beats two pings.
    """
    async with open_unit_of_work() as uow:
        if found_ts is not None:
            if await uow.outbox.settle(delivery, State.SENT, now=now, ts=found_ts):
                await _after_sent(uow, delivery, found_ts, now, healed=True)
        elif can_look:
            await uow.outbox.try_later(delivery, timedelta(0), "not found in the channel's history")
        elif delivery.state is State.UNCERTAIN and await uow.outbox.settle(
            delivery,
            State.MISSED,
            now=now,
            error="unknown outcome, and the app may not read the channel's history",
        ):
            await _after_failure(uow, delivery, now)
        await uow.commit()


async def _after_sent(
    uow: UnitOfWork, delivery: Delivery, ts: str | None, now: datetime, *, healed: bool = False
) -> None:
    subject = delivery.subject_id
    match delivery.kind:
        case Kind.PROMPT if ts is not None:
            break_ = await uow.breaks.find(subject)
            on_time = not healed and now - delivery.due_at <= LATE_CUTOFF
            counts = on_time and break_ is not None and break_.origin is Origin.SCHEDULE
            await uow.breaks.mark_posted(subject, ts, posted_at=None if healed else now, counts=counts)
        case Kind.RUN_STEP:
            await runs.step_shown(uow, subject, delivery.step, now)
        case Kind.RUN_CLOSING:
            await runs.closing_shown(uow, subject, now)
        case Kind.LOBBY:
            await runs.lobby_shown(uow, subject, ts, now)
        case Kind.BOARD if ts is not None:
            await uow.boards.mark_posted(subject, ts)
        case _:
            pass


async def _after_failure(uow: UnitOfWork, delivery: Delivery, now: datetime) -> None:
    """Keep a run from being stranded by a card that never went out: it goes on, or ends if it has no thread."""
    follow_up: dict[Kind, Callable[[], Awaitable[None]]] = {
        Kind.RUN_STEP: lambda: runs.step_shown(uow, delivery.subject_id, delivery.step, now),
        Kind.RUN_CLOSING: lambda: runs.closing_shown(uow, delivery.subject_id, now),
        Kind.LOBBY: lambda: runs.lobby_shown(uow, delivery.subject_id, None, now),
    }
    if delivery.kind in follow_up:
        await follow_up[delivery.kind]()


async def is_settled(open_unit_of_work: OpenUnitOfWork, now: datetime) -> bool:
    """Tell whether nothing that is due at `now` (UTC) is still on its way."""
    async with open_unit_of_work() as uow:
        return await uow.outbox.is_settled(now)


async def next_due_at(open_unit_of_work: OpenUnitOfWork, after: datetime) -> datetime | None:
    """Find the first instant later than `after` (UTC) at which a schedule, a board or a message is due."""
    async with open_unit_of_work() as uow:
        instants = [
            await uow.schedules.next_due_at(after),
            await uow.workspaces.next_board_due_at(after),
            await uow.outbox.next_due_at(after),
        ]
    return min((instant for instant in instants if instant is not None), default=None)


async def next_break_due_at(open_unit_of_work: OpenUnitOfWork, after: datetime) -> datetime | None:
    """Find the first instant later than `after` (UTC) at which a schedule is due."""
    async with open_unit_of_work() as uow:
        return await uow.schedules.next_due_at(after)


async def thread_of(open_unit_of_work: OpenUnitOfWork, delivery: Delivery) -> str | None:
    """Find the thread a message was meant for; None for one in the channel itself."""
    if delivery.kind not in {Kind.RUN_STEP, Kind.RUN_CLOSING}:
        return None
    async with open_unit_of_work() as uow:
        run = await uow.runs.find(delivery.subject_id)
    return run.thread_ts if run else None
