"""The playground as a whole: one local server to start, use and stop."""

import asyncio
import base64
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from playground.acting import Acting
from playground.app import read_manifest
from playground.apps_page import AppsPage
from playground.changes import ChangesApi
from playground.clock import Clock
from playground.delivery import Transport
from playground.disturbed import Disturbed
from playground.entities import Json
from playground.event_queue import EventQueue
from playground.http_delivery import HttpDelivery
from playground.live import Live
from playground.local_slack import LocalSlack
from playground.neighbours import Neighbour, make_neighbours
from playground.oauth import OAuth
from playground.people import PeopleApi, Place, TimeControl
from playground.response_urls import handle_response
from playground.seed import NORTHLIGHT, Seed
from playground.shapes import message_object, mime_type
from playground.socket_mode import SocketMode
from playground.storage import Journal, Nothing
from playground.switches import SwitchesApi
from playground.tokens import Tokens
from playground.web_api import WebApi

_HOST = "127.0.0.1"
_PAGE = Path(__file__).parent / "page"
_LARGEST_BODY = 64 * 1024 * 1024


class Playground:
    """A local Slack: `async with Playground(manifest=…) as slack`."""

    def __init__(
        self,
        *,
        manifest: Json,
        state: Path | None = None,
        port: int = 0,
        seed: Seed = NORTHLIGHT,
        request_url: str | None = None,
        time_control: TimeControl | None = None,
        retry_delays: Sequence[float] = (1, 60, 300),
        workspaces: int = 1,
        installed: bool = True,
        limits: bool = False,
        check_blocks: bool = True,
    ) -> None:
        storage = Nothing() if state is None else Journal(state)
        self._slack = LocalSlack(read_manifest(manifest), seed, storage)
        self._slack.limits.switch(on=limits)
        self._slack.checks_blocks = check_blocks
        self._port = port
        self._request_url = request_url
        self._socket_mode = SocketMode(self._slack, self._connection_changed)
        self._http: HttpDelivery | None = None
        self._disturbed = Disturbed(self._slack.delivery_faults, self._way, self.disconnect)
        self._queue = EventQueue(self._slack, self._transport, retry_delays)
        self._changes = ChangesApi(self._slack, self._queue)
        self._switches = SwitchesApi(self._slack, self.disconnect)
        self._neighbours = make_neighbours(self._slack, workspaces - 1, self._queue.emit)
        everywhere = [self._slack, *self._neighbours]
        for each in everywhere if not installed else ():
            each.uninstall()
        self._places = [Place(each, Acting(each, self._queue, self._transport), Live(each)) for each in everywhere]
        self._people = PeopleApi(self._places, time_control)
        tokens = Tokens(everywhere)
        self._oauth = OAuth(everywhere, tokens)
        self._apps = AppsPage(self._slack, self._oauth)
        self._web_api = WebApi(everywhere, tokens, self._socket_mode.methods | self._oauth.methods)
        self._runner: web.AppRunner | None = None
        self._connected = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Start serving; deliveries that an earlier run left go on."""
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, _HOST, self._port)
        await site.start()
        for slack in (self._slack, *self._neighbours):
            slack.base_url = f"http://{_HOST}:{self._runner.addresses[0][1]}/"
        if self._request_url is not None:
            await self.deliver_to(self._request_url)
        self._queue.resume()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; everything is in the state file already."""
        for place in self._places:
            place.live.close()
        await self._web_api.close()
        await self._queue.close()
        await self._socket_mode.close()
        if self._http is not None:
            await self._http.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self._slack.storage.close()

    @property
    def page_url(self) -> str:
        """Where the page is."""
        return self._slack.base_url

    @property
    def api_url(self) -> str:
        """Where the Web API is: what the app takes as SLACK_API_URL."""
        return self._slack.base_url + "api/"

    @property
    def bot_token(self) -> str:
        """The app's bot token."""
        return self._slack.settings.bot_token

    @property
    def app_token(self) -> str:
        """The app-level token, for Socket Mode."""
        return self._slack.settings.app_token

    @property
    def signing_secret(self) -> str:
        """What HTTP deliveries are signed with."""
        return self._slack.settings.signing_secret

    @property
    def client_id(self) -> str:
        """The app's name for itself in OAuth."""
        return self._slack.settings.client_id

    @property
    def client_secret(self) -> str:
        """What proves that it is the app."""
        return self._slack.settings.client_secret

    @property
    def clock(self) -> Clock:
        """The workspace's time."""
        return self._slack.clock

    def calls(self, method: str | None = None) -> list[Json]:
        """List the Web API calls so far, oldest first."""
        return [call for call in self._slack.calls if method in (None, call["method"])]

    def messages(self, channel: str) -> list[Json]:
        """List a channel's messages with thread replies and metadata, oldest first."""
        return [
            message_object(slack, message)
            for slack in (self._slack, *self._neighbours)
            for message in slack.workspace.messages.get(channel, {}).values()
        ]

    @property
    def neighbours(self) -> list[Neighbour]:
        """The other workspaces that have installed the app."""
        return [Neighbour.of(slack) for slack in self._neighbours]

    async def wait_until_connected(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109  (a plain limit)
        """Wait until the app has a websocket; raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._connected.wait()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to leave its websockets: "warning", "refresh_requested" or "link_disabled"."""
        await self._socket_mode.disconnect(reason)

    async def deliver_to(self, request_url: str) -> None:
        """Deliver signed HTTP requests to an address from now on."""
        if self._http is not None:
            await self._http.close()
        self._http = HttpDelivery(self._slack, request_url)
        self._connection_changed()

    async def verify_request_url(self) -> bool:
        """Send the url_verification challenge; tell whether the app answered it."""
        return self._http is not None and await self._http.verify()

    def _transport(self) -> Transport:
        return self._disturbed

    def _way(self) -> Transport:
        return self._http or self._socket_mode

    def _connection_changed(self) -> None:
        connected = self._way().connected
        if connected:
            self._connected.set()
        else:
            self._connected.clear()
        for place in self._places:
            place.live.connected = connected
            place.live.changed()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=_LARGEST_BODY)
        application.add_routes(self._people.routes())
        application.add_routes(self._switches.routes())
        application.add_routes(self._apps.routes())
        application.add_routes(self._changes.routes())
        application.add_routes(
            [
                web.route("*", "/api/{method}", self._web_api.handle),
                web.get("/link/", self._socket_mode.handle),
                web.post("/response/{id}", self._respond),
                web.post("/upload/{id}", self._upload),
                web.get("/files/{id}/{name}", self._file),
                web.get("/{path:.*}", _page_file),
            ]
        )
        return application

    async def _respond(self, request: web.Request) -> web.Response:
        hook = request.match_info["id"]
        places = [place.slack for place in self._places if hook in place.slack.workspace.hooks]
        return await handle_response(places[0] if places else self._slack, request)

    async def _upload(self, request: web.Request) -> web.Response:
        file = self._slack.workspace.files.get(request.match_info["id"])
        if file is None or file.completed:
            raise web.HTTPNotFound(text="no such upload")
        content = await _uploaded(request)
        file.content, file.size = base64.b64encode(content).decode(), len(content)
        self._slack.workspace.save(file)
        self._slack.commit()
        return web.Response(text=f"OK - {file.size}")

    async def _file(self, request: web.Request) -> web.Response:
        file = self._slack.workspace.files.get(request.match_info["id"])
        if file is None or not file.completed:
            raise web.HTTPNotFound(text="no such file")
        headers = {"Cache-Control": "max-age=86400"}
        return web.Response(body=base64.b64decode(file.content), content_type=mime_type(file), headers=headers)


async def _uploaded(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for field in (await request.post()).values():
        if isinstance(field, web.FileField):
            return field.file.read()
    raise web.HTTPBadRequest(text="no file in the form")


async def _page_file(request: web.Request) -> web.StreamResponse:
    path = (_PAGE / (request.match_info["path"] or "index.html")).resolve()
    if not path.is_relative_to(_PAGE) or not path.is_file():
        raise web.HTTPNotFound(text="there is no such page")
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
