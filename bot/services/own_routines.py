"""What each workspace is offered: the routines all share, and beside them its own.

Whoever serves workspaces is given the catalogue that all share, and asks here for a workspace's within its transaction,
which sees what any process changed.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import RoutineGone, RoutineWrong, TooManyRoutines
from bot.domain.keepers import active
from bot.domain.outbox import Delivery, Kind, Message
from bot.domain.own_routines import MOST, Listed, Removed, Version
from bot.domain.rotation import needs
from bot.domain.workspaces import Channel, Member
from bot.services.greetings import introduce
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue
from routines.model import Routine
from routines.problems import Problem
from routines.reading import id_in, read_texts, text_of

_REMEMBERED = 200
"""Catalogues a process keeps at hand; each is known by what is in it, so none can be out of date."""

_TELL_WITHIN = timedelta(days=1)
"""A keeper who could not be told within a day that breaks serve something else has seen it."""

_at_hand: OrderedDict[tuple[Catalogue, tuple[Version, ...]], Catalogue] = OrderedDict()


async def offered_in(uow: UnitOfWork, shared: Catalogue, channel_ids: Collection[int]) -> Mapping[int, Catalogue]:
    """Map channels to what their workspaces are offered, within the caller's transaction."""
    own = await own_catalogues(uow, shared, channel_ids)
    return {channel_id: own.get(channel_id, shared) for channel_id in channel_ids}


async def own_catalogues(uow: UnitOfWork, shared: Catalogue, channel_ids: Collection[int]) -> Mapping[int, Catalogue]:
    """Map those of channels to what they are offered whose workspaces have own routines: most have none."""
    versions = await uow.own_routines.versions_in(channel_ids)
    own = {each: await _with_own(uow, shared, each) for each in set(versions.values())}
    return {channel_id: own[each] for channel_id, each in versions.items()}


async def offered_to(open_unit_of_work: OpenUnitOfWork, shared: Catalogue, team_id: str) -> Catalogue:
    """Give what a workspace is offered."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        return await _with_own(uow, shared, await uow.own_routines.versions_of(team_id))


async def offered_at(open_unit_of_work: OpenUnitOfWork, shared: Catalogue, channel: Channel) -> Catalogue:
    """Give what a channel's workspace is offered."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        return (await offered_in(uow, shared, {channel.id}))[channel.id]


async def _with_own(uow: UnitOfWork, shared: Catalogue, versions: tuple[Version, ...]) -> Catalogue:
    if not versions:
        return shared
    key = (shared, versions)
    if key not in _at_hand:
        texts = await uow.own_routines.texts({each.digest for each in versions})
        known = [each for each in versions if each.digest in texts]
        in_use = [texts[each.digest] for each in known if not each.is_retired]
        retired = [texts[each.digest] for each in reversed(known) if each.is_retired]
        _at_hand[key] = shared.extended(in_use, retired)
        if len(_at_hand) > _REMEMBERED:
            _at_hand.popitem(last=False)
    _at_hand.move_to_end(key)
    return _at_hand[key]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A routine that a workspace has now, and whether it took the place of another version."""

    routine: Routine
    replaces: bool


async def accept(
    open_unit_of_work: OpenUnitOfWork, shared: Catalogue, team_id: str, raw: bytes, *, member: Member, now: datetime
) -> Accepted:
    """Take a workspace's own routine, as a file holds it, into use; a version that has its id is replaced.

    Raises RoutineWrong with every reason, TooManyRoutines.
    """
    async with open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace(team_id)  # of two at once one waits for the other here
        own = {each.routine_id: each.toml for each in await uow.own_routines.list_for(workspace.id)}
        toml, routine = _read(shared, raw, own)
        if routine.id not in own and len(own) >= MOST:
            raise TooManyRoutines(MOST)
        await uow.own_routines.put(workspace.id, routine.id, toml, member_id=member.id, now=now)
        offered = await _with_own(uow, shared, await uow.own_routines.versions_of(team_id))
        for channel, _ in await _served_alone(uow, offered, workspace.id, routine.id):
            await introduce(uow, channel, now, posts=False)
        await uow.commit()
    return Accepted(routine, replaces=routine.id in own)


def _read(shared: Catalogue, raw: bytes, own: Mapping[str, str]) -> tuple[str, Routine]:
    """Read a routine beside the workspace's others, which are given as TOML by id; raises RoutineWrong."""
    toml = text_of(raw)
    if isinstance(toml, Problem):
        raise RoutineWrong((toml,))
    named = id_in(toml)
    beside = shared.extended([text for routine_id, text in own.items() if routine_id != named])
    reading = read_texts([toml], beside.routines, beside.picture_folders)
    if reading.problems:
        raise RoutineWrong(tuple(reading.problems))
    return toml, reading.routines[0]


async def remove(
    open_unit_of_work: OpenUnitOfWork, shared: Catalogue, team_id: str, routine_id: str, now: datetime
) -> None:
    """Take a workspace's own routine out of use; runs and prompts that show it go on. Raises RoutineGone.

    Breaks that served nothing else go on with what there is for their areas, and their keepers are told.
    """
    async with open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace(team_id)
        before = await _with_own(uow, shared, await uow.own_routines.versions_of(team_id))
        version_id = await uow.own_routines.retire(workspace.id, routine_id, now)
        if version_id is None:
            raise RoutineGone
        for channel, keeper in await _served_alone(uow, before, workspace.id, routine_id):
            await uow.outbox.enqueue(_removed(version_id, channel, keeper, now))
            await introduce(uow, channel, now, posts=False)
        await uow.commit()


async def _served_alone(
    uow: UnitOfWork, offered: Catalogue, workspace_id: int, routine_id: str
) -> list[tuple[Channel, Member | None]]:
    """List the channels whose breaks serve a routine alone, each with the keeper to tell."""
    routine = next((each for each in offered.routines if each.id == routine_id), None)
    if routine is None:
        return []
    records = await uow.schedules.list_in(workspace_id)
    channels = {each.channel.id: each.channel for each in records if needs(each.schedule, offered, routine)}
    return [(each, next(iter(active(await uow.keepers.list_of(each))), None)) for each in channels.values()]


def _removed(version_id: int, channel: Channel, keeper: Member | None, now: datetime) -> Message:
    """Make the message about a removed routine: one for each keeper, however many channels that person looks after."""
    told = keeper.id if keeper else 0
    return Message(
        channel_id=channel.id,
        kind=Kind.ROUTINE_REMOVED,
        subject_id=version_id,
        key=f"{Kind.ROUTINE_REMOVED}:{version_id}:{told or f'in {channel.id}'}",
        due_at=now,
        step=told,
        expires_at=now + _TELL_WITHIN,
    )


async def prepare_removed(uow: UnitOfWork, shared: Catalogue, delivery: Delivery) -> Removed | str:
    """Gather what a keeper is told of a removed routine, within the caller's transaction; or why nothing is said."""
    toml = await uow.own_routines.text_of(delivery.subject_id)
    routine_id = id_in(toml) if toml else None
    offered = (await offered_in(uow, shared, {delivery.channel_id}))[delivery.channel_id]
    if toml is None or routine_id is None or any(each.id == routine_id for each in offered.routines):
        return "it is back, or long gone"
    before = offered.extended([toml])
    told, channels = delivery.slack_channel_id, []
    for channel, keeper in await _served_alone(uow, before, delivery.workspace_id, routine_id):
        if (keeper.id if keeper else 0) == delivery.step and (keeper or channel.id == delivery.channel_id):
            channels.append(channel)
            told = keeper.slack_id if keeper else channel.slack_id
    return Removed(before.routine(routine_id).title, tuple(channels), told) if channels else "they serve others by now"


async def list_own(open_unit_of_work: OpenUnitOfWork, shared: Catalogue, team_id: str) -> list[Listed]:
    """List a workspace's own routines with what is known of each, oldest first."""
    async with open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace(team_id)
        own = await uow.own_routines.list_for(workspace.id)
        offered = await _with_own(uow, shared, await uow.own_routines.versions_of(team_id))
        await uow.commit()
    in_use = {routine.id: routine for routine in offered.routines}
    return [Listed(each, in_use.get(each.routine_id)) for each in own]
