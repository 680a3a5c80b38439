"""The workspace a playground starts with: a small design studio in five time zones, all of it invented."""

from dataclasses import dataclass, field

from playground.entities import Channel, Person

APP = "@app"
"""Stands for the app's own user among a seeded channel's members."""


@dataclass(frozen=True)
class Seed:
    """People, channels and who is in them at the first start."""

    team_id: str
    team_name: str
    people: tuple[Person, ...]
    channels: tuple[Channel, ...] = field(default=())


_PEOPLE = (
    Person("U0ANNA", "anna", "Anna Berg", "Europe/Berlin", "#3b7dd8", is_admin=True),
    Person("U0TOMAS", "tomas", "Tomás Rivera", "Europe/Madrid", "#c2571a"),
    Person("U0MEI", "mei", "Mei Tan", "Asia/Singapore", "#2f8f5b"),
    Person("U0JONAS", "jonas", "Jonas Lind", "Europe/Stockholm", "#7a4fb5"),
    Person("U0PRIYA", "priya", "Priya Nair", "Asia/Kolkata", "#b5477a"),
)
_EVERYONE = [person.id for person in _PEOPLE]

NORTHLIGHT = Seed(
    team_id="T0LIMBER",
    team_name="Northlight Studio",
    people=_PEOPLE,
    channels=(
        Channel("C0DESIGN", "design", members=[*_EVERYONE, APP]),
        Channel("C0ENGINEERING", "engineering", members=["U0ANNA", "U0TOMAS", "U0JONAS"]),
    ),
)
