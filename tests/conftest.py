"""Fixtures that every test may ask for, and the house rule on skipped tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.support.elasticsearch import elasticsearch_address, elasticsearch_url, own_elasticsearch
from tests.support.migrated_data import pytest_collection_modifyitems, pytest_runtest_teardown
from tests.support.sources import sources_dir

__all__ = [
    "elasticsearch_address",
    "elasticsearch_url",
    "own_elasticsearch",
    "pytest_collection_modifyitems",
    "pytest_runtest_teardown",
    "sources_dir",
]

# How long an example takes says more about the machine than about the code.
settings.register_profile("portal", deadline=None)
settings.load_profile("portal")

# Playwright's own event loop runs in the thread of the test that asks the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI everything that the suite holds must have run: a skipped test is a failure there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI"):
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"CI refuses {len(skipped)} skipped tests: what they need must be there.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
