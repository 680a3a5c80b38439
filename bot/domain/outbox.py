"""What Limber says unasked, and how each message ends: sent, tried again, uncertain, missed or dead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(seconds=15)
"""How long a claim holds; longer than the posting client's time-out, so that a live worker never loses its row."""

RECONCILE_AFTER = timedelta(seconds=5)
"""How long to wait before looking for a message of unknown outcome: Slack may still be storing it."""

MAX_ATTEMPTS = 8
"""After this many refusals for the moment a message is given up."""


class Kind(StrEnum):
    """What a message is; `*_EDIT` kinds change a posted message, newest state wins."""

    PROMPT = "prompt"
    PROMPT_EDIT = "prompt_edit"
    LOBBY = "lobby"
    LOBBY_EDIT = "lobby_edit"
    RUN_STEP = "run_step"
    RUN_ALONE = "run_alone"
    RUN_CLOSING = "run_closing"
    BOARD = "board"
    INTRODUCTION = "introduction"
    FELL_SILENT = "fell_silent"


EDITS = frozenset({Kind.PROMPT_EDIT, Kind.LOBBY_EDIT})
"""Kinds sent with chat.update: repeating one does no harm, so an unknown outcome is simply tried again."""


class State(StrEnum):
    """Where a message is. The first three are open; `UNCERTAIN` waits to be looked up; the rest are settled."""

    PENDING = "pending"
    LEASED = "leased"
    INTENT = "intent"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    MISSED = "missed"
    DROPPED = "dropped"
    DEAD = "dead"


OPEN = frozenset({State.PENDING, State.LEASED, State.INTENT, State.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Message:
    """A message to enqueue. `key` is unique for ever: enqueueing it twice says it once.

    `due_at` and `expires_at` are UTC on the product's clock.
    """

    channel_id: int
    kind: Kind
    subject_id: int
    key: str
    due_at: datetime
    step: int = 0
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed message and where it goes. `owner` and `attempts` fence it: who lost the lease can settle nothing."""

    id: int
    kind: Kind
    subject_id: int
    step: int
    key: str
    due_at: datetime
    expires_at: datetime | None
    state: State
    owner: str
    attempts: int
    revision: int
    workspace_id: int
    team_id: str
    channel_id: int
    slack_channel_id: str
    intent_at: datetime | None = None

    @property
    def is_edit(self) -> bool:
        """Tell whether the message changes one that is already there."""
        return self.kind in EDITS


class Outcome(StrEnum):
    """What a call to Slack came to."""

    SENT = "sent"
    TRY_LATER = "try_later"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    CHANNEL_GONE = "channel_gone"


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one call: the message's `ts` when sent, else Slack's error name, and how long to wait."""

    outcome: Outcome
    ts: str | None = None
    error: str | None = None
    retry_after: timedelta = timedelta(0)


TOKEN_ERRORS = frozenset(
    {"account_inactive", "invalid_auth", "team_access_not_granted", "token_expired", "token_revoked"}
)
"""Slack errors about our token: every channel stops, and goes on with one that Slack takes."""

CHANNEL_GONE_ERRORS = TOKEN_ERRORS | frozenset(
    {
        "channel_not_found",
        "ekm_access_denied",
        "is_archived",
        "not_authed",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
    }
)
"""Slack errors after which posting to the channel is pointless until a person does something (chat.postMessage)."""

UNKNOWN_ERRORS = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Slack errors that may come after the message was stored ("some aspect of the operation" may have succeeded)."""

TRY_LATER_ERRORS = frozenset(
    {"message_limit_exceeded", "org_login_required", "rate_limited", "ratelimited", "team_added_to_org"}
)
"""Slack errors that pass by themselves: its limits, and a workspace that is being moved into an organisation."""


def outcome_of_error(error: str) -> Outcome:
    """Classify a Slack error name."""
    if error in TRY_LATER_ERRORS:
        return Outcome.TRY_LATER
    if error in UNKNOWN_ERRORS:
        return Outcome.UNKNOWN
    if error in CHANNEL_GONE_ERRORS:
        return Outcome.CHANNEL_GONE
    return Outcome.REFUSED


def back_off(attempts: int) -> timedelta:
    """Say how long to wait before trying again: 1 s doubling to a minute."""
    return timedelta(seconds=min(60, 2 ** (attempts - 1)))
