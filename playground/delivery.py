"""What every way to the app has in common: the thing delivered and the app's answer to it."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from playground.entities import Json

ACKNOWLEDGE_WITHIN_SECONDS = 3.0

Kind = Literal["events_api", "interactive", "slash_commands"]


@dataclass(frozen=True)
class Delivery:
    """A payload on its way to the app; `cut`: the connection ends before the acknowledgement can be read."""

    kind: Kind
    payload: Json
    retry_attempt: int = 0
    retry_reason: str | None = None
    cut: bool = False


@dataclass(frozen=True)
class Answer:
    """How the app took it: `failure` is empty when it was acknowledged."""

    body: Any = None
    failure: Literal["", "app_not_connected", "operation_timeout", "dispatch_failed"] = ""
    reason: str | None = None
    retry: bool = True


class Transport(Protocol):
    """A way to the app."""

    @property
    def connected(self) -> bool:
        """Tell whether the app can be reached at the moment."""
        ...

    async def deliver(self, delivery: Delivery) -> Answer:
        """Hand something to the app; wait for its acknowledgement for 3 seconds at most."""
        ...
