"""Arms and hands of the figure."""

from routines.figures.camera import Camera
from routines.figures.palette import Look
from routines.figures.planar import Point, circle, hull, strip
from routines.figures.pose import SIDES
from routines.figures.shapes import Shape, balls_along
from routines.figures.skeleton import Skeleton
from routines.figures.vectors import Vector, add, dot, mix, rotate, scale, subtract, unit

LIMB_GIRTH = 0.6
_JUST_BEFORE = 0.02
_ABOVE_ELBOW, _BELOW_ELBOW, _WRIST_PATCH = 0.22, 0.26, 0.16
_HEEL = 4.0
_ARM_BELOW = 0.25
_CHEST_IN_VIEW = 0.2


def arm(skeleton: Skeleton, camera: Camera, side: str, look: Look) -> list[Shape]:
    """Draw upper arm with sleeve, and forearm; the hand is a shape of its own."""
    shoulder, elbow, wrist = (skeleton.joints[f"{joint}_{side}"] for joint in ("shoulder", "elbow", "wrist"))
    depth = (camera.depth(elbow) + camera.depth(wrist) + camera.depth(shoulder) * 0.6) / 2.6
    girth = 1 + (look.girth - 1) * LIMB_GIRTH
    upper = Shape(f"arm_{side}", depth)
    upper.add_chain(camera, balls_along(shoulder, elbow, [(0.4, 4.7), (1, 4.2)], girth), look.skin)
    sleeve = [(0.0, 5.5), (0.25, 5.7), (0.56, 5.5)]
    upper.add_chain(camera, balls_along(shoulder, elbow, sleeve, girth), look.shirt)
    nearer = camera.depth(wrist) >= camera.depth(shoulder)
    lower = Shape(f"forearm_{side}", depth + (_JUST_BEFORE if nearer else -_JUST_BEFORE))
    lower.add_chain(camera, balls_along(elbow, wrist, [(0, 4.2), (0.3, 4.3), (0.9, 2.9), (1, 2.65)], girth), look.skin)
    heel = add(wrist, scale(skeleton.directions[f"hand_{side}"], _HEEL))
    lower.patch.append((_joint(camera, wrist, elbow, _WRIST_PATCH, (2.6, 2.75)), look.skin))
    lower.patch.append((strip(camera.flat(wrist), camera.flat(heel), 2.55, 2.3), look.skin))
    for shape, other, part in ((upper, wrist, _BELOW_ELBOW), (lower, shoulder, _ABOVE_ELBOW)):
        shape.patch.append((_joint(camera, elbow, other, part, (4.15 * girth, 4.2 * girth)), look.skin))
    _hide_shoulder_seam(upper, skeleton, camera, look, side)
    return [upper, lower]


def _joint(camera: Camera, joint: Vector, other: Vector, part: float, radii: tuple[float, float]) -> list[Point]:
    """Find what covers the ink where one part of an arm goes over into the next."""
    start, end = camera.flat(joint), camera.flat(mix(joint, other, part))
    return hull(circle(start, radii[0]) + strip(start, end, *radii))


def _hide_shoulder_seam(shape: Shape, skeleton: Skeleton, camera: Camera, look: Look, side: str) -> None:
    shoulder, elbow = skeleton.joints[f"shoulder_{side}"], skeleton.joints[f"elbow_{side}"]
    chest = skeleton.frames["chest"]
    sign = dict(SIDES)["left" if side == "left" else "right"]
    inside = add(shoulder, rotate(chest, (-sign * 7.5, -1.5, 0)))
    top = circle(camera.flat(mix(shoulder, elbow, 0.03)), 5.1)
    shape.patch.append((hull(top + circle(camera.flat(inside), 4.6)), look.shirt))
    hangs = dot(unit(subtract(elbow, shoulder)), rotate(chest, (0, 1, 0))) < _ARM_BELOW
    if hangs and camera.seen(rotate(chest, (0, 0, 1)))[2] > _CHEST_IN_VIEW:
        shape.patch.append((_yoke(skeleton, camera, shoulder, sign), look.shirt))


def _yoke(skeleton: Skeleton, camera: Camera, shoulder: Vector, sign: int) -> list[Point]:
    chest = skeleton.frames["chest"]
    towards_neck = add(mix(shoulder, skeleton.joints["nape"], 0.42), rotate(chest, (0, -0.9, 0.4)))
    towards_chest = add(shoulder, rotate(chest, (-sign * 6, -3, 0)))
    return hull(
        circle(camera.flat(shoulder), 5.5)
        + circle(camera.flat(towards_neck), 5.2)
        + circle(camera.flat(towards_chest), 4.8)
    )


def laced_fingers(skeleton: Skeleton, camera: Camera, look: Look) -> Shape:
    """Draw eight fingers that cross behind the head, right and left by turns."""
    middle = mix(skeleton.joints["palm_left"], skeleton.joints["palm_right"], 0.5)
    backwards = rotate(skeleton.frames["head"], (0, 0, -1))
    shape = Shape("fingers", camera.depth(add(middle, scale(backwards, 6))) + 4, solid=True)
    for row in range(8):
        sign = 1 if row % 2 else -1
        height = 5.6 - row * 1.6
        ends = ((6.0, -0.7, 0), (1.2, 0, -2.2), (-3.6, 0.5, -1.0))
        places = [_behind_head(skeleton, middle, (sign * x, height + rise, z)) for x, rise, z in ends]
        points = [circle(camera.flat(place), 1.3) for place in places]
        shape.add(hull([corner for each in points for corner in each]), look.skin)
    return shape


def _behind_head(skeleton: Skeleton, middle: Vector, offset: Vector) -> Vector:
    return add(middle, rotate(skeleton.frames["head"], offset))
