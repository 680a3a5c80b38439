"""The Bolt app: one listener a kind of payload, the tables of what answers what, and where failures are said."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.errors import Refusal
from bot.services.members import Caller
from bot.services.ports import DatabaseAway
from bot.slack import payloads
from bot.slack.clients import Authorize, SlackUnreachable
from bot.slack.directory import ClientOf
from bot.slack.dispatch import NOTHING, Dependencies, OnCommand, OnPress, OnSubmission, Reply
from bot.slack.ids import COMMAND, Action, View
from bot.slack.listeners import boards, breaks, home, routines, runs, schedules
from bot.slack.views import errors
from bot.slack.views.parts import Message
from bot.slack.views.schedules import notice

logger = logging.getLogger(__name__)

PRESSES: dict[str, OnPress] = {
    Action.BREAK_DONE: breaks.done,
    Action.BREAK_UNDO: breaks.undo,
    Action.BREAK_GUIDE: runs.guide_break,
    Action.BREAK_TOGETHER: runs.together,
    Action.RUN_JOIN: runs.verb,
    Action.RUN_START: runs.verb,
    Action.RUN_DECLINE: runs.verb,
    Action.RUN_PAUSE: runs.verb,
    Action.RUN_RESUME: runs.verb,
    Action.RUN_LEAVE: runs.verb,
    Action.RUN_MENU: runs.menu,
    Action.RUN_PRIVATELY: runs.show_privately,
    Action.ROUTINE_SHOW: routines.show,
    Action.ROUTINE_TOGETHER: routines.together,
    Action.ROUTINE_GUIDE: runs.guide_routine,
    Action.GUIDE_BACK: runs.back,
    Action.GUIDE_FINISH: runs.finish_here,
    Action.CONSENT_SHOW: breaks.show_name,
    Action.CONSENT_HIDE: breaks.hide_name,
    Action.BOARD_MINE: boards.mine,
    Action.SCHEDULE_SETUP: schedules.setup,
    Action.SCHEDULE_EDIT: schedules.edit,
    Action.SCHEDULE_PAUSE: schedules.pause,
    Action.SCHEDULE_RESUME: schedules.resume,
    Action.SCHEDULE_DELETE: schedules.delete,
    Action.HELP_ME: home.my_days,
}
"""What answers a pressed button."""

WORDS: dict[str, OnCommand] = {
    "": routines.help_command,
    "help": routines.help_command,
    "me": home.my_days_command,
    "board": boards.board_command,
    "setup": schedules.setup_command,
}
"""What answers the first word after the command; every other word is looked up among the routines."""

SUBMISSIONS: dict[str, OnSubmission] = {View.GUIDE: runs.next_or_finish, View.SCHEDULE: schedules.submit}
"""What answers a submitted modal."""


class SlackApp:
    """The edge to Slack: acknowledges, hands over to a listener, and carries out its reply."""

    def __init__(
        self,
        deps: Dependencies,
        client_of: ClientOf,
        authorize: Authorize,
        signing_secret: str | None,
    ) -> None:
        self._deps = deps
        self._client_of = client_of
        self._answers: set[asyncio.Task[None]] = set()
        # Committed before it is acknowledged: Bolt's default polls for the acknowledgement, 10 ms a request.
        self.bolt = AsyncApp(
            signing_secret=signing_secret or "socket mode verifies nothing",
            authorize=authorize,  # type: ignore[arg-type]  # Bolt takes None for "not installed", its types do not
            process_before_response=True,
        )
        # Bolt walks its listeners one by one, so there is one a kind; the tables above do the rest.
        anything = re.compile("")
        self.bolt.command(COMMAND)(self._on_command)
        self.bolt.action(anything)(self._on_press)
        self.bolt.view(anything)(self._on_submission)
        for event in ("reaction_added", "reaction_removed"):
            self.bolt.event(event)(self._on_reaction)
        for event in ("member_joined_channel", "member_left_channel"):
            self.bolt.event(event)(self._on_membership)
        self.bolt.event("app_home_opened")(self._on_home_opened)
        self.bolt.error(self._on_error)

    async def drain(self) -> None:
        """Wait for the answers under way."""
        if self._answers:
            await asyncio.wait(self._answers)

    async def _on_press(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        press = payloads.press(body)
        listener = PRESSES.get(press.action_id)
        reply = await self._reply(listener(self._deps, press)) if listener else NOTHING
        await self._open_view(reply, press.caller, press.trigger_id)
        await ack()
        self._later(self._carry_out(reply, press))

    async def _on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        command = payloads.command(body)
        first = command.words[0].casefold() if command.words else ""
        listener = WORDS.get(first, routines.on_demand)
        reply = await self._reply(listener(self._deps, command))
        await self._open_view(reply, command.caller, command.trigger_id)
        if reply.say is None:
            await ack()
        else:
            await ack(text=reply.say.text, blocks=reply.say.blocks, response_type="ephemeral")

    async def _on_submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = payloads.submission(body)
        listener = SUBMISSIONS.get(submission.view.callback_id)
        try:
            answer = await listener(self._deps, submission) if listener else None
        except (Refusal, *DatabaseAway) as error:
            said = _said_of(error)
            answer = {"response_action": "update", "view": notice(said.text)}
        await ack(**(answer or {}))

    async def _on_reaction(self, body: dict[str, Any]) -> None:
        reacted = payloads.reaction(body)
        if reacted is None:
            return
        reply = await breaks.reaction(self._deps, reacted)
        if reply.say is not None:
            self._later(self._whisper(reacted.caller, reacted.channel_slack_id, reply.say))

    async def _on_membership(self, body: dict[str, Any]) -> None:
        changed = payloads.membership(body)
        app_user_id = (body.get("authorizations") or [{}])[0].get("user_id")
        await schedules.membership(self._deps, changed, is_app=changed.caller.slack_id == app_user_id)

    async def _on_home_opened(self, body: dict[str, Any]) -> None:
        caller = payloads.home_opened(body)
        if caller is not None:
            self._later(self._publish_home(caller))

    async def _on_error(self, error: Exception, body: dict[str, Any]) -> None:
        """Write a failure down by its kind; the payload may hold names and texts, so it stays out of the log."""
        logger.error("listener failed", exc_info=error, extra={"payload": body.get("type") or body.get("command")})
        # A listener that raises right after acknowledging would lose its acknowledgement, were this not to wait.
        await asyncio.sleep(0.05)

    async def _reply(self, answering: Awaitable[Reply]) -> Reply:
        try:
            return await answering
        except (Refusal, *DatabaseAway) as error:
            return Reply(say=_said_of(error))

    async def _open_view(self, reply: Reply, caller: Caller, trigger_id: str) -> None:
        """Open a modal: the one call made before the acknowledgement, because a trigger lives for 3 seconds."""
        if reply.open_view is not None:
            await self._client_of(caller.team_id).views_open(trigger_id=trigger_id, view=reply.open_view)

    async def _carry_out(self, reply: Reply, press: payloads.Press) -> None:
        client = self._client_of(press.caller.team_id)
        if reply.say is not None:
            await self._say(client, reply, press)
        if reply.change_view is not None and press.view is not None:
            await client.views_update(view_id=press.view.id, hash=press.view.hash, view=reply.change_view)
        if reply.refresh_home:
            await self._publish_home(press.caller)

    async def _say(self, client: AsyncWebClient, reply: Reply, press: payloads.Press) -> None:
        said = reply.say or Message("", [])
        if press.view is not None and press.view.type == "modal":
            await client.views_update(view_id=press.view.id, view=notice(said.text))
        elif press.response_url:
            webhook = AsyncWebhookClient(press.response_url)
            await webhook.send(
                text=said.text, blocks=said.blocks, response_type="ephemeral", replace_original=reply.replaces
            )
        elif press.view is not None:
            await client.views_open(trigger_id=press.trigger_id, view=notice(said.text))

    async def _whisper(self, caller: Caller, channel_slack_id: str, said: Message) -> None:
        client = self._client_of(caller.team_id)
        await client.chat_postEphemeral(
            channel=channel_slack_id, user=caller.slack_id, text=said.text, blocks=said.blocks
        )

    async def _publish_home(self, caller: Caller) -> None:
        view = await home.show(self._deps, caller)
        await self._client_of(caller.team_id).views_publish(user_id=caller.slack_id, view=view)

    def _later(self, answering: Any) -> None:
        """Answer after the acknowledgement, best effort: what was pressed is committed already."""
        task = asyncio.create_task(answering)
        self._answers.add(task)
        task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._answers.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, SlackApiError):
            logger.warning("answer refused", extra={"error": error.response.get("error")})
        elif error is not None:
            logger.warning("answer failed", exc_info=error)


@asynccontextmanager
async def socket_mode(app: SlackApp, app_token: str, api_url: str) -> AsyncIterator[None]:
    """Keep a websocket to Slack open within a context; raises SlackUnreachable when it cannot be opened."""
    handler = AsyncSocketModeHandler(app.bolt, app_token, web_client=AsyncWebClient(base_url=api_url))
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        await handler.close_async()  # type: ignore[no-untyped-call]
        reason = error.response.get("error") if isinstance(error, SlackApiError) else "no answer"
        raise SlackUnreachable(
            f"Slack opens no websocket for SLACK_APP_TOKEN ({reason}). It needs an app-level token (xapp-) with the"
            " scope connections:write, and Socket Mode switched on."
        ) from None
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


def request_handler(app: SlackApp) -> AsyncSlackRequestHandler:
    """Make the handler of Slack's signed HTTP requests."""
    return AsyncSlackRequestHandler(app.bolt)


def _said_of(error: Exception) -> Message:
    if isinstance(error, Refusal):
        return errors.refusal(error)
    logger.error("database away", exc_info=error)
    return errors.failure(errors.DATABASE_AWAY)
