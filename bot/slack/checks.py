"""Asks Slack whether it answers and what our tokens may do, for `limber doctor`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.payloads import granted_scopes

_SECONDS = 10


class SlackAway(Exception):  # noqa: N818  # an answer of a check, not a failure of ours
    """Slack cannot be reached, or what answers is not Slack; the text says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack said: `error` is empty when the call was accepted, `scopes` None when it did not name them."""

    error: str
    team_id: str
    team: str
    scopes: frozenset[str] | None


async def reach(api_url: str) -> None:
    """Ask for anything at all; raises SlackAway."""
    await _call(api_url, "api.test")


async def check_bot_token(api_url: str, token: str) -> Answer:
    """Ask whose a bot token is and what it may do; raises SlackAway."""
    return await _call(api_url, "auth.test", token)


async def check_app_token(api_url: str, token: str) -> Answer:
    """Ask for a websocket, without opening it; raises SlackAway."""
    return await _call(api_url, "apps.connections.open", token)


async def _call(api_url: str, method: str, token: str | None = None) -> Answer:
    client = AsyncWebClient(token, base_url=api_url, timeout=_SECONDS, retry_handlers=[])
    try:
        response = await client.api_call(method)
        return _answer(response.data, response.headers)
    except SlackApiError as refused:
        return _answer(getattr(refused.response, "data", None), refused.response.headers)
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        reason = "it did not answer in time" if isinstance(error, TimeoutError) else str(error) or "the line was cut"
        raise SlackAway(reason) from None
    except (SlackClientError, ValueError, AttributeError):  # the SDK takes any text for a dictionary
        raise SlackAway("what answers there is not Slack") from None


def _answer(data: Any, headers: Mapping[str, str]) -> Answer:
    if not isinstance(data, dict) or "ok" not in data:
        raise SlackAway("what answers there is not Slack")
    return Answer(
        error="" if data["ok"] else str(data.get("error", "unknown_error")),
        team_id=str(data.get("team_id", "")),
        team=str(data.get("team", "")),
        scopes=granted_scopes(headers),
    )
