"""Limber and what others would use in its place, behind one face.

Each is given the same number of jobs due at one instant, does nothing in a job, and says which it handed out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

from benchmarks.channels import Size


@dataclass
class Tally:
    """Which jobs were handed out, when the last of them was, and how long it took to make them where that was ahead."""

    ids: list[str] = field(default_factory=list)
    last_at: float = 0.0
    planned_for: float = 0.0

    def note(self, job_id: str) -> None:
        """Note a job that was handed out."""
        self.ids.append(job_id)
        self.last_at = perf_counter()


class Contender(Protocol):
    """A way to have many jobs done at one instant."""

    @property
    def name(self) -> str:
        """Say what it is called."""
        ...

    def fill(self, url: str, size: Size) -> None:
        """Create its tables in an empty database, with everything that is not due yet."""
        ...

    async def plan(self, url: str, size: Size) -> None:
        """Turn what is due into jobs; nothing where they are jobs from the beginning."""
        ...

    async def work(self, url: str, size: Size, tally: Tally, start: Callable[[], None]) -> None:
        """Get ready, call `start`, and hand jobs out until none is left."""
        ...
