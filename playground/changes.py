"""What happens to channels and people themselves: renamed, archived, made private, deactivated, a guest by now."""

from aiohttp import web

from playground import events
from playground.answering import answering, text_in
from playground.entities import Channel, Json, Person
from playground.errors import RefusedActionError, nowhere
from playground.event_queue import EventQueue
from playground.local_slack import LocalSlack

_PERSON = {
    "real_name": str,
    "tz": str,
    "is_admin": bool,
    "is_restricted": bool,
    "is_bot": bool,
    "deleted": bool,
    "team_id": str,
}
_CHANNEL = {"name": str, "archived": bool, "private": bool}


class ChangesApi:
    """Answers /playground/channels/{channel} and /playground/people, and lists what there is to change."""

    def __init__(self, slack: LocalSlack, queue: EventQueue) -> None:
        self._slack = slack
        self._queue = queue

    def routes(self) -> list[web.RouteDef]:
        """List the addresses."""
        return [
            web.get("/playground/switches", self._list),
            web.post("/playground/channels/{channel}", answering(self._slack, self._channel)),
            web.post("/playground/people/{user}/profile", answering(self._slack, self._profile)),
            web.post("/playground/people", answering(self._slack, self._add)),
        ]

    async def _list(self, _: web.Request) -> web.Response:
        channels = [vars(each) for each in self._slack.workspace.channels.values() if each.kind == "channel"]
        people = [vars(each) for each in self._slack.workspace.people.values()]
        return web.json_response({"app": self._slack.app.user_id, "channels": channels, "people": people})

    async def _channel(self, request: web.Request, body: Json) -> Json:
        channel: Channel | None = self._slack.workspace.channels.get(request.match_info["channel"])
        if channel is None or channel.kind == "dm":
            raise nowhere("That channel is not there.")
        changed = _changed(vars(channel), body, _CHANNEL)
        vars(channel).update(changed)
        self._slack.workspace.save(channel)
        if "name" in changed:
            events.channel_renamed(self._slack, channel)
        if "archived" in changed:
            events.channel_archived(self._slack, channel)
        return await self._done()

    async def _profile(self, request: web.Request, body: Json) -> Json:
        person = self._slack.workspace.people.get(request.match_info["user"])
        if person is None:
            raise nowhere("That person is not there.")
        vars(person).update(_changed(vars(person), body, _PERSON))
        self._slack.workspace.save(person)
        events.person_changed(self._slack, person)
        return await self._done()

    async def _add(self, _: web.Request, body: Json) -> Json:
        user, real_name = text_in(body, "id"), text_in(body, "real_name")
        if user in self._slack.workspace.people:
            raise RefusedActionError("already_there", "That person is there already.", status=409)
        person = Person(user, real_name.split()[0].lower(), real_name)
        vars(person).update(_changed(vars(person), body, _PERSON))
        self._slack.workspace.save(person)
        return await self._done()

    async def _done(self) -> Json:
        self._slack.commit()
        await self._queue.settled()
        return {"ok": True}


def _changed(now: Json, body: Json, kinds: dict[str, type]) -> Json:
    """Pick what is told to be another than it is; refuses values of a wrong kind."""
    wrong = [key for key, kind in kinds.items() if key in body and not isinstance(body[key], kind)]
    if wrong:
        raise RefusedActionError("invalid_arguments", f"{wrong[0]} is of the wrong kind.", status=400)
    return {key: body[key] for key in kinds if key in body and body[key] != now[key]}
