"""The private guide, in a modal or a direct message, and what is said when it ends or is put aside."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain import guides
from bot.domain.doses import Offer
from bot.domain.runs import Run
from bot.slack.ids import Action, View
from bot.slack.views import doses, parts, routines
from bot.slack.views.parts import Block, Message, Picture


def guide(run: Run, picture: Picture | None, carried: Mapping[str, Any]) -> Block:
    """Write a guide at one step: own pace, Next in the footer, and Finish at the end."""
    buttons = [
        *([parts.button("Back", Action.GUIDE_BACK)] if run.step > 0 else []),
        *([] if _is_last(run) else [parts.button("Finish here", Action.GUIDE_FINISH)]),
    ]
    view = parts.modal(
        run.routine.title,
        [*_step(run, picture), *([parts.actions(*buttons)] if buttons else [])],
        callback_id=View.GUIDE,
        submit="Finish" if _is_last(run) else "Next",
        close="Stop",
        carried=json.dumps({**carried, "position": run.step}),
    )
    return view | {"notify_on_close": True}


def direct_guide(run: Run, picture: Picture | None) -> Message:
    """Write a guide at one step as a direct message, for where no modal can be opened."""
    value = f"{run.id}:{run.step}"
    forward = "Finish" if _is_last(run) else "Next"
    buttons = [
        parts.button(forward, Action.GUIDE_NEXT, value, style="primary"),
        *([parts.button("Back", Action.GUIDE_BACK, value)] if run.step > 0 else []),
        parts.button("Stop", Action.GUIDE_STOP, value),
    ]
    spoken = routines.spoken(run.steps[run.step].exercise)
    return Message(
        f"{_heading(run)}. {spoken} {parts.offered(*buttons)}", [*_step(run, picture), parts.actions(*buttons)]
    )


def _step(run: Run, picture: Picture | None) -> list[Block]:
    exercise = run.steps[run.step].exercise
    return [
        parts.section(f"*{_heading(run)}*"),
        *parts.image(picture, exercise.alt),
        parts.section(parts.bullets(exercise.cues[:3])),
        *routines.small_print(
            routines.guidance(exercise), routines.instead(exercise), run.routine.caution if run.step == 0 else ""
        ),
    ]


def _is_last(run: Run) -> bool:
    return run.step == len(run.steps) - 1


def _heading(run: Run) -> str:
    """Write which move of the routine this is; a guide through a single move has no number."""
    shown, moves = run.steps[run.step], len(run.routine.exercises)
    number = f"{shown.number} of {moves} · " if moves > 1 else ""
    side = f", {shown.side} side" if shown.side else ""
    return f"{number}{shown.exercise.name}{side} · {routines.dose_of_a_side(shown)}"


def finished_modal(run: Run, offers: Sequence[Offer], zone: str) -> Block:
    """Write the modal that ends a guide: what was done, that it counts, and what the next time may be."""
    return parts.modal("That was it", finished(run, offers, zone).blocks, callback_id=View.NOTICE)


def finished(run: Run, offers: Sequence[Offer], zone: str) -> Message:
    """Write what ends a guide."""
    text = f"{_done(run)}. Counted; nothing more to press. Only you see this."
    spoken = f"{text} {doses.offer_text(offers, zone)}".rstrip()
    return Message(spoken, [parts.section(text), *doses.offer_blocks(offers, zone)])


def put_aside(run: Run) -> Message:
    """Write the answer to closing a guide before its end."""
    if not guides.steps_done(run):
        text = "Put aside. *Guide me* goes on within the hour."
    else:
        text = f"{_done(run)}, and counted. *Guide me* goes on from there within the hour."
    return parts.words(text)


def _done(run: Run) -> str:
    """Write how much was done: 5 moves, 3 of 5 moves, a part of the first one."""
    done, moves = guides.moves_done(run), len(run.routine.exercises)
    if done == moves:
        return f"{parts.count(moves, 'move')} done"
    return f"{done} of {parts.count(moves, 'move')} done" if done else "A part of the first move done"
