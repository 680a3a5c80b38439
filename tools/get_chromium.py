"""Finds a Chromium that starts, or installs one, and prints its path; an empty line means there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLE_APPS = ("Google Chrome", "Chromium")
INSTALL_SECONDS = 300
SYSTEM_PACKAGE = ("apt-get", "install", "-y", "--no-install-recommends", "chromium")


def main() -> None:
    """Print the path for LIMBER_CHROMIUM; where every test has to run, a missing browser is a failure."""
    path = next(candidates(), None)
    print(path or "")
    if path is None:
        say("There is no Chromium: the tests marked `browser` cannot run. Install Chromium or Google Chrome.")
        sys.exit(1 if os.environ.get("CI") else 0)


def candidates() -> Iterator[str]:
    """Look at what is here first; install only when nothing here starts."""
    yield from filter(starts, installed())
    say("No Chromium is installed. Trying Playwright's (about 170 MB, into .cache/playwright).")
    run(sys.executable, "-m", "playwright", "install", "--no-shell", "chromium")
    yield from filter(starts, downloaded())
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return
    if next(downloaded(), None):
        say("Playwright's Chromium lacks some system libraries. Installing them.")
        run(sys.executable, "-m", "playwright", "install-deps", "chromium")
        yield from filter(starts, downloaded())
    say("Playwright's Chromium does not work here. Installing the system's package `chromium`.")
    run("apt-get", "update", "-q")
    run(*SYSTEM_PACKAGE)
    yield from filter(starts, installed())


def installed() -> Iterator[str]:
    """List the browsers of this machine, the one named in the environment first."""
    yield from filter(None, (os.environ.get("LIMBER_CHROMIUM"), *map(shutil.which, NAMES)))
    yield from (f"/Applications/{name}.app/Contents/MacOS/{name}" for name in APPLE_APPS)
    yield from downloaded()


def downloaded() -> Iterator[str]:
    """List what Playwright has put into its folder, the newest first."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ".cache/playwright"))
    for pattern in ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*"):
        yield from sorted(map(str, folder.glob(pattern)), reverse=True)


def starts(path: str) -> bool:
    """Tell whether it runs at all: some systems install a stub, and a downloaded one may lack libraries."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def run(*command: str) -> None:
    """Run an installer and show its progress; whether it helped is seen by looking again."""
    say("  " + " ".join(command))
    environment = os.environ | {
        "DEBIAN_FRONTEND": "noninteractive",
        "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "15000",
    }
    try:
        subprocess.run(
            command,
            stdout=sys.stderr,
            stderr=subprocess.PIPE,  # of all its complaints the one that says most is shown below
            text=True,
            timeout=INSTALL_SECONDS,
            env=environment,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        complaints = [line for line in error.stderr.splitlines() if line.startswith(("E:", "Error:"))]
        say(f"  It did not work. {complaints[0] if complaints else error.stderr}")
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"  It did not work. {error}")


def say(sentence: str) -> None:
    """Tell the person; stdout is for the path alone."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
