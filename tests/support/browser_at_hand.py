"""Sees to it that a Chromium is there for the browser tests: installs Debian's, or says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """Path of the browser that the tests drive: `CHROMIUM`, or the first found on the path."""
    return os.environ.get("CHROMIUM") or next((path for name in CANDIDATES if (path := shutil.which(name))), None)


def main() -> int:
    if find_browser():
        return 0
    if os.name == "posix" and shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium for the browser tests…", flush=True)  # noqa: T201 - the command's answer
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, **quiet)
    if find_browser():
        return 0
    sys.stderr.write(
        "No Chromium found: install the package `chromium`, or set CHROMIUM. Browser tests will be skipped.\n"
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
