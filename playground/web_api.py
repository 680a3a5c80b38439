"""The Web API's door: who calls, what fails on order, what is answered."""

import asyncio
import base64
import json
from collections.abc import Sequence

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
from playground.faults import Fault
from playground.local_slack import LocalSlack
from playground.method import Method, need_scope
from playground.tokens import Tokens


class WebApi:
    """Answers calls below /api/, for the first of the workspaces and for its neighbours."""

    def __init__(self, workspaces: Sequence[LocalSlack], tokens: Tokens, app_methods: dict[str, Method]) -> None:
        self._slack = workspaces[0]
        self._tokens = tokens
        self._late: set[asyncio.Task[None]] = set()
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
        try:
            values = await read_arguments(request)
        except SlackError as error:
            self._log(name, {}, self._slack, None)["response"] = error.envelope()
            return _json(error.envelope(), {})
        token = str(values.pop("token", "") or _bearer(request))
        values |= _basic(request)
        slack = self._tokens.find(token) or self._slack
        fault = self._slack.faults.take(name, _channel(values)) or self._limited(slack, name, values)
        call = self._log(name, values, slack, fault)
        if fault is not None and fault.fault == "late":
            self._carry_out_later(call, token, fault.wait)
        elif fault is None or fault.is_carried_out:
            call["response"] = self._carry_out(name, token, values)
        else:
            call["response"] = _refusal(fault)
        headers = {"X-OAuth-Scopes": ",".join(slack.app.scopes)}
        return await _respond(request, call["response"], fault, headers)

    async def close(self) -> None:
        """Forget the calls that were to be stored late."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    def _limited(self, slack: LocalSlack, name: str, values: Json) -> Fault | None:
        limits = slack.limits
        now, team_id = slack.clock.monotonic_seconds(), slack.settings.team_id
        wait = limits.refuse_for(name, team_id, _channel(values), now)
        return Fault(name, "ratelimited", retry_after=wait) if wait else None

    def _carry_out(self, name: str, token: str, values: Json) -> Json:
        slack = self._tokens.find(token) or self._slack
        try:
            return self._answer(slack, name, token, Arguments(slack.limits.shorten_page(name, values)))
        except SlackError as error:
            return error.envelope()
        finally:
            slack.commit()

    def _carry_out_later(self, call: Json, token: str, seconds: float) -> None:
        async def wait_and_store() -> None:
            await asyncio.sleep(seconds)
            call["response"] = self._carry_out(call["method"], token, call["arguments"])

        task = asyncio.create_task(wait_and_store())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _answer(self, slack: LocalSlack, name: str, token: str, arguments: Arguments) -> Json:
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._check_token(method, token)
        need_scope(slack, method.scope)
        return method.function(slack, arguments)

    def _check_token(self, method: Method, token: str) -> None:
        if method.token == "none":  # noqa: S105  (a kind of token)
            return
        app_token = self._slack.settings.app_token
        if not token:
            raise SlackError("not_authed")
        if token != app_token and self._tokens.find(token) is None:
            raise SlackError(self._tokens.why_not(token))
        if (token == app_token) != (method.token == "app"):  # noqa: S105  (a kind of token)
            raise SlackError("not_allowed_token_type")

    def _log(self, name: str, arguments: Json, slack: LocalSlack, fault: Fault | None) -> Json:
        clock = self._slack.clock
        call: Json = {
            "method": name,
            "at": clock.real_now().isoformat(),
            "monotonic": clock.monotonic_seconds(),
            "team_id": slack.settings.team_id,
            "arguments": arguments,
            "fault": fault and fault.fault,
            "response": None,
        }
        self._slack.calls.append(call)
        return call


async def _respond(
    request: web.Request, answer: Json | None, fault: Fault | None, headers: dict[str, str]
) -> web.StreamResponse:
    match fault.shown if fault is not None else "":
        case "server_error":
            return web.Response(status=500, text="server error", headers=headers)
        case "timeout" if fault is not None:
            await asyncio.sleep(fault.wait)
            return _cut(request)
        case "drop":
            return _cut(request)
        case "slow" if fault is not None:
            await asyncio.sleep(fault.wait)
        case "ratelimited" if fault is not None:
            return _json(answer, headers | {"Retry-After": str(fault.retry_after)}, status=429)
    return _json(answer or _refusal(fault), headers)


def _cut(request: web.Request) -> web.Response:
    # Cut, not closed: the caller must see a connection that ends without an answer.
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _refusal(fault: Fault | None) -> Json:
    return {"ok": False, "error": fault.shown if fault else ""}


def _json(answer: Json | None, headers: dict[str, str], *, status: int = 200) -> web.Response:
    body = json.dumps(answer, separators=(",", ":")).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


def _channel(values: Json) -> str:
    return str(values.get("channel", ""))


def _basic(request: web.Request) -> Json:
    """Read an app's own credentials, which come as a name and password."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        client_id, _, client_secret = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": client_secret}


def _bearer(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
