"""A real browser at a real server: `portal` has the starter content, `portal_with_documents` the documents as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.assets import prepare
from tests.factories.guidance import UserFactory
from tests.support.browser import (
    LoadedPortal,
    browser_arguments,
    is_missing_file,
    load_documents,
    log_in,
    sources_or_skip,
)
from tests.support.starter_content import put_starter_content
from tests.support.tree_editor import TreeEditor

#: How long an element may keep a test waiting. Only a test that fails waits so long, and a busy machine is no fault.
PATIENCE_MS = 30_000
#: How long the admin takes to tell the server that it closes.
CLOSING_MS = 1_000

_loaded: dict[str, LoadedPortal] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A database in a file, as in a portal that serves.

    In memory, threads that want a table at the same time do not wait for one another: the later one fails.
    """
    database = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "portal.sqlite3")
        # Nobody needs it after the tests.
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **browser_arguments()}


@pytest.fixture(scope="session")
def base_url(live_server: Any) -> str:
    """Pages are opened by their path. The front end must be there, or every page would be looked at unstyled."""
    prepare(Path(settings.VAR_DIR) / "vendor")
    return str(live_server.url)


@pytest.fixture
def portal(live_server: Any, settings: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a portal with the starter content, and nothing kept of what other tests did to it."""
    if "starter" not in _loaded:
        _loaded["starter"] = LoadedPortal.make(settings, tmp_path_factory.mktemp("starter"), put_starter_content)
    _loaded["starter"].put(settings, tmp_path)
    return str(live_server.url)


@pytest.fixture
def portal_with_documents(
    live_server: Any, settings: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The same with the source documents. Skipped where they are not."""
    folder = sources_or_skip()
    if "documents" not in _loaded:
        _loaded["documents"] = LoadedPortal.make(
            settings, tmp_path_factory.mktemp("documents"), lambda: load_documents(folder)
        )
    _loaded["documents"].put(settings, tmp_path)
    return str(live_server.url)


@pytest.fixture(autouse=True)
def _nothing_breaks(context: BrowserContext) -> Iterator[None]:
    """Whatever a test looks at: no script fails, and no file of the site is missing."""
    broken: list[str] = []
    context.set_default_timeout(PATIENCE_MS)
    context.on("weberror", lambda error: broken.append(str(error.error)))
    context.on("response", lambda answer: broken.append(answer.url) if is_missing_file(answer) else None)
    yield
    assert broken == []


@pytest.fixture
def page_without_scripts(browser: Browser, base_url: str) -> Iterator[Page]:
    """A browser in which no script runs."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def editor(portal: str, page: Page) -> Iterator[TreeEditor]:
    """The tree editor of somebody who may edit and publish, with no page open yet."""
    person = UserFactory(username="edith", roles=["Editors"])
    person.set_password("correct horse battery")
    person.save()
    log_in(page, "edith", "correct horse battery")
    yield TreeEditor(page)
    page.on("dialog", lambda dialog: dialog.accept())
    # The editor tells the server that it closes, and the server must have heard it before its database is emptied.
    page.goto("about:blank")
    page.wait_for_timeout(CLOSING_MS)
