"""The HTTP API for acting as a person, which the page and the tests use."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from playground.acting import Acting
from playground.answering import answering, text_in
from playground.entities import Channel, Json
from playground.errors import RefusedActionError, nowhere
from playground.live import Live
from playground.local_slack import LocalSlack

Step = Literal["break", "day", "week"]
TimeControl = Callable[[Step], Awaitable[None]]
_STEPS: tuple[Step, ...] = ("break", "day", "week")


@dataclass(frozen=True)
class Place:
    """A workspace to act in: its state, what its people can do, what they see."""

    slack: LocalSlack
    acting: Acting
    live: Live


class PeopleApi:
    """Answers below /playground/."""

    def __init__(self, places: Sequence[Place], time_control: TimeControl | None) -> None:
        self._slack = places[0].slack
        self._live = places[0].live
        self._places = places
        self._time_control = time_control
        for place in places:
            place.live.time_control = time_control is not None

    def routes(self) -> list[web.RouteDef]:
        """List the addresses."""
        people = "/playground/people/{user}"
        return [
            web.post(f"{people}/messages", answering(self._slack, self._say)),
            web.post(f"{people}/press", answering(self._slack, self._press)),
            web.post(f"{people}/reactions", answering(self._slack, self._react)),
            web.post(f"{people}/submit", answering(self._slack, self._submit)),
            web.post(f"{people}/close", answering(self._slack, self._close)),
            web.post(f"{people}/home", answering(self._slack, self._home)),
            web.post("/playground/channels/{channel}/members", answering(self._slack, self._members)),
            web.post("/playground/time", answering(self._slack, self._time)),
            web.get("/playground/state", self._state),
            web.get("/playground/live", self._stream),
        ]

    async def _say(self, request: web.Request, body: Json) -> Json:
        thread_ts = body.get("thread_ts") or None
        user, acting = self._person(request)
        return await acting.say(user, text_in(body, "channel"), text_in(body, "text"), thread_ts)

    async def _press(self, request: web.Request, body: Json) -> Json:
        container = body.get("container")
        if not isinstance(container, dict):
            raise RefusedActionError("invalid_arguments", "container is missing.", status=400)
        action_id, block_id = text_in(body, "action_id"), body.get("block_id")
        user, acting = self._person(request)
        return await acting.press(
            user,
            container,
            action_id,
            block_id=block_id,
            value=body.get("value"),
            entered=body.get("values"),
        )

    async def _react(self, request: web.Request, body: Json) -> Json:
        channel, ts, name = (text_in(body, key) for key in ("channel", "ts", "name"))
        user, acting = self._person(request)
        return await acting.react(user, channel, ts, name, on=bool(body.get("on", True)))

    async def _submit(self, request: web.Request, body: Json) -> Json:
        values = body.get("values") or {}
        user, acting = self._person(request)
        return await acting.submit(user, text_in(body, "view_id"), values)

    async def _close(self, request: web.Request, body: Json) -> Json:
        user, acting = self._person(request)
        return await acting.close(user, text_in(body, "view_id"))

    async def _home(self, request: web.Request, _: Json) -> Json:
        user, acting = self._person(request)
        return await acting.open_home(user)

    async def _members(self, request: web.Request, body: Json) -> Json:
        user = text_in(body, "user")
        for place in self._places:
            channel: Channel | None = place.slack.workspace.channels.get(request.match_info["channel"])
            if channel is not None and user in place.slack.workspace.people:
                return await place.acting.set_membership(
                    channel, user, inviter=None, on=bool(body.get("present", True))
                )
        raise nowhere("That person or that channel is not there.")

    async def _time(self, _: web.Request, body: Json) -> Json:
        step = next((step for step in _STEPS if step == body.get("step")), None)
        if self._time_control is None or step is None:
            raise nowhere("This playground's time cannot be moved that way.")
        if self._live.moving:
            raise RefusedActionError("moving", "Time is still on its way.", status=409)
        self._live.moving = True
        self._live.changed()
        # Shielded: a page that is closed meanwhile must not leave time halfway.
        await asyncio.shield(asyncio.ensure_future(self._move(step)))
        return {"ok": True, "now": self._slack.clock.now().isoformat()}

    async def _move(self, step: Step) -> None:
        try:
            if self._time_control is not None:
                await self._time_control(step)
        finally:
            self._live.moving = False
            self._live.changed()

    async def _state(self, request: web.Request) -> web.Response:
        try:
            user, live = self._viewer(request)
            text = live.state_text(user)
        except RefusedActionError as error:
            return web.json_response(error.envelope(), status=error.status)
        return web.Response(text=text, content_type="application/json")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        try:
            user, live = self._viewer(request)
        except RefusedActionError as error:
            return web.json_response(error.envelope(), status=error.status)
        return await live.stream(request, user)

    def _viewer(self, request: web.Request) -> tuple[str, Live]:
        # A page that does not know anybody yet begins as whoever comes first.
        user = request.query.get("as") or next(iter(self._slack.workspace.people))
        return user, self._place_of(user).live

    def _person(self, request: web.Request) -> tuple[str, Acting]:
        user = request.match_info["user"]
        return user, self._place_of(user).acting

    def _place_of(self, user: str) -> Place:
        for place in self._places:
            person = place.slack.workspace.people.get(user)
            if person is not None and not person.is_bot and not person.deleted:
                place.slack.dm_with(user)
                place.slack.commit()
                return place
        raise nowhere("That person is not there.")
