"""Debian's Chromium, driven by Playwright; where it is missing, tests say so loudly."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

# The machine that runs the tests may be busy; what fails, fails all the same.
expect.set_options(timeout=20_000)
_MISSING = "Chromium is not installed: apt-get install chromium"
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str:
    """Return the browser of this machine; without one a developer's test is skipped, and CI fails."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(_MISSING)
    pytest.skip(_MISSING)


@contextmanager
def launch() -> Iterator[Browser]:
    """Run a browser; end it before other tests want an event loop of their own."""
    path = executable()
    with sync_playwright() as playwright:
        # Root has no sandbox, and a container little shared memory.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()
