"""The Bolt app: one listener a kind of payload, what is acknowledged when, and where failures are said."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, TypeVar

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError

from bot.metrics import count_press
from bot.settings import hidden_from_libraries
from bot.slack import event_payloads, payloads
from bot.slack.answers import Answers, said_of
from bot.slack.clients import LIBRARIES, Authorize
from bot.slack.directory import ClientOf
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.events import OnEvent, once
from bot.slack.ids import CHANNEL_EVENTS, COMMAND, SHORTCUT
from bot.slack.listeners import breaks, greetings, guides, installations, routines, shortcuts, workspaces
from bot.slack.payloads import Malformed
from bot.slack.routes import CHANGE_HOME, PRESSES, SUBMISSIONS, WORDS
from bot.slack.views import errors
from bot.slack.views.schedules import notice

logger = logging.getLogger(__name__)

ACKNOWLEDGE_WITHIN_SECONDS = 2.5
"""Slack waits for 3 seconds; what takes longer is acknowledged meanwhile and answered when it is known."""

NOT_INSTALLED = (
    "Limber is not installed in this workspace any more. An admin can add it again; nothing is lost for a week."
)

Parsed = TypeVar("Parsed", bound=event_payloads.Payload | None)


class SlackApp:
    """The edge to Slack: reads, hands over to a listener, has its reply carried out, and acknowledges."""

    def __init__(
        self,
        deps: Dependencies,
        client_of: ClientOf,
        authorize: Authorize,
        signing_secret: str | None,
    ) -> None:
        self._deps = deps
        self._answers = Answers(deps, client_of)
        self._authorize = authorize
        # Committed before it is acknowledged: Bolt's default polls for the acknowledgement, 10 ms a request.
        # Told of a client id by the environment, Bolt would keep tokens in files of its own.
        with hidden_from_libraries():
            self.bolt = AsyncApp(
                name="limber",  # which Bolt would look for in the source of every module there is
                signing_secret=signing_secret or "socket mode verifies nothing",
                authorize=authorize,  # type: ignore[arg-type]  # Bolt takes None for "not installed", its types do not
                process_before_response=True,
                logger=LIBRARIES[0],
                raise_error_for_unhandled_request=True,
                attaching_function_token_enabled=False,  # there are no functions for workflows
                user_facing_authorize_error_message=NOT_INSTALLED,
                before_authorize=_refuse_unsound,
            )
        # Bolt walks its listeners one by one, so there is one a kind; the tables in routes.py do the rest.
        anything = re.compile("")
        self.bolt.action(anything)(self._on_press)  # most of what comes
        self.bolt.command(COMMAND)(self._on_command)
        self.bolt.shortcut(SHORTCUT)(self._on_shortcut)
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
        await self._answers.drain()

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
        if parsed is not None and authorized is not None and event_payloads.team_of(parsed) != authorized.team_id:
            logger.warning("a payload was left out: it is about another workspace")
            return None
        return parsed

    async def _on_press(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        press = self._read(payloads.press, body, context)
        if press is None:
            await ack()
            return
        count_press("button")
        answering = self._answers.later(self._answer_press(press))
        await _in_time(answering)
        await ack()
        self._answers.later(self._answers.carry_out_when_known(answering, press))

    async def _on_command(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        command = self._read(payloads.command, body, context)
        if command is None:
            await ack()
            return
        count_press("command")
        answering = self._answers.later(self._answer_command(command))
        await _in_time(answering)
        self._answers.later(self._answers.freshen_when_known(answering, command.caller))
        if not answering.done():
            await ack()
            self._answers.later(self._answers.say_when_known(answering, command))
            return
        said = answering.result().say
        if said is None:
            await ack()
        else:
            await ack(text=said.text, blocks=said.blocks, response_type="ephemeral")

    async def _on_shortcut(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        asked = self._read(payloads.shortcut, body, context)
        if asked is None:
            await ack()
            return
        count_press("shortcut")
        reply = await self._answers.reply(
            lambda: shortcuts.stretch_now(self._deps, asked), asked.caller, asked.trigger_id
        )
        await ack()
        if reply.say is not None:  # it was made nowhere in particular, so there is nowhere else to answer
            self._answers.later(self._answers.say_directly(asked.caller, reply.say))

    async def _answer_press(self, press: payloads.Press) -> Reply:
        listener = PRESSES.get(press.action_id)
        if listener is None:
            logger.warning("nothing answers %r", press.action_id)
            return Reply(say=errors.failure(errors.UNKNOWN_BUTTON))
        return await self._answers.reply(lambda: listener(self._deps, press), press.caller, press.trigger_id)

    async def _answer_command(self, command: payloads.Command) -> Reply:
        first = command.words[0].casefold() if command.words else ""
        listener = WORDS.get(first, routines.on_demand)
        return await self._answers.reply(lambda: listener(self._deps, command), command.caller, command.trigger_id)

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
            answer = {"response_action": "update", "view": notice(said_of(error).text)}
        await ack(**(answer or {}))
        if answer and "view" in answer:
            self._answers.later(self._answers.make_sure(submission, answer["view"]))
        if submission.view.callback_id in CHANGE_HOME:
            self._answers.later(self._answers.keep_home_fresh(submission.caller))

    async def _on_closed(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Acknowledge a closed modal; only a guide asks to hear of it, and has something to say where it came from."""
        closed = self._read(payloads.submission, body, context)
        try:
            said = await guides.closed(self._deps, closed) if closed else None
        except Exception as error:  # noqa: BLE001  # nobody waits for an answer
            said_of(error)
            said = None
        await ack()
        if said is not None and closed is not None and closed.view.carried.get("channel"):
            self._answers.later(self._answers.whisper(closed.caller, closed.view.carried["channel"], said))

    async def _on_reaction(self, body: dict[str, Any]) -> None:
        reacted = self._read(event_payloads.reaction, body)
        if reacted is None:
            return
        count_press("reaction")
        reply = await breaks.reaction(self._deps, reacted)
        if reply.say is not None:
            self._answers.later(self._answers.whisper(reacted.caller, reacted.channel_slack_id, reply.say))

    async def _on_joined(self, body: dict[str, Any]) -> None:
        joined = self._read(event_payloads.membership, body)
        if joined is None:
            return
        ours = await self._authorize(joined.team_id)
        if ours is not None and joined.slack_id == ours.bot_user_id:
            await greetings.app_joined(self._deps, joined)

    async def _on_left(self, body: dict[str, Any]) -> None:
        left = self._read(event_payloads.membership, body)
        if left is not None:
            await greetings.app_left(self._deps, left)

    async def _on_channel_changed(self, body: dict[str, Any]) -> None:
        changed = self._read(event_payloads.channel_change, body)
        if changed is not None:
            await workspaces.channel_changed(self._deps, changed)

    async def _on_person_changed(self, body: dict[str, Any]) -> None:
        changed = self._read(event_payloads.person_change, body)
        if changed is not None:
            await workspaces.person_changed(self._deps, changed)

    async def _on_home_opened(self, body: dict[str, Any]) -> None:
        caller = self._read(event_payloads.home_opened, body)
        if caller is not None:
            self._answers.later(self._answers.publish_opened_home(caller, event_payloads.place_of(body)))

    async def _on_uninstalled(self, body: dict[str, Any]) -> None:
        gone = self._read(event_payloads.uninstalled, body)
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


async def _in_time(answering: asyncio.Task[Any]) -> None:
    """Wait for an answer as long as Slack waits for the acknowledgement; it is not given up after that."""
    await asyncio.wait({answering}, timeout=ACKNOWLEDGE_WITHIN_SECONDS)


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
