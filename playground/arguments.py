"""A Web API call's arguments, however they were sent."""

import json
from typing import Any

from aiohttp import web

from playground.entities import Json
from playground.errors import SlackError


class Arguments:
    """Reads arguments by name: forms bring everything as text, JSON bodies bring real values."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        """Read a text."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        """Read a text that must be there."""
        value = self.text(name)
        if not value:
            raise SlackError(error)
        return value

    def flag(self, name: str) -> bool:
        """Read a yes or no; what is left out is a no."""
        return str(self.values.get(name)).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """Read a whole number."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise SlackError("invalid_arguments") from None

    def structure(self, name: str, error: str) -> Any:
        """Read a list or object, which forms bring as JSON; None where it was not sent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(error) from None


async def read_arguments(request: web.Request) -> Json:
    """Collect a request's arguments from its query and body."""
    values: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return values | body
    if request.method == "POST":
        values |= dict(await request.post())
    return values
