"""Lists the pictures that pose files make, and knows which committed ones are stale."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import cos, pi
from pathlib import Path

from routines.figures.ranges import beyond_range
from routines.figures.scene import POSES, Panel, Scene, load_scene
from routines.figures.skeleton import solve
from routines.figures.stage import fit, illustrate

PICTURES = Path(__file__).parents[1] / "pictures"
MANIFEST = "manifest.json"
FRAME_MILLISECONDS = 80
_MOVE_FRAMES, _HOLD_FRAMES = 12, 4
_CHECKED = (0, 0.25, 0.5, 0.75, 1)
_ROUND_FRAMES, _ROUND_MILLISECONDS = 26, 100


@dataclass(frozen=True)
class Picture:
    """One file to build: its name, its pose file, what it shows, and whether it moves or is a mirror image."""

    name: str
    pose: str
    panels: tuple[Panel, ...]
    moving: bool
    mirrored: bool

    @property
    def source(self) -> str:
        """The fingerprint of what is drawn: of a moving picture, beginning, middle and end stand for all."""
        parts = (0, 1 / 3, 2 / 3) if self.panels[0].round else (0, 1 / 2, 1)
        drawn = [*self.drawings(parts), str(self.timing)] if self.moving else [self.still()]
        return sha256("\n".join(drawn).encode()).hexdigest()

    @property
    def timing(self) -> list[tuple[float, int]]:
        """The frames of a moving picture, as parts of the way and milliseconds."""
        return round_timing() if self.panels[0].round else timing()

    def still(self) -> str:
        """Draw the end pose as SVG."""
        return illustrate(self.panels, mirrored=self.mirrored)

    def drawings(self, parts: Sequence[float]) -> list[str]:
        """Draw frames at some parts of the way as SVG."""
        views = fit(self.panels)
        return [illustrate(self.panels, part, mirrored=self.mirrored, views=views) for part in parts]


def pictures(folder: Path = POSES) -> Iterator[Picture]:
    """List every picture of every pose file: stills, moving ones and mirror images."""
    for file in sorted(folder.glob("*.toml")):
        scene = load_scene(file)
        for suffix, mirrored in (("", False), ("-left", True)) if scene.mirror else (("", False),):
            stem = f"{file.stem}{suffix}"
            yield Picture(f"{stem}.png", file.stem, scene.still, moving=False, mirrored=mirrored)
            yield Picture(f"{stem}.gif", file.stem, scene.moving, moving=True, mirrored=mirrored)


def timing() -> list[tuple[float, int]]:
    """List the frames of a loop, as parts of the way and milliseconds: out, hold, back, rest."""
    out = [(1 - cos(pi * frame / _MOVE_FRAMES)) / 2 for frame in range(1, _MOVE_FRAMES)]
    moving, still = FRAME_MILLISECONDS, FRAME_MILLISECONDS * _HOLD_FRAMES
    there = [(part, moving) for part in out]
    return [(0.0, still), *there, (1.0, still), *there[::-1]]


def round_timing() -> list[tuple[float, int]]:
    """List the frames of a loop that goes round and ends where it starts, at one speed."""
    return [(frame / _ROUND_FRAMES, _ROUND_MILLISECONDS) for frame in range(_ROUND_FRAMES)]


def strains(scene: Scene) -> list[str]:
    """List what the poses of a scene ask too much of, without doubles."""
    poses = [panel.pose(part) for panel in (*scene.still, *scene.moving) for part in _CHECKED]
    skeletons = [solve(pose) for pose in poses]
    found = [strain for skeleton in skeletons for strain in (*skeleton.strains, *beyond_range(skeleton))]
    return list(dict.fromkeys(found))


def read_manifest(folder: Path = PICTURES) -> dict[str, dict[str, str]]:
    """Read what is recorded of a folder's pictures; nothing if there is no manifest."""
    manifest = folder / MANIFEST
    known: dict[str, dict[str, str]] = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    return known


def write_manifest(entries: dict[str, dict[str, str]], folder: Path = PICTURES) -> None:
    """Record which drawing each file was made from, and the file itself."""
    text = json.dumps(entries, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")


def entry(picture: Picture, data: bytes) -> dict[str, str]:
    """Fingerprint a drawing and the file made from it."""
    return {"source": picture.source, "file": sha256(data).hexdigest()}


def is_fresh(picture: Picture, known: dict[str, dict[str, str]], folder: Path = PICTURES) -> bool:
    """Tell whether a file is there and is what its pose file and the engine draw now."""
    file = folder / picture.name
    return file.exists() and known.get(picture.name) == entry(picture, file.read_bytes())


def stale_pictures(folder: Path = PICTURES, poses: Path = POSES) -> list[str]:
    """Say which committed pictures differ from their pose files; needs neither resvg nor Pillow."""
    known = read_manifest(folder)
    found: list[str] = []
    drawn = {picture.name: picture for picture in pictures(poses)}
    for name, picture in drawn.items():
        if not (folder / name).exists():
            found.append(f"{name} is missing")
        elif not is_fresh(picture, known, folder):
            found.append(f"{name} is not what its pose file and the engine draw now")
    spare = [file.name for file in folder.glob("*.[pg][ni][gf]") if file.name not in drawn]
    return found + [f"{name} has no pose file" for name in sorted(spare)]
