"""Writes SVG: a sheet to draw on, and the path texts that go onto it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from routines.figures.planar import Point


def number(value: float) -> str:
    """Write a number with one decimal at most, so that texts stay short and equal everywhere."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def spot(point: Point) -> str:
    """Write a point."""
    return f"{number(point[0])} {number(point[1])}"


def polygons(outlines: Iterable[Sequence[Point]]) -> str:
    """Write closed outlines as one path."""
    return "".join("M" + "L".join(spot(point) for point in outline) + "Z" for outline in outlines)


def polyline(points: Sequence[Point]) -> str:
    """Write an open line."""
    return "M" + "L".join(spot(point) for point in points)


def smooth_line(points: Sequence[Point]) -> str:
    """Write an open line that is round at its points."""
    path = [points[0], *points, points[-1]]
    text = "M" + spot(points[0])
    for before, start, end, after in zip(path, path[1:], path[2:], path[3:], strict=False):
        leaving = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        arriving = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        text += f"C{spot(leaving)} {spot(arriving)} {spot(end)}"
    return text


@dataclass
class Sheet:
    """A picture in the making."""

    width: int
    height: int
    definitions: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)
    _names: int = 0

    def name(self, prefix: str) -> str:
        """Make up a name for a definition."""
        self._names += 1
        return f"{prefix}{self._names}"

    def define(self, text: str) -> None:
        """Add a definition."""
        self.definitions.append(text)

    def put(self, text: str) -> None:
        """Add an element on top of all others."""
        self.elements.append(text)

    def path(self, data: str, fill: str = "none", **attributes: str | float) -> None:
        """Add a path; underscores in attribute names become hyphens."""
        more = "".join(
            f' {key.replace("_", "-")}="{value if isinstance(value, str) else number(value)}"'
            for key, value in attributes.items()
        )
        self.put(f'<path d="{data}" fill="{fill}"{more}/>')

    def clip(self, shape: str) -> str:
        """Define an area to cut with, and name it."""
        name = self.name("clip")
        self.define(f'<clipPath id="{name}">{shape}</clipPath>')
        return name

    def text(self, *, mirrored: bool = False) -> str:
        """Write the finished SVG, or its exact mirror image."""
        size = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        body = "\n".join(self.elements)
        if mirrored:
            body = f'<g transform="translate({self.width} 0) scale(-1 1)">\n{body}\n</g>'
        definitions = "\n".join(self.definitions)
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<defs>{definitions}</defs>\n{body}\n</svg>\n'
