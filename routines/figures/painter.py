"""Puts shapes, glows, arrows and guides onto a sheet at some scale."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from routines.figures.palette import CORAL, GHOST, GHOST_EDGE, INK, WHITE
from routines.figures.planar import Point, curve, distance, lengths_along
from routines.figures.shapes import Mark, Shape
from routines.figures.svg import Sheet, number, polygons, polyline, smooth_line

INK_WIDTH = 4.6
_LINE_WITHIN = 0.5
_FINE_FROM = 7.0  # px per cm: smaller hands go without nails and creases
_GLOW_MIDDLE = 0.55


@dataclass(frozen=True)
class View:
    """Where a picture plane in cm lies on a sheet in px."""

    scale: float
    left: float
    top: float

    def place(self, point: Point) -> Point:
        """Find the px of a point in cm."""
        return (self.left + self.scale * point[0], self.top + self.scale * point[1])

    def outlines(self, shape: Shape) -> list[list[Point]]:
        """Find the px of all pieces of a shape."""
        return [[self.place(point) for point in outline] for outline in shape.outlines()]


class Painter:
    """Paints one view of one scene."""

    def __init__(self, sheet: Sheet, view: View, ink: float = INK_WIDTH) -> None:
        self.sheet, self.view, self._ink = sheet, view, ink

    def fill(self, outline: Sequence[Point], colour: str, opacity: float = 1) -> None:
        """Paint a patch without an outline."""
        data = polygons([[self.view.place(point) for point in outline]])
        self.sheet.path(data, colour, opacity=f"{opacity:g}")

    def shape(self, shape: Shape) -> None:
        """Paint a shape: one ink outline round all its pieces, then their colours, then its marks."""
        width = self._ink * shape.line
        if shape.solid:
            for outline, colour in shape.pieces:
                data = polygons([[self.view.place(point) for point in outline]])
                self.sheet.path(data, colour, stroke=INK, stroke_width=width, stroke_linejoin="round")
            return
        self._ink_round(shape, width)
        self._colour(shape)
        for layer in shape.layers:
            self._ink_round(layer, width * _LINE_WITHIN)
            self._colour(layer)
            self._finish(layer)
        self._finish(shape)

    def _ink_round(self, shape: Shape, width: float) -> None:
        data = polygons(self.view.outlines(shape))
        self.sheet.path(data, INK, stroke=INK, stroke_width=width * 2, stroke_linejoin="round")

    def _colour(self, shape: Shape) -> None:
        pieces = [([self.view.place(point) for point in outline], colour) for outline, colour in shape.pieces]
        # A hair of stroke in the same colour closes the seams that antialiasing leaves between pieces.
        for colour, group in groupby(pieces, key=lambda piece: piece[1]):
            self.sheet.path(polygons(outline for outline, _ in group), colour, stroke=colour, stroke_width=1)

    def _finish(self, shape: Shape) -> None:
        close = self.view.scale > _FINE_FROM
        for outline, colour in shape.patch:
            self.fill(outline, colour)
        for outline, colour in shape.fine if close else ():
            self.fill(outline, colour)
        for mark in shape.marks:
            self._mark(mark)

    def _mark(self, mark: Mark) -> None:
        points = [self.view.place(point) for point in mark.points]
        if mark.kind == "eye":
            (x, y), radius = points[0], max(2.6, self.view.scale * 0.85)
            self.sheet.put(f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{INK}"/>')
        elif mark.kind == "face" or self.view.scale > _FINE_FROM:
            width = max(2.4, self._ink * 0.62) if mark.kind == "face" else self._ink * 0.4
            self.sheet.path(smooth_line(points), stroke=INK, stroke_width=width, stroke_linecap="round")

    def ghost(self, shapes: Iterable[Shape]) -> None:
        """Paint a pale silhouette."""
        data = [polygons(self.view.outlines(shape)) for shape in shapes]
        for text in data:
            self.sheet.path(text, GHOST_EDGE, stroke=GHOST_EDGE, stroke_width=7, stroke_linejoin="round")
        for text in data:
            self.sheet.path(text, GHOST)

    def shadow(self, shapes: Iterable[Shape], offset: Point) -> None:
        """Paint a faint silhouette beside the figure, as on a wall behind it."""
        data = "".join(polygons(self.view.outlines(shape)) for shape in shapes)
        self.sheet.put(
            f'<g opacity=".16" transform="translate({number(offset[0])} {number(offset[1])})">'
            f'<path d="{data}" fill="{INK}"/></g>'
        )

    def glow(self, shape: Shape, centre: Point, radii: Point, strength: float) -> None:
        """Paint where one feels it: a soft patch that stays inside a body part."""
        name = self.sheet.name("glow")
        stops = ((0, strength), (_GLOW_MIDDLE, strength * 0.6), (1, 0))
        self.sheet.define(
            f'<radialGradient id="{name}">'
            + "".join(
                f'<stop offset="{at}" stop-color="{CORAL}" stop-opacity="{opacity:.3g}"/>' for at, opacity in stops
            )
            + "</radialGradient>"
        )
        patches = [[self.view.place(point) for point in outline] for outline, _ in shape.patch]
        clip = self.sheet.clip(f'<path d="{polygons([*self.view.outlines(shape), *patches])}"/>')
        x, y = self.view.place(centre)
        across, down = (number(radius * self.view.scale) for radius in radii)
        self.sheet.put(
            f'<g clip-path="url(#{clip})"><ellipse cx="{number(x)}" cy="{number(y)}" '
            f'rx="{across}" ry="{down}" fill="url(#{name})"/></g>'
        )

    def arrow(self, points: Sequence[Point], width: float) -> None:
        """Paint motion or force: a shaft that grows towards its head, with a white rim; width in px."""
        data = polygons([arrow_outline([self.view.place(point) for point in points], width)])
        self.sheet.path(data, WHITE, stroke=WHITE, stroke_width=10, stroke_linejoin="round")
        self.sheet.path(data, CORAL, stroke=CORAL, stroke_width=3, stroke_linejoin="round")

    def guide(self, points: Sequence[Point], colour: str, width: float, dash: str) -> None:
        """Paint a thin line that shows an angle or a level; dashes as SVG writes them."""
        data = polyline([self.view.place(point) for point in points])
        style = {"stroke_linecap": "round", "stroke_linejoin": "round"}
        if not dash:
            self.sheet.path(data, stroke=WHITE, stroke_width=width + 6, **style)
        dashes = {"stroke_dasharray": dash} if dash else {}
        self.sheet.path(data, stroke=colour, stroke_width=width, **style, **dashes)


def arrow_outline(points: Sequence[Point], width: float) -> list[Point]:
    """Draw an arrow along a line in px."""
    line = curve(points)
    along = lengths_along(line)
    neck = max(along[-1] - width * 1.95, along[-1] * 0.2)
    left, right = [], []
    base = line[0]
    for index, (point, so_far) in enumerate(zip(line, along, strict=True)):
        if so_far > neck:
            break
        across = _square_step(line[max(index - 1, 0)], line[min(index + 1, len(line) - 1)])
        half = width / 2 * (0.62 + 0.38 * so_far / neck)
        left.append((point[0] - across[0] * half, point[1] - across[1] * half))
        right.append((point[0] + across[0] * half, point[1] + across[1] * half))
        base = point
    across, wing = _square_step(base, line[-1]), width * 1.25
    wings = [(base[0] + sign * across[0] * wing, base[1] + sign * across[1] * wing) for sign in (-1, 1)]
    return [*left, wings[0], line[-1], wings[1], *right[::-1]]


def _square_step(start: Point, end: Point) -> Point:
    size = distance(start, end) or 1
    return ((start[1] - end[1]) / size * -1, (end[0] - start[0]) / size * -1)
