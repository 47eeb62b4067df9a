"""The real server killed, hanging and come back, in the middle of a search, a publication and a rebuild."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from search import background, engine, services
from search.engines.base import SearchUnavailable
from search.models import OutboxEntry
from tests.search.conftest import Content
from tests.support.elasticsearch import address_at
from tests.support.throwaway_elasticsearch import Server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.elasticsearch]

#: Seconds in which the portal must be back on a server that has come back.
BACK_WITHIN = 30.0


@pytest.fixture(scope="module")
def engine_name() -> str:
    return "elasticsearch"


@pytest.fixture
def elasticsearch_address(own_elasticsearch: Server) -> Iterator[Any]:
    """The server of this module, running whatever the test before, or this one, did to it."""
    own_elasticsearch.start()
    made = address_at(own_elasticsearch.url)
    yield next(made)
    own_elasticsearch.start()
    next(made, None)


@pytest.fixture
def portal(content: Content, settings: Any) -> Content:
    settings.ELASTICSEARCH_TIMEOUT = 2.0
    settings.ELASTICSEARCH_WRITE_TIMEOUT = 5.0
    content.put("dose", "Missed doses and what to do about them.")
    content.put("exchange", "A needle exchange by the river.")
    services.rebuild()
    assert services.search("needle").engine == "elasticsearch"
    return content


def publish(content: Content, ref: str, body: str) -> None:
    content.put(ref, body)
    services.enqueue("passage", ref)


def found(text: str, name: str | None = None) -> list[str]:
    return [hit.key for hit in services.search(text, engine=name).hits]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + BACK_WITHIN
    while not true():
        assert time.monotonic() < deadline, "This took too long."
        time.sleep(0.2)


def answers_again() -> bool:
    OutboxEntry.objects.update(due=timezone.now())
    return services.search("needle").engine == "elasticsearch"


def test_a_killed_server_costs_no_page_and_no_update(portal, own_elasticsearch, client, caplog):
    own_elasticsearch.kill()
    with caplog.at_level(logging.WARNING):
        assert client.get("/search/", {"q": "needle"}).status_code == 200
        assert services.search("needle").engine == "embedded"
    assert [record.message for record in caplog.records if "does not answer" in record.message].__len__() == 1

    publish(portal, "new", "Walruses in the library.")
    publish(portal, "dose", "Forgotten tablets.")
    del portal.objects["exchange"]
    services.enqueue("passage", "exchange")
    assert found("walruses") == ["passage:new"]
    assert found("needle exchange") == []

    started = time.monotonic()
    for _ in range(20):
        assert client.get("/search/", {"q": "walruses"}).status_code == 200
    assert (time.monotonic() - started) / 20 < 1.0

    OutboxEntry.objects.update(due=timezone.now())
    ready = client.get("/health/ready")
    assert ready.status_code == 200
    assert "3 changes wait" in ready.json()["warnings"]["elasticsearch"]

    own_elasticsearch.start()
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        until(answers_again)
    assert any("answers again" in record.message for record in caplog.records)
    assert found("walruses", "elasticsearch") == ["passage:new"]
    assert found("forgotten tablets", "elasticsearch") == ["passage:dose"]
    assert found("needle exchange", "elasticsearch") == []
    assert OutboxEntry.objects.count() == 0
    assert client.get("/health/ready").json()["warnings"] == {}


def test_a_server_that_hangs_is_waited_for_once(portal, own_elasticsearch):
    own_elasticsearch.pause()
    try:
        started = time.monotonic()
        assert services.search("needle").engine == "embedded"
        assert time.monotonic() - started < 5
        started = time.monotonic()
        assert services.search("needle").engine == "embedded"
        assert time.monotonic() - started < 0.5
        publish(portal, "new", "Walruses in the library.")
        assert found("walruses") == ["passage:new"]
    finally:
        own_elasticsearch.resume()
    until(answers_again)
    assert found("walruses", "elasticsearch") == ["passage:new"]


def test_a_server_killed_during_a_rebuild_leaves_the_old_index_and_every_update(portal, own_elasticsearch, monkeypatch):
    for at in range(1500):
        portal.put(f"many-{at}", f"Vole {at} in its burrow.")
    everything = services._everything
    monkeypatch.setattr("search.engines.elasticsearch.bulk.PATIENT_PAUSES", (0.1,))

    def killed_in_the_middle() -> Iterator[Any]:
        for at, document in enumerate(everything()):
            if at == 900:
                publish(portal, "early", "Walruses before the fall.")
                own_elasticsearch.kill()
                publish(portal, "late", "Walruses after the fall.")
            yield document

    with monkeypatch.context() as falling:
        falling.setattr(services, "_everything", killed_in_the_middle)
        with pytest.raises(SearchUnavailable):
            services.rebuild("elasticsearch")
    assert set(found("walruses")) == {"passage:early", "passage:late"}

    own_elasticsearch.start()
    until(answers_again)
    assert set(found("walruses", "elasticsearch")) == {"passage:early", "passage:late"}
    assert found("vole", "elasticsearch") == []
    assert services.rebuild("elasticsearch") == services.document_count("elasticsearch") == 1505
    assert set(found("walruses", "elasticsearch")) == {"passage:early", "passage:late"}


def test_a_rebuild_outlives_a_short_silence(portal, own_elasticsearch, monkeypatch):
    for at in range(1200):
        portal.put(f"many-{at}", f"Vole {at} in its burrow.")
    everything = services._everything

    def with_an_outage() -> Iterator[Any]:
        for at, document in enumerate(everything()):
            if at == 700:
                own_elasticsearch.pause()
                # Longer than one request that writes may take.
                threading.Timer(7.0, own_elasticsearch.resume).start()
            yield document

    monkeypatch.setattr(services, "_everything", with_an_outage)
    assert services.rebuild("elasticsearch") == 1203
    assert services.document_count("elasticsearch") == 1203


def test_publications_while_the_server_dies_and_returns_all_arrive(portal, own_elasticsearch):
    killer = threading.Timer(0.5, own_elasticsearch.kill)
    killer.start()
    for at in range(60):
        publish(portal, f"stream-{at}", f"Heron number {at} stands in the stream.")
        assert f"passage:stream-{at}" in found(f"heron {at}")
        time.sleep(0.02)
    killer.join()
    own_elasticsearch.start()
    services.drain_outbox()
    until(lambda: not OutboxEntry.objects.exists() or (not services.drain_outbox() < 0 and answers_again()))
    services.drain_outbox("elasticsearch")
    assert services.search("heron", engine="elasticsearch").total == 60


def test_while_many_changes_wait_the_embedded_index_answers(portal, monkeypatch):
    started = []
    monkeypatch.setattr(background, "start", lambda name, work: started.append(work))
    with monkeypatch.context() as away:
        away.setattr(services, "_drain_after_commit", lambda: None)
        for at in range(services.A_FEW + 1):
            publish(portal, f"many-{at}", f"Vole {at}.")
    OutboxEntry.objects.update(due=timezone.now())
    page = services.search("vole")
    assert (page.engine, page.total) == ("embedded", services.A_FEW + 1)
    started[0]()
    page = services.search("vole")
    assert (page.engine, page.total) == ("elasticsearch", services.A_FEW + 1)


def test_a_server_that_has_lost_everything_is_filled_anew(portal, elasticsearch_address, monkeypatch):
    from elasticsearch import Elasticsearch

    started = []
    monkeypatch.setattr(background, "start", lambda name, work: started.append(work))
    with Elasticsearch(elasticsearch_address.hosts[0]) as server:
        for name in server.indices.get(index=f"{elasticsearch_address.prefix}.*"):
            server.indices.delete(index=name)
    answering: Any = engine.current_engine("elasticsearch")
    answering._state_made = False
    assert services.search("needle").engine == "embedded"
    started[0]()
    assert services.search("needle").engine == "elasticsearch"
