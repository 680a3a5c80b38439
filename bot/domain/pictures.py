"""Which pictures a workspace lacks, whose turn it is to bring one there, and when to try again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

LEASE = timedelta(seconds=60)
"""How long a workspace's uploads are one process's: one picture at a time is gentle enough for Slack's file limits."""

CALLS_WITHIN = timedelta(seconds=50)
"""How long bringing one picture may take: what is left of the lease is for writing down how it went."""

LONGEST_WAIT = timedelta(minutes=10)
"""How long to wait at most, and after what only a person can mend: a missing scope, a full or closed workspace."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that one process is to bring to a workspace; `file_id` is empty when it is not in Slack yet.

    `attempts` grows with every claim and fences it: who lost it can settle nothing.
    """

    workspace_id: int
    name: str
    digest: str
    file_id: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of an upload: whether Slack can show the picture now, and how long to leave the workspace alone."""

    upload: Upload
    is_shown: bool
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Stock:
    """The pictures a workspace has, by name with their Slack file ids; what to bring next, else when to look again."""

    shown: Mapping[str, str]
    upload: Upload | None
    look_again_in: timedelta


def back_off(attempts: int) -> timedelta:
    """Say how long to leave a workspace alone after a failure: 2 s doubling to ten minutes."""
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(attempts, 10)))
