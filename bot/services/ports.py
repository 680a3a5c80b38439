"""Where services meet the outside: what they ask of Slack, and the database as the Slack side may name it."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.workspaces import MemberKind
from bot.store.unit_of_work import DatabaseAway, OpenUnitOfWork

__all__ = ["ChannelFacts", "DatabaseAway", "Directory", "OpenUnitOfWork", "PersonFacts"]


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What Slack says of a person; `zone` is an IANA name."""

    name: str
    zone: str
    kind: MemberKind = MemberKind.FULL
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What Slack says of a channel, and whether the app is in it."""

    name: str
    is_member: bool
    is_archived: bool = False


class Directory(Protocol):
    """Looks people and channels up in Slack; None when Slack does not know them or does not answer."""

    async def person(self, team_id: str, slack_id: str) -> PersonFacts | None:
        """Look a person up."""

    async def channel(self, team_id: str, slack_id: str) -> ChannelFacts | None:
        """Look a channel up."""

    async def is_in(self, team_id: str, slack_id: str, channel_slack_id: str) -> bool | None:
        """Tell whether a person is in a channel."""
