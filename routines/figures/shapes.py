"""What a picture is put together from: flat shapes made of convex pieces, each with a depth."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, pi, sin

from routines.figures.camera import Camera
from routines.figures.planar import Point, circle, hull, spline
from routines.figures.vectors import Matrix, Vector, add, mix, rotate

Ball = tuple[Vector, float]
Ring = list[Vector]


@dataclass(frozen=True)
class Mark:
    """A line or a dot in ink on top of a shape; kinds: eye, face, and fine ones for close-ups only."""

    kind: str
    points: list[Point]


@dataclass
class Shape:
    """Convex pieces that share one outline, or, for `solid`, flat faces with an outline each.

    `layers` are parts within the outline, with thinner lines between them; `fine` is for close-ups only.
    """

    name: str
    depth: float
    pieces: list[tuple[list[Point], str]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    patch: list[tuple[list[Point], str]] = field(default_factory=list)
    layers: list["Shape"] = field(default_factory=list)
    fine: list[tuple[list[Point], str]] = field(default_factory=list)
    solid: bool = False
    line: float = 1.0

    def add(self, outline: list[Point], colour: str) -> None:
        """Add a piece."""
        self.pieces.append((outline, colour))

    def add_chain(self, camera: Camera, balls: Sequence[Ball], colour: str) -> None:
        """Add a limb: the hulls of each two neighbours in a row of balls."""
        flat = [circle(camera.flat(centre), radius) for centre, radius in balls]
        for first, second in pairwise(flat):
            self.add(hull(first + second), colour)

    def outlines(self) -> list[list[Point]]:
        """List all pieces, those of the layers too."""
        own = [outline for outline, _ in self.pieces]
        return own + [outline for layer in self.layers for outline in layer.outlines()]

    def bounds(self) -> tuple[float, float, float, float]:
        """Find the left, top, right and bottom edge in cm."""
        points = [point for outline in self.outlines() for point in outline]
        across, down = [point[0] for point in points], [point[1] for point in points]
        return (min(across), min(down), max(across), max(down))


def balls_along(start: Vector, end: Vector, profile: Sequence[tuple[float, float]], girth: float = 1) -> list[Ball]:
    """Set balls along a bone: each profile entry is a part of the way and a radius."""
    return [(mix(start, end, part), radius * girth) for part, radius in profile]


def ring(turn: Matrix, centre: Vector, half_width: float, half_depth: float, corners: int = 32) -> Ring:
    """Draw a level ellipse in a body part's own axes."""
    turns = [2 * pi * index / corners for index in range(corners)]
    return [add(centre, rotate(turn, (half_width * cos(angle), 0, half_depth * sin(angle)))) for angle in turns]


def loft(camera: Camera, rings: Sequence[Ring], steps: int = 4) -> list[list[Point]]:
    """Flatten rings with smooth ones between them, so that hulls of neighbours make a rounded body."""
    path = [rings[0], *rings, rings[-1]]
    smooth = [
        [
            _spline_point((path[i][k], path[i + 1][k], path[i + 2][k], path[i + 3][k]), step / steps)
            for k in range(len(rings[0]))
        ]
        for i in range(len(rings) - 1)
        for step in range(steps)
    ]
    return [[camera.flat(point) for point in each] for each in [*smooth, rings[-1]]]


def _spline_point(path: tuple[Vector, Vector, Vector, Vector], part: float) -> Vector:
    x, y, z = (spline(path[0][i], path[1][i], path[2][i], path[3][i], part) for i in range(3))
    return (x, y, z)
