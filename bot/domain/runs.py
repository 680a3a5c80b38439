"""One performance of a routine in a thread: a pure state machine from lobby to closing card."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.errors import NotInRun, NotTheStarter, RunOver
from routines.model import Routine, Step

LOBBY_FOR = timedelta(minutes=1)
"""How long a lobby waits before the first step."""

PAUSE_FOR = timedelta(minutes=2)
"""A pause goes on by itself after this long."""

ALONE_FOR = timedelta(minutes=5)
"""How long somebody nobody joined has to answer; after that the run is called off by itself."""

ON_DEMAND_GAP = timedelta(minutes=30)
"""Outside breaks a channel gets at most one joint run in this time."""


class RunState(StrEnum):
    """Where a run is; the last three accept nothing more."""

    LOBBY = "lobby"
    ALONE = "alone"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


OVER = frozenset({RunState.FINISHED, RunState.STOPPED, RunState.CANCELLED})
_WAITING = frozenset({RunState.LOBBY, RunState.ALONE})


@dataclass(frozen=True, slots=True)
class RunMember:
    """Someone in a run: how many steps ended while they were in it, and whether they have left."""

    member_id: int
    name: str
    steps_done: int = 0
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A run of `routine` as it was when it began.

    `step` is the step on show, counted from 0, and -1 before the first. `started_at` (UTC) is when that was shown, and
    before it when the lobby opened. `next_at` (UTC) is when the next thing happens by itself: the start, the next step,
    also after a pause. `remaining` is what a paused step still has to go.
    """

    id: int
    channel_id: int
    break_id: int | None
    starter_id: int
    routine: Routine
    state: RunState
    started_at: datetime
    next_at: datetime
    step: int = -1
    remaining: timedelta = timedelta(0)
    paused_by: str | None = None
    thread_ts: str | None = None
    members: tuple[RunMember, ...] = ()
    is_joint: bool = True

    @property
    def steps(self) -> tuple[Step, ...]:
        """List the steps, each side its own."""
        return self.routine.steps()

    @property
    def goes_on_at(self) -> datetime:
        """Tell when (UTC) a paused run goes on by itself."""
        return self.next_at - self.remaining

    @property
    def present(self) -> tuple[RunMember, ...]:
        """List who is in the run now."""
        return tuple(member for member in self.members if not member.has_left)

    @property
    def credited(self) -> tuple[RunMember, ...]:
        """List who did at least one step, whether they stayed or not."""
        return tuple(member for member in self.members if member.steps_done > 0)

    @property
    def has_begun(self) -> bool:
        """Tell whether the run goes on in its thread: its lobby has ended with company, and it is not over."""
        return not self.is_over and self.state not in _WAITING

    @property
    def is_over(self) -> bool:
        """Tell whether the run has ended."""
        return self.state in OVER

    def member(self, member_id: int) -> RunMember | None:
        """Find someone who is or was in the run."""
        return next((member for member in self.members if member.member_id == member_id), None)


def join(run: Run, member_id: int, name: str) -> Run:
    """Let someone in, also late, also again; raises RunOver."""
    _refuse_if_over(run)
    known = run.member(member_id)
    if known is None:
        return replace(run, members=(*run.members, RunMember(member_id, name)))
    return _with_member(run, replace(known, has_left=False))


def leave(run: Run, member_id: int) -> Run:
    """Let someone go; what they did stays theirs. The last one to leave stops the run. Raises RunOver, NotInRun."""
    _refuse_if_over(run)
    known = run.member(member_id)
    if known is None or known.has_left:
        raise NotInRun(run.id)
    left = _with_member(run, replace(known, has_left=True))
    if left.present:
        return left
    return replace(left, state=_ended_early(run))


def start_now(run: Run, now: datetime) -> Run:
    """End the lobby at once, alone or not; a run that has begun stays as it is. Raises RunOver."""
    _refuse_if_over(run)
    if run.state not in _WAITING:
        return run
    return replace(run, state=RunState.RUNNING, next_at=now)


def end_wait(run: Run, now: datetime) -> Run:
    """Decide what becomes of a run that has waited long enough.

    After the lobby it runs with company, and alone the starter is asked privately; without an answer it is called off.
    """
    if run.state is RunState.ALONE:
        return replace(run, state=RunState.CANCELLED)
    if run.state is not RunState.LOBBY:
        return run
    if len(run.present) > 1:
        return replace(run, state=RunState.RUNNING, next_at=now)
    return replace(run, state=RunState.ALONE, next_at=now + ALONE_FOR)


def decline(run: Run) -> Run:
    """End a run that nobody joined; a run that has begun stays as it is."""
    return replace(run, state=RunState.CANCELLED) if run.state in _WAITING else run


def show_step(run: Run, step: int, now: datetime) -> Run:
    """Move on to `step`, shown at `now`: the step before it ends and counts for everyone in the run.

    A step that was already shown changes nothing, so a repeated delivery is harmless. A pause has ended by itself, or
    came too late to hold the card back. Raises RunOver.
    """
    _refuse_if_over(run)
    if step != run.step + 1 or run.state in _WAITING:
        return run
    ended = _credit(replace(run, state=RunState.RUNNING, remaining=timedelta(0), paused_by=None))
    shown = ended.steps[step]
    pace = timedelta(seconds=shown.seconds + shown.rest_seconds)
    started_at = now if step == 0 else run.started_at
    return replace(ended, step=step, next_at=now + pace, started_at=started_at)


def finish(run: Run) -> Run:
    """End the last step, which counts for everyone in the run. Raises RunOver."""
    _refuse_if_over(run)
    return replace(_credit(run), state=RunState.FINISHED)


def pause(run: Run, member_id: int, now: datetime) -> Run:
    """Hold the step on show for two minutes; only people in the run may. Raises RunOver, NotInRun."""
    member = _present_member(run, member_id)
    if run.state is not RunState.RUNNING or run.step < 0:
        return run
    remaining = max(run.next_at - now, timedelta(0))
    return replace(
        run,
        state=RunState.PAUSED,
        remaining=remaining,
        paused_by=member.name,
        next_at=now + PAUSE_FOR + remaining,
    )


def resume(run: Run, now: datetime) -> Run:
    """Go on with the paused step for what it still had to go. Raises RunOver."""
    _refuse_if_over(run)
    if run.state is not RunState.PAUSED:
        return run
    return replace(run, state=RunState.RUNNING, next_at=now + run.remaining, remaining=timedelta(0), paused_by=None)


def skip(run: Run, member_id: int, now: datetime) -> Run:
    """Move on to the next step at once; only the starter may, or anyone once the starter has left.

    Raises RunOver, NotTheStarter.
    """
    _refuse_unless_in_charge(run, member_id)
    if run.step < 0:
        return run
    return replace(run, state=RunState.RUNNING, next_at=now, remaining=timedelta(0), paused_by=None)


def stop(run: Run, member_id: int) -> Run:
    """Stop for everyone; only the starter, or anyone once the starter has left. Raises RunOver, NotTheStarter."""
    _refuse_unless_in_charge(run, member_id)
    return replace(run, state=_ended_early(run))


def break_off(run: Run, now: datetime) -> Run:
    """End a run that cannot go on at `now`; what was done stays done, and one that is over stays as it is."""
    if run.is_over:
        return run
    if run.has_begun and now >= run.next_at:
        is_last = run.step == len(run.steps) - 1
        return finish(run) if is_last else replace(_credit(run), state=_ended_early(run))
    return replace(run, state=_ended_early(run))


def _ended_early(run: Run) -> RunState:
    return RunState.STOPPED if run.step >= 0 else RunState.CANCELLED


def _credit(run: Run) -> Run:
    if run.step < 0:
        return run
    members = tuple(
        member if member.has_left else replace(member, steps_done=member.steps_done + 1) for member in run.members
    )
    return replace(run, members=members)


def _with_member(run: Run, changed: RunMember) -> Run:
    members = tuple(changed if member.member_id == changed.member_id else member for member in run.members)
    return replace(run, members=members)


def _present_member(run: Run, member_id: int) -> RunMember:
    _refuse_if_over(run)
    member = run.member(member_id)
    if member is None or member.has_left:
        raise NotInRun(run.id)
    return member


def _refuse_if_over(run: Run) -> None:
    if run.is_over:
        raise RunOver


def _refuse_unless_in_charge(run: Run, member_id: int) -> None:
    _refuse_if_over(run)
    starter = run.member(run.starter_id)
    if starter is not None and not starter.has_left and member_id != run.starter_id:
        raise NotTheStarter(starter.name)
    _present_member(run, member_id)


@dataclass(frozen=True, slots=True)
class StepCard:
    """What a step's message shows: the step, until when (UTC) it lasts, the step after it, and the channel's zone."""

    run: Run
    step: Step
    until: datetime
    following: Step | None
    zone: str

    @property
    def is_other_side(self) -> bool:
        """Tell whether this is the second side of the exercise just done."""
        position = self.run.steps.index(self.step)
        return position > 0 and self.run.steps[position - 1].number == self.step.number


def step_card(run: Run, step: int, now: datetime, zone: str) -> StepCard:
    """Prepare the card of a step about to be shown at `now` (UTC)."""
    steps = run.steps
    shown = steps[step]
    following = steps[step + 1] if step + 1 < len(steps) else None
    return StepCard(run, shown, now + timedelta(seconds=shown.seconds), following, zone)


@dataclass(frozen=True, slots=True)
class PauseNote:
    """What the thread is told when somebody pauses: the run as it is then, and the channel's zone."""

    run: Run
    zone: str


@dataclass(frozen=True, slots=True)
class GoesOn:
    """What the thread is told when a pause has ended: how many seconds of the move are left, until when (UTC).

    In a step's rest none are, and `until` is when the next move comes.
    """

    run: Run
    seconds: int
    until: datetime
    zone: str


def goes_on(run: Run, now: datetime, zone: str) -> GoesOn:
    """Say of a run that has just been resumed at `now` (UTC) what is left of its step."""
    ends_at = run.next_at - timedelta(seconds=run.steps[run.step].rest_seconds)
    seconds = max(0, round((ends_at - now).total_seconds()))
    return GoesOn(run, seconds, ends_at if seconds else run.next_at, zone)


@dataclass(frozen=True, slots=True)
class ClosingCard:
    """What the last message of a run shows: how many moves, how long (seconds), and when (UTC) the next break is."""

    run: Run
    seconds: int
    next_break_at: datetime | None
    zone: str

    @property
    def ended_at(self) -> datetime:
        """Say when (UTC) the run was over."""
        return self.run.started_at + timedelta(seconds=self.seconds)

    @property
    def moves_done(self) -> int:
        """Count the exercises that ended, each whole."""
        if self.run.state is RunState.FINISHED:
            return len(self.run.routine.exercises)
        shown = self.run.step
        return self.run.steps[shown].number - 1 if shown >= 0 else 0
