"""`limber streaks`: proves that what is folded of people's streaks is what their rows come to."""

import asyncio
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated

import typer
from rich.progress import Progress

from bot.cli.console import say
from bot.cli.store import opened
from bot.domain.streaks import Tally
from bot.services import streaks
from bot.services.streaks import Wrong
from bot.settings import load_settings
from bot.slack.views.parts import count
from bot.store.lock import hold

app = typer.Typer(help="Prove that streaks are right.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    pass


@app.command()
def check(
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Put right what is wrong; not beside a running bot.")
    ] = False,
) -> None:
    """Recompute every stored streak from its first row, and say which differ."""
    url = load_settings().database_url
    alone: AbstractContextManager[object] = hold(url) if repair else nullcontext()
    with alone:
        looked_at, wrong = asyncio.run(_check(url, repair=repair))
    for each in wrong:
        say(_line(each))
    right = looked_at - len(wrong)
    fate = "put right" if repair else "wrong; put them right with --repair"
    say(
        f"{count(looked_at, 'stored streak')}: {right} right, {len(wrong)} {fate}."
        if wrong
        else f"{count(looked_at, 'stored streak')}: all right."
    )
    if wrong and not repair:
        raise typer.Exit(1)


async def _check(url: str, *, repair: bool) -> tuple[int, list[Wrong]]:
    async with opened(url, read_only=not repair) as (open_unit_of_work, _):
        total = await streaks.count_folded(open_unit_of_work)
        with Progress(transient=True) as progress:
            task = progress.add_task("Recomputing", total=total)

            def advance(by: int) -> None:
                progress.advance(task, by)

            return total, await streaks.check(open_unit_of_work, repair=repair, on_progress=advance)


def _line(wrong: Wrong) -> str:
    return (
        f"Person {wrong.member_id} in channel {wrong.channel_id}, before {wrong.stored.until}: "
        f"{_all_of(wrong.stored.tally)}; the rows come to {_all_of(wrong.recomputed.tally)}."
    )


def _all_of(tally: Tally) -> str:
    missed, first, last = tally.gap
    gap = f", then {count(missed, 'day')} missed from {first} to {last}" if missed else ""
    return f"{tally.streak}, {count(tally.weeks, 'week')}{gap}"
