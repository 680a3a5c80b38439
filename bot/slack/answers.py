"""Carries out what listeners reply: says it privately, opens and changes modals, keeps Homes fresh."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.errors import Refusal
from bot.services.members import Caller
from bot.services.ports import DatabaseAway
from bot.slack import documents, payloads
from bot.slack.directory import ClientOf
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.listeners import home
from bot.slack.payloads import Malformed
from bot.slack.views import errors, privacy
from bot.slack.views.parts import Block, Message, slack_files, without_pictures
from bot.slack.views.schedules import notice

logger = logging.getLogger(__name__)

_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})
"""How Slack refuses blocks at a response_url; for a picture that it cannot show it has said 404."""

Answer = TypeVar("Answer")


class Answers:
    """Replies under way: best effort beside the acknowledgement, for what was pressed is committed on its own."""

    def __init__(self, deps: Dependencies, client_of: ClientOf) -> None:
        self._deps = deps
        self._client_of = client_of
        self._under_way: set[asyncio.Task[Any]] = set()

    async def drain(self) -> None:
        """Wait for the answers under way, and for those that follow from them."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def reply(self, answer: Callable[[], Awaitable[Reply]], caller: Caller, trigger_id: str) -> Reply:
        """Have a listener answer, and open its modal: the one call made at once, as a trigger lives for 3 seconds."""
        try:
            reply = await answer()
            if reply.document is not None:
                client = self._client_of(caller.team_id)
                self.later(documents.hand_over(client, caller.slack_id, reply.document, privacy.handed_over()))
            if reply.open_view is not None:
                return await self._opened(caller, trigger_id, reply.open_view, reply)
        except Exception as error:  # noqa: BLE001  # whatever went wrong, the person is told
            return Reply(say=said_of(error))
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
            await self.say_directly(caller, reply.or_directly)
            return Reply(say=errors.failure(errors.GUIDED_DIRECTLY))
        return reply

    async def say_directly(self, caller: Caller, said: Message) -> None:
        """Say something in somebody's direct messages with the app."""
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

    async def make_sure(self, submission: payloads.Submission, view: Block) -> None:
        """Show the view that answered a submitted modal, should Slack have refused it for a picture: it does not tell.

        Where Slack took it, the modal has another hash, and stays as it is whatever was pressed in it since.
        """
        if slack_files(view["blocks"]):
            client, where = self._client_of(submission.caller.team_id), submission.view
            try:
                await self._show_view(client.views_update, submission.caller, view, view_id=where.id, hash=where.hash)
            except SlackApiError as error:
                if payloads.error_name(error) != "hash_conflict":
                    raise

    async def carry_out_when_known(self, answering: asyncio.Task[Reply], press: payloads.Press) -> None:
        """Carry out the reply to a press."""
        await self._carry_out(await answering, press)

    async def say_when_known(self, answering: asyncio.Task[Reply], command: payloads.Command) -> None:
        """Say the reply to a command."""
        said = (await answering).say
        if said is not None:
            await self._respond(command.caller, command.response_url, said)

    async def freshen_when_known(self, answering: asyncio.Task[Reply], caller: Caller) -> None:
        """Bring the Home up to date that a command has changed."""
        if (await answering).changes_home:
            await self.keep_home_fresh(caller)

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
            await self._publish_home(press.caller)
        elif reply.changes_home:
            await self.keep_home_fresh(press.caller)

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

    async def whisper(self, caller: Caller, channel_slack_id: str, said: Message) -> None:
        """Say something in a channel that somebody alone sees."""
        client = self._client_of(caller.team_id)
        await client.chat_postEphemeral(
            channel=channel_slack_id, user=caller.slack_id, text=said.text, blocks=said.blocks
        )

    async def _publish_home(self, caller: Caller) -> None:
        view = await home.show(self._deps, caller)
        await self._client_of(caller.team_id).views_publish(user_id=caller.slack_id, view=view)

    async def publish_opened_home(self, caller: Caller, direct_slack_id: str) -> None:
        """Publish the Home that somebody has opened."""
        await home.opened(self._deps, caller, direct_slack_id)
        await self._publish_home(caller)

    async def keep_home_fresh(self, caller: Caller) -> None:
        """Bring a Home up to date that somebody may be looking at; nobody else's spends the rate limit."""
        if await home.is_open(self._deps, caller):
            await self._publish_home(caller)

    def later(self, answering: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
        """Answer beside the acknowledgement, best effort: what was pressed is committed on its own."""
        task = asyncio.create_task(answering)
        self._under_way.add(task)
        task.add_done_callback(self._answered)
        return task

    def _answered(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, SlackApiError):
            logger.warning("answer refused: %s", payloads.error_name(error))
        elif error is not None:
            logger.warning("answer failed", exc_info=error)


async def _send(response_url: str, said: Message, *, replaces: bool) -> int:
    answer = await AsyncWebhookClient(response_url).send(
        text=said.text, blocks=said.blocks, response_type="ephemeral", replace_original=replaces
    )
    return answer.status_code


def said_of(error: Exception) -> Message:
    """Write what a person is told of a failure, and the line in the log where it is ours to mend."""
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
