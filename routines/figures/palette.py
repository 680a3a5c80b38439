"""The colours of every picture, and what the figures look like."""

from dataclasses import dataclass

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
DIVIDER = "#C9AE86"
WHITE = "#FFFFFF"


@dataclass(frozen=True)
class Look:
    """One person's colours and hair."""

    skin: str
    hair: str
    bun: bool = False
    shirt: str = "#1E9C8F"
    legs: str = "#33456B"
    shoe: str = "#F7F4EE"


LOOKS = {
    "short": Look(skin="#C98B62", hair="#3A2A26"),
    "bun": Look(skin="#8A5A3C", hair="#221A1C", bun=True),
    "red-bun": Look(skin="#EDB98F", hair="#8A4B2A", bun=True),
    "crop": Look(skin="#7A4B32", hair="#1D1618"),
}


def shade(colour: str, amount: float) -> str:
    """Darken (below 0, to -1 for black) or lighten (above 0, to 1 for white) a colour."""
    channels = [int(colour[index : index + 2], 16) for index in (1, 3, 5)]
    if amount < 0:
        mixed = [int(value * (1 + amount)) for value in channels]
    else:
        mixed = [int(value + (255 - value) * amount) for value in channels]
    return "#" + "".join(f"{value:02X}" for value in mixed)
