"""What Slack answered to a delivery, and what follows from it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.breaks import LATE_CUTOFF, Break, Origin, Prompt
from bot.domain.outbox import (
    IN_THREAD,
    NOT_IN_HISTORY,
    THREAD_GONE_ERRORS,
    TO_A_PERSON,
    UNKNOWABLE,
    UNSEEN,
    Delivery,
    Kind,
    Lane,
    Message,
    Outcome,
    Result,
    State,
    back_off,
    is_given_up,
)
from bot.services import boards, breaks, greetings, run_cards
from bot.services.outbox import Ready
from bot.services.workspaces import stop_channel
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork


@dataclass(frozen=True, slots=True)
class Answered:
    """What Slack answered to a delivery, the instant (UTC) of the call, and how long ago the answer came."""

    ready: Ready
    result: Result
    called_at: datetime
    seconds_ago: float = 0.0

    @property
    def is_sent_prompt(self) -> bool:
        """Tell whether it is what most are: a prompt that went out."""
        return self.ready.delivery.kind is Kind.PROMPT and self.result.outcome is Outcome.SENT


async def settle(open_unit_of_work: OpenUnitOfWork, answered: Answered) -> None:
    """Record what a call to Slack came to, and what follows from it, in one transaction.

    Whoever lost the lease meanwhile changes nothing.
    """
    delivery, result, now = answered.ready.delivery, answered.result, answered.called_at
    async with open_unit_of_work() as uow:
        if delivery.lane is Lane.POST:
            await _answer(uow, [answered])
        await _SETTLE[result.outcome](uow, delivery, result, now)
        await uow.commit()


async def _answer(uow: UnitOfWork, posts: Sequence[Answered]) -> None:
    await uow.turns.answer([(each.ready.delivery, each.seconds_ago) for each in posts])
    await uow.turns.reopen_channels({each.ready.delivery.channel_id for each in posts})


async def _sent(uow: UnitOfWork, delivery: Delivery, result: Result, now: datetime) -> None:
    if await uow.outbox.settle(delivery, State.SENT, now=now, ts=result.ts):
        await _after_sent(uow, delivery, result.ts, now)


async def _not_now(uow: UnitOfWork, delivery: Delivery, result: Result, now: datetime) -> None:
    """Try again, each time after a longer rest."""
    if is_given_up(delivery, result, now):
        await _refused(uow, delivery, result, now)
        return
    await uow.outbox.try_later(delivery, max(result.retry_after, back_off(delivery.attempts)), result.error)
    if result.retry_after:
        await uow.turns.pause(delivery.workspace_id, delivery.lane, result.retry_after)


async def _unknown(uow: UnitOfWork, delivery: Delivery, result: Result, now: datetime) -> None:
    if delivery.is_edit:  # saying it again does no harm
        await _not_now(uow, delivery, result, now)
    else:
        await uow.outbox.mark_uncertain(delivery, result.error or "no answer")


async def _channel_gone(uow: UnitOfWork, delivery: Delivery, result: Result, now: datetime) -> None:
    if delivery.kind in TO_A_PERSON:  # it is one person's direct messages that are gone
        await _refused(uow, delivery, result, now)
    elif await uow.outbox.settle(delivery, State.DEAD, now=now, error=result.error):
        await stop_channel(uow, delivery.channel_id, result.error or "unknown", now)


async def _refused(uow: UnitOfWork, delivery: Delivery, result: Result, now: datetime) -> None:
    if not await uow.outbox.settle(delivery, State.DEAD, now=now, error=result.error):
        return
    if delivery.kind in IN_THREAD and result.error in THREAD_GONE_ERRORS:
        await run_cards.cut_off(uow, delivery.subject_id, now)
    else:
        await _after_failure(uow, delivery, now)


_SETTLE = {
    Outcome.SENT: _sent,
    Outcome.UNREACHED: _not_now,
    Outcome.TRY_LATER: _not_now,
    Outcome.UNKNOWN: _unknown,
    Outcome.CHANNEL_GONE: _channel_gone,
    Outcome.REFUSED: _refused,
}


async def settle_prompts(open_unit_of_work: OpenUnitOfWork, sent: Sequence[Answered]) -> None:
    """Do for prompts that went out what `settle` does for one message, in one transaction."""
    async with open_unit_of_work() as uow:
        await _answer(uow, sent)
        ours = await uow.outbox.settle_sent([_settled(each) for each in sent])
        still_ours = [each for each in sent if each.ready.delivery.id in ours]
        await uow.breaks.mark_all_posted([_posted(each) for each in still_ours])
        await uow.outbox.enqueue_all(await _folds(uow, still_ours), wakes=False)  # due when the day has ended
        if still_ours:
            known = {each.ready.delivery.subject_id: _place(each) for each in still_ours}
            await breaks.made_known(uow, known, max(each.called_at for each in sent))
        await uow.commit()


def _place(answered: Answered) -> tuple[int, str]:
    return answered.ready.delivery.channel_id, answered.result.ts or ""


def _settled(answered: Answered) -> dict[str, object]:
    delivery = answered.ready.delivery
    return {
        "id": delivery.id,
        "owner": delivery.owner,
        "message_ts": answered.result.ts,
        "settled_at": answered.called_at,
    }


def _posted(answered: Answered) -> dict[str, object]:
    facts, posted_at = answered.ready.facts, answered.called_at
    return {
        "id": answered.ready.delivery.subject_id,
        "message_ts": answered.result.ts,
        "posted_at": posted_at,
        "counts": isinstance(facts, Prompt) and _counts(facts.break_, posted_at),
    }


async def _folds(uow: UnitOfWork, sent: Sequence[Answered]) -> list[Message]:
    prompts = [each.ready.facts for each in sent if isinstance(each.ready.facts, Prompt)]
    channels = await uow.workspaces.get_channels({each.break_.channel_id for each in prompts})
    return [breaks.fold(each.break_, channels[each.break_.channel_id]) for each in prompts]


def _counts(break_: Break, posted_at: datetime) -> bool:
    """Tell whether a prompt makes its date a break day: of a schedule, and posted (UTC) on time."""
    return break_.origin is Origin.SCHEDULE and posted_at - break_.due_at <= LATE_CUTOFF


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
    unless it is too late by now. Without access to the history, or where it stands in none, it is never sent again:
    missing one beats two pings. A prompt that somebody pressed meanwhile is there.
    """
    async with open_unit_of_work() as uow:
        if found_ts is None and delivery.kind is Kind.PROMPT:
            break_ = await uow.breaks.find(delivery.subject_id)
            found_ts = break_.message_ts if break_ else None
        if found_ts is not None:
            if await uow.outbox.settle(delivery, State.SENT, now=None, ts=found_ts):
                await _after_sent(uow, delivery, found_ts, now, healed=True)
        elif can_look and delivery.kind not in NOT_IN_HISTORY:
            await uow.outbox.try_later(delivery, timedelta(0), "not found in the channel's history")
        elif delivery.state is State.UNCERTAIN:
            error = UNSEEN if delivery.kind in NOT_IN_HISTORY else UNKNOWABLE
            if await uow.outbox.settle(delivery, State.MISSED, now=now, error=error):
                await _after_failure(uow, delivery, now)
        await uow.commit()


async def _after_sent(
    uow: UnitOfWork, delivery: Delivery, ts: str | None, now: datetime, *, healed: bool = False
) -> None:
    subject = delivery.subject_id
    match delivery.kind:
        case Kind.PROMPT if ts is not None:
            await _prompt_sent(uow, delivery, ts, now, healed=healed)
        case Kind.RUN_STEP:
            await run_cards.step_shown(uow, subject, delivery.step, now)
        case Kind.RUN_CLOSING:
            await run_cards.closing_shown(uow, subject, now)
        case Kind.LOBBY:
            await run_cards.lobby_shown(uow, subject, ts, now)
        case Kind.HELLO | Kind.INTRODUCTION if ts is not None:
            await greetings.posted(uow, delivery, ts, now)
        case Kind.BOARD if ts is not None:
            await boards.posted(uow, subject, ts, now)
        case _:
            pass


async def _prompt_sent(uow: UnitOfWork, delivery: Delivery, ts: str, now: datetime, *, healed: bool) -> None:
    break_ = await uow.breaks.find(delivery.subject_id)
    counts = not healed and break_ is not None and _counts(break_, now)
    await uow.breaks.mark_posted(delivery.subject_id, ts, posted_at=None if healed else now, counts=counts)
    if break_ is not None and healed:  # it may count for a date that is folded already
        await uow.streaks.forget_channel(delivery.channel_id, break_.local_date)
    if break_ is not None:
        channel = await uow.workspaces.get_channel(delivery.channel_id)
        await uow.outbox.enqueue_all([breaks.fold(break_, channel)], wakes=False)
    await breaks.made_known(uow, {delivery.subject_id: (delivery.channel_id, ts)}, now)


async def _after_failure(uow: UnitOfWork, delivery: Delivery, now: datetime) -> None:
    """Keep a run from being stranded by a card that never went out: it goes on, or ends if it has no thread."""
    follow_up: dict[Kind, Callable[[], Awaitable[None]]] = {
        Kind.RUN_STEP: lambda: run_cards.step_shown(uow, delivery.subject_id, delivery.step, now),
        Kind.RUN_CLOSING: lambda: run_cards.closing_shown(uow, delivery.subject_id, now),
        Kind.LOBBY: lambda: run_cards.lobby_shown(uow, delivery.subject_id, None, now),
    }
    if delivery.kind in follow_up:
        await follow_up[delivery.kind]()


async def pause_look_ups(open_unit_of_work: OpenUnitOfWork, workspace_id: int, wait: timedelta) -> None:
    """Look nothing up in a workspace for as long as Slack asks us to wait."""
    async with open_unit_of_work() as uow:
        await uow.turns.pause(workspace_id, Lane.LOOK_UP, wait)
        await uow.commit()
