"""What a pose file says: angles for trunk and head, contact points for hands and feet."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from routines.figures.vectors import Vector

SIDES: tuple[tuple[Literal["left", "right"], int], ...] = (("left", 1), ("right", -1))


class PoseData(BaseModel):
    """Common to all pose data: unknown keys are errors, values stay as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Pelvis(PoseData):
    """Where the hips are, in cm, and how they are turned, in degrees."""

    at: Vector = (0, 95, 0)
    turn: float = 0
    tilt: float = 0
    lean: float = 0


class Spine(PoseData):
    """Degrees between pelvis and chest, no more than backs bend."""

    flex: float = Field(default=0, ge=-30, le=60)
    side: float = Field(default=0, ge=-35, le=35)
    twist: float = Field(default=0, ge=-50, le=50)


class Shoulders(PoseData):
    """How far both shoulders are lifted and brought forward, in cm."""

    up: float = 0
    forward: float = 0


class Neck(PoseData):
    """Degrees between chest and head; `nod` moves the head alone, `retract` and `long` are cm."""

    flex: float = Field(default=0, ge=-50, le=55)
    side: float = Field(default=0, ge=-45, le=45)
    twist: float = Field(default=0, ge=-80, le=80)
    nod: float = Field(default=0, ge=-25, le=25)
    retract: float = 0
    long: float = 0


class Leg(PoseData):
    """Where the ankle is (`foot`: x and z on the floor; `at`: in space), and where knee and toes point.

    `point` is degrees down at the ankle, `toes` degrees up at the ball of the foot.
    """

    foot: tuple[float, float] | None = None
    at: Vector | None = None
    knee: Vector | None = None
    toe: float | None = None
    point: float = 0
    toes: float = 0


class Grip(PoseData):
    """How the fingers are held: degrees at knuckle, middle and last joint, and between the fingers."""

    curl: tuple[float, float, float] = (10, 14, 8)
    spread: float = 2
    thumb_out: float = 34
    thumb_curl: float = 8


class Arm(PoseData):
    """What the hand touches (an anchor's name or a point), which way it lies, and where the elbow points."""

    hand: str | Vector
    offset: Vector = (0, 0, 0)
    direction: Vector | None = None
    elbow: Vector
    thumb: Vector | None = None
    frame: Literal["room", "head", "chest"] = "room"
    grip: Grip = Grip()


class Pose(PoseData):
    """One position of the whole body."""

    pelvis: Pelvis = Pelvis()
    spine: Spine = Spine()
    neck: Neck = Neck()
    shoulders: Shoulders = Shoulders()
    leg_left: Leg = Leg()
    leg_right: Leg = Leg()
    arm_left: Arm
    arm_right: Arm
    laced: bool = Field(default=False, description="Fingers interlaced behind the head.")


GRIP = {"curl": [10, 14, 8], "spread": 2, "thumb_out": 34, "thumb_curl": 8}
# Where a pose file says nothing at its start, so that what its end says is moved to and not jumped to.
NEUTRAL: dict[str, Any] = {
    "pelvis": {"turn": 0, "tilt": 0, "lean": 0},
    "spine": {"flex": 0, "side": 0, "twist": 0},
    "neck": {"flex": 0, "side": 0, "twist": 0, "nod": 0, "retract": 0, "long": 0},
    "shoulders": {"up": 0, "forward": 0},
    "leg_left": {"point": 0, "toes": 0},
    "leg_right": {"point": 0, "toes": 0},
    "arm_left": {"grip": GRIP},
    "arm_right": {"grip": GRIP},
}


def merge(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Lay changes over a table, table by table; everything else is replaced."""
    result = dict(base)
    for key, value in changes.items():
        held = result.get(key)
        both = isinstance(value, dict) and isinstance(held, dict)
        result[key] = merge(held, value) if both and held is not None else value
    return result


def tween(start: Any, end: Any, part: float) -> Any:
    """Go a part of the way between two poses, key by key; names change at the middle."""
    if isinstance(start, dict) and isinstance(end, dict):
        keys = [*start, *(key for key in end if key not in start)]
        return {key: tween(start.get(key, end.get(key)), end.get(key, start.get(key)), part) for key in keys}
    if isinstance(start, list) and isinstance(end, list):
        return [tween(a, b, part) for a, b in zip(start, end, strict=True)]
    if _is_number(start) and _is_number(end):
        return start + (end - start) * part
    return start if part < 1 / 2 else end


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
