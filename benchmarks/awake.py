"""Cores that do not sleep: on a virtual machine one that does takes longer to wake than most statements take."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_SPIN = "import os\nos.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\nwhile True: pass"
"""Gives way to everybody else who has something to do; Linux alone knows such processes."""


@contextmanager
def awake() -> Iterator[None]:
    """Keep every core busy with something that counts for nothing."""
    spinning = [subprocess.Popen([sys.executable, "-c", _SPIN]) for _ in range(os.cpu_count() or 1)]  # noqa: S603  # ours
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()
