"""What Slack would refuse in a message, a modal or a Home tab, found before anything is sent.

The rules are tables: `composition`, `elements`, `rich_text`, `data` and `blocks` say what each object holds,
one row per field, as on its page below https://docs.slack.dev/reference/block-kit; `surfaces` says what may
be where and what counts across blocks. Where Slack's own pages, its SDKs and reports from the live service
disagree, the narrower rule is taken: what passes here passes there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.blockkit import surfaces
from playground.blockkit.rules import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Problem", "validate_home", "validate_message", "validate_modal"]


def validate_message(blocks: Any) -> list[Problem]:
    """Say what Slack would refuse in a message's blocks (pointers begin with /blocks)."""
    return _each_once(surfaces.message(blocks))


def validate_modal(view: Any) -> list[Problem]:
    """Say what Slack would refuse in a view for views.open, push or update (pointers begin with /view)."""
    return _each_once(surfaces.view(view, "modal"))


def validate_home(view: Any) -> list[Problem]:
    """Say what Slack would refuse in a view for views.publish (pointers begin with /view)."""
    return _each_once(surfaces.view(view, "home"))


def _each_once(problems: Iterator[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))
