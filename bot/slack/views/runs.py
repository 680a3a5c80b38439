"""A joint run as people see it: the lobby, the step cards, the closing card."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.runs import ClosingCard, GoesOn, PauseNote, Run, RunState, StepCard
from bot.slack.ids import Action
from bot.slack.views import parts, routines
from bot.slack.views.parts import Block, Message, Picture
from routines.model import Routine

_COMPANY = 2
"""People from whom on a run was done together."""


def lobby_text(run: Run, zone: str, *others: str) -> str:
    """Write the lobby in sentences; `others` names the buttons for not joining."""
    names = parts.escape(parts.listed([member.name for member in run.present]))
    about = f"{routines.name_of(run.routine)}, together: {_moves(run.routine)}"
    at = parts.clock_time(run.next_at, zone)
    buttons = "; ".join(("Join", "Start now", *others))
    return f"{about}, starting in the thread at {at}. {_lobby_rules()} In so far: {names}. Buttons: {buttons}."


def lobby_blocks(run: Run, zone: str, *others: Block) -> list[Block]:
    """Write the lobby as the lines and buttons it adds to a message; `others` are buttons for not joining."""
    names = parts.escape(parts.listed([member.name for member in run.present]))
    start = f"*Together in the thread at {parts.local_time(run.next_at, zone)}:*"
    about = f"{parts.lower_first(routines.name_of(run.routine))}, {_moves(run.routine)}."
    return [
        parts.section(f"{start} {about}\n{_lobby_rules()}\nIn so far: {names}"),
        parts.actions(
            parts.button("Join", Action.RUN_JOIN, run.id, style="primary"),
            parts.button("Start now", Action.RUN_START, run.id),
            *others,
        ),
    ]


def _moves(routine: Routine) -> str:
    minutes = max(1, round(routine.seconds / 60))
    return f"{parts.count(len(routine.exercises), 'move')}, about {parts.count(minutes, 'minute')}"


def _lobby_rules() -> str:
    return "Seated versions all along; one finished move counts. Joining shows your name there."


def lobby(run: Run, zone: str) -> Message:
    """Write a lobby outside breaks, a message of its own; when the run has begun or ended it says so."""
    heading = f"{routines.name_of(run.routine)}, together"
    if run.state is RunState.LOBBY:
        privately = parts.button("Just me", Action.RUN_PRIVATELY, run.routine.asked_for_as)
        return Message(lobby_text(run, zone, "Just me"), lobby_blocks(run, zone, privately))
    if not run.has_begun:
        text = f"{heading}: {'done, in the thread' if run.step >= 0 else 'not this time'}."
        return parts.words(text)
    join = parts.button("Join", Action.RUN_JOIN, run.id)
    text = f"{heading}: {_moves(run.routine)}, in the thread."
    return Message(
        f"{text} Button: Join.", [parts.section(f"*{heading}.* It is on in the thread."), parts.actions(join)]
    )


def step(card: StepCard, picture: Picture | None) -> Message:
    """Write a step's message, a new reply each time: an edit would be silent for somebody at a wall."""
    exercise, run = card.step.exercise, card.run
    total = len(run.routine.exercises)
    side = f", {card.step.side} side" if card.step.side else ""
    dose = routines.dose_of_a_side(card.step)
    number = f"{card.step.number} of {total} · " if total > 1 else ""
    heading = f"{number}{exercise.name}{side} · {dose}"
    lead = ["Now the other side, in the same way."] if card.is_other_side else list(exercise.cues[:3])
    until = f"Until {parts.local_seconds(card.until, card.zone)}. {_what_follows(card)}"
    effort = f"{parts.upper_first(exercise.feel)} · effort is fine, pain is not: ease off or sit this one out"
    rows: list[Block] = [
        parts.section(f"*{heading}*"),
        *parts.image(picture, exercise.alt),
        parts.section(parts.bullets([*lead, f"Keep breathing: {routines.breaths(exercise)}."])),
        *routines.small_print(effort, routines.instead(exercise), until),
        _step_buttons(run),
    ]
    spoken = " ".join(parts.sentence(line) for line in lead)
    move = f"{parts.lower_first(exercise.name)}{side}, {dose}"
    named = f"Move {card.step.number} of {total}: {move}" if total > 1 else parts.upper_first(move)
    text = (
        f"{named}. {spoken}"
        f" Keep breathing, {routines.breaths(exercise)}. Effort is fine, pain is not: ease off or sit this one out."
        f" {routines.instead(exercise)} Until {parts.clock_seconds(card.until, card.zone)}. {_what_follows(card)}"
        " Buttons: Pause; Leave; More."
    )
    return Message(text, rows)


def _what_follows(card: StepCard) -> str:
    if card.following is None:
        return "This is the last move." if len(card.run.routine.exercises) > 1 else ""
    name = parts.lower_first(card.following.exercise.name)
    if card.following.number == card.step.number:
        return "After that the other side."
    if card.step.rest_seconds:
        return f"After that {parts.count(card.step.rest_seconds, 'second')} of rest, then {name}."
    return f"After that {name}."


def _step_buttons(run: Run) -> Block:
    return parts.actions(
        parts.button("Pause", Action.RUN_PAUSE, run.id),
        parts.button("Leave", Action.RUN_LEAVE, run.id),
        parts.overflow(
            Action.RUN_MENU, [("Skip this move", f"skip:{run.id}"), ("Stop for everyone", f"stop:{run.id}")]
        ),
    )


def paused(note: PauseNote) -> Message:
    """Write what the thread is told when somebody pauses."""
    go_on = parts.button("Go on now", Action.RUN_RESUME, note.run.id)
    who = f"Paused by {parts.escape(note.run.paused_by or 'somebody')}."
    at = note.run.goes_on_at
    rows = [
        parts.section(f"{who} It goes on by itself at {parts.local_seconds(at, note.zone)}."),
        parts.actions(go_on),
    ]
    return Message(f"{who} It goes on by itself at {parts.clock_seconds(at, note.zone)}. {parts.offered(go_on)}", rows)


def goes_on(note: GoesOn) -> Message:
    """Write what the thread is told when a pause has ended."""
    left = f"{parts.count(note.seconds, 'second')} more, until" if note.seconds else "the next move is at"
    text = f"On we go: {left} {parts.clock_seconds(note.until, note.zone)}."
    return Message(text, [parts.section(f"On we go: {left} {parts.local_seconds(note.until, note.zone)}.")])


def gone(run: Run, channel_slack_id: str, *, is_counted: bool, can_post: bool) -> Message:
    """Write what somebody is told privately whose run has no place to go on in."""
    if not can_post:
        why = f"I can no longer post in <#{channel_slack_id}>, so the run together there has ended."
    elif run.thread_ts is None:
        why = "Slack did not take the message for the run together, so it does not take place."
    elif run.step < 0:
        why = "The message you met at has been deleted, so the run together does not take place."
    else:
        why = "The message this run belongs to has been deleted, so it ends here."
    counted = " What you did is counted." if is_counted else ""
    privately = parts.button("Do it privately", Action.RUN_PRIVATELY, run.routine.asked_for_as)
    text = f"{why}{counted}"
    return Message(f"{text} {parts.offered(privately)}", [parts.section(text), parts.actions(privately)])


def closing(card: ClosingCard) -> Message:
    """Write the last message of a run."""
    run = card.run
    total = len(run.routine.exercises)
    names = parts.listed([member.name for member in run.credited])
    if run.state is RunState.FINISHED:
        took = routines.duration(max(60, round(card.seconds / 60) * 60))
        name = parts.lower_first(routines.name_of(run.routine))
        moves = parts.count(total, "move")
        done = f"That was the {name} routine: {moves}, {took}." if total > 1 else f"That was the {name}."
    else:
        done = f"Stopped after {card.moves_done} of {total} moves."
    credit = ""
    if len(run.credited) >= _COMPANY:
        credit = f" Done together by {names}, and counted for each of you; nothing more to press."
    elif run.credited:
        credit = f" Counted for {names}; nothing more to press."
    again = (
        f" Liked the last move? `/stretch {_last_done(card)}` brings it back." if total > 1 and card.moves_done else ""
    )
    text = f"{parts.escape(f'{done}{credit}')}{again}"
    if card.next_break_at is None:
        return parts.words(text)
    following = f"The next break here is {_when(card.next_break_at, card)}."
    pattern = "The next break here: {date_long_pretty}, {time}."
    local = f"<!date^{int(card.next_break_at.timestamp())}^{pattern}|{following}>"
    return Message(f"{text} {following}", [parts.section(f"{text} {local}")])


def _when(at: datetime, card: ClosingCard) -> str:
    """Say when something is in words that stay true on the day they are read first: "today at 14:55"."""
    local, now = (each.astimezone(ZoneInfo(card.zone)) for each in (at, card.ended_at))
    day = "today" if local.date() == now.date() else f"on {local:%A}"
    return f"{day} at {local:%H:%M}"


def _last_done(card: ClosingCard) -> str:
    return parts.escape(parts.lower_first(card.run.routine.exercises[card.moves_done - 1].name))


def nobody_came(run: Run) -> Message:
    """Write what the starter alone is asked when nobody joined."""
    text = "Nobody else was free this time. Do it on your own?"
    value = run.routine.asked_for_as
    rows = [
        parts.section(text),
        parts.actions(
            parts.button("Do it privately", Action.RUN_PRIVATELY, value, style="primary"),
            parts.button("Start anyway", Action.RUN_START, run.id),
            parts.button("Not now", Action.RUN_DECLINE, run.id),
        ),
    ]
    return Message(f"{text} Buttons: Do it privately; Start anyway; Not now.", rows)


def pressed(run: Run, verb: str, zone: str) -> Message:
    """Write the private answer to a button of a run."""
    at = parts.clock_time(run.next_at, zone)
    joined = f"You're in. It starts in the thread at {at}." if run.step < 0 else "You're in. It's on in the thread now."
    sentences = {
        "join": joined,
        "leave": "You've left. What you did stays counted.",
        "start": "It starts in the thread now.",
        "decline": "Fine, another time.",
        "resume": "It goes on.",
        "skip": "On to the next move.",
        "stop": "Stopped for everyone.",
        "pause": f"Paused. It goes on by itself, and the next move comes at {at} at the latest.",
    }
    text = sentences[verb]
    if verb == "pause" and run.state is RunState.PAUSED:
        go_on = parts.button("Go on now", Action.RUN_RESUME, run.id)
        return Message(f"{text} Button: Go on now.", [parts.section(text), parts.actions(go_on)])
    return parts.words(text)
