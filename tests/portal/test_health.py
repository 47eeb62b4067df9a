"""What a machine asks: alive, and ready."""

from __future__ import annotations

import pytest
from django.db import DatabaseError
from django.test import Client

from portal import services
from search.engines.base import SearchUnavailable


def _broken() -> int:
    raise SearchUnavailable("gone")


@pytest.fixture
def _search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "document_count", lambda: 1)


def test_live_asks_no_database(client: Client) -> None:
    response = client.get("/health/live")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.django_db
@pytest.mark.usefixtures("_search")
def test_ready_when_everything_answers(client: Client) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["checks"] == {"database": "ok", "migrations": "ok", "search": "ok"}


@pytest.mark.django_db
@pytest.mark.usefixtures("_search")
def test_ready_with_a_warning_while_the_first_engine_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "troubles", lambda: {"elasticsearch": "cannot be reached"})
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["warnings"] == {"elasticsearch": "cannot be reached"}


@pytest.mark.django_db
def test_not_ready_when_the_index_cannot_be_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "document_count", _broken)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert "rebuild_search" in response.json()["checks"]["search"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_search")
def test_not_ready_when_a_migration_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_migrated", False)
    monkeypatch.setattr(services.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] != "ok"


@pytest.mark.django_db
@pytest.mark.usefixtures("_search")
def test_not_ready_when_the_database_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class _Away:
        def cursor(self) -> None:
            raise DatabaseError("secret host name")

    monkeypatch.setattr(services, "connection", _Away())
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "does not answer"
    assert "secret" not in response.content.decode()
