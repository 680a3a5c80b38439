"""What Limber says unasked, and how each message ends: sent, tried again, uncertain, missed or dead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

LEASE = timedelta(seconds=14)
"""How long a claim holds, and anew from the intent on. When it ends, a message of unknown outcome is looked for.

With the look-up a message whose worker died in the middle of a call is 15 seconds late at most.
"""

CALL_TIMEOUT = timedelta(seconds=10)
"""How long after its intent a call may begin and last: what is left of the lease is for Slack to finish storing it."""

POST_EVERY = timedelta(seconds=1)
"""About one message a second and channel is what Slack takes (chat.postMessage)."""

POST_BURST = 5
"""Messages a workspace gets without a pause: Slack takes "several hundred" a minute of it (chat.postMessage)."""

POST_PAUSE = timedelta(seconds=1)
"""How long after the last of them was answered it may have as many again: no second holds more, however slow we are."""

POST_PATIENCE = timedelta(seconds=3)
"""How long after the last of them that is at the latest: a call that hangs, or whose worker died, came long ago."""

CALL_BEGINS = POST_PATIENCE - POST_PAUSE
"""How long after its intent a call may begin, or a worker that stalled would crowd the next burst."""

CLAIM_AHEAD = timedelta(seconds=0.6)
"""How long before its turn a post may be claimed, so that it is ready when that comes; a prompt, before it is due.

What is left of a pause is for the settlement that it begins with.
"""

EDIT_EVERY = timedelta(seconds=1.5)
"""40 edits a minute and workspace, below Slack's 50 for chat.update (Tier 3)."""

LOOK_UP_EVERY = timedelta(seconds=1.5)
"""40 look-ups a minute and workspace, below Slack's 50 for conversations.history (Tier 3)."""

MAX_ATTEMPTS = 8
"""After this many refusals for the moment a message is given up."""

TRY_FOR = timedelta(days=1)
"""For so long a message is tried while Slack is away: its outages take hours, and nothing brings back what dies of one.

That may be a notice, or an edit that takes a name off a board.
"""


class Kind(StrEnum):
    """What a message is; `*_EDIT` kinds change a posted message, newest state wins.

    `GUIDE_END` is never said: when it is due, a private run that was left open ends.
    """

    PROMPT = "prompt"
    PROMPT_EDIT = "prompt_edit"
    LOBBY = "lobby"
    LOBBY_EDIT = "lobby_edit"
    RUN_STEP = "run_step"
    RUN_ALONE = "run_alone"
    RUN_PAUSED = "run_paused"
    RUN_GOES_ON = "run_goes_on"
    RUN_CLOSING = "run_closing"
    RUN_GONE = "run_gone"
    GUIDE_END = "guide_end"
    REMINDER = "reminder"
    BOARD = "board"
    BOARD_EDIT = "board_edit"
    HELLO = "hello"
    INTRODUCTION = "introduction"
    INTRODUCTION_EDIT = "introduction_edit"
    STOPPED = "stopped"
    FELL_SILENT = "fell_silent"
    ROUTINE_REMOVED = "routine_removed"


EDITS = frozenset({Kind.PROMPT_EDIT, Kind.LOBBY_EDIT, Kind.BOARD_EDIT, Kind.INTRODUCTION_EDIT})
"""Kinds sent with chat.update: repeating one does no harm, so an unknown outcome is simply tried again."""


AWAITED = frozenset(
    {
        *(Kind.LOBBY, Kind.RUN_STEP, Kind.RUN_ALONE, Kind.RUN_PAUSED, Kind.RUN_GOES_ON, Kind.RUN_CLOSING),
        Kind.RUN_GONE,
    }
)
"""Kinds that people stand and wait for: in a workspace they go before prompts, for which some seconds are nothing."""


TO_A_PERSON = frozenset({Kind.REMINDER, Kind.RUN_GONE, Kind.STOPPED, Kind.ROUTINE_REMOVED})
"""Kinds that go to one person, whose direct messages may be gone while the channel of their row is not."""

NOT_IN_HISTORY = TO_A_PERSON | {Kind.RUN_ALONE}
"""Kinds that no look through the channel of their row would find: they go elsewhere, or one person alone sees them."""

IN_THREAD = frozenset({Kind.RUN_STEP, Kind.RUN_PAUSED, Kind.RUN_GOES_ON, Kind.RUN_CLOSING})
"""Kinds that are replies in the thread of their run."""


class State(StrEnum):
    """Where a message is. The first four are open, of which `UNCERTAIN` waits to be looked up; the rest are settled."""

    PENDING = "pending"
    LEASED = "leased"
    INTENT = "intent"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    MISSED = "missed"
    DROPPED = "dropped"
    DEAD = "dead"


UNKNOWABLE = "unknown outcome, and the app may not read the channel's history"
"""The error of a message that Slack may have and that nobody may look for; somebody who presses it heals it."""

UNSEEN = "unknown outcome, and it stands in no history"
"""The same of a message that no look would find."""


class Lane(StrEnum):
    """The Slack methods that have a pace of their own in a workspace: chat.postMessage, chat.update, history."""

    POST = "post"
    EDIT = "edit"
    LOOK_UP = "look_up"


@dataclass(frozen=True, slots=True)
class Message:
    """A message to enqueue. `key` is unique for ever: enqueueing it twice says it once.

    `step` is which of its subject's messages it is: the step of a run, or the id of the person to remind.
    `due_at` and `expires_at` are UTC on the product's clock.
    """

    channel_id: int
    kind: Kind
    subject_id: int
    key: str
    due_at: datetime
    step: int = 0
    expires_at: datetime | None = None


class Delivery(NamedTuple):
    """A claimed message and where it goes. `owner` names the claim and fences it: who lost it can settle nothing.

    `due_at` and `expires_at` are UTC on the product's clock, `intent_at` on the database's. A post is one of a `burst`
    of its workspace, which are numbered; `opens_in` says how many seconds after claim or intent that begins.
    """

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
    intent_at: datetime | None
    burst: int
    opens_in: float = 0.0

    @property
    def is_edit(self) -> bool:
        """Tell whether the message changes one that is already there."""
        return self.kind in EDITS

    @property
    def lane(self) -> Lane:
        """Name the method whose pace it shares."""
        return Lane.EDIT if self.is_edit else Lane.POST


_A_LITTLE = 0.01
"""Seconds after a turn opens: a look that comes a millisecond before would be followed by a rest."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """When there may be more to claim, in seconds: by a turn, when a lease ends, by a due instant; None if never.

    With `is_lost` somebody's call was never settled, and its lease has ended.
    """

    opens_in: float | None = None
    lease_ends_in: float | None = None
    due_in: float | None = None
    is_lost: bool = False

    def more_in(self, rest: float) -> float | None:
        """Tell in how many seconds there may be more; turns that open within a rest are waited for together."""
        opens_in = None if self.opens_in is None else max(self.opens_in + _A_LITTLE, rest)
        waits = (0.0 if self.is_lost else None, opens_in, self.lease_ends_in, self.due_in)
        return min((wait for wait in waits if wait is not None), default=None)


@dataclass(frozen=True, slots=True)
class Record:
    """What the database knows of a message: where it belongs, when it was due (UTC), how it ended or why not yet."""

    kind: Kind
    key: str
    state: State
    due_at: datetime
    settled_at: datetime | None
    attempts: int
    error: str | None
    team_id: str
    channel_slack_id: str
    channel_name: str
    zone: str

    @property
    def late(self) -> timedelta | None:
        """Tell how much later than it was due a message was sent; None if it was not, or nobody knows when."""
        if self.state is not State.SENT or self.settled_at is None:
            return None
        return self.settled_at - self.due_at


class Outcome(StrEnum):
    """What a call to Slack came to; with `UNREACHED` Slack never had it."""

    SENT = "sent"
    UNREACHED = "unreached"
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
        "messages_tab_disabled",
        "not_authed",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
    }
)
"""Slack errors after which posting to the channel is pointless until a person does something (chat.postMessage)."""

THREAD_GONE_ERRORS = frozenset(
    {
        "cannot_reply_to_message",
        "message_not_found",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "thread_not_found",
    }
)
"""Slack errors about the thread a reply was meant for: deleted, locked, or none is to be there (chat.postMessage)."""

UNKNOWN_ERRORS = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Slack errors that may come after the message was stored ("some aspect of the operation" may have succeeded)."""

TRY_LATER_ERRORS = frozenset(
    {
        "external_channel_migrating",
        "message_limit_exceeded",
        "org_login_required",
        "rate_limited",
        "ratelimited",
        "team_added_to_org",
    }
)
"""Slack errors that pass by themselves: its limits, and a channel or a workspace that is being moved."""


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


def is_given_up(delivery: Delivery, result: Result, now: datetime) -> bool:
    """Tell whether a message that failed for the moment at `now` (UTC) is not tried again.

    What expires is tried until then, and what Slack asks us to send later as often as it does. Else its refusals count;
    while it is away, which is no answer, a message is tried for a day, unless people stand and wait for it.
    """
    expires = delivery.expires_at is not None and not delivery.is_edit
    if result.retry_after or expires or delivery.attempts < MAX_ATTEMPTS:
        return False
    is_answer = result.outcome is Outcome.TRY_LATER
    return is_answer or delivery.kind in AWAITED or now - delivery.due_at >= TRY_FOR
