"""How space becomes a flat picture."""

from dataclasses import dataclass
from functools import cached_property
from math import cos, radians, sin

from routines.figures.planar import Point
from routines.figures.vectors import Vector


@dataclass(frozen=True)
class Camera:
    """An orthographic view: yaw 0 sees the front, 90 the figure facing right; pitch looks down; degrees."""

    yaw: float = 0
    pitch: float = 8

    @cached_property
    def _turns(self) -> tuple[float, float, float, float]:
        yaw, pitch = radians(self.yaw), radians(self.pitch)
        return cos(yaw), sin(yaw), cos(pitch), sin(pitch)

    def seen(self, vector: Vector) -> Vector:
        """Turn a vector into the view: x right, y up, z towards the eye."""
        cos_yaw, sin_yaw, cos_pitch, sin_pitch = self._turns
        x = vector[0] * cos_yaw + vector[2] * sin_yaw
        z = -vector[0] * sin_yaw + vector[2] * cos_yaw
        return (x, vector[1] * cos_pitch - z * sin_pitch, vector[1] * sin_pitch + z * cos_pitch)

    def flat(self, vector: Vector) -> Point:
        """Project to the picture plane: x right, y down, in cm."""
        seen = self.seen(vector)
        return (seen[0], -seen[1])

    def depth(self, vector: Vector) -> float:
        """Measure how near to the eye a point is."""
        return self.seen(vector)[2]

    def level_depth(self, vector: Vector) -> float:
        """Measure how near to the eye a point is, leaving heights out."""
        cos_yaw, sin_yaw, _, _ = self._turns
        return -vector[0] * sin_yaw + vector[2] * cos_yaw
