"""Public pages of the site as a whole: few queries with nothing remembered, and as many with ten times the content."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from decision_trees import services
from guidance.citations import section_url
from guidance.generation import bump_generation
from portal.page_cache import pages
from tests.factories.guidance import (
    GlossaryTermFactory,
    PassageFactory,
    SectionFactory,
    citation,
    guidance_page,
    recommendation,
    topic_page,
)
from tests.factories.learning import LearningPathPageFactory, make_guidance, make_tree

pytestmark = pytest.mark.django_db

#: Issue 3, Must show 8.
MOST_QUERIES = 12


def _grow(times: int, suffix: str = "") -> None:
    """So many more of everything that public pages list or cite."""
    for number in range(times):
        passage = PassageFactory()
        SectionFactory(edition=passage.section.edition, parent=passage.section)
        topic = topic_page(slug=f"topic-{suffix}{number}")
        guidance_page(
            topic=topic, slug=f"page-{suffix}{number}", recommendations=[recommendation(citation(passage))] * 2
        )
        GlossaryTermFactory()
        make_tree(f"tree-{suffix}{number}")
        LearningPathPageFactory(slug=f"path-{suffix}{number}")


@pytest.fixture
def addresses() -> dict[str, str]:
    """A small site, and its pages by what they are."""
    make_guidance()
    make_tree()
    path = LearningPathPageFactory(slug="the-path")
    passage = PassageFactory()
    section, edition = passage.section, passage.section.edition
    topic = topic_page(slug="the-topic")
    page = guidance_page(topic=topic, slug="the-page", recommendations=[recommendation(citation(passage))])
    GlossaryTermFactory()
    _grow(1)
    return {
        "home": "/",
        "topic index": "/guidance/",
        "topic": topic.get_url(),
        "guidance page": page.get_url(),
        "source list": "/sources/",
        "source": f"/sources/{edition.source.slug}/",
        "section": section_url(edition.source.slug, edition.label, section.slug),
        "passage": f"/passages/{passage.passage_id}/",
        "cited by": f"/passages/{passage.passage_id}/cited-by/",
        "glossary": "/glossary/",
        "trees": "/decision-trees/",
        "learning": "/learning/",
        "learning path": path.get_url(),
        "about": "/about/",
    }


def _queries_with_nothing_remembered(address: str) -> int:
    bump_generation()
    pages.clear()
    services._trees.clear()
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert Client().get(address).status_code in (200, 302)
    return len(queries)


def test_a_public_page_takes_few_queries_and_no_more_with_ten_times_the_content(addresses: dict[str, str]) -> None:
    for address in addresses.values():
        Client().get(address)  # what a process asks once in its life
    few = {name: _queries_with_nothing_remembered(address) for name, address in addresses.items()}
    assert {name: count for name, count in few.items() if count > MOST_QUERIES} == {}
    _grow(10, "more-")
    assert {name: _queries_with_nothing_remembered(address) for name, address in addresses.items()} == few


def test_a_kept_page_asks_whether_it_still_holds_and_nothing_else(addresses: dict[str, str]) -> None:
    for name, address in addresses.items():
        if name == "passage":  # a redirect is not kept
            continue
        Client().get(address)
        with CaptureQueriesContext(connection) as queries:
            Client().get(address)
        assert (name, len(queries)) == (name, 1)
