"""Brings uv, which installs Limber's packages, into .tools/ with nothing but Python's standard library."""

import hashlib
import io
import os
import platform
import re
import ssl
import sys
import tomllib
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / ".tools" / "uv"
ATTEMPTS = 3


def main() -> None:
    """Fetch the wheel that the lock names for this machine, check its hash, unpack its one program."""
    version, url, sha256 = locked_wheel()
    print(f"Fetching uv {version} into .tools/: it installs Limber's Python packages.", file=sys.stderr)
    wheel = fetch(mirrored(url))
    if hashlib.sha256(wheel).hexdigest() != sha256:
        sys.exit(f"{url} is not the file that uv.lock names; nothing was installed.")
    TARGET.parent.mkdir(exist_ok=True)
    part = TARGET.with_suffix(".part")
    part.write_bytes(zipfile.ZipFile(io.BytesIO(wheel)).read(f"uv-{version}.data/scripts/uv"))
    part.chmod(0o755)
    part.replace(TARGET)


def locked_wheel() -> tuple[str, str, str]:
    """Read version, address and hash of this machine's wheel from uv.lock."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    uv = next(package for package in packages if package["name"] == "uv")
    # On Linux the wheel for musl holds a static program, which runs beside any C library.
    system = {"linux": "musllinux", "darwin": "macosx"}.get(sys.platform, sys.platform)
    tag = re.compile(rf"{system}_\d+_\d+_{platform.machine()}\.whl$")
    for wheel in uv["wheels"]:
        if tag.search(wheel["url"]):
            return uv["version"], wheel["url"], wheel["hash"].removeprefix("sha256:")
    sys.exit(
        f"There is no uv for this machine ({sys.platform}, {platform.machine()}). Install it yourself, "
        "then try again: https://docs.astral.sh/uv/getting-started/installation/"
    )


def mirrored(url: str) -> str:
    """Find the same file on the package index that the environment names, if it names one."""
    names = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
    index = next((os.environ[name] for name in names if os.environ.get(name)), None)
    if index is None:
        return url
    page_url = f"{index.rstrip('/')}/uv/"
    file_name = url.rsplit("/", 1)[1]
    link = re.search(rf'href="([^"#]*{re.escape(file_name)})[#"]', fetch(page_url).decode())
    if link is None:
        sys.exit(f"{page_url} does not offer {file_name}.")
    return urljoin(page_url, str(link[1]))


def fetch(url: str) -> bytes:
    """Download with a little patience; the last failure is told in a sentence."""
    context = ssl.create_default_context()
    request = urllib.request.Request(url, headers={"Accept": "text/html, */*;q=0.1"})
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=60, context=context) as answer:
                return bytes(answer.read())
        except OSError as error:
            if isinstance(getattr(error, "reason", None), ssl.SSLCertVerificationError):
                # Some Pythons come without certificates; then the lock's hash alone vouches for the file.
                context = ssl._create_unverified_context()  # noqa: S323, SLF001  # see the line above
            print(f"  Attempt {attempt} of {ATTEMPTS}: {error}", file=sys.stderr)
    sys.exit(f"Could not fetch {url}. Is there a network? A package mirror can be named in UV_DEFAULT_INDEX.")


if __name__ == "__main__":
    main()
