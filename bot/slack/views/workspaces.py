"""What is said of a channel whose breaks had to stop: why, and what lets them go on."""

from collections.abc import Iterable

from bot.domain.workspaces import Hindrance, ScheduleRecord, hindrance, is_direct
from bot.slack.ids import Action
from bot.slack.views import parts
from bot.slack.views.parts import Message

_WHY = {
    Hindrance.GONE: ("I'm no longer in {channel}", "Type `/invite @Limber` there and they go on by themselves."),
    Hindrance.ARCHIVED: ("{channel} is archived", "They go on once it is brought back and I am invited again."),
    Hindrance.FORBIDDEN: (
        "the settings of {channel} no longer let me post there",
        "Whoever manages the channel can change its posting permissions; `/stretch resume` then brings them back.",
    ),
    Hindrance.TOKEN: (
        "Slack no longer accepts this app's access",
        "They go on once an admin has installed it again.",
    ),
    Hindrance.DEACTIVATED: ("this account is deactivated", "They go on once it is active again."),
}
_MORE_CLOSELY = {
    "channel_not_found": ("I can't see {channel} any more", "If it is private now, type `/invite @Limber` in it."),
    "messages_tab_disabled": ("messages with me are turned off", "Once they are on again, press *Resume* on Home."),
}


def _why(channel_slack_id: str, reason: str) -> tuple[str, str]:
    """Write why breaks stopped, as the beginning of a sentence, and the sentence that says how they go on."""
    what, cure = _MORE_CLOSELY.get(reason) or _WHY[hindrance(reason)]
    place = "our direct messages" if is_direct(channel_slack_id) else f"<#{channel_slack_id}>"
    return parts.upper_first(what.format(channel=place)), cure


def stopped(channel_slack_id: str, reason: str) -> Message:
    """Write to a channel's keeper why its breaks stopped, by Slack's error name, and how they go on."""
    because, cure = _why(channel_slack_id, reason)
    text = f"{because}, so the stretch breaks there have stopped. {cure} Nobody's streak loses anything meanwhile."
    if not may_try_again(reason):
        return parts.words(text)
    resume = parts.button("Resume", Action.PAUSE_END, channel_slack_id)
    return Message(f"{text} {parts.offered(resume)}", [parts.section(text, resume)])


def none_come(channel_slack_id: str, reason: str) -> str:
    """Write to anybody why no breaks come in a channel, and how they go on."""
    because, cure = _why(channel_slack_id, reason)
    return f"{because}, so no new breaks come there. {cure}"


def may_try_again(reason: str | None) -> bool:
    """Tell whether *Resume* is offered for a channel that stopped: where Slack will not say when we may post again."""
    return reason is not None and hindrance(reason) is Hindrance.FORBIDDEN


def tries_again(records: Iterable[ScheduleRecord]) -> Message:
    """Write the answer to *Resume* in a channel whose settings did not let us post."""
    following = sorted((each.next_due_at, each.schedule.zone) for each in records if each.next_due_at is not None)
    if not following:
        return parts.words("I'll try again, but nothing is due there: its breaks are paused, or over.")
    when = parts.local_moment(*following[0])
    return parts.words(f"I'll try again on {when}. If I still may not post there, the breaks stop and I say so.")
