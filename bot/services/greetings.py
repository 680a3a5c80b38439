"""Greeting a channel the app was invited to, and introducing its breaks there."""

from datetime import datetime

from bot.domain.greetings import GREET_WITHIN, INTRODUCE_WITHIN, Hello, Introduction, usual
from bot.domain.keepers import active
from bot.domain.outbox import Delivery, Kind, Message
from bot.domain.rotation import as_served
from bot.domain.workspaces import Channel, Member
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue


async def greet(
    open_unit_of_work: OpenUnitOfWork, channel: Channel, inviter: Member | None, *, event_id: str, now: datetime
) -> bool:
    """Have a channel without breaks greeted, once for each invitation (`event_id`); tells whether it will be."""
    async with open_unit_of_work() as uow:
        if await uow.schedules.list_for_channel(channel.id):
            return False
        message = Message(
            channel_id=channel.id,
            kind=Kind.HELLO,
            subject_id=inviter.id if inviter else 0,
            key=f"hello:{channel.id}:{event_id}",
            due_at=now,
            expires_at=now + GREET_WITHIN,
        )
        is_new = await uow.outbox.enqueue(message)
        await uow.commit()
    return is_new


async def introduce(uow: UnitOfWork, channel: Channel, now: datetime, *, posts: bool = True) -> None:
    """Have a channel's greeting say what its breaks are now, within the caller's transaction.

    Without a greeting the introduction is posted, once for ever, if `posts`.
    """
    if channel.is_direct:
        return
    if await uow.keepers.greeting_of(channel.id) is not None:
        key, kind = f"introduction_edit:{channel.id}", Kind.INTRODUCTION_EDIT
        await uow.outbox.enqueue(Message(channel.id, kind, subject_id=channel.id, key=key, due_at=now))
    elif posts:
        key, kind, expires_at = f"introduction:{channel.id}", Kind.INTRODUCTION, now + INTRODUCE_WITHIN
        message = Message(channel.id, kind, subject_id=channel.id, key=key, due_at=now, expires_at=expires_at)
        await uow.outbox.enqueue(message)


async def seen(open_unit_of_work: OpenUnitOfWork, channel: Channel, ts: str) -> None:
    """Remember the greeting that somebody pressed a button of, also if we never learned that it was posted."""
    async with open_unit_of_work() as uow:
        await uow.keepers.set_greeting(channel.id, ts)
        await uow.commit()


async def prepare(uow: UnitOfWork, offered: Catalogue, delivery: Delivery) -> Hello | Introduction | str:
    """Gather what a greeting or an introduction shows, within the caller's transaction; or why there is none.

    `offered` is what the workspace is offered.
    """
    if delivery.kind is Kind.HELLO:
        return await _prepare_hello(uow, delivery)
    return await _prepare_introduction(uow, offered, delivery)


async def _prepare_hello(uow: UnitOfWork, delivery: Delivery) -> Hello | str:
    if await uow.schedules.list_for_channel(delivery.channel_id):
        return "breaks were set up meanwhile"
    inviter = await uow.members.get(delivery.subject_id) if delivery.subject_id else None
    return Hello(delivery.slack_channel_id, inviter.name if inviter else "", usual(inviter.zone if inviter else "UTC"))


async def _prepare_introduction(uow: UnitOfWork, offered: Catalogue, delivery: Delivery) -> Introduction | str:
    channel = await uow.workspaces.get_channel(delivery.channel_id)
    records = await uow.schedules.list_for_channel(channel.id)
    keepers = await uow.keepers.list_of(channel)
    if not delivery.is_edit and not (records and keepers):
        return "nothing to introduce any more"
    settings = await uow.keepers.settings(channel.id)
    ts = await uow.keepers.greeting_of(channel.id) if delivery.is_edit else None
    name = (active(keepers) or keepers)[0].name if keepers else ""
    return Introduction(channel.slack_id, as_served(records, offered), name, settings.reactions, ts)


async def posted(uow: UnitOfWork, delivery: Delivery, ts: str, now: datetime) -> None:
    """Remember where a greeting or an introduction went, within the caller's transaction."""
    await uow.keepers.set_greeting(delivery.channel_id, ts)
    if delivery.kind is Kind.HELLO and await uow.schedules.list_for_channel(delivery.channel_id):
        # Breaks were set up while the greeting was on its way.
        await introduce(uow, await uow.workspaces.get_channel(delivery.channel_id), now)
