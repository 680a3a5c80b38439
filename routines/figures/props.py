"""What a figure uses: block, strap and wall; furniture is a module of its own."""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, pi, sin
from typing import Annotated, Literal

from pydantic import Field

from routines.figures.camera import Camera
from routines.figures.furniture import Furniture, box, furniture_shapes
from routines.figures.palette import FURNITURE, INK, SKIRTING, WALL, YELLOW
from routines.figures.planar import Point, hull
from routines.figures.pose import PoseData
from routines.figures.shapes import Shape
from routines.figures.skeleton import Skeleton
from routines.figures.vectors import Vector, add, cross, dot, mix, scale, square_to, subtract, unit


class Wall(PoseData):
    """A wall behind the figure at depth `z`, from `left` to `right`."""

    type: Literal["wall"]
    z: float = -12
    left: float = -300
    right: float = 62


class Block(PoseData):
    """A block between the thighs, `part` of the way from hip to knee."""

    type: Literal["block"]
    part: float = 0.9
    width: float = 16
    height: float = 12
    length: float = 15


class Strap(PoseData):
    """A strap round both thighs, `part` of the way from hip to knee."""

    type: Literal["strap"]
    part: float = 0.66
    width: float = 7


Prop = Annotated[Furniture | Wall | Block | Strap, Field(discriminator="type")]


def prop_shapes(prop: Prop, camera: Camera, skeleton: Skeleton) -> tuple[list[Shape], list[Shape]]:
    """Draw a prop: what is behind everything, and what takes its place among the limbs."""
    if isinstance(prop, Wall):
        return _wall(camera, prop), []
    if isinstance(prop, Block):
        return [], [_block(camera, prop, skeleton)]
    if isinstance(prop, Strap):
        return [], _strap(camera, prop, skeleton)
    return furniture_shapes(prop, camera)


def _wall(camera: Camera, wall: Wall) -> list[Shape]:
    middle, width, height = (wall.left + wall.right) / 2, wall.right - wall.left, 300
    face = box("wall", camera, (middle, height / 2, wall.z - 4), (width, height, 8), WALL)
    skirting = box("wall", camera, (middle, 4.5, wall.z + 0.6), (width, 9, 1.2), SKIRTING)
    face.line = skirting.line = 0.45
    return [face, skirting]


def _on_thigh(skeleton: Skeleton, side: str, part: float) -> Vector:
    return mix(skeleton.joints[f"hip_{side}"], skeleton.joints[f"knee_{side}"], part)


def _block(camera: Camera, block: Block, skeleton: Skeleton) -> Shape:
    left, right = (_on_thigh(skeleton, side, block.part) for side in ("left", "right"))
    size = (block.width, block.height, block.length)
    shape = box("block", camera, mix(left, right, 0.5), size, YELLOW)
    # It stands between the knees, nearer to the eye than either thigh.
    shape.depth += 100
    return shape


def _strap(camera: Camera, strap: Strap, skeleton: Skeleton) -> list[Shape]:
    left, right = (_on_thigh(skeleton, side, strap.part) for side in ("left", "right"))
    forward = unit(
        add(
            subtract(skeleton.joints["knee_left"], skeleton.joints["hip_left"]),
            subtract(skeleton.joints["knee_right"], skeleton.joints["hip_right"]),
        )
    )
    across = unit(square_to(subtract(left, right), forward))
    upward = cross(forward, across)
    half = dot(subtract(left, right), across) / 2
    loop = [add(mix(left, right, 0.5), scale(across, x), scale(upward, y)) for x, y in _round_both(half, 7.6)]
    shape = Shape("strap", 100, line=0.7)
    for first, second in pairwise([*loop, loop[0]]):
        outward = unit(cross(subtract(second, first), forward))
        # The part that runs under the thighs is left out: in front of the seat it reads as its edge.
        if camera.seen(outward)[2] > 0:
            shape.add(_band(camera, (first, second), scale(forward, strap.width / 2)), YELLOW)
    return [shape, _buckle(camera, mix(left, right, 0.5), across, upward, forward)]


def _round_both(half: float, radius: float) -> list[Point]:
    turns = [2 * pi * index / 40 for index in range(40)]
    return hull([(side * half + radius * cos(t), radius * sin(t)) for side in (1, -1) for t in turns])


def _band(camera: Camera, edge: Sequence[Vector], half_width: Vector) -> list[Point]:
    corners = [subtract(edge[0], half_width), subtract(edge[1], half_width)]
    corners += [add(edge[1], half_width), add(edge[0], half_width)]
    return hull([camera.flat(corner) for corner in corners])


def _buckle(camera: Camera, centre: Vector, across: Vector, upward: Vector, forward: Vector) -> Shape:
    top = add(centre, scale(upward, 7.8))
    shape = Shape("buckle", 101, line=0.7)
    corners = [(-3.4, -3.8), (3.4, -3.8), (3.4, 3.8), (-3.4, 3.8)]
    shape.add([camera.flat(add(top, scale(across, x), scale(forward, y))) for x, y in corners], FURNITURE)
    inner = [camera.flat(add(top, scale(across, x / 2.2), scale(forward, y / 2.2))) for x, y in corners]
    shape.add(inner, INK)
    return shape
