"""More workspaces with the same app, for measurements: made up, kept in memory, without people to act as."""

from dataclasses import dataclass
from typing import Self

from playground.entities import Channel, Person
from playground.local_slack import Emit, LocalSlack
from playground.seed import APP, Seed
from playground.storage import Nothing


@dataclass(frozen=True)
class Neighbour:
    """How to call a workspace: its bot token, and the channels the app is in."""

    team_id: str
    bot_token: str
    channels: tuple[str, ...]
    people: tuple[str, ...]

    @classmethod
    def of(cls, slack: LocalSlack) -> Self:
        """Tell of a workspace."""
        people = tuple(person.id for person in slack.workspace.people.values() if not person.is_bot)
        return cls(slack.settings.team_id, slack.settings.bot_token, tuple(slack.workspace.channels), people)


def make_neighbours(slack: LocalSlack, count: int, emit: Emit) -> list[LocalSlack]:
    """Make workspaces that share the first one's clock, faults, limits and log of calls."""
    return [_neighbour(slack, number, emit) for number in range(2, count + 2)]


def _neighbour(first: LocalSlack, number: int, emit: Emit) -> LocalSlack:
    made = LocalSlack(first.app, _seed(number), Nothing())
    made.clock, made.faults, made.limits, made.calls = first.clock, first.faults, first.limits, first.calls
    made.checks_blocks = first.checks_blocks
    made.emit = emit
    return made


def _seed(number: int) -> Seed:
    people = tuple(Person(f"U{number:04}P{each}", f"person{each}", f"Person {each}") for each in range(1, 4))
    members = [*(person.id for person in people), APP]
    channels = tuple(Channel(f"C{number:04}N{each}", f"team-{each}", members=members) for each in range(1, 21))
    return Seed(f"T{number:04}", f"Workspace {number}", people, channels)
