"""The modal of the shortcut: one routine's card, and the other parts of the body."""

from bot.slack.ids import Action, View
from bot.slack.views import parts, routines
from bot.slack.views.parts import Block, Picture
from routines.model import Area, Routine


def modal(routine: Routine, everything: tuple[Routine, ...], picture: Picture | None) -> Block:
    """Write the card of a routine to do alone, right away."""
    *blocks, _ = routines.card(routine, picture, channel_slack_id="", place=routines.Place.ALONE).blocks
    first_of = {each.area: each for each in reversed(everything) if not each.area.is_spare}
    others = [
        parts.button(area.title, Action.SHORTCUT_SHOW, first_of[area].id)
        for area in Area
        if area in first_of and area != routine.area
    ]
    begin = parts.button("Guide me", Action.SHORTCUT_GUIDE, routine.id, style="primary")
    rows = [parts.actions(begin), *([parts.context("Something else?"), parts.actions(*others)] if others else [])]
    return parts.modal("Stretch now", [*blocks, *rows], callback_id=View.SHORTCUT)
