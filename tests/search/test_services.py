"""Answering, and keeping the index in step with what is committed."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from search import engine, services
from search.documents import SearchDocument
from search.kinds import SearchKind, register_kind
from search.lexicon import LexiconGroup
from search.models import OutboxEntry
from tests.search.conftest import document

pytestmark = pytest.mark.django_db(transaction=True)


def found(text: str, **rest: object) -> list[str]:
    return [hit.key for hit in services.search(text, **rest).hits]


def waiting() -> int:
    """Entries for the engine that answers."""
    return OutboxEntry.objects.filter(engine=engine.kept_engines()[0]).count()


@pytest.fixture
def indexed(content):
    content.put("dose", "Missed doses and what to do about them.")
    content.put("exchange", "A needle exchange by the river.")
    services.rebuild()
    return content


def test_a_search_without_an_index_builds_it(content):
    content.put("dose", "Missed doses and what to do about them.")
    assert found("needle") == []
    content.put("exchange", "A needle exchange by the river.")
    assert found("missed") == ["passage:dose"]


def test_a_change_is_found_as_soon_as_it_is_committed(indexed):
    with transaction.atomic():
        indexed.put("dose", "Forgotten tablets.")
        services.enqueue("passage", "dose")
        assert found("forgotten tablets") == []
    assert found("forgotten tablets") == ["passage:dose"]
    assert OutboxEntry.objects.count() == 0


def test_every_engine_shows_and_hides_within_a_second_of_the_commit(indexed):
    for name in engine.kept_engines():
        indexed.put("new", "Walruses in the library.")
        committed = time.monotonic()
        services.enqueue("passage", "new")
        assert found("walruses", engine=name) == ["passage:new"]
        shown = time.monotonic()
        del indexed.objects["new"]
        services.enqueue("passage", "new")
        assert found("walruses", engine=name) == []
        assert services.search("walrusses", engine=name).corrected_text == ""
        assert shown - committed < 1
        assert time.monotonic() - shown < 1


def test_start_up_does_not_pay_for_an_engine_that_is_not_asked_for():
    program = "import django, sys; django.setup(); print('elasticsearch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_is_gone_is_no_longer_found(indexed):
    del indexed.objects["exchange"]
    services.enqueue("passage", "exchange")
    assert found("needle exchange") == []


def test_a_rolled_back_change_leaves_no_trace(indexed):
    before = services.document_count()
    with transaction.atomic():
        services.enqueue("passage", "new")
        indexed.put("new", "Walruses in the library.")
        transaction.set_rollback(True)
    assert OutboxEntry.objects.count() == 0
    assert found("walruses") == []
    assert services.document_count() == before


def test_nothing_is_lost_when_the_process_dies_between_commit_and_index(indexed, monkeypatch):
    with monkeypatch.context() as dying:
        dying.setattr(services, "_drain_after_commit", lambda: None)
        indexed.put("new", "Walruses in the library.")
        services.enqueue("passage", "new")
    assert waiting() == 1
    OutboxEntry.objects.update(due=timezone.now() - timedelta(seconds=1))
    assert found("walruses") == ["passage:new"]
    assert waiting() == 0


def test_a_failing_drain_does_not_break_the_change(indexed, monkeypatch):
    def fail() -> int:
        raise OSError("disk full")

    monkeypatch.setattr(services, "drain_outbox", fail)
    services.enqueue("passage", "dose")
    assert waiting() == 1


def test_one_unreadable_object_does_not_hold_up_the_others(indexed):
    indexed.broken.add("dose")
    indexed.put("new", "Walruses in the library.")
    with transaction.atomic():
        services.enqueue("passage", "dose")
        services.enqueue("passage", "new")
    assert found("walruses") == ["passage:new"]
    left = OutboxEntry.objects.get(engine=engine.kept_engines()[0])
    assert left.ref == "dose"
    assert left.attempts == 1
    assert left.due > timezone.now() + timedelta(minutes=1)
    indexed.broken.clear()
    indexed.put("dose", "Repaired.")
    OutboxEntry.objects.update(due=timezone.now())
    assert found("repaired") == ["passage:dose"]


def test_every_engine_has_an_entry_of_its_own_and_is_told(indexed, engine_name):
    indexed.put("new", "Walruses in the library.")
    services.enqueue("passage", "new")
    for name in engine.kept_engines():
        page = services.search("walruses", engine=name)
        assert ([hit.key for hit in page.hits], page.engine) == (["passage:new"], name)
    assert services.search("walruses").engine == engine_name
    assert OutboxEntry.objects.count() == 0


def test_a_rebuild_keeps_what_is_committed_while_it_reads(indexed, monkeypatch):
    monkeypatch.setattr(services, "_drain_after_commit", lambda: None)
    services.enqueue("passage", "dose")
    everything = services._everything

    def meanwhile():
        yield from everything()
        indexed.put("dose", "Walruses in the library.")
        services.enqueue("passage", "dose")

    monkeypatch.setattr(services, "_everything", meanwhile)
    services.rebuild(engine.kept_engines()[0])
    assert waiting() == 1
    OutboxEntry.objects.update(due=timezone.now())
    assert found("walruses") == ["passage:dose"]


def test_one_document_that_the_index_refuses_does_not_hold_up_the_others(indexed, monkeypatch):
    answering = engine.current_engine()
    real = answering.replace_objects

    def refuse(objects):
        if any(ref == "dose" for _, ref, _ in objects):
            raise ValueError("no such field")
        return real(objects)

    monkeypatch.setattr(answering, "replace_objects", refuse)
    indexed.put("new", "Walruses in the library.")
    with transaction.atomic():
        services.enqueue("passage", "dose")
        services.enqueue("passage", "new")
    assert found("walruses") == ["passage:new"]
    assert OutboxEntry.objects.get(engine=answering.name).ref == "dose"


def test_a_rebuild_forgets_what_was_waiting(indexed, monkeypatch):
    monkeypatch.setattr(services, "_drain_after_commit", lambda: None)
    services.enqueue("passage", "dose")
    assert services.rebuild() == 3
    assert OutboxEntry.objects.count() == 0


def test_trees_are_shown_before_the_list_on_the_first_page_only(indexed):
    page = services.search("missed doses")
    assert [hit.key for hit in page.next_steps] == ["tree:missed"]
    assert [hit.key for hit in page.hits] == ["passage:dose"]
    assert page.total == 2


def test_a_search_costs_one_database_query(indexed, django_assert_num_queries):
    services.search("zebras")  # the best bets are read once in some seconds
    with django_assert_num_queries(1):
        services.search("missed doses")


def test_the_cost_does_not_grow_with_the_content(indexed, django_assert_num_queries):
    for at in range(50):
        indexed.put(f"more-{at}", f"Missed doses, part {at}.")
    services.rebuild()
    services.search("zebras")
    with django_assert_num_queries(1):
        assert services.search("missed doses").total >= 50


def test_a_page_beyond_the_last_is_the_last(indexed):
    page = services.search(services.SearchQuery.of("needle exchange", page=40))
    assert (page.query.page, [hit.key for hit in page.hits]) == (1, ["passage:exchange"])


def test_quotation_marks_that_find_nothing_are_given_up_and_said(indexed):
    page = services.search('"exchange needle"')
    assert [hit.key for hit in page.hits] == ["passage:exchange"]
    assert len(page.relaxed) == 1


def test_filters_that_leave_nothing_say_what_there_would_be_without(indexed):
    page = services.search(services.SearchQuery.of("needle exchange", sources=("other",)))
    assert (page.total, page.unfiltered_total) == (0, 1)


def test_an_unknown_kind_cannot_be_enqueued(content):
    with pytest.raises(ValueError, match="No search kind"):
        services.enqueue("unheard-of", 1)


def test_a_kind_is_registered_once(content):
    kind = SearchKind("passage", "Passages", list, lambda ref: [])
    with pytest.raises(ValueError, match="already"):
        register_kind(kind)


def test_a_document_must_be_of_its_kind_and_name_its_object(content):
    content.objects["odd"] = [document("odd", "Odd.", kind="page")]
    with pytest.raises(ValueError, match="says it is"):
        services.rebuild()
    content.objects["odd"] = [SearchDocument(key="odd", kind="passage", title="", body="Odd.", url="/")]
    with pytest.raises(ValueError, match="ref"):
        services.rebuild()


def test_a_changed_lexicon_is_used_at_once(indexed, monkeypatch):
    given = [(LexiconGroup("needle exchange", ("zebra",)),)]
    monkeypatch.setattr(engine, "_providers", {})
    engine.register_lexicon("glossary", lambda: given[0])
    assert found("zebra") == ["passage:exchange"]
    assert engine.lexicon() is engine.lexicon()
    given[0] = ()
    assert found("zebra") == []
    with pytest.raises(ValueError, match="already"):
        engine.register_lexicon("glossary", lambda: ())


def test_nobody_is_asked_whether_they_meant_what_leads_nowhere_too(indexed):
    indexed.put("poking", "Poking the fire is allowed.")
    services.enqueue("passage", "poking")
    page = services.search("parking permit renewal")
    assert page.total == 0
    assert page.suggested_text == ""


def test_of_more_results_than_are_listed_the_page_says_so(indexed, client, monkeypatch):
    found = services.search("needle exchange")
    assert (found.listed, found.total) == (1, 1)
    assert b"Listed, by section" not in client.get("/search/", {"q": "needle exchange"}).content
    more = replace(found, total=240)
    monkeypatch.setattr(services, "search", lambda *given, **named: more)
    assert b"the best 1 of 240 results" in client.get("/search/", {"q": "needle exchange"}).content


def test_what_shares_a_word_with_a_query_is_named_once_for_each_place(indexed):
    for ref, kind in (("one", "passage"), ("two", "passage"), ("three", "passage")):
        indexed.put(
            ref, "Walks in the park.", title="Parks" if ref != "three" else "Walks", source="handbook", kind=kind
        )
        services.enqueue("passage", ref)
    page = services.search("park ranger")
    assert page.total == 0
    assert len({(hit.source, hit.title) for hit in page.weak_hits}) == len(page.weak_hits)
    assert page.weak_hits


def test_a_part_of_a_tree_is_no_next_step_by_itself_its_tree_is(indexed):
    outcome = document("outcome:1", "Walruses: give the usual dose.", kind="outcome", ref="missed")
    register_kind(
        SearchKind(
            "outcome", "Outcomes", lambda: [outcome], lambda ref: [], order=2, next_step=True, opens="tree:{}".format
        )
    )
    services.rebuild()
    page = services.search("walruses")
    assert [hit.key for hit in page.next_steps] == ["tree:missed"]
    assert "outcome:1" in [hit.key for hit in page.hits]
