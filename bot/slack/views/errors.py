"""One clear sentence for every refusal and failure a person can meet: what happened, and what to do."""

from collections.abc import Callable
from typing import Any

from bot.domain import errors
from bot.slack.ids import Action
from bot.slack.views import parts
from bot.slack.views.parts import Message

DATABASE_AWAY = "I couldn't save that just now, so it isn't counted yet. Please press it again in a minute."
NOT_OPENED = "Slack was too slow to open that just now. Please press it again."
GUIDED_DIRECTLY = "Slack was too slow to open that, so the guide is in your direct messages with me."
UNKNOWN_BUTTON = "I don't know this button any more. `/stretch` shows what I can do now."
UNEXPECTED = (
    "Something went wrong on my side, and it is written down for whoever runs me. Please try again in a minute."
)

_SENTENCES: dict[type[errors.Refusal], Callable[[Any], str]] = {
    errors.BreakClosed: lambda refusal: (
        f"That break closed when {refusal.closed_on:%A} ended, so its count stays as it is."
        " `/stretch lowback` does one now."
    ),
    errors.BreakUnknown: lambda _: "I don't know this break any more. `/stretch lowback` does one now.",
    errors.RunOver: lambda _: "This run has ended. The next break, or `/stretch lowback`, starts another.",
    errors.GuideOver: lambda refusal: (
        f"This guide has ended, as one left alone for an hour does.{_counted_of(refusal)} *Guide me* starts another."
    ),
    errors.NotInRun: lambda _: "You're not in this run. Press Join to be counted, or simply move along.",
    errors.NotTheStarter: lambda refusal: (
        f"{parts.escape(refusal.starter_name)} started this run. You can leave it, or ask"
        f" {parts.escape(refusal.starter_name)} to skip."
    ),
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
    errors.NothingPaused: lambda _: "Nothing is paused here. `/stretch next` shows what comes.",
    errors.ScheduleGone: lambda _: "These breaks were deleted meanwhile. `/stretch setup` makes new ones.",
    errors.ScheduleChanged: lambda _: "This changed while it was open. Please open `/stretch setup` once more.",
    errors.InvalidInput: lambda refusal: parts.escape(refusal.sentence),
}


def _counted_of(over: errors.GuideOver) -> str:
    return f" {over.moves_done} of {parts.count(over.moves, 'move')} counted." if over.moves_done else ""


def refusal(refused: errors.Refusal) -> Message:
    """Write the private answer to something the rules do not allow."""
    text = _SENTENCES[type(refused)](refused)
    if isinstance(refused, errors.RunTooSoon):
        guide = parts.button("Guide me, privately", Action.ROUTINE_GUIDE, "lowback|")
        return Message(f"{text} Button: Guide me, privately.", [parts.section(text), parts.actions(guide)])
    return Message(text, [parts.section(text)])


def failure(sentence: str) -> Message:
    """Write the private answer when something broke."""
    return Message(sentence, [parts.section(sentence)])
