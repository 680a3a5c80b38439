"""Hands: a palm and five jointed digits, with one outline round all and thinner lines between them."""

from math import cos, radians, sin

from routines.figures.camera import Camera
from routines.figures.palette import Look, shade
from routines.figures.planar import Point, circle, hull, strip
from routines.figures.shapes import Ball, Mark, Shape
from routines.figures.skeleton import Skeleton
from routines.figures.vectors import Vector, add, mix, scale, square_to, unit

# Knuckles and palm corners: forward from the wrist, towards the thumb, out of the palm, radius; in cm.
_PALM = (
    (0.2, 0.8, 0, 1.7),
    (0.2, -0.8, 0, 1.7),
    (3.4, -2.3, 0.5, 1.7),
    (8.9, 2.9, 0, 1.35),
    (9.2, 1.0, 0, 1.3),
    (7.9, -3.0, 0, 1.2),
)
# Knuckle (forward, towards the thumb), bone lengths, share of the spread.
_FINGERS = {
    "index": ((8.9, 2.9), (4.3, 2.7, 2.2), 1.5),
    "middle": ((9.3, 1.0), (4.8, 3.1, 2.3), 0.4),
    "ring": ((8.9, -1.0), (4.4, 2.9, 2.3), -0.7),
    "little": ((7.9, -2.9), (3.4, 2.2, 2.0), -1.8),
}
_FINGER_RADII = (1.3, 1.2, 1.1, 0.92)
_THUMB_BASE, _THUMB_BONES, _THUMB_RADII = (2.6, 1.9, 0.8), (3.9, 3.1, 2.5), (1.9, 1.55, 1.35, 1.08)
_THUMB_LIFT = 18.0
_FOLDED = 45.0
_NAIL_IN_VIEW, _PALM_IN_VIEW = 0.35, 0.55
_CREASES = (
    ((3.0, 0.1), (5.2, 1.0), (7.0, 3.2)),
    ((5.6, -3.2), (6.4, -0.8), (7.4, 2.6)),
    ((6.9, -3.4), (8.0, -1.0), (8.4, 1.0)),
)


def hand(skeleton: Skeleton, camera: Camera, side: str, look: Look) -> Shape:
    """Draw one hand, its digits in front of or behind the palm as they are bent."""
    return _Hand(skeleton, camera, side, look).shape()


class _Hand:
    def __init__(self, skeleton: Skeleton, camera: Camera, side: str, look: Look) -> None:
        self._camera, self._look = camera, look
        self._grip = skeleton.grips[side]
        self._wrist, self._elbow = (skeleton.joints[f"{joint}_{side}"] for joint in ("wrist", "elbow"))
        self._ahead, self._across = skeleton.directions[f"hand_{side}"], skeleton.directions[f"thumb_{side}"]
        self._palmar = skeleton.directions[f"palm_{side}"]
        self._name = f"hand_{side}"
        self._bare = skeleton.laced

    def shape(self) -> Shape:
        middle = self._at(5, 0, 0)
        whole = Shape(self._name, self._camera.depth(middle))
        palm = self._palm(whole.depth)
        fingers = [] if self._bare else [self._finger(name, palm.depth) for name in _FINGERS]
        whole.layers = sorted([palm, *fingers, self._thumb()], key=lambda layer: layer.depth)
        cuff, heel, wrist = (
            self._camera.flat(spot) for spot in (mix(self._wrist, self._elbow, 0.16), self._at(2.0, 0, 0), self._wrist)
        )
        band = strip(cuff, wrist, 2.72, 2.6) + strip(wrist, heel, 2.6, 2.5)
        whole.patch = [(hull(band), self._look.skin)]
        return whole

    def _at(self, forward: float, sideways: float, out: float) -> Vector:
        parts = ((self._ahead, forward), (self._across, sideways), (self._palmar, out))
        return add(self._wrist, *(scale(axis, size) for axis, size in parts))

    def _ball(self, centre: Vector, radius: float) -> list[Point]:
        return circle(self._camera.flat(centre), radius)

    def _palm(self, depth: float) -> Shape:
        layer = Shape("palm", depth)
        corners = [self._ball(self._at(a, b, c), radius) for a, b, c, radius in _PALM]
        layer.add(hull([point for corner in corners for point in corner]), self._look.skin)
        if self._camera.seen(self._palmar)[2] > _PALM_IN_VIEW and self._grip.curl[0] < _FOLDED:
            for crease in _CREASES:
                layer.marks.append(Mark("fine", [self._camera.flat(self._at(a, b, 1.2)) for a, b in crease]))
        return layer

    def _finger(self, name: str, palm_depth: float) -> Shape:
        (forward, sideways), bones, share = _FINGERS[name]
        spread = radians(share * self._grip.spread)
        straight = add(scale(self._ahead, cos(spread)), scale(self._across, sin(spread)))
        points, bent = [self._at(forward, sideways, 0)], 0.0
        for bone, angle in zip(bones, self._grip.curl, strict=True):
            bent += radians(angle)
            along = add(scale(straight, cos(bent)), scale(self._palmar, sin(bent)))
            points.append(add(points[-1], scale(along, bone)))
        balls = list(zip(points, _FINGER_RADII, strict=True))
        layer = Shape(name, self._camera.depth(mix(points[1], points[3], 0.4)))
        layer.add_chain(self._camera, balls, self._look.skin)
        if self._grip.curl[0] < _FOLDED:
            layer.depth = max(layer.depth, palm_depth + 0.1)
            layer.patch.append((self._base(points[0], straight, -1.7, 1.15), self._look.skin))
        outward = add(scale(self._palmar, -cos(bent)), scale(straight, sin(bent)))
        self._add_nail(layer, balls, outward)
        return layer

    def _base(self, base: Vector, along: Vector, inwards: float, radius: float) -> list[Point]:
        """Find what covers the ink between a digit and the palm it grows from."""
        inside = add(base, scale(along, inwards))
        return hull(self._ball(add(base, scale(along, 0.4)), radius) + self._ball(inside, radius))

    def _thumb(self) -> Shape:
        out, lift = radians(self._grip.thumb_out), radians(_THUMB_LIFT + self._grip.thumb_curl * 0.5)
        flat = add(scale(self._ahead, cos(out)), scale(self._across, sin(out)))
        along = add(scale(flat, cos(lift)), scale(self._palmar, sin(lift)))
        inward = unit(square_to(add(scale(self._across, -1), scale(self._palmar, 0.25)), along))
        points = [self._at(*_THUMB_BASE)]
        bent, step = 0.0, along
        for bone in _THUMB_BONES:
            step = add(scale(along, cos(bent)), scale(inward, sin(bent)))
            points.append(add(points[-1], scale(step, bone)))
            bent += radians(self._grip.thumb_curl)
        balls = list(zip(points, _THUMB_RADII, strict=True))
        layer = Shape("thumb", self._camera.depth(points[2]))
        layer.add_chain(self._camera, balls, self._look.skin)
        root = self._ball(self._at(2.2, 0.2, 0.6), 1.9)
        layer.patch.append((hull(self._ball(points[0], 1.75) + root), self._look.skin))
        self._add_nail(layer, balls, scale(square_to(inward, step), -1))
        return layer

    def _add_nail(self, layer: Shape, balls: list[Ball], outward: Vector) -> None:
        outward = unit(outward)
        if self._camera.seen(outward)[2] < _NAIL_IN_VIEW:
            return
        (joint, _), (tip, radius) = balls[-2], balls[-1]
        spots = [add(mix(joint, tip, part), scale(outward, radius * 0.75)) for part in (0.72, 1.12)]
        nail = hull(self._ball(spots[0], radius * 0.58) + self._ball(spots[1], radius * 0.5))
        layer.fine.append((nail, shade(self._look.skin, 0.35)))
