"""Portals for tests in a browser: content loaded once in a process, then copied whole, its search index with it.

A test that drives a server commits, and the database is emptied after it. Copying the pages of an SQLite database takes
milliseconds where loading its content takes seconds. The browser tests run on SQLite only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Page, Response, expect

from guidance.services.importing import import_folder
from search.services import rebuild
from tests.support.browser_at_hand import find_browser
from tests.support.sources import WITHOUT_SOURCES, find_sources_dir
from tests.support.starter_content import put_starter_content

NO_BROWSER = "No Chromium is here: install the package `chromium`, or set CHROMIUM to its path."
SQLITE_ONLY = "Browser tests run on SQLite: leave DATABASE_URL unset."

PHONE = {"width": 375, "height": 812}
DESKTOP = {"width": 1280, "height": 900}


@dataclass(frozen=True)
class LoadedPortal:
    """A database and its search index, as they were when everything had been loaded."""

    database: sqlite3.Connection
    index: Path

    @classmethod
    def make(cls, settings: Any, folder: Path, load: Callable[[], None]) -> LoadedPortal:
        """Load into the database of a test, which holds what the migrations put there, and keep a copy."""
        loaded = _raw()
        settings.SEARCH_INDEX_PATH = folder / "index" / "search.sqlite3"
        load()
        rebuild()
        database = sqlite3.connect(":memory:", check_same_thread=False)
        loaded.backup(database)
        return cls(database, settings.SEARCH_INDEX_PATH)

    def put(self, settings: Any, folder: Path) -> None:
        """Make the database of a test a copy of this one, and give it an index in a folder of its own."""
        self.database.backup(_raw())
        settings.SEARCH_INDEX_PATH = folder / "search.sqlite3"
        with sqlite3.connect(self.index) as kept, sqlite3.connect(settings.SEARCH_INDEX_PATH) as copy:
            kept.backup(copy)
        # It remembers rows of the database that was here before.
        cache.clear()


def _raw() -> sqlite3.Connection:
    if connection.vendor != "sqlite":
        pytest.skip(SQLITE_ONLY)
    connection.ensure_connection()
    raw: sqlite3.Connection = connection.connection
    return raw


def load_documents(folder: Path) -> None:
    """The starter content, and the five source documents."""
    put_starter_content()
    import_folder(folder)


def browser_arguments() -> dict[str, object]:
    """How Playwright starts the browser; skips where there is none."""
    path = find_browser()
    if path is None:
        pytest.skip(NO_BROWSER)
    return {"executable_path": path, "args": ["--no-sandbox", "--disable-background-networking"]}


def sources_or_skip() -> Path:
    folder = find_sources_dir()
    if folder is None:
        pytest.skip(WITHOUT_SOURCES)
    return folder


def log_in(page: Page, username: str, password: str) -> None:
    """Fill in the log-in page and send it."""
    page.goto("/account/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out").first).to_be_attached()


def is_missing_file(answer: Response) -> bool:
    return "/static/" in answer.url and answer.status >= 400


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


#: What the portal promises: WCAG 2.2 A and AA, and what axe holds to be good practice.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


#: Bars that stay in place while the page scrolls under them, among them the buttons at the foot of Wagtail's forms.
#: Axe takes what lies half under one for too small a target, which one turn of the wheel would disprove.
_PUT_BARS_IN_THE_FLOW = """
() => {
  for (const each of document.body.querySelectorAll("*")) {
    const { position } = getComputedStyle(each);
    if (position === "sticky" || (position === "fixed" && each.localName === "footer")) {
      each.dataset.inPlace = each.style.position;
      each.style.position = "static";
    }
  }
}
"""
_PUT_BARS_BACK = """
() => {
  for (const each of document.querySelectorAll("[data-in-place]")) {
    each.style.position = each.dataset.inPlace;
    delete each.dataset.inPlace;
  }
}
"""


def accessibility_findings(page: Page, *, within: str | None = None) -> list[str]:
    """What axe finds wrong on the page, or in what a selector names, one line for each element."""
    page.evaluate(_PUT_BARS_IN_THE_FLOW)
    results = Axe().run(page, context=within, options={"runOnly": _RULES, "resultTypes": ["violations"]})
    page.evaluate(_PUT_BARS_BACK)
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:200]}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]
