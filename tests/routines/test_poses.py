"""The drawn bodies do what the exercises say: which part moves, which way, and what stays."""

import pytest

from routines.figures.ranges import beyond_range, wrist_angles
from routines.figures.scene import POSES, Panel, load_scene
from routines.figures.skeleton import Skeleton, joint_angle, solve
from routines.figures.vectors import Vector, length, rotate, subtract


def panel(name: str, index: int = -1) -> Panel:
    return load_scene(POSES / f"{name}.toml").still[index]


def ends(name: str) -> tuple[Skeleton, Skeleton]:
    shown = panel(name)
    return solve(shown.pose(0)), solve(shown.pose(shown.shown))


def moved(name: str, joint: str) -> Vector:
    start, end = ends(name)
    return subtract(end.joints[joint], start.joints[joint])


def angle(skeleton: Skeleton, *joints: str) -> float:
    first, middle, last = (skeleton.joints[joint] for joint in joints)
    return joint_angle(first, middle, last)


def leg_angle(skeleton: Skeleton, side: str) -> float:
    return angle(skeleton, f"hip_{side}", f"knee_{side}", f"ankle_{side}")


def looks(skeleton: Skeleton) -> Vector:
    return rotate(skeleton.frames["head"], (0, 0, 1))


def foot_tilt(skeleton: Skeleton, side: str) -> float:
    return skeleton.directions[f"foot_{side}"][1]


def test_chin_tuck_glides_straight_back_with_the_chin_level() -> None:
    _, end = ends("chin-tuck")
    assert moved("chin-tuck", "head")[2] < -6
    assert abs(moved("chin-tuck", "head")[1]) < 3
    assert looks(end) == pytest.approx((0, 0, 1))


def test_neck_tilt_goes_to_the_right_and_leaves_the_shoulders_level() -> None:
    assert moved("neck-tilt", "head_top")[0] < -10
    assert moved("neck-tilt", "shoulder_left") == moved("neck-tilt", "shoulder_right") == (0, 0, 0)


def test_neck_turn_looks_over_the_right_shoulder_with_a_level_chin() -> None:
    _, end = ends("neck-turn")
    assert looks(end)[0] < -0.9
    assert abs(looks(end)[1]) < 0.05
    assert moved("neck-turn", "shoulder_left") == (0, 0, 0)


def test_chin_to_chest_bends_the_neck_and_not_the_back() -> None:
    start, end = ends("chin-to-chest")
    gap = [length(subtract(each.joints["chin"], each.joints["chest"])) for each in (start, end)]
    assert gap[1] < gap[0] - 5
    assert moved("chin-to-chest", "nape") == (0, 0, 0)


def test_shrug_lifts_both_shoulders_and_nothing_else() -> None:
    assert moved("shoulder-shrug", "shoulder_left")[1] == moved("shoulder-shrug", "shoulder_right")[1] == 8
    assert moved("shoulder-shrug", "head") == (0, 0, 0)


def test_shoulders_roll_once_round_up_first_and_then_back() -> None:
    shown = panel("shoulder-rolls")
    shoulder = [solve(shown.pose(part / 8)).joints["shoulder_right"] for part in range(9)]
    assert shoulder[0] == shoulder[-1]
    highest = max(range(9), key=lambda step: shoulder[step][1])
    rearmost = min(range(9), key=lambda step: shoulder[step][2])
    assert highest < rearmost


def test_blade_squeeze_opens_the_elbows_and_leaves_the_head() -> None:
    assert moved("blade-squeeze", "elbow_left")[2] < -5
    assert moved("blade-squeeze", "elbow_right")[2] < -5
    assert moved("blade-squeeze", "shoulder_left")[2] < -3
    assert moved("blade-squeeze", "head") == (0, 0, 0)


def test_blade_squeeze_brings_the_blades_to_the_spine() -> None:
    apart = [each.joints["blade_left"][0] - each.joints["blade_right"][0] for each in ends("blade-squeeze")]
    assert apart[1] < apart[0] - 5


def test_cross_body_stretch_draws_the_right_arm_across() -> None:
    _, end = ends("cross-body-stretch")
    assert end.joints["wrist_right"][0] > 15
    assert length(subtract(end.joints["palm_left"], end.joints["elbow_right"])) < 12


def test_twist_turns_the_chest_to_the_right_over_still_hips() -> None:
    _, end = ends("seated-twist")
    assert rotate(end.frames["chest"], (0, 0, 1))[0] < -0.6
    assert moved("seated-twist", "knee_left") == moved("seated-twist", "hip_right") == (0, 0, 0)


def test_doorway_stretch_steps_forward_between_still_hands() -> None:
    _, end = ends("doorway-stretch")
    assert moved("doorway-stretch", "chest")[2] > 10
    assert moved("doorway-stretch", "palm_left") == pytest.approx((0, 0, 0))
    assert abs(end.joints["elbow_left"][1] - end.joints["shoulder_left"][1]) < 9
    upright = subtract(end.joints["wrist_left"], end.joints["elbow_left"])
    assert abs(upright[0]) < 5
    assert abs(upright[2]) < 5


def test_fist_opens_to_a_fan() -> None:
    start, end = ends("fist-and-fan")
    assert start.grips["left"].curl[0] > 60
    assert end.grips["left"].spread > 10
    assert end.grips["left"] == end.grips["right"]


@pytest.mark.parametrize(
    ("name", "least", "most"), [("wrist-flexor-stretch", -90, -55), ("wrist-extensor-stretch", 55, 90)]
)
def test_wrist_stretches_bend_the_right_hand_with_help_of_the_left(name: str, least: float, most: float) -> None:
    _, end = ends(name)
    assert least < wrist_angles(end, "right")[0] < most
    assert 150 < angle(end, "shoulder_right", "elbow_right", "wrist_right") < 178
    assert length(subtract(end.joints["palm_left"], end.joints["palm_right"])) < 8


def test_palms_stay_together_while_the_wrists_sink() -> None:
    for skeleton in (solve(panel("palms-together").pose(part / 4)) for part in range(5)):
        assert length(subtract(skeleton.joints["palm_left"], skeleton.joints["palm_right"])) < 4
    assert moved("palms-together", "wrist_left")[1] < -10
    assert moved("palms-together", "elbow_left")[0] > 3


def test_tendon_glides_go_from_straight_over_hook_and_fist_to_straight_fist() -> None:
    scene = load_scene(POSES / "tendon-glides.toml")
    still = [each.pose(each.shown).arm_right.grip.curl for each in scene.still]
    moving = [scene.moving[0].pose(part / 4).arm_right.grip.curl for part in range(4)]
    assert still == moving
    assert [(knuckle > 45, middle > 45, last > 45) for knuckle, middle, last in still] == [
        (False, False, False),
        (False, True, True),
        (True, True, True),
        (True, True, False),
    ]


def test_figure_four_rests_the_right_ankle_on_the_left_knee() -> None:
    start, end = ends("figure-four")
    for skeleton in (start, end):
        ankle, knee = skeleton.joints["ankle_right"], skeleton.joints["knee_left"]
        assert length(subtract(ankle, knee)) < 16
        assert ankle[1] > knee[1]
    assert moved("figure-four", "nape")[2] > 12


def test_hip_flexor_stretch_rocks_the_pelvis_under_a_leg_that_is_back() -> None:
    start, end = ends("hip-flexor-stretch")
    assert end.joints["ankle_right"][2] < end.joints["hip_right"][2] - 40
    assert end.joints["knee_right"][1] > 6
    tilt = [rotate(each.frames["pelvis"], (0, 0, 1))[1] for each in (start, end)]
    assert tilt[0] < 0 < tilt[1]


def test_march_lifts_the_right_foot_alone_under_an_upright_trunk() -> None:
    assert moved("seated-march", "ankle_right")[1] > 20
    assert moved("seated-march", "ankle_left") == moved("seated-march", "nape") == (0, 0, 0)


def test_side_leg_raise_lifts_a_straight_right_leg() -> None:
    _, end = ends("side-leg-raise")
    assert leg_angle(end, "right") > 170
    assert end.joints["ankle_right"][0] < end.joints["hip_right"][0] - 30
    assert moved("side-leg-raise", "nape") == (0, 0, 0)


def test_crossed_leg_stretch_looks_over_the_right_shoulder() -> None:
    _, end = ends("crossed-leg-stretch")
    assert looks(end)[0] < -0.8
    assert end.joints["ankle_right"][0] > end.joints["ankle_left"][0]
    assert length(subtract(end.joints["palm_left"], end.joints["knee_right"])) < 8


def test_sit_to_stand_leans_forward_first_and_ends_at_full_height() -> None:
    scene = load_scene(POSES / "sit-to-stand.toml")
    way = [solve(scene.moving[0].pose(part)) for part in (0, 0.5, 1)]
    nape = [skeleton.joints["nape"] for skeleton in way]
    assert leg_angle(way[-1], "left") > 155
    assert nape[1][2] > nape[0][2]
    assert nape[1][1] < nape[0][1]


def test_heel_raise_lifts_the_heels_and_toe_raise_the_toes() -> None:
    assert moved("heel-raise", "ankle_left")[1] > 6
    assert foot_tilt(ends("heel-raise")[1], "left") < -0.5
    assert abs(moved("toe-raise", "ankle_left")[1]) < 1
    assert foot_tilt(ends("toe-raise")[1], "left") > 0.3


def test_ankle_points_away_first_and_then_towards_oneself() -> None:
    start, end = ends("ankle-point")
    assert leg_angle(end, "right") > 165
    assert foot_tilt(end, "right") > foot_tilt(start, "right") + 0.3
    assert end.joints["ankle_right"][1] > 20


def test_calf_stretch_keeps_the_back_leg_straight_and_its_heel_down() -> None:
    _, end = ends("calf-stretch")
    assert leg_angle(end, "right") > 165
    assert leg_angle(end, "left") < 150
    assert end.joints["ankle_right"][1] == pytest.approx(7)
    assert end.joints["ankle_right"][2] < end.joints["ankle_left"][2] - 40


def test_eye_break_lifts_the_eyes_from_the_screen() -> None:
    start, end = ends("eye-break")
    assert looks(start)[1] < -0.15 < 0 <= looks(end)[1]


def test_a_neck_turned_too_far_is_refused() -> None:
    shown = panel("neck-turn")
    with pytest.raises(ValueError, match="less than or equal to 80"):
        Panel.model_validate({**shown.model_dump(), "end": {"neck": {"twist": 120}}})


def test_a_broken_wrist_and_a_twisted_forearm_are_noticed() -> None:
    shown = panel("wrist-flexor-stretch")
    start = {**shown.start, "arm_right": {**shown.start["arm_right"], "direction": [0, 0.2, -1]}}
    broken = solve(shown.model_copy(update={"start": start, "end": {}}).pose(0))
    assert any("wrist_right" in strain for strain in beyond_range(broken))
    palms = panel("palms-together")
    start = {**palms.start, "arm_left": {**palms.start["arm_left"], "thumb": [0, 0, 1]}}
    twisted = solve(palms.model_copy(update={"start": start, "end": {}}).pose(0))
    assert any("forearm_left" in strain for strain in beyond_range(twisted))
