"""Refusals: what a person asked for that the rules do not allow, each said in one clear sentence by the views.

They are not frozen: Python itself writes the traceback into an exception, and fails on one that refuses it.
"""

from dataclasses import dataclass
from datetime import date

from routines.problems import Problem


class Refusal(Exception):  # noqa: N818  # a refusal is an answer, not an error
    """Something a person asked for that the rules do not allow."""


@dataclass(eq=False)
class BreakClosed(Refusal):
    """The break's date has ended, so nothing can be counted or withdrawn."""

    closed_on: date


class BreakUnknown(Refusal):
    """The message belongs to no break we know."""


class RunOver(Refusal):
    """The run has ended, so it accepts nothing more."""


@dataclass(eq=False)
class GuideOver(Refusal):
    """A private run has ended, or nobody touched it for an hour; so many of its moves were done."""

    moves_done: int
    moves: int


@dataclass(eq=False)
class RunTooSoon(Refusal):
    """Another joint run took place in this channel less than 30 minutes ago; `routine_id` is what was asked for."""

    minutes_left: int
    routine_id: str


@dataclass(eq=False)
class RunIsOn(Refusal):
    """A joint run is on in this channel, which one can join; `routine_id` is what was asked for."""

    run_id: int
    routine_id: str


@dataclass(eq=False)
class NotTheStarter(Refusal):
    """Only the starter may skip or stop a run, unless the starter has left."""

    starter_name: str


@dataclass(eq=False)
class NotInRun(Refusal):
    """The person has not joined this run; `run_id` is None for a guide, which is somebody else's alone."""

    run_id: int | None = None


@dataclass(eq=False)
class NotTheKeeper(Refusal):
    """Only keepers and workspace admins change a channel's schedules."""

    keeper_name: str


class NotAFullMember(Refusal):
    """Guests, bots and people of other workspaces set no breaks up for a channel."""


class NotInTheChannel(Refusal):
    """A channel is set up by people who are in it."""


@dataclass(eq=False)
class SentJustNow(Refusal):
    """A break came to this channel a few minutes ago, so none is sent by hand yet."""

    minutes_left: int


class NotAChannel(Refusal):
    """Breaks for a team are set up in a channel, not in a direct message."""


@dataclass(eq=False)
class NotAMember(Refusal):
    """The app is not a member of the channel, so it cannot post there."""

    channel_id: str


class NothingScheduled(Refusal):
    """The channel has no schedules to pause or to let go on."""


@dataclass(eq=False)
class ChannelStopped(Refusal):
    """The channel's breaks cannot go on yet; `reason` is the error that stopped them."""

    channel_id: str
    reason: str


class NothingPaused(Refusal):
    """The channel's breaks are not paused."""


class QuietWhileAway(Refusal):
    """Nothing but somebody's away days keeps their own breaks from coming."""


class ScheduleGone(Refusal):
    """The schedule was deleted while it was being edited."""


@dataclass(eq=False)
class ScheduleChanged(Refusal):
    """Somebody else changed the schedule while it was being edited."""

    schedule_id: int


@dataclass(eq=False)
class RoutineWrong(Refusal):
    """A routine somebody wrote cannot be taken, for these reasons, in the order of its lines."""

    problems: tuple[Problem, ...]


@dataclass(eq=False)
class TooManyRoutines(Refusal):
    """A workspace has as many routines of its own as it may."""

    most: int


class RoutineGone(Refusal):
    """The routine was removed meanwhile."""


class NotAnAdmin(Refusal):
    """Only admins change what a whole workspace has."""


@dataclass(eq=False)
class InvalidInput(Refusal):
    """What was typed cannot be read; `field` names the input, `sentence` says what to write instead."""

    field: str
    sentence: str


class CannotRun(Exception):  # noqa: N818  # said to the operator, like a refusal to a person
    """Something the operator has to put right first; the message says what, and how."""
