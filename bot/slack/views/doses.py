"""What somebody may choose for the next time of an exercise that grows."""

from collections.abc import Sequence

from bot.domain.doses import Offer
from bot.slack.ids import Action, View
from bot.slack.views import parts, routines
from bot.slack.views.parts import Block, Message


def offer_blocks(offers: Sequence[Offer], zone: str) -> list[Block]:
    """Write the offers as rows of buttons under what a private run ends with."""
    rows: list[Block] = []
    for each in offers:
        dose = own_dose(each, f"*{each.exercise.name}*")
        rows.append(parts.section(f"{dose}{_not_yet(each, zone)} The next time?"))
        rows.append(parts.actions(*_buttons(each)))
    return rows


def offer_text(offers: Sequence[Offer], zone: str) -> str:
    """Write the offers in sentences."""
    return " ".join(
        f"{own_dose(each)}{_not_yet(each, zone)} The next time? {parts.offered(*_buttons(each))}" for each in offers
    )


def own_dose(each: Offer, name: str = "") -> str:
    """Write at what dose an exercise is for somebody; `name` is how it is called, if not plainly."""
    return f"{name or each.exercise.name} is at {parts.count(each.seconds, 'second')} for you."


def _buttons(each: Offer) -> list[Block]:
    value = f"{each.exercise.id}|{each.seconds}"
    longer = [parts.button(f"Longer, {_short(each.longer)}", Action.DOSE_LONGER, value)] if each.longer else []
    shorter = [parts.button(f"Shorter, {_short(each.shorter)}", Action.DOSE_SHORTER, value)] if each.shorter else []
    return [*longer, parts.button("The same", Action.DOSE_SAME, value), *shorter]


def _short(seconds: int) -> str:
    return f"{seconds} s"


def _not_yet(each: Offer, zone: str) -> str:
    if each.longer_from is None:
        return ""
    return f" Longer is possible again from {parts.weekday(each.longer_from, zone)} on."


def chosen(now_at: Offer) -> Message:
    """Write the answer to a choice: what the next time on one's own is."""
    text = (
        f"{now_at.exercise.name}: {routines.duration(now_at.seconds)} the next time you do it on your own."
        " Together it stays as it is for everyone."
    )
    return parts.words(text)


def chosen_modal(now_at: Offer) -> Block:
    """Write the same as a modal."""
    return parts.modal("That was it", chosen(now_at).blocks, callback_id=View.NOTICE)
