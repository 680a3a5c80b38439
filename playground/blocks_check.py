"""What Slack refuses about blocks and views, as the Web API answers it."""

from collections.abc import Iterator
from typing import Any

from playground.blockkit import Problem, validate_home, validate_message, validate_modal
from playground.elements import with_ids
from playground.entities import File, Json
from playground.errors import SlackError
from playground.local_slack import LocalSlack


def checked_blocks(slack: LocalSlack, blocks: Any) -> list[Json]:
    """Give a message's blocks with ids filled in; raises `invalid_blocks` with a pointer to each problem."""
    if blocks is None:
        return []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    if slack.checks_blocks:
        _refuse("invalid_blocks", [*validate_message(blocks), *_file_problems(slack, blocks, "/blocks")])
    return with_ids(blocks)


def checked_view(slack: LocalSlack, view: Any, *, home: bool = False) -> Json:
    """Give a view with ids filled in; raises `invalid_arguments`, Slack's name for a view it cannot read."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments")
    problems = validate_home(view) if home else validate_modal(view)
    blocks = view.get("blocks", [])
    _refuse("invalid_arguments", [*problems, *_file_problems(slack, blocks, "/view/blocks")])
    return view | {"blocks": with_ids(blocks)}


def _refuse(error: str, problems: list[Problem]) -> None:
    if problems:
        errors = [f"{problem.reason} [json-pointer:{problem.pointer}]" for problem in problems]
        metadata = {"messages": [f"[ERROR] {reason}" for reason in errors]}
        raise SlackError(error, errors=errors, response_metadata=metadata)


def _file_problems(slack: LocalSlack, blocks: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(blocks, list):
        for index, entry in enumerate(blocks):
            yield from _file_problems(slack, entry, f"{pointer}/{index}")
    elif isinstance(blocks, dict):
        reference = blocks.get("slack_file")
        if isinstance(reference, dict) and not _known(slack, reference):
            yield Problem(f"{pointer}/slack_file", "invalid slack file")
        for key, value in blocks.items():
            if key != "slack_file" and isinstance(value, dict | list):
                yield from _file_problems(slack, value, f"{pointer}/{key}")


def _known(slack: LocalSlack, reference: Json) -> bool:
    files: list[File] = [file for file in slack.workspace.files.values() if file.completed and not file.looks_left]
    if "id" in reference:
        return any(file.id == reference["id"] for file in files)
    return any(str(reference.get("url", "")).endswith(f"/files/{file.id}/{file.name}") for file in files)
