"""Turns drawings into PNG and GIF files, with resvg and Pillow, which only the build has."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import resvg_py
from PIL import Image, ImageChops

from routines.figures.build import Picture
from routines.figures.stage import HEIGHT, WIDTH

GIF_WIDTH = 480
LARGEST_PNG, LARGEST_GIF = 120_000, 300_000
_CLEAR = 255
_HALF_OPAQUE = 128
# How many colours are kept exactly and how many stand for the rest: the first pair that fits the limit.
_PALETTES = ((48, 88), (48, 56), (36, 52), (24, 40))


@dataclass(frozen=True)
class Palette:
    """The colours of all frames: large flat areas exactly, edges and glows as near as it gets."""

    blends: Image.Image
    blend_count: int
    exact: list[tuple[int, ...]]

    def values(self) -> list[int]:
        """List red, green and blue of all 256 places; the last one is for what is clear."""
        near = (self.blends.getpalette() or [])[: self.blend_count * 3]
        exact = [value for colour in self.exact for value in colour]
        return near + exact + [0] * ((_CLEAR + 1) * 3 - len(near) - len(exact))


def render(picture: Picture) -> bytes:
    """Make the file of a picture; raises ValueError if it is larger than its kind may be."""
    data = _render_gif(picture) if picture.moving else _render_png(picture)
    limit = LARGEST_GIF if picture.moving else LARGEST_PNG
    if len(data) > limit:
        raise ValueError(f"{picture.name} has {len(data)} bytes, more than {limit}: draw it simpler")
    return data


def _render_png(picture: Picture) -> bytes:
    buffer = io.BytesIO()
    _rasterise(picture.still(), WIDTH).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _render_gif(picture: Picture) -> bytes:
    parts = sorted({part for part, _ in picture.timing})
    texts = picture.drawings(parts)
    drawn = {part: _rasterise(text, GIF_WIDTH) for part, text in zip(parts, texts, strict=True)}
    data = b""
    for exact, blended in _PALETTES:
        palette = shared_palette([drawn[0.0], drawn[parts[len(parts) // 2]], drawn[parts[-1]]], exact, blended)
        flat = {part: flatten(image.convert("RGB"), palette) for part, image in drawn.items()}
        data = _encode([flat[part] for part, _ in picture.timing], drawn[0.0], [wait for _, wait in picture.timing])
        if len(data) <= LARGEST_GIF:
            break
    return data


def _encode(images: Sequence[Image.Image], card: Image.Image, durations: list[int]) -> bytes:
    """Write frames that show nothing but changes; the card's corners are clear."""
    frames = [images[0].copy(), *(_changes(before, after) for before, after in pairwise(images))]
    # GIF knows no half-clear, so the corners' soft rims are cut.
    corners = card.getchannel("A").point([_CLEAR if alpha < _HALF_OPAQUE else 0 for alpha in range(256)])
    frames[0].paste(_CLEAR, mask=corners)
    options = {"duration": durations, "loop": 0, "transparency": _CLEAR, "disposal": 1}
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], optimize=False, **options)
    return buffer.getvalue()


def _changes(before: Image.Image, after: Image.Image) -> Image.Image:
    """Make clear what stays the same: the frame before shows through, and the file is much smaller."""
    places = [Image.frombytes("L", image.size, image.tobytes()) for image in (before, after)]
    changed = after.copy()
    changed.paste(_CLEAR, mask=ImageChops.difference(*places).point([255, *([0] * 255)]))
    return changed


def shared_palette(images: Sequence[Image.Image], exact: int, blended: int) -> Palette:
    """Choose one palette for all frames from some of them."""
    strip = Image.new("RGB", (images[0].width, images[0].height * len(images)))
    for index, image in enumerate(images):
        strip.paste(image.convert("RGB"), (0, index * image.height))
    counted: list[tuple[int, Any]] = list(strip.getcolors(strip.width * strip.height) or [])
    ordered = [colour for _, colour in sorted(counted, reverse=True)]
    # Every colour counts once here, or the few that fill the card would crowd the glows out.
    rest = Image.new("RGB", (len(ordered) - exact, 1))
    rest.putdata(ordered[exact:])
    blends = rest.quantize(blended, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return Palette(blends, blended, ordered[:exact])


def flatten(image: Image.Image, palette: Palette) -> Image.Image:
    """Give every pixel a place in the palette; Pillow alone misses the large areas by a shade."""
    flat = image.quantize(palette=palette.blends, dither=Image.Dither.NONE)
    for place, colour in enumerate(palette.exact, start=palette.blend_count):
        plain = Image.new("RGB", image.size, colour)
        red, green, blue = ImageChops.difference(image, plain).split()
        off = ImageChops.lighter(ImageChops.lighter(red, green), blue)
        flat.paste(place, mask=off.point([255, *([0] * 255)]))
    flat.putpalette(palette.values())
    return flat


def _rasterise(svg: str, width: int) -> Image.Image:
    data = bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, width=width))
    image = Image.open(io.BytesIO(data)).convert("RGBA")
    if image.size != (width, width * HEIGHT // WIDTH):
        raise ValueError(f"resvg drew {image.size}, not a picture {width} px wide")
    return image
