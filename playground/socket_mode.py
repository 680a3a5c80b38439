"""Socket Mode: the app's websockets, what is sent over them, what is acknowledged."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from playground.arguments import Arguments
from playground.delivery import ACKNOWLEDGE_WITHIN_SECONDS, Answer, Delivery
from playground.entities import Json
from playground.local_slack import LocalSlack
from playground.method import Method

_MOST_CONNECTIONS = 10
_CONNECTION_SECONDS = 18_060
_REFRESH_SECONDS = 2.0


class SocketMode:
    """Delivers over whichever of the app's websockets is next."""

    def __init__(self, slack: LocalSlack, on_change: Callable[[], None]) -> None:
        self._slack = slack
        self._on_change = on_change
        self._links: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._ended: dict[web.WebSocketResponse, asyncio.Event] = {}
        self._waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Any]]] = {}
        self.methods = {"apps.connections.open": Method(self._open, token="app")}  # noqa: S106  (a kind)

    @property
    def connected(self) -> bool:
        """Tell whether at least one websocket is open."""
        return bool(self._sockets)

    def _open(self, slack: LocalSlack, _: Arguments) -> Json:
        ticket = secrets.token_hex(16)
        self._links.add(ticket)
        address = slack.base_url.replace("http", "ws", 1)
        return {"ok": True, "url": f"{address}link/?ticket={ticket}&app_id={slack.app.id}"}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._links:
            raise web.HTTPNotFound(text="this link has been used or was never handed out")
        self._links.remove(ticket)
        socket = web.WebSocketResponse(heartbeat=30, autoping=True)
        await socket.prepare(request)
        if len(self._sockets) >= _MOST_CONNECTIONS:
            await self._disconnect(socket, "too_many_websockets")
            return socket
        await self._serve(socket)
        return socket

    async def _serve(self, socket: web.WebSocketResponse) -> None:
        await socket.send_json(self._hello())
        self._sockets.append(socket)
        self._ended[socket] = asyncio.Event()
        self._on_change()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            self._retire(socket)
            self._fail_what_waits_for(socket)
            self._ended.pop(socket).set()

    def _retire(self, socket: web.WebSocketResponse) -> None:
        if socket in self._sockets:
            self._sockets.remove(socket)
            self._on_change()

    def _hello(self) -> Json:
        debug = {
            "host": "playground",
            "started": self._slack.clock.real_now().strftime("%Y-%m-%d %H:%M:%S.000"),
            "build_number": 1,
            "approximate_connection_time": _CONNECTION_SECONDS,
        }
        connections = len(self._sockets) + 1
        info = {"app_id": self._slack.app.id}
        return {"type": "hello", "num_connections": connections, "debug_info": debug, "connection_info": info}

    def _acknowledge(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(message.get("envelope_id", ""))
        if waiting is not None and not waiting[1].done():
            waiting[1].set_result(message.get("payload"))

    def _fail_what_waits_for(self, socket: web.WebSocketResponse) -> None:
        for waiting_socket, future in self._waiting.values():
            if waiting_socket is socket and not future.done():
                future.set_exception(ConnectionResetError("the websocket was closed"))

    async def deliver(self, delivery: Delivery) -> Answer:
        """Send an envelope and wait for the app to acknowledge it."""
        if not self._sockets:
            return Answer(failure="app_not_connected", reason="connection_failed")
        socket = self._sockets.pop(0)
        self._sockets.append(socket)
        envelope_id = str(uuid4())
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (socket, future)
        try:
            async with asyncio.timeout(ACKNOWLEDGE_WITHIN_SECONDS):
                await socket.send_str(json.dumps(_envelope(envelope_id, delivery)))
                if delivery.cut:
                    # Failed first: an acknowledgement that is on its way already goes unread.
                    future.set_exception(ConnectionResetError("the websocket was cut"))
                    await socket.close()
                return Answer(body=await future)
        except TimeoutError:
            return Answer(failure="operation_timeout", reason="timeout")
        except ConnectionError:
            return Answer(failure="dispatch_failed", reason="connection_failed")
        finally:
            del self._waiting[envelope_id]

    async def disconnect(self, reason: str) -> None:
        """Ask the app to leave all its websockets, as Slack does when it refreshes or switches them off."""
        await asyncio.gather(*(self._disconnect(socket, reason) for socket in list(self._sockets)))

    async def close(self) -> None:
        """Close all websockets without a word."""
        for socket in list(self._sockets):
            await socket.close()

    async def _disconnect(self, socket: web.WebSocketResponse, reason: str) -> None:
        debug = {"host": "playground"}
        await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": debug})
        if reason == "refresh_requested":
            # Nothing new goes over this websocket, but what is on its way may still be acknowledged over it.
            self._retire(socket)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended[socket].wait(), _REFRESH_SECONDS)
        if reason != "warning":
            await socket.close()


def _envelope(envelope_id: str, delivery: Delivery) -> Json:
    envelope: Json = {
        "envelope_id": envelope_id,
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind != "events_api",
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": delivery.retry_attempt, "retry_reason": delivery.retry_reason or ""}
    return envelope
