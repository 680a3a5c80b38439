"""The HTTP API of what can go wrong: faults on order, Slack's rate limits, asking the app to reconnect."""

from collections.abc import Awaitable, Callable
from typing import get_args

from aiohttp import web

from playground.answering import answering, text_in
from playground.entities import Json
from playground.errors import RefusedActionError
from playground.faults import read_fault
from playground.limits import HistoryLimit
from playground.local_slack import LocalSlack

REASONS = ("warning", "refresh_requested", "link_disabled")
_HISTORY_LIMITS: tuple[HistoryLimit, ...] = get_args(HistoryLimit)


class SwitchesApi:
    """Answers /playground/faults, limits, disconnect and calls."""

    def __init__(self, slack: LocalSlack, disconnect: Callable[[str], Awaitable[None]]) -> None:
        self._slack = slack
        self._ask_to_leave = disconnect

    def routes(self) -> list[web.RouteDef]:
        """List the addresses."""
        return [
            web.post("/playground/faults", answering(self._slack, self._add_fault)),
            web.delete("/playground/faults", answering(self._slack, self._clear_faults)),
            web.post("/playground/limits", answering(self._slack, self._limits)),
            web.post("/playground/disconnect", answering(self._slack, self._disconnect)),
            web.get("/playground/calls", self._calls),
        ]

    async def _add_fault(self, _: web.Request, body: Json) -> Json:
        fault, of_deliveries = read_fault(body)
        (self._slack.delivery_faults if of_deliveries else self._slack.faults).add(fault)
        return {"ok": True}

    async def _clear_faults(self, _: web.Request, __: Json) -> Json:
        self._slack.faults.clear()
        self._slack.delivery_faults.clear()
        return {"ok": True}

    async def _limits(self, _: web.Request, body: Json) -> Json:
        history = next((each for each in _HISTORY_LIMITS if each == body.get("history_limit", "tier3")), None)
        if history is None or not isinstance(body.get("on"), bool):
            sentence = f"on is true or false, history_limit one of {', '.join(_HISTORY_LIMITS)}."
            raise RefusedActionError("invalid_arguments", sentence, status=400)
        self._slack.limits.switch(on=body["on"], history=history)
        return {"ok": True}

    async def _disconnect(self, _: web.Request, body: Json) -> Json:
        reason = text_in(body, "reason")
        if reason not in REASONS:
            raise RefusedActionError("invalid_arguments", f"reason is one of {', '.join(REASONS)}.", status=400)
        await self._ask_to_leave(reason)
        return {"ok": True}

    async def _calls(self, request: web.Request) -> web.Response:
        method = request.query.get("method")
        calls = [call for call in self._slack.calls if method in (None, call["method"])]
        return web.json_response(calls)
