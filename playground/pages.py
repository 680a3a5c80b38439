"""Cursors: long lists in pieces, as the Web API hands them out."""

import base64
from collections.abc import Sequence
from typing import Any

from playground.arguments import Arguments
from playground.entities import Json
from playground.errors import SlackError

_LARGEST = 999


def page_of(items: Sequence[Any], arguments: Arguments, default: int = 100) -> tuple[list[Any], Json]:
    """Give the piece that the cursor asks for, together with `response_metadata`."""
    limit = max(1, min(arguments.number("limit", default) or default, _LARGEST))
    start = _position(arguments.text("cursor"))
    following = start + limit
    more = following < len(items)
    cursor = base64.b64encode(f"next:{following}".encode()).decode() if more else ""
    return list(items[start:following]), {"next_cursor": cursor}


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("next:"))
    except ValueError:
        raise SlackError("invalid_cursor") from None
