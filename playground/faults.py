"""Faults on order: which Web API calls and deliveries fail, and how."""

from dataclasses import dataclass, field, fields
from random import Random

from playground.entities import Json
from playground.errors import RefusedActionError

UNANSWERED = ("drop", "timeout", "server_error")
"""The caller learns nothing; the call was accepted all the same, unless the order says `accepted: false`."""

DELIVERY_FAULTS = ("cut", "double", "reorder", "warning", "refresh_requested")
"""What can happen to an event, interaction or command on its way to the app."""

_SECONDS = {"slow": 2.0, "late": 3.0, "reorder": 0.5}


@dataclass
class Fault:
    """How calls of a method ("*": of any) fail, or those to a `channel`; for deliveries, `method` is their kind.

    The next `times` calls fail, or a `share` (0 to 1) of all until it is cleared; the rest is seconds. `answer` is how
    a call is answered that is stored `late`: "drop", "server_error" or an error name.
    """

    method: str
    fault: str
    times: int | None = None
    share: float | None = None
    seed: int = 0
    retry_after: int = 1
    seconds: float | None = None
    accepted: bool = True
    answer: str = "drop"
    channel: str = ""
    _random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Fill in what depends on the rest."""
        self._random = Random(self.seed)  # noqa: S311  (repeatable, not secret)
        if self.times is None and self.share is None:
            self.times = 1
        if self.seconds is None:
            self.seconds = _SECONDS.get(self.fault, 60.0)

    @property
    def wait(self) -> float:
        """How many seconds it takes."""
        return self.seconds or 0.0

    @property
    def shown(self) -> str:
        """What the caller sees of it."""
        return self.answer if self.fault == "late" else self.fault

    @property
    def is_carried_out(self) -> bool:
        """Tell whether the call does at once what it should, whatever the caller sees."""
        return self.fault == "slow" or (self.fault in UNANSWERED and self.accepted)

    def concerns(self, method: str, channel: str) -> bool:
        """Tell whether it is about such calls."""
        return self.method in (method, "*") and self.channel in (channel, "")

    def draws(self) -> bool:
        """Tell whether it strikes this time."""
        return self.share is None or self._random.random() < self.share


class Faults:
    """The faults that still wait for their calls."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Order a fault."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Let every call succeed again."""
        self._waiting.clear()

    def take(self, method: str, channel: str = "") -> Fault | None:
        """Give the fault that this call has to suffer, and count it: of several the one ordered first."""
        matching = [fault for fault in self._waiting if fault.concerns(method, channel)]
        # All of them draw at every call: which calls an order hits must not depend on the other orders.
        hits = [fault for fault in matching if fault.draws()]
        if not hits:
            return None
        fault = hits[0]
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
        return fault


def read_fault(body: Json) -> tuple[Fault, bool]:
    """Read an order, and whether it is about deliveries; raises RefusedActionError for one that makes no sense."""
    of_deliveries = "delivery" in body
    given = {**body, "method": body["delivery"]} if of_deliveries else body
    known = {each.name: given[each.name] for each in fields(Fault) if each.init and each.name in given}
    try:
        fault = Fault(**known)
        _check(fault, known, of_deliveries=of_deliveries)
    except (TypeError, ValueError) as error:
        raise RefusedActionError("invalid_arguments", f"That fault cannot be ordered: {error}.", status=400) from error
    return fault, of_deliveries


def _check(fault: Fault, given: Json, *, of_deliveries: bool) -> None:
    if not isinstance(given["method"], str) or not isinstance(given["fault"], str):
        raise TypeError("method (or delivery) and fault are words")
    if of_deliveries and fault.fault not in DELIVERY_FAULTS:
        raise ValueError(f"a delivery's fault is one of {', '.join(DELIVERY_FAULTS)}")
    if fault.share is not None and not 0 <= fault.share <= 1:
        raise ValueError("share is between 0 and 1")
    if (fault.times is not None and fault.times < 1) or fault.wait < 0:
        raise ValueError("times is at least 1, and seconds are not negative")
