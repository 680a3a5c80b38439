"""`python -m routines.figures build [NAME…]` draws what is not up to date; `--check` says which ones are stale."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from routines.figures.build import (
    PICTURES,
    Picture,
    entry,
    is_fresh,
    pictures,
    read_manifest,
    stale_pictures,
    strains,
    write_manifest,
)
from routines.figures.scene import POSES, load_scene

app = typer.Typer(add_completion=False, help="Exercise pictures from pose files.")
console = Console()

Names = Annotated[list[str] | None, typer.Argument(help="Pose files to draw, without .toml; all if none is named.")]


@app.callback()
def main() -> None:
    """Draw the exercise pictures."""


@app.command()
def build(
    names: Names = None,
    *,
    check: Annotated[bool, typer.Option(help="Compare, and write nothing.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Draw those too that are up to date.")] = False,
) -> None:
    """Draw the pictures that are not up to date, or say which ones they are."""
    warn_about_strains(names or [])
    if check:
        check_pictures()
    else:
        draw_pictures(names or [], PICTURES, every=every)


@app.command()
def gallery(file: Annotated[Path, typer.Argument(help="The WebP to write.")]) -> None:
    """Put all committed stills on one sheet, on a light and on a dark ground."""
    from routines.figures.gallery import QUALITY, contact_sheet  # noqa: PLC0415  # the rest needs no drawing library

    contact_sheet(PICTURES).save(file, quality=QUALITY)
    console.print(f"{file}: {file.stat().st_size / 1000:.0f} KB")


def warn_about_strains(names: list[str]) -> None:
    """Print what a pose file asks too much of a body."""
    for file in sorted(POSES.glob("*.toml")):
        for strain in strains(load_scene(file)) if not names or file.stem in names else ():
            console.print(f"[yellow]{file.name}: {strain}[/yellow]")


def check_pictures() -> None:
    """Print what is stale; end with exit code 1 if anything is."""
    stale = stale_pictures()
    for line in stale:
        console.print(f"[red]{line}[/red]")
    if stale:
        console.print("Draw them again with: python -m routines.figures build")
        raise typer.Exit(1)
    console.print("All pictures are up to date.")


def draw_pictures(names: list[str], folder: Path, *, every: bool) -> None:
    """Write pictures and manifest, all or those of some pose files; an unknown name ends with exit code 2."""
    from routines.figures.raster import render  # noqa: PLC0415  # checking needs no drawing library

    folder.mkdir(exist_ok=True)
    entries = read_manifest(folder)
    chosen = [picture for picture in _chosen(names) if every or not is_fresh(picture, entries, folder)]
    for picture in track(chosen, description="Drawing", console=console):
        data = render(picture)
        (folder / picture.name).write_bytes(data)
        entries[picture.name] = entry(picture, data)
        write_manifest(entries, folder)
        console.print(f"{picture.name:32} {len(data) / 1000:6.0f} KB")
    known = {picture.name for picture in pictures()}
    write_manifest({name: value for name, value in entries.items() if name in known}, folder)
    console.print(f"{len(chosen)} drawn, {len(known) - len(chosen)} were up to date." if not names else "Done.")


def _chosen(names: list[str]) -> list[Picture]:
    every = list(pictures())
    if unknown := set(names) - {picture.pose for picture in every}:
        console.print(f"[red]No pose file: {', '.join(sorted(unknown))}[/red]")
        raise typer.Exit(2)
    return [picture for picture in every if not names or picture.pose in names]


if __name__ == "__main__":
    app()
