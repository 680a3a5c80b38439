import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.store.lock import DatabaseBusy, hold, lock_path

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from bot.store.lock import hold
with hold(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""
TRY = "import sys; from bot.store.lock import hold\nwith hold(sys.argv[1]):\n print('held')"


@contextmanager
def holder(url: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([sys.executable, "-c", HOLD, url], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # ourselves
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def attempt(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", TRY, url], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # ourselves


def test_of_two_processes_one_has_the_file(sqlite_url: str) -> None:
    with holder(sqlite_url):
        second = attempt(sqlite_url)
        assert second.returncode == 1
        assert second.stderr.endswith("DatabaseBusy: The bot is running on this database; stop it first.\n")
        with pytest.raises(DatabaseBusy), hold(sqlite_url):
            pass


def test_after_kill_9_the_lock_is_free(sqlite_url: str) -> None:
    with holder(sqlite_url) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert attempt(sqlite_url).stdout == "held\n"


def test_two_names_of_one_file_are_one_lock(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    monkeypatch.chdir(path.parent)
    Path("other.db").symlink_to(path)
    with hold(sqlite_url), pytest.raises(DatabaseBusy), hold("sqlite:///other.db"):
        pass


def test_the_lock_can_be_taken_again(sqlite_url: str) -> None:
    for _ in range(2):
        with hold(sqlite_url):
            pass


def test_postgresql_is_shared(postgresql_url: str) -> None:
    with hold(postgresql_url), hold(postgresql_url):
        assert lock_path(postgresql_url) is None
