"""What is kept, on one screen; handing it over, and the question before it is erased."""

from bot.slack.ids import Action, View
from bot.slack.views import parts
from bot.slack.views.parts import Block, Message


def _download() -> Block:
    return parts.button("Download", Action.PRIVACY_DOWNLOAD)


def _erase() -> Block:
    return parts.confirmed(
        parts.button("Erase", Action.PRIVACY_ERASE, style="danger"),
        title="Erase everything?",
        text=_WHAT_GOES,
        confirm="Erase",
        deny="Keep it",
    )


_WHAT_GOES = (
    "Your days, streaks, doses, away days, choices and breaks of your own are erased, and your name comes off the"
    " newest boards. Sums of the channel stay, without you in them. This cannot be undone."
)


def kept_text(retention_days: int) -> str:
    """Write in a few sentences what is kept, for how long, and who can see it."""
    how_long = f"for {retention_days} days; what is older is kept as sums" if retention_days else "until you erase it"
    return (
        "*About you*\nYour name and time zone from Slack; which breaks you did, when and how, "
        f"{how_long}; your streaks; and what you chose: working days, away days, doses, pictures, breaks of your own,"
        " whether boards may name you.\n\n"
        "*Not kept*\nNothing about pain or health is asked or kept, no reason for a day away, and no message of anybody"
        " is read.\n\n"
        "*Who can see it*\nIn Slack you alone. A board names you if you asked for it, and a run together shows your"
        " name to who is in it. Whoever runs this server could read the database.\n\n"
        "*Yours to take*\n_Download_ sends you everything that is held about you. _Erase_ takes your open breaks back"
        " and erases the rest; older breaks stay in the channel's sums, without you in them. Messages that are already"
        " in Slack stay there."
    )


def kept(retention_days: int) -> Block:
    """Write the screen *What is kept*."""
    rows = [parts.section(kept_text(retention_days)), parts.actions(_download(), _erase())]
    return parts.modal("What is kept", rows, callback_id=View.NOTICE)


def home_buttons() -> Block:
    """Write what Home offers about what is kept."""
    return parts.actions(parts.button("Everything that is kept", Action.PRIVACY_KEPT), _download(), _erase())


def open_kept() -> Block:
    """Write the button that opens the screen."""
    return parts.button("What is kept", Action.PRIVACY_KEPT)


def on_its_way() -> Message:
    """Write the answer to who asked for what is held about them."""
    text = "Everything I hold about you is on its way to your direct messages with me."
    return Message(f"{text} {parts.offered(open_kept())}", [parts.section(text), parts.actions(open_kept())])


def handed_over() -> str:
    """Write what comes before the file."""
    return "Here is everything I hold about you. Nobody else gets this."


def ask() -> Message:
    """Ask once whether everything is to be erased."""
    erase = parts.button("Erase everything", Action.PRIVACY_ERASE, style="danger")
    keep = parts.button("Keep it", Action.PRIVACY_KEEP)
    text = f"Shall I forget you? {_WHAT_GOES}"
    return Message(f"{text} {parts.offered(erase, keep)}", [parts.section(text), parts.actions(erase, keep)])


def stays() -> Message:
    """Write the answer to who keeps it after all."""
    return parts.words("Nothing was erased.")


def erased() -> Message:
    """Write the answer to who had themselves forgotten."""
    return parts.words(
        "Erased. What you did before today stays in the channels' sums, without you in them. If you press Done again,"
        " you start afresh."
    )


def nothing_held() -> Message:
    """Write the answer to who is not known."""
    return parts.words("I hold nothing about you.")


def blank_home() -> Block:
    """Write the Home tab of somebody of whom nothing is kept."""
    rows = [
        parts.header("Stretch breaks"),
        parts.section("Nothing is kept about you. If you'd like a break now, it takes 30 seconds."),
        parts.actions(parts.button("Try one", Action.ROUTINE_GUIDE, "lowback|", style="primary"), open_kept()),
    ]
    return {"type": "home", "blocks": rows}
