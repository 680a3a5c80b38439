"""The committed pictures are the ones the pose files draw, small enough, and right for Slack."""

import itertools
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image, ImageChops, ImageStat
from typer.testing import CliRunner

from routines.catalogue import default_catalogue, picture_path
from routines.figures.__main__ import app, draw_pictures
from routines.figures.build import (
    PICTURES,
    is_fresh,
    pictures,
    read_manifest,
    round_timing,
    stale_pictures,
    strains,
    timing,
)
from routines.figures.camera import Camera
from routines.figures.furniture import Wheelchair
from routines.figures.gallery import COLUMNS, GAP, contact_sheet
from routines.figures.hands import hand
from routines.figures.head import head
from routines.figures.palette import LOOKS
from routines.figures.pose import merge, tween
from routines.figures.raster import LARGEST_GIF, LARGEST_PNG
from routines.figures.scene import POSES, Panel, load_scene
from routines.figures.skeleton import FOREARM, UPPER_ARM, joint_angle, solve, two_bones
from routines.figures.stage import WIDTH, fit, illustrate, set_stage
from routines.figures.vectors import add, bend, combine, lean, length, rotate, subtract, turn
from routines.model import Step

STEPS = [step for routine in default_catalogue().routines for step in routine.steps()]
GALLERY = Path(__file__).parents[2] / "docs" / "images" / "gallery.webp"
STALE_TILE = 6
SCENES = sorted(POSES.glob("*.toml"))


@pytest.mark.parametrize("file", SCENES, ids=lambda file: file.stem)
def test_pictures_match_their_sources(file: Path) -> None:
    known = read_manifest()
    assert [each.name for each in pictures() if each.pose == file.stem and not is_fresh(each, known)] == []


def test_every_picture_has_a_pose_file() -> None:
    assert {file.name for file in PICTURES.glob("*.[pg][ni][gf]")} == {picture.name for picture in pictures()}


def test_missing_changed_and_spare_pictures_are_told(tmp_path: Path) -> None:
    poses = tmp_path / "poses"
    poses.mkdir()
    (poses / "eye-break.toml").write_bytes((POSES / "eye-break.toml").read_bytes())
    for name in ("eye-break.png", "manifest.json"):
        (tmp_path / name).write_bytes((PICTURES / name).read_bytes())
    assert stale_pictures(tmp_path, poses) == ["eye-break.gif is missing"]
    (tmp_path / "eye-break.gif").write_bytes(b"something else")
    (tmp_path / "moonwalk.png").touch()
    assert stale_pictures(tmp_path, poses) == [
        "eye-break.gif is not what its pose file and the engine draw now",
        "moonwalk.png has no pose file",
    ]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.picture)
def test_every_step_has_pictures_and_alt(step: Step) -> None:
    assert step.exercise.alt
    assert default_catalogue().picture_path(step.picture) == picture_path(step.picture)
    still, moving = picture_path(step.picture), picture_path(step.picture, moving=True)
    assert still.stat().st_size <= LARGEST_PNG == 120_000
    assert moving.stat().st_size <= LARGEST_GIF == 300_000


@pytest.mark.parametrize("file", sorted(PICTURES.glob("*.png")), ids=lambda file: file.name)
def test_stills_are_cards_with_clear_corners(file: Path) -> None:
    with Image.open(file) as image:
        assert image.size == (800, 600)
        assert [image.getpixel(corner) for corner in ((0, 0), (799, 599))] == [(0, 0, 0, 0)] * 2
        assert len(image.convert("RGB").getcolors(800 * 600) or []) > 100


@pytest.mark.parametrize("file", sorted(PICTURES.glob("*.gif")), ids=lambda file: file.name)
def test_moving_pictures_loop_for_two_to_three_seconds(file: Path) -> None:
    with Image.open(file) as image:
        assert image.size == (480, 360)
        assert image.info["loop"] == 0
        durations = []
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            durations.append(image.info["duration"])
    assert 2000 <= sum(durations) <= 3000


def test_loops_have_no_seam() -> None:
    parts = [part for part, _ in timing()]
    assert parts[0] == 0
    assert max(parts) == 1
    assert max(abs(a - b) for a, b in itertools.pairwise([*parts, parts[0]])) < 0.15


@pytest.mark.parametrize("name", ["shoulder-rolls", "tendon-glides"])
def test_rounds_end_where_they_start_and_show_their_end_in_the_still(name: str) -> None:
    panel = load_scene(POSES / f"{name}.toml").moving[0]
    parts = [part for part, _ in round_timing()]
    assert max(b - a for a, b in itertools.pairwise([*parts, 1])) < 0.05
    assert panel.pose(0) == panel.pose(1) != panel.pose(panel.shown)


def test_a_leg_that_would_jump_is_refused() -> None:
    panel = load_scene(POSES / "side-lunge.toml").still[0]
    with pytest.raises(ValueError, match="leg_left starts without `at`"):
        Panel.model_validate({**panel.model_dump(), "end": {"leg_left": {"at": [0, 40, 0]}}})


def test_what_is_not_drawn_is_left_out() -> None:
    panel = load_scene(POSES / "fist-and-fan.toml").still[0]
    shapes = {shape.name for shape in set_stage(panel, panel.pose(0)).front}
    assert shapes == {"forearm_left", "forearm_right", "hand_left", "hand_right"}
    without = panel.model_copy(update={"only": (), "without": ("head",)})
    assert "head" not in {shape.name for shape in set_stage(without, without.pose(0)).front}


def test_a_close_up_fits_the_width_it_names() -> None:
    panel = load_scene(POSES / "cross-body-stretch.toml").still[0]
    assert panel.focus
    (view,) = fit([panel])
    assert view.scale == pytest.approx(WIDTH / panel.focus.width)


def test_fingers_cover_the_palm_only_from_its_own_side() -> None:
    panel = load_scene(POSES / "fist-and-fan.toml").still[0]
    skeleton = solve(panel.pose(0))
    order = {}
    for yaw in (0, 180):
        layers = [layer.name for layer in hand(skeleton, Camera(yaw, 0), "left", LOOKS["short"]).layers]
        order[yaw] = layers.index("middle") > layers.index("palm")
    assert order == {0: True, 180: False}


def test_a_head_shows_hair_and_no_face_from_behind() -> None:
    skeleton, look = solve(load_scene(POSES / "blade-squeeze.toml").still[0].pose(1)), LOOKS["red-bun"]
    front, back = ({tone for _, tone in head(skeleton, Camera(yaw, 10), look).pieces} for yaw in (0, 180))
    assert look.skin in front
    assert look.skin not in back
    assert look.hair in back


def test_many_kinds_of_people_are_shown() -> None:
    panels = [load_scene(file).still[0] for file in SCENES]
    assert len({panel.look for panel in panels}) >= 8
    assert sum(any(isinstance(prop, Wheelchair) for prop in panel.props) for panel in panels) >= 3


def test_only_what_is_stale_is_drawn_again(tmp_path: Path) -> None:
    draw_pictures(["fist-and-fan"], tmp_path, every=False)
    files = {file.name: file.stat().st_mtime_ns for file in tmp_path.glob("fist-and-fan.*")}
    assert set(files) == {"fist-and-fan.png", "fist-and-fan.gif"}
    (tmp_path / "fist-and-fan.png").write_bytes(b"changed by hand")
    draw_pictures(["fist-and-fan"], tmp_path, every=False)
    assert (tmp_path / "fist-and-fan.gif").stat().st_mtime_ns == files["fist-and-fan.gif"]
    assert (tmp_path / "fist-and-fan.png").read_bytes().startswith(b"\x89PNG")


def test_an_unknown_pose_file_is_named() -> None:
    result = CliRunner().invoke(app, ["build", "moonwalk"])
    assert result.exit_code == 2
    assert "moonwalk" in result.output


def test_the_gallery_shows_every_still_on_light_and_dark() -> None:
    stills = [file for file in PICTURES.glob("*.png") if not file.stem.endswith("-left")]
    rows = 2 * -(-len(stills) // COLUMNS)
    with Image.open(GALLERY) as sheet, contact_sheet(PICTURES) as fresh:
        assert sheet.size == fresh.size
        assert sheet.height == rows * 270 + (rows + 2) * GAP
        difference = ImageChops.difference(sheet.convert("RGB"), fresh.convert("RGB")).convert("L")
    corners = [(x, y) for x in range(GAP, difference.width, 372) for y in range(GAP, difference.height, 282)]
    tiles = [difference.crop((x, y, x + 360, y + 270)) for x, y in corners]
    # WebP loses a little everywhere; an old drawing differs in places by far more.
    assert max(ImageStat.Stat(tile).rms[0] for tile in tiles) < STALE_TILE


@pytest.mark.parametrize("file", SCENES, ids=lambda file: file.stem)
def test_drawings_are_valid_and_hold_no_text(file: Path) -> None:
    root = ET.fromstring(illustrate(load_scene(file).still))  # noqa: S314  # our own drawing
    assert {element.tag.split("}")[1] for element in root.iter()}.isdisjoint({"text", "image", "script"})


@pytest.mark.parametrize("file", SCENES, ids=lambda file: file.stem)
def test_no_pose_asks_for_more_than_limbs_reach_and_joints_bend(file: Path) -> None:
    assert strains(load_scene(file)) == []


@pytest.mark.parametrize("file", SCENES, ids=lambda file: file.stem)
def test_every_pose_file_belongs_to_an_exercise(file: Path) -> None:
    known = {exercise.picture: exercise for exercise in default_catalogue().exercises}
    assert file.stem in known
    mirrored = tomllib.loads(file.read_text(encoding="utf-8")).get("mirror", False)
    assert mirrored == (known[file.stem].sides == "each")


def test_mirror_image_is_exact() -> None:
    scene = load_scene(POSES / "side-lunge.toml")
    plain, mirrored = (illustrate(scene.still, mirrored=side) for side in (False, True))
    flipped = mirrored.replace('<g transform="translate(800 0) scale(-1 1)">\n', "").replace("</g>\n</svg>", "</svg>")
    assert flipped == plain


@pytest.mark.parametrize("target", [(30, -20, 10), (5, 5, 5), (0, -40, 0)])
def test_two_bones_keep_their_lengths_and_meet_the_target(target: tuple[float, float, float]) -> None:
    middle, end = two_bones((0, 0, 0), target, UPPER_ARM, FOREARM, (0, 0, -1))
    assert length(middle) == pytest.approx(UPPER_ARM)
    assert length(subtract(end, middle)) == pytest.approx(FOREARM)
    assert length(subtract(end, target)) == pytest.approx(0, abs=1e-6)


def test_a_target_out_of_reach_is_told() -> None:
    scene = load_scene(POSES / "side-lunge.toml")
    far = merge(scene.still[0].start, {"arm_left": {"hand": [0, 300, 0]}})
    panel = scene.still[0].model_copy(update={"start": far, "end": {}})
    assert any("arm_left stops" in strain for strain in solve(panel.pose(0)).strains)


def test_wall_sit_ends_with_level_thighs_and_knees_over_ankles() -> None:
    joints = solve(load_scene(POSES / "wall-sit.toml").still[0].pose(1)).joints
    for side in ("left", "right"):
        hip, knee, ankle = (joints[f"{joint}_{side}"] for joint in ("hip", "knee", "ankle"))
        assert 85 <= joint_angle(hip, knee, ankle) <= 95
        assert hip[1] >= knee[1] - 1
        assert abs(knee[2] - ankle[2]) <= 2


def test_side_lunge_keeps_one_leg_straight() -> None:
    joints = solve(load_scene(POSES / "side-lunge.toml").still[0].pose(1)).joints
    assert joint_angle(joints["hip_left"], joints["knee_left"], joints["ankle_left"]) > 170
    assert joint_angle(joints["hip_right"], joints["knee_right"], joints["ankle_right"]) < 140


def test_head_press_goes_straight_back() -> None:
    panel = load_scene(POSES / "head-press.toml").still[0]
    start, end = (solve(panel.pose(part)) for part in (0, 1))
    moved = subtract(end.joints["head"], start.joints["head"])
    assert moved[2] < -2
    assert moved[1] > 0
    assert end.frames["head"] == start.frames["head"]
    assert end.joints["palm_left"] == pytest.approx(start.joints["palm_left"])


def test_turns_go_the_way_they_say() -> None:
    assert rotate(bend(90), (0, 1, 0)) == pytest.approx((0, 0, 1))
    assert rotate(turn(90), (0, 0, 1)) == pytest.approx((1, 0, 0))
    assert rotate(lean(90), (0, 1, 0)) == pytest.approx((-1, 0, 0))
    assert rotate(combine(turn(90), bend(90)), (0, 1, 0)) == pytest.approx((1, 0, 0))
    assert add((1, 2, 3), (1, 1, 1), (1, 1, 1)) == (3, 4, 5)


def test_tween_goes_key_by_key() -> None:
    start, end = {"at": [0, 10], "hand": "a", "new": 1}, {"at": [10, 20], "hand": "b"}
    assert tween(start, end, 0.25) == {"at": [2.5, 12.5], "hand": "a", "new": 1}
