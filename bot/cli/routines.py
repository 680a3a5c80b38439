"""`limber routines`: what can be stretched, and what is wrong with a file of one's own."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.console import say, show
from bot.cli.errors import FAILED
from bot.settings import load_settings
from bot.slack.views.parts import count
from bot.slack.views.routines import dose, short_duration
from routines.catalogue import Catalogue, catalogue_with
from routines.model import Exercise, Routine
from routines.problems import Problem
from routines.schema import schema_text

app = typer.Typer(help="What there is to stretch.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def check(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER|FILE]",
            exists=True,
            help="Your own routines; left out: Limber's, and those of the settings.",
        ),
    ] = None,
) -> None:
    """Say what is wrong in routine files, with line, key and cure."""
    catalogue = catalogue_with(path) if path else _in_use()
    notices, routines = _of(path, catalogue)
    for problem in (*catalogue.problems, *notices):
        say(_lines(problem))
    if catalogue.problems:
        say(f"{len(catalogue.problems)} to put right. What is wrong is left out; the rest works.")
        raise typer.Exit(FAILED)
    if not routines:
        say(f"There are no routine files (*.toml) in {path}.")
        raise typer.Exit(FAILED)
    say(f"All is well: {_counted(routines)}.")


@app.command(name="list")
def list_all() -> None:
    """Show every area and exercise, and the words that find them."""
    catalogue = _in_use()
    table = Table(box=None, pad_edge=False)
    for name in ("Area", "Exercise", "Name", "Dose", "Takes", "On a chair", "Picture"):
        table.add_column(name, no_wrap=name in ("Exercise", "Takes"), overflow="fold")
    for routine in catalogue.routines:
        for exercise in routine.exercises:
            table.add_row(routine.area, *_cells(exercise, catalogue))
    show(table)
    for routine in catalogue.routines:
        say(f"/stretch {routine.id}: also {', '.join(routine.aliases) or 'nothing else'}")


@app.command()
def schema() -> None:
    """Print the format as a JSON Schema, for editors that check while one types."""
    typer.echo(schema_text(), nl=False)


def _in_use() -> Catalogue:
    return catalogue_with(load_settings().routines_folder)


def _of(path: Path | None, catalogue: Catalogue) -> tuple[list[Problem], list[Routine]]:
    """Choose the notices and routines of one folder or file; all, if none is named."""
    if path is None:
        return list(catalogue.notices), list(catalogue.routines)
    own = {file.resolve() for file in (path.glob("*.toml") if path.is_dir() else [path])}
    stems = {file.stem for file in own}  # a routine that loaded has its file's name
    notices = [notice for notice in catalogue.notices if notice.file.resolve() in own]
    return notices, [routine for routine in catalogue.routines if routine.id in stems]


def _lines(problem: Problem) -> str:
    key = f"{problem.key}: " if problem.key else ""
    return f"{problem.file}, line {problem.line}: {key}{problem.what}.\n    {problem.cure}"


def _counted(routines: list[Routine]) -> str:
    served = [routine for routine in routines if not routine.area.is_spare]
    areas = count(len({routine.area for routine in served}), "area")
    spare = sum(len(routine.exercises) for routine in routines if routine.area.is_spare)
    exercises = count(sum(len(routine.exercises) for routine in served), "exercise")
    return f"{areas}, {exercises}" + (f", and {spare} spare" if spare else "")


def _cells(exercise: Exercise, catalogue: Catalogue) -> tuple[str, ...]:
    chair = "it is" if exercise.position == "seated" else exercise.seated_stand_in or "in words"
    moving = catalogue.picture_path(exercise.picture, moving=True)
    picture = {".gif": "moving", ".png": "still"}[moving.suffix] if moving.exists() else "none yet"
    return exercise.id, exercise.name, dose(exercise), short_duration(exercise.seconds), chair, picture
