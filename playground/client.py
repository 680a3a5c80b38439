"""A person for tests and benchmarks: acts through the playground's HTTP API as the page does."""

from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession

from playground.entities import Json
from playground.server import Playground


class Person:
    """Somebody in the workspace: `async with Person(slack, "U0ANNA") as anna`."""

    def __init__(self, slack: Playground, user: str) -> None:
        self.user = user
        self._base = slack.page_url + "playground/"
        self._session = ClientSession()

    async def __aenter__(self) -> Self:
        """Start."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._session.close()

    async def say(self, channel: str, text: str, thread_ts: str | None = None) -> Json:
        """Write a message or a slash command."""
        return await self._act("messages", channel=channel, text=text, thread_ts=thread_ts)

    async def press(
        self,
        container: Json,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        values: Json | None = None,
    ) -> Json:
        """Press a button, or choose in a menu; `values` is what the form around it holds by now."""
        body = {"container": container, "action_id": action_id, "block_id": block_id}
        return await self._act("press", **body, value=value, values=values)

    async def react(self, channel: str, ts: str, name: str, *, on: bool = True) -> Json:
        """Add or take back a reaction."""
        return await self._act("reactions", channel=channel, ts=ts, name=name, on=on)

    async def submit(self, view_id: str, values: Json) -> Json:
        """Submit a modal."""
        return await self._act("submit", view_id=view_id, values=values)

    async def close(self, view_id: str) -> Json:
        """Close the modal on top."""
        return await self._act("close", view_id=view_id)

    async def open_home(self) -> Json:
        """Open the Home tab."""
        return await self._act("home")

    async def use_shortcut(self, callback_id: str) -> Json:
        """Choose one of the app's global shortcuts."""
        return await self._act("shortcut", callback_id=callback_id)

    async def state(self) -> Json:
        """Give everything the person sees."""
        async with self._session.get(self._base + "state", params={"as": self.user}) as response:
            state: Json = await response.json()
            return state

    async def _act(self, what: str, **body: Any) -> Json:
        url = f"{self._base}people/{self.user}/{what}"
        async with self._session.post(url, json=body) as response:
            answer: Json = await response.json()
            return answer
