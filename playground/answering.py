"""What all requests below /playground/ have in common: JSON in, JSON out, refusals with a sentence."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from playground.entities import Json
from playground.errors import RefusedActionError
from playground.local_slack import LocalSlack


def answering(
    slack: LocalSlack, action: Callable[[web.Request, Json], Awaitable[Json]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Make a handler of what takes a request with its body, and keep what it changed."""

    async def handler(request: web.Request) -> web.Response:
        try:
            answer, status = await action(request, await _body(request)), 200
        except RefusedActionError as error:
            answer, status = error.envelope(), error.status
        finally:
            slack.commit()
        return web.json_response(answer, status=status)

    return handler


def text_in(body: Json, key: str) -> str:
    """Read a text that has to be there."""
    value: Any = body.get(key)
    if not isinstance(value, str):
        raise RefusedActionError("invalid_arguments", f"{key} is missing.", status=400)
    return value


async def _body(request: web.Request) -> Json:
    try:
        body = await request.json() if request.can_read_body else {}
    except ValueError as error:
        raise RefusedActionError("invalid_json", "The body is not JSON.", status=400) from error
    if not isinstance(body, dict):
        raise RefusedActionError("invalid_json", "The body is not a JSON object.", status=400)
    return body
