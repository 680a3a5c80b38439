"""A pose file: what a picture shows, from where, with which arrows, glows and close-ups."""

import tomllib
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from routines.figures.pose import NEUTRAL, Pose, PoseData, merge, tween
from routines.figures.props import Prop
from routines.figures.vectors import Vector

Anchor = tuple[str, float, float, float] | Vector
POSES = Path(__file__).parent / "poses"


class CameraData(PoseData):
    """Degrees: yaw 0 sees the front, 90 the figure facing right; pitch looks down."""

    yaw: float = 0
    pitch: float = 8


class Floor(PoseData):
    """The round rug under the figure, in cm."""

    at: Vector = (0, 0, 12)
    radius: float = 62


class Feel(PoseData):
    """A glow on a body part: where one feels it."""

    part: str
    at: Anchor
    radii: tuple[float, float]
    strength: float = 0.85


class Arrow(PoseData):
    """Motion or force, from its first point to its last; width in px."""

    points: tuple[Anchor, ...] = Field(min_length=2)
    width: float = 14


class Guide(PoseData):
    """A thin line; `tone` white for lines on clothes, coral else."""

    points: tuple[Anchor, ...] = Field(min_length=2)
    tone: Literal["coral", "white", "ink"] = "coral"
    width: float = 4
    dash: str = ""


class Lens(PoseData):
    """A round close-up of what is `radius` cm round an anchor; `centre` x, y and `size` are px."""

    at: Anchor
    radius: float
    centre: tuple[float, float]
    size: float
    camera: CameraData | None = None
    ghost: bool = False
    arrows: tuple[Arrow, ...] = ()
    guides: tuple[Guide, ...] = ()
    feel: tuple[Feel, ...] | None = None


class Focus(PoseData):
    """A closer look: what is in the middle of the picture, and how many cm fit into its width."""

    at: Anchor
    width: float


class Panel(PoseData):
    """One view of one figure; of `only` and `without`, names of body parts, the rest is not drawn."""

    camera: CameraData = CameraData()
    look: str = "short"
    floor: Floor = Floor()
    margin: tuple[float, float, float, float] = (8, 6, 8, 6)
    area: tuple[float, float, float, float] | None = None
    largest: float = 4.6
    focus: Focus | None = None
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    ghost: bool = False
    props: tuple[Prop, ...] = ()
    feel: tuple[Feel, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    guides: tuple[Guide, ...] = ()
    depth: dict[str, float] = Field(default_factory=dict)
    lens: Lens | None = None
    start: dict[str, Any]
    via: tuple[dict[str, Any], ...] = ()
    end: dict[str, Any] = Field(default_factory=dict)
    round: bool = False
    rests: bool = False
    divided: bool = True

    @model_validator(mode="after")
    def _poses_are_valid(self) -> Self:
        for change in (self.end, *self.via):
            for leg in ("leg_left", "leg_right"):
                if "at" in change.get(leg, {}) and "at" not in self.start.get(leg, {}):
                    raise ValueError(f"{leg} starts without `at` and goes to one: it would not move")
        self.pose(0)
        self.pose(self.shown)
        return self

    @property
    def shown(self) -> float:
        """The part of the way a still shows: the end pose, which is not the last one of a round."""
        return (len(self.via) + 1) / (len(self.via) + 2) if self.round else 1.0

    def pose(self, part: float) -> Pose:
        """Give the position some part of the way from start to end, or once round and back to the start."""
        start = merge(NEUTRAL, self.start)
        keys = [start, *(merge(start, change) for change in (*self.via, self.end)), *[start] * self.round]
        place = part * (len(keys) - 1)
        before = min(int(place), len(keys) - 2)
        step = place - before
        if self.rests:
            step = step**3 * (10 - 15 * step + 6 * step**2)
        return Pose.model_validate(tween(keys[before], keys[before + 1], step))


class Scene(PoseData):
    """All panels of a still and of the moving picture, and whether there is a mirror image."""

    still: tuple[Panel, ...]
    moving: tuple[Panel, ...]
    mirror: bool = False


def load_scene(file: Path) -> Scene:
    """Read a pose file; raises TOMLDecodeError or ValidationError if it is wrong.

    `panels` override the file's other keys one panel at a time, and `moving` overrides them for the GIF,
    which has no close-up unless it asks for one, and panels of its own if it lists any.
    """
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    panels, moving = data.pop("panels", [{}]), data.pop("moving", {})
    mirror = data.pop("mirror", False)
    still = [merge(data, panel) for panel in panels]
    shown = [merge(data, panel) for panel in moving.pop("panels")] if "panels" in moving else still
    animated = [merge({key: each[key] for key in each if key != "lens"}, moving) for each in shown]
    return Scene.model_validate({"still": still, "moving": animated, "mirror": mirror})
