"""Looks into views: their elements, and every text a person reads in them."""

from collections.abc import Iterator
from typing import Any


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a view, the outermost first."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from objects(each)


def pressables(view: Any) -> list[dict[str, Any]]:
    """List what can be pressed or chosen at once: buttons and menus outside inputs."""
    return [each for each in objects(view) if each.get("type") in {"button", "overflow"}]


def labels(view: Any) -> list[str]:
    """List what is written on the buttons."""
    return [each["text"]["text"] for each in objects(view) if each.get("type") == "button"]


def texts(view: Any) -> Iterator[str]:
    """Yield everything a person reads in a view."""
    for each in objects(view):
        for key in ("text", "alt_text", "caption", "title", "initial_value", "label"):
            if isinstance(each.get(key), str):
                yield each[key]
