"""A channel's breaks in one modal, for those who look after them and for those who look; and the channel's settings."""

import json
from collections.abc import Iterable

from bot.domain.forms import BOARD_OFF
from bot.domain.keepers import MAX_REACTIONS, ChannelSettings, Overview
from bot.domain.pauses import ASKED_FOR
from bot.domain.times import WEEKDAY_NAMES
from bot.domain.workspaces import Channel, Member, ScheduleRecord
from bot.slack.ids import Action, View
from bot.slack.views import parts, pauses, schedules, workspaces
from bot.slack.views.parts import Block
from bot.slack.views.schedules import Preview

_MOST_SCHEDULES = 30
"""What fits into the 100 blocks of a modal."""

_MOST_KEEPERS = 10
NOT_THERE = "I'm not in this channel yet. Type /invite @Limber in it, then press Next again."
SENT = "On its way. It counts like any other for those who do it, and a day with no other costs nobody anything."


def overview(shown: Overview, notice: str = "") -> Block:
    """Write a channel's breaks; who may not change them sees them read-only."""
    slack_id = shown.channel.slack_id
    rows: list[Block] = [parts.section(notice or schedules.about(slack_id))]
    for record in shown.records[:_MOST_SCHEDULES]:
        rows.extend(_schedule(record, may_change=shown.may_change))
    rows.extend([parts.divider(), parts.section(_following(shown))])
    rows.append(parts.actions(*(_keepers_buttons(shown) if shown.may_change else _anybodys_buttons(shown))))
    if not shown.channel.is_direct:
        rows.append(parts.context(_looked_after(shown.keepers, may_change=shown.may_change)))
    carried = json.dumps({"channel": slack_id})
    return parts.modal("Stretch breaks", rows, callback_id=View.CHANNEL, carried=carried)


def _schedule(record: ScheduleRecord, *, may_change: bool) -> list[Block]:
    said = parts.upper_first(schedules.in_words(record.schedule))
    paused = " _Paused._" if record.schedule.paused else ""
    rows = [parts.section(f"{said}.{paused}")]
    if not may_change:
        return rows
    pause = ("Resume", Action.SCHEDULE_RESUME) if record.schedule.paused else ("Pause", Action.SCHEDULE_PAUSE)
    delete = parts.confirmed(
        parts.button("Delete", Action.SCHEDULE_DELETE, record.id),
        title="Delete these breaks?",
        text="Nothing more is posted on this schedule. What people did stays.",
        confirm="Delete",
        deny="Keep",
    )
    buttons = (parts.button("Edit", Action.SCHEDULE_EDIT, record.id), parts.button(*pause, record.id), delete)
    return [*rows, parts.actions(*(_spoken(each, said) for each in buttons))]


def _spoken(button: Block, said: str) -> Block:
    """Tell those who hear it which of the schedules a button is about."""
    label = f"{button['text']['text']}: {said}"
    return button | {"accessibility_label": label if len(label) <= parts.LABEL else f"{label[: parts.LABEL - 1]}…"}


def _following(shown: Overview) -> str:
    if shown.channel.stopped_because is not None:
        return workspaces.none_come(shown.channel.slack_id, shown.channel.stopped_because)
    paused = [f"Paused {when}." for when in pauses.in_words(shown.channel, shown.pauses, shown.today)]
    if not shown.following:
        why = "" if paused else ": everything here is paused, or over"
        return " ".join([*paused, f"Nothing comes at the moment{why}."])
    preview = Preview(shown.following, shown.reader_zone, shown.today)
    return "\n".join([*paused, schedules.next_five(shown.following, shown.channel.zone, preview)])


def _keepers_buttons(shown: Overview) -> list[Block]:
    slack_id = shown.channel.slack_id
    add = parts.button("Add breaks", Action.SCHEDULE_ADD, slack_id)
    settings = parts.button("Channel settings", Action.KEEPERS_SETTINGS, slack_id)
    send = parts.button("Send one now", Action.SCHEDULE_SEND, slack_id)
    resume = parts.button("Resume", Action.PAUSE_END, slack_id)
    may_end = not shown.following or any(each.why in ASKED_FOR for each in shown.pauses)
    is_paused = may_end and shown.records and shown.channel.stopped_because is None
    return [
        *([resume] if is_paused or workspaces.may_try_again(shown.channel.stopped_because) else []),
        *([add] if len(shown.records) < _MOST_SCHEDULES else []),
        *([] if shown.channel.is_direct else [settings]),
        *([send] if shown.records and shown.channel.stopped_because is None else []),
    ]


def _anybodys_buttons(shown: Overview) -> list[Block]:
    slack_id = shown.channel.slack_id
    return [parts.button("Pause for today", Action.PAUSE_TODAY, slack_id)]


def _looked_after(keepers: Iterable[Member], *, may_change: bool) -> str:
    names = parts.listed([parts.escape(each.name) for each in keepers])
    if not names:
        return "Nobody looks after these breaks yet. Whoever changes them does from then on."
    change = "" if may_change else " They and workspace admins can change them; anyone can pause them for today."
    return f"Looked after by {names}.{change}"


def choose() -> Block:
    """Write the modal that asks which channel to set up."""
    which: Block = {
        "type": "conversations_select",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    rows = [parts.entry("channel", "Breaks in which channel?", which, hint="I have to be in it: /invite @Limber.")]
    return parts.modal("Stretch breaks", rows, callback_id=View.CHOOSE, submit="Next", close="Cancel")


def settings(channel: Channel, chosen: ChannelSettings, keepers: Iterable[Member]) -> Block:
    """Write the form of what a channel's keepers choose beside its schedules."""
    days = [parts.option(f"Every {name}", number) for number, name in enumerate(WEEKDAY_NAMES)]
    options = [*days, parts.option("No board here", BOARD_OFF)]
    board = str(chosen.board.weekday) if chosen.board.is_on else BOARD_OFF
    who: Block = {
        "type": "multi_users_select",
        "initial_users": [each.slack_id for each in keepers],
        "max_selected_items": _MOST_KEEPERS,
    }
    at: Block = {"type": "timepicker", "initial_time": f"{chosen.board.at:%H:%M}"}
    rows = [
        parts.section(f"For all breaks in <#{channel.slack_id}>."),
        parts.entry("keepers", "Who looks after them", who, hint="They and workspace admins can change the breaks."),
        parts.entry(
            "reactions",
            "Reactions that count as done",
            parts.text_input(", ".join(chosen.reactions), max_length=MAX_REACTIONS * 82),
            hint="Names of emoji, in any skin tone. Leave it empty and only the button counts.",
            optional=True,
        ),
        parts.entry("board", "The weekly board", parts.one_of("static_select", options, board)),
        parts.entry("board_time", "At", at, hint="In the channel's time zone, about the week that ended."),
    ]
    return parts.modal(
        "Channel settings",
        rows,
        callback_id=View.SETTINGS,
        submit="Save",
        close="Cancel",
        carried=json.dumps({"channel": channel.slack_id}),
    )
