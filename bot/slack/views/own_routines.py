"""A workspace's own routines in Slack: what there is, and a form that takes another one as text or as a file."""

import json
from collections.abc import Mapping, Sequence

from bot.domain.own_routines import Listed, Removed
from bot.slack.ids import Action, View
from bot.slack.views import parts, routines
from bot.slack.views.parts import Block, Message
from routines.problems import Problem

FILE = "file"
"""The block of the file."""

_TEXT = "text"
_FIELD_CHARACTERS = 3000
"""What one field of Slack's holds."""

_MOST_FIELDS = 14
_MOST_BUTTONS = 5
_MOST_TOLD = 4
"""How many things that are wrong are told under a field at once."""

_ABOUT = (
    "Routines that this workspace wrote itself. They are found by their words, as in `/stretch sway`, and the breaks of"
    " their part of the body serve them too."
)


def manage(
    listed: Sequence[Listed], *, may_change: bool, may_upload: bool, filled: Sequence[str] = ("",), of: str = ""
) -> Block:
    """Write the modal: the routines there are and, for an admin, a form whose fields hold `filled`.

    `of` names what the fields were filled with: other fields than before, or Slack would keep what was typed.
    """
    rows: list[Block] = [parts.section(_ABOUT), *(row for each in listed for row in _rows(each, may_change))]
    if not may_change:
        rows.append(parts.section("Admins of the workspace add, change and remove them."))
        return parts.modal("Own routines", rows, callback_id=View.NOTICE)
    return parts.modal(
        "Own routines",
        [*rows, parts.divider(), *_form(filled, of, may_upload=may_upload)],
        callback_id=View.OWN_ROUTINES,
        submit="Check and add",
        close="Cancel",
        carried=json.dumps({"fields": len(filled), "of": of}),
    )


def _rows(listed: Listed, may_change: bool) -> list[Block]:  # noqa: FBT001  # of a row, as of the modal
    own, routine = listed.own, listed.routine
    by = f", added by {parts.escape(own.accepted_by)}" if own.accepted_by else ""
    if routine is None:
        about = f"*{own.routine_id}*{by}. It no longer fits beside the others and is left out; *Change* says why."
    else:
        moves = parts.count(len(routine.exercises), "move")
        length = routines.duration(max(routine.seconds, 1))
        title = parts.escape(routine.title)
        about = (
            f"*{title}*: {moves}, {length}, {parts.lower_first(routine.area.title)}. `/stretch {own.routine_id}`{by}"
        )
    change = parts.button("Change", Action.OWN_CHANGE, own.routine_id)
    remove = parts.confirmed(
        parts.button("Remove", Action.OWN_REMOVE, own.routine_id),
        title="Remove this routine?",
        text="It is offered no more. What is under way with it goes on, and breaks go on with the other routines.",
        confirm="Remove",
        deny="Keep",
    )
    return [parts.section(about), *([parts.actions(change, remove)] if may_change else [])]


def _form(filled: Sequence[str], of: str, *, may_upload: bool) -> list[Block]:
    how = "One routine is one TOML text. One with the id of a routine above takes its place."
    file = {"type": "file_input", "action_id": FILE, "filetypes": ["toml", "txt"], "max_files": 1}
    upload = _input(FILE, "As a file", file, "The file as you wrote it, ending in .toml.")
    room = parts.button("More room", Action.OWN_ROOM)
    example = parts.button("Begin with an example", Action.OWN_EXAMPLE)
    return [
        parts.section(how),
        *([upload] if may_upload else []),
        *(_field(number, text, of) for number, text in enumerate(filled)),
        parts.actions(*([room] if len(filled) < _MOST_FIELDS else []), example),
    ]


def _field(number: int, text: str, of: str) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": _TEXT,
        "multiline": True,
        "max_length": _FIELD_CHARACTERS,
    }
    if text:
        element["initial_value"] = text
    label, hint = "Or as text", "Up to 3,000 characters a field: *More room* adds one, to go on at a new line."
    if number:
        label, hint = f"Text, part {number + 1}", ""
    return _input(field_id(number, of), label, element, hint.replace("*", ""))


def _input(block_id: str, label: str, element: Block, hint: str) -> Block:
    block = {"type": "input", "block_id": block_id, "label": parts.plain(label), "element": element, "optional": True}
    return block | {"hint": parts.plain(hint)} if hint else block


def field_id(number: int, of: str) -> str:
    """Name the block of a field of text."""
    return f"{_TEXT}.{of}.{number}"


def in_fields(text: str) -> list[str]:
    """Share a text out to fields, each beginning at a new line."""
    fields = [""]
    for line in text.strip("\n").splitlines():
        if len(fields[-1]) + len(line) + 1 > _FIELD_CHARACTERS and fields[-1]:
            fields.append("")
        fields[-1] += f"\n{line}" if fields[-1] else line
    return fields


def wrong(problems: Sequence[Problem], fields: Mapping[str, str]) -> dict[str, str]:
    """Write what is wrong under the field that holds its line; `fields` are the texts by block, in their order.

    A file is one field, and its lines are its own.
    """
    told: dict[str, list[str]] = {}
    for problem in problems:
        block_id, line = _place(problem.line, fields)
        told.setdefault(block_id, []).append(_sentence(problem, line))
    return {block_id: _few(sentences) for block_id, sentences in told.items()}


def _place(line: int, fields: Mapping[str, str]) -> tuple[str, int]:
    last = list(fields)[-1]
    for block_id, text in fields.items():
        lines = text.count("\n") + 1
        if line <= lines or block_id == last:
            return block_id, line
        line -= lines
    raise ValueError(line)


def _sentence(problem: Problem, line: int) -> str:
    key = f", {problem.key}" if problem.key else ""
    return f"Line {line}{key}: {problem.what}. {problem.cure}"


def _few(sentences: Sequence[str]) -> str:
    more = len(sentences) - _MOST_TOLD
    return "\n".join([*sentences[:_MOST_TOLD], *([f"And {more} more."] if more > 0 else [])])


def removed(told: Removed) -> Message:
    """Write to a keeper that breaks go on without the routine that they consisted of, and where to choose anew."""
    whose = parts.listed(
        ["your own breaks" if each.is_direct else f"the breaks in <#{each.slack_id}>" for each in told.channels]
    )
    text = (
        f"The routine *{parts.escape(told.title)}* was removed, and {whose} served nothing else. They go on"
        " with the other exercises for the parts of the body chosen there. To change that, type `/stretch setup` there."
    )
    again = [
        parts.button(
            f"Choose for #{each.name}"[:75] if each.name else "Choose anew", Action.SCHEDULE_SETUP, each.slack_id
        )
        for each in told.channels[:_MOST_BUTTONS]
    ]
    return Message(f"{text} {parts.offered(*again)}", [parts.section(text), parts.actions(*again)])


def accepted(title: str, routine_id: str, *, replaces: bool) -> str:
    """Write the answer to a routine that was taken."""
    done = "changed" if replaces else "added"
    return (
        f"*{parts.escape(title)}* is {done}, for this workspace alone. `/stretch {routine_id}` shows it, and the breaks"
        " of its part of the body serve it from now on."
    )
