"""What `/stretch` answers when it is asked what it can do, or asked something it does not know."""

from bot.slack.ids import Action
from bot.slack.views import parts
from bot.slack.views.parts import Message
from routines.model import Area, Routine


def help_message(routines: tuple[Routine, ...], channel_slack_id: str) -> Message:
    """Write what one can do here, as buttons, for the person who asked."""
    lines = [
        "`/stretch lowback` does a routine, together or on your own",
        "`/stretch me` shows your days, privately, and `/stretch why` where the numbers come from",
        "`/stretch away 2w` leaves days out, `/stretch back` ends that",
        "`/stretch board` shows last week's board, privately; `/stretch board all time` the best ever",
        "`/stretch next` shows the next breaks here, `/stretch pause` pauses them for today",
        "`/stretch mydata` sends you everything I hold about you, `/stretch forget me` erases it",
        "`/stretch setup` sets breaks up in this channel, `/stretch routines` shows your team's own routines",
    ]
    first_of = {routine.area: routine for routine in reversed(routines) if not routine.area.is_spare}
    buttons = [
        parts.button(area.title, Action.ROUTINE_SHOW, f"{first_of[area].id}|{channel_slack_id}")
        for area in Area
        if area in first_of
    ]
    setup = parts.button("Set up breaks", Action.SCHEDULE_SETUP, channel_slack_id)
    me = parts.button("My days", Action.HELP_ME, channel_slack_id)
    text = f"Short, pictured stretches for people at desks. {'; '.join(lines)}."
    labels = "; ".join([*(area.title for area in Area if area in first_of), "My days", "Set up breaks"])
    return Message(
        f"{text} Buttons: {labels}.",
        [
            parts.section("*Short, pictured stretches for people at desks.*\n" + parts.bullets(lines)),
            parts.actions(*buttons, me, setup),
        ],
    )


def unknown_word(word: str, nearest: str | None, channel_slack_id: str) -> Message:
    """Write the answer to a word nobody knows, with the nearest one that is known."""
    typed = parts.escape(word[:40])
    if nearest is None:
        text = f"I don't know '{typed}'. `/stretch help` lists what I do know."
        return parts.words(text)
    text = f"I don't know '{typed}'. Did you mean `/stretch {nearest}`?"
    show = parts.button(f"Yes, {nearest}"[:75], Action.ROUTINE_SHOW, f"{nearest}|{channel_slack_id}")
    return Message(f"{text} {parts.offered(show)}", [parts.section(text), parts.actions(show)])


def unknown_command(word: str, nearest: str) -> Message:
    """Write the answer to a mistyped command."""
    text = f"I don't know '{parts.escape(word[:40])}'. Did you mean `/stretch {nearest}`?"
    return parts.words(text)


def started() -> Message:
    """Write the answer to starting a run together outside breaks."""
    text = "It's in the channel: people can join for a minute, then it starts in the thread."
    return parts.words(text)
