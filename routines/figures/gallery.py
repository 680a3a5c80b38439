"""A sheet with every still at the width Slack shows it, once on its light ground and once on its dark one."""

from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 360, 270
COLUMNS = 6
GAP = 12
QUALITY = 84  # of the WebP: a third of a PNG, and unlike a palette it keeps small patches of colour
_LIGHT, _DARK = "#FFFFFF", "#1A1D21"
_SUFFIX = "-left"


def contact_sheet(folder: Path) -> Image.Image:
    """Join the stills of a folder, without mirror images: the upper half light, the lower half dark."""
    files = sorted(file for file in folder.glob("*.png") if not file.stem.endswith(_SUFFIX))
    half = _grid(files, _LIGHT), _grid(files, _DARK)
    sheet = Image.new("RGB", (half[0].width, half[0].height * 2))
    for index, grid in enumerate(half):
        sheet.paste(grid, (0, index * grid.height))
    return sheet


def _grid(files: list[Path], ground: str) -> Image.Image:
    rows = -(-len(files) // COLUMNS)
    grid = Image.new("RGB", (GAP + COLUMNS * (WIDTH + GAP), GAP + rows * (HEIGHT + GAP)), ground)
    for index, file in enumerate(files):
        with Image.open(file) as still:
            small = still.convert("RGBA").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        row, column = divmod(index, COLUMNS)
        grid.paste(small, (GAP + column * (WIDTH + GAP), GAP + row * (HEIGHT + GAP)), small)
    return grid
