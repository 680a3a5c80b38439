"""`python -m benchmarks`: measures everything, prints one table, and with --record writes RESULTS.md."""

import logging
import os
import platform
import sqlite3
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from benchmarks import doubles, due, press
from benchmarks.channels import Size
from benchmarks.databases import PostgreSQL, SQLiteFiles, running_hosts
from benchmarks.figures import Section, markdown, table
from bot.clock import utc_now

RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("apscheduler", "procrastinate", "pgqueuer", "sqlalchemy", "aiosqlite", "psycopg", "slack-bolt")
JOBS_FOR_TWO = Size(200, 200)
SCHEDULES_PER_DUE = 10
FULL = 10_000


def main(
    rounds: Annotated[int, typer.Option(help="How often everything is measured, in turns.")] = 3,
    due_at_once: Annotated[int, typer.Option("--due", help="Breaks due, out of ten times as many schedules.")] = 500,
    full: Annotated[bool, typer.Option("--full", help=f"The target's size: {FULL:,} due.")] = False,  # noqa: FBT002  # an option
    record: Annotated[str, typer.Option(help="Write RESULTS.md, with this note on the machine.")] = "",
) -> None:
    """Measure what Limber can carry, beside what others would do."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    console = Console()
    with running_hosts() as (sqlite, server):
        count = FULL if full else due_at_once
        sections = _measure(console, sqlite, server, Size(count, count * SCHEDULES_PER_DUE), rounds)
        facts = _facts(server, rounds)
    console.print(table(sections))
    if record:
        RESULTS.write_text(_document(sections, [*facts, record]))


def _measure(console: Console, sqlite: SQLiteFiles, server: PostgreSQL, size: Size, rounds: int) -> list[Section]:
    entries = len(due.entries(sqlite, server))
    with Progress(console=console, transient=True) as progress:

        def ticks(what: str, total: int) -> partial[None]:
            return partial(progress.advance, progress.add_task(what, total=total))

        late = due.measure(sqlite, server, size, rounds, ticks("due at one minute", entries * (rounds + 1)))
        twice = doubles.measure(server, JOBS_FOR_TWO, rounds, ticks("two processes", 4 * rounds))
        pressed = press.measure(sqlite, server, rounds, ticks("presses", 4 * rounds))
    return [
        (f"{size} due at once, until the last is handed out", late),
        (f"{JOBS_FOR_TWO.due} jobs, two processes: done twice", twice),
        ("One press of Done, from payload to commit", pressed),
    ]


def _facts(server: PostgreSQL, rounds: int) -> list[str]:
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"
    databases = f"SQLite {sqlite3.sqlite_version}, PostgreSQL {server.version()} on the same machine, both durable"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [f"{utc_now():%d %B %Y}: {machine}.", f"{databases}.", f"{packages}.", f"{rounds} rounds in turns."]


def _document(sections: Sequence[Section], facts: Sequence[str]) -> str:
    parts = ["# Results", "\n".join(facts), *(f"## {title}\n\n{markdown(figures)}" for title, figures in sections)]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    typer.run(main)
