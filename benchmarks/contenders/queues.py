"""Job queues on PostgreSQL: procrastinate and PgQueuer, with the same number of jobs that do nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import procrastinate
import psycopg
from pgqueuer.db import PsycopgDriver
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode
from procrastinate.types import JSONDict

from benchmarks.channels import Size
from benchmarks.contenders import Tally


class Procrastinate:
    """One process, twenty jobs at a time, as many as our courier claims."""

    name = "procrastinate"

    def fill(self, url: str, size: Size) -> None:  # noqa: ARG002  # what is not due is in the application's tables
        """Create the tables."""
        asyncio.run(self._create_tables(url))

    async def plan(self, url: str, size: Size) -> None:
        """Defer all jobs at once."""
        async with _app(url, Tally()) as app:
            jobs: list[JSONDict] = [{"job_id": str(number)} for number in range(size.due)]
            await app.tasks["stretch"].batch_defer_async(*jobs)

    async def work(self, url: str, size: Size, tally: Tally, start: Callable[[], None]) -> None:  # noqa: ARG002  # the interface's
        """Run a worker until the queue is empty."""
        async with _app(url, tally) as app:
            start()
            await app.run_worker_async(wait=False, concurrency=20, install_signal_handlers=False)

    async def _create_tables(self, url: str) -> None:
        async with _app(url, Tally()) as app:
            await app.schema_manager.apply_schema_async()


@asynccontextmanager
async def _app(url: str, tally: Tally) -> AsyncIterator[procrastinate.App]:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))

    async def stretch(job_id: str) -> None:
        tally.note(job_id)

    app.task(name="stretch")(stretch)
    async with app.open_async():
        yield app


class PgQueuer:
    """One process, in batches of 500."""

    name = "PgQueuer"

    def fill(self, url: str, size: Size) -> None:  # noqa: ARG002  # what is not due is in the application's tables
        """Create the tables."""
        asyncio.run(self._create_tables(url))

    async def plan(self, url: str, size: Size) -> None:
        """Enqueue all jobs at once."""
        async with _queries(url) as queries:
            ids: list[bytes | None] = [str(number).encode() for number in range(size.due)]
            await queries.enqueue(["stretch"] * size.due, ids, [0] * size.due)

    async def work(self, url: str, size: Size, tally: Tally, start: Callable[[], None]) -> None:  # noqa: ARG002  # the interface's
        """Run a queue manager until the queue is empty."""
        async with _queries(url) as queries:
            manager = QueueManager(queries)

            async def stretch(job: Job) -> None:
                tally.note((job.payload or b"").decode())

            manager.entrypoint("stretch")(stretch)
            start()
            await manager.run(mode=QueueExecutionMode.drain, batch_size=500)

    async def _create_tables(self, url: str) -> None:
        async with _queries(url) as queries:
            await queries.install()


@asynccontextmanager
async def _queries(url: str) -> AsyncIterator[Queries]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        yield Queries(PsycopgDriver(connection))
