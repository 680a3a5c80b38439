"""A run of one's own, in a modal or a direct message: at one's own pace, forward and back, put aside and taken up."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import GuideOver, NotInRun
from bot.domain.runs import Run, RunMember, RunState
from bot.domain.workspaces import Member
from routines.model import Routine

GUIDE_FOR = timedelta(hours=1)
"""A guide that nobody has touched for this long has ended by itself; until then, one put aside goes on."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A press in a guide: which one, by whom, and at which step, counted from 0."""

    run_id: int
    member_id: int
    position: int


def begin(routine: Routine, member: Member, *, channel_id: int, break_id: int | None, now: datetime) -> Run:
    """Begin a guide at its first step."""
    return Run(
        id=0,
        channel_id=channel_id,
        break_id=break_id,
        starter_id=member.id,
        routine=routine,
        state=RunState.RUNNING,
        started_at=now,
        next_at=now + GUIDE_FOR,
        step=0,
        members=(RunMember(member.id, member.name),),
        is_joint=False,
    )


def forward(run: Run, turn: Turn, now: datetime) -> Run:
    """End the step that was shown and go on to the next, or finish after the last. Raises GuideOver, NotInRun.

    A step counts once: going back and doing it again, or a press that came twice, changes nothing.
    """
    ended = _ended(_touched(run, turn, now), turn)
    following = turn.position + 1
    if following >= len(run.steps):
        return replace(ended, state=RunState.FINISHED)
    return replace(ended, step=following)


def back(run: Run, turn: Turn, now: datetime) -> Run:
    """Go back a step, as far as the first; what was done stays done. Raises GuideOver, NotInRun."""
    return replace(_touched(run, turn, now), step=max(turn.position - 1, 0))


def finish_here(run: Run, turn: Turn, now: datetime) -> Run:
    """End the step that was shown, and the guide with it. Raises GuideOver, NotInRun."""
    ended = _ended(_touched(run, turn, now), turn)
    return replace(ended, state=_end_state(ended))


def put_aside(run: Run, turn: Turn, now: datetime) -> Run:
    """Close a guide that may be taken up again: the step that was shown has not ended. Raises GuideOver, NotInRun."""
    return replace(_touched(run, turn, now), state=RunState.PAUSED)


def take_up(run: Run, now: datetime) -> Run:
    """Go on with a guide where it was put aside, or left open elsewhere."""
    return replace(run, state=RunState.RUNNING, next_at=now + GUIDE_FOR)


def end_left_open(run: Run, now: datetime) -> Run:
    """End a guide that nobody has touched for an hour; any other stays as it is."""
    return replace(run, state=_end_state(run)) if not run.is_over and now >= run.next_at else run


def steps_done(run: Run) -> int:
    """Count the steps that ended in a guide."""
    return run.members[0].steps_done


def moves_done(run: Run) -> int:
    """Count the exercises that ended in a guide, each whole."""
    done = steps_done(run)
    return len(run.routine.exercises) if done >= len(run.steps) else run.steps[done].number - 1


def _touched(run: Run, turn: Turn, now: datetime) -> Run:
    if run.member(turn.member_id) is None:
        raise NotInRun
    if run.is_over or now >= run.next_at:
        raise GuideOver(moves_done(run), len(run.routine.exercises))
    return replace(run, state=RunState.RUNNING, next_at=now + GUIDE_FOR)


def _ended(run: Run, turn: Turn) -> Run:
    (person,) = run.members
    return replace(run, members=(replace(person, steps_done=max(person.steps_done, turn.position + 1)),))


def _end_state(run: Run) -> RunState:
    done = steps_done(run)
    if not done:
        return RunState.CANCELLED
    return RunState.FINISHED if done >= len(run.steps) else RunState.STOPPED
