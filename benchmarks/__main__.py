"""`python -m benchmarks`: measures everything, prints one table, and with --record writes RESULTS.md."""

import logging
import os
import platform
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

import bot.__main__  # noqa: F401  # sets what the bot sets for its process
from benchmarks import doubles, due, grown, idle, pace, posts, press
from benchmarks.awake import awake as cores_awake
from benchmarks.channels import Size
from benchmarks.databases import PostgreSQL, SQLiteFiles, running_hosts
from benchmarks.figures import Section, markdown, table
from bot.clock import utc_now
from bot.store.sqlite import driver

RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("apscheduler", "procrastinate", "pgqueuer", "sqlalchemy", "aiosqlite", "psycopg", "slack-bolt")
READING = """\
Everybody gets the same number of jobs due at one instant, does nothing in a job, and runs once a round, one after the
other. Limber turns schedules into breaks and outbox rows and claims them: a break, a message and a next due time each.
It makes breaks three seconds before they are due and claims them from 0.6 seconds before, as the bot does: time counts
from then, and below 0.6 seconds all are claimed before their minute. Its second row is what would be if nothing were
made ahead; there, and with the others, time counts from the due instant. APScheduler's jobs lie in its store from the
beginning. procrastinate and PgQueuer enqueue at once and drain; they know no schedules, so finding what is due would
come on top. "Times Limber" above 1 means that Limber is faster."""
PACE = (
    f"{pace.WORKSPACES} workspaces with {pace.POSTS_EACH} posts each due at once, 5 a second and workspace;"
    f" the floor is {pace.FLOOR_SECONDS:.1f} s"
)
GROWN = f"One channel of {grown.PEOPLE} people, beside so many participations of {grown.WEEKS} weeks"
FAULTS = "## Faults"
JOBS_FOR_TWO = Size(200, 200)
SCHEDULES_PER_DUE = 10
FULL = 10_000


def main(
    rounds: Annotated[int, typer.Option(help="How often everything is measured, in turns.")] = 3,
    due_at_once: Annotated[int, typer.Option("--due", help="Breaks due, out of ten times as many schedules.")] = 500,
    full: Annotated[bool, typer.Option("--full", help=f"The target's size: {FULL:,} due.")] = False,  # noqa: FBT002  # an option
    awake: Annotated[bool, typer.Option("--awake", help="Keep the cores from sleeping (Linux).")] = False,  # noqa: FBT002  # as above
    record: Annotated[str, typer.Option(help="Write RESULTS.md, with this note on the machine.")] = "",
) -> None:
    """Measure what Limber can carry, beside what others would do."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    console = Console()
    with cores_awake() if awake else nullcontext(), running_hosts() as (sqlite, server):
        count = FULL if full else due_at_once
        sections = _measure(console, sqlite, server, Size(count, count * SCHEDULES_PER_DUE), rounds)
        sections.append(_grown(console, sqlite, server, grown.FULL_SIZES if full else grown.SIZES))
        facts = [*_facts(server, rounds), *(["The cores were kept from sleeping."] if awake else [])]
    console.print(table(sections))
    if record:
        RESULTS.write_text(_document(sections, [*facts, record]))


def _measure(console: Console, sqlite: SQLiteFiles, server: PostgreSQL, size: Size, rounds: int) -> list[Section]:
    entries = len(due.entries(sqlite, server))
    counts = (size.schedules, size.schedules * 10)
    with Progress(console=console, transient=True) as progress:

        def ticks(what: str, total: int) -> partial[None]:
            return partial(progress.advance, progress.add_task(what, total=total))

        late = due.measure(sqlite, server, size, rounds, ticks("due at one minute", entries * (rounds + 1)))
        twice = doubles.measure(server, JOBS_FOR_TWO, rounds, ticks("two processes", 4 * rounds))
        quiet = idle.measure([sqlite, server], *counts, rounds, ticks("nothing due", 4))
        paced = pace.measure(server, rounds, ticks("Slack's pace", len(pace.WORKERS) * rounds))
        posted = posts.measure(sqlite, server, rounds, ticks("posts a second", 4 * rounds))
        pressed = press.measure(sqlite, server, rounds, ticks("presses", 4 * rounds))
    return [
        (f"{size} due at once, until the last is handed out", late),
        ("Nothing due", quiet),
        (PACE, paced),
        (f"{posts.POSTS.due:,} posts by one worker with no pace to keep, to a Slack that only counts", posted),
        (f"{JOBS_FOR_TWO.due} jobs, two processes: done twice", twice),
        ("One press of Done, from payload to commit", pressed),
    ]


def _grown(console: Console, sqlite: SQLiteFiles, server: PostgreSQL, sizes: tuple[int, ...]) -> Section:
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("a grown database", total=2 * len(sizes))
        figures = grown.measure(sqlite, server, sizes, partial(progress.advance, task))
    return (GROWN, figures)


def _facts(server: PostgreSQL, rounds: int) -> list[str]:
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"
    databases = f"SQLite {driver().sqlite_version}, PostgreSQL {server.version()} on the same machine, both durable"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [f"{utc_now():%d %B %Y}: {machine}.", f"{databases}.", f"{packages}.", f"{rounds} rounds in turns."]


def _document(sections: Sequence[Section], facts: Sequence[str]) -> str:
    parts = [
        "# Results",
        "\n".join(facts),
        READING,
        *(f"## {title}\n\n{markdown(figures)}" for title, figures in sections),
    ]
    return "\n\n".join(parts) + "\n\n" + _faults()


def _faults() -> str:
    """Keep what the full-size tests of faults found, which is written by hand and goes last."""
    _, heading, kept = (RESULTS.read_text() if RESULTS.exists() else "").partition(FAULTS)
    return heading + kept


if __name__ == "__main__":
    typer.run(main)
