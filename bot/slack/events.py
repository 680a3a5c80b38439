"""Has each event of Slack's handled once: what is retried or replayed within two days is recognised by its id."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.services import installations
from bot.slack import event_payloads, payloads
from bot.slack.dispatch import Dependencies

logger = logging.getLogger(__name__)

OnEvent = Callable[[dict[str, Any]], Awaitable[None]]
"""Handles an event's payload."""


def once(deps: Dependencies, handle: OnEvent) -> OnEvent:
    """Handle an event unless that has been done, and remember it afterwards.

    Not before: a crash in between would lose it, as Slack sends nothing again that we know already. Two deliveries at
    the same moment are both handled; the rows they write are the same.
    """

    async def handle_once(body: dict[str, Any]) -> None:
        try:
            event_id = event_payloads.event_id(body)
        except payloads.Malformed as error:
            logger.warning("an event was left out: %s is not as Slack sends it", error.part)
            return
        if await installations.is_handled(deps.open_unit_of_work, event_id):
            return
        await handle(body)
        await installations.remember_event(deps.open_unit_of_work, event_id, deps.clock())

    return handle_once
