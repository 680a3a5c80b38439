"""From a pose to joints in space: forward along the trunk, backwards from hands and feet."""

from dataclasses import dataclass, field
from math import acos, degrees, sqrt

from routines.figures.pose import SIDES, Arm, Grip, Leg, Pose
from routines.figures.vectors import (
    Matrix,
    Vector,
    add,
    bend,
    combine,
    cross,
    dot,
    lean,
    length,
    mix,
    rotate,
    scale,
    square_to,
    subtract,
    turn,
    unit,
)

THIGH, SHIN, ANKLE_HEIGHT = 43.0, 41.0, 7.0
UPPER_ARM, FOREARM, PALM = 28.0, 24.5, 6.5
LUMBAR, THORAX, NECK = 19.0, 30.0, 8.2
HIP_WIDTH, SHOULDER_WIDTH, SHOULDER_DROP = 9.2, 16.6, 5.2
_WAIST = 7.0
_BLADE, _BLADE_GLIDE = (9.0, -14.0, -9.0), 0.6
_REACH_TOLERANCE = 1.0
_TINY = 1e-6


@dataclass
class Skeleton:
    """Joints by name in cm, the turn of each trunk part, and what the pose asks too much of."""

    joints: dict[str, Vector] = field(default_factory=dict)
    frames: dict[str, Matrix] = field(default_factory=dict)
    directions: dict[str, Vector] = field(default_factory=dict)
    grips: dict[str, Grip] = field(default_factory=dict)
    strains: list[str] = field(default_factory=list)
    laced: bool = False

    def place(self, joint: str, frame: str, offset: Vector) -> Vector:
        """Find the point at an offset from a joint, measured in a trunk part's own axes."""
        return add(self.joints[joint], rotate(self.frames[frame], offset))


def solve(pose: Pose) -> Skeleton:
    """Find all joints of a pose."""
    skeleton = Skeleton(laced=pose.laced)
    _set_trunk(skeleton, pose)
    _set_head(skeleton, pose)
    for side, sign in SIDES:
        _set_leg(skeleton, side, sign, pose.leg_left if sign > 0 else pose.leg_right)
    _set_anchors(skeleton)
    for side, sign in SIDES:
        _set_arm(skeleton, side, sign, pose.arm_left if sign > 0 else pose.arm_right)
    return skeleton


def two_bones(root: Vector, target: Vector, upper: float, lower: float, pole: Vector) -> tuple[Vector, Vector]:
    """Bend a two-bone limb so that its end meets the target: the middle joint and the end.

    The middle joint points towards `pole`. A target out of reach is approached as far as the bones go.
    """
    along = unit(subtract(target, root))
    wanted = length(subtract(target, root))
    reach = max(abs(upper - lower) + 0.3, min(upper + lower - 0.15, wanted))
    share = (upper * upper + reach * reach - lower * lower) / (2 * upper * reach)
    outward = square_to(pole, along)
    outward = unit(outward) if length(outward) > _TINY else (0.0, 0.0, 1.0)
    rise = upper * sqrt(max(0.0, 1 - share * share))
    middle = add(root, scale(along, upper * share), scale(outward, rise))
    return middle, add(root, scale(along, reach))


def joint_angle(first: Vector, middle: Vector, last: Vector) -> float:
    """Measure the angle at a joint in degrees; 180 is straight."""
    cosine = dot(unit(subtract(first, middle)), unit(subtract(last, middle)))
    return degrees(acos(max(-1.0, min(1.0, cosine))))


def _set_trunk(skeleton: Skeleton, pose: Pose) -> None:
    joints, frames, spine = skeleton.joints, skeleton.frames, pose.spine
    half = combine(turn(spine.twist / 2), bend(spine.flex / 2), lean(spine.side / 2))
    frames["pelvis"] = combine(turn(pose.pelvis.turn), bend(pose.pelvis.tilt), lean(pose.pelvis.lean))
    frames["waist"] = combine(frames["pelvis"], half)
    frames["chest"] = combine(frames["waist"], half)
    joints["pelvis"] = pose.pelvis.at
    joints["waist"] = skeleton.place("pelvis", "pelvis", (0, _WAIST, 0))
    joints["ribs"] = skeleton.place("waist", "waist", (0, LUMBAR - _WAIST, 0))
    joints["nape"] = skeleton.place("ribs", "chest", (0, THORAX, -1))
    for side, sign in SIDES:
        joints[f"hip_{side}"] = skeleton.place("pelvis", "pelvis", (sign * HIP_WIDTH, -2, 0))
        joints[f"shoulder_{side}"] = skeleton.place("nape", "chest", _shoulder(pose, sign))
        # A blade glides round the ribs: away from the spine as its shoulder comes forward.
        out = _BLADE[0] + pose.shoulders.forward * _BLADE_GLIDE
        joints[f"blade_{side}"] = skeleton.place("nape", "chest", (sign * out, *_BLADE[1:]))


def _shoulder(pose: Pose, sign: int) -> Vector:
    up, forward = pose.shoulders.up, pose.shoulders.forward
    # The collarbone keeps its length: a shoulder that goes up or forward comes nearer to the middle.
    return (sign * (SHOULDER_WIDTH - (abs(up) + abs(forward)) * 0.16), up - SHOULDER_DROP, 0.5 + forward)


def _set_head(skeleton: Skeleton, pose: Pose) -> None:
    joints, frames, neck = skeleton.joints, skeleton.frames, pose.neck
    frames["neck"] = combine(frames["chest"], turn(neck.twist * 0.4), bend(neck.flex / 2), lean(neck.side / 2))
    frames["head"] = combine(
        frames["neck"], turn(neck.twist * 0.6), bend(neck.flex / 2 + neck.nod), lean(neck.side / 2)
    )
    joints["neck"] = skeleton.place("nape", "chest", (0, 0, 0.9))
    slide = rotate(frames["chest"], (0, neck.long, -neck.retract))
    joints["skull"] = add(skeleton.place("neck", "neck", (0, NECK, 1.2)), slide)
    joints["head"] = skeleton.place("skull", "head", (0, 8, 0.9))


def _set_leg(skeleton: Skeleton, side: str, sign: int, leg: Leg) -> None:
    x, z = leg.foot or (sign * 11, 0)
    target = leg.at or (x, ANKLE_HEIGHT, z)
    pole = leg.knee or (sign * 0.15, 0.1, 1)
    hip = skeleton.joints[f"hip_{side}"]
    knee, ankle = two_bones(hip, target, THIGH, SHIN, pole)
    skeleton.joints |= {f"knee_{side}": knee, f"ankle_{side}": ankle}
    skeleton.joints[f"thigh_{side}"] = mix(hip, knee, 0.62)
    toe = sign * 8 if leg.toe is None else leg.toe
    skeleton.directions[f"foot_{side}"] = rotate(combine(turn(toe), bend(leg.point)), (0, 0, 1))
    skeleton.directions[f"toes_{side}"] = rotate(combine(turn(toe), bend(leg.point - leg.toes)), (0, 0, 1))
    _note_reach(skeleton, f"leg_{side}", target, ankle)


def _set_anchors(skeleton: Skeleton) -> None:
    joints = skeleton.joints
    for name, offset in {"head_back": (0, -1, -10.5), "head_top": (0, 11, 0), "chin": (0, -10, 8.5)}.items():
        joints[name] = skeleton.place("head", "head", offset)
    joints["chest"] = skeleton.place("ribs", "chest", (0, 17, 12))
    joints["low_back"] = skeleton.place("waist", "waist", (0, 2, -10))
    for side, sign in SIDES:
        joints[f"hip_bone_{side}"] = skeleton.place("pelvis", "pelvis", (sign * 16.5, 5, 1))


def _set_arm(skeleton: Skeleton, side: str, sign: int, arm: Arm) -> None:
    frame = skeleton.frames.get(arm.frame, turn(0))
    base = skeleton.joints[arm.hand] if isinstance(arm.hand, str) else arm.hand
    palm = add(base, rotate(frame, arm.offset))
    direction = unit(rotate(frame, arm.direction)) if arm.direction else None
    target = subtract(palm, scale(direction, PALM)) if direction else palm
    elbow, wrist = two_bones(skeleton.joints[f"shoulder_{side}"], target, UPPER_ARM, FOREARM, arm.elbow)
    direction = direction or unit(subtract(wrist, elbow))
    thumb = arm.thumb or (-sign * 0.35, 0, 0.8)
    skeleton.joints |= {f"elbow_{side}": elbow, f"wrist_{side}": wrist}
    skeleton.joints[f"palm_{side}"] = add(wrist, scale(direction, PALM))
    skeleton.directions[f"hand_{side}"] = direction
    across = unit(square_to(rotate(frame, thumb), direction))
    skeleton.directions[f"thumb_{side}"] = across
    skeleton.directions[f"palm_{side}"] = scale(cross(direction, across), sign)
    skeleton.grips[side] = arm.grip
    _note_reach(skeleton, f"arm_{side}", target, wrist)


def _note_reach(skeleton: Skeleton, limb: str, target: Vector, end: Vector) -> None:
    missing = length(subtract(target, end))
    if missing > _REACH_TOLERANCE:
        skeleton.strains.append(f"{limb} stops {missing:.0f} cm short of where the pose puts it")
