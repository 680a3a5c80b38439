"""Two equal processes on one database: how many of the jobs are done twice."""

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Callable
from functools import partial
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from benchmarks.channels import Size
from benchmarks.contenders import Contender, Tally
from benchmarks.contenders.apscheduler_store import JobStore
from benchmarks.contenders.limber import Delivering
from benchmarks.contenders.queues import PgQueuer, Procrastinate
from benchmarks.databases import PostgreSQL, Template
from benchmarks.figures import Figure

PROCESSES = 2

_PATIENCE_SECONDS = 300


def measure(server: PostgreSQL, size: Size, rounds: int, tick: Callable[[], object]) -> list[Figure]:
    """Have each contender's jobs done by two processes that start at the same moment."""
    figures = []
    for contender in (Delivering(), JobStore(), Procrastinate(), PgQueuer()):
        twice = []
        with server.filled(partial(contender.fill, size=size)) as template:
            for _ in range(rounds):
                twice.append(_done_twice(contender, template, size))
                tick()
        figures.append(Figure(contender.name, server.name, twice, f"of {size.due:,}"))
    return figures


def _done_twice(contender: Contender, template: Template, size: Size) -> float:
    with template.copy() as url:
        asyncio.run(contender.plan(url, size))
        times = Counter(_run_processes(contender, url, size))
    if len(times) != size.due:
        raise RuntimeError(f"{contender.name} did {len(times)} of {size.due}")
    return sum(count > 1 for count in times.values())


def _run_processes(contender: Contender, url: str, size: Size) -> list[str]:
    context = multiprocessing.get_context("spawn")
    barrier, done = context.Barrier(PROCESSES), context.Queue()
    processes = [context.Process(target=_work, args=(contender, url, size, barrier, done)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    try:
        return [job_id for _ in processes for job_id in done.get(timeout=_PATIENCE_SECONDS)]
    finally:
        for process in processes:
            process.join(timeout=5)
            process.kill()


def _work(contender: Contender, url: str, size: Size, barrier: Barrier, done: "Queue[list[str]]") -> None:
    tally = Tally()
    asyncio.run(contender.work(url, size, tally, start=partial(_wait_at, barrier)))
    done.put(tally.ids)


def _wait_at(barrier: Barrier) -> None:
    barrier.wait(_PATIENCE_SECONDS)
