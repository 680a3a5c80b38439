"""response_urls: what an app may still say about an interaction, five times within thirty minutes."""

import secrets
from typing import Any

from aiohttp import web

from playground import events, messages
from playground.arguments import Arguments, read_arguments
from playground.blocks_check import checked_blocks
from playground.entities import Ephemeral, Json, Message, ResponseHook
from playground.errors import SlackError
from playground.local_slack import LocalSlack
from playground.workspace import new_id

_LIFETIME_SECONDS = 30 * 60


def response_url(
    slack: LocalSlack,
    user: str,
    channel: str,
    *,
    message_ts: str | None = None,
    ephemeral_id: str | None = None,
    thread_ts: str | None = None,
) -> str:
    """Make the response_url of an interaction, and forget the ones that have run out."""
    now = slack.clock.real_seconds()
    for old in [hook for hook in slack.workspace.hooks.values() if hook.expires_at < now]:
        slack.workspace.remove(old)
    hook = ResponseHook(secrets.token_urlsafe(18), user, channel, now + _LIFETIME_SECONDS)
    hook.message_ts, hook.ephemeral_id, hook.thread_ts = message_ts, ephemeral_id, thread_ts
    slack.workspace.save(hook)
    return f"{slack.base_url}response/{hook.id}"


async def handle_response(slack: LocalSlack, request: web.Request) -> web.Response:
    """Take what an app posts to a response_url."""
    hook = slack.workspace.hooks.get(request.match_info["id"])
    try:
        arguments = Arguments(_unwrapped(await read_arguments(request)))
        _use(slack, hook, arguments)
    except SlackError as error:
        status = 404 if error.error in ("expired_url", "used_url") else 400
        return web.json_response(error.envelope(), status=status)
    finally:
        slack.commit()
    return web.Response(text="ok")


def respond(slack: LocalSlack, hook: ResponseHook, arguments: Arguments) -> None:
    """Do what a response says: replace or delete the message it is about, or say something new."""
    blocks = checked_blocks(slack, arguments.structure("blocks", "invalid_blocks_format"))
    if arguments.flag("delete_original"):
        _delete_original(slack, hook)
        return
    text = arguments.text("text")
    if not (text.strip() or blocks):
        raise SlackError("no_text")
    if arguments.flag("replace_original") and _replace_original(slack, hook, text, blocks):
        return
    thread_ts = arguments.text("thread_ts") or None
    if arguments.text("response_type") == "in_channel":
        _say(slack, hook, text, blocks, thread_ts)
    else:
        _whisper(slack, hook, text, blocks, thread_ts)


def answer_in_acknowledgement(slack: LocalSlack, user: str, channel: str, body: Any) -> None:
    """Show what an app answered a slash command with, in the acknowledgement itself."""
    body = {"text": body} if isinstance(body, str) else body
    if isinstance(body, dict) and (body.get("text") or body.get("blocks")):
        hook = ResponseHook("", user, channel, expires_at=0)
        respond(slack, hook, Arguments(body))


def _use(slack: LocalSlack, hook: ResponseHook | None, arguments: Arguments) -> None:
    if hook is None or hook.expires_at < slack.clock.real_seconds():
        raise SlackError("expired_url")
    if hook.uses_left <= 0:
        raise SlackError("used_url")
    respond(slack, hook, arguments)
    hook.uses_left -= 1
    slack.workspace.save(hook)


def _unwrapped(values: Json) -> Json:
    wrapped = Arguments(values).structure("payload", "invalid_payload")
    return wrapped if isinstance(wrapped, dict) else values


def _original(slack: LocalSlack, hook: ResponseHook) -> Message | Ephemeral | None:
    if hook.ephemeral_id:
        return slack.workspace.ephemerals.get(hook.ephemeral_id)
    return slack.workspace.message(hook.channel, hook.message_ts) if hook.message_ts else None


def _delete_original(slack: LocalSlack, hook: ResponseHook) -> None:
    original = _original(slack, hook)
    if isinstance(original, Message):
        messages.delete(slack.workspace, original)
    elif original is not None:
        slack.workspace.remove(original)


def _replace_original(slack: LocalSlack, hook: ResponseHook, text: str, blocks: list[Json]) -> bool:
    original = _original(slack, hook)
    if original is None:
        return False
    original.text, original.blocks = text, blocks
    slack.workspace.save(original)
    return True


def _say(slack: LocalSlack, hook: ResponseHook, text: str, blocks: list[Json], thread_ts: str | None) -> None:
    ts, user = slack.next_ts(), slack.app.user_id
    message = Message(hook.channel, ts, user, text, blocks=blocks, thread_ts=thread_ts)
    messages.post(slack.workspace, message)
    events.message_posted(slack, slack.workspace.channels[hook.channel], message)


def _whisper(slack: LocalSlack, hook: ResponseHook, text: str, blocks: list[Json], thread_ts: str | None) -> None:
    ephemeral = Ephemeral(
        new_id("E"), hook.channel, hook.user, slack.next_ts(), text, blocks=blocks, thread_ts=thread_ts
    )
    slack.workspace.save(ephemeral)
