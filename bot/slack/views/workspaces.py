"""What a keeper reads when a channel had to stop."""

from bot.slack.views import parts
from bot.slack.views.parts import Message

_WHY = {
    "not_in_channel": ("I'm no longer in {channel}", "Type `/invite @Limber` there and they go on by themselves."),
    "channel_not_found": ("I can't see {channel} any more", "If it is private now, type `/invite @Limber` in it."),
    "messages_tab_disabled": (
        "messages with me are turned off",
        "Once they are on again, press *Resume* on Home.",
    ),
    "is_archived": ("{channel} is archived", "They go on once it is brought back and I am invited again."),
}
_RESTRICTED = (
    "the settings of {channel} no longer let me post there",
    "Somebody who manages the channel can change that under its posting permissions.",
)


def stopped(channel_slack_id: str, reason: str) -> Message:
    """Write to a channel's keeper why its breaks stopped, by Slack's error name, and how they go on."""
    what, cure = _WHY.get(reason, _RESTRICTED)
    because = parts.upper_first(what.format(channel=f"<#{channel_slack_id}>"))
    text = f"{because}, so the stretch breaks there have stopped. {cure} Nobody's streak loses anything meanwhile."
    return parts.words(text)
