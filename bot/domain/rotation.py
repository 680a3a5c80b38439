"""What a break serves: the exercises or routines of one area, of a new area each week, or of several, shuffled."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from bot.domain.schedules import Schedule, Serves
from bot.domain.workspaces import ScheduleRecord
from routines.catalogue import Catalogue
from routines.model import Area, Routine

_TWO = 2


@dataclass(frozen=True, slots=True)
class Pool:
    """What is drawn from, one after the other and then anew; `name` tells pools of one channel apart for ever.

    What is left out keeps its place among the entries, so that the order stays when it comes back, and is passed over.
    """

    name: str
    entries: tuple[str, ...]
    is_shuffled: bool = False
    left_out: frozenset[str] = frozenset()


def pool_of(schedule: Schedule, catalogue: Catalogue, day: date) -> Pool:
    """Gather what a schedule draws from on a local date: ids of exercises, or of routines if it serves whole ones."""
    alone = [routine for routine in catalogue.routines if routine.id == schedule.routine_id]
    if alone:
        return _pool(schedule, alone, f"only {schedule.routine_id}")
    areas = _areas_on(schedule, catalogue, day)
    chosen = [routine for area in areas for routine in catalogue.routines_for(area)]
    chosen = chosen or [routine for area in catalogue.areas for routine in catalogue.routines_for(area)]
    return _pool(schedule, chosen, "+".join(areas))


def _pool(schedule: Schedule, routines: Sequence[Routine], source: str) -> Pool:
    name = f"{'routines' if schedule.whole_routine else 'exercises'}:{source}"
    entries = _entries(routines, schedule)
    left_out = schedule.left_out.intersection(entries)
    if len(left_out) == len(entries):  # a break has to serve something
        left_out = frozenset()
    return Pool(name, entries, is_shuffled=schedule.serves is Serves.MIX, left_out=left_out)


def as_served(records: Iterable[ScheduleRecord], catalogue: Catalogue) -> tuple[ScheduleRecord, ...]:
    """Give schedules as they are served: one whose routine is gone serves its areas, until that is back."""
    known = {routine.id for routine in catalogue.routines}
    return tuple(
        each if each.schedule.routine_id in known else replace(each, schedule=replace(each.schedule, routine_id=""))
        for each in records
    )


def needs(schedule: Schedule, catalogue: Catalogue, routine: Routine) -> bool:
    """Tell whether nothing would be left of what was chosen for a schedule, or for one of its areas, without a routine.

    Without it the schedule goes on with all there is in its areas.
    """
    if schedule.routine_id:
        return schedule.routine_id == routine.id
    others = [each for each in catalogue.routines if each.id != routine.id]
    together = [schedule.areas] if schedule.serves is Serves.MIX else [(area,) for area in schedule.areas]
    return any(
        _offers(schedule, catalogue.routines, areas) and not _offers(schedule, others, areas) for areas in together
    )


def _offers(schedule: Schedule, routines: Sequence[Routine], areas: Sequence[str]) -> bool:
    entries = _entries([routine for routine in routines if routine.area in areas], schedule)
    return not schedule.left_out.issuperset(entries)


def _areas_on(schedule: Schedule, catalogue: Catalogue, day: date) -> list[Area]:
    areas = [area for area in map(Area, schedule.areas) if area in catalogue.areas]
    if schedule.serves is Serves.MIX or not areas:
        return areas
    if schedule.serves is Serves.ROTATION:
        return [areas[_weeks_since(schedule.starts_on or date.min, day) % len(areas)]]
    return areas[:1]


def _weeks_since(start: date, day: date) -> int:
    # Ordinal 1 is a Monday, so whole sevens are ISO weeks.
    return (day.toordinal() - 1) // 7 - (start.toordinal() - 1) // 7


def _entries(routines: Sequence[Routine], schedule: Schedule) -> tuple[str, ...]:
    if schedule.whole_routine:
        return tuple(routine.id for routine in routines)
    return tuple(exercise.id for routine in routines for exercise in routine.exercises)


def draw_next(pool: Pool, channel_id: int, after: int) -> tuple[int, str]:
    """Take the next entry after a position, passing over what is left out; answers its position and the entry."""
    position = after + 1
    while (entry := draw(pool, channel_id, position)) in pool.left_out:
        position += 1
    return position, entry


def draw_for(pool: Pool, channel_ids: Iterable[int], last: Mapping[int, int]) -> dict[tuple[int, str], list[int]]:
    """Take the next entry for channels, given the positions they were served last; those who draw alike come together.

    Who was served nothing yet has no position. Answers the channels by position and entry.
    """
    drawn: dict[tuple[int, str], list[int]] = defaultdict(list)
    if pool.is_shuffled:
        for channel_id in channel_ids:
            drawn[draw_next(pool, channel_id, last.get(channel_id, -1))].append(channel_id)
        return drawn
    by_last: dict[int, list[int]] = defaultdict(list)
    for channel_id in channel_ids:
        by_last[last.get(channel_id, -1)].append(channel_id)
    # In order, all channels draw the same.
    return {draw_next(pool, 0, after): alike for after, alike in by_last.items()}


def draw(pool: Pool, channel_id: int, position: int) -> str:
    """Take the entry at a position, counted from 0 for ever: a round serves every entry once before the next begins.

    A shuffled round has an order of its own, the same in every process, and never begins with what ended the last.
    """
    round_, index = divmod(position, len(pool.entries))
    if not pool.is_shuffled or len(pool.entries) - len(pool.left_out) <= _TWO:
        return pool.entries[index]
    order = _shuffled(pool, channel_id, round_)
    served = [entry for entry in order if entry not in pool.left_out]
    if round_ and served[0] == _last_served(pool, channel_id, round_ - 1):
        first, second = order.index(served[0]), order.index(served[1])
        order[first], order[second] = order[second], order[first]
    return order[index]


def _last_served(pool: Pool, channel_id: int, round_: int) -> str:
    return next(entry for entry in reversed(_shuffled(pool, channel_id, round_)) if entry not in pool.left_out)


def _shuffled(pool: Pool, channel_id: int, round_: int) -> list[str]:
    seed = int.from_bytes(sha256(f"{channel_id} {pool.name} {round_}".encode()).digest())
    left, order = list(pool.entries), []
    while left:
        seed, chosen = divmod(seed, len(left))
        order.append(left.pop(chosen))
    return order
