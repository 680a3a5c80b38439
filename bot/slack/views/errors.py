"""One clear sentence for every refusal and failure a person can meet: what happened, and what to do."""

from collections.abc import Callable
from typing import Any

from bot.domain import errors
from bot.slack.ids import Action
from bot.slack.views import parts, workspaces
from bot.slack.views.parts import Block, Message

DATABASE_AWAY = "I couldn't save that just now, so it isn't counted yet. Please press it again in a minute."
NOT_OPENED = "Slack was too slow to open that just now. Please press it again."
GUIDED_DIRECTLY = "Slack was too slow to open that, so the guide is in your direct messages with me."
UNKNOWN_BUTTON = "I don't know this button any more. `/stretch` shows what I can do now."
UNEXPECTED = (
    "Something went wrong on my side, and it is written down for whoever runs me. Please try again in a minute."
)


def _guide_over(over: errors.GuideOver) -> str:
    counted = f" {over.moves_done} of {parts.count(over.moves, 'move')} counted." if over.moves_done else ""
    why = "" if over.moves_done and over.moves_done == over.moves else ", as one left alone for an hour does"
    return f"This guide has ended{why}.{counted} *Guide me* starts another."


_SENTENCES: dict[type[errors.Refusal], Callable[[Any], str]] = {
    errors.BreakClosed: lambda refusal: (
        f"That break closed when {refusal.closed_on:%A} ended, so its count stays as it is."
        " `/stretch lowback` does one now."
    ),
    errors.BreakUnknown: lambda _: "I don't know this break any more. `/stretch lowback` does one now.",
    errors.RunOver: lambda _: "This run has ended. The next break, or `/stretch lowback`, starts another.",
    errors.GuideOver: _guide_over,
    errors.NotInRun: lambda _: "You're not in this run. Press Join to be counted, or simply move along.",
    errors.NotTheStarter: lambda refusal: (
        f"{parts.escape(refusal.starter_name)} started this run. You can leave it, or ask"
        f" {parts.escape(refusal.starter_name)} to skip."
    ),
    errors.RunIsOn: lambda _: "A run together is on in this channel already. You can join it, or go on your own.",
    errors.RunTooSoon: lambda refusal: (
        "This channel had a run together less than 30 minutes ago, so the next can start in"
        f" {parts.count(refusal.minutes_left, 'minute')}. On your own you can go right away."
    ),
    errors.NotTheKeeper: lambda refusal: (
        f"{parts.escape(refusal.keeper_name)} looks after the breaks here. Please ask"
        f" {parts.escape(refusal.keeper_name)} or a workspace admin to change them."
    ),
    errors.NotAFullMember: lambda _: (
        "Breaks for a channel are set up by full members of this workspace. Please ask one of them; taking part is for"
        " everyone."
    ),
    errors.NotInTheChannel: lambda _: "Breaks are set up by people who are in the channel. Please join it first.",
    errors.SentJustNow: lambda refusal: (
        "A break came here a few minutes ago, and two at once help nobody. You can send one in"
        f" {parts.count(refusal.minutes_left, 'minute')}."
    ),
    errors.NotAChannel: lambda _: (
        "That is for a channel, with people in it: please type it there. Here `/stretch lowback` does a routine on"
        " your own."
    ),
    errors.NotAMember: lambda refusal: (
        f"I'm not in <#{refusal.channel_id}> yet, so I can't post there. Type `/invite @Limber` in it, then try again."
        " In a private channel a member has to do it."
    ),
    errors.NothingScheduled: lambda _: "There are no breaks here yet. `/stretch setup` makes some.",
    errors.ChannelStopped: lambda refusal: workspaces.none_come(refusal.channel_id, refusal.reason),
    errors.NothingPaused: lambda _: "Nothing is paused here. `/stretch next` shows what comes.",
    errors.QuietWhileAway: lambda _: "These breaks rest while you're away, and go on once you're back.",
    errors.ScheduleGone: lambda _: "These breaks were deleted meanwhile. `/stretch setup` makes new ones.",
    errors.ScheduleChanged: lambda _: "This changed while it was open. Please open `/stretch setup` once more.",
    errors.RoutineWrong: lambda refusal: parts.escape(" ".join(each.sentence for each in refusal.problems)),
    errors.TooManyRoutines: lambda refusal: (
        f"There are {refusal.most} routines of your own already, and there is no room for more. Remove one first."
    ),
    errors.RoutineGone: lambda _: "This routine was removed meanwhile. `/stretch routines` shows what there is.",
    errors.NotAnAdmin: lambda _: (
        "What the whole workspace gets, its admins decide. Please ask one of them; your text is still in the form."
    ),
    errors.InvalidInput: lambda refusal: parts.escape(refusal.sentence),
}


def refusal(refused: errors.Refusal) -> Message:
    """Write the private answer to something the rules do not allow."""
    text = _SENTENCES[type(refused)](refused)
    buttons = _ways_on(refused)
    if not buttons:
        return parts.words(text)
    return Message(f"{text} {parts.offered(*buttons)}", [parts.section(text), parts.actions(*buttons)])


def _ways_on(refused: errors.Refusal) -> list[Block]:
    """Write the buttons for what one can do instead."""
    match refused:
        case errors.NotInRun(run_id=int() as run_id):
            return [parts.button("Join", Action.RUN_JOIN, run_id, style="primary")]
        case errors.RunIsOn(run_id=run_id, routine_id=routine_id):
            join = parts.button("Join", Action.RUN_JOIN, run_id, style="primary")
            return [join, parts.button("Guide me, privately", Action.ROUTINE_GUIDE, f"{routine_id}|")]
        case errors.RunTooSoon(routine_id=routine_id):
            return [parts.button("Guide me, privately", Action.ROUTINE_GUIDE, f"{routine_id}|")]
        case errors.QuietWhileAway():
            return [parts.button("I'm back", Action.AWAY_BACK)]
        case _:
            return []


def failure(sentence: str) -> Message:
    """Write the private answer when something broke."""
    return Message(sentence, [parts.section(sentence)])
