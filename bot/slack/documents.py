"""A document for one person, as a file in their direct messages, or as text where files are not granted."""

import logging

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.privacy import Document
from bot.slack.payloads import error_name
from bot.slack.views.parts import escape

logger = logging.getLogger(__name__)

_LONGEST = 10_000
"""Characters of a message, escaped; Slack cuts off what is beyond 40,000."""


async def hand_over(client: AsyncWebClient, person_slack_id: str, document: Document, introduction: str) -> None:
    """Send somebody a document; a person's id stands for their messages with the app. Raises SlackApiError."""
    answer = await client.chat_postMessage(channel=person_slack_id, text=introduction)
    direct = answer["channel"]
    try:
        await client.files_upload_v2(channel=direct, content=document.text, filename=document.name)
    except SlackApiError as error:
        logger.warning("a document goes out as text: %s", error_name(error) or type(error).__name__)
        for part in _parts(escape(document.text)):
            await client.chat_postMessage(channel=direct, text=f"```\n{part}```", unfurl_links=False)


def _parts(text: str) -> list[str]:
    """Cut a text at the ends of lines into parts that fit into messages."""
    parts = [""]
    for line in text.splitlines(keepends=True):
        if parts[-1] and len(parts[-1]) + len(line) > _LONGEST:
            parts.append("")
        parts[-1] += line
    return parts
