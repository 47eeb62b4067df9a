"""What the tests of trees share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.factories.guidance import UserFactory
from tests.support.starter_content import starter_content

__all__ = ["starter_content"]

Committing = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Committing:
    """What is done in the block is followed by what follows a commit: the index, redirects."""

    @contextmanager
    def commit() -> Iterator[None]:
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return commit


@pytest.fixture
def admin(client: Client) -> Client:
    """A client logged in as somebody who may do anything."""
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client
