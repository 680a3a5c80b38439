"""What figures sit on and stand at: chair, wheelchair, desk, door frame, window and boxes."""

from math import cos, pi, sin
from typing import Annotated, Literal

from pydantic import Field

from routines.figures.camera import Camera
from routines.figures.palette import FURNITURE, FURNITURE_DARK, INK, SKY, TREE, TYRE, WALL, WHITE, YELLOW, shade
from routines.figures.planar import circle
from routines.figures.pose import PoseData
from routines.figures.shapes import Ball, Shape
from routines.figures.vectors import Vector, add, dot, scale

_AXES: tuple[tuple[Vector, Vector, Vector], ...] = (
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ((0, 1, 0), (1, 0, 0), (0, 0, 1)),
    ((0, 0, 1), (1, 0, 0), (0, 1, 0)),
)
_TOP_TONE, _SIDE_TONE = 0.28, -0.12


class Chair(PoseData):
    """A chair with four legs, and no wheels on purpose; `at` is the floor under the seat.

    `turned` is how far it faces to the figure's left, in degrees.
    """

    type: Literal["chair"]
    at: Vector = (0, 0, 0)
    seat: float = 45
    back: bool = True
    turned: Literal[0, 90, 180, 270] = 0


class Wheelchair(PoseData):
    """A manual wheelchair with the seat where a chair has it; its near wheel stands before the figure."""

    type: Literal["wheelchair"]
    seat: float = 45


class Desk(PoseData):
    """A desk top on two legs; `at` is the floor under its middle, sizes in cm."""

    type: Literal["desk"]
    at: Vector = (0, 0, 62)
    size: tuple[float, float] = (120, 55)
    height: float = 71


class Doorway(PoseData):
    """A door frame at depth `z`, drawn behind the figure or, for `before`, in front of it."""

    type: Literal["doorway"]
    z: float = 0
    width: float = 92
    height: float = 205
    before: bool = False


class Slab(PoseData):
    """A box of any size: a wall seen from its edge, a step, a screen."""

    type: Literal["slab"]
    name: str = "slab"
    at: Vector
    size: Vector
    colour: Literal["furniture", "dark", "wall", "yellow", "ink"] = "wall"
    before: bool = False


class Window(PoseData):
    """A window with a far tree in it, on a wall that faces along x (`facing` -1 or 1)."""

    type: Literal["window"]
    at: Vector
    size: tuple[float, float] = (90, 80)


Furniture = Annotated[Chair | Wheelchair | Desk | Doorway | Slab | Window, Field(discriminator="type")]

_COLOURS = {"furniture": FURNITURE, "dark": FURNITURE_DARK, "wall": WALL, "yellow": YELLOW, "ink": INK}
_TUBE = 1.5
_NEAR_WHEEL = 60.0
_WHEEL, _CASTER = 29.0, 8.0


def furniture_shapes(item: Furniture, camera: Camera) -> tuple[list[Shape], list[Shape]]:
    """Draw a piece: what is behind everything, and what takes its place among the limbs."""
    if isinstance(item, Chair):
        return _chair(camera, item), []
    if isinstance(item, Wheelchair):
        return _wheelchair(camera, item)
    if isinstance(item, Desk):
        return [], _desk(camera, item)
    if isinstance(item, Doorway):
        frame = _doorway(camera, item)
        return ([], frame) if item.before else (frame, [])
    if isinstance(item, Slab):
        slab = box(item.name, camera, item.at, item.size, _COLOURS[item.colour])
        return ([], [slab]) if item.before else ([slab], [])
    return _window(camera, item), []


def box(name: str, camera: Camera, centre: Vector, size: Vector, colour: str) -> Shape:
    """Draw the faces of a box that are in view, lighter on top and darker at the side."""
    shape = Shape(name, camera.depth(centre), solid=True, line=0.72)
    for normal, first, second in _AXES:
        half = dot(normal, size) / 2
        for sign in (1, -1):
            if camera.seen(scale(normal, sign))[2] <= 0:
                continue
            middle = add(centre, scale(normal, sign * half))
            u, v = (scale(axis, dot(axis, size) / 2) for axis in (first, second))
            corners = [add(middle, scale(u, i), scale(v, j)) for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            tone = _TOP_TONE * normal[1] + _SIDE_TONE * normal[0]
            shape.add([camera.flat(corner) for corner in corners], shade(colour, tone))
    return shape


def _chair(camera: Camera, chair: Chair) -> list[Shape]:
    seat = chair.seat
    pieces: list[tuple[Vector, Vector, str]] = [
        ((across, (seat - 4) / 2, along), (3.6, seat - 4, 3.6), FURNITURE_DARK)
        for across in (-18.5, 18.5)
        for along in (-17, 18)
    ]
    pieces.append(((0, seat - 2.5, 1), (43, 5, 43), FURNITURE))
    if chair.back:
        pieces += [((across, seat + 12, -19), (3.6, 30, 3), FURNITURE_DARK) for across in (-15, 15)]
        pieces.append(((0, seat + 35, -19.5), (40, 26, 4.2), FURNITURE))
    quarters = chair.turned // 90
    shapes = [
        box("chair", camera, add(chair.at, _quarter_turns(at, quarters)), _swapped(size, quarters), colour)
        for at, size, colour in pieces
    ]
    return sorted(shapes, key=lambda shape: shape.depth)


def _quarter_turns(at: Vector, quarters: int) -> Vector:
    for _ in range(quarters):
        at = (at[2], at[1], -at[0])
    return at


def _swapped(size: Vector, quarters: int) -> Vector:
    return (size[2], size[1], size[0]) if quarters % 2 else size


def _desk(camera: Camera, desk: Desk) -> list[Shape]:
    (x, _, z), (width, depth) = desk.at, desk.size
    legs = [
        box("desk_leg", camera, (x + across, desk.height / 2 - 2, z + along), (4, desk.height - 4, 4), FURNITURE_DARK)
        for across in (4 - width / 2, width / 2 - 4)
        for along in (4 - depth / 2, depth / 2 - 4)
    ]
    top = box("desk", camera, (x, desk.height - 2, z), (width, 4, depth), FURNITURE)
    return [*legs, top]


def _doorway(camera: Camera, door: Doorway) -> list[Shape]:
    half = door.width / 2
    posts = [
        box("door", camera, (side * (half + 5), door.height / 2, door.z), (10, door.height, 12), FURNITURE)
        for side in (-1, 1)
    ]
    lintel = box("door", camera, (0, door.height + 5, door.z), (door.width + 20, 10, 12), FURNITURE)
    return [*posts, lintel]  # which lies on both posts and hides their ends


def _wheelchair(camera: Camera, chair: Wheelchair) -> tuple[list[Shape], list[Shape]]:
    seat = chair.seat
    back = [
        _tube(camera, [(s * 19, seat - 3, -18), (s * 19, seat + 40, -21), (s * 19, seat + 41, -30)]) for s in (-1, 1)
    ]
    frame = [
        _tube(camera, [(s * 19, seat - 3, -18), (s * 19, seat - 3, 22), (s * 16, 10, 36), (s * 16, 5, 42)])
        for s in (-1, 1)
    ]
    sling = box("chair", camera, (0, seat + 24, -19.5), (38, 30, 3), FURNITURE_DARK)
    cushion = box("chair", camera, (0, seat - 2.5, 1), (40, 5, 42), FURNITURE)
    plates = [box("chair", camera, (s * 10.5, 3.5, 44), (14, 1.6, 20), FURNITURE_DARK) for s in (-1, 1)]
    casters = [_wheel(camera, (s * 18, _CASTER, 24), _CASTER, 1.5, spokes=0) for s in (-1, 1)]
    wheels = [_wheel(camera, (s * 24, _WHEEL, -6), _WHEEL, 1.5, spokes=12) for s in (-1, 1)]
    near = [wheel for s, wheel in zip((-1, 1), wheels, strict=True) if camera.seen((s, 0, 0))[2] > 0]
    for wheel in near:
        wheel.depth += _NEAR_WHEEL
    far = [wheel for wheel in wheels if wheel not in near]
    behind = sorted([*back, *frame, sling, cushion, *plates, *casters], key=lambda shape: shape.depth)
    return [*far, *behind], near


def _tube(camera: Camera, points: list[Vector]) -> Shape:
    shape = Shape("chair", camera.depth(points[0]), line=0.7)
    shape.add_chain(camera, [(point, _TUBE) for point in points], FURNITURE_DARK)
    return shape


def _wheel(camera: Camera, hub: Vector, radius: float, tyre: float, spokes: int) -> Shape:
    side = "left" if hub[0] > 0 else "right"
    shape = Shape(f"wheel_{side}", camera.depth(hub), line=0.55)
    for index in range(spokes):
        ends: list[Ball] = [(hub, 0.28), (_on_wheel(hub, radius, index / spokes), 0.28)]
        shape.add_chain(camera, ends, FURNITURE_DARK)
    shape.add_chain(camera, [(_on_wheel(hub, radius - tyre, index / 40), tyre) for index in range(41)], TYRE)
    if spokes:
        rim = add(hub, (2.2 if hub[0] > 0 else -2.2, 0, 0))
        shape.add_chain(camera, [(_on_wheel(rim, radius - 4.5, index / 40), 0.7) for index in range(41)], FURNITURE)
    shape.add(circle(camera.flat(hub), 3 if spokes else 2), FURNITURE)
    return shape


def _on_wheel(hub: Vector, radius: float, part: float) -> Vector:
    return add(hub, (0, radius * cos(2 * pi * part), radius * sin(2 * pi * part)))


def _window(camera: Camera, window: Window) -> list[Shape]:
    (x, y, z), (width, height) = window.at, window.size
    frame = box("window", camera, (x, y, z), (4, height, width), WHITE)
    side = -4 if camera.seen((-1, 0, 0))[2] > 0 else 4

    def pane(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        return [camera.flat((x + side, y + up, z + along)) for along, up in corners]

    half, tall = width / 2 - 4, height / 2 - 4
    view = Shape("window", frame.depth + 1, solid=True, line=0.5)
    view.add(pane(-half, tall, half, -tall), SKY)
    view.add(pane(-half, -tall * 0.45, half, -tall), shade(TREE, 0.3))
    tree = Shape("window", frame.depth + 2, line=0.4)
    for along, up, radius in ((2, -6, 7.5), (-4, -10, 6), (8, -10, 6)):
        tree.add(circle(camera.flat((x + side, y + up, z + along)), radius), TREE)
    trunk = Shape("window", frame.depth + 1.5, solid=True, line=0.4)
    trunk.add(pane(0.8, -12, 3.2, -tall * 0.6), TYRE)
    return [frame, view, trunk, tree]
