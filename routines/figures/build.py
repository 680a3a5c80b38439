"""Turns pose files into the PNG and GIF pictures that are committed, and knows when they are stale."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from math import cos, pi
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routines.figures.palette import CORAL, YELLOW
from routines.figures.scene import POSES, Panel, Scene, load_scene
from routines.figures.stage import HEIGHT, WIDTH, fit, illustrate, set_stage

if TYPE_CHECKING:
    from PIL import Image

PICTURES = Path(__file__).parents[1] / "pictures"
MANIFEST = "manifest.json"
GIF_SIZE = (480, 360)
FRAME_MILLISECONDS = 80
LARGEST_PNG, LARGEST_GIF = 120_000, 300_000
_MOVE_FRAMES, _HOLD_FRAMES = 12, 4
_EXACT, _BLENDED = 14, 80
_TRANSPARENT = 255
_HALF_OPAQUE = 128


@dataclass(frozen=True)
class Picture:
    """One file to build: its name, what it shows, and whether it moves or is a mirror image."""

    name: str
    panels: tuple[Panel, ...]
    moving: bool
    mirrored: bool

    @property
    def source(self) -> str:
        """The fingerprint of what is drawn: of a moving picture, beginning, middle and end stand for all."""
        drawn = [*self.drawings((0, 1 / 2, 1)), str(timing())] if self.moving else [self.still()]
        return sha256("\n".join(drawn).encode()).hexdigest()

    def still(self) -> str:
        """Draw the end pose as SVG."""
        return illustrate(self.panels, mirrored=self.mirrored)

    def drawings(self, parts: Sequence[float]) -> list[str]:
        """Draw frames at some parts of the way as SVG."""
        views = fit(self.panels)
        return [illustrate(self.panels, part, mirrored=self.mirrored, views=views) for part in parts]


def pictures(folder: Path = POSES) -> Iterator[Picture]:
    """List every picture of every pose file: stills, moving ones and mirror images."""
    for file in sorted(folder.glob("*.toml")):
        scene = load_scene(file)
        for suffix, mirrored in (("", False), ("-left", True)) if scene.mirror else (("", False),):
            stem = f"{file.stem}{suffix}"
            yield Picture(f"{stem}.png", scene.still, moving=False, mirrored=mirrored)
            yield Picture(f"{stem}.gif", scene.moving, moving=True, mirrored=mirrored)


def timing() -> list[tuple[float, int]]:
    """List the frames of a loop, as parts of the way and milliseconds: out, hold, back, rest."""
    out = [(1 - cos(pi * frame / _MOVE_FRAMES)) / 2 for frame in range(1, _MOVE_FRAMES)]
    moving, still = FRAME_MILLISECONDS, FRAME_MILLISECONDS * _HOLD_FRAMES
    there = [(part, moving) for part in out]
    return [(0.0, still), *there, (1.0, still), *there[::-1]]


def strains(scene: Scene) -> list[str]:
    """List what the poses of a scene ask too much of, without doubles."""
    found = [
        strain
        for panel in (*scene.still, *scene.moving)
        for part in (0, 1)
        for strain in set_stage(panel, panel.pose(part)).skeleton.strains
    ]
    return list(dict.fromkeys(found))


def render(picture: Picture) -> bytes:
    """Make the file; needs resvg and Pillow, which only the build has."""
    data = _render_gif(picture) if picture.moving else _render_png(picture)
    limit = LARGEST_GIF if picture.moving else LARGEST_PNG
    if len(data) > limit:
        raise ValueError(f"{picture.name} has {len(data)} bytes, more than {limit}: draw it simpler")
    return data


def write_manifest(entries: dict[str, dict[str, str]], folder: Path = PICTURES) -> None:
    """Record which drawing each file was made from, and the file itself."""
    text = json.dumps(entries, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")


def entry(picture: Picture, data: bytes) -> dict[str, str]:
    """Fingerprint a drawing and the file made from it."""
    return {"source": picture.source, "file": sha256(data).hexdigest()}


def stale_pictures(folder: Path = PICTURES, poses: Path = POSES) -> list[str]:
    """Say which committed pictures differ from their pose files; needs neither resvg nor Pillow."""
    manifest = folder / MANIFEST
    known = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    found: list[str] = []
    drawn = {picture.name: picture for picture in pictures(poses)}
    for name, picture in drawn.items():
        file = folder / name
        if not file.exists():
            found.append(f"{name} is missing")
        elif known.get(name) != entry(picture, file.read_bytes()):
            found.append(f"{name} is not what its pose file and the engine draw now")
    spare = [file.name for file in folder.glob("*.[pg][ni][gf]") if file.name not in drawn]
    return found + [f"{name} has no pose file" for name in sorted(spare)]


def _render_png(picture: Picture) -> bytes:
    image = _rasterise(picture.still(), WIDTH)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _render_gif(picture: Picture) -> bytes:
    parts = sorted({part for part, _ in timing()})
    texts = picture.drawings(parts)
    drawn = {part: _rasterise(text, GIF_SIZE[0]) for part, text in zip(parts, texts, strict=True)}
    images = [drawn[part] for part, _ in timing()]
    palette = _shared_palette([images[0], images[len(images) // 4], images[len(images) // 2]])
    # A card's rounded corners are clear; GIF knows no half-clear, so their rims are cut.
    mask = images[0].getchannel("A").point([_TRANSPARENT if a < _HALF_OPAQUE else 0 for a in range(256)])
    flat = [_flatten(image.convert("RGB"), palette) for image in images]
    frames = [flat[0].copy(), *(_changes(before, after) for before, after in pairwise(flat))]
    frames[0].paste(_TRANSPARENT, mask=mask)
    buffer = io.BytesIO()
    durations = [duration for _, duration in timing()]
    options = {"duration": durations, "loop": 0, "transparency": _TRANSPARENT, "disposal": 1}
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], optimize=False, **options)
    return buffer.getvalue()


def _flatten(image: "Image.Image", palette: "Image.Image") -> "Image.Image":
    """Give every pixel a place in the palette; Pillow alone misses the large areas by a shade."""
    from PIL import Image, ImageChops  # noqa: PLC0415  # the program that runs has no Pillow

    flat = image.quantize(palette=palette, dither=Image.Dither.NONE)
    colours = palette.getpalette() or []
    for place in range(_EXACT):
        plain = Image.new("RGB", image.size, tuple(colours[place * 3 : place * 3 + 3]))
        red, green, blue = ImageChops.difference(image, plain).split()
        other = ImageChops.lighter(ImageChops.lighter(red, green), blue)
        flat.paste(place, mask=other.point([255, *([0] * 255)]))
    return flat


def _changes(before: "Image.Image", after: "Image.Image") -> "Image.Image":
    """Make clear what stays the same: the frame before shows through, and the file is half as large."""
    from PIL import Image, ImageChops  # noqa: PLC0415

    indices = [Image.frombytes("L", image.size, image.tobytes()) for image in (before, after)]
    same = ImageChops.difference(*indices).point([255, *([0] * 255)])
    changed = after.copy()
    changed.paste(_TRANSPARENT, mask=same)
    return changed


def _shared_palette(images: "list[Image.Image]") -> "Image.Image":
    """Choose one palette for all frames: the large flat areas exactly, the rest as near as it gets."""
    from PIL import Image, ImageColor  # noqa: PLC0415

    strip = Image.new("RGB", (images[0].width, images[0].height * len(images)))
    for index, image in enumerate(images):
        strip.paste(image.convert("RGB"), (0, index * image.height))
    counted: list[tuple[int, Any]] = list(strip.getcolors(strip.width * strip.height) or [])
    common = [colour for _, colour in sorted(counted, reverse=True)]
    signs = [ImageColor.getrgb(colour) for colour in (YELLOW, CORAL)]
    exact = [value for colour in [*signs, *common][:_EXACT] for value in colour]
    blended = strip.quantize(_BLENDED, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    near = (blended.getpalette() or [])[: _BLENDED * 3]
    palette = Image.new("P", (1, 1))
    # The last place stays for what is clear; places nobody needs repeat the first colour.
    padding = exact[:3] * (_TRANSPARENT + 1 - _EXACT - _BLENDED)
    palette.putpalette(exact + near + padding)
    return palette


def _rasterise(svg: str, width: int) -> "Image.Image":
    import resvg_py  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    data = bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, width=width))
    image = Image.open(io.BytesIO(data)).convert("RGBA")
    if image.size != (width, width * HEIGHT // WIDTH):
        raise ValueError(f"resvg drew {image.size}, not a picture {width} px wide")
    return image
