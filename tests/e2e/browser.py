"""Finding a Chromium to drive: the system's, else Playwright's own, else one plain sentence."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = (
    "No Chromium could be had: none is installed, and Playwright could not download its own. "
    "Install it with `apt-get install chromium` (Debian, Ubuntu) or `brew install chromium`, then run make test again."
)


def system_chromium() -> str | None:
    """Path of a Chromium on the PATH, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def own_chromium() -> str | None:
    """Path of the Chromium that Playwright downloaded, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> int:
    """Make sure that there is one; returns the exit code."""
    if system_chromium() or own_chromium():
        return 0
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if own_chromium():
        return 0
    print(MISSING, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
