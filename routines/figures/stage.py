"""Sets a scene up as shapes and paints it: rug, wall, ghost, figure, glow, arrows, close-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from routines.figures.body import body_shapes
from routines.figures.camera import Camera
from routines.figures.painter import INK_WIDTH, Painter, View
from routines.figures.palette import CARD, CORAL, DIVIDER, FLOOR, INK, LOOKS, WHITE, shade
from routines.figures.planar import Point, distance
from routines.figures.pose import Pose
from routines.figures.props import Wall, prop_shapes
from routines.figures.scene import Anchor, Arrow, CameraData, Feel, Focus, Guide, Lens, Panel
from routines.figures.shapes import Shape
from routines.figures.skeleton import Skeleton, solve
from routines.figures.svg import Sheet, number
from routines.figures.vectors import Vector, add, scale

WIDTH, HEIGHT = 800, 600
_ROUNDING = 44
_EDGE, _GAP = 20, 10
_OFF_THE_FLOOR = 12.0
_TONES = {"coral": CORAL, "white": WHITE, "ink": INK}


@dataclass
class Stage:
    """One panel in one pose: its shapes from back to front."""

    panel: Panel
    camera: Camera
    skeleton: Skeleton
    back: list[Shape]
    front: list[Shape]

    def anchor(self, anchor: Anchor) -> Point:
        """Find a named joint with an offset, or a point in space, on the picture plane."""
        if isinstance(anchor[0], str):
            _, x, y, z = anchor
            return self.camera.flat(add(self.skeleton.joints[anchor[0]], (x, y, z)))
        x, y, z = anchor[-3:]
        return self.camera.flat((x, y, z))

    def bounds(self) -> tuple[float, float, float, float]:
        """Find the edges of figure and furniture in cm; walls go on for ever and do not count."""
        edges = [shape.bounds() for shape in self.front + self.back if shape.name != "wall"]
        return (
            min(edge[0] for edge in edges),
            min(edge[1] for edge in edges),
            max(edge[2] for edge in edges),
            max(edge[3] for edge in edges),
        )


def set_stage(panel: Panel, pose: Pose, view_from: CameraData | None = None) -> Stage:
    """Work out all shapes of a panel in one pose."""
    angle = view_from or panel.camera
    camera = Camera(angle.yaw, angle.pitch)
    skeleton = solve(pose)
    back: list[Shape] = []
    front = body_shapes(skeleton, camera, LOOKS[panel.look])
    for prop in panel.props:
        behind, among = prop_shapes(prop, camera, skeleton)
        back += behind
        front += among
    front = [shape for shape in front if _is_drawn(panel, shape.name)]
    for shape in front:
        shape.depth += panel.depth.get(shape.name, 0)
    return Stage(panel, camera, skeleton, back, sorted(front, key=lambda shape: shape.depth))


def _is_drawn(panel: Panel, name: str) -> bool:
    return name not in panel.without and (not panel.only or name in panel.only)


def illustrate(
    panels: Sequence[Panel],
    part: float | None = None,
    *,
    mirrored: bool = False,
    views: Sequence[View] = (),
) -> str:
    """Draw a picture as SVG text: the end pose, or for `part` 0 to 1 a frame on the way to it.

    `views` saves fitting the same panels again for every frame.
    """
    sheet = Sheet(WIDTH, HEIGHT)
    card = sheet.clip(f'<rect width="{WIDTH}" height="{HEIGHT}" rx="{_ROUNDING}"/>')
    sheet.put(f'<rect width="{WIDTH}" height="{HEIGHT}" rx="{_ROUNDING}" fill="{CARD}"/>')
    sheet.put(f'<g clip-path="url(#{card})">')
    for index, (panel, view) in enumerate(zip(panels, views or fit(panels), strict=True)):
        painter = Painter(sheet, view)
        stage = set_stage(panel, panel.pose(panel.shown if part is None else part))
        glow = 1 if part is None or panel.round else part
        _paint(painter, stage, ghost=panel.ghost and part is None, glow=glow)
        if panel.lens:
            _paint_lens(painter, stage, panel.lens)
        if index and panel.divided:
            x = number(_area(index, len(panels))[0] - _GAP / 2)
            style = f'stroke="{DIVIDER}" stroke-width="4" stroke-dasharray="1 14" stroke-linecap="round"'
            sheet.put(f'<path d="M{x} 60V{HEIGHT - 60}" {style}/>')
    sheet.put("</g>")
    return sheet.text(mirrored=mirrored)


def _area(index: int, count: int) -> tuple[float, float, float, float]:
    width = (WIDTH - 2 * _EDGE - _GAP * (count - 1)) / count
    return (_EDGE + index * (width + _GAP), 18, width, HEIGHT - 38)


def fit(panels: Sequence[Panel]) -> list[View]:
    """Fit every panel into its place, at one scale for all and on one floor line, or look where `focus` says."""
    count = len(panels)
    if focused := [_look_at(panel, panel.focus, i, count) for i, panel in enumerate(panels) if panel.focus]:
        return focused
    boxes = [_box(panel) for panel in panels]
    areas = [panel.area or _area(index, len(panels)) for index, panel in enumerate(panels)]
    size = min(
        min(area[2] / (box[2] - box[0]), area[3] / (box[3] - box[1]), panel.largest)
        for box, area, panel in zip(boxes, areas, panels, strict=True)
    )
    return [
        View(size, area[0] + area[2] / 2 - size * (box[0] + box[2]) / 2, area[1] + area[3] - size * box[3])
        for box, area in zip(boxes, areas, strict=True)
    ]


def _look_at(panel: Panel, focus: Focus, index: int, count: int) -> View:
    area = panel.area or ((0, 0, WIDTH, HEIGHT) if count == 1 else _area(index, count))
    size = area[2] / focus.width
    x, y = set_stage(panel, panel.pose(panel.shown)).anchor(focus.at)
    return View(size, area[0] + area[2] / 2 - size * x, area[1] + area[3] / 2 - size * y)


def _box(panel: Panel) -> tuple[float, float, float, float]:
    start, end = (set_stage(panel, panel.pose(part)).bounds() for part in (0, panel.shown))
    left, top, right, bottom = panel.margin
    return (
        min(start[0], end[0]) - left,
        min(start[1], end[1]) - top,
        max(start[2], end[2]) + right,
        max(start[3], end[3]) + bottom,
    )


def _disc(camera: Camera, centre: Vector, radius: float) -> list[Point]:
    turns = [2 * pi * index / 60 for index in range(60)]
    return [camera.flat(add(centre, (radius * cos(t), 0, radius * sin(t)))) for t in turns]


def _paint(painter: Painter, stage: Stage, *, ghost: bool, glow: float) -> None:
    panel, camera = stage.panel, stage.camera
    painter.fill(_disc(camera, panel.floor.at, panel.floor.radius), FLOOR)
    for shape in stage.back:
        painter.shape(shape)
    if any(isinstance(prop, Wall) for prop in panel.props):
        painter.shadow(stage.front, (-9, 5))
    _paint_footing(painter, stage)
    if ghost:
        view_from = CameraData(yaw=camera.yaw, pitch=camera.pitch)
        painter.ghost(set_stage(panel, panel.pose(0), view_from).front)
    for shape in stage.front:
        painter.shape(shape)
        _paint_feel(painter, stage, shape, panel.feel, glow)
    _paint_signs(painter, stage, panel.arrows, panel.guides)


def _paint_footing(painter: Painter, stage: Stage) -> None:
    for side in ("left", "right"):
        ankle, ahead = stage.skeleton.joints[f"ankle_{side}"], stage.skeleton.directions[f"foot_{side}"]
        if ankle[1] < _OFF_THE_FLOOR:
            middle = add((ankle[0], 0.1, ankle[2]), scale((ahead[0], 0, ahead[2]), 7))
            painter.fill(_disc(stage.camera, middle, 13), shade(FLOOR, -0.22), 0.55)


def _paint_feel(painter: Painter, stage: Stage, shape: Shape, feel: Sequence[Feel], glow: float) -> None:
    for each in feel:
        if each.part == shape.name:
            painter.glow(shape, stage.anchor(each.at), each.radii, each.strength * glow)


def _paint_signs(painter: Painter, stage: Stage, arrows: Sequence[Arrow], guides: Sequence[Guide]) -> None:
    for guide in guides:
        points = [stage.anchor(point) for point in guide.points]
        painter.guide(points, _TONES[guide.tone], guide.width, guide.dash)
    for arrow in arrows:
        painter.arrow([stage.anchor(point) for point in arrow.points], arrow.width)


def _paint_lens(painter: Painter, stage: Stage, lens: Lens) -> None:
    """Draw part of the scene again, larger and perhaps from another side, and show where it belongs."""
    sheet, view, (x, y) = painter.sheet, painter.view, lens.centre
    close = set_stage(stage.panel, stage.panel.pose(stage.panel.shown), lens.camera)
    close.panel = close.panel.model_copy(
        update={
            "arrows": lens.arrows,
            "guides": lens.guides,
            "feel": close.panel.feel if lens.feel is None else lens.feel,
        }
    )
    zoom = lens.size / lens.radius
    target = close.anchor(lens.at)
    inside = Painter(sheet, View(zoom, x - zoom * target[0], y - zoom * target[1]), INK_WIDTH * 1.15)
    _paint_tether(painter, view.place(stage.anchor(lens.at)), lens)
    circle = f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(lens.size)}"'
    clip = sheet.clip(f"{circle}/>")
    sheet.put(f'{circle} fill="{shade(CARD, 0.25)}"/><g clip-path="url(#{clip})">')
    _paint(inside, close, ghost=lens.ghost, glow=1)
    rim = f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(lens.size + 6)}"'
    sheet.put(f'</g>{circle} fill="none" stroke="{WHITE}" stroke-width="12"/>')
    sheet.put(f'{rim} fill="none" stroke="{INK}" stroke-width="4"/>')


def _paint_tether(painter: Painter, spot: Point, lens: Lens) -> None:
    (x, y), radius = lens.centre, lens.radius * painter.view.scale
    size = distance((x, y), spot) or 1
    across, down = (x - spot[0]) / size, (y - spot[1]) / size
    dots = f'fill="none" stroke="{INK}" stroke-width="3" stroke-dasharray="1 9" stroke-linecap="round"'
    start, end = (
        (spot[0] + across * radius, spot[1] + down * radius),
        (x - across * lens.size, y - down * lens.size),
    )
    ring = f'cx="{number(spot[0])}" cy="{number(spot[1])}" r="{number(radius)}"'
    painter.sheet.put(f"<circle {ring} {dots}/>")
    line = f"M{number(start[0])} {number(start[1])}L{number(end[0])} {number(end[1])}"
    painter.sheet.put(f'<path d="{line}" {dots}/>')
