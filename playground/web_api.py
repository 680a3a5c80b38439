"""The Web API's door: who calls, what fails on order, what is answered."""

import asyncio
import json

from aiohttp import web

from playground import (
    methods_chat,
    methods_conversations,
    methods_files,
    methods_reactions,
    methods_team,
    methods_views,
)
from playground.arguments import Arguments, read_arguments
from playground.entities import Json
from playground.errors import SlackError
from playground.faults import AFTER_HANDLING, Fault
from playground.local_slack import LocalSlack
from playground.method import Method, need_scope


class WebApi:
    """Answers calls below /api/."""

    def __init__(self, slack: LocalSlack, app_methods: dict[str, Method]) -> None:
        self._slack = slack
        self._methods: dict[str, Method] = {
            **methods_chat.METHODS,
            **methods_conversations.METHODS,
            **methods_files.METHODS,
            **methods_reactions.METHODS,
            **methods_team.METHODS,
            **methods_views.METHODS,
            **app_methods,
        }

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        name = request.match_info["method"]
        values: Json = {}
        fault = self._slack.faults.take(name)
        try:
            values = await read_arguments(request)
            token = values.pop("token", "") or _bearer(request)
            answer = _refusal(fault) or self._answer(name, str(token), Arguments(values))
        except SlackError as error:
            answer = error.envelope()
        self._slack.commit()
        self._record(name, values, answer)
        return await self._respond(request, answer, fault)

    def _answer(self, name: str, token: str, arguments: Arguments) -> Json:
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._check_token(method, token)
        need_scope(self._slack, method.scope)
        return method.function(self._slack, arguments)

    def _check_token(self, method: Method, token: str) -> None:
        settings = self._slack.settings
        if not token:
            raise SlackError("not_authed")
        if token not in (settings.bot_token, settings.app_token):
            raise SlackError("invalid_auth")
        if (token == settings.app_token) != (method.token == "app"):  # noqa: S105  (a kind of token)
            raise SlackError("not_allowed_token_type")

    def _record(self, name: str, arguments: Json, answer: Json) -> None:
        at = self._slack.clock.real_now().isoformat()
        self._slack.calls.append({"method": name, "at": at, "arguments": arguments, "response": answer})

    async def _respond(self, request: web.Request, answer: Json, fault: Fault | None) -> web.StreamResponse:
        headers = {"X-OAuth-Scopes": ",".join(self._slack.app.scopes)}
        if fault is not None and fault.fault in AFTER_HANDLING:
            if fault.fault == "server_error":
                return web.Response(status=500, text="server error", headers=headers)
            await asyncio.sleep(fault.seconds if fault.fault == "timeout" else 0)
            # Cut, not closed: the caller must see a connection that ends without an answer.
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        status = 200
        if fault is not None and fault.fault == "ratelimited":
            status = 429
            headers["Retry-After"] = str(fault.retry_after)
        body = json.dumps(answer, separators=(",", ":")).encode()
        return web.Response(body=body, status=status, headers=headers, content_type="application/json")


def _refusal(fault: Fault | None) -> Json | None:
    if fault is None or fault.fault in AFTER_HANDLING:
        return None
    return {"ok": False, "error": fault.fault}


def _bearer(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
