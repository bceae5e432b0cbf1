"""A page opened in Debian's Chromium, with everything that it says and asks for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@dataclass
class Log:
    """What the page said and asked for."""

    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless; the test is left out, and says so, where there is none."""
    if _CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"]) as launched,
    ):
        yield launched


def opened(browser: Browser, address: str, width: int = 1200) -> tuple[Page, Log]:
    """The page at that address in a window of that width, and its log from the first moment."""
    page, log = browser.new_page(viewport={"width": width, "height": 900}), Log()
    page.on("console", lambda message: log.messages.append(message.text))
    page.on("pageerror", lambda error: log.messages.append(str(error)))
    page.on("request", lambda request: log.requests.append(request.url))
    page.on("dialog", lambda dialog: _dismiss(log, dialog))
    page.goto(address)
    return page, log


def _dismiss(log: Log, dialog: Dialog) -> None:
    log.dialogs.append(dialog.message)
    dialog.dismiss()
