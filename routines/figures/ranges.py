"""How far joints go: what a pose asks of a body beyond that is a drawing mistake."""

from collections.abc import Iterator
from math import asin, atan2, degrees

from routines.figures.pose import SIDES
from routines.figures.skeleton import Skeleton, joint_angle
from routines.figures.vectors import Vector, add, dot, rotate, scale, square_to, subtract, unit

Range = tuple[float, float]

# Degrees, at the generous end of what healthy adults reach with a helping hand; 180 is straight.
ELBOW: Range = (28, 180)
KNEE: Range = (35, 180)
ANKLE: Range = (55, 152)
HIP: Range = (48, 205)
WRIST_BEND: Range = (-88, 92)  # above 0 towards the palm
WRIST_SIDE: Range = (-48, 32)  # above 0 towards the thumb
FOREARM_ROLL: Range = (0, 105)  # from the thumb pointing the way the elbow bends
_NEARLY_STRAIGHT = 160.0


def beyond_range(skeleton: Skeleton) -> list[str]:
    """Say which joints are bent further than they go."""
    return [
        f"{joint}_{side} is at {angle:.0f} degrees, and goes from {low:.0f} to {high:.0f}"
        for side, _ in SIDES
        for joint, angle, (low, high) in _angles(skeleton, side)
        if not low <= angle <= high
    ]


def _angles(skeleton: Skeleton, side: str) -> Iterator[tuple[str, float, Range]]:
    joints = skeleton.joints
    shoulder, elbow, wrist, hip, knee, ankle = (
        joints[f"{joint}_{side}"] for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    )
    elbow_angle = joint_angle(shoulder, elbow, wrist)
    yield "elbow", elbow_angle, ELBOW
    yield "knee", joint_angle(hip, knee, ankle), KNEE
    yield "ankle", joint_angle(knee, ankle, add(ankle, skeleton.directions[f"foot_{side}"])), ANKLE
    yield "hip", _hip_angle(skeleton, hip, knee), HIP
    bend, aside = wrist_angles(skeleton, side)
    yield "wrist", bend, WRIST_BEND
    yield "wrist's side", aside, WRIST_SIDE
    if elbow_angle < _NEARLY_STRAIGHT:
        yield "forearm", _forearm_roll(skeleton, side), FOREARM_ROLL


def wrist_angles(skeleton: Skeleton, side: str) -> tuple[float, float]:
    """Measure how far a hand is bent towards its palm, and aside towards its thumb, in degrees."""
    forearm = unit(subtract(skeleton.joints[f"wrist_{side}"], skeleton.joints[f"elbow_{side}"]))
    ahead, thumb, palm = (dot(forearm, skeleton.directions[f"{name}_{side}"]) for name in ("hand", "thumb", "palm"))
    return degrees(atan2(-palm, ahead)), degrees(-asin(max(-1.0, min(1.0, thumb))))


def _hip_angle(skeleton: Skeleton, hip: Vector, knee: Vector) -> float:
    """Measure trunk to thigh seen from the side: above 180 the leg is behind the trunk."""
    thigh = subtract(knee, hip)
    up, ahead = (dot(thigh, rotate(skeleton.frames["pelvis"], axis)) for axis in ((0, 1, 0), (0, 0, 1)))
    return degrees(atan2(ahead, up)) % 360 if ahead or up else 180.0


def _forearm_roll(skeleton: Skeleton, side: str) -> float:
    shoulder, elbow, wrist = (skeleton.joints[f"{joint}_{side}"] for joint in ("shoulder", "elbow", "wrist"))
    forearm = unit(subtract(wrist, elbow))
    folding = scale(square_to(subtract(elbow, shoulder), forearm), -1)
    thumb = square_to(skeleton.directions[f"thumb_{side}"], forearm)
    return joint_angle(folding, (0, 0, 0), thumb)
