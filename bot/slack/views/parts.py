"""The few building blocks every view is made of, and how numbers, times and people are written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.streaks import Streak
from bot.domain.workspaces import is_direct
from bot.slack.ids import Action

Block = dict[str, Any]
Picture = dict[str, Any]
"""Where Slack finds a picture: {"image_url": …} or {"slack_file": {"id": …}}."""


LABEL = 75
"""Characters that fit on a button or into an option."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its blocks, and the complete plain text that is its notification and what screen readers read."""

    text: str
    blocks: list[Block]


def escape(text: str) -> str:
    """Escape what Slack would read as markup: names and what people typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def place(channel_slack_id: str) -> str:
    """Write where breaks come: a link to the channel; a direct message has no name to link to."""
    return "Your own breaks" if is_direct(channel_slack_id) else f"<#{channel_slack_id}>"


def plain(text: str) -> Block:
    """Write a plain text object."""
    return {"type": "plain_text", "text": text, "emoji": False}


def header(text: str) -> Block:
    """Write a header block, up to 150 characters."""
    return {"type": "header", "text": plain(text[:150])}


def section(text: str, accessory: Block | None = None) -> Block:
    """Write a section of mrkdwn, up to 3,000 characters."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}}
    return block | {"accessory": accessory} if accessory else block


def words(text: str) -> Message:
    """Write a message that is a text (mrkdwn) and nothing else."""
    return Message(text, [section(text)])


def context(*texts: str) -> Block:
    """Write a line of small mrkdwn."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text} for text in texts]}


def divider() -> Block:
    """Write a line between parts."""
    return {"type": "divider"}


def bullets(lines: Iterable[str]) -> str:
    """Write lines as a list."""
    return "\n".join(f"• {line}" for line in lines)


def image(picture: Picture | None, alt: str) -> list[Block]:
    """Write a picture, or nothing when there is none to show yet: a message never waits for its picture."""
    return [{"type": "image", "alt_text": alt[:2000], **picture}] if picture else []


def without_pictures(blocks: Sequence[Block]) -> list[Block]:
    """Leave the pictures out: for when Slack refuses one that is gone."""
    return [block for block in blocks if block["type"] != "image"]


def slack_files(blocks: Sequence[Block]) -> set[str]:
    """List the ids of the files that pictures show."""
    return {block["slack_file"]["id"] for block in blocks if "slack_file" in block}


def button(label: str, action: Action, value: object = "", *, style: str | None = None) -> Block:
    """Write a button; `style` is "primary" or "danger"."""
    block: Block = {"type": "button", "text": plain(label), "action_id": action}
    if value != "":
        block["value"] = str(value)
    return block | {"style": style} if style else block


def offered(*buttons: Block) -> str:
    """Write which buttons a message has, for those who hear it."""
    labels = "; ".join(button["text"]["text"] for button in buttons)
    return f"Button{'s' if len(buttons) > 1 else ''}: {labels}."


def confirmed(element: Block, *, title: str, text: str, confirm: str, deny: str) -> Block:
    """Make a button ask before it acts."""
    asks = {"title": plain(title), "text": plain(text), "confirm": plain(confirm), "deny": plain(deny)}
    return element | {"confirm": asks}


def option(label: str, value: object) -> Block:
    """Write an option of a menu."""
    return {"text": plain(label), "value": str(value)}


def entry(block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    """Write a field of a form, named as its block, so that errors appear under it."""
    element = element | {"action_id": block_id}
    block = {"type": "input", "block_id": block_id, "label": plain(label), "element": element, "optional": optional}
    return block | {"hint": plain(hint)} if hint else block


def text_input(value: str, *, max_length: int = 200) -> Block:
    """Write a field for text."""
    element: Block = {"type": "plain_text_input", "max_length": max_length}
    return element | {"initial_value": value} if value else element


def date_input(day: date | None) -> Block:
    """Write a field for a date."""
    element: Block = {"type": "datepicker"}
    return element | {"initial_date": str(day)} if day else element


def one_of(kind: str, options: Sequence[Block], value: str) -> Block:
    """Write a field that offers options, one of them chosen: a `static_select` or `radio_buttons`."""
    chosen = next((each for each in options if each["value"] == value), options[0])
    return {"type": kind, "options": list(options), "initial_option": chosen}


def several_of(kind: str, offered: Sequence[Block], values: Iterable[str]) -> Block:
    """Write a field that offers options or groups of them, some chosen: `checkboxes` or a `multi_static_select`."""
    wanted = set(values)
    groups = [each for each in offered if "options" in each]
    options = [option for group in groups for option in group["options"]] or list(offered)
    chosen = [each for each in options if each["value"] in wanted]
    element: Block = {"type": kind, **({"option_groups": groups} if groups else {"options": options})}
    return element | {"initial_options": chosen} if chosen else element


def overflow(action: Action, options: Sequence[tuple[str, str]]) -> Block:
    """Write a menu behind three dots from (label, value) pairs."""
    return {"type": "overflow", "action_id": action, "options": [option(*each) for each in options]}


def actions(*elements: Block) -> Block:
    """Write a row of buttons; where two do the same to different things, the later ones are told apart by a number.

    Slack refuses a row in which an action id comes twice; `payloads.press` takes the number off again.
    """
    seen: dict[str, int] = {}
    numbered = []
    for element in elements:
        action_id = str(element["action_id"])
        seen[action_id] = seen.get(action_id, 0) + 1
        numbered.append(element if seen[action_id] == 1 else element | {"action_id": f"{action_id}#{seen[action_id]}"})
    return {"type": "actions", "elements": numbered}


def modal(
    title: str,
    blocks: list[Block],
    *,
    callback_id: str,
    submit: str | None = None,
    close: str = "Close",
    carried: str = "",
) -> Block:
    """Write a modal; title, submit and close take up to 24 characters."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title[:24]),
        "close": plain(close),
        "blocks": blocks,
        "private_metadata": carried,
    }
    return view | {"submit": plain(submit)} if submit else view


def clock_time(instant: datetime, zone: str) -> str:
    """Write an instant as a time of day in a zone: 10:33."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def local_moment(instant: datetime, zone: str) -> str:
    """Write an instant in a zone: Monday 2 March at 10:25."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%A} {long_date(local.date())} at {clock_time(instant, zone)}"


def local_time(instant: datetime, zone: str) -> str:
    """Write an instant so that everybody reads it in their own zone; `zone` is for clients that cannot."""
    return f"<!date^{int(instant.timestamp())}^{{time}}|{clock_time(instant, zone)}>"


def clock_seconds(instant: datetime, zone: str) -> str:
    """Write an instant as a time of day to the second: 10:33:30."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S")


def local_seconds(instant: datetime, zone: str) -> str:
    """Write an instant to the second so that everybody reads it in their own zone."""
    return f"<!date^{int(instant.timestamp())}^{{time_secs}}|{clock_seconds(instant, zone)}>"


def weekday(instant: datetime, zone: str) -> str:
    """Write the day of an instant in a zone: Thursday."""
    return f"{instant.astimezone(ZoneInfo(zone)):%A}"


def long_date(day: date) -> str:
    """Write a date without its year: 2 March."""
    return f"{day.day} {day:%B}"


def week_range(start: date, end: date) -> str:
    """Write a week: 2 to 8 March, or 30 March to 5 April."""
    return f"{start.day} to {long_date(end)}" if start.month == end.month else f"{long_date(start)} to {long_date(end)}"


def count(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: 1 day, 4 days."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def ordinal(number: int) -> str:
    """Write a place in an order: 1st, 2nd, 11th, 21st."""
    if 10 <= number % 100 <= 20:  # noqa: PLR2004  # eleventh to thirteenth break the rule of the last figure
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def did_not_go_out(when: Sequence[str]) -> str:
    """Write which breaks we missed: our break at 10:25 did not go out."""
    return f"our {'break' if len(when) == 1 else 'breaks'} {listed(when)} did not go out"


def listed(words: Sequence[str]) -> str:
    """Write names as people say them: Anna, Mei and Tomás."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def standing(streak: Streak) -> str:
    """Write where somebody stands, without a zero: 12 days in a row (best 23) · 41 days altogether."""
    altogether = f"{count(streak.days, 'day')} altogether"
    if not streak.current:
        return f"{altogether} · best {streak.best} in a row" if streak.best > 1 else altogether
    best = f" (best {streak.best})" if streak.best > streak.current else ""
    return f"{count(streak.current, 'day')} in a row{best} · {altogether}"


def lower_first(text: str) -> str:
    """Write a name as it stands in the middle of a sentence."""
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Write a text as the beginning of a line."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """End a text with a full stop if it has no end yet."""
    return text if text.endswith((".", "?", ":")) else f"{text}."
