"""Routines a workspace wrote itself: what of them is kept, and how large they may be."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.workspaces import Channel
from routines.model import Routine

MOST = 12
"""How many routines of its own a workspace may have."""

KEPT_VERSIONS = 20
"""How many versions that were replaced or removed stay known to the prompts that show them."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a workspace's own routine, known by the SHA-256 of its text."""

    digest: str
    is_retired: bool


@dataclass(frozen=True, slots=True)
class OwnRoutine:
    """A workspace's own routine as it is in use: its TOML, when (UTC) it came, and the name of who brought it."""

    routine_id: str
    toml: str
    accepted_at: datetime
    accepted_by: str | None


@dataclass(frozen=True, slots=True)
class Removed:
    """What a keeper is told of a routine that was removed: the channels whose breaks served nothing else.

    `told_slack_id` is that person, or the channel itself where nobody looks after it.
    """

    title: str
    channels: tuple[Channel, ...]
    told_slack_id: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An own routine as its workspace sees it; `routine` is None when it no longer fits beside the others."""

    own: OwnRoutine
    routine: Routine | None
