"""`python -m routines.figures build` draws all pictures; `--check` says which ones are stale."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from routines.figures.build import (
    PICTURES,
    entry,
    pictures,
    stale_pictures,
    strains,
    write_manifest,
)
from routines.figures.scene import POSES, load_scene

app = typer.Typer(add_completion=False, help="Exercise pictures from pose files.")
console = Console()


@app.callback()
def main() -> None:
    """Draw the exercise pictures."""


@app.command()
def build(*, check: Annotated[bool, typer.Option(help="Compare, and write nothing.")] = False) -> None:
    """Draw every picture from its pose file, or check that the drawn ones are up to date."""
    warn_about_strains()
    if check:
        check_pictures()
    else:
        draw_pictures(PICTURES)


def warn_about_strains() -> None:
    """Print where a limb cannot reach what its pose file wants it to touch."""
    for file in sorted(POSES.glob("*.toml")):
        for strain in strains(load_scene(file)):
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


def draw_pictures(folder: Path) -> None:
    """Write all pictures and the manifest."""
    from routines.figures.raster import render  # noqa: PLC0415  # checking needs no drawing library

    folder.mkdir(exist_ok=True)
    entries = {}
    for picture in track(list(pictures()), description="Drawing", console=console):
        data = render(picture)
        (folder / picture.name).write_bytes(data)
        entries[picture.name] = entry(picture, data)
    write_manifest(entries, folder)
    for name in entries:
        console.print(f"{name:28} {(folder / name).stat().st_size / 1000:6.0f} KB")


if __name__ == "__main__":
    app()
