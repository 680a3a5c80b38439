"""Outlines on the picture plane: hulls, circles and smooth curves."""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, pi, sin

Point = tuple[float, float]

_SMALLEST_HULL = 3


def hull(points: Sequence[Point]) -> list[Point]:
    """Wrap points in the smallest convex outline."""
    ordered = sorted({(round(x, 3), round(y, 3)) for x, y in points})
    if len(ordered) < _SMALLEST_HULL:
        return ordered
    return _half_hull(ordered)[:-1] + _half_hull(ordered[::-1])[:-1]


def _half_hull(points: Sequence[Point]) -> list[Point]:
    # Most of a drawing's time goes by here, so the turn is worked out on the spot.
    kept: list[Point] = []
    for x, y in points:
        while len(kept) > 1:
            (ax, ay), (bx, by) = kept[-2], kept[-1]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            kept.pop()
        kept.append((x, y))
    return kept


def circle(centre: Point, radius: float, corners: int = 28) -> list[Point]:
    """Draw a circle as a polygon."""
    turns = [2 * pi * index / corners for index in range(corners)]
    return [(centre[0] + radius * cos(turn), centre[1] + radius * sin(turn)) for turn in turns]


def strip(start: Point, end: Point, half_start: float, half_end: float) -> list[Point]:
    """Draw a straight band between two points, as wide as twice the halves at its ends."""
    size = distance(start, end) or 1
    across = ((start[1] - end[1]) / size, (end[0] - start[0]) / size)
    ends = ((start, half_start), (end, half_end))
    return hull([(x + s * half * across[0], y + s * half * across[1]) for (x, y), half in ends for s in (1, -1)])


def between(first: Point, second: Point, part: float) -> Point:
    """Go a part of the way from the first to the second."""
    return (first[0] + (second[0] - first[0]) * part, first[1] + (second[1] - first[1]) * part)


def spline(before: float, start: float, end: float, after: float, part: float) -> float:
    """Pass smoothly through start and end, as Catmull and Rom do, with their neighbours in mind."""
    linear = (end - before) * part
    square = (2 * before - 5 * start + 4 * end - after) * part**2
    cubic = (3 * start - before - 3 * end + after) * part**3
    return 0.5 * (2 * start + linear + square + cubic)


def curve(points: Sequence[Point], pieces: int = 14) -> list[Point]:
    """Draw a smooth line through points; two points make a straight one."""
    path = [points[0], *points, points[-1]]
    drawn = [
        (
            spline(path[i][0], path[i + 1][0], path[i + 2][0], path[i + 3][0], step / pieces),
            spline(path[i][1], path[i + 1][1], path[i + 2][1], path[i + 3][1], step / pieces),
        )
        for i in range(len(points) - 1)
        for step in range(pieces)
    ]
    return [*drawn, points[-1]]


def lengths_along(points: Sequence[Point]) -> list[float]:
    """Measure how far along a line each of its points is."""
    total = [0.0]
    for first, second in pairwise(points):
        total.append(total[-1] + distance(first, second))
    return total


def distance(first: Point, second: Point) -> float:
    """Measure between two points."""
    return float(((first[0] - second[0]) ** 2 + (first[1] - second[1]) ** 2) ** 0.5)
