"""Faults on order: which of the next Web API calls fail, and how."""

from dataclasses import dataclass

AFTER_HANDLING = ("drop", "timeout", "server_error")
"""Faults of calls that were accepted all the same."""


@dataclass
class Fault:
    """How the next `times` calls of a method fail; `method` may be "*"; the rest is seconds."""

    method: str
    fault: str
    times: int = 1
    retry_after: int = 1
    seconds: float = 60.0


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

    def take(self, method: str) -> Fault | None:
        """Give the fault that this call has to suffer, and count it."""
        for fault in self._waiting:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None
