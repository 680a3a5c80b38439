"""What somebody chose for themselves, on Home: pictures, seated versions, equipment, doses, breaks of their own."""

from bot.domain.choices import Choice
from bot.domain.home import Home
from bot.domain.workspaces import Member
from bot.slack.ids import Action
from bot.slack.views import doses, parts, schedules
from bot.slack.views.parts import Block

_MOST_DOSES = 5


def chosen(shown: Home) -> list[Block]:
    """Write the rows of own choices."""
    offers = doses.offer_blocks(shown.doses[:_MOST_DOSES], shown.member.zone)
    return [*_shown(shown.member), *_own_breaks(shown), *offers]


_WORDS = {
    Choice.STILLS: (
        "Pictures in your guides and direct messages",
        ("moving", "Still pictures"),
        ("still", "Moving ones"),
    ),
    Choice.SEATED: ("Seated versions first", ("off", "Turn on"), ("on", "Turn off")),
    Choice.NO_EQUIPMENT: ("Without equipment", ("off", "Turn on"), ("on", "Turn off")),
}
"""What is chosen; how it is called while off, and the button that turns it on; the same while it is on."""


def _shown(member: Member) -> list[Block]:
    rows = []
    for choice, (what, *states) in _WORDS.items():
        is_on = bool(getattr(member, choice))
        state, label = states[is_on]
        button = parts.button(label, Action.CHOICE_SET, f"{choice}:{'off' if is_on else 'on'}")
        # An id of its own, so that whoever pressed it with a key is still there when Home has changed.
        rows.append(parts.section(f"{what}: {state}", button | {"action_id": f"{Action.CHOICE_SET}#{choice}"}))
    return rows


def _own_breaks(shown: Home) -> list[Block]:
    what = "Breaks of my own, here in a direct message"
    own = next((each for each in shown.channels if each.channel.is_direct and each.schedules), None)
    if own is None:
        place = shown.member.direct_slack_id
        how = "" if place else ". `/stretch setup` in our messages adds them"
        add = parts.button("Add", Action.SCHEDULE_SETUP, place) if place else None
        return [parts.section(f"{what}: none{how}", add)]
    place, is_on = own.channel.slack_id, own.next_due_at is not None
    stop = parts.button("Stop", Action.PAUSE_FOR_GOOD, place)
    resume = parts.button("Resume", Action.PAUSE_END, place)
    change = parts.button("Change", Action.SCHEDULE_SETUP, place)
    when = schedules.all_in_words(own.schedules)
    state = parts.section(f"{what}: {when}." if is_on else f"{what}, stopped for now: {when}.")
    now = parts.button("Send one now", Action.SCHEDULE_SEND, place)
    return [state, parts.actions(stop if is_on else resume, change, now)]
