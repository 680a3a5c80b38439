"""What somebody chose for themselves, on Home: pictures, seated versions, equipment, doses, breaks of their own."""

from bot.domain.choices import Choice
from bot.domain.home import Home
from bot.domain.workspaces import Member
from bot.slack.ids import Action
from bot.slack.views import doses, parts
from bot.slack.views.parts import Block

_MOST_DOSES = 5


def chosen(shown: Home) -> list[Block]:
    """Write the rows of own choices."""
    offers = doses.offer_blocks(shown.doses[:_MOST_DOSES], shown.member.zone)
    return [*_shown(shown.member), _own_breaks(shown), *offers]


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


def _own_breaks(shown: Home) -> Block:
    what = "Breaks of my own, here in a direct message"
    own = next((each for each in shown.channels if each.channel.is_direct and each.schedules), None)
    place = own.channel.slack_id if own else shown.member.direct_slack_id
    change = parts.button("Change" if own else "Add", Action.SCHEDULE_SETUP, place) if place else None
    if own is None:
        how = "" if change else ". `/stretch setup` in our messages adds them"
        return parts.section(f"{what}: none{how}", change)
    state = "paused" if own.next_due_at is None else "on"
    return parts.section(f"{what}: {state}", change)
