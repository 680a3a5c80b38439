"""Head and neck: an egg with a face on its front, right from every side."""

from math import cos, pi, sin

from routines.figures.camera import Camera
from routines.figures.hair import add_back_hair, add_beard, add_bun_edge, add_glasses
from routines.figures.palette import Look, shade
from routines.figures.planar import Point, circle, hull
from routines.figures.shapes import Mark, Shape
from routines.figures.skeleton import Skeleton
from routines.figures.vectors import Vector, dot, mix, rotate, unit

_WIDTH, _HEIGHT, _DEPTH = 9.4, 12.0, 10.8
_STEPS = [pi * step / 20 for step in range(40)]
_SPHERE: tuple[Vector, ...] = tuple(
    (sin(down) * cos(around), cos(down), sin(down) * sin(around)) for down in _STEPS[:21] for around in _STEPS
)
_FACE_DIRECTION = unit((0, -0.62, 0.78))
_FACE_EDGE = 0.02
_SCARF_EDGE = 0.3
_HAIRLINE = (-0.25, 0.55)
_FROM_BEHIND = -0.6
_OPENING, _COLLAR = (7.8, 5.7), (8.7, 6.5)
_JUST_BEHIND = 1.0
_NECK_TONE = -0.07
_PROFILE = (-0.4, 0.90)
_FEATURE_VISIBLE, _EYE_VISIBLE = 0.10, 0.24
_EAR_VISIBLE, _EAR_IN_FRONT = -0.45, 0.25


def neck(skeleton: Skeleton, camera: Camera, look: Look) -> Shape:
    """Draw the neck."""
    joints = skeleton.joints
    shape = Shape("neck", camera.depth(joints["neck"]) + 1)
    balls = [
        (skeleton.place("nape", "chest", (0, -3.0, 2.0)), 7.6),
        (mix(joints["neck"], joints["skull"], 0.55), 4.9),
        (skeleton.place("skull", "head", (0, 2, 0.2)), 5.1),
    ]
    if look.style == "scarf":
        balls = [(centre, radius + 1.3) for centre, radius in balls]
        balls[0] = (balls[0][0], 7.6)
        shape.add_chain(camera, balls, look.hair)
        return shape
    middle = circle(camera.flat(balls[1][0]), balls[1][1])
    shape.add(hull(_neckline(skeleton, camera, _COLLAR)), shade(look.shirt, -0.12))
    shape.add(hull(middle + _neckline(skeleton, camera, _OPENING)), shade(look.skin, _NECK_TONE))
    shape.add_chain(camera, balls[1:], shade(look.skin, _NECK_TONE))
    return shape


def _neckline(skeleton: Skeleton, camera: Camera, radii: tuple[float, float]) -> list[Point]:
    """Find the nearer half of the opening of a shirt, which lies lower in front than behind."""
    turns = [pi * step / 20 for step in range(40)]
    wide, deep = radii
    ring = [(wide * cos(turn), -1.0 - 0.24 * deep * sin(turn), 0.9 + deep * sin(turn)) for turn in turns]
    points = [skeleton.place("nape", "chest", offset) for offset in ring]
    middle = camera.depth(skeleton.place("nape", "chest", (0, -1.0, 0.9)))
    return [camera.flat(point) for point in points if camera.depth(point) >= middle - _JUST_BEHIND]


def head(skeleton: Skeleton, camera: Camera, look: Look) -> Shape:
    """Draw hair, face, ears and features as far as they are in view."""
    drawing = _Head(skeleton, camera, look)
    drawing.add_hair_and_face()
    drawing.add_features()
    return drawing.shape


class _Head:
    def __init__(self, skeleton: Skeleton, camera: Camera, look: Look) -> None:
        self._skeleton, self._camera, self._look = skeleton, camera, look
        self.shape = Shape("head", camera.depth(skeleton.joints["head"]) + 2)
        self._towards_eye = self._facing((0, 0, 1))

    def add_hair_and_face(self) -> None:
        hair = self._look.hair
        add_back_hair(self.shape, self._at, self._look)
        self._add_ears(_EAR_VISIBLE, -0.2, -0.07)
        skull = self._look.skin if self._look.style == "bald" else hair
        self.shape.add(hull([self._on_egg(spot) for spot in _SPHERE]), skull)
        if self._look.style != "bald":
            self._add_cap()
        if self._look.style == "bun" and self._towards_eye < _FROM_BEHIND:
            add_bun_edge(self.shape, self._at)
        self._add_face()
        self._add_ears(_EAR_IN_FRONT, 0.0, -0.09)
        if self._look.beard and self._towards_eye > _FROM_BEHIND:
            sides = [sign for sign in (1, -1) if self._facing((sign, 0, 0.4)) > 0]
            add_beard(self.shape, self._at, self._look, sides, moustache=self._towards_eye > _FEATURE_VISIBLE)

    def _add_cap(self) -> None:
        lowest, foremost = _HAIRLINE
        self.shape.add(
            hull(
                [
                    self._at((x * _WIDTH * 1.03, y * _HEIGHT + 1.3, z * _DEPTH * 1.04 - 1.3))
                    for x, y, z in _SPHERE
                    if y > lowest and z < foremost
                ]
            ),
            self._look.hair,
        )

    def add_features(self) -> None:
        nearest, farthest = _PROFILE
        if nearest < self._towards_eye < farthest:
            bridge, tip, base = (0, 1.6, _DEPTH - 1.2), (0, -2.0, _DEPTH + 0.55), (0, -3.2, _DEPTH - 1.2)
            nose = circle(self._at(bridge), 0.7) + circle(self._at(tip), 1.2) + circle(self._at(base), 1.0)
            self.shape.add(hull(nose), self._look.skin)
        elif self._towards_eye >= farthest:
            line = [(0.9, -0.4, _DEPTH), (1.2, -2.6, _DEPTH + 0.6), (-0.5, -2.9, _DEPTH)]
            self.shape.marks.append(Mark("face", [self._at(point) for point in line]))
        for sign in (1, -1):
            self._add_eye(sign)
        if self._look.glasses and self._towards_eye > _PROFILE[0]:
            add_glasses(self.shape, self._at, {sign: self._visible(_eye(sign)) for sign in (1, -1)})
        mouth = [unit((x, -0.49 + 0.9 * x * x, 0.84)) for x in (-0.24, -0.12, 0, 0.12, 0.24)]
        seen = [self._on_egg(spot) for spot in mouth if self._visible(spot)]
        if len(seen) > 1:
            self.shape.marks.append(Mark("face", seen))

    def _add_eye(self, sign: int) -> None:
        eye = _eye(sign)
        if self._facing(unit(self._outward(eye))) > _EYE_VISIBLE:
            self.shape.marks.append(Mark("eye", [self._on_egg(eye)]))
        brow = [unit((sign * x, y, 0.9)) for x, y in ((0.22, 0.27), (0.38, 0.31), (0.54, 0.25))]
        if all(self._visible(spot) for spot in brow):
            self.shape.marks.append(Mark("face", [self._on_egg(spot) for spot in brow]))

    def _add_face(self) -> None:
        scarf = self._look.style == "scarf"
        edge = _FACE_EDGE + (_SCARF_EDGE if scarf else 0)
        cap = [
            spot for spot in _SPHERE if dot(spot, _FACE_DIRECTION) >= edge and self._facing(self._outward(spot)) >= 0
        ]
        if self._towards_eye < _FROM_BEHIND and not scarf:
            return  # what shows of the chin from behind would read as a face, and hair covers it down to the neck
        outline = [self._on_egg(spot) for spot in cap]
        if scarf:
            cheeks = [((6, -5, -1), 5.0), ((-6, -5, -1), 5.0), ((0, -9.5, 2.5), 5.2), ((0, -2, -6), 6.0)]
            wrap = [point for centre, radius in cheeks for point in circle(self._at(centre), radius)]
            self.shape.add(hull(wrap), self._look.hair)
            outline += circle(self._at((0, -7.2, 5.6)), 3.6) if self._towards_eye > _FEATURE_VISIBLE else []
        elif self._towards_eye > _FROM_BEHIND:
            outline += circle(self._at((0, -8.4, 4.4)), 4.9)
            outline += circle(self._at((3.2, -6.0, 2.6)), 4.7) + circle(self._at((-3.2, -6.0, 2.6)), 4.7)
        if cap:
            self.shape.add(hull(outline), self._look.skin)

    def _add_ears(self, least: float, inset: float, tone: float) -> None:
        for sign in (1, -1) if self._look.style != "scarf" else ():
            if self._facing((sign, 0, -0.2)) > least:
                upper = circle(self._at((sign * (_WIDTH + 0.15), -0.8, -0.9)), 1.65 + inset / 4)
                lower = circle(self._at((sign * (_WIDTH - 0.35), -2.95, -0.65)), 1.15)
                self.shape.add(hull(upper + lower), shade(self._look.skin, tone))

    def _at(self, offset: Vector) -> Point:
        return self._camera.flat(self._skeleton.place("head", "head", offset))

    def _on_egg(self, spot: Vector) -> Point:
        return self._at((spot[0] * _WIDTH, spot[1] * _HEIGHT, spot[2] * _DEPTH))

    def _outward(self, spot: Vector) -> Vector:
        return (spot[0] / _WIDTH, spot[1] / _HEIGHT, spot[2] / _DEPTH)

    def _facing(self, direction: Vector) -> float:
        return self._camera.seen(rotate(self._skeleton.frames["head"], direction))[2]

    def _visible(self, spot: Vector) -> bool:
        return self._facing(unit(self._outward(spot))) > _FEATURE_VISIBLE


def _eye(sign: int) -> Vector:
    return unit((sign * 0.37, 0.02, 0.92))
