"""The Bolt app: one listener a kind of payload, the tables of what answers what, and where failures are said."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Any, TypeVar

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.errors import Refusal
from bot.metrics import count_press
from bot.services.members import Caller
from bot.services.ports import DatabaseAway
from bot.slack import documents, payloads
from bot.slack.clients import LIBRARIES, Authorize
from bot.slack.directory import ClientOf
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.events import OnEvent, once
from bot.slack.ids import CHANNEL_EVENTS, COMMAND
from bot.slack.listeners import breaks, greetings, guides, home, installations, routines, workspaces
from bot.slack.payloads import Malformed
from bot.slack.routes import PRESSES, SUBMISSIONS, WORDS
from bot.slack.views import errors, privacy
from bot.slack.views.parts import Block, Message, without_pictures
from bot.slack.views.schedules import notice

logger = logging.getLogger(__name__)

ACKNOWLEDGE_WITHIN_SECONDS = 2.5
"""Slack waits for 3 seconds; what takes longer is acknowledged meanwhile and answered when it is known."""

NOT_INSTALLED = (
    "Limber is not installed in this workspace any more. An admin can add it again; nothing is lost for a week."
)

_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})
"""How Slack refuses blocks at a response_url; for a picture that it cannot show it has said 404."""

Answer = TypeVar("Answer")
Parsed = TypeVar("Parsed", bound=payloads.Payload | None)


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
        self._answers: set[asyncio.Task[Any]] = set()
        # Committed before it is acknowledged: Bolt's default polls for the acknowledgement, 10 ms a request.
        self.bolt = AsyncApp(
            signing_secret=signing_secret or "socket mode verifies nothing",
            authorize=authorize,  # type: ignore[arg-type]  # Bolt takes None for "not installed", its types do not
            process_before_response=True,
            logger=LIBRARIES[0],
            raise_error_for_unhandled_request=True,
            user_facing_authorize_error_message=NOT_INSTALLED,
            before_authorize=_refuse_unsound,
        )
        # Bolt walks its listeners one by one, so there is one a kind; the tables above do the rest.
        anything = re.compile("")
        self.bolt.command(COMMAND)(self._on_command)
        self.bolt.action(anything)(self._on_press)
        self.bolt.view(anything)(self._on_submission)
        self.bolt.view_closed(anything)(self._on_closed)
        for event, listener in self._events().items():
            self.bolt.event(event)(once(deps, listener))
        self.bolt.error(self._on_error)

    def _events(self) -> dict[str, OnEvent]:
        return {
            "reaction_added": self._on_reaction,
            "reaction_removed": self._on_reaction,
            "member_joined_channel": self._on_joined,
            "channel_left": self._on_left,
            "group_left": self._on_left,
            **dict.fromkeys(CHANNEL_EVENTS, self._on_channel_changed),
            "user_change": self._on_person_changed,
            "app_home_opened": self._on_home_opened,
            "app_uninstalled": self._on_uninstalled,
            "tokens_revoked": self._on_uninstalled,
        }

    async def drain(self) -> None:
        """Wait for the answers under way, and for those that follow from them."""
        while self._answers:
            await asyncio.wait(self._answers)

    def _read(
        self, parse: Callable[[dict[str, Any]], Parsed], body: dict[str, Any], context: AsyncBoltContext | None = None
    ) -> Parsed | None:
        """Read a payload; None, and a line in the log, for what Slack would not send to this installation."""
        try:
            parsed = parse(body)
        except Malformed as error:
            logger.warning("a payload was left out: %s is not as Slack sends it", error.part)
            return None
        authorized = context.authorize_result if context else None
        if parsed is not None and authorized is not None and payloads.team_of(parsed) != authorized.team_id:
            logger.warning("a payload was left out: it is about another workspace")
            return None
        return parsed

    async def _on_press(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        press = self._read(payloads.press, body, context)
        if press is None:
            await ack()
            return
        count_press("button")
        answering = self._later(self._answer_press(press))
        await _in_time(answering)
        await ack()
        self._later(self._carry_out_when_known(answering, press))

    async def _on_command(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        command = self._read(payloads.command, body, context)
        if command is None:
            await ack()
            return
        count_press("command")
        answering = self._later(self._answer_command(command))
        await _in_time(answering)
        if not answering.done():
            await ack()
            self._later(self._say_when_known(answering, command))
            return
        said = answering.result().say
        if said is None:
            await ack()
        else:
            await ack(text=said.text, blocks=said.blocks, response_type="ephemeral")

    async def _answer_press(self, press: payloads.Press) -> Reply:
        listener = PRESSES.get(press.action_id)
        if listener is None:
            logger.warning("nothing answers %r", press.action_id)
            return Reply(say=errors.failure(errors.UNKNOWN_BUTTON))
        return await self._reply(lambda: listener(self._deps, press), press.caller, press.trigger_id)

    async def _answer_command(self, command: payloads.Command) -> Reply:
        first = command.words[0].casefold() if command.words else ""
        listener = WORDS.get(first, routines.on_demand)
        return await self._reply(lambda: listener(self._deps, command), command.caller, command.trigger_id)

    async def _on_submission(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        submission = self._read(payloads.submission, body, context)
        if submission is None:
            await ack()
            return
        count_press("modal")
        listener = SUBMISSIONS.get(submission.view.callback_id)
        try:
            answer = await listener(self._deps, submission) if listener else None
        except Exception as error:  # noqa: BLE001  # whatever went wrong, the person is told
            answer = {"response_action": "update", "view": notice(_said_of(error).text)}
        await ack(**(answer or {}))

    async def _on_closed(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Acknowledge a closed modal; only a guide asks to hear of it, and has something to say where it came from."""
        closed = self._read(payloads.submission, body, context)
        try:
            said = await guides.closed(self._deps, closed) if closed else None
        except Exception as error:  # noqa: BLE001  # nobody waits for an answer
            _said_of(error)
            said = None
        await ack()
        if said is not None and closed is not None and closed.view.carried.get("channel"):
            self._later(self._whisper(closed.caller, closed.view.carried["channel"], said))

    async def _on_reaction(self, body: dict[str, Any]) -> None:
        reacted = self._read(payloads.reaction, body)
        if reacted is None:
            return
        count_press("reaction")
        reply = await breaks.reaction(self._deps, reacted)
        if reply.say is not None:
            self._later(self._whisper(reacted.caller, reacted.channel_slack_id, reply.say))

    async def _on_joined(self, body: dict[str, Any]) -> None:
        joined = self._read(payloads.membership, body)
        if joined is not None and joined.slack_id == _app_user_id(body):
            await greetings.app_joined(self._deps, joined)

    async def _on_left(self, body: dict[str, Any]) -> None:
        left = self._read(payloads.membership, body)
        if left is not None:
            await greetings.app_left(self._deps, left)

    async def _on_channel_changed(self, body: dict[str, Any]) -> None:
        changed = self._read(payloads.channel_change, body)
        if changed is not None:
            await workspaces.channel_changed(self._deps, changed)

    async def _on_person_changed(self, body: dict[str, Any]) -> None:
        changed = self._read(payloads.person_change, body)
        if changed is not None:
            await workspaces.person_changed(self._deps, changed)

    async def _on_home_opened(self, body: dict[str, Any]) -> None:
        caller = self._read(payloads.home_opened, body)
        if caller is not None:
            self._later(self._publish_home(caller, payloads.place_of(body)))

    async def _on_uninstalled(self, body: dict[str, Any]) -> None:
        gone = self._read(payloads.uninstalled, body)
        if gone is not None:
            await installations.uninstalled(self._deps, gone)

    async def _on_error(self, error: Exception) -> BoltResponse | None:
        """Write a failure down by its kind; the payload may hold names and texts, so it stays out of the log.

        What nobody asked Slack for is acknowledged all the same, or it would come again and again.
        """
        if isinstance(error, BoltUnhandledRequestError):
            logger.warning("a payload was left out: nothing answers it")
            return BoltResponse(status=HTTPStatus.OK)
        logger.error("a payload could not be handled", exc_info=error)
        # A listener that raises right after acknowledging would lose its acknowledgement, were this not to wait.
        await asyncio.sleep(0.05)
        return None

    async def _reply(self, answer: Callable[[], Awaitable[Reply]], caller: Caller, trigger_id: str) -> Reply:
        """Have a listener answer, and open its modal: the one call made at once, as a trigger lives for 3 seconds."""
        try:
            reply = await answer()
            if reply.document is not None:
                client = self._client_of(caller.team_id)
                self._later(documents.hand_over(client, caller.slack_id, reply.document, privacy.handed_over()))
            if reply.open_view is not None:
                return await self._opened(caller, trigger_id, reply.open_view, reply)
        except Exception as error:  # noqa: BLE001  # whatever went wrong, the person is told
            return Reply(say=_said_of(error))
        return reply

    async def _opened(self, caller: Caller, trigger_id: str, view: Block, reply: Reply) -> Reply:
        """Open a modal; where Slack does not, what there is instead goes to the person's direct messages."""
        client = self._client_of(caller.team_id)
        try:
            await self._show_view(client.views_open, caller, view, trigger_id=trigger_id)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            if reply.or_directly is None:
                raise
            logger.warning("modal not opened: %s", payloads.error_name(error) or type(error).__name__)
            await self._say_directly(caller, reply.or_directly)
            return Reply(say=errors.failure(errors.GUIDED_DIRECTLY))
        return reply

    async def _say_directly(self, caller: Caller, said: Message) -> None:
        client = self._client_of(caller.team_id)  # a person's id stands for their messages with the app
        try:
            await client.chat_postMessage(channel=caller.slack_id, text=said.text, blocks=said.blocks)
        except SlackApiError as error:
            if payloads.error_name(error) != "invalid_blocks":
                raise
            await client.chat_postMessage(channel=caller.slack_id, text=said.text, blocks=without_pictures(said.blocks))

    async def _show_view(self, call: Callable[..., Awaitable[Any]], caller: Caller, view: Block, **where: Any) -> None:
        """Open or change a modal, without its pictures if need be."""
        try:
            await call(view=view, **where)
        except SlackApiError as error:
            bare = without_pictures(view["blocks"])
            if payloads.error_name(error) != "invalid_arguments" or bare == view["blocks"]:
                raise
            # The picture may be gone from Slack; a refused view does not cost the trigger.
            await call(view=view | {"blocks": bare}, **where)
            self._deps.pictures.doubt(caller.team_id, view["blocks"])

    async def _carry_out_when_known(self, answering: asyncio.Task[Reply], press: payloads.Press) -> None:
        await self._carry_out(await answering, press)

    async def _say_when_known(self, answering: asyncio.Task[Reply], command: payloads.Command) -> None:
        said = (await answering).say
        if said is not None:
            await self._respond(command.caller, command.response_url, said)

    async def _carry_out(self, reply: Reply, press: payloads.Press) -> None:
        client = self._client_of(press.caller.team_id)
        if reply.say is not None:
            await self._say(client, reply, press)
        if reply.change_view is not None and press.view is not None:
            where = {"view_id": press.view.id, "hash": press.view.hash}
            await self._show_view(client.views_update, press.caller, reply.change_view, **where)
        if reply.show_home is not None:
            await client.views_publish(user_id=press.caller.slack_id, view=reply.show_home)
        if reply.refresh_home:
            await self._publish_home(press.caller, press.view.carried.get("direct", "") if press.view else "")

    async def _say(self, client: AsyncWebClient, reply: Reply, press: payloads.Press) -> None:
        said = reply.say or Message("", [])
        if press.view is not None and press.view.type == "modal":
            await client.views_update(view_id=press.view.id, view=notice(said.text))
        elif press.response_url:
            await self._respond(press.caller, press.response_url, said, replaces=reply.replaces)
        elif press.view is not None:
            await client.views_open(trigger_id=press.trigger_id, view=notice(said.text))

    async def _respond(self, caller: Caller, response_url: str, said: Message, *, replaces: bool = False) -> None:
        status = await _send(response_url, said, replaces=replaces)
        bare = without_pictures(said.blocks)
        if status in _REFUSED and bare != said.blocks:
            status = await _send(response_url, Message(said.text, bare), replaces=replaces)
            if status == HTTPStatus.OK:
                self._deps.pictures.doubt(caller.team_id, said.blocks)
        if status != HTTPStatus.OK:
            logger.warning("answer refused: HTTP %s", status)

    async def _whisper(self, caller: Caller, channel_slack_id: str, said: Message) -> None:
        client = self._client_of(caller.team_id)
        await client.chat_postEphemeral(
            channel=channel_slack_id, user=caller.slack_id, text=said.text, blocks=said.blocks
        )

    async def _publish_home(self, caller: Caller, direct: str) -> None:
        view = await home.show(self._deps, caller, direct)
        await self._client_of(caller.team_id).views_publish(user_id=caller.slack_id, view=view)

    def _later(self, answering: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
        """Answer beside the acknowledgement, best effort: what was pressed is committed on its own."""
        task = asyncio.create_task(answering)
        self._answers.add(task)
        task.add_done_callback(self._answered)
        return task

    def _answered(self, task: asyncio.Task[Any]) -> None:
        self._answers.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, SlackApiError):
            logger.warning("answer refused: %s", payloads.error_name(error))
        elif error is not None:
            logger.warning("answer failed", exc_info=error)


async def _in_time(answering: asyncio.Task[Any]) -> None:
    """Wait for an answer as long as Slack waits for the acknowledgement; it is not given up after that."""
    await asyncio.wait({answering}, timeout=ACKNOWLEDGE_WITHIN_SECONDS)


async def _send(response_url: str, said: Message, *, replaces: bool) -> int:
    answer = await AsyncWebhookClient(response_url).send(
        text=said.text, blocks=said.blocks, response_type="ephemeral", replace_original=replaces
    )
    return answer.status_code


async def _refuse_unsound(
    body: dict[str, Any],
    context: AsyncBoltContext,
    next: Callable[[], Awaitable[Any]],  # noqa: A002  # Bolt's own name for it
) -> BoltResponse | None:
    """Acknowledge what Bolt would fail over while it looks for a listener, and would be sent again and again."""
    if not payloads.is_sound(body):
        logger.warning("a payload was left out: it is not as Slack sends it")
        return BoltResponse(status=HTTPStatus.OK)
    context["response_url"] = None  # or Bolt tells a workspace that is not ours there, at whatever address it says
    await next()
    return None


def _app_user_id(body: dict[str, Any]) -> str | None:
    authorizations = body.get("authorizations") or [{}]
    user_id: str | None = authorizations[0].get("user_id")
    return user_id


def _said_of(error: Exception) -> Message:
    if isinstance(error, Refusal):
        return errors.refusal(error)
    if isinstance(error, DatabaseAway):
        logger.error("database away", exc_info=error)
        return errors.failure(errors.DATABASE_AWAY)
    if isinstance(error, (SlackApiError, aiohttp.ClientError, TimeoutError)):
        logger.warning("modal not opened: %s", payloads.error_name(error) or type(error).__name__)
        return errors.failure(errors.NOT_OPENED)
    if isinstance(error, Malformed):
        logger.warning("a payload is not understood: %s is not as we sent it", error.part)
        return errors.failure(errors.UNKNOWN_BUTTON)
    logger.error("listener failed", exc_info=error)
    return errors.failure(errors.UNEXPECTED)
