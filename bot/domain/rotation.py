"""What a break serves: the exercises or routines of one area, of a new area each week, or of several, shuffled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from bot.domain.schedules import Schedule, Serves
from routines.catalogue import Catalogue
from routines.model import Area, Routine

_TWO = 2


@dataclass(frozen=True, slots=True)
class Pool:
    """What is drawn from, one after the other and then anew; `name` tells pools of one channel apart for ever."""

    name: str
    entries: tuple[str, ...]
    is_shuffled: bool = False


def pool_of(schedule: Schedule, catalogue: Catalogue, day: date) -> Pool:
    """Gather what a schedule draws from on a local date: ids of exercises, or of routines if it serves whole ones."""
    areas = _areas_on(schedule, catalogue, day)
    chosen = [routine for area in areas for routine in catalogue.routines_for(area)]
    chosen = chosen or [routine for area in catalogue.areas for routine in catalogue.routines_for(area)]
    kind = "routines" if schedule.whole_routine else "exercises"
    name = f"{kind}:{'+'.join(areas)}"
    return Pool(name, _entries(chosen, schedule), is_shuffled=schedule.serves is Serves.MIX)


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


def draw(pool: Pool, channel_id: int, position: int) -> str:
    """Take the entry at a position, counted from 0 for ever: a round serves every entry once before the next begins.

    A shuffled round has an order of its own, the same in every process, and never begins with what ended the last.
    """
    round_, index = divmod(position, len(pool.entries))
    if not pool.is_shuffled:
        return pool.entries[index]
    order = _shuffled(pool, channel_id, round_)
    if round_ and len(order) > _TWO and order[0] == _shuffled(pool, channel_id, round_ - 1)[-1]:
        order[0], order[1] = order[1], order[0]
    return order[index]


def _shuffled(pool: Pool, channel_id: int, round_: int) -> list[str]:
    if len(pool.entries) <= _TWO:
        return list(pool.entries)
    seed = int.from_bytes(sha256(f"{channel_id} {pool.name} {round_}".encode()).digest())
    left, order = list(pool.entries), []
    while left:
        seed, chosen = divmod(seed, len(left))
        order.append(left.pop(chosen))
    return order
