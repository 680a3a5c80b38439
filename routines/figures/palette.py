"""The colours of every picture, and what the figures look like."""

from dataclasses import dataclass
from typing import Literal

INK = "#1F2A44"
CORAL = "#F2603E"  # motion, force, and where one feels it
YELLOW = "#F9B934"  # equipment
CARD = "#FFF4E3"
FLOOR = "#F3E0C4"
WALL = "#EADBC3"
SKIRTING = "#DCC9AC"
GHOST = "#EBD5B4"
GHOST_EDGE = "#CFB38C"
FURNITURE = "#B9C4D6"
FURNITURE_DARK = "#93A2BB"
TYRE = "#3B4560"
SKY = "#CFE6F2"
TREE = "#5E9E6E"
DIVIDER = "#C9AE86"
WHITE = "#FFFFFF"


@dataclass(frozen=True)
class Look:
    """One person: colours, hair, glasses, beard, and girth as a factor."""

    skin: str
    hair: str
    style: Literal["cap", "bun", "afro", "ponytail", "scarf", "bald"] = "cap"
    shirt: str = "#1E9C8F"
    legs: str = "#33456B"
    shoe: str = "#F7F4EE"
    glasses: bool = False
    beard: bool = False
    girth: float = 1.0


LOOKS = {
    "short": Look(skin="#C98B62", hair="#3A2A26"),
    "bun": Look(skin="#8A5A3C", hair="#221A1C", style="bun"),
    "red-bun": Look(skin="#EDB98F", hair="#8A4B2A", style="bun"),
    "crop": Look(skin="#7A4B32", hair="#1D1618"),
    "grey": Look(skin="#E8B894", hair="#B9B7BC", shirt="#7B6DB0", glasses=True, legs="#4A4F5E"),
    "scarf": Look(skin="#C99368", hair="#5A4A8C", style="scarf", shirt="#4F8F6B", legs="#3A3F5C"),
    "afro": Look(skin="#6E4429", hair="#2A1B18", style="afro", shirt="#4C86C6", legs="#3B4058"),
    "beard": Look(skin="#DDA57C", hair="#5A3C2B", shirt="#5C7FA8", legs="#4B4A44", beard=True, girth=1.17),
    "ponytail": Look(skin="#F0C6A4", hair="#C2964F", style="ponytail", shirt="#8A5FA3", legs="#2F4A5C"),
    "bald": Look(skin="#8F5E40", hair="#D8D4D0", style="bald", shirt="#3E9A6C", beard=True, legs="#39425E"),
}


def shade(colour: str, amount: float) -> str:
    """Darken (below 0, to -1 for black) or lighten (above 0, to 1 for white) a colour."""
    channels = [int(colour[index : index + 2], 16) for index in (1, 3, 5)]
    if amount < 0:
        mixed = [int(value * (1 + amount)) for value in channels]
    else:
        mixed = [int(value + (255 - value) * amount) for value in channels]
    return "#" + "".join(f"{value:02X}" for value in mixed)
