"""Where Slack finds a picture, and what stands in for one that a team did not draw."""

from pathlib import Path

from bot.slack.pictures import Pictures
from routines.catalogue import PICTURES, load_catalogue
from tests.own import SWAY


def _pictures(folder: Path, *names: str) -> Pictures:
    """Give the pictures of a team's folder with a move for each side and files of these names."""
    (folder / "pictures").mkdir()
    for name in names:
        (folder / "pictures" / name).write_bytes((PICTURES / "neck-tilt.png").read_bytes())
    toml = SWAY.replace("hold_seconds = 10", 'hold_seconds = 10\nsides = "each"')
    (folder / "sway.toml").write_text(toml, encoding="utf-8")
    return Pictures(load_catalogue([folder]), "https://limber.example")


def test_the_other_side_of_an_own_exercise_is_shown_by_the_picture_there_is(tmp_path: Path) -> None:
    pictures = _pictures(tmp_path, "tree-sway.png")
    for moving in (False, True):
        found = pictures.find("T1", "tree-sway-left", moving=moving)
        assert found is not None
        assert found["image_url"].endswith("/tree-sway.png")


def test_the_mirror_image_is_shown_where_there_is_one(tmp_path: Path) -> None:
    found = _pictures(tmp_path, "tree-sway.png", "tree-sway-left.png").find("T1", "tree-sway-left")
    assert found is not None
    assert found["image_url"].endswith("/tree-sway-left.png")


def test_an_exercise_without_a_picture_is_shown_in_words(tmp_path: Path) -> None:
    assert _pictures(tmp_path).find("T1", "tree-sway") is None
