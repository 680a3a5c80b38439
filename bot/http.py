"""HTTP mode: Slack's requests, pictures, pages of an installation, health and metrics as one ASGI app on uvicorn."""

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain.errors import CannotRun
from bot.slack.manifest import INSTALL_PATH, REDIRECT_PATH, REQUEST_PATH
from bot.slack.views.installations import STYLE_DIGEST, broken

logger = logging.getLogger(__name__)

FindPicture = Callable[[str, str], Path | None]
"""Finds a picture by its digest and file name."""


class Slack(Protocol):
    """What answers Slack's requests."""

    def is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Tell whether Slack itself has sent these bytes within the last five minutes."""
        ...

    async def handle(self, request: Request) -> Response | None:
        """Answer a request; None when it cannot be read."""
        ...


class Page(Protocol):
    """What a browser gets."""

    @property
    def status(self) -> int: ...  # noqa: D102  # the class says it
    @property
    def html(self) -> str: ...  # noqa: D102  # the class says it
    @property
    def cookie(self) -> str | None: ...  # noqa: D102  # the class says it


class InstallPages(Protocol):
    """The two pages of an installation with a browser."""

    async def begin(self, team_id: str | None) -> Page:
        """Show what will be asked for; a workspace may be chosen already."""
        ...

    async def end(self, query: Mapping[str, str], cookies: str | None) -> Page:
        """Take what the browser brings back from Slack."""
        ...


@dataclass(frozen=True, slots=True)
class Health:
    """What operators' tools ask: why the program is not ready (empty when it is), and its metrics as text."""

    problems: Callable[[], Awaitable[Sequence[str]]]
    metrics: Callable[[], Awaitable[bytes]]


_LARGEST_BODY = 1024 * 1024
"""Slack's payloads are well below this."""

_SHUT_WITHIN_SECONDS = 3
"""How long a stop waits for requests under way; one that never ends must not hold it up."""

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""The address holds a digest of the content, so it never changes."""

_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # the way back from Slack holds a code
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; img-src data:; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    ),
    "Strict-Transport-Security": "max-age=31536000",  # which browsers ignore on a plain connection
}


class _SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_SECURITY)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class AddressInUse(CannotRun):
    """The port is taken."""


def create_asgi_app(
    slack: Slack, find_picture: FindPicture, health: Health, install_pages: InstallPages | None = None
) -> Starlette:
    """Put the routes together; without `install_pages` there is one workspace, and nothing to install."""

    async def picture(request: Request) -> Response:
        path = find_picture(request.path_params["digest"], request.path_params["name"])
        return FileResponse(path, headers=_FOR_EVER) if path else PlainTextResponse("not found", status_code=404)

    routes = [
        Route(REQUEST_PATH, _answering(slack), methods=["POST"]),
        Route("/pictures/{digest}/{name}", picture),
        *_health_routes(health),
        *(_install_routes(install_pages) if install_pages else []),
    ]
    return Starlette(routes=routes, middleware=[Middleware(_SecurityHeaders)])


def _answering(slack: Slack) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        body = b""
        try:
            async for chunk in request.stream():  # not by its announced length: a body may come without one
                body += chunk
                if len(body) > _LARGEST_BODY:
                    return PlainTextResponse("too large", status_code=413)
        except ClientDisconnect:
            return PlainTextResponse("cut off", status_code=400)
        if not slack.is_signed(body, request.headers):  # before anybody looks at what it says
            return PlainTextResponse("not signed by Slack", status_code=401)
        return await slack.handle(_again(request, body)) or PlainTextResponse("cannot be read", status_code=400)

    return answer


def _health_routes(health: Health) -> list[Route]:
    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_request: Request) -> Response:
        problems = await health.problems()
        return PlainTextResponse("\n".join(problems) or "ready", status_code=503 if problems else 200)

    async def metrics(_request: Request) -> Response:
        return Response(await health.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]


def _install_routes(pages: InstallPages) -> list[Route]:
    async def begin(request: Request) -> Response:
        return await _page(pages.begin(request.query_params.get("team")))

    async def end(request: Request) -> Response:
        return await _page(pages.end(dict(request.query_params), request.headers.get("cookie")))

    return [Route(INSTALL_PATH, begin), Route(REDIRECT_PATH, end)]


async def _page(made: Awaitable[Page]) -> Response:
    try:
        page = await made
    except Exception:
        logger.exception("a page of the installation failed")
        return HTMLResponse(broken(), status_code=500)
    return HTMLResponse(page.html, page.status, headers={"Set-Cookie": page.cookie} if page.cookie else None)


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
    serve = asyncio.create_task(server._serve([listening]))  # noqa: SLF001  # serve() would take the signals
    try:
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serve
        listening.close()
