"""HTTP mode: Slack's requests, the pictures and a health check as one ASGI app on uvicorn."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message

from bot.domain.errors import CannotRun

HandleSlack = Callable[[Request], Awaitable[Response]]
FindPicture = Callable[[str, str], Path | None]
"""Finds a picture by its digest and file name."""

_LARGEST_BODY = 1024 * 1024
"""Slack's payloads are well below this."""

_SHUT_WITHIN_SECONDS = 3
"""How long a stop waits for requests under way; one that never ends must not hold it up."""

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
"""The address holds a digest of the content, so it never changes."""


class AddressInUse(CannotRun):
    """The port is taken."""


def create_asgi_app(handle_slack: HandleSlack, find_picture: FindPicture) -> Starlette:
    """Put the routes together."""

    async def slack(request: Request) -> Response:
        if not request.headers.get("x-slack-request-timestamp", "").isdecimal():
            return PlainTextResponse("unsigned", status_code=401)  # it would be an error in Bolt's log
        body = b""
        async for chunk in request.stream():  # not by its announced length: a body may come without one
            body += chunk
            if len(body) > _LARGEST_BODY:
                return PlainTextResponse("too large", status_code=413)
        return await handle_slack(_again(request, body))

    async def picture(request: Request) -> Response:
        path = find_picture(request.path_params["digest"], request.path_params["name"])
        return FileResponse(path, headers=_FOR_EVER) if path else PlainTextResponse("not found", status_code=404)

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(
        routes=[
            Route("/slack/events", slack, methods=["POST"]),
            Route("/pictures/{digest}/{name}", picture),
            Route("/healthz", health),
        ]
    )


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse(
                f"Port {port} on {host} is in use. Stop what runs there, or set PORT to another one."
            ) from None
        raise CannotRun(f"Nothing can listen at {host}, port {port}: {error.strerror}. Check HOST and PORT.") from None


def _again(request: Request, body: bytes) -> Request:
    """Make a request whose body has been read readable once more."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)


@contextlib.asynccontextmanager
async def serving(app: Starlette, host: str, port: int) -> AsyncIterator[str]:
    """Serve the app and answer its address; raises AddressInUse when the port is taken."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=_SHUT_WITHIN_SECONDS,
    )
    server = uvicorn.Server(config)
    listening = _listen(host, port)
    # Its signal handling would take Ctrl-C away from the rest of the program.
    serve = asyncio.create_task(server._serve([listening]))  # noqa: SLF001
    try:
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serve
        listening.close()
