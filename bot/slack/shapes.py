"""Taking texts, ids and objects out of what Slack has sent; what is none of these is Malformed."""

import re
from collections.abc import Mapping
from typing import Any

_TEAM, _PERSON, _CHANNEL = (re.compile(rf"[{kinds}][A-Z0-9]{{1,31}}", re.ASCII) for kinds in ("TE", "UWB", "CDG"))
ACTION = re.compile(r"[a-z][a-z_.]*(#\w+)?", re.ASCII)
EVENT = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
TS = re.compile(r"\d{1,10}(\.\d{1,6})?", re.ASCII)
NUMBER = re.compile(r"\d{1,18}", re.ASCII)

LATEST = 9_999_999_999
"""In the year 2286."""

_LONGEST_NAME = 200
_LONGEST_TEXT = 10_000


class Malformed(ValueError):  # noqa: N818  # what it says is no failure of ours
    """A payload, or a part of one, that Slack would not send; it names the part and never says what is in it."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def number(value: object) -> int:
    """Read an id that a button carries; raises Malformed."""
    if not isinstance(value, str) or not NUMBER.fullmatch(value):
        raise Malformed("a number")
    return int(value)


def channel_id(value: object) -> str:
    """Read the Slack id of a channel or a direct message; raises Malformed."""
    return matching(_CHANNEL, value, "a channel's id")


def objects(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Take a list of objects that is there; raises Malformed."""
    found = body[name]
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Malformed(name)
    return found


def part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Take an object out of another; empty where there is none. Raises Malformed."""
    found = body.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Malformed(name if name in _NAMES else "an object")
    return found


_NAMES = frozenset({"user", "team", "view", "event", "item", "container", "channel", "state", "values"})
"""Parts that may be named: what people chose a name for is none of the log's business."""


def text(body: Mapping[str, Any], name: str) -> str:
    """Take a text; empty where there is none. Raises Malformed."""
    found = body.get(name)
    if found is None:
        return ""
    if not isinstance(found, str) or len(found) > _LONGEST_TEXT or "\x00" in found or not _is_writable(found):
        raise Malformed(name)
    return found


def name(found: object) -> str:
    """Take a name, cut to what is kept of one; empty where it is none."""
    is_good = isinstance(found, str) and "\x00" not in found and _is_writable(found)
    return str(found)[:_LONGEST_NAME] if is_good else ""


def _is_writable(text: str) -> bool:
    """Tell whether a text has no half of a surrogate pair, which JSON can spell and nobody can store."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def team(found: object) -> str:
    """Take a workspace's id; raises Malformed."""
    return matching(_TEAM, found, "a workspace's id")


def is_team(found: object) -> bool:
    """Tell whether something could be a workspace's id; other text has no place in a log."""
    return isinstance(found, str) and _TEAM.fullmatch(found) is not None


def person(found: object) -> str:
    """Take a person's id; raises Malformed."""
    return matching(_PERSON, found, "a person's id")


def matching(pattern: re.Pattern[str], found: object, part: str) -> str:
    """Take a text of a certain form; raises Malformed, which names the part."""
    if not isinstance(found, str) or not pattern.fullmatch(found):
        raise Malformed(part)
    return found


def entered(elements: Mapping[str, Any]) -> Any:
    """Take what a block of a form holds, None if nothing; raises Malformed."""
    first = next(iter(elements), None)
    return None if first is None else chosen(part(elements, first))


def chosen(element: Mapping[str, Any]) -> Any:
    """Take what was entered or chosen out of any element: text, one option's value, or a list of them, or files."""
    if element.get("files") is not None:
        return [text(each, "url_private_download") for each in objects(element, "files")]
    if element.get("selected_options") is not None:
        return [text(each, "value") for each in objects(element, "selected_options")]
    if element.get("selected_option"):
        return text(part(element, "selected_option"), "value")
    return next((_plain(element[key], key) for key in _PLAIN_VALUES if element.get(key) is not None), None)


_PLAIN_VALUES = ("value", "selected_users", "selected_conversation", "selected_date", "selected_time")


def _plain(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [text({name: each}, name) for each in value]
    return text({name: value}, name)
