"""Many breaks due at one instant: how long until the last of them is in somebody's hands."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from statistics import median
from time import perf_counter

from benchmarks.channels import Size
from benchmarks.contenders import Contender, Tally
from benchmarks.contenders.apscheduler_store import JobStore
from benchmarks.contenders.limber import Claiming
from benchmarks.contenders.queues import PgQueuer, Procrastinate
from benchmarks.databases import Host, PostgreSQL, SQLiteFiles, Template
from benchmarks.figures import Figure, compare
from bot.domain.outbox import CLAIM_AHEAD
from bot.services.planning import AHEAD

_CLAIMED_FROM = CLAIM_AHEAD.total_seconds()

Case = tuple[Contender, str]
Tick = Callable[[], object]


def entries(sqlite: SQLiteFiles, server: PostgreSQL) -> list[tuple[Contender, Host]]:
    """Name who runs on what; Limber goes first on each, because the others are compared with it."""
    return [
        (Claiming(), sqlite),
        (Claiming(ahead=timedelta(0)), sqlite),
        (JobStore(), sqlite),
        (Claiming(), server),
        (Claiming(ahead=timedelta(0)), server),
        (JobStore(), server),
        (Procrastinate(), server),
        (PgQueuer(), server),
    ]


def measure(sqlite: SQLiteFiles, server: PostgreSQL, size: Size, rounds: int, tick: Tick) -> list[Figure]:
    """Let everybody run once a round, one after the other."""
    taken: dict[Case, list[tuple[float, float]]] = defaultdict(list)
    with ExitStack() as stack:
        templates: list[tuple[Contender, str, Template]] = []
        for contender, host in entries(sqlite, server):
            template = stack.enter_context(host.filled(partial(contender.fill, size=size)))
            templates.append((contender, host.name, template))
            tick()
        for _ in range(rounds):
            for contender, backend, template in templates:
                with template.copy() as url:
                    taken[contender, backend].append(asyncio.run(_time(contender, url, size)))
                tick()
    return _figures(taken)


async def _time(contender: Contender, url: str, size: Size) -> tuple[float, float]:
    """Answer how long planning took, and how long everything from the instant at which it may be handed out."""
    tally, started_at = Tally(), 0.0

    def start() -> None:
        nonlocal started_at
        started_at = perf_counter()

    begun = perf_counter()
    await contender.plan(url, size)
    planning = perf_counter() - begun
    await contender.work(url, size, tally, start)
    if len(set(tally.ids)) != size.due:
        raise RuntimeError(f"{contender.name} handed out {len(set(tally.ids))} of {size.due}")
    return tally.planned_for or planning, planning + tally.last_at - started_at


def _figures(taken: dict[Case, list[tuple[float, float]]]) -> list[Figure]:
    ours = {backend: _totals(times) for (contender, backend), times in taken.items() if contender == Claiming()}
    figures = []
    for (contender, backend), times in taken.items():
        totals = _totals(times)
        ratios = () if contender == Claiming() else compare(ours[backend], totals)
        figures.append(Figure(contender.name, backend, totals, "s", ratios, _on_planning(contender, times)))
    return figures


def _totals(times: Sequence[tuple[float, float]]) -> list[float]:
    return [total for _, total in times]


def _on_planning(contender: Contender, times: Sequence[tuple[float, float]]) -> str:
    planning = median(planned for planned, _ in times)
    if contender == Claiming():
        return f"made in {planning:.2f} s, {AHEAD.total_seconds():g} s ahead; claimed from {_CLAIMED_FROM:g} s ahead"
    return f"{planning:.2f} s of it planning" if planning > 0.01 else ""  # noqa: PLR2004  # less is none
