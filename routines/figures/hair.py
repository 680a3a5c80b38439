"""Hair, headscarf, beard and glasses: what tells one head from another."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import cos, pi, sin

from routines.figures.palette import Look
from routines.figures.planar import Point, circle, hull
from routines.figures.shapes import Mark, Shape
from routines.figures.vectors import Vector

Place = Callable[[Vector], Point]

_BUN = (0, 7.4, -11.7)
_BUN_RADIUS = 4.7
_AFRO = (((0, 4.5, -2.5), 13.0), ((7, 1, -3), 8.5), ((-7, 1, -3), 8.5), ((0, -1, -7), 9.0))
_PONYTAIL = (((0, 4, -11.5), 2.6), ((0, 1, -15.5), 3.6), ((0, -6, -16.5), 3.2), ((0, -13, -14.5), 1.2))
_JAW = (((7.8, -2.0, 0.3), 1.3), ((6.0, -6.8, 2.6), 2.3), ((2.6, -9.8, 5.0), 2.9), ((0, -10.2, 6.0), 3.0))
_MOUSTACHE = ((3.4, -5.6, 7.4), (2.0, -4.4, 9.2), (-2.0, -4.4, 9.2), (-3.4, -5.6, 7.4))


def add_back_hair(shape: Shape, at: Place, look: Look) -> None:
    """Draw the hair that stands out from the skull."""
    if look.style == "bun":
        shape.add(circle(at(_BUN), _BUN_RADIUS), look.hair)
    elif look.style == "ponytail":
        flat = [circle(at(centre), radius) for centre, radius in _PONYTAIL]
        for first, second in pairwise(flat):
            shape.add(hull(first + second), look.hair)
    elif look.style == "afro":
        shape.add(hull([point for centre, radius in _AFRO for point in circle(at(centre), radius)]), look.hair)


def add_bun_edge(shape: Shape, at: Place) -> None:
    """Draw the edge of a bun that lies on the head as seen from behind."""
    edge = circle(at(_BUN), _BUN_RADIUS)
    shape.marks.append(Mark("face", [*edge, edge[0]]))


def add_beard(shape: Shape, at: Place, look: Look, sides: Sequence[int], *, moustache: bool) -> None:
    """Draw a beard along the sides of the jaw in view (+1 is the left), and a moustache."""
    jaws = [[circle(at((sign * x, y, z)), radius) for (x, y, z), radius in _JAW] for sign in sides]
    lip = [circle(at(centre), 0.9) for centre in _MOUSTACHE if centre[0] * sum(sides) >= 0] if moustache else []
    for row in (*jaws, lip):
        for first, second in pairwise(row):
            shape.add(hull(first + second), look.hair)


def add_glasses(shape: Shape, at: Place, eyes: dict[int, bool]) -> None:
    """Draw a round rim before each eye in view; +1 is the left eye."""
    for sign, visible in eyes.items():
        if visible:
            turns = [2 * pi * index / 16 for index in range(17)]
            rim = [
                at((sign * (3.7 + 2.7 * cos(turn)), 0.2 + 2.5 * sin(turn), 10.6 - 0.25 * cos(turn))) for turn in turns
            ]
            shape.marks.append(Mark("face", rim))
            shape.marks.append(Mark("face", [at((sign * 6.4, 0.6, 10.2)), at((sign * 9.2, 0.4, 1.5))]))
    if all(eyes.values()):
        shape.marks.append(Mark("face", [at((1.0, 0.6, 11)), at((-1.0, 0.6, 11))]))
