"""Trunk and legs of the figure, and the order in which its parts cover each other."""

from dataclasses import replace
from itertools import pairwise

from routines.figures.arms import LIMB_GIRTH, arm, laced_fingers
from routines.figures.camera import Camera
from routines.figures.hands import hand
from routines.figures.head import head, neck
from routines.figures.palette import Look, shade
from routines.figures.planar import circle, hull
from routines.figures.pose import SIDES
from routines.figures.shapes import Ring, Shape, balls_along, loft, ring
from routines.figures.skeleton import Skeleton
from routines.figures.vectors import (
    Vector,
    add,
    dot,
    length,
    mix,
    rotate,
    scale,
    square_to,
    subtract,
    unit,
)

_PELVIS_RINGS = ((-8, 11.5, 8.6), (-3, 15.2, 10.6), (3, 15.2, 10.6), (8, 14.4, 10.2))
_SHIRT_RINGS = (
    ("pelvis", "pelvis", (0, 1.5, -0.4), 15.6, 11.0),
    ("waist", "waist", (0, 0, 0.3), 14.5, 10.4),
    ("waist", "waist", (0, 7, 0.6), 13.8, 10.0),
    ("ribs", "chest", (0, 4, 0.3), 14.6, 10.7),
    ("ribs", "chest", (0, 12, 0.2), 15.4, 11.4),
    ("ribs", "chest", (0, 19, -0.4), 15.2, 10.6),
    ("ribs", "chest", (0, 24.5, -0.6), 13.2, 8.6),
)
_FAR_SIDE = -4.0
_FAR_TONE = -0.13
_STRAIGHT_LEG = 0.72
_FLAT_FOOT = 0.2
_TOWARDS_EYE, _LIFTED = 0.6, 0.36
_JUST_BEFORE = 0.02


def body_shapes(skeleton: Skeleton, camera: Camera, look: Look) -> list[Shape]:
    """Draw all parts of the figure; the caller sorts them by depth."""
    pelvis = _pelvis(skeleton, camera, look)
    legs = [_leg(skeleton, camera, look, side) for side, _ in SIDES]
    pelvis.depth = min(pelvis.depth, *(leg.depth - 0.2 for leg in legs))
    arms = [arm(skeleton, camera, side, _tones(skeleton, camera, look, ("elbow", "wrist"), side)) for side, _ in SIDES]
    hands = [
        hand(skeleton, camera, side, _tones(skeleton, camera, look, ("elbow", "wrist"), side)) for side, _ in SIDES
    ]
    _keep_hands_near_arms(arms, hands)
    head_parts = [neck(skeleton, camera, look), head(skeleton, camera, look)]
    _keep_head_in_front(skeleton, arms, head_parts)
    fingers = [laced_fingers(skeleton, camera, look)] if skeleton.laced else []
    lower = [part for pair in arms for part in pair]
    shirt = [_shirt(skeleton, camera, look), *_belly(skeleton, camera, look, legs)]
    return [pelvis, *legs, *shirt, *lower, *hands, *head_parts, *fingers]


def _tones(skeleton: Skeleton, camera: Camera, look: Look, joints: tuple[str, ...], side: str) -> Look:
    """Darken a limb that is farther from the eye than the pelvis."""
    middle = camera.level_depth(skeleton.joints["pelvis"])
    depths = [camera.level_depth(skeleton.joints[f"{joint}_{side}"]) for joint in joints]
    if sum(depths) / len(depths) - middle >= _FAR_SIDE:
        return look
    skin, shirt, legs, shoe = (shade(tone, _FAR_TONE) for tone in (look.skin, look.shirt, look.legs, look.shoe))
    return replace(look, skin=skin, shirt=shirt, legs=legs, shoe=shoe)


def _pelvis(skeleton: Skeleton, camera: Camera, look: Look) -> Shape:
    shape = Shape("pelvis", camera.depth(skeleton.joints["pelvis"]) - 3)
    turn, girth = skeleton.frames["pelvis"], look.girth
    rings = [
        ring(turn, skeleton.place("pelvis", "pelvis", (0, height, -0.6)), width * girth, depth * girth)
        for height, width, depth in _PELVIS_RINGS
    ]
    for first, second in pairwise(loft(camera, rings)):
        shape.add(hull(first + second), look.legs)
    return shape


def _leg(skeleton: Skeleton, camera: Camera, look: Look, side: str) -> Shape:
    hip, knee, ankle = (skeleton.joints[f"{joint}_{side}"] for joint in ("hip", "knee", "ankle"))
    depth = (camera.depth(knee) + camera.depth(ankle) + camera.depth(hip) / 2) / 2.5
    shape = Shape(f"leg_{side}", depth)
    tones = _tones(skeleton, camera, look, ("knee", "ankle"), side)
    _add_foot(shape, skeleton, camera, tones, side)
    girth = 1 + (look.girth - 1) * LIMB_GIRTH
    shin = [(0, 6.3), (0.28, 6.1), (0.62, 5.1), (0.88, 4.9)]
    shape.add_chain(camera, balls_along(knee, ankle, shin, girth), tones.legs)
    thigh = [(0.02, 9.0), (0.35, 8.4), (0.75, 6.8), (1.0, 6.3)]
    shape.add_chain(camera, balls_along(hip, knee, thigh, girth), tones.legs)
    down = -dot(unit(subtract(knee, hip)), rotate(skeleton.frames["pelvis"], (0, 1, 0)))
    if down > _STRAIGHT_LEG:
        _hide_hip_seam(shape, skeleton, camera, tones, side)
    return shape


def _hide_hip_seam(shape: Shape, skeleton: Skeleton, camera: Camera, look: Look, side: str) -> None:
    hip, knee = skeleton.joints[f"hip_{side}"], skeleton.joints[f"knee_{side}"]
    sign = dict(SIDES)["left" if side == "left" else "right"]
    inside = camera.flat(skeleton.place("pelvis", "pelvis", (sign * 5, 2, 0)))
    crotch = circle(camera.flat(skeleton.place("pelvis", "pelvis", (0, -3.6, 0))), 4.2)
    shape.patch.append((hull(crotch + circle(inside, 6)), look.legs))
    shape.patch.append((hull(circle(camera.flat(mix(hip, knee, 0.08)), 8) + circle(inside, 9.2)), look.legs))


def _add_foot(shape: Shape, skeleton: Skeleton, camera: Camera, look: Look, side: str) -> None:
    knee, ankle = skeleton.joints[f"knee_{side}"], skeleton.joints[f"ankle_{side}"]
    ahead = skeleton.directions[f"foot_{side}"]
    up = unit(subtract(knee, ankle))
    sole = square_to((0, -1, 0), ahead)
    sole = unit(sole) if length(sole) > _FLAT_FOOT else unit(square_to(scale(up, -1), ahead))

    def at(forward: float, below: float) -> Vector:
        return add(ankle, scale(ahead, forward), scale(sole, below))

    tip = add(at(11, 3.9), scale(skeleton.directions[f"toes_{side}"], 5))
    shape.add_chain(camera, [(add(ankle, scale(up, 7)), 4.0), (ankle, 3.7)], look.skin)
    shape.add_chain(camera, [(at(-3, 3.1), 3.9), (at(11, 3.7), 3.3), (tip, 2.9)], look.shoe)
    shape.add_chain(camera, [(at(0, 0.4), 4.2), (at(5, 1.5), 3.5), (at(11, 3.7), 3.3)], look.shoe)


def _shirt_rings(skeleton: Skeleton, look: Look) -> list[Ring]:
    return [
        ring(skeleton.frames[frame], skeleton.place(joint, frame, offset), width * look.girth, depth * look.girth)
        for joint, frame, offset, width, depth in _SHIRT_RINGS
    ]


def _shirt(skeleton: Skeleton, camera: Camera, look: Look) -> Shape:
    joints, frames = skeleton.joints, skeleton.frames
    shape = Shape("torso", camera.depth(mix(joints["pelvis"], joints["nape"], 0.5)))
    flat = loft(camera, _shirt_rings(skeleton, look))
    for first, second in pairwise(flat):
        shape.add(hull(first + second), look.shirt)
    collar_ring = ring(frames["chest"], skeleton.place("nape", "chest", (0, 0.2, 0.6)), 6.3, 5.6)
    collar = [camera.flat(point) for point in collar_ring]
    for side, _ in SIDES:
        shoulder = camera.flat(joints[f"shoulder_{side}"])
        shape.add(hull(circle(shoulder, 5.6) + flat[-1] + flat[-5]), look.shirt)
        shape.add(hull(collar + circle(shoulder, 5.5) + flat[-1]), look.shirt)
    return shape


def _belly(skeleton: Skeleton, camera: Camera, look: Look, legs: list[Shape]) -> list[Shape]:
    """Draw the hem of the shirt again over thighs that come towards the eye: it hangs in front of where they begin."""
    thighs = [unit(subtract(skeleton.joints[f"knee_{side}"], skeleton.joints[f"hip_{side}"])) for side, _ in SIDES]
    if any(camera.seen(thigh)[2] < _TOWARDS_EYE or thigh[1] > _LIFTED for thigh in thighs):
        return []
    shape = Shape("belly", max(leg.depth for leg in legs) + _JUST_BEFORE)
    flat = loft(camera, _shirt_rings(skeleton, look)[:4])
    for first, second in pairwise(flat[:9]):
        shape.add(hull(first + second), look.shirt)
    shape.patch.append((hull(flat[6] + flat[10]), look.shirt))
    return [shape]


def _keep_hands_near_arms(arms: list[list[Shape]], hands: list[Shape]) -> None:
    """Let a hand be just before or just behind its forearm, unless a pose file moves it."""
    for (_, forearm), hand_shape in zip(arms, hands, strict=True):
        before = hand_shape.depth >= forearm.depth - 2
        hand_shape.depth = forearm.depth + (0.05 if before else -0.05)


def _keep_head_in_front(skeleton: Skeleton, arms: list[list[Shape]], head_parts: list[Shape]) -> None:
    """Let a hanging arm never cover neck or head, whatever its depth says."""
    neck_shape, head_shape = head_parts
    for (shape, _), (side, _) in zip(arms, SIDES, strict=True):
        shoulder = skeleton.joints[f"shoulder_{side}"][1] - 4
        if all(skeleton.joints[f"{joint}_{side}"][1] < shoulder for joint in ("elbow", "wrist")):
            neck_shape.depth = max(neck_shape.depth, shape.depth + 0.2)
            head_shape.depth = max(head_shape.depth, neck_shape.depth + 0.1)
